"""A worker that is hired when there is work, and let go when there has been none for a while."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.bridge.worker import Job, MakeClient, Roster, Work, Worker

IDLE_MS = 30_000  #: after which a worker goes, and with it connection and sign-in
AGAIN_MS = 250  #: between two tries to hire while every thread is taken


class Desk(QObject):
    """One worker at a time, with one client. Work is done in the order given; without a free thread it waits."""

    def __init__(
        self, roster: Roster, make_client: MakeClient, name: str, idle_ms: int = IDLE_MS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._roster, self._make_client, self._name = roster, make_client, name
        self._worker: Worker | None = None
        self._waiting: list[tuple[Work, Job]] = []
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._give_out)
        self._patience = QTimer(self, singleShot=True, interval=idle_ms)
        self._patience.timeout.connect(self.close)

    @property
    def staffed(self) -> bool:
        """Whether a worker sits here now."""
        return self._worker is not None

    def submit(self, work: Work) -> Job:
        """Run *work(client, token, report)* after what was asked for before."""
        job = Job()
        self._waiting.append((work, job))
        self._give_out()
        return job

    @Slot()
    def close(self) -> None:
        """Let the worker go and cancel what waits; the next work hires another."""
        self._again.stop()
        self._patience.stop()
        worker, self._worker = self._worker, None
        waiting, self._waiting = self._waiting, []
        for _, job in waiting:
            job.token.cancel()
            QTimer.singleShot(0, partial(Job.succeed, job, None))  # cancelled: it only finishes, and is kept till then
        if worker:
            worker.idle.disconnect(self._on_worker_idle)
            self._roster.dismiss(worker)

    @Slot()
    def _give_out(self) -> None:
        if self._worker is None:
            self._worker = self._roster.hire(self._make_client, self._name)
            if self._worker is None:
                self._again.start()
                return
            self._worker.idle.connect(self._on_worker_idle)
        self._patience.stop()
        waiting, self._waiting = self._waiting, []
        for work, job in waiting:
            self._worker.submit(work, job)

    @Slot()
    def _on_worker_idle(self) -> None:
        self._patience.start()
