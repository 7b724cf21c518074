"""What the keyboard can reach and a style sheet cannot draw: switches, segments, and the ring around the focus."""

from typing import cast

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from desktop.ui import theme


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
