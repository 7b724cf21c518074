"""Widgets that paint themselves from the tokens, where a style sheet cannot reach."""

from typing import cast

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSizePolicy,
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


class Switch(QCheckBox):
    """On or off, at once; a check box for keyboards and screen readers."""

    def sizeHint(self) -> QSize:
        words = QFontMetrics(theme.font("body")).horizontalAdvance(self.text())
        return QSize(36 + (theme.S2 + words if words else 0), 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        on, able, top = self.isChecked(), self.isEnabled(), (self.height() - 20) / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(("accent" if on else "edge") if able else "control"))
            painter.drawRoundedRect(QRectF(0, top, 36, 20), 10, 10)
            painter.setBrush(theme.colour("on_accent" if able else "sunken"))
            painter.drawEllipse(QRectF(18.5 if on else 2.5, top + 2.5, 15, 15))
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour("text" if able else "text3"))
            painter.drawText(self.rect().adjusted(36 + theme.S2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class _Segment(QRadioButton):
    """One of several choices; radio buttons of one parent are exclusive and move with the arrow keys."""

    def sizeHint(self) -> QSize:
        words = QFontMetrics(theme.font("medium", tabular=True)).horizontalAdvance(self.text())
        return QSize(words + 2 * theme.S3, theme.CONTROL - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        here, able = self.isChecked(), self.isEnabled()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if here:
                painter.setPen(QPen(theme.colour("control"), 1))
                painter.setBrush(theme.colour("raised" if able else "sunken"))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setPen(theme.colour("text3" if not able else "text" if here else "text2"))
            painter.setFont(theme.font("medium", tabular=True))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Segments(QFrame):
    """A few choices side by side, one of them chosen, by click or by arrow keys."""

    chosen_changed = Signal(int)  # the person chose another one

    def __init__(self, *choices: str, chosen: int = 0) -> None:
        super().__init__()
        self.setFixedHeight(theme.CONTROL)
        box = QHBoxLayout(self)
        box.setContentsMargins(2, 2, 2, 2)
        box.setSpacing(0)
        self.buttons = [_Segment(text) for text in choices]
        for number, segment in enumerate(self.buttons):
            segment.setChecked(number == chosen)
            segment.clicked.connect(self._on_segment_clicked)
            box.addWidget(segment)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def chosen(self) -> int:
        """Which one is chosen, from 0."""
        return next(number for number, segment in enumerate(self.buttons) if segment.isChecked())

    def choose(self, number: int) -> None:
        """Choose that one; chosen_changed is for the person's own choices only."""
        self.buttons[number].setChecked(True)

    def set_text(self, number: int, text: str) -> None:
        """Change what a choice is called, as its count changes."""
        if text != self.buttons[number].text():
            self.buttons[number].setText(text)
            self.buttons[number].updateGeometry()

    def _on_segment_clicked(self) -> None:
        self.chosen_changed.emit(self.chosen)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("pressed"))
            painter.drawRoundedRect(self.rect(), 7, 7)


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


class FocusRing(QWidget):
    """A ring around the button the keyboard is on, outside its outline, so nothing moves. Never after a click."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._frame = window
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        for watched in self._watched:
            if shiboken6.isValid(watched):
                watched.removeEventFilter(self)
        by_keyboard = self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        mine = isinstance(new, QAbstractButton) and self._frame.isAncestorOf(new)
        self._target = new if by_keyboard and mine else None
        self._watched = self._path(self._target) if self._target else []
        for watched in self._watched:
            watched.installEventFilter(self)
        self._follow()

    def _path(self, target: QWidget) -> list[QWidget]:
        """The target and all that it moves with, as when a list is scrolled."""
        path, at = list[QWidget](), cast(QWidget | None, target)
        while at is not None and at is not self._frame:
            path.append(at)
            at = at.parentWidget()
        return path

    def _follow(self) -> None:
        target = self._target
        if target is None or not shiboken6.isValid(target) or not target.isVisible():
            return self.hide()
        if target.visibleRegion().isEmpty():  # scrolled out of sight
            return self.hide()
        corner = target.mapTo(self._frame, QPoint(0, 0))
        self.setGeometry(QRect(corner, target.size()).adjusted(-4, -4, 4, 4))
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
