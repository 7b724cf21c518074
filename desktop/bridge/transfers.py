"""The transfers' room: gives wishes to workers as the queue allows, and tells how far they are."""

import time
from collections.abc import Callable
from functools import partial
from itertools import count

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from desktop.bridge.crew import EngineCrew
from desktop.bridge.transfer_rows import Summary, TransferRows
from desktop.bridge.transfer_run import AskCredential, Ending, LookUp, TransferRun
from desktop.bridge.worker import Worker
from desktop.core.reference import Reference
from desktop.core.registry_errors import ImageNotFound, ImageUnknown
from desktop.core.traffic import Traffic
from desktop.core.transfers import Direction, State, Transfer, TransferQueue, Wait, Wish

LEAST_MS = 100  #: between two pictures of how far everything is
TURN_MS = 8  #: of beginning transfers in one turn of the event loop
SPARE = 6  #: threads that transfers leave to the keyring and the registries: all of them may wait for those
THREAD_MS = 500  #: until a worker is asked for again where there was no room for one more


class TransferRoom(QObject):
    """Pulls and pushes, each on a worker of its own while it runs, as many at once as the queue's limits admit."""

    changed = Signal()  # something about some transfer, ten times a second at most
    arrived = Signal(object)  # Transfer that is DONE
    failed = Signal(object)  # Transfer that FAILED

    def __init__(
        self,
        crew: EngineCrew,
        credential: AskCredential,
        look_up: LookUp,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        """*clock* tells seconds since 1970, for when a transfer ended."""
        super().__init__(parent)
        self._crew, self._credential, self._look_up, self._clock = crew, credential, look_up, clock
        self.model, self.summary = TransferRows(self), Summary()
        self._queue = TransferQueue()
        self._runs: dict[int, TransferRun] = {}
        self._spare: list[Worker] = []
        self._traffic = {direction: Traffic(direction) for direction in Direction}
        self._since = QElapsedTimer()
        self._picture = QTimer(self, singleShot=True)
        self._picture.timeout.connect(self._show)
        self._pass = QTimer(self, singleShot=True)
        self._pass.timeout.connect(self._start_ready)
        crew.changed.connect(self._on_crew_changed)

    @property
    def transfers(self) -> list[Transfer]:
        """Every transfer, in the order of the list."""
        return self._queue.all()

    def pull(self, reference: Reference, account_id: str = "") -> int:
        """Queue a pull, signed in as *account_id* ("": as nobody); return its number."""
        return self._add(Wish(Direction.PULL, reference, account_id))

    def push(self, reference: Reference, account_id: str, image_id: str) -> int:
        """Queue a push of the name *reference*, which means the image *image_id* now; return its number."""
        return self._add(Wish(Direction.PUSH, reference, account_id, image_id))

    @Slot(int)
    def cancel(self, number: int) -> None:
        """End a transfer that is not over: at once on screen; its slot stays taken until its thread is free."""
        if number not in self._queue or self._queue.get(number).state.final:
            return
        if number in self._runs:
            self._runs[number].cancel()
        else:
            self._on_ended(number, Ending(State.CANCELLED))

    @Slot(int)
    def retry(self, number: int) -> None:
        """Begin a transfer that failed or was cancelled once more, in its place."""
        if number in self._queue and self._queue.get(number).state in (State.FAILED, State.CANCELLED):
            self._queue.retry(number)
            self._plan()

    @Slot(int, int)
    def set_limits(self, pulls: int, pushes: int) -> None:
        """How many may run at once per registry; what runs goes on."""
        self._queue.limit(Direction.PULL, pulls)
        self._queue.limit(Direction.PUSH, pushes)
        self._plan()

    def _add(self, wish: Wish) -> int:
        number = self._queue.add(wish).id
        self._plan()
        return number

    def _plan(self) -> None:
        """Look soon at what may start, once for all that is asked meanwhile, and show what changed."""
        if self._pass.interval() or not self._pass.isActive():
            self._pass.start(0)
        self._touch()

    @Slot()
    def _start_ready(self) -> None:
        short, turn = False, QElapsedTimer()
        turn.start()
        for transfer in self._queue.ready():
            if turn.elapsed() >= TURN_MS:  # a thread takes milliseconds to start: the rest in the next turn
                self._pass.start(0)
                self._touch()
                return
            worker = self._worker() if self._crew.connected and not short else None
            if worker:
                self._begin(transfer, worker)
            else:
                short = short or self._crew.connected
                self._queue.wait(transfer.id, Wait.THREAD if short else Wait.ENGINE)
        for worker in self._spare:
            self._crew.dismiss(worker)
        self._spare.clear()
        if short:
            self._pass.start(THREAD_MS)  # nobody tells when a thread ends somewhere else
        self._touch()

    def _worker(self) -> Worker | None:
        if self._spare:
            return self._spare.pop()
        taken = {run.worker.objectName() for run in self._runs.values()}
        return self._crew.hire(next(name for n in count(1) if (name := f"transfer-{n}") not in taken), SPARE)

    def _begin(self, transfer: Transfer, worker: Worker) -> None:
        self._queue.start(transfer.id)
        self._runs[transfer.id] = run = TransferRun(transfer.id, transfer.wish, worker, self._look_up, self)
        run.proving.connect(self._on_proving)
        run.ended.connect(self._on_ended)
        run.freed.connect(self._on_freed)
        run.begin(self._credential)

    @Slot(int)
    def _on_proving(self, number: int) -> None:
        self._queue.advance(number, self._runs[number].meter.finish())
        self._queue.prove(number)
        self._touch()

    @Slot(int, object)
    def _on_ended(self, number: int, ending: Ending) -> None:
        if number in self._runs:
            meter = self._runs[number].meter
            self._queue.advance(number, meter.finish() if ending.state is State.DONE else meter.snapshot())
        error = ending.error
        if type(error) is ImageNotFound and self._queue.get(number).wish.account_id:
            error = ImageUnknown(error.raw, **error.facts)  # signing in is not what is missing
        ended = self._queue.end(number, ending.state, error, ending.receipt, self._clock())
        self._plan()
        if ended.state is State.DONE:
            self.arrived.emit(ended)
        elif ended.state is State.FAILED:
            self.failed.emit(ended)

    @Slot(int)
    def _on_freed(self, number: int) -> None:
        run = self._runs.pop(number)
        run.deleteLater()
        self._spare.append(run.worker)
        self._queue.release(number)
        self._plan()

    @Slot()
    def _on_crew_changed(self) -> None:
        self._plan()

    def _touch(self) -> None:
        """Show soon what changed: at once after a quiet time, else when LEAST_MS have passed."""
        if not self._picture.isActive():
            passed = self._since.elapsed() if self._since.isValid() else LEAST_MS
            self._picture.start(max(0, LEAST_MS - passed))

    @Slot()
    def _show(self) -> None:
        self._since.start()
        for number, run in self._runs.items():
            if number in self._queue and self._queue.get(number).state is State.ACTIVE:
                self._queue.advance(number, run.meter.snapshot())
        lanes, transfers, before = self._queue.lanes(), self._queue.all(), self.summary
        self.summary = self._sum_up(transfers)
        if self.model.show(lanes, transfers) or self.summary != before:
            self.changed.emit()
        if self.summary.out or self.summary.coming:
            self._picture.start(LEAST_MS)

    def _sum_up(self, transfers: list[Transfer]) -> Summary:
        running = [t for t in transfers if t.state in (State.ACTIVE, State.PROVING)]
        still = sum(not t.state.final for t in transfers)
        rests = [t.snapshot.left for t in running]
        known = [rest for rest in rests if rest is not None]
        left = max(known) if known and len(known) == still else None
        (out, out_rate), (coming, coming_rate) = map(partial(self._flow, running), (Direction.PUSH, Direction.PULL))
        return Summary(out, out_rate, coming, coming_rate, still, left)

    def _flow(self, running: list[Transfer], direction: Direction) -> tuple[int, float]:
        number = sum(t.wish.direction is direction for t in running)
        rate = self._traffic[direction].take(running, time.monotonic())
        return number, rate if number else 0.0
