"""Blocking work on a thread of its own, results on the UI thread."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QMetaObject, QObject, Qt, QThread, Signal, Slot

from desktop.core.cancel import CancelToken
from desktop.core.errors import AppError, Cancelled

log = logging.getLogger(__name__)
Report = Callable[[object], None]
Work = Callable[[Any, CancelToken, Report], object]


class Job(QObject):
    """A handle on one piece of work. Lives on the UI thread and emits only there."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.token, self._over = CancelToken(), False

    def cancel(self) -> None:
        """Ask the work to stop. finished follows at once and alone, even if the thread is blocked a while longer."""
        self.token.cancel()
        QMetaObject.invokeMethod(self, "_finish", Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _finish(self) -> None:
        if not self._over:
            self._over = True
            self.finished.emit()


class Worker(QThread):
    """A thread that owns one client and runs jobs on it, one after another."""

    _arrived = Signal(int, str, object)

    def __init__(self, make_client: Callable[[], Any], name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._make_client, self._tickets = make_client, count(1)
        self._inbox: SimpleQueue[tuple[int, Work, CancelToken] | None] = SimpleQueue()
        self._live: dict[int, Job] = {}  # UI thread only, so that no Job dies on another thread
        self._arrived.connect(self._announce)  # this object lives on the UI thread: queued
        self.start()

    @property
    def busy(self) -> bool:
        """Whether work has not returned yet; after a cancel that can outlast the job. UI thread only."""
        return bool(self._live)

    def submit(self, work: Work) -> Job:
        """Queue *work(client, token, report)*; it must hold plain values only. UI thread only."""
        ticket, job = next(self._tickets), Job()
        self._live[ticket] = job
        self._inbox.put((ticket, work, job.token))
        return job

    def run(self) -> None:
        client = None
        for ticket, work, token in iter(self._inbox.get, None):
            tell = partial(self._arrived.emit, ticket)
            try:
                token.check()
                client = client or self._make_client()
                tell("succeeded", work(client, token, partial(tell, "progressed")))
            except Cancelled:
                pass
            except AppError as error:
                tell("failed", error)
            except Exception as bug:  # keep the thread, tell the user, keep the trace
                log.exception("job failed in %s", self.objectName())
                tell("failed", AppError(type(bug).__name__))
            tell("finished", None)
        if client:
            client.close()

    @Slot(int, str, object)
    def _announce(self, ticket: int, signal: str, value: object) -> None:
        if signal == "finished":
            job = self._live.pop(ticket)  # named, so that it outlives its own emission
            job._finish()
        elif not self._live[ticket].token.cancelled:
            getattr(self._live[ticket], signal).emit(value)

    def ask_to_stop(self) -> None:
        """Cancel every job; the thread ends when its work returns."""
        for job in list(self._live.values()):
            job.cancel()
        self._inbox.put(None)

    def stop(self, timeout_s: float = 3.0) -> bool:
        """Cancel every job and end the thread. False means it is still blocked."""
        return not stop_all([self], timeout_s)


class Roster:
    """Every worker of the program, at most *most* threads at once. UI thread only."""

    def __init__(self, most: int = 40) -> None:
        self._most = most
        self._workers: list[Worker] = []

    def hire(self, make_client: Callable[[], Any], name: str) -> Worker | None:
        """A new worker; None where that would be one thread too many, so the work has to wait and say so."""
        self._workers = [worker for worker in self._workers if not worker.isFinished()]
        if len(self._workers) >= self._most:
            return None
        self._workers.append(Worker(make_client, name))
        return self._workers[-1]

    def dismiss(self, worker: "Worker") -> None:
        """Let *worker* go when its work has returned; it is kept alive until its thread has ended."""
        worker.ask_to_stop()

    @property
    def names(self) -> list[str]:
        """The workers whose threads run, by name."""
        return [worker.objectName() for worker in self._workers if not worker.isFinished()]

    def close(self, timeout_s: float = 3.0) -> list[str]:
        """Stop all workers within one limit; return the names of those still blocked, which must not be dropped."""
        return stop_all(self._workers, timeout_s)


def stop_all(workers: Iterable[Worker], timeout_s: float = 3.0) -> list[str]:
    """Stop all *workers* within one limit; return the names of those still blocked, which must not be dropped."""
    told = list(workers)
    for worker in told:
        worker.ask_to_stop()
    limit = QDeadlineTimer(round(timeout_s * 1000))
    return [worker.objectName() for worker in told if not worker.wait(limit)]
