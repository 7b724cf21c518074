"""What transfers and their layers are said to do."""

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QObject

from desktop.bridge.transfer_rows import Summary
from desktop.core.progress import LayerProgress, Phase
from desktop.core.registry import Account, Provider
from desktop.core.registry_errors import InvalidReference
from desktop.core.transfer_errors import NameMoved
from desktop.core.transfers import Direction, Receipt, State, Transfer, Wait
from desktop.ui.naming import registry_title
from desktop.ui.notices import in_short
from desktop.ui.words import UNITS, left, rate, short_digest, size

NEVER_AGAIN = (NameMoved, InvalidReference)  #: the same wish would fail the same way


def may_retry(transfer: Transfer) -> bool:
    """Whether the same wish may go well another time."""
    ended = transfer.state in (State.FAILED, State.CANCELLED)
    return ended and not isinstance(transfer.error, NEVER_AGAIN)


def in_unit_of(whole: int, done: int) -> str:
    """*done* bytes in the unit that *whole* is told in, without the unit: "57.8" where the whole is "71.8 MB"."""
    figure, unit = size(whole).split(" ")
    shown, digits = min(done, whole) / 1000 ** UNITS.index(unit), len(figure.partition(".")[2])
    return f"{shown:.{digits}f}" if shown else "0"


