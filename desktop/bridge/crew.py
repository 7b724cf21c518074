"""The workers that talk to the engine: one that reads, up to four that act, and those hired for streams."""

from collections.abc import Callable, Hashable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge.worker import Job, Roster, Work, Worker
from desktop.core.engine_errors import EngineUnreachable
from desktop.core.ports import Engine

MOST_HANDS = 4  #: acts at once; the engine serialises most of them anyway
MakeEngine = Callable[[], Engine]


def nobody() -> Engine:
    """What answers while there is no engine: EngineUnreachable."""
    raise EngineUnreachable


class _Act(NamedTuple):
    key: Hashable
    work: Work
    job: Job


class EngineCrew(QObject):
    """Gives work to the engine in use. Work always has an end: without an engine it fails with EngineUnreachable."""

    changed = Signal(bool)  # whether there is an engine; also when it is another one than before

    def __init__(self, roster: Roster, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roster, self._make, self._connected = roster, nobody, False
        reader, hand = roster.hire(nobody, "engine-read"), roster.hire(nobody, "engine-act-1")
        assert reader and hand, "the crew comes first, so that it never lacks a thread"
        self._reader = reader
        self._hired: list[Worker] = []
        self._hands: dict[Worker, Hashable] = {hand: None}  # each with what it works on, or did last
        self._waiting: list[_Act] = []
        hand.idle.connect(self._give_out)

    @property
    def connected(self) -> bool:
        """Whether there is an engine to talk to."""
        return self._connected

    def connect_to(self, make_engine: MakeEngine | None) -> None:
        """Talk to the engine that *make_engine* connects to (on each worker's own thread); None: to nobody.

        Reads fail; acts and streams that run go on with the engine they began with, until it ends them.
        """
        self._make, self._connected = make_engine or nobody, make_engine is not None
        self._hired = [worker for worker in self._hired if not worker.isFinished()]
        for worker in (*self._hired, *self._hands):
            worker.renew(self._make)
        stale = self._renew_reader()
        waiting, self._waiting = self._waiting, []
        if stale:
            stale.abandon(EngineUnreachable())
        for act in waiting:
            act.job.fail(EngineUnreachable())
        self.changed.emit(self._connected)

    def read(self, work: Work) -> Job:
        """Run *work(engine, token, report)* after the reads asked for before."""
        return self._reader.submit(work)

    def act(self, key: Hashable, work: Work) -> Job:
        """Run *work(engine, token, report)* on the object *key*: after earlier acts on it, beside acts on others."""
        if not self._connected:
            return self._reader.submit(work)  # never blocked without an engine, as a hand may be by the last one
        job = Job()
        self._waiting.append(_Act(key, work, job))
        self._give_out()
        return job

    def hire(self, name: str, spare: int = 0) -> Worker | None:
        """A worker with an engine client of its own, for streams; it follows to another engine with its next job.

        None where that would be one thread too many, or leave fewer than *spare* for others.
        """
        worker = self._roster.hire(self._make, name, spare)
        if worker:
            self._hired.append(worker)
        return worker

    def dismiss(self, worker: Worker) -> None:
        """Let a hired worker go; what it does is cancelled."""
        if worker in self._hired:
            self._hired.remove(worker)
        self._roster.dismiss(worker)

    def _renew_reader(self) -> Worker | None:
        """Have a reader for the engine in use; return the old one if it may be blocked by another engine."""
        fresh = self._roster.hire(self._make, "engine-read") if self._reader.busy else None
        if fresh is None:
            self._reader.renew(self._make)
            return None
        stale, self._reader = self._reader, fresh
        return stale

    @Slot()
    def _give_out(self) -> None:
        for act in list(self._waiting):
            if any(worker.busy and key == act.key for worker, key in self._hands.items()):
                continue
            worker = self._free_hand()
            if worker is None:
                return
            self._waiting.remove(act)
            self._hands[worker] = act.key
            worker.submit(act.work, act.job)

    def _free_hand(self) -> Worker | None:
        free = next((worker for worker in self._hands if not worker.busy), None)
        if free or len(self._hands) >= MOST_HANDS:
            return free
        new = self._roster.hire(self._make, f"engine-act-{len(self._hands) + 1}")
        if new:
            self._hands[new] = None
            new.idle.connect(self._give_out)
        return new
