"""What is below the transfers: the chosen one's layers, its cause where it failed, its receipt where it arrived."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from desktop.bridge.models import Column, TableModel
from desktop.bridge.transfer_rows import name_of
from desktop.core.display import display, one_line
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from desktop.core.transfers import Direction, State, Transfer
from desktop.ui.notices import explain
from desktop.ui.transfer_cells import LAYER_HIGH, STEP, LayerCells, TransferCells
from desktop.ui.transfer_words import TransferWords, may_retry
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.painted import Elided
from desktop.ui.widgets.parts import button, column, divider, icon_button, label, row
from desktop.ui.widgets.table import Table
from desktop.ui.widgets.table_head import HIGH as HEAD
from desktop.ui.words import size

KEY, RAW_HIGH, COPIED_MS = 76, 66, 1500  #: pixels of a fact's name and of the raw text; how long "Copied" stands
COLUMNS = (
    Column(QT_TRANSLATE_NOOP("columns", "Layer"), lambda layer: layer.layer, lambda layer: 0),
    Column(QT_TRANSLATE_NOOP("columns", "State"), lambda layer: layer.phase.value, lambda layer: 0),
    Column("", lambda layer: "", lambda layer: 0),
    Column(QT_TRANSLATE_NOOP("columns", "Size"), lambda layer: "", lambda layer: 0, right=True),
    Column("", lambda layer: "", lambda layer: 0),
)
WIDTHS = (148, 0, 180, 148, 12)  #: pixels; 0 takes the rest


class Cause(QFrame):
    """Why a transfer failed and what to do; the other side's own text folded below."""

    unfolded = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._error: AppError | None = None
        self.title, self.words = label("", "strong", "bad", wrap=True), label("", wrap=True)
        self.fold, self.raw = button("", "chevron-right", "link"), QPlainTextEdit(readOnly=True)
        self.raw.setObjectName("raw")
        self.raw.setAccessibleName(self.tr("What was said"))
        self.raw.setFixedHeight(RAW_HIGH)
        self.setLayout(column(self.title, self.words, self.fold, self.raw, gap=4, margins=(24, 0, 24, 14)))
        self.fold.clicked.connect(self._on_fold_clicked)
        self._unfold(False)

    @property
    def is_unfolded(self) -> bool:
        """Whether the other side's own text shows."""
        return not self.raw.isHidden()

    def show_error(self, error: AppError | None) -> None:
        """Say what happened, why, and what to do; None: nothing did."""
        self.setVisible(error is not None)
        if error is None or error is self._error:
            self._error = error
            return
        self._error, notice = error, explain(error)
        self.title.setText(notice.title)
        self.words.setText(f"{notice.reason} {notice.hint}")
        self.raw.setPlainText(notice.details)
        self.fold.setVisible(bool(notice.details))
        self._unfold(False)

    def _unfold(self, unfolded: bool) -> None:
        self.raw.setVisible(unfolded)
        self.fold.setIcon(glyphs.icon("chevron-down" if unfolded else "chevron-right", "link"))
        self.fold.setText(" " + (self.tr("Hide what was said") if unfolded else self.tr("Show what was said")))

    def _on_fold_clicked(self) -> None:
        self._unfold(not self.is_unfolded)
        self.unfolded.emit(self.is_unfolded)