class TransferWords(QObject):
    """Puts a transfer into the person's language."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._practice: frozenset[str] = frozenset()

    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """The practice registry is called by its name, not by its address."""
        self._practice = frozenset(each.host for each in accounts if each.provider is Provider.PRACTICE)

    def lane(self, registry: str) -> str:
        """What a registry is called."""
        return self.tr("Practice registry") if registry in self._practice else registry_title(registry)

    def note(self, transfer: Transfer) -> str:
        """The line below the name: what it does, waits for, ended with."""
        if transfer.state is State.QUEUED:
            return self._waits(transfer)
        if transfer.state is State.ACTIVE:
            return self._moves(transfer)
        if transfer.state is State.PROVING:
            return self.tr("Everything is sent; asking the registry for it")
        if transfer.state is State.DONE:
            return self._arrived(transfer)
        if transfer.state is State.FAILED:
            return in_short(transfer.error) if transfer.error else ""
        return self._cancelled(transfer)

    def count(self, transfer: Transfer) -> str:
        """Bytes over, of how many."""
        shot = transfer.snapshot
        return self._bytes(shot.done, shot.total if shot.certain else 0)

    def layer_count(self, layer: LayerProgress) -> str:
        """Bytes of a layer over, of how many."""
        return size(layer.total) if layer.phase.over and layer.total else self._bytes(layer.done, layer.total)

    def whither(self, transfer: Transfer) -> str:
        """Which way it goes or went, and when."""
        push, done = transfer.wish.direction is Direction.PUSH, transfer.state is State.DONE
        said = {
            (True, False): self.tr("Push to {registry}"),
            (False, False): self.tr("Pull from {registry}"),
            (True, True): self.tr("Pushed to {registry}, {time}"),
            (False, True): self.tr("Pulled from {registry}, {time}"),
        }[push, done]
        return said.format(registry=self.lane(transfer.lane), time=self.time(transfer))

    def speed(self, transfer: Transfer) -> str:
        """Bytes a second, while there are some."""
        return rate(transfer.snapshot.speed) if transfer.snapshot.speed >= 1 else ""

    def left(self, transfer: Transfer) -> str:
        """How long it will take, where that can be said."""
        rest = transfer.snapshot.left
        return "" if rest is None else self.tr("{time} left").format(time=left(rest))

    def receipt(self, receipt: Receipt) -> str:
        """Digest, size and platforms in a row; an index of many platforms tells how many."""
        many = self.tr("{n} platforms").format(n=len(receipt.platforms))
        platforms = ", ".join(receipt.platforms) if len(receipt.platforms) <= 2 else many
        facts = (short_digest(receipt.digest), size(receipt.size) if receipt.size else "", platforms)
        return ", ".join(fact for fact in facts if fact)

    def phase(self, layer: LayerProgress, direction: Direction, ended: bool = False) -> str:
        """What happens to a layer; what did not, where the transfer has *ended*."""
        if ended and not layer.phase.over:
            return self.tr("did not get there") if direction is Direction.PUSH else self.tr("did not arrive")
        if layer.phase is Phase.RETRYING:
            return self.tr("the engine tries again in {n} s").format(n=layer.retry_s)
        if direction is Direction.PUSH:
            words = {
                Phase.MOVING: self.tr("going out"),
                Phase.EXISTS: self.tr("already there"),
                Phase.MOUNTED: self.tr("taken from another repository there"),
            }
            return words.get(layer.phase, self.tr("there") if layer.phase.over else self.tr("waits for the engine"))
        words = {
            Phase.MOVING: self.tr("coming in"),
            Phase.CHECKING: self.tr("being checked"),
            Phase.MOVED: self.tr("here, not unpacked yet"),
            Phase.EXTRACTING: self.tr("being unpacked"),
            Phase.EXISTS: self.tr("already here"),
        }
        return words.get(layer.phase, self.tr("in place") if layer.phase.over else self.tr("waits for the engine"))

    def summary(self, summary: Summary) -> str:
        """How much goes out and comes in: "6.9 MB/s out, 11.2 MB/s in; all done in about 2 min"."""
        if not summary.out and not summary.coming:
            waiting = self.tr("Nothing is moving; {n} waiting").format(n=summary.open)
            return waiting if summary.open else self.tr("Nothing is moving")
        out = self.tr("{rate} out") if summary.out_rate >= 1 else self.tr("{n} going out")
        coming = self.tr("{rate} in") if summary.coming_rate >= 1 else self.tr("{n} coming in")
        said = ", ".join(
            text.format(rate=rate(speed), n=number)
            for text, number, speed in (
                (out, summary.out, summary.out_rate),
                (coming, summary.coming, summary.coming_rate),
            )
            if number
        )
        if summary.left is None:
            return said
        return self.tr("{what}; all done in about {time}").format(what=said, time=left(summary.left))

    def _bytes(self, done: int, whole: int) -> str:
        if not whole:
            return size(done) if done else ""
        return self.tr("{done} of {whole}").format(done=in_unit_of(whole, done), whole=size(whole))

    def _waits(self, transfer: Transfer) -> str:
        pull, push = {
            Wait.SLOT: (self.tr("Pull, waits for its turn"), self.tr("Push, waits for its turn")),
            Wait.NAME: (
                self.tr("Pull, waits for another transfer of this name"),
                self.tr("Push, waits for another transfer of this name"),
            ),
            Wait.ENGINE: (self.tr("Pull, waits for an engine"), self.tr("Push, waits for an engine")),
            Wait.THREAD: (
                self.tr("Pull, waits: Portside does as much at once as it can"),
                self.tr("Push, waits: Portside does as much at once as it can"),
            ),
        }[transfer.waits]
        return pull if transfer.wish.direction is Direction.PULL else push

    def _moves(self, transfer: Transfer) -> str:
        layers, pull = transfer.snapshot.layers, transfer.wish.direction is Direction.PULL
        if not layers:
            return self.tr("Begun; the engine has named no layer yet")  # Podman never does on a push
        retrying = [layer.retry_s for layer in layers if layer.phase is Phase.RETRYING]
        if retrying:
            return self.tr("A layer met trouble; the engine tries again in {n} s").format(n=min(retrying))
        over = sum(layer.phase.over for layer in layers)
        if over == len(layers):
            return self._settles(layers, pull)
        if all(layer.phase is Phase.WAITING for layer in layers if not layer.phase.over):
            return self.tr("Waits for the engine: it moves a few layers at once")
        if len(layers) == 1:
            return self.tr("Its one layer is on the way")
        text = self.tr("{n} of {m} layers are here") if pull else self.tr("{n} of {m} layers are there")
        return text.format(n=over, m=len(layers))

    def _settles(self, layers: Sequence[LayerProgress], pull: bool) -> str:
        if not pull:
            return self.tr("All layers are there; the name follows")
        ready = sum(layer.phase.final for layer in layers)
        if ready == len(layers):
            return self.tr("All layers are in place")
        return self.tr("Unpacking: {n} of {m} layers are in place").format(n=ready, m=len(layers))

    def _arrived(self, transfer: Transfer) -> str:
        push = transfer.wish.direction is Direction.PUSH
        said = self.tr("Pushed {time}. The registry has {facts}") if push else self.tr("Pulled {time}. It is {facts}")
        facts = self.receipt(transfer.receipt) if transfer.receipt else ""
        return said.format(time=self.time(transfer), facts=facts)

    def _cancelled(self, transfer: Transfer) -> str:
        if transfer.error:
            said = self.tr("Cancelled {time}, after it was sent; the registry was not asked for it")
        elif not transfer.snapshot.layers:
            said = self.tr("Cancelled {time}, before it began")
        elif transfer.wish.direction is Direction.PUSH:
            said = self.tr("Cancelled {time}. Layers that arrived stay in the registry.")
        else:
            said = self.tr("Cancelled {time}. What had come may have to be fetched again.")
        return said.format(time=self.time(transfer))

    def time(self, transfer: Transfer) -> str:
        """When it ended, as a clock on the wall; with the day where that was not today."""
        ended, local = QDateTime.fromSecsSinceEpoch(int(transfer.ended)), QLocale()
        short = QLocale.FormatType.ShortFormat
        plain = local.language() == QLocale.Language.C
        hour = ended.time().toString("HH:mm") if plain else local.toString(ended.time(), short)
        today = ended.date() == QDateTime.currentDateTime().date()
        return hour if today or not transfer.ended else f"{local.toString(ended.date(), short)} {hour}"
