"""Output on screen: painted line by line from a bounded store, so that a million lines cost what forty do."""

from PySide6.QtCore import QBasicTimer, QPoint, QPointF, QRectF, QSize, Qt, QTimerEvent, Signal
from PySide6.QtGui import (
    QAccessible,
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QWidget

from desktop.core.output_lines import Kind, OutputLines, Search
from desktop.core.output_selection import Selection, Spot
from desktop.ui import theme
from desktop.ui.widgets.ruler import Ruler

ROW, SIDE = 20, 16  #: pixels: the height of a line, the margin beside it
MOST_SPOKEN = 2_000  #: characters a screen reader gets
MOST_MARKS = 200  #: hits marked in one line
_TONES = {Kind.OUTPUT: "console_text", Kind.ERROR: "console_warn", Kind.NOTE: "console_dim"}
_SCROLLS = {
    Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -20, Qt.Key.Key_PageDown: 20,
    Qt.Key.Key_Home: -(1 << 24), Qt.Key.Key_End: 1 << 24,
}  # fmt: skip


class OutputText(QAbstractScrollArea):
    """Shows OutputLines: at their end while *following*, else where the person scrolled to. Text can be selected."""

    following_changed = Signal(bool)  # the person scrolled away from the end, or back to it

    def __init__(self, lines: OutputLines, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines, self._ruler, self._first = lines, Ruler(theme.font("mono")), lines.first
        self._search: Search | None = None
        self._hit = -1
        self.selection = Selection(lines)
        self._following, self._moving = True, False
        self._drag, self._third_press = QBasicTimer(), QBasicTimer()  # while they run it goes on, it may come
        self._held_at = QPoint()
        self.hint = ""  #: shown while there is no line
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.verticalScrollBar().setSingleStep(ROW)
        self.horizontalScrollBar().setSingleStep(ROW)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    @property
    def following(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._following

    def set_following(self, following: bool) -> None:
        """Keep the newest line in sight, or stay where it is."""
        self._following = following
        self.refresh()

    def refresh(self) -> None:
        """The lines have changed: show them, without moving what the person looks at."""
        bar = self.verticalScrollBar()
        at = bar.value() - (self._lines.first - self._first) * ROW
        self._first = self._lines.first
        self._moving = True
        self._fit()
        bar.setValue(bar.maximum() if self._following else max(0, at))
        self._moving = False
        self.viewport().update()
        if QAccessible.isActive() and self.hasFocus():
            self._describe()

    def mark(self, search: Search | None, hit: int = -1) -> None:
        """Mark what a search found, and above all the line *hit*."""
        self._search, self._hit = search, hit
        self.viewport().update()

    def show_line(self, number: int) -> None:
        """Bring a line, and what was found in it, into sight."""
        bar, across = self.verticalScrollBar(), self.horizontalScrollBar()
        top = (number - self._lines.first) * ROW
        if not bar.value() <= top <= bar.value() + self.viewport().height() - ROW:
            bar.setValue(top - self.viewport().height() // 2)
        found = self._search.pattern.search(self._lines.line(number).text) if self._search else None
        if found:
            x = round(self._ruler.x(self._lines.line(number).text, found.start()))
            if not across.value() <= x <= across.value() + self.viewport().width() - 8 * SIDE:
                across.setValue(x - 4 * SIDE)

    def first_in_sight(self) -> int:
        """The number of the line at the top."""
        return self._lines.first + self.verticalScrollBar().value() // ROW

    def select_all(self) -> None:
        """Select every line kept."""
        self.selection.take_all()
        self.viewport().update()

    @property
    def selected(self) -> str:
        """The selected text, its latest part where that is more than a clipboard should hold."""
        return self.selection.text

    def copy(self) -> None:
        """Put the selected text on the clipboard."""
        if text := self.selected:
            QGuiApplication.clipboard().setText(text)

    def _spot(self, at: QPoint) -> Spot:
        number = self._lines.first + (at.y() + self.verticalScrollBar().value()) // ROW
        if number < self._lines.first:
            return Spot(self._lines.first, 0)
        if number >= self._lines.end:
            return self.selection.end
        x = at.x() - SIDE + self.horizontalScrollBar().value()
        return Spot(number, self._ruler.column(self._lines.line(number).text, x))

    def _fit(self) -> None:
        high, wide = (self._lines.end - self._lines.first) * ROW, round(self._lines.widest * self._ruler.cell)
        bar, across, room = self.verticalScrollBar(), self.horizontalScrollBar(), self.viewport().size()
        bar.setPageStep(room.height())
        bar.setRange(0, max(0, high - room.height()))
        across.setPageStep(room.width())
        across.setRange(0, max(0, wide + 2 * SIDE - room.width()))

    def _on_scrolled(self, value: int) -> None:
        at_end = value >= self.verticalScrollBar().maximum()
        if not self._moving and at_end != self._following:
            self._following = at_end
            self.following_changed.emit(at_end)

    def _describe(self) -> None:
        first = self.first_in_sight()
        texts = self._lines.texts(first, first + self.viewport().height() // ROW)
        self.setAccessibleDescription("\n".join(texts)[-MOST_SPOKEN:])

    def sizeHint(self) -> QSize:
        return QSize(480, 12 * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 3 * ROW)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        top, left = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        first = max(self._lines.first, self.first_in_sight() + event.rect().top() // ROW)
        end = min(self._lines.end, self.first_in_sight() + event.rect().bottom() // ROW + 2)
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), theme.colour("console"))
            painter.setFont(self._ruler.font)
            if self._lines.end == self._lines.first:
                painter.setPen(theme.colour("console_dim"))
                painter.drawText(
                    QRectF(SIDE, 0, self.viewport().width(), ROW), Qt.AlignmentFlag.AlignVCenter, self.hint
                )
            for number in range(first, end):
                self._paint_line(painter, number, (number - self._lines.first) * ROW - top, left - SIDE)

    def _paint_line(self, painter: QPainter, number: int, y: int, left: int) -> None:
        line, width = self._lines.line(number), self.viewport().width()
        if number == self._hit:
            painter.fillRect(QRectF(0, y, width, ROW), _tint("console_warn", 0.10))
        self._paint_hits(painter, number, line.text, y, left)
        self._paint_selection(painter, number, line.text, y, left)
        begin, end, x = self._ruler.part(line.text, left, left + width)
        painter.setPen(theme.colour(_TONES[line.kind]))
        base = y + (ROW - self._ruler.height) / 2 + self._ruler.ascent
        painter.drawText(QPointF(x - left, base), line.text[begin:end])

    def _paint_hits(self, painter: QPainter, number: int, text: str, y: int, left: int) -> None:
        if self._search is None:
            return
        tint = _tint("console_warn", 0.45 if number == self._hit else 0.25)
        for _, found in zip(range(MOST_MARKS), self._search.pattern.finditer(text), strict=False):
            self._fill(painter, text, *found.span(), y, left, tint)

    def _paint_selection(self, painter: QPainter, number: int, text: str, y: int, left: int) -> None:
        start, end = self.selection.bounds
        if start != end and start.line <= number <= end.line:
            begin = start.column if number == start.line else 0
            stop = end.column if number == end.line else len(text)
            self._fill(painter, text, begin, stop, y, left, _tint("accent", 0.75), newline=number < end.line)

    def _fill(
        self,
        painter: QPainter,
        text: str,
        begin: int,
        end: int,
        y: int,
        left: int,
        tint: QColor,
        newline: bool = False,
    ) -> None:
        x = self._ruler.x(text, begin)
        width = self._ruler.x(text, end) - x + (self._ruler.cell if newline else 0)
        painter.fillRect(QRectF(x - left, y, width, ROW), tint)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._lines.end == self._lines.first:
            return
        spot = self._spot(event.position().toPoint())
        if self._third_press.isActive():  # two take a word, three the line
            self._third_press.stop()
            self.selection.take_line(spot.line)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.selection.extend(spot)
        else:
            self.selection.set(spot, spot)
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._lines.end == self._lines.first:
            return
        self.selection.take_word(self._spot(event.position().toPoint()))
        self.viewport().update()
        self._third_press.start(QApplication.doubleClickInterval(), self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not self._third_press.isActive():
            self._held_at = event.position().toPoint()
            self.selection.extend(self._spot(self._held_at))
            self.viewport().update()
            if not self._drag.isActive():
                self._drag.start(50, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag.stop()

    def timerEvent(self, event: QTimerEvent) -> None:
        if event.timerId() == self._third_press.timerId():
            self._third_press.stop()
        elif event.timerId() == self._drag.timerId():  # held beyond an edge: scroll on
            at, bar, across = self._held_at, self.verticalScrollBar(), self.horizontalScrollBar()
            bar.setValue(bar.value() + _beyond(at.y(), self.viewport().height()))
            across.setValue(across.value() + _beyond(at.x(), self.viewport().width()))
            self.selection.extend(self._spot(at))
            self.viewport().update()
        else:
            super().timerEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.key() in _SCROLLS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._extend(_SCROLLS[Qt.Key(event.key())])
        elif event.key() in _SCROLLS:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + _SCROLLS[Qt.Key(event.key())] * ROW)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = -4 * ROW if event.key() == Qt.Key.Key_Left else 4 * ROW
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + step)
        else:
            super().keyPressEvent(event)

    def _extend(self, lines: int) -> None:
        """Select whole lines from the one at the top, or from where the selection began."""
        start, end = self.selection.bounds
        if start == end:
            top = Spot(self.first_in_sight(), 0)
            self.selection.set(top, top)
        line = self.selection.cursor.line + lines
        line = min(max(line, self._lines.first), max(self._lines.first, self._lines.end - 1))
        self.selection.extend(Spot(line, 0) if line < self._lines.end - 1 else self.selection.end)
        self.viewport().update()
        self.show_line(line)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy, everything = QAction(self.tr("Copy"), menu), QAction(self.tr("Select all"), menu)
        copy.setEnabled(bool(self.selected))
        copy.triggered.connect(self.copy)
        everything.triggered.connect(self.select_all)
        menu.addActions([copy, everything])
        menu.popup(event.globalPos())


def _beyond(at: int, room: int) -> int:
    return at if at < 0 else max(0, at - room)


def _tint(token: str, part: float) -> QColor:
    made = theme.colour(token)
    made.setAlphaF(part)
    return made