class Proof(QFrame):
    """What arrived: its digest in full, how big, for which platforms."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.digest, self.bulk, self.platforms = label("", "mono"), label("", "small"), label("", "small", wrap=True)
        self.digest.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        names = (self.tr("Digest"), self.tr("Size"), self.tr("Made for"))
        lines = [self._line(name, value) for name, value in zip(names, self._values, strict=True)]
        self.setLayout(column(*lines, gap=6, margins=(24, 0, 24, 14)))

    @property
    def _values(self) -> tuple[QLabel, QLabel, QLabel]:
        return self.digest, self.bulk, self.platforms

    def _line(self, name: str, value: QLabel) -> QHBoxLayout:
        key = label(name, "small", "text2")
        key.setFixedWidth(KEY)
        line = row(key, value, top=True)
        line.setStretch(1, 1)
        return line

    def show_transfer(self, transfer: Transfer) -> None:
        """Show the receipt of what arrived; hidden for anything else."""
        receipt = transfer.receipt
        self.setVisible(receipt is not None)
        if receipt:
            self.digest.setText(one_line(receipt.digest) or self.tr("The engine tells none"))
            push = transfer.wish.direction is Direction.PUSH
            said = self.tr("{size} as the registry keeps it") if push else self.tr("{size} on this computer")
            self.bulk.setText(said.format(size=size(receipt.size)))
            self.platforms.setText(display(", ".join(receipt.platforms)) or self.tr("not told"))


class TransferDetails(QFrame):
    """All that is known of one transfer, and what can be done with it."""

    cancel_requested = Signal(int)  # the transfer's number, as in the next one
    retry_requested = Signal(int)
    step_requested = Signal(object)  # the AppError whose button was clicked
    put_away = Signal()
    resized = Signal()  # it needs another height

    def __init__(self, words: TransferWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._words, self._rows = words, TransferCells(words, self)
        self._transfer: Transfer | None = None
        self.title, self.about = Elided("", "heading", middle=True), Elided("", "small", "text2")
        self.step_button, self.retry_button = button(" "), button(self.tr("Try again"), "restart")
        self.cancel_button, self.copy_button = (
            button(self.tr("Cancel"), "close"),
            button(self.tr("Copy digest"), "copy"),
        )
        self.close_button = icon_button("close", self.tr("Put away"))
        self.cause, self.proof = Cause(), Proof()
        self.cells, self.layers = LayerCells(words, self), TableModel(COLUMNS, lambda layer: layer.layer, self)
        makers = (self.cells.id, self.cells.phase, self.cells.meter, self.cells.count, self.cells.edge)
        self.table = Table(self.layers, makers, WIDTHS, self.tr("Layers"), LAYER_HIGH)
        self.table.setSelectionMode(Table.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.table.setMinimumHeight(HEAD + LAYER_HIGH)
        self.table.head.setMinimumSectionSize(WIDTHS[-1])
        self.table.head.resizeSection(len(WIDTHS) - 1, WIDTHS[-1])
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        names = column(self.title, self.about, gap=2)
        acts = (self.step_button, self.retry_button, self.cancel_button, self.copy_button)
        self._head = head = row(names, 12, *acts, self.close_button, margins=(24, 12, 16, 12))
        head.setStretch(0, 1)
        whole = column(divider(), head, self.cause, self.proof, gap=0)
        whole.addWidget(self.table, 1)
        whole.addStretch(0)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.step_button.clicked.connect(self._on_step_clicked)
        self.retry_button.clicked.connect(self._on_retry_clicked)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.close_button.clicked.connect(self.put_away)
        self.cause.unfolded.connect(self._on_cause_unfolded)
        self._copied.timeout.connect(self._on_copied_timeout)

    @property
    def transfer(self) -> Transfer | None:
        """The one on show."""
        return self._transfer

    def needed_height(self, wide: int) -> int:
        """Pixels for all it shows in a width of *wide*."""
        above = sum(part.heightForWidth(wide) for part in (self.cause, self.proof) if not part.isHidden())
        rows = 0 if self.table.isHidden() else self.layers.rowCount()
        return self._head.sizeHint().height() + 1 + above + (HEAD + LAYER_HIGH * rows if rows else 0)

    def show_transfer(self, transfer: Transfer) -> None:
        """Show how one is now."""
        before, self._transfer = self._transfer, transfer
        self.title.setText(name_of(transfer))
        told = self._words.whither(transfer)
        spare = transfer.state in (State.QUEUED, State.DONE, State.FAILED)  # said elsewhere
        self.about.setText(told if spare else f"{told}. {self._words.note(transfer)}")
        self.cause.show_error(transfer.error if transfer.state is State.FAILED else None)
        self.proof.show_transfer(transfer)
        self._show_acts(transfer)
        self._show_layers(transfer)
        if before is None or (before.id, before.state, len(before.snapshot.layers)) != (
            transfer.id,
            transfer.state,
            len(transfer.snapshot.layers),
        ):
            self.resized.emit()

    def _show_acts(self, transfer: Transfer) -> None:
        act, caption = self._rows.button(transfer)
        self.step_button.setVisible(act == STEP)
        self.step_button.setText(caption.replace("&", "&&"))
        self.retry_button.setVisible(may_retry(transfer))
        self.cancel_button.setVisible(not transfer.state.final)
        self.copy_button.setVisible(bool(transfer.receipt and transfer.receipt.digest))

    def _show_layers(self, transfer: Transfer) -> None:
        self.cells.direction, self.cells.ended = transfer.wish.direction, transfer.state.final
        self.layers.set_rows(transfer.snapshot.layers)
        self.table.setVisible(bool(transfer.snapshot.layers) and not self.cause.is_unfolded)

    @Slot(bool)
    def _on_cause_unfolded(self, unfolded: bool) -> None:
        self.table.setVisible(not unfolded and bool(self.layers.rowCount()))  # there may be room for one of them only
        self.resized.emit()

    @Slot()
    def _on_step_clicked(self) -> None:
        if self._transfer and self._transfer.error:
            self.step_requested.emit(self._transfer.error)

    @Slot()
    def _on_retry_clicked(self) -> None:
        if self._transfer:
            self.retry_requested.emit(self._transfer.id)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self._transfer:
            self.cancel_requested.emit(self._transfer.id)

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._transfer and self._transfer.receipt:
            QGuiApplication.clipboard().setText(self._transfer.receipt.digest)
            self.copy_button.setText(" " + self.tr("Copied"))
            self._copied.start()

    @Slot()
    def _on_copied_timeout(self) -> None:
        self.copy_button.setText(" " + self.tr("Copy digest"))
