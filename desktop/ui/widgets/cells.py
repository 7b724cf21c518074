"""Cells are values that paint themselves: what a rich row holds instead of widgets.

Besides what Cell asks for, a cell may have *spoken* (what a screen reader says, where that is more than its text),
*tip* (its tooltip), and places() and tip_of() for acts painted in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop.core.display import one_line
from desktop.ui import theme
from desktop.ui.widgets import glyphs

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
LEAST_LEAD = 48  #: pixels a lead keeps, so that it is seen to be there


class Canvas:
    """A painter that speaks in tokens. Text is elided, never cut, and no control sign of a stranger's is drawn."""

    def __init__(self, painter: QPainter, lively: bool) -> None:
        self.painter, self.lively = painter, lively
        self.shortened = False  # whether some text did not fit

    def text(
        self,
        box: QRect,
        text: str,
        type: str = "body",
        tone: str = "text",
        align: Qt.AlignmentFlag = LEFT,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> int:
        """Draw *text* on one line of *box*; return how wide it came out."""
        font, whole = theme.font(type, tabular=type != "mono"), one_line(text)
        shown = QFontMetrics(font).elidedText(whole, elide, box.width())
        self.shortened = self.shortened or shown != text
        self.painter.setFont(font)
        self.painter.setPen(theme.colour(tone))
        self.painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, shown)
        return QFontMetrics(font).horizontalAdvance(shown)

    def icon(self, box: QRect, name: str, tone: str = "text2", size: int = 16) -> None:
        """Draw an icon at the left of *box*, centred on its line."""
        at = box.topLeft()
        at.setY(box.top() + (box.height() - size) // 2)
        glyphs.draw(self.painter, at, name, tone, size)

    def dot(self, box: QRect, tone: str) -> None:
        """Draw a state dot at the left of *box*."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(theme.colour(tone))
        self.painter.drawEllipse(QRectF(box.left(), box.center().y() - 3.5, 8, 8))

    def pill(self, box: QRect, text: str, tone: str) -> int:
        """Draw a small rounded label at the left of *box*; return its width."""
        width = min(breadth(text, "label") + 16, box.width())
        plain = "surface" if self.lively else "pressed"
        ground = {"good": "good_tint", "warn": "warn_tint", "bad": "bad_tint"}.get(tone, plain)
        shape = QRect(box.left(), box.center().y() - 10, width, 22)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(theme.colour(ground))
        self.painter.drawRoundedRect(shape, 11, 11)
        self.text(shape.adjusted(8, 0, -8, 0), text, "label", tone)
        return width


def breadth(text: str, type: str) -> int:
    """Pixels that *text* takes on one line."""
    return ceil(QFontMetricsF(theme.font(type, tabular=type != "mono")).horizontalAdvance(one_line(text)))


class Cell(Protocol):
    """What a row holds: it can be read as text and it can be painted."""

    @property
    def text(self) -> str: ...
    def paint(self, canvas: Canvas, box: QRect) -> None: ...


@dataclass(frozen=True)
class Text:
    """A line, with an icon before it or a second line under it."""

    text: str
    tone: str = "text"
    type: str = "body"
    sub: str = ""
    icon: str = ""
    right: bool = False
    indent: int = 0
    lead: str = ""  # a prefix of less weight, as the registry before a name
    tip: str = ""
    middle: bool = False  # shortened in the middle: its end says which it is

    @property
    def spoken(self) -> str:
        """All of it in a row."""
        return f"{self.lead}{self.text}" + (f", {self.sub}" if self.sub else "")

    def paint(self, canvas: Canvas, box: QRect) -> None:
        box = box.adjusted(self.indent, 0, 0, 0)
        if self.icon:
            canvas.icon(box, self.icon, "text3" if self.icon.startswith("chevron") else "text2")
            box = box.adjusted(24, 0, 0, 0)
        if self.sub:
            middle = box.center().y()
            canvas.text(QRect(box.left(), middle + 1, box.width(), 18), self.sub, "small", "text2")
            box = QRect(box.left(), middle - 18, box.width(), 19)
        if self.lead:
            self._paint_led(canvas, box)
        else:
            cut = Qt.TextElideMode.ElideMiddle if self.middle else Qt.TextElideMode.ElideRight
            canvas.text(box, self.text, self.type, self.tone, RIGHT if self.right else LEFT, cut)

    def _paint_led(self, canvas: Canvas, box: QRect) -> None:
        """Where both do not fit, the lead gives way first: what follows it says more."""
        slash = breadth("/", "body")
        room = max(box.width() - breadth(self.text, self.type), min(LEAST_LEAD, box.width() // 3)) - slash
        box = self._drawn(canvas, box, self.lead.removesuffix("/"), room)
        box = self._drawn(canvas, box, "/" if self.lead.endswith("/") else "", slash)
        canvas.text(box, self.text, self.type, self.tone, elide=Qt.TextElideMode.ElideMiddle)

    def _drawn(self, canvas: Canvas, box: QRect, text: str, room: int) -> QRect:
        """Draw a part of the lead; return what is left of *box*."""
        taken = canvas.text(QRect(box.left(), box.top(), room, box.height()), text, "body", "text2") if text else 0
        return box.adjusted(taken, 0, 0, 0)


@dataclass(frozen=True)
class State:
    """A dot and the word for it."""

    text: str
    tone: str

    def paint(self, canvas: Canvas, box: QRect) -> None:
        canvas.dot(box, self.tone)
        canvas.text(box.adjusted(16, 0, 0, 0), self.text, "medium", "text")


@dataclass(frozen=True)
class Pill:
    """A small rounded label, or nothing; *more* stands plain behind it."""

    text: str
    tone: str = "text2"
    more: str = ""
    tip: str = ""

    @property
    def spoken(self) -> str:
        """The tooltip says it in full, if there is one."""
        return self.tip or f"{self.text} {self.more}".strip()

    def paint(self, canvas: Canvas, box: QRect) -> None:
        if self.text:
            rest = breadth(self.more, "small") + 6 if self.more else 0
            width = canvas.pill(box.adjusted(0, 0, -rest, 0), self.text, self.tone)
            canvas.text(box.adjusted(width + 6, 0, 0, 0), self.more, "small", "text2")


@dataclass(frozen=True)
class Link:
    """An address to click."""

    text: str

    def paint(self, canvas: Canvas, box: QRect) -> None:
        if not self.text:
            canvas.text(box, QCoreApplication.translate("cells", "none"), "body", "text3")
        else:
            width = canvas.text(box.adjusted(0, 0, -18, 0), self.text, "body", "link")
            canvas.icon(box.adjusted(width + 5, 0, 0, 0), "open", "link", 13)

    def places(self, box: QRect) -> list[tuple[str, QRect]]:
        """The address itself is the act "open"."""
        width = breadth(self.text, "body") + 20
        middle = box.center().y()
        return [("open", QRect(box.left(), middle - 12, min(width, box.width()), 24))] if self.text else []


@dataclass(frozen=True)
class Spark:
    """A small chart of the last minute (values 0 to 1) and the figure of now."""

    text: str
    values: Sequence[float] = field(default=())

    def paint(self, canvas: Canvas, box: QRect) -> None:
        canvas.text(box, self.text, "small", "text" if self.values else "text3", RIGHT)
        if len(self.values) < 2:
            return
        wide, high, base = box.width() - 68, 24.0, box.center().y() + 12.0
        step = wide / (len(self.values) - 1)
        line = [QPointF(box.left() + n * step, base - high * value) for n, value in enumerate(self.values)]
        tint = theme.colour("accent")
        tint.setAlphaF(0.14)
        canvas.painter.setPen(Qt.PenStyle.NoPen)
        canvas.painter.setBrush(tint)
        canvas.painter.drawPolygon(QPolygonF([*line, QPointF(line[-1].x(), base), QPointF(box.left(), base)]))
        canvas.painter.setPen(QPen(theme.colour("link"), 1.5))
        canvas.painter.drawPolyline(line)


@dataclass(frozen=True)
class Actions:
    """Icons at the right end ("" leaves a gap); faint until the row is under the pointer or selected."""

    icons: tuple[tuple[str, str], ...]  # the icon and the act it stands for, as act_requested tells it
    text: str = ""
    tips: tuple[str, ...] = ()  # what each is called, for tooltips and screen readers

    @property
    def spoken(self) -> str:
        """What the icons are called."""
        return ", ".join(tip for tip in self.tips if tip) or self.text

    def tip_of(self, act: str) -> str:
        """What the icon of *act* is called."""
        return next((tip for (_, name), tip in zip(self.icons, self.tips, strict=False) if name == act), "")

    def paint(self, canvas: Canvas, box: QRect) -> None:
        for (icon, _), place in zip(self.icons, self._boxes(box), strict=True):
            if icon:
                canvas.icon(place.adjusted(6, 0, 0, 0), icon, "text" if canvas.lively else "text3")

    def places(self, box: QRect) -> list[tuple[str, QRect]]:
        """Each act with the place where it can be clicked."""
        return [(act, place) for (icon, act), place in zip(self.icons, self._boxes(box), strict=True) if icon]

    def _boxes(self, box: QRect) -> list[QRect]:
        left = box.right() + 1 - 28 * len(self.icons)
        return [QRect(left + 28 * number, box.top(), 28, box.height()) for number in range(len(self.icons))]
