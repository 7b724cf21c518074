"""The table of lanes and transfers, with all that can be asked of each: by its icons, its menu, the keyboard."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge.transfer_rows import TransferRows
from desktop.core.transfers import Lane, State, Transfer
from desktop.ui.transfer_cells import CANCEL, COPY, HIGH, LANE_HIGH, RETRY, STEP, TransferCells
from desktop.ui.transfer_words import TransferWords, may_retry
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.table import Table


class TransferTable(Table):
    """Lanes as headings, transfers below them; it says what is wanted and does nothing itself but copy."""

    cancel_requested = Signal(int)  # the transfer's number, as in the next one
    retry_requested = Signal(int)
    step_requested = Signal(object)  # the AppError whose button was clicked

    def __init__(self, model: TransferRows, words: TransferWords, name: str, parent: QWidget | None = None) -> None:
        self._rows, self._made = model, TransferCells(words)
        super().__init__(model, [self._made.row], (0,), name, HIGH, parent)
        self._made.setParent(self)
        self.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.head.hide()
        self.act_requested.connect(self._do)
        self.menu_requested.connect(self._on_menu_requested)
        self.row_activated.connect(self._on_row_activated)
        for keys, slot in (
            (QKeySequence.StandardKey.Delete, partial(self._do_chosen, CANCEL)),
            (QKeySequence.StandardKey.Refresh, partial(self._do_chosen, RETRY)),
            (QKeySequence.StandardKey.Copy, partial(self._do_chosen, COPY)),
            (QKeySequence.StandardKey.Cancel, self.clearSelection),
        ):
            QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(slot)

    @property
    def chosen_transfer(self) -> Transfer | None:
        """The selected one as it is now, if any."""
        return next((row for row in self.chosen() if isinstance(row, Transfer)), None)

    def menu(self, transfer: Transfer) -> QMenu:
        """All that can be done with a transfer, in words."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for icon, act, text in (
            ("", STEP, self._made.button(transfer)[1]),
            ("close", CANCEL, self.tr("Cancel")),
            ("restart", RETRY, self.tr("Try again")),
            ("copy", COPY, self.tr("Copy the digest")),
        ):
            if self._may(act, transfer):
                _add(menu, icon, text, partial(self._do, act, transfer))
        menu.addSeparator()
        _add(menu, "copy", self.tr("Copy the name"), partial(_copy, str(transfer.wish.reference)))
        return menu

    @Slot()
    def fit_rows(self) -> None:
        """Give lanes and transfers their heights; Qt keeps heights by place, so after every change of the rows."""
        lanes, head = set(self._rows.lane_places()), self.verticalHeader()
        for place in range(self._rows.rowCount()):
            high = LANE_HIGH if place in lanes else HIGH
            if head.sectionSize(place) != high:
                head.resizeSection(place, high)

    def _may(self, act: str, transfer: Transfer) -> bool:
        return {
            CANCEL: not transfer.state.final,
            RETRY: may_retry(transfer),
            COPY: bool(transfer.receipt and transfer.receipt.digest),
            STEP: self._made.button(transfer)[0] == STEP,
        }[act]

    @Slot(str, object)
    def _do(self, act: str, transfer: Transfer) -> None:
        if act == CANCEL:
            self.cancel_requested.emit(transfer.id)
        elif act == RETRY:
            self.retry_requested.emit(transfer.id)
        elif act == STEP:
            self.step_requested.emit(transfer.error)
        elif transfer.receipt:
            _copy(transfer.receipt.digest)

    def _do_chosen(self, act: str) -> None:
        transfer = self.chosen_transfer
        if transfer and self._may(act, transfer):
            self._do(act, transfer)

    @Slot(object)
    def _on_row_activated(self, row: Lane | Transfer) -> None:
        if isinstance(row, Transfer) and row.state is State.FAILED and self._made.button(row)[0]:
            self._do(self._made.button(row)[0], row)

    @Slot(object, QPoint)
    def _on_menu_requested(self, row: Lane | Transfer, at: QPoint) -> None:
        if isinstance(row, Transfer):
            self.menu(row).popup(at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_tab and self.chosen_transfer is None:  # the first row is a lane
            self.choose(lambda row: isinstance(row, Transfer))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _add(menu: QMenu, icon: str, text: str, act: Callable[[], object]) -> None:
    added = menu.addAction(text.replace("&", "&&"))
    if icon:
        added.setIcon(glyphs.icon(icon))
    added.triggered.connect(lambda checked: act())
