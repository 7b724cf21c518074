"""Tables of rich rows: one delegate paints the cells, so ten thousand rows stay smooth."""

import logging
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
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
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

from desktop.bridge.models import RowRole, TableModel
from desktop.core.display import display
from desktop.ui import theme
from desktop.ui.widgets.cells import Canvas, Cell, Text
from desktop.ui.widgets.table_head import TableHead

log = logging.getLogger(__name__)
Index = QModelIndex | QPersistentModelIndex
NO_WIDTH = "\u200b"
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
        except Exception:  # it would take the process down: one cell stays empty instead
            self._table.note_bug()
        finally:
            painter.restore()  # a painter left open takes the process down


def inner(box: QRect, first: bool) -> QRect:
    """Where a cell paints within its *box*: the first column keeps the page's 24-pixel line."""
    return box.adjusted(24 if first else 12, 0, -12, -1)


class Table(QTableView):
    """A table of rich rows: whole-row selection and hover, no grid, widths given (0 takes the rest).

    Each column's *cells* function turns the value behind a row into what is painted. With *sort* the titles sort, at
    first by that column.
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
        sort: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._cells, self.hovered, self._pressed = tuple(cells), -1, ""
        self._bug_noted = False
        self.head = TableHead(self)
        self.setHorizontalHeader(self.head)
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
        for number, width in enumerate(widths):
            fixed = QHeaderView.ResizeMode.Fixed if width else QHeaderView.ResizeMode.Stretch
            self.head.setSectionResizeMode(number, fixed)
            if width:
                self.head.resizeSection(number, width)
        if sort is not None:
            self.head.let_sort(sort)
            self.setSortingEnabled(True)
        if isinstance(model, TableModel):
            model.read_out(self.spoken)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    def cell(self, index: Index) -> Cell:
        """What is painted at *index*."""
        try:
            return self._cells[index.column()](index.data(RowRole))
        except Exception:
            self.note_bug()
            return Text("")

    def note_bug(self) -> None:
        """Log the exception that is being handled, the first of this table: a repaint would bring thousands."""
        if not self._bug_noted:
            self._bug_noted = True
            log.exception("a cell of %s cannot be shown", self.accessibleName())

    def spoken(self, index: Index) -> str:
        """What a screen reader says of the cell at *index*: all of its text."""
        cell = self.cell(index)
        return display(getattr(cell, "spoken", cell.text))

    def tip(self, index: Index, at: QPoint) -> str:
        """The tooltip at the place *at* in the cell *index*: an act's name, the cell's own, or text that was cut."""
        cell, box = self.cell(index), self._inside(index)
        act = next((name for name, place in _acts(cell, box) if place.contains(at)), "")
        if act and hasattr(cell, "tip_of"):
            return str(cell.tip_of(act))
        return str(getattr(cell, "tip", "")) or (self.spoken(index) if _shortened(cell, box) else "")

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
            for name, place in _acts(self.cell(index), self._inside(index)):
                if name == act:
                    return place.center()
        return None

    def _inside(self, index: Index) -> QRect:
        return inner(self.visualRect(index), index.column() == 0)

    def _act_at(self, at: QPoint) -> str:
        index = self.indexAt(at)
        if not index.isValid():
            return ""
        return next((name for name, place in _acts(self.cell(index), self._inside(index)) if place.contains(at)), "")

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            for each in (row, self.hovered):
                self.viewport().update(self._row_box(each))
            self.hovered = row

    def _row_box(self, row: int) -> QRect:
        return QRect(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))

    def _on_selection_changed(self) -> None:
        self.chosen_changed.emit(self.chosen())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        by_keyboard = self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if self.hasFocus() and by_keyboard and self.currentIndex().isValid():
            with QPainter(self.viewport()) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.colour("link"), 2))
                box = QRectF(self._row_box(self.currentIndex().row()))
                painter.drawRoundedRect(box.adjusted(2, 1, -2, -2), 5, 5)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_tab and not self.selectionModel().hasSelection() and self.model().rowCount():
            self.selectRow(max(0, self.currentIndex().row()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        self._hover(self.rowAt(at.y()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if self._act_at(at) else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = self._act_at(event.position().toPoint()) if left else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at, pressed = event.position().toPoint(), self._pressed
        self._pressed = ""
        index = self.indexAt(at)
        # let go where it was pressed, as with any button
        if pressed and pressed == self._act_at(at) and index.row() == self.currentIndex().row():
            self.act_requested.emit(pressed, index.data(RowRole))

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
            if by_key:
                self.scrollTo(index)
            place = self.visualRect(index.siblingAtColumn(0)).bottomLeft() if by_key else event.pos()
            self.menu_requested.emit(index.data(RowRole), self.viewport().mapToGlobal(place))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            text = self.tip(index, event.pos()) if index.isValid() else ""
            QToolTip.showText(event.globalPos(), plain_tip(text), self.viewport(), self.visualRect(index))
            return True
        return super().viewportEvent(event)


def plain_tip(text: str) -> str:
    """*text* as a tooltip that is never taken for markup. Tooltips guess; a mark without width ends the guessing."""
    return display(text).replace("<", f"<{NO_WIDTH}").replace("&lt;", f"&{NO_WIDTH}lt;")


def _acts(cell: Cell, box: QRect) -> list[tuple[str, QRect]]:
    """The acts a cell paints, each with the place where it can be clicked."""
    places = getattr(cell, "places", None)
    return places(box) if places else []


def _shortened(cell: Cell, box: QRect) -> bool:
    """Whether a cell has to leave out some of its text in *box*."""
    scrap = QPixmap(1, 1)
    with QPainter(scrap) as painter:
        canvas = Canvas(painter, lively=False)
        cell.paint(canvas, box)
    return canvas.shortened
