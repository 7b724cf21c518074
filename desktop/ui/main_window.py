"""The window around the rooms."""

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from desktop.ui.sidebar import ROOMS, Sidebar
from desktop.ui.status_bar import StatusBar
from desktop.ui.widgets.controls import FocusRing
from desktop.ui.widgets.parts import column, frame, row


class MainWindow(QMainWindow):
    """Sidebar, the room on show, and the bar. Rooms are put in after the first paint: the window is there at once."""

    painted = Signal()  # once, after the first paint
    settings_requested = Signal()
    close_requested = Signal()  # the person wants to quit; the window stays until allow_close()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Portside")
        self.sidebar, self.bar, self._rooms = Sidebar(), StatusBar(), QStackedWidget()
        self._views: dict[str, QWidget] = {}
        self._wanted, self._may_close, self._was_painted = "home", False, False
        self.sidebar.room_requested.connect(self.show_room)
        self.sidebar.settings_requested.connect(self.settings_requested)
        self.bar.engine_requested.connect(self.settings_requested)
        self.sidebar.show_room("home")
        rooms = row(self.sidebar, self._rooms, gap=0)
        rooms.setStretch(1, 1)
        self.setCentralWidget(frame("window", column(rooms, self.bar, gap=0)))
        self._ring = FocusRing(self)
        for number, key in enumerate(ROOMS, 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(self.sidebar.items[key].click)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Preferences), self).activated.connect(self.settings_requested)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), self).activated.connect(self.close)
        self.setMinimumSize(880, 560)
        self.resize(1180, 760)

    def add_room(self, key: str, view: QWidget) -> None:
        """Put a room in; shown at once if it was asked for."""
        self._views[key] = view
        self._rooms.addWidget(view)
        if key == self._wanted:
            self._rooms.setCurrentWidget(view)

    def show_room(self, key: str) -> None:
        """Go to a room."""
        self._wanted = key
        self.sidebar.show_room(key)
        if key in self._views:
            self._rooms.setCurrentWidget(self._views[key])

    @property
    def room(self) -> str:
        """The room on show."""
        return self._wanted

    def bring_up(self) -> None:
        """Raise the window, as a second start of the program asks for."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def place(self) -> str:
        """Where the window stands, to be kept in the settings."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def restore_place(self, place: str) -> None:
        """Go back to where the window stood; quiet where that is no longer on a screen."""
        if place:
            self.restoreGeometry(QByteArray.fromBase64(place.encode()))

    def allow_close(self) -> None:
        """The next close really closes."""
        self._may_close = True

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()
