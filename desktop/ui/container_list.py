"""The table of containers, with all that can be asked of each: by its icons, its menu, the keyboard."""

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from desktop.bridge.models import TableModel
from desktop.core.inventory import Container, Doing
from desktop.ui.container_cells import HIGH, OPEN, OPEN_SECOND, REMOVE, RESTART, START, STOP, WIDTHS, ContainerCells
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.parts import column, divider, label
from desktop.ui.widgets.table import Table
from desktop.ui.widgets.table_head import HIGH as HEAD

SINCE, ROOMY = 3, 720  #: the column that gives way below so many pixels
TICK_MS = 20_000  #: how often ages are painted anew while somebody may look


class ContainerList(QFrame):
    """Containers as rows; it says what is wanted of them and does nothing itself."""

    start_requested = Signal(object)  # Container, as in all of these
    stop_requested = Signal(object)
    restart_requested = Signal(object)
    removal_wanted = Signal(object)  # to be asked about first
    open_requested = Signal(object, str)  # Container, address
    chosen_changed = Signal(object)  # Container
    resized = Signal()  # it has more rows, or fewer

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setMinimumHeight(HEAD + HIGH)
        self._model, self.cells = model, ContainerCells(self)
        self.table = Table(model, self.cells.all(), WIDTHS, self.tr("Containers"), HIGH)
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.empty_label = label(self.tr("Nothing is running."), "body", "text2")
        self.empty_label.setContentsMargins(24, 0, 24, 0)
        self.empty_label.setFixedHeight(HIGH)
        self.setLayout(column(self.table, self.empty_label, gap=0))
        self._edge = divider()  # on the last row's own line where rows end there, else where they are cut off
        self._edge.setParent(self)
        self._ages = QTimer(self, interval=TICK_MS)
        self._wishes = {START: self.start_requested, STOP: self.stop_requested, RESTART: self.restart_requested}
        self._wishes[REMOVE] = self.removal_wanted
        self._wire()
        self._fit()

    def _wire(self) -> None:
        self._ages.timeout.connect(self.table.viewport().update)
        self.table.act_requested.connect(self._on_act_requested)
        self.table.row_activated.connect(self._on_row_activated)
        self.table.menu_requested.connect(self._on_menu_requested)
        self.table.chosen_changed.connect(self._on_chosen_changed)
        for change in (self._model.rowsInserted, self._model.rowsRemoved, self._model.modelReset):
            change.connect(self._fit)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table, context=Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_delete_pressed)

    @property
    def needed_height(self) -> int:
        """Pixels for all rows."""
        return HEAD + HIGH * max(1, self._model.rowCount())

    @property
    def empty(self) -> bool:
        """Whether there is no row."""
        return not self._model.rowCount()

    def choose(self, container_id: str) -> bool:
        """Select the row of a container; False where it has none."""
        return self.table.choose(lambda container: container.id == container_id)

    def choose_first(self) -> None:
        """Select the first row."""
        self.table.selectRow(0)

    def show_awaited(self, pages: Collection[tuple[str, str]]) -> None:
        """These pages (id and address) are waited for."""
        self.cells.awaited = pages
        self.table.viewport().update()

    def menu(self, container: Container) -> QMenu:
        """All that can be done with a container, in words."""
        menu = QMenu(self.table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        idle = container.doing is Doing.NOTHING
        for address in container.addresses if container.alive else ():
            opens = partial(self.open_requested.emit, container, address)
            _add(menu, "open", self.tr("Open {address}").format(address=address), opens)
        if container.alive:
            _add(menu, "stop", self.tr("Stop"), partial(self.stop_requested.emit, container), idle)
            _add(menu, "restart", self.tr("Restart"), partial(self.restart_requested.emit, container), idle)
        else:
            _add(menu, "play", self.tr("Start"), partial(self.start_requested.emit, container), idle)
        menu.addSeparator()
        _add(menu, "trash", self.tr("Remove…"), partial(self.removal_wanted.emit, container), idle)
        return menu

    @Slot()
    def _fit(self) -> None:
        self.empty_label.setVisible(self.empty)
        self.table.setMaximumHeight(HEAD if self.empty else self.needed_height)
        self.setMaximumHeight(self.needed_height)
        self.resized.emit()

    @Slot(str, object)
    def _on_act_requested(self, act: str, container: Container) -> None:
        if act in (OPEN, OPEN_SECOND):
            self.open_requested.emit(container, container.addresses[act == OPEN_SECOND])
        else:
            self._wishes[act].emit(container)

    @Slot(object)
    def _on_row_activated(self, container: Container) -> None:
        if container.alive and container.addresses:
            self.open_requested.emit(container, container.addresses[0])

    @Slot(object)
    def _on_chosen_changed(self, chosen: list[Container]) -> None:
        if chosen:
            self.chosen_changed.emit(chosen[0])

    @Slot(object, QPoint)
    def _on_menu_requested(self, container: Container, at: QPoint) -> None:
        self.menu(container).popup(at)

    @Slot()
    def _on_delete_pressed(self) -> None:
        for container in self.table.chosen():
            if container.doing is Doing.NOTHING:
                self.removal_wanted.emit(container)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(SINCE, self.width() < ROOMY)
        self._edge.setGeometry(0, self.height() - 1, self.width(), 1)
        self._edge.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ages.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._ages.stop()
        super().hideEvent(event)


def _add(menu: QMenu, icon: str, text: str, act: Callable[[], object], able: bool = True) -> None:
    added = menu.addAction(glyphs.icon(icon), text.replace("&", "&&"))
    added.triggered.connect(lambda checked: act())
    added.setEnabled(able)
