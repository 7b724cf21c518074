"""The transfers' room: what moves, waits, arrived or failed, a lane per registry."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop.bridge.transfer_rows import Group, Summary, TransferRows
from desktop.core.registry import Account
from desktop.core.transfers import Transfer
from desktop.ui.page import Page
from desktop.ui.transfer_cells import HIGH, LANE_HIGH
from desktop.ui.transfer_details import TransferDetails
from desktop.ui.transfer_table import TransferTable
from desktop.ui.transfer_words import TransferWords
from desktop.ui.widgets.blank import Blank
from desktop.ui.widgets.controls import Segments
from desktop.ui.widgets.parts import button, column, divider, field, frame, row

MOST_BELOW = 0.45  #: of the room's height that details take by themselves
GROUPS = tuple(Group)


class TransfersView(Page):
    """Shows transfers, and says what the person wants done with them."""

    cancel_requested = Signal(int)  # the transfer's number, as in the next one
    retry_requested = Signal(int)
    limits_requested = Signal()  # show where they are set
    images_requested = Signal()  # show what can be pushed, and where one pulls

    def __init__(self, model: TransferRows, parent: QWidget | None = None) -> None:
        self.limits_button = button(self.tr("Limits…"), "settings")
        super().__init__(self.tr("Transfers"), [self.limits_button], parent=parent)
        self._model, self._words, self._by_hand = model, TransferWords(self), False
        self.segments = Segments(*(self._group_name(group) for group in GROUPS))
        self.segments.setAccessibleName(self.tr("Which transfers"))
        self.find_field = field(hint=self.tr("Find a transfer or receipt"), icon="search")
        self.find_field.setAccessibleName(self.tr("Find a transfer or receipt"))
        self.find_field.setClearButtonEnabled(True)
        self.find_field.setMinimumWidth(140)
        self.find_field.setMaximumWidth(232)
        self.table = TransferTable(model, self._words, self.tr("Transfers"))
        self.details = TransferDetails(self._words)
        self._lay_out()
        self._connect()
        self.show_summary(Summary())
        self._on_model_settled()

    def _lay_out(self) -> None:
        self.images_button = button(self.tr("Go to Images"), "image", "primary")
        about = self.tr("What you pull or push shows up here: its layers, its speed, and a receipt at the end.")
        self.blank = Blank("transfer", self.tr("Nothing has moved yet"), about, [self.images_button])
        self.all_button = button(self.tr("Show all"), kind="link")
        nothing = self.tr("No transfer of this kind has this in its name or digest.")
        self.none = Blank("search", self.tr("Nothing found"), nothing, [self.all_button])
        self._lists = QStackedWidget()
        for each in (self.table, self.none):
            self._lists.addWidget(each)
        self._lists.setMinimumHeight(LANE_HIGH + HIGH)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(0)  # the details' own edge is the line; it can be dragged all the same
        self.splitter.addWidget(self._lists)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        bar = row(self.segments, 12, None, self.find_field, margins=(24, 12, 24, 12))
        bar.setStretch(3, 1000)
        whole = column(frame("pane", bar), divider(), gap=0)
        whole.addWidget(self.splitter, 1)
        self._body = QWidget()
        self._body.setLayout(whole)
        self.put(self.blank)
        self.put(self._body)

    def _connect(self) -> None:
        self.limits_button.clicked.connect(self.limits_requested)
        self.images_button.clicked.connect(self.images_requested)
        self.all_button.clicked.connect(self._on_all_clicked)
        self.segments.chosen_changed.connect(self._narrow)
        self.find_field.textChanged.connect(self._narrow)
        self.table.chosen_changed.connect(self._on_chosen_changed)
        self._model.settled.connect(self._on_model_settled)
        self.details.put_away.connect(self.table.clearSelection)
        self.details.resized.connect(self._split)
        self.details.cause.unfolded.connect(self._keep_in_sight)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)
        for theirs in (self.table, self.details):
            theirs.cancel_requested.connect(self.cancel_requested)
            theirs.retry_requested.connect(self.retry_requested)
            theirs.step_requested.connect(self.step_requested)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._on_find_wanted)
        clear = QShortcut(QKeySequence(QKeySequence.StandardKey.Cancel), self.find_field)
        clear.setContext(Qt.ShortcutContext.WidgetShortcut)
        clear.activated.connect(self.find_field.clear)

    @Slot(object)
    def show_summary(self, summary: Summary) -> None:
        """Say in the head how much goes out and comes in."""
        self.say(self._words.summary(summary))

    @Slot(object)
    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """Call the registries of these accounts as people do."""
        self._words.set_accounts(accounts)
        self.table.viewport().update()

    def choose(self, number: int) -> bool:
        """Select a transfer and show all that is known of it; False where the list does not show it."""
        return self.table.choose(lambda row: isinstance(row, Transfer) and row.id == number)

    def _group_name(self, group: Group) -> str:
        text = {
            Group.ALL: self.tr("All {n}"),
            Group.MOVING: self.tr("Moving {n}"),
            Group.WAITING: self.tr("Waiting {n}"),
            Group.ARRIVED: self.tr("Arrived {n}"),
            Group.FAILED: self.tr("Failed {n}"),
        }[group]
        return text.format(n=self._model.counts[group])

    @Slot()
    def _narrow(self) -> None:
        self._model.narrow(GROUPS[self.segments.chosen], self.find_field.text().strip())

    @Slot()
    def _on_model_settled(self) -> None:
        for number, group in enumerate(GROUPS):
            self.segments.set_text(number, self._group_name(group))
        self.table.fit_rows()
        self.place(self._body if self._model.counts[Group.ALL] else self.blank)
        self._lists.setCurrentWidget(self.table if self._model.rowCount() else self.none)
        self._show_chosen()

    @Slot()
    def _show_chosen(self) -> None:
        chosen = self.table.chosen_transfer
        self.details.setVisible(chosen is not None)
        if chosen:
            self.details.show_transfer(chosen)

    @Slot()
    def _on_chosen_changed(self) -> None:
        self._show_chosen()
        self._keep_in_sight()

    @Slot()
    def _keep_in_sight(self) -> None:
        """The details may just have covered the chosen row."""
        if self.table.chosen_transfer:
            self.table.scrollTo(self.table.currentIndex())

    @Slot()
    def _split(self) -> None:
        """Give the details what they need, as far as the list keeps most of the room."""
        if not self._by_hand and self.splitter.height():
            whole, needed = self.splitter.height(), self.details.needed_height(self.splitter.width())
            wanted = self.details.cause.is_unfolded  # then it was asked for, else the list keeps most of the room
            below = min(needed, whole - self._lists.minimumHeight() if wanted else round(whole * MOST_BELOW))
            self.splitter.setSizes([whole - below, below])

    @Slot()
    def _on_all_clicked(self) -> None:
        self.segments.choose(GROUPS.index(Group.ALL))
        self.find_field.clear()
        self._narrow()

    @Slot()
    def _on_find_wanted(self) -> None:
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._by_hand = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._split()
