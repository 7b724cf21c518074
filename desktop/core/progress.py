"""How far a transfer is, from what the engine says of its layers."""

from dataclasses import dataclass
from enum import Enum


class Phase(Enum):
    """What happens to a layer."""

    WAITING = "waiting"  # announced; the engine moves only a few at once
    MOVING = "moving"  # bytes go over the line
    CHECKING = "checking"
    MOVED = "moved"  # all bytes are over, not yet in place
    EXTRACTING = "extracting"
    RETRYING = "retrying"  # the engine tries again by itself
    DONE = "done"
    EXISTS = "exists"  # was there before
    MOUNTED = "mounted"  # the registry took it from another repository

    @property
    def over(self) -> bool:
        """Whether no byte of the layer is still to be moved."""
        return self in (Phase.MOVED, Phase.EXTRACTING, Phase.DONE, Phase.EXISTS, Phase.MOUNTED)

    @property
    def final(self) -> bool:
        """Whether nothing more happens to the layer."""
        return self in (Phase.DONE, Phase.EXISTS, Phase.MOUNTED)


@dataclass(frozen=True, slots=True)
class LayerProgress:
    """One progress line of one layer (12 hex digits); *total* is 0 while unknown.

    The closing line of a push comes as a line without a layer that carries the *digest* the engine reported.
    """

    layer: str
    phase: Phase
    done: int = 0
    total: int = 0
    digest: str = ""
    retry_s: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A transfer as it stands: bytes, layers, *speed* in bytes a second, *left* in seconds (None: not yet known)."""

    done: int = 0
    total: int = 0
    layers: tuple[LayerProgress, ...] = ()
    speed: float = 0.0
    left: float | None = None

    @property
    def part(self) -> float:
        """How much is over, 0 to 1, by bytes where they are known, else by layers."""
        if self.total > 0:
            return min(1.0, self.done / self.total)
        return sum(layer.phase.over for layer in self.layers) / len(self.layers) if self.layers else 0.0


NOTHING = Snapshot()  #: of a transfer that has not begun


class Progress:
    """Adds up the lines of one transfer. No clock: *now* is seconds on any clock that never goes back."""

    def __init__(self) -> None:
        self._layers: dict[str, LayerProgress] = {}
        self._moved = 0  # bytes seen moving, for the speed
        self._speed, self._since, self._seen_at, self._seen = 0.0, -1.0, -1.0, 0
        self._shown = 0

    def feed(self, line: LayerProgress) -> None:
        """Take in one line; a layer never goes back."""
        if not line.layer:
            return
        old = self._layers.get(line.layer)
        if old and old.phase.final:
            return
        total = max(line.total, old.total if old else 0)
        before = old.done if old else 0
        moving = line.phase is Phase.MOVING
        done = max(before, min(line.done, total) if total else line.done) if moving else before
        if line.phase.over:
            done = total
        self._moved += done - before if moving or (line.phase.over and before) else 0
        self._layers[line.layer] = LayerProgress(line.layer, line.phase, done, total, retry_s=line.retry_s)

    def snapshot(self, now: float) -> Snapshot:
        """How far it is now; *done* never goes back."""
        layers = tuple(self._layers.values())
        total = sum(layer.total for layer in layers)
        self._shown = max(self._shown, min(sum(layer.done for layer in layers), total or 1 << 62))
        self._measure(now)
        rest = total - self._shown
        fit = self._since >= 0 and now - self._since >= 2 and total and self._shown >= total * 0.02
        left = rest / self._speed if fit and self._speed > 1 and rest > 0 else None
        return Snapshot(self._shown, total, layers, self._speed, left)

    def _measure(self, now: float) -> None:
        if self._seen_at < 0:
            self._seen_at, self._seen = now, self._moved
        if self._since < 0 and self._moved:
            self._since = now
        passed = now - self._seen_at
        if passed < 0.2:
            return
        weight = min(1.0, passed / 5.0)  # an average over about five seconds
        rate = (self._moved - self._seen) / passed
        self._speed = rate if self._speed == 0.0 else self._speed + weight * (rate - self._speed)
        self._seen_at, self._seen = now, self._moved
