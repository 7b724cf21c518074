"""Clicks and types as a person does, and refuses what a person could not do."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWindow
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop.ui import theme
from desktop.ui.widgets.table import Table

NO_KEYS = Qt.KeyboardModifier.NoModifier


class OutOfReach(Exception):
    """A person could not have clicked this: it is hidden, disabled, covered or not there."""


class Hands:
    """Sends mouse and key events to the window under the pointer, as the window system would.

    *show_pointer* paints a ring where it clicks, so that onlookers can follow.
    """

    def __init__(self, show_pointer: bool = False) -> None:
        self._show_pointer = show_pointer
        self._ring: _Ring | None = None

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click *widget* in its middle or at a place of it."""
        place = at or widget.rect().center()
        spot = widget.mapToGlobal(place)
        self._must_be_reachable(widget, spot)
        self._point(widget, place)
        window = self._window_of(widget)
        inside = QPointF(window.mapFromGlobal(spot))
        for kind, buttons in (
            (QEvent.Type.MouseMove, Qt.MouseButton.NoButton),
            (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton),
            (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
        ):
            which = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
            event = QMouseEvent(kind, inside, inside, QPointF(spot), which, buttons, NO_KEYS)
            QCoreApplication.sendEvent(window, event)

    def reaches(self, widget: QWidget) -> bool:
        """Whether a person could click *widget* now; just after a change the window may still lay itself out."""
        try:
            self._must_be_reachable(widget, widget.mapToGlobal(widget.rect().center()))
        except OutOfReach:
            return False
        return True

    def choose(self, table: Table, fits: Callable[[Any], bool]) -> None:
        """Click the first row of *table* whose value *fits*."""
        row = self._row(table, fits)
        self.click(table.viewport(), table.visualRect(table.model().index(row, 0)).center())

    def act(self, table: Table, fits: Callable[[Any], bool], act: str) -> None:
        """Click *act*, painted in the first row whose value *fits*."""
        place = table.act_place(self._row(table, fits), act)
        if place is None:
            raise OutOfReach(f"no {act} in that row")
        self.click(table.viewport(), place)

    def type(self, field: QLineEdit | QPlainTextEdit | QComboBox, text: str) -> None:
        """Click into *field*, replace what stands there with *text*, key by key."""
        self.click(field)
        self.press(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if not text:
            self.press(field, Qt.Key.Key_Delete)
        for letter in text:
            self.press(field, Qt.Key.Key_unknown, text=letter)

    def press(self, widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS, text: str = "") -> None:
        """Press and let go one key in the window of *widget*."""
        window = self._window_of(widget)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(window, QKeyEvent(kind, key, keys, text))

    def _row(self, table: Table, fits: Callable[[Any], bool]) -> int:
        if not table.choose(fits):
            raise OutOfReach(f"no such row in {table.accessibleName()}")
        return table.currentIndex().row()

    def _must_be_reachable(self, widget: QWidget, spot: QPoint) -> None:
        name = widget.accessibleName() or getattr(widget, "text", lambda: "")() or type(widget).__name__
        if not widget.isVisible() or not widget.isEnabled():
            raise OutOfReach(f"{name} is hidden or disabled")
        modal = QApplication.activeModalWidget()
        if modal is not None and modal is not widget.window() and not modal.isAncestorOf(widget):
            raise OutOfReach(f"{name} is behind the dialog {modal.windowTitle()}")
        on_top = widget.window().childAt(widget.window().mapFromGlobal(spot))
        if on_top is not widget and (on_top is None or not widget.isAncestorOf(on_top)):
            raise OutOfReach(f"{name} is covered by {type(on_top).__name__}")

    def _window_of(self, widget: QWidget) -> QWindow:
        handle = widget.window().windowHandle()
        if handle is None:
            raise OutOfReach("the window is not on the screen")
        return handle

    def _point(self, widget: QWidget, place: QPoint) -> None:
        if not self._show_pointer:
            return
        if QGuiApplication.platformName() != "offscreen":
            QCursor.setPos(widget.mapToGlobal(place))
        self._ring = _Ring(widget.window(), widget.mapTo(widget.window(), place))


class _Ring(QWidget):
    """A ring at the place of a click, gone after a moment."""

    def __init__(self, window: QWidget, middle: QPoint) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(middle.x() - 20, middle.y() - 20, 40, 40)
        self.raise_()
        self.show()
        QTimer.singleShot(450, self, self.deleteLater)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tint = theme.colour("link")
            tint.setAlphaF(0.18)
            painter.setBrush(tint)
            painter.setPen(QPen(theme.colour("link"), 2))
            painter.drawEllipse(QRectF(self.rect()).adjusted(3, 3, -3, -3))
