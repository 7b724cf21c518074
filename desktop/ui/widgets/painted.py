"""Widgets that paint themselves from the tokens, where a style sheet cannot reach."""

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QWidget

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

    def draw(self, painter: QPainter) -> None:
        if self._ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self._ground))
            painter.drawRoundedRect(self.rect(), 8, 8)
        offset = (self.width() - self._size) // 2
        glyphs.draw(painter, QPoint(offset, offset), self._name, self._token, self._size)


class Monogram(Painted):
    """Letters on a quiet tile: says who a provider is without borrowing its logo."""

    def __init__(self, letters: str, size: int = 36) -> None:
        super().__init__(size, size)
        self._letters = letters

    def draw(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("border")))
        painter.setBrush(theme.colour("hover"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(theme.colour("text2"))
        painter.setFont(theme.font("strong" if self.width() > 32 else "label"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)


class Badge(Painted):
    """The mark at the head of a checklist row: ticked, current, or its number."""

    def __init__(self, number: int, state: str) -> None:
        super().__init__(24, 24)
        self._number, self._state = number, state

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

    def __init__(self, part: float, token: str = "meter") -> None:
        super().__init__(0, 4)
        self.setMinimumWidth(40)
        self.setMaximumWidth(16_777_215)
        self._part, self._token = part, token

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
    box.setWidth(max(box.height(), box.width() * part))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)


class Switch(QCheckBox):
    """On or off, at once; a check box for keyboards and screen readers."""

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(36 + (theme.S2 + words if words else 0), 24)

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        on, top = self.isChecked(), (self.height() - 20) / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if on else "edge"))
            painter.drawRoundedRect(QRectF(0, top, 36, 20), 10, 10)
            painter.setBrush(Qt.GlobalColor.white)
            painter.drawEllipse(QRectF(18.5 if on else 2.5, top + 2.5, 15, 15))
            painter.setPen(theme.colour("text"))
            painter.drawText(self.rect().adjusted(36 + theme.S2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class Segments(QAbstractButton):
    """A few choices side by side, one of them chosen. Arrow keys move it (not in this prototype)."""

    def __init__(self, *choices: str, chosen: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(choices[chosen])
        self._choices, self._chosen = choices, chosen
        measure = self.fontMetrics()
        self._widths = [measure.horizontalAdvance(text) + 2 * theme.S3 for text in choices]
        self.setFixedSize(sum(self._widths) + 4, theme.CONTROL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        left = 2.0
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("pressed"))
            painter.drawRoundedRect(self.rect(), 7, 7)
            for number, (text, width) in enumerate(zip(self._choices, self._widths, strict=True)):
                box = QRectF(left, 2, width, self.height() - 4)
                if number == self._chosen:
                    painter.setPen(QPen(theme.colour("control"), 1))
                    painter.setBrush(theme.colour("raised"))
                    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
                painter.setPen(theme.colour("text" if number == self._chosen else "text2"))
                painter.setFont(theme.font("medium"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
                left += width


class FocusRing(QWidget):
    """A ring around the button the keyboard is on, outside its outline, so nothing moves. Never after a click."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._frame = window
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        by_keyboard = self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        mine = isinstance(new, QAbstractButton) and self._frame.isAncestorOf(new)
        self._target = new if by_keyboard and mine else None
        if self._target:
            self._target.installEventFilter(self)
        self._follow()

    def _follow(self) -> None:
        if not self._target or not self._target.isVisible():
            return self.hide()
        corner = self._target.mapTo(self._frame, QPoint(0, 0))
        self.setGeometry(QRect(corner, self._target.size()).adjusted(-4, -4, 4, 4))
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._follow()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("link"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)
