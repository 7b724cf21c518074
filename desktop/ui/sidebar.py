"""The rooms of the window, at its left."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QWidget

from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.ui import theme
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.painted import Icon
from desktop.ui.widgets.parts import column, label, row

#: room: its icon and its name (context "Sidebar")
ROOMS = {
    "home": ("home", QT_TRANSLATE_NOOP("Sidebar", "Home")),
    "registries": ("registry", QT_TRANSLATE_NOOP("Sidebar", "Registries")),
    "images": ("image", QT_TRANSLATE_NOOP("Sidebar", "Images")),
    "containers": ("container", QT_TRANSLATE_NOOP("Sidebar", "Containers")),
    "transfers": ("transfer", QT_TRANSLATE_NOOP("Sidebar", "Transfers")),
}
WIDE = 208  #: pixels


class NavItem(QAbstractButton):
    """A room in the sidebar, with a count if something goes on there."""

    def __init__(self, icon: str, text: str, checkable: bool = True) -> None:
        super().__init__(text=text, checkable=checkable)
        self._icon, self._count = icon, 0
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_count(self, count: int) -> None:
        """Show *count* at the right end; 0 shows nothing."""
        if count != self._count:
            self._count = count
            self.setAccessibleDescription(str(count) if count else "")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 36)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the sidebar walks through its rooms; a button would only move the focus
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        here, box = self.isChecked(), self.rect()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            if here or self.underMouse():
                painter.setBrush(theme.colour("selected" if here else "pressed"))
                painter.drawRoundedRect(box, 7, 7)
            glyphs.draw(painter, QPoint(10, 9), self._icon, "link" if here else "text2", 18)
            painter.setFont(theme.font("strong" if here else "medium"))
            painter.setPen(theme.colour("link" if here else "text"))
            painter.drawText(box.adjusted(38, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
            if self._count:
                self._paint_count(painter, QRect(box.right() - 31, box.top() + 8, 24, 20), here)

    def _paint_count(self, painter: QPainter, spot: QRect, here: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised" if here else "pressed"))
        painter.drawRoundedRect(QRectF(spot), 10, 10)
        painter.setFont(theme.font("label", tabular=True))
        painter.setPen(theme.colour("link" if here else "text2"))
        text = str(self._count) if self._count < 100 else "99+"
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)


class Sidebar(QFrame):
    """The mark, the rooms, and Settings at the foot."""

    room_requested = Signal(str)  # a key of ROOMS
    settings_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setFixedWidth(WIDE)
        self._group = QButtonGroup(self)
        self.items: dict[str, NavItem] = {}
        for key, (icon, name) in ROOMS.items():
            item = self.items[key] = NavItem(icon, self.tr(name))
            self._group.addButton(item)
            item.clicked.connect(self._on_item_clicked)
        self.settings = NavItem("settings", self.tr("Settings"), checkable=False)
        self.settings.clicked.connect(self.settings_requested)
        mark = row(Icon("mark", "accent", 26), label("Portside", "heading"), None, gap=10, margins=(8, 4, 0, 14))
        self.setLayout(column(mark, *self.items.values(), None, self.settings, gap=2, margins=(10, 16, 10, 10)))

    def show_room(self, key: str) -> None:
        """Mark the room that is on show."""
        self.items[key].setChecked(True)

    def _on_item_clicked(self) -> None:
        self.room_requested.emit(next(key for key, item in self.items.items() if item.isChecked()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        here = [item.isChecked() for item in self.items.values()].index(True)
        if step and 0 <= here + step < len(self.items):
            item = list(self.items.values())[here + step]
            item.setFocus(Qt.FocusReason.TabFocusReason)
            item.click()
            return
        super().keyPressEvent(event)
