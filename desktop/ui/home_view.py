"""Home: the seven steps of the tour, what moves now, and what needs the person."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from desktop.core.engines import EngineStatus
from desktop.core.errors import AppError
from desktop.core.onboarding import Step, TourPlan, TourStep, Undo
from desktop.core.transfers import State, Transfer
from desktop.ui.checklist import Checklist
from desktop.ui.home_cards import MovingCard, NeedsCard
from desktop.ui.page import Page
from desktop.ui.undo_dialog import UndoDialog
from desktop.ui.widgets.painted import Icon, Meter
from desktop.ui.widgets.parts import button, column, frame, label, row

WIDE = 892  #: pixels from which the cards stand beside the steps


class HomeView(Page):
    """The room a new person sees first."""

    do_requested = Signal(object)  # Step: take the person there with the fields filled
    undo_confirmed = Signal(object)  # Undo: the list was seen and agreed to
    restart_requested = Signal()  # open all steps again
    transfers_requested = Signal()  # show the room of transfers
    transfer_requested = Signal(object)  # Transfer: show what became of it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Your first image, in and out of a private registry"), line=False, parent=parent)
        self.say(self.tr("Seven steps. Each ticks itself when it has really happened, however you did it."))
        self._undo = Undo()
        self.meter, self.count = Meter(), label("", "label", "text2")
        self.checklist, self.moving, self.needs = Checklist(), MovingCard(), NeedsCard()
        self.finished = self._make_finished()
        self.undo_button = button(self.tr("Undo all of this…"), kind="link")
        self.undo_dialog: UndoDialog | None = None
        self._body = self._lay_out()
        self._area = self._put_scrolling(self._body)
        self.checklist.do_requested.connect(self._on_do_requested)
        self.undo_button.clicked.connect(self.ask_undo)
        self.moving.all_requested.connect(self.transfers_requested)
        self.needs.transfer_requested.connect(self.transfer_requested)
        self.needs.step_requested.connect(self.step_requested)
        self.show_tour([TourStep(step, current=step is Step.CONNECT) for step in Step], TourPlan())

    @Slot(object, object)
    def show_tour(self, lines: Sequence[TourStep], plan: TourPlan) -> None:
        """Show how the tour stands, and what its open steps would act on."""
        done = sum(step.done for step in lines)
        self.meter.set_part(done / len(lines))
        self.count.setText(self.tr("{done} of {all} done").format(done=done, all=len(lines)))
        self.checklist.show_steps(lines, plan)
        self.finished.setVisible(done == len(lines))
        self._undo = plan.undo
        self.undo_button.setVisible(bool(plan.undo))

    @Slot(object)
    def show_transfers(self, transfers: Sequence[Transfer]) -> None:
        """Show what moves now, and what failed last."""
        self.moving.show_transfers([transfer for transfer in transfers if not transfer.state.final])
        self.needs.show_failed([transfer for transfer in transfers if transfer.state is State.FAILED])

    @Slot(object)
    def show_engine(self, status: EngineStatus) -> None:
        """Say here too if there is no engine to work with."""
        self.needs.show_engine(status)

    @Slot()
    def ask_undo(self) -> None:
        """Show what undoing would take away, and ask."""
        if not self._undo:
            return
        self.undo_dialog = UndoDialog(self._undo, self)
        self.undo_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.undo_dialog.confirmed.connect(self.undo_confirmed)
        self.undo_dialog.step_requested.connect(self._on_undo_step_requested)
        self.undo_dialog.finished.connect(self._on_dialog_finished)
        self.undo_dialog.open()

    @Slot()
    def undo_succeeded(self) -> None:
        """All of it is gone."""
        if self.undo_dialog:
            self.undo_dialog.succeeded()

    @Slot(object)
    def show_undo_error(self, error: AppError) -> None:
        """Something would not go; the dialog says what."""
        if self.undo_dialog:
            self.undo_dialog.show_error(error)
        else:
            self.show_error(error)

    @Slot(object)
    def _on_undo_step_requested(self, error: AppError) -> None:
        if self.undo_dialog:
            self.undo_dialog.reject()  # what helps is elsewhere
        self.step_requested.emit(error)

    def _make_finished(self) -> QWidget:
        words = column(
            label(self.tr("All seven done"), "heading"),
            label(
                self.tr(
                    "Your image went to your registry and came back. From here on, Images, Registries and "
                    "Containers do the same with any image of yours."
                ),
                "body",
                "text2",
                wrap=True,
            ),
            gap=2,
        )
        self.restart_button = button(self.tr("Start over"), "restart", "quiet")
        self.restart_button.clicked.connect(self.restart_requested)
        line = row(Icon("check", "good", 20, "good_tint", 40), words, self.restart_button, gap=14)
        line.setContentsMargins(16, 14, 12, 14)
        line.setStretch(1, 1)
        return frame("card", line)

    def _lay_out(self) -> QBoxLayout:
        progress = row(self.meter, self.count, gap=12)
        progress.setStretch(0, 1)
        about = label(
            self.tr("Nothing here costs anything or leaves this computer until you push."), "small", "text3", wrap=True
        )
        foot = row(about, self.undo_button, gap=12, margins=(0, 0, 2, 0))
        foot.setStretch(0, 1)
        left = column(frame("page", progress), self.finished, self.checklist, foot, None, gap=16)
        self._side = column(self.moving, self.needs, None, gap=16)
        body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        body.setContentsMargins(24, 4, 24, 24)
        body.setSpacing(20)
        body.addLayout(left, 1)
        body.addLayout(self._side)
        return body

    def _put_scrolling(self, body: QBoxLayout) -> QScrollArea:
        self._inside, area = QWidget(), QScrollArea()
        self._inside.setLayout(body)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.put(area)
        return area

    def _on_do_requested(self, step: Step) -> None:
        if step is Step.TIDY and self._undo:
            self.ask_undo()
        else:
            self.do_requested.emit(step)

    def _on_dialog_finished(self) -> None:
        self.undo_dialog = None

    def showEvent(self, event: QShowEvent) -> None:
        if self._area.widget() is None:  # a scroll area measures, so it would have all dressed before it has a window
            self._area.setWidget(self._inside)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._body.direction() != direction:
            self._body.setDirection(direction)
        for card in (self.moving, self.needs):
            card.set_beside(wide)
