"""The cards beside the tour: what moves now, and what will not go on without the person."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.core.engine_errors import EngineAbsent, EnginePermissionDenied, EngineStopped
from desktop.core.engines import EngineState, EngineStatus
from desktop.core.errors import AppError
from desktop.core.transfers import Direction, State, Transfer
from desktop.ui.notices import explain
from desktop.ui.widgets.painted import Elided, Icon, Meter
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.words import left

BESIDE = 320  #: pixels a card is wide beside the steps
MOST_MOVING, MOST_NEEDS = 5, 3  #: lines; the room of transfers shows all
_ANY = 16_777_215  #: Qt's word for no limit


class Card(QFrame):
    """A titled box of lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.box: QVBoxLayout = column(gap=14, margins=(16, 14, 16, 16))
        self.setLayout(self.box)

    def set_beside(self, beside: bool) -> None:
        """Stand in a column beside the steps, or under them as wide as they are."""
        self.setMinimumWidth(BESIDE if beside else 0)
        self.setMaximumWidth(BESIDE if beside else _ANY)


class MovingLine(QFrame):
    """One transfer, in short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self.name = Icon("download"), Elided(type="medium", middle=True)
        self.rest, self.meter = label("", "small", "text2"), Meter()
        words = row(self.name, None, self.rest, gap=12)
        line = row(self._icon, column(words, self.meter, gap=6), gap=12)
        line.setStretch(1, 1)
        self.setLayout(line)

    def show_transfer(self, transfer: Transfer) -> None:
        """Show how far it is."""
        out = transfer.wish.direction is Direction.PUSH
        moves = transfer.state is State.ACTIVE
        self._icon.set_icon("upload" if out else "download", "text2")
        reference = transfer.wish.reference
        self.name.setText(reference.familiar.removeprefix(f"{reference.registry}/"))
        self.name.setAccessibleName(reference.familiar)
        self.rest.setText(self._rest(transfer))
        self.meter.set_part(transfer.snapshot.part, "meter" if moves else "edge")

    def _rest(self, transfer: Transfer) -> str:
        if transfer.state is State.QUEUED:
            return self.tr("waiting")
        if transfer.state is State.PROVING:
            return self.tr("asking the registry")
        seconds = transfer.snapshot.left
        return self.tr("{time} left").format(time=left(seconds)) if seconds is not None else ""


class MovingCard(Card):
    """The transfers of now."""

    all_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.all_button = button(self.tr("All transfers"), kind="link")
        self.all_button.clicked.connect(self.all_requested)
        self.still = label(self.tr("Nothing is moving."), "small", "text2")
        self.more = label("", "small", "text2")
        self.lines = [MovingLine() for _ in range(MOST_MOVING)]
        self.box.addLayout(row(label(self.tr("Moving now"), "heading"), None, self.all_button))
        for line in (self.still, *self.lines, self.more):
            self.box.addWidget(line)
        self.show_transfers([])

    def show_transfers(self, transfers: Sequence[Transfer]) -> None:
        """Show these, the first few in full: what moves before what waits."""
        order = sorted(transfers, key=lambda transfer: transfer.state is State.QUEUED)
        for number, line in enumerate(self.lines):
            line.setVisible(number < len(order))
            if number < len(order):
                line.show_transfer(order[number])
        hidden = len(order) - MOST_MOVING
        self.still.setVisible(not order)
        self.more.setVisible(hidden > 0)
        self.more.setText(self.tr("and {n} more").format(n=hidden))


class NeedLine(QFrame):
    """One thing that waits for the person: what, why, and the way to do something about it."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon("alert", "bad", 16, "bad_tint", 32)
        self.title, self.why = label("", "medium", wrap=True), label("", "small", "text2", wrap=True)
        self.act = button("", kind="link")
        self.act.clicked.connect(self.acted)
        line = row(self._icon, column(self.title, self.why, self.act, gap=2), gap=12, top=True)
        line.setStretch(1, 1)
        self.setLayout(line)

    def say(self, title: str, why: str, act: str, tone: str, icon: str = "alert") -> None:
        """Say what is the matter; *tone* is bad, or warn where nothing is lost."""
        self._icon.set_icon(icon, tone, f"{tone}_tint")
        self.title.setText(title)
        self.why.setText(why)
        self.act.setText(act.replace("&", "&&"))
        self.act.setVisible(bool(act))


class NeedsCard(Card):
    """What will not go on without the person."""

    transfer_requested = Signal(object)  # Transfer
    step_requested = Signal(object)  # AppError, of the engine

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failed: list[Transfer] = []
        self._trouble: AppError | None = None
        self.calm = label(self.tr("Nothing needs you."), "small", "text2")
        self.engine, self.lines = NeedLine(), [NeedLine() for _ in range(MOST_NEEDS)]
        self.box.addWidget(label(self.tr("Needs you"), "heading"))
        for line in (self.calm, self.engine, *self.lines):
            self.box.addWidget(line)
        self.engine.acted.connect(self._on_engine_acted)
        for line in self.lines:
            line.acted.connect(self._on_line_acted)
        self._show()

    def show_failed(self, transfers: Sequence[Transfer]) -> None:
        """These transfers failed; the latest come first."""
        failed = list(transfers)[::-1][:MOST_NEEDS]
        if failed != self._failed:
            self._failed = failed
            self._show()

    def show_engine(self, status: EngineStatus) -> None:
        """Say so where there is no engine to work with."""
        self._trouble = _trouble(status)
        self._show()

    def _show(self) -> None:
        self.calm.setVisible(not self._failed and not self._trouble)
        self.engine.setVisible(self._trouble is not None)
        if self._trouble:
            said = explain(self._trouble)
            self.engine.say(said.title, said.reason, said.act, "warn", "power")
        for number, line in enumerate(self.lines):
            line.setVisible(number < len(self._failed))
            if number < len(self._failed):
                self._say_failed(line, self._failed[number])

    def _say_failed(self, line: NeedLine, transfer: Transfer) -> None:
        out = transfer.wish.direction is Direction.PUSH
        words = self.tr("Push of {name} failed") if out else self.tr("Pull of {name} failed")
        said = explain(transfer.error or AppError())
        name = transfer.wish.reference.familiar.removeprefix(f"{transfer.lane}/")
        line.say(words.format(name=name), said.reason, self.tr("See what to do"), "bad")

    def _on_engine_acted(self) -> None:
        if self._trouble:
            self.step_requested.emit(self._trouble)

    def _on_line_acted(self) -> None:
        line = self.sender()
        if isinstance(line, NeedLine):
            self.transfer_requested.emit(self._failed[self.lines.index(line)])


def _trouble(status: EngineStatus) -> AppError | None:
    """Why there is no engine to work with; None where there is one or it is still looked for."""
    chosen = status.chosen
    if status.state is EngineState.STOPPED and chosen:
        return EngineStopped(engine=chosen.name)
    if status.state is EngineState.DENIED and chosen:
        return EnginePermissionDenied(address=chosen.url)
    return EngineAbsent() if status.state is EngineState.ABSENT else None
