"""Cells are values that paint themselves: what a rich row holds instead of widgets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from desktop.ui import theme
from desktop.ui.widgets import glyphs

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


class Canvas:
    """A painter that speaks in tokens. Text is elided, never cut."""

    def __init__(self, painter: QPainter, lively: bool) -> None:
        self.painter, self.lively = painter, lively

    def text(
        self, box: QRect, text: str, type: str = "body", tone: str = "text", align: Qt.AlignmentFlag = LEFT
    ) -> int:
        """Draw *text* on one line of *box*; return how wide it came out."""
        font = theme.font(type, tabular=type != "mono")
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
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
        font = theme.font("label", tabular=True)
        width = min(QFontMetrics(font).horizontalAdvance(text) + 16, box.width())
        plain = "surface" if self.lively else "pressed"
        ground = {"good": "good_tint", "warn": "warn_tint", "bad": "bad_tint"}.get(tone, plain)
        shape = QRect(box.left(), box.center().y() - 10, width, 22)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(theme.colour(ground))
        self.painter.drawRoundedRect(shape, 11, 11)
        self.text(shape.adjusted(8, 0, 0, 0), text, "label", tone)
        return width


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
            box = box.adjusted(canvas.text(box, self.lead, "body", "text2"), 0, 0, 0)
        canvas.text(box, self.text, self.type, self.tone, RIGHT if self.right else LEFT)


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
    """A small rounded label, or nothing."""

    text: str
    tone: str = "text2"

    def paint(self, canvas: Canvas, box: QRect) -> None:
        if self.text:
            canvas.pill(box, self.text, self.tone)


@dataclass(frozen=True)
class Link:
    """An address to click."""

    text: str

    def paint(self, canvas: Canvas, box: QRect) -> None:
        if not self.text:
            canvas.text(box, "none", "body", "text3")
        else:
            width = canvas.text(box.adjusted(0, 0, -18, 0), self.text, "body", "link")
            canvas.icon(box.adjusted(width + 5, 0, 0, 0), "open", "link", 13)

    def places(self, box: QRect) -> list[tuple[str, QRect]]:
        """The address itself is the act "open"."""
        width = QFontMetrics(theme.font("body", tabular=True)).horizontalAdvance(self.text) + 20
        middle = box.center().y()
        return [("open", QRect(box.left(), middle - 12, min(width, box.width()), 24))] if self.text else []


@dataclass(frozen=True)
class Spark:
    """A small chart of the last minute (values 0 to 1) and the figure of now."""

    text: str
    values: Sequence[float] = field(default=())

    def paint(self, canvas: Canvas, box: QRect) -> None:
        canvas.text(box, self.text, "small", "text" if self.values else "text3", RIGHT)
        if not self.values:
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
