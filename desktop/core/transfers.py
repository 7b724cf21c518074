"""Which transfer may run next. No threads, no clock: the bridge supplies both."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import count
from types import MappingProxyType

from desktop.core.errors import AppError
from desktop.core.progress import NOTHING, Snapshot
from desktop.core.reference import Reference


class Direction(Enum):
    """Which way the layers go."""

    PULL = "pull"
    PUSH = "push"


class State(Enum):
    """The life of a transfer. Every transfer ends in one of the last three."""

    QUEUED = "queued"
    ACTIVE = "active"
    PROVING = "proving"  # a push is over, the registry is asked for its manifest
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more can happen."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class Wait(Enum):
    """What a queued transfer waits for."""

    SLOT = "slot"  # as many as may run at once with this registry do
    NAME = "name"  # another transfer of the same name
    ENGINE = "engine"  # there is none to do it
    THREAD = "thread"  # Portside does as much at once as it ever does


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants moved: *account_id* signs in ("" for nobody), *image_id* is the image a push means."""

    direction: Direction
    reference: Reference
    account_id: str = ""
    image_id: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a push or pull: the registry's digest, platforms, and bytes (a push: compressed, a pull: unpacked)."""

    digest: str
    size: int = 0
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """One pull or push, as one row. *waits* says for what while it is queued, an error or a receipt how it ended.

    *place* is where it stands in the list: the id of the first try. *ended* is in seconds since 1970.
    """

    id: int
    wish: Wish
    state: State = State.QUEUED
    snapshot: Snapshot = NOTHING
    error: AppError | None = None
    receipt: Receipt | None = None
    waits: Wait = Wait.SLOT
    place: int = 0
    ended: float = 0.0

    @property
    def lane(self) -> str:
        """The registry it belongs to."""
        return self.wish.reference.registry


@dataclass(frozen=True, slots=True)
class Lane:
    """A registry's slots: how many of each direction are taken, and how many there are."""

    registry: str
    pulls: int
    most_pulls: int
    pushes: int
    most_pushes: int


LIMITS: Mapping[Direction, int] = MappingProxyType({Direction.PULL: 10, Direction.PUSH: 5})


