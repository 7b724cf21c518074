"""The output of one container, as it comes, in few and bounded deliveries."""

import threading
from functools import partial
from itertools import groupby

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge.crew import EngineCrew
from desktop.bridge.worker import Job, Report, Worker
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import ContainerGone, EngineUnreachable, NoThreadFree
from desktop.core.errors import AppError
from desktop.core.inventory import OutputPiece
from desktop.core.ports import Engine

PACE_MS = 100  #: between two deliveries
MOST = 400_000  #: characters in one delivery, a line's end counted as LINE; who writes faster is read more slowly
LINE = 20  #: a line costs the one who shows it about what so many characters do


class _Basin:
    """Where pieces gather on the worker's side until the UI thread fetches them. A full one holds the worker up."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._pieces: list[OutputPiece] = []
        self._size, self._closed = 0, False

    def pour(self, piece: OutputPiece) -> bool:
        """Add *piece* as soon as there is room; return whether it is the first since the last drain()."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._size < MOST)
            self._pieces.append(piece)
            self._size += len(piece.text) + LINE * piece.text.count("\n")
            return len(self._pieces) == 1

    def drain(self) -> list[OutputPiece]:
        """All that gathered, pieces of one kind in a row made one."""
        with self._changed:
            pieces, self._pieces, self._size = self._pieces, [], 0
            self._changed.notify_all()
        runs = groupby(pieces, lambda piece: piece.error)
        return [OutputPiece("".join(piece.text for piece in run), error) for error, run in runs]

    def close(self) -> None:
        """Hold nobody up any more. Safe from any thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class OutputStream(QObject):
    """Follows one container at a time, on a worker hired for it; at most ten deliveries a second, none while silent."""

    began = Signal(str)  # the container's id; what was shown before is about to come again
    arrived = Signal(str, object)  # the id, list[OutputPiece]
    ended = Signal(str)  # it stopped, or is gone
    failed = Signal(object)  # AppError

    def __init__(self, crew: EngineCrew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crew, self._basin = crew, _Basin()
        self._job: Job | None = None
        self._worker: Worker | None = None
        self._container_id = ""
        self._pace = QTimer(self, interval=PACE_MS, singleShot=True)
        self._pace.timeout.connect(self._deliver)

    @property
    def container_id(self) -> str:
        """The container that is followed, also after its output ended; "" for none."""
        return self._container_id

    @property
    def flowing(self) -> bool:
        """Whether more may come."""
        return self._job is not None

    def follow(self, container_id: str) -> None:
        """Bring the latest output of a container and what follows, in place of the one followed before."""
        self.unfollow()
        self._container_id = container_id
        worker = self._crew.hire("output")
        if worker is None:
            self.failed.emit(NoThreadFree())
            return
        self._worker, self._basin = worker, _Basin()
        self.began.emit(container_id)
        self._job = worker.submit(partial(_pour_out, container_id, self._basin))
        self._job.token.on_cancel(self._basin.close)
        self._job.progressed.connect(self._on_job_progressed)
        self._job.succeeded.connect(self._on_job_succeeded)
        self._job.failed.connect(self._on_job_failed)

    def unfollow(self) -> None:
        """Stop at once; nothing more arrives."""
        self._pace.stop()
        self._container_id = ""
        self._let_go()

    def interrupt(self) -> None:
        """End the flow as if the engine had; what was followed is kept in mind."""
        if self.flowing:
            self._end()

    @Slot()
    def _deliver(self) -> None:
        pieces = self._basin.drain()
        if pieces:
            self.arrived.emit(self._container_id, pieces)

    @Slot(object)
    def _on_job_progressed(self, _: object) -> None:
        self._pace.start()

    @Slot(object)
    def _on_job_succeeded(self, _: object) -> None:
        self._end()

    @Slot(object)
    def _on_job_failed(self, error: AppError) -> None:
        self._end()
        if not isinstance(error, ContainerGone | EngineUnreachable):  # those are said by the list and by the bar
            self.failed.emit(error)

    def _end(self) -> None:
        self._pace.stop()
        self._deliver()
        self._let_go()
        self.ended.emit(self._container_id)

    def _let_go(self) -> None:
        job, self._job = self._job, None
        worker, self._worker = self._worker, None
        if job:
            job.cancel()
        if worker:
            self._crew.dismiss(worker)


def _pour_out(container_id: str, basin: _Basin, engine: Engine, token: CancelToken, report: Report) -> None:
    for piece in engine.output(container_id, token):
        for at in range(0, len(piece.text), MOST // 4):
            token.check()
            if basin.pour(OutputPiece(piece.text[at : at + MOST // 4], piece.error)):
                report(None)
    token.check()
