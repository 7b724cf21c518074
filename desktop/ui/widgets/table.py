"""Tables of rich rows: one delegate paints the cells, so ten thousand rows stay smooth."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from desktop.bridge.models import RowRole
from desktop.ui import theme
from desktop.ui.widgets.cells import LEFT, Canvas, Cell

Index = QModelIndex | QPersistentModelIndex
MakeCell = Callable[[Any], Cell]  #: what a column shows of the value behind a row


class RowDelegate(QStyledItemDelegate):
    """Paints the ground of a row once per cell, then lets the cell paint itself."""

    def __init__(self, table: "Table") -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box, first = option.rect, index.column() == 0
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = index.row() == self._table.hovered
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = "selected" if chosen else "hover" if hovered else "surface"
            painter.fillRect(box, theme.colour(ground))
            painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.colour("border"))
            if chosen and first:
                painter.setBrush(theme.colour("accent"))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawRoundedRect(QRectF(box.left() + 6, box.top() + 10, 3, box.height() - 21), 1.5, 1.5)
            self._table.cell(index).paint(Canvas(painter, chosen or hovered), inner(box, first))
        finally:
            painter.restore()  # a painter left open takes the process down


def inner(box: QRect, first: bool) -> QRect:
    """Where a cell paints within its *box*: the first column keeps the page's 24-pixel line."""
    return box.adjusted(24 if first else 12, 0, -12, -1)


class Table(QTableView):
    """A table of rich rows: whole-row selection and hover, no grid, widths given (0 takes the rest).

    Each column's *cells* function turns the value behind a row into what is painted.
    """

    act_requested = Signal(str, object)  # an act painted in a row was clicked: its name, the row's value
    row_activated = Signal(object)  # double click or Return: the row's value
    chosen_changed = Signal(object)  # list of the values of the selected rows
    menu_requested = Signal(object, QPoint)  # the row's value, the place on screen

    def __init__(
        self,
        model: QAbstractTableModel,
        cells: Sequence[MakeCell],
        widths: Sequence[int],
        name: str,
        high: int = theme.ROW,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._cells, self.hovered = tuple(cells), -1
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(high)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(LEFT | Qt.AlignmentFlag.AlignVCenter)
        for number, width in enumerate(widths):
            fixed = QHeaderView.ResizeMode.Fixed if width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(number, fixed)
            if width:
                header.resizeSection(number, width)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    def cell(self, index: Index) -> Cell:
        """What is painted at *index*."""
        return self._cells[index.column()](index.data(RowRole))

    def chosen(self) -> list[Any]:
        """The values of the selected rows, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.model().index(row, 0).data(RowRole) for row in rows]

    def choose(self, fits: Callable[[Any], bool]) -> bool:
        """Select the first row whose value *fits* and bring it into sight; False where none does."""
        for row in range(self.model().rowCount()):
            if fits(self.model().index(row, 0).data(RowRole)):
                self.selectRow(row)
                self.scrollTo(self.model().index(row, 0))
                return True
        return False

    def act_place(self, row: int, act: str) -> QPoint | None:
        """The middle of the act painted in *row*, in viewport coordinates; None where there is no such act."""
        for column in range(self.model().columnCount()):
            index = self.model().index(row, column)
            box = inner(self.visualRect(index), column == 0)
            for name, place in _acts(self.cell(index), box):
                if name == act:
                    return place.center()
        return None

    def _act_at(self, at: QPoint) -> str:
        index = self.indexAt(at)
        if not index.isValid():
            return ""
        box = inner(self.visualRect(index), index.column() == 0)
        return next((name for name, place in _acts(self.cell(index), box) if place.contains(at)), "")

    def _on_selection_changed(self) -> None:
        self.chosen_changed.emit(self.chosen())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        self.hovered = self.rowAt(at.y())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if self._act_at(at) else Qt.CursorShape.ArrowCursor)
        self.viewport().update()
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = -1
        self.viewport().update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        act = self._act_at(at) if event.button() == Qt.MouseButton.LeftButton else ""
        if act:
            self.act_requested.emit(act, self.indexAt(at).data(RowRole))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._act_at(event.position().toPoint()):
            self.row_activated.emit(index.data(RowRole))
        super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_activated.emit(self.currentIndex().data(RowRole))
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).bottomLeft() if by_key else event.pos()
            self.menu_requested.emit(index.data(RowRole), self.viewport().mapToGlobal(place))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            text = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else None
            QToolTip.showText(event.globalPos(), _plain(text or ""), self.viewport())
            return True
        return super().viewportEvent(event)


def _acts(cell: Cell, box: QRect) -> list[tuple[str, QRect]]:
    """The acts a cell paints, each with the place where it can be clicked."""
    places = getattr(cell, "places", None)
    return places(box) if places else []


def _plain(text: str) -> str:
    """*text* as a tooltip that is never taken for markup (tooltips guess)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").join(("<span>", "</span>")) if "<" in text else text
