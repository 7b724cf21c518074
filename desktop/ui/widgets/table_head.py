"""The head of a table: painted from the tokens, sorted by a click or by keyboard."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QTableView

from desktop.ui import theme
from desktop.ui.widgets import glyphs

HIGH, ARROW = 36, 12  #: pixels
MIDDLE = Qt.AlignmentFlag.AlignVCenter


class TableHead(QHeaderView):
    """Titles over their columns. Where it can sort: Tab reaches it, arrows choose a title, Space sorts by it."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._here = 0
        self.setFixedHeight(HIGH)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def let_sort(self, column: int) -> None:
        """Sort by *column* now, and by any other when asked."""
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setSortIndicator(column, Qt.SortOrder.AscendingOrder)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._here = column

    def _sort(self) -> None:
        same, down = self.sortIndicatorSection() == self._here, Qt.SortOrder.DescendingOrder
        descending = same and self.sortIndicatorOrder() != down
        self.setSortIndicator(self._here, down if descending else Qt.SortOrder.AscendingOrder)

    def _arrow(self, painter: QPainter, middle: QPoint) -> None:
        painter.translate(middle)
        if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder:
            painter.rotate(180)
        glyphs.draw(painter, QPoint(-ARROW // 2, -ARROW // 2), "chevron-down", "text", ARROW)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(rect, theme.colour("surface"))
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("border"))
            self._paint_title(painter, rect.adjusted(24 if section == 0 else 12, 0, -12, -1), section)
            if section == self._here and self.hasFocus() and _by_keyboard(self):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colour("link"), 2))
                painter.drawRoundedRect(QRectF(rect).adjusted(3, 3, -3, -4), 5, 5)
        finally:
            painter.restore()  # a painter left open takes the process down

    def _paint_title(self, painter: QPainter, box: QRect, section: int) -> None:
        model, role = self.model(), Qt.ItemDataRole
        title = str(model.headerData(section, Qt.Orientation.Horizontal, role.DisplayRole) or "")
        side = model.headerData(section, Qt.Orientation.Horizontal, role.TextAlignmentRole)
        right = bool(side and side & Qt.AlignmentFlag.AlignRight)
        sorts = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        font = theme.font("label")
        shown = QFontMetrics(font).elidedText(title, Qt.TextElideMode.ElideRight, box.width())
        painter.setFont(font)
        painter.setPen(theme.colour("text" if sorts else "text2"))
        painter.drawText(box, (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | MIDDLE, shown)
        if sorts:
            width = QFontMetrics(font).horizontalAdvance(shown)
            beside = box.right() - width - 10 if right else box.left() + width + 10
            self._arrow(painter, QPoint(beside, box.center().y() + 1))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HIGH)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._here = max(0, min(self._here + step, self.count() - 1))
            self.viewport().update()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._sort()
        else:
            super().keyPressEvent(event)


def _by_keyboard(head: QHeaderView) -> bool:
    return head.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
