"""How far a transfer is, from what the engine says of its layers."""

from dataclasses import dataclass, replace
from enum import Enum

from desktop.core.speed import Speed

LEAST_S, LEAST_PART = 2.0, 0.02  #: before that nobody can say how long it will take
MOST_BYTES = (1 << 63) - 1  #: an engine's figure beyond this is a mistake


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
    """A transfer as it stands: bytes, layers, *speed* in bytes a second, *left* in seconds (None: nobody can say).

    *total* adds up what is known; while *certain* is False it may still grow. *part* is how much is over, 0 to 1.
    """

    done: int = 0
    total: int = 0
    layers: tuple[LayerProgress, ...] = ()
    speed: float = 0.0
    left: float | None = None
    part: float = 0.0
    certain: bool = False


NOTHING = Snapshot()  #: of a transfer that has not begun


class Progress:
    """Adds up the lines of one transfer. No clock: *now* is seconds on any clock that never goes back."""

    def __init__(self) -> None:
        self._layers: dict[str, LayerProgress] = {}
        self._heard: dict[str, int] = {}  # bytes as last said; they fall when the engine begins a layer again
        self._speed = Speed()
        self._done, self._part = 0, 0.0

    def feed(self, line: LayerProgress) -> None:
        """Take in one line; a layer's bytes never go back, and one that is in place stays so."""
        old = self._layers.get(line.layer, LayerProgress(line.layer, Phase.WAITING))
        if not line.layer or old.phase.final:
            return
        # while extracting, newer engines count seconds
        told = line if line.phase in (Phase.WAITING, Phase.MOVING) else replace(line, done=0, total=0)
        total = max(old.total, _bytes(told.total))
        total = total and max(total, old.done)  # a size that comes late and too small
        done = max(old.done, min(_bytes(told.done), total or MOST_BYTES))
        if line.phase is Phase.MOVING:
            self._hear(line.layer, min(_bytes(line.done), total or MOST_BYTES))
        if line.phase.over:
            total = max(total, done)
            if done:  # it moved, so the last bytes did too, which are never reported
                self._speed.moved += total - done
            done = total
        self._layers[line.layer] = LayerProgress(line.layer, line.phase, done, total, retry_s=line.retry_s)

    def snapshot(self, now: float) -> Snapshot:
        """How far it is at *now*; neither *done* nor *part* ever goes back."""
        layers = tuple(self._layers.values())
        sized = [layer for layer in layers if layer.total]
        unsized = sum(not layer.total and not layer.phase.over for layer in layers)
        total = sum(layer.total for layer in sized)
        self._done = max(self._done, sum(layer.done for layer in layers))
        self._part = max(self._part, _part(layers, sized, unsized))
        speed, since = self._speed.at(now), self._speed.passed(now)
        certain = bool(total) and not unsized
        rest = total - self._done
        telling = certain and since >= LEAST_S and self._done >= total * LEAST_PART and speed >= 1.0
        return Snapshot(
            self._done, total, layers, speed, rest / speed if telling and rest > 0 else None, self._part, certain
        )

    def finish(self, now: float) -> Snapshot:
        """The end of a transfer that succeeded: every layer in place, all of it over, whatever was reported."""
        for layer in list(self._layers.values()):
            self.feed(LayerProgress(layer.layer, Phase.DONE))
        self._part = 1.0
        return replace(self.snapshot(now), speed=0.0, left=None)

    def _hear(self, layer: str, figure: int) -> None:
        self._speed.moved += max(0, figure - self._heard.get(layer, 0))
        self._heard[layer] = figure


def _bytes(figure: int) -> int:
    return max(0, min(figure, MOST_BYTES))


def _part(layers: tuple[LayerProgress, ...], sized: list[LayerProgress], unsized: int) -> float:
    """By bytes, a layer of unknown size taken for an average one; by layers where no size is known."""
    if sized:
        total = sum(layer.total for layer in sized)
        return sum(layer.done for layer in sized) / (total + unsized * total / len(sized))
    return sum(layer.phase.over for layer in layers) / len(layers) if layers else 0.0
