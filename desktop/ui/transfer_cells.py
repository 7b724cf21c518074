"""The cells of the transfers' tables: lanes, jobs, layers."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPen

from desktop.bridge.transfer_rows import name_of
from desktop.core.errors import NextStep
from desktop.core.progress import LayerProgress
from desktop.core.transfers import Direction, Lane, State, Transfer
from desktop.ui import theme
from desktop.ui.notices import explain
from desktop.ui.transfer_words import TransferWords, may_retry
from desktop.ui.widgets.cells import RIGHT, Canvas, Text, breadth
from desktop.ui.widgets.painted import bar

HIGH, LANE_HIGH, LAYER_HIGH = 52, 40, 32  #: pixels of a job, a lane, a layer
CANCEL, RETRY, COPY, STEP = "cancel", "retry", "copy", "step"  #: the acts of a row
SLOT, ICON, TEXT = 9, 28, 34  #: pixels: of a slot cell, of an act's icon, from the left to the words
MOVING = (State.ACTIVE, State.PROVING)
_TONES = {State.DONE: "good", State.FAILED: "bad"}


@dataclass(frozen=True)
class LaneCell:
    """A registry with its slots: how many are used, of how many, and what they are called."""

    text: str
    slots: tuple[tuple[int, int, str], ...]

    @property
    def spoken(self) -> str:
        """The registry, then its slots."""
        return ", ".join([self.text, *(words for _, _, words in self.slots)])

    def paint(self, canvas: Canvas, box: QRect) -> None:
        whole = box.adjusted(-24, 0, 12, 0)
        canvas.painter.fillRect(whole, theme.colour("sunken"))
        canvas.icon(box, "registry", "text2")
        edge = box.right() - 12
        for slot in reversed(self.slots):
            edge = self._slots(canvas, QRect(box.left(), box.top(), edge - box.left(), box.height()), *slot) - 28
        canvas.text(QRect(box.left() + 26, box.top(), edge - box.left() - 26, box.height()), self.text, "strong")

    def _slots(self, canvas: Canvas, box: QRect, used: int, most: int, words: str) -> int:
        """Paint the words and the cells at the right of *box*; return the left edge."""
        width = canvas.text(box, words, "small", "text2", RIGHT)
        left = box.right() - width - 10 - most * SLOT
        canvas.painter.setPen(Qt.PenStyle.NoPen)
        for number in range(most):
            canvas.painter.setBrush(theme.colour("meter" if number < used else "track"))
            canvas.painter.drawRoundedRect(QRectF(left + number * SLOT, box.center().y() - 5.5, 6, 12), 2, 2)
        return left


@dataclass(frozen=True)
class JobCell:
    """A push or a pull; with a meter where *part* is given. *button* is the caption of its one painted button."""

    text: str
    icon: str
    note: str
    tone: str = "text2"
    part: float | None = None
    count: str = ""
    speed: str = ""
    left: str = ""
    icons: tuple[tuple[str, str, str], ...] = ()  # icon, act, what it is called
    button: tuple[str, str] = ("", "")  # act, caption
    verb: str = ""

    @property
    def spoken(self) -> str:
        """All that is painted, in a row."""
        return ", ".join(part for part in (self.text, self.verb, self.note, self.count, self.speed, self.left) if part)

    def paint(self, canvas: Canvas, box: QRect) -> None:
        canvas.icon(box, self.icon, self.tone, 18)
        edge = self._acts_left(box) - (12 if self.icons or self.button[1] else 0)
        if self.part is not None:
            edge = self._paint_facts(canvas, QRect(box.left(), box.top(), edge - box.left(), box.height()))
        middle, words = box.center().y(), QRect(box.left() + TEXT, box.top(), edge - box.left() - TEXT - 12, 18)
        words.moveTop(middle - 18)
        canvas.text(words, self.text, "medium", elide=Qt.TextElideMode.ElideMiddle)
        words.moveTop(middle)
        canvas.text(words, self.note, "small", self.tone if self.tone in _TONES.values() else "text2")
        self._paint_acts(canvas, box)

    def places(self, box: QRect) -> list[tuple[str, QRect]]:
        """Each act with the place where it can be clicked."""
        found = [(act, place) for (_, act, _), place in zip(self.icons, self._icon_boxes(box), strict=True)]
        return [*found, (self.button[0], self._button_box(box))] if self.button[1] else found

    def tip_of(self, act: str) -> str:
        """What an act is called."""
        return next((name for _, each, name in self.icons if each == act), self.button[1])

    def _paint_facts(self, canvas: Canvas, box: QRect) -> int:
        """Meter, bytes, speed and time left at the right of *box*; return the left edge."""
        wide = max(108, min(200, box.width() // 4))
        speed, rest = (92, 96) if box.width() > 720 else (84, 84)
        left, middle = box.right() - wide - speed - rest, box.center().y()
        tone = "meter" if self.speed else "edge"
        bar(canvas.painter, QRectF(left, middle - 9.5, wide, 4), self.part or 0.0, tone)
        canvas.text(QRect(left, middle, wide, 18), self.count, "small", "text2")
        canvas.text(QRect(left + wide, box.top(), speed, box.height()), self.speed, "body", "text", RIGHT)
        canvas.text(QRect(left + wide + speed, box.top(), rest, box.height()), self.left, "body", "text2", RIGHT)
        return left

    def _paint_acts(self, canvas: Canvas, box: QRect) -> None:
        for (icon, _, _), place in zip(self.icons, self._icon_boxes(box), strict=True):
            canvas.icon(place.adjusted(6, 0, 0, 0), icon, "text" if canvas.lively else "text3")
        if self.button[1]:
            shape = self._button_box(box)
            canvas.painter.setPen(QPen(theme.colour("control")))
            canvas.painter.setBrush(theme.colour("raised"))
            canvas.painter.drawRoundedRect(QRectF(shape).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            canvas.text(shape, self.button[1], "medium", "text", Qt.AlignmentFlag.AlignHCenter)

    def _acts_left(self, box: QRect) -> int:
        boxes = [place for _, place in self.places(box)]
        return min((place.left() for place in boxes), default=box.right() - 12)

    def _button_box(self, box: QRect) -> QRect:
        wide = breadth(self.button[1], "medium") + 26
        return QRect(
            QPoint(box.right() - 12 - wide + 1, box.center().y() - 15), QPoint(box.right() - 12, box.center().y() + 14)
        )

    def _icon_boxes(self, box: QRect) -> list[QRect]:
        edge = self._button_box(box).left() - 8 if self.button[1] else box.right() - 12 + 7
        left = edge - ICON * len(self.icons)
        return [QRect(left + ICON * number, box.top(), ICON, box.height()) for number in range(len(self.icons))]


@dataclass(frozen=True)
class MeterCell:
    """A meter alone, or nothing."""

    part: float | None
    tone: str
    text: str = ""

    def paint(self, canvas: Canvas, box: QRect) -> None:
        if self.part is not None:
            bar(canvas.painter, QRectF(box.left(), box.center().y() - 1.5, box.width(), 4), self.part, self.tone)


class TransferCells(QObject):
    """Turns lanes, transfers and layers into cells, in the person's language."""

    def __init__(self, words: TransferWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def row(self, row: Lane | Transfer) -> LaneCell | JobCell:
        """The one cell of a row."""
        return self._lane(row) if isinstance(row, Lane) else self._job(row)

    def button(self, transfer: Transfer) -> tuple[str, str]:
        """The act that helps most after a failure, and its caption."""
        if transfer.state is State.FAILED and transfer.error:
            if transfer.error.step not in (NextStep.NONE, NextStep.RETRY):
                return STEP, explain(transfer.error).act
            return (RETRY, self.tr("Try again")) if may_retry(transfer) else ("", "")
        return "", ""

    def acts(self, transfer: Transfer) -> tuple[tuple[str, str, str], ...]:
        """The other acts: icon, act, what it is called."""
        if not transfer.state.final:
            return (("close", CANCEL, self.tr("Cancel")),)
        if transfer.state is State.DONE and transfer.receipt and transfer.receipt.digest:
            return (("copy", COPY, self.tr("Copy the digest")),)
        if may_retry(transfer) and self.button(transfer)[0] != RETRY:
            return (("restart", RETRY, self.tr("Try again")),)
        return ()

    def _lane(self, lane: Lane) -> LaneCell:
        pushes = self.tr("{n} of {m} pushes").format(n=lane.pushes, m=lane.most_pushes)
        pulls = self.tr("{n} of {m} pulls").format(n=lane.pulls, m=lane.most_pulls)
        slots = ((lane.pushes, lane.most_pushes, pushes), (lane.pulls, lane.most_pulls, pulls))
        return LaneCell(self._words.lane(lane.registry), slots)

    def _job(self, transfer: Transfer) -> JobCell:
        words, moving = self._words, transfer.state in MOVING
        return JobCell(
            name_of(transfer),
            self._icon(transfer),
            words.note(transfer),
            _TONES.get(transfer.state, "text2"),
            transfer.snapshot.part if moving else None,
            words.count(transfer) if moving else "",
            words.speed(transfer) if moving else "",
            words.left(transfer) if moving else "",
            self.acts(transfer),
            self.button(transfer),
            self.verb(transfer),
        )

    def verb(self, transfer: Transfer) -> str:
        """Which way it goes, in a word."""
        return self.tr("push") if transfer.wish.direction is Direction.PUSH else self.tr("pull")

    def _icon(self, transfer: Transfer) -> str:
        moving = "upload" if transfer.wish.direction is Direction.PUSH else "download"
        icons = {State.QUEUED: "clock", State.DONE: "shield", State.FAILED: "alert", State.CANCELLED: "stop"}
        return icons.get(transfer.state, moving)


class LayerCells(QObject):
    """Turns the layers of one transfer into cells."""

    def __init__(self, words: TransferWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words, self.direction = words, Direction.PULL
        self.ended = False  # whether nothing moves any more

    def id(self, layer: LayerProgress) -> Text:
        """What the engine calls it."""
        return Text(layer.layer, "text2", "mono")

    def phase(self, layer: LayerProgress) -> Text:
        """What happens to it."""
        return Text(self._words.phase(layer, self.direction, self.ended), "text" if not layer.phase.over else "text2")

    def meter(self, layer: LayerProgress) -> MeterCell:
        """How much of it is over, while some of it is not and its size is known."""
        moves = layer.total and not layer.phase.over
        return MeterCell(layer.done / layer.total if moves else None, "meter" if not self.ended else "edge")

    def count(self, layer: LayerProgress) -> Text:
        """Its bytes."""
        return Text(self._words.layer_count(layer), "text2", right=True)

    def edge(self, layer: LayerProgress) -> Text:
        """Nothing: the room to the page's edge."""
        return Text("")
