"""The output of one container, as it comes, in few and bounded deliveries."""

import threading
from collections.abc import Iterable
from functools import partial
from itertools import groupby

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge.crew import EngineCrew
from desktop.bridge.worker import Job, Report, Work, Worker
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import ContainerGone, EngineUnreachable, NoThreadFree
from desktop.core.errors import AppError
from desktop.core.inventory import OutputPiece, RunOptions
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
    """The output of one container, on a worker hired for it; ten deliveries a second at most, none while silent.

    It is used once: to follow a container that is there, or to run one and miss none of its words.
    """

    started = Signal(str)  # what was to be run runs: its id
    refused = Signal(object)  # AppError: it could not be run
    arrived = Signal(object)  # list[OutputPiece]
    ended = Signal()  # the container stopped, or is gone, or does not tell
    failed = Signal(object)  # AppError: why it does not tell, where nothing else says so

    def __init__(self, crew: EngineCrew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.container_id = ""
        self._crew, self._basin = crew, _Basin()
        self._job: Job | None = None
        self._worker: Worker | None = None
        self._pace = QTimer(self, interval=PACE_MS, singleShot=True)
        self._pace.timeout.connect(self._deliver)

    @property
    def flowing(self) -> bool:
        """Whether more may come."""
        return self._job is not None

    def follow(self, container_id: str) -> None:
        """Bring the latest output of a container and what follows."""
        self.container_id = container_id
        self._begin(partial(_pour_out, container_id, self._basin))

    def run(self, options: RunOptions) -> None:
        """Run a container, then bring its output from the first word on."""
        self._begin(partial(_run_and_pour_out, options, self._basin))

    def stop(self) -> None:
        """Stop at once; nothing more is told."""
        self._pace.stop()
        job, self._job = self._job, None
        worker, self._worker = self._worker, None
        if job:
            job.cancel()
        if worker:
            self._crew.dismiss(worker)

    def interrupt(self) -> None:
        """End as if the container had."""
        if self.flowing:
            self._end()

    def _begin(self, work: Work) -> None:
        self._worker = self._crew.hire("output")
        if self._worker is None:
            self._tell(NoThreadFree())
            return
        self._job = self._worker.submit(work)
        self._job.token.on_cancel(self._basin.close)
        self._job.progressed.connect(self._on_job_progressed)
        self._job.succeeded.connect(self._on_job_succeeded)
        self._job.failed.connect(self._on_job_failed)

    def _tell(self, error: AppError) -> None:
        if not self.container_id:
            self.refused.emit(error)
        elif not isinstance(error, ContainerGone | EngineUnreachable):  # those are said by the list and by the bar
            self.failed.emit(error)

    @Slot()
    def _deliver(self) -> None:
        pieces = self._basin.drain()
        if pieces:
            self.arrived.emit(pieces)

    @Slot(object)
    def _on_job_progressed(self, value: object) -> None:
        if isinstance(value, str):
            self.container_id = value
            self.started.emit(value)
        elif self.flowing:
            self._pace.start()

    @Slot(object)
    def _on_job_succeeded(self, _: object) -> None:
        self._end()

    @Slot(object)
    def _on_job_failed(self, error: AppError) -> None:
        self._end()
        self._tell(error)

    def _end(self) -> None:
        self._deliver()
        self.stop()
        self.ended.emit()


def _pour_out(container_id: str, basin: _Basin, engine: Engine, token: CancelToken, report: Report) -> None:
    _pour(engine.output(container_id, token), basin, token, report)


def _pour(pieces: Iterable[OutputPiece], basin: _Basin, token: CancelToken, report: Report) -> None:
    for piece in pieces:
        for at in range(0, len(piece.text), MOST // 4):
            token.check()
            if basin.pour(OutputPiece(piece.text[at : at + MOST // 4], piece.error)):
                report(None)
    token.check()


def _run_and_pour_out(options: RunOptions, basin: _Basin, engine: Engine, token: CancelToken, report: Report) -> None:
    container_id, pieces = engine.run_and_listen(options, token)
    report(container_id)
    _pour(pieces, basin, token, report)