class TransferQueue:
    """Transfers in the order asked for, never more at once per registry and direction than the limits.

    A slot is taken from start() until release(): a cancelled transfer is over on screen at once, but its thread
    may need a while longer, and until then the registry may still be busy with it.
    """

    def __init__(self, limits: Mapping[Direction, int] = LIMITS) -> None:
        self._limits = {direction: _within(limits[direction], direction) for direction in Direction}
        self._numbers = count(1)
        self._all: dict[int, Transfer] = {}
        self._open: dict[Wish, int] = {}
        self._queued: dict[int, None] = {}  # an ordered set: oldest first
        self._slots: dict[int, Wish] = {}
        self._busy: Counter[tuple[Direction, str]] = Counter()
        self._names: set[Reference] = set()  # of what holds a slot: a name is never pulled and pushed at once

    def add(self, wish: Wish) -> Transfer:
        """Queue *wish*; asking again for the same while it is not over joins the first."""
        known = self._open.get(wish)
        if known is not None:
            return self._all[known]
        number = next(self._numbers)
        self._all[number] = self._enter(Transfer(number, wish, place=number))
        return self._all[number]

    def retry(self, number: int) -> Transfer:
        """Queue the wish of a transfer that is over once more, in its place; ValueError while it is not over."""
        old = self._all[number]
        if not old.state.final:
            raise ValueError(f"{old.state} is not over")
        new = Transfer(next(self._numbers), old.wish, place=old.place)
        if old.wish in self._open:
            del self._all[number]  # somebody asked for it anew already
            return self._all[self._open[old.wish]]
        self._all = {(new.id if key == number else key): value for key, value in self._all.items()}
        self._all[new.id] = self._enter(new)
        return new

    def limit(self, direction: Direction, most: int) -> None:
        """Change how many may run at once per registry, 1 to the ceiling; what runs goes on."""
        self._limits[direction] = _within(most, direction)

    def ready(self) -> list[Transfer]:
        """What may be started now, oldest first, each as if those before it were; notes for what the others wait."""
        busy, names = self._busy.copy(), set(self._names)
        ready: list[Transfer] = []
        for number in list(self._queued):
            transfer = self._all[number]
            lane, reference = (transfer.wish.direction, transfer.lane), transfer.wish.reference
            if reference in names:
                self.wait(number, Wait.NAME)
                continue
            names.add(reference)  # also where it has to wait: no later one of the same name overtakes it
            if busy[lane] >= self._limits[transfer.wish.direction]:
                self.wait(number, Wait.SLOT)
                continue
            busy[lane] += 1
            ready.append(transfer)
        return ready

    def wait(self, number: int, waits: Wait) -> Transfer:
        """Note what a queued transfer waits for."""
        transfer = self._all[number]
        return transfer if transfer.waits is waits else self._set(transfer, waits=waits)

    def start(self, number: int) -> Transfer:
        """Make a queued transfer active and take its slot; ValueError if it may not start now."""
        transfer = self._all[number]
        lane, reference = (transfer.wish.direction, transfer.lane), transfer.wish.reference
        full = self._busy[lane] >= self._limits[transfer.wish.direction]
        if transfer.state is not State.QUEUED or full or reference in self._names:
            raise ValueError(f"{transfer.wish} may not start now")
        del self._queued[number]
        self._slots[number] = transfer.wish
        self._busy[lane] += 1
        self._names.add(reference)
        return self._set(transfer, state=State.ACTIVE)

    def advance(self, number: int, snapshot: Snapshot) -> Transfer:
        """Note how far a running transfer is; any other stays as it is."""
        transfer = self._all[number]
        runs = transfer.state in (State.ACTIVE, State.PROVING)
        return self._set(transfer, snapshot=snapshot) if runs else transfer

    def prove(self, number: int) -> Transfer:
        """An active push is over; its registry is being asked."""
        transfer = self._all[number]
        return self._set(transfer, state=State.PROVING) if transfer.state is State.ACTIVE else transfer

    def end(
        self, number: int, state: State, error: AppError | None = None, receipt: Receipt | None = None, at: float = 0.0
    ) -> Transfer:
        """Record how a transfer ended, and when; the first end counts. ValueError for an end that cannot be."""
        transfer = self._all[number]
        if transfer.state.final:
            return transfer
        if not state.final or (transfer.state is State.QUEUED and state is State.DONE):
            raise ValueError(f"{transfer.state} cannot become {state}")
        del self._open[transfer.wish]
        self._queued.pop(number, None)
        return self._set(transfer, state=state, error=error, receipt=receipt, ended=at)

    def release(self, number: int) -> None:
        """Give the slot back: nothing of the transfer runs any more."""
        wish = self._slots.pop(number, None)
        if wish:
            self._busy[wish.direction, wish.reference.registry] -= 1
            self._names.remove(wish.reference)

    def __contains__(self, number: int) -> bool:
        """Whether there is a transfer of that number; one that was tried again has another."""
        return number in self._all

    def get(self, number: int) -> Transfer:
        """The transfer of that number."""
        return self._all[number]

    def all(self) -> list[Transfer]:
        """Every transfer, in the order asked for; one that was tried again in the place of the try before."""
        return list(self._all.values())

    def lanes(self) -> list[Lane]:
        """Every registry that was asked for, in that order, with its slots."""
        pulls, pushes = self._limits[Direction.PULL], self._limits[Direction.PUSH]
        return [
            Lane(name, self._busy[Direction.PULL, name], pulls, self._busy[Direction.PUSH, name], pushes)
            for name in dict.fromkeys(t.lane for t in self._all.values())
        ]

    def _enter(self, new: Transfer) -> Transfer:
        self._open[new.wish] = new.id
        self._queued[new.id] = None
        return new

    def _set(self, transfer: Transfer, **changes: object) -> Transfer:
        self._all[transfer.id] = replace(transfer, **changes)  # type: ignore[arg-type]
        return self._all[transfer.id]


def _within(most: int, direction: Direction) -> int:
    return max(1, min(most, LIMITS[direction]))
