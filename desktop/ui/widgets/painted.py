"""Widgets that paint themselves from the tokens, where a style sheet cannot reach."""

from PySide6.QtCore import QPoint, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QWidget,
)

from desktop.ui import theme
from desktop.ui.widgets import glyphs


class Painted(QWidget):
    """A widget of fixed size whose paintEvent gives an antialiased painter to draw()."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.setFixedSize(width, height)

    def draw(self, painter: QPainter) -> None:
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter)


class Icon(Painted):
    """An icon, alone or on a tinted round (*tint*) or square (*tile*) ground."""

    def __init__(self, name: str, token: str = "text2", size: int = 16, ground: str = "", box: int = 0) -> None:
        super().__init__(box or size, box or size)
        self._name, self._token, self._size, self._ground = name, token, size, ground

    def set_icon(self, name: str, token: str, ground: str = "") -> None:
        """Show another icon in the same size."""
        self._name, self._token, self._ground = name, token, ground
        self.update()

    def draw(self, painter: QPainter) -> None:
        if self._ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self._ground))
            painter.drawRoundedRect(self.rect(), 8, 8)
        offset = (self.width() - self._size) // 2
        glyphs.draw(painter, QPoint(offset, offset), self._name, self._token, self._size)


class Badge(Painted):
    """The mark at the head of a checklist row: ticked, current, or its number."""

    def __init__(self, number: int, state: str) -> None:
        super().__init__(24, 24)
        self._number, self._state = number, state

    def set_state(self, state: str) -> None:
        """Show it as done, current or open."""
        if state != self._state:
            self._state = state
            self.update()

    def draw(self, painter: QPainter) -> None:
        ground = {"done": "good_tint", "current": "accent"}.get(self._state)
        painter.setPen(Qt.PenStyle.NoPen if ground else QPen(theme.colour("control"), 1.25))
        painter.setBrush(theme.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        if self._state == "done":
            return glyphs.draw(painter, QPoint(5, 5), "check", "good", 14)
        painter.setPen(theme.colour("on_accent" if ground else "text2"))
        painter.setFont(theme.font("label", tabular=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


class Dot(Painted):
    """A state in colour; always beside the word that says it."""

    def __init__(self, token: str) -> None:
        super().__init__(8, 8)
        self._token = token

    def set_token(self, token: str) -> None:
        """Show another state."""
        self._token = token
        self.update()

    def draw(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._token))
        painter.drawEllipse(self.rect())


class Meter(Painted):
    """A thin bar. A style sheet's chunk loses its round end when it is short, so it is painted."""

    def __init__(self, part: float = 0.0, token: str = "meter") -> None:
        super().__init__(0, 4)
        self.setMinimumWidth(40)
        self.setMaximumWidth(16_777_215)
        self._part, self._token = -1.0, token
        self.set_part(part, token)

    def set_part(self, part: float, token: str = "meter") -> None:
        """Fill it to *part* (0 to 1); "edge" is the token of what waits."""
        if (part, token) != (self._part, self._token):
            self._part, self._token = part, token
            self.setAccessibleDescription(f"{part:.0%}")
            self.update()

    def draw(self, painter: QPainter) -> None:
        bar(painter, QRectF(self.rect()), self._part, self._token)


def bar(painter: QPainter, box: QRectF, part: float, token: str) -> None:
    """Paint a meter into *box*, filled to *part* (0 to 1)."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("track"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    if part <= 0:
        return
    painter.setBrush(theme.colour(token))
    filled = QRectF(box.topLeft(), QSizeF(max(box.height(), box.width() * min(part, 1.0)), box.height()))
    painter.drawRoundedRect(filled, box.height() / 2, box.height() / 2)


class Elided(QLabel):
    """One line that gives way: shortened where there is no room, whole in its tooltip then. Always plain text."""

    def __init__(self, text: str = "", type: str = "body", tone: str = "text", middle: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._type, self._tone = type, tone
        self._cut = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setFont(theme.font(type))
        self.setText(text)

    def set_tone(self, tone: str) -> None:
        """Write it in another colour."""
        self._tone = tone
        self.update()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell_whole()

    def _tell_whole(self) -> None:
        self.setToolTip(self.text() if self.shown != self.text() else "")

    @property
    def shown(self) -> str:
        """What there is room for now."""
        return QFontMetrics(theme.font(self._type)).elidedText(self.text(), self._cut, self.width())

    def sizeHint(self) -> QSize:
        measure = QFontMetrics(theme.font(self._type))
        return QSize(measure.horizontalAdvance(self.text()) + 1, measure.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(40, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(theme.font(self._type))
            painter.setPen(theme.colour(self._tone))
            painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, self.shown)
