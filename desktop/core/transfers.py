"""Which transfer may run next. No threads, no clock: the bridge supplies both."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
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


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants moved: *account_id* signs in ("" for nobody), *image_id* is the image a push means."""

    direction: Direction
    reference: Reference
    account_id: str = ""
    image_id: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a push or pull: the registry's digest, compressed bytes, platforms."""

    digest: str
    size: int = 0
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """One pull or push, as one row. *note* is why it waits, an error or a receipt says how it ended."""

    id: int
    wish: Wish
    state: State = State.QUEUED
    snapshot: Snapshot = NOTHING
    error: AppError | None = None
    receipt: Receipt | None = None

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

    A slot is taken from start_ready() until release(): a cancelled transfer is over on screen at once, but its thread
    may need a while longer, and until then the registry may still be busy with it.
    """

    def __init__(self, limits: Mapping[Direction, int] = LIMITS) -> None:
        self._limits = dict(limits)
        self._all: dict[int, Transfer] = {}
        self._open: dict[tuple[Direction, Reference], int] = {}
        self._slots: set[int] = set()

    def add(self, wish: Wish) -> Transfer:
        """Queue *wish*; asking again for the same while it is not over joins the first."""
        known = self._open.get((wish.direction, wish.reference))
        if known is not None:
            return self._all[known]
        new = Transfer(len(self._all) + 1, wish)
        self._all[new.id] = new
        self._open[wish.direction, wish.reference] = new.id
        return new

    def limit(self, direction: Direction, most: int) -> None:
        """Change how many may run at once per registry; what runs goes on."""
        self._limits[direction] = max(1, min(most, LIMITS[direction]))

    def start_ready(self, room: int = 1 << 30) -> list[Transfer]:
        """Move at most *room* transfers that may run now from QUEUED to ACTIVE, take their slots, and return them."""
        holders = [self._all[number] for number in self._slots]
        busy = Counter((t.wish.direction, t.lane) for t in holders)
        names = {t.wish.reference for t in holders}  # one name is never pulled and pushed at once
        started: list[Transfer] = []
        for number in list(self._open.values()):
            transfer = self._all[number]
            if transfer.state is not State.QUEUED or len(started) >= room:
                continue
            lane = transfer.wish.direction, transfer.lane
            if busy[lane] < self._limits[transfer.wish.direction] and transfer.wish.reference not in names:
                busy[lane] += 1
                names.add(transfer.wish.reference)
                self._slots.add(number)
                started.append(self._set(transfer, state=State.ACTIVE))
        return started

    def advance(self, number: int, snapshot: Snapshot) -> Transfer:
        """Note how far an active transfer is; one that is over stays as it ended."""
        transfer = self._all[number]
        return transfer if transfer.state.final else self._set(transfer, snapshot=snapshot)

    def prove(self, number: int) -> Transfer:
        """An active push is over; its registry is being asked."""
        transfer = self._all[number]
        return self._set(transfer, state=State.PROVING) if transfer.state is State.ACTIVE else transfer

    def end(self, number: int, state: State, error: AppError | None = None, receipt: Receipt | None = None) -> Transfer:
        """Record how a transfer ended; the first end counts. ValueError for an end that cannot be."""
        transfer = self._all[number]
        if transfer.state.final:
            return transfer
        if not state.final or (transfer.state is State.QUEUED and state is State.DONE):
            raise ValueError(f"{transfer.state} cannot become {state}")
        del self._open[transfer.wish.direction, transfer.wish.reference]
        return self._set(transfer, state=state, error=error, receipt=receipt)

    def release(self, number: int) -> None:
        """Give the slot back: nothing of the transfer runs any more."""
        self._slots.discard(number)

    def get(self, number: int) -> Transfer:
        """The transfer of that number."""
        return self._all[number]

    def all(self) -> list[Transfer]:
        """Every transfer, in the order asked for."""
        return list(self._all.values())

    def lanes(self) -> list[Lane]:
        """Every registry that was asked for, in that order, with its slots."""
        taken = Counter((t.wish.direction, t.lane) for t in map(self._all.__getitem__, self._slots))
        pulls, pushes = self._limits[Direction.PULL], self._limits[Direction.PUSH]
        return [
            Lane(name, taken[Direction.PULL, name], pulls, taken[Direction.PUSH, name], pushes)
            for name in dict.fromkeys(t.lane for t in self._all.values())
        ]

    def _set(self, transfer: Transfer, **changes: object) -> Transfer:
        self._all[transfer.id] = replace(transfer, **changes)  # type: ignore[arg-type]
        return self._all[transfer.id]
