"""How fast all transfers together are."""

from collections.abc import Iterable

from desktop.core.speed import Speed
from desktop.core.transfers import Direction, Transfer

Key = tuple[str, str]


class Traffic:
    """Bytes a second of all transfers of one direction. No clock: *now* is seconds on one that never goes back.

    Two pulls that share a layer download it once, and both tell of it: it counts once. Two pushes send it twice, each
    into its own repository.
    """

    def __init__(self, direction: Direction) -> None:
        self._direction, self._speed = direction, Speed()
        self._known: dict[Key, int] = {}

    def take(self, running: Iterable[Transfer], now: float) -> float:
        """Bytes a second at *now*, when these transfers run, each with its latest snapshot."""
        there: dict[Key, int] = {}
        for transfer in running:
            if transfer.wish.direction is self._direction:
                place = transfer.wish.reference.repository if self._direction is Direction.PUSH else ""
                for layer in transfer.snapshot.layers:
                    key = place, layer.layer
                    there[key] = max(there.get(key, 0), layer.done)
        self._speed.moved += sum(max(0, done - self._known.get(key, 0)) for key, done in there.items())
        self._known = there
        return self._speed.at(now)
