"""One transfer on its way: the secret, the stream, the proof."""

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge.transfer_work import ProgressMeter, carry_out
from desktop.bridge.worker import Job, Worker
from desktop.core.errors import AppError
from desktop.core.ports import Credential
from desktop.core.reference import Reference
from desktop.core.registry import TagDetails
from desktop.core.registry_errors import ImageNotFound, SignInNeeded
from desktop.core.transfer_errors import PushUnconfirmed, PushUnproven, TransferInterrupted
from desktop.core.transfers import Receipt, State, Wish

AskCredential = Callable[[str, str], Job]  #: by the account's id and the registry; succeeds with Credential | None
LookUp = Callable[[str, Reference], Job]  #: asks a registry for a name; succeeds with TagDetails


class Ending(NamedTuple):
    """How a transfer ended."""

    state: State
    error: AppError | None = None
    receipt: Receipt | None = None


class _Stage(Enum):
    SECRET = auto()
    MOVING = auto()
    PROVING = auto()
    OVER = auto()


class TransferRun(QObject):
    """Carries out one wish on one worker. ended comes once; freed when nothing of it runs any more, perhaps later."""

    proving = Signal(int)  # the number; a push is over, the registry is being asked
    ended = Signal(int, object)  # the number, Ending
    freed = Signal(int)  # the number; the worker may do other things

    def __init__(self, number: int, wish: Wish, worker: Worker, look_up: LookUp, parent: QObject) -> None:
        super().__init__(parent)
        self.number, self.wish, self.worker, self.meter = number, wish, worker, ProgressMeter()
        self._look_up, self._stage, self._free, self._reported = look_up, _Stage.SECRET, False, ""
        self._job: Job | None = None

    def begin(self, credential: AskCredential) -> None:
        """Ask for the secret, and start; somebody may have signed in since it was wished for as nobody."""
        self._job = job = credential(self.wish.account_id, self.wish.reference.registry)
        job.succeeded.connect(self._move)
        job.failed.connect(self._fail)
        job.finished.connect(self._on_secret_finished)

    def cancel(self) -> None:
        """End it at once; the thread may need a while longer."""
        # once the layers are up, cancelling only means not to wait for the registry's word
        told = self._error(PushUnconfirmed) if self._stage is _Stage.PROVING else None
        self._end(Ending(State.CANCELLED, told))

    @Slot(object)
    def _move(self, credential: Credential | None) -> None:
        if self._stage is _Stage.SECRET:
            self._stage = _Stage.MOVING
            self.worker.idle.connect(self._on_worker_idle)
            self._job = job = self.worker.submit(partial(carry_out, self.wish, credential, self.meter))
            job.succeeded.connect(self._on_moved)
            job.failed.connect(self._fail)
            job.finished.connect(self._on_moving_finished)

    @Slot(object)
    def _on_moved(self, outcome: Receipt | str) -> None:
        if self._stage is not _Stage.MOVING:
            return
        if isinstance(outcome, Receipt):
            self._end(Ending(State.DONE, receipt=outcome))
            return
        self._stage, self._reported = _Stage.PROVING, outcome
        self._job = job = self._look_up(self.wish.account_id, self.wish.reference)
        job.succeeded.connect(self._on_looked_up)
        job.failed.connect(self._on_look_up_failed)
        job.finished.connect(self._on_proving_finished)
        self.proving.emit(self.number)

    @Slot(object)
    def _on_looked_up(self, details: TagDetails) -> None:
        if self._reported and details.digest != self._reported:
            self._fail(self._error(PushUnproven, f"pushed {self._reported}, found {details.digest}"))
        else:
            receipt = Receipt(details.digest, details.size, details.platforms)
            self._end(Ending(State.DONE, receipt=receipt))

    @Slot(object)
    def _on_look_up_failed(self, error: AppError) -> None:
        absent = isinstance(error, ImageNotFound)
        self._fail(self._error(PushUnproven if absent else PushUnconfirmed, error.raw or error.title))

    @Slot()
    def _on_secret_finished(self) -> None:
        if self._stage is _Stage.SECRET:
            self._fail(self._error(SignInNeeded))

    @Slot()
    def _on_moving_finished(self) -> None:
        if self._stage is _Stage.MOVING:
            self._fail(self._error(TransferInterrupted))

    @Slot()
    def _on_proving_finished(self) -> None:
        if self._stage is _Stage.PROVING:
            self._fail(self._error(PushUnconfirmed))

    @Slot(object)
    def _fail(self, error: AppError) -> None:
        self._end(Ending(State.FAILED, error))

    def _end(self, ending: Ending) -> None:
        if self._stage is _Stage.OVER:
            return
        self._stage, job, self._job = _Stage.OVER, self._job, None
        if job and ending.state is State.CANCELLED:
            job.cancel()
        self.ended.emit(self.number, ending)
        QTimer.singleShot(0, self, self._on_worker_idle)  # not now: who hears of the end comes before who is free

    @Slot()
    def _on_worker_idle(self) -> None:
        if self._stage is _Stage.OVER and not self._free and not self.worker.busy:
            self._free = True
            self.freed.emit(self.number)

    def _error(self, kind: type[AppError], raw: str = "") -> AppError:
        return kind(raw, name=str(self.wish.reference), host=self.wish.reference.registry)
