"""The containers' room: what runs above, what the chosen one says below."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.bridge.models import TableModel
from desktop.core.engines import EngineState, EngineStatus
from desktop.core.errors import AppError
from desktop.core.inventory import Container, Doing, ImageDetails, OutputPiece, PortMapping
from desktop.core.run_options import PortAnswer
from desktop.ui.container_cells import HIGH
from desktop.ui.container_list import ContainerList
from desktop.ui.container_removal import ContainerRemoval
from desktop.ui.engine_notice import EngineNotice
from desktop.ui.output_console import OutputConsole
from desktop.ui.page import Page
from desktop.ui.run_dialog import RunDialog
from desktop.ui.widgets.blank import Blank
from desktop.ui.widgets.controls import Switch
from desktop.ui.widgets.parts import button
from desktop.ui.widgets.table_head import HIGH as HEAD

LEAST_ROWS, LEAST_CONSOLE = 2, 160  #: rows, pixels that stay in sight


class ContainersView(Page):
    """Shows containers and says what the person wants done with them; it owns the run form and the last question."""

    refresh_requested = Signal()
    show_stopped_requested = Signal(bool)
    run_image_requested = Signal()  # show the images: one of them is to be run
    run_requested = Signal(object)  # RunOptions
    ports_requested = Signal(object)  # ImageDetails
    port_check_requested = Signal(int, str)  # port, protocol
    start_requested = Signal(object)  # Container, as in the next three
    stop_requested = Signal(object)
    restart_requested = Signal(object)
    remove_requested = Signal(object)
    open_requested = Signal(object, str)  # Container, address
    follow_requested = Signal(str)  # the id of the container whose output is wanted

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        self.stopped_switch = Switch(self.tr("Show stopped"))
        self.run_image_button = button(self.tr("Run an image"), "play", "primary")
        super().__init__(self.tr("Containers"), [self.stopped_switch, 12, self.run_image_button], parent=parent)
        self._all: tuple[Container, ...] | None = None  # None: not listed yet
        self._shown: Container | None = None  # whose output is below, also when it is gone
        self._lived: Container | None = None  # the same as it was before it stopped, if that was seen
        self._wanted = ""  # the id to choose as soon as it has a row
        self._engine_runs, self._split_by_hand = True, False
        self.run_dialog: RunDialog | None = None
        self.removal_dialog: ContainerRemoval | None = None
        self.list, self.console = ContainerList(model), OutputConsole()
        self.table = self.list.table
        self._make_bodies()
        self._wire()
        self._place()

    def _make_bodies(self) -> None:
        self._nothing = self.put(QWidget())
        self.console.setMinimumHeight(LEAST_CONSOLE)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(0)  # the list's edge is the line; it can be dragged all the same
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.console)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.installEventFilter(self)
        self.put(self.splitter)
        self.blank_run_button = button(self.tr("Run an image"), "play", "primary")
        self.blank_stopped_button = button(self.tr("Show stopped"))
        title, about = self.tr("No containers yet"), self._about_containers()
        self.blank = Blank("container", title, about, [self.blank_stopped_button, self.blank_run_button])
        self.put(self.blank)
        self.notice = EngineNotice()
        self.put(self.notice)

    def _wire(self) -> None:
        for theirs, ours in (
            (self.list.start_requested, self.start_requested),
            (self.list.stop_requested, self.stop_requested),
            (self.list.restart_requested, self.restart_requested),
            (self.list.open_requested, self.open_requested),
            (self.stopped_switch.toggled, self.show_stopped_requested),
            (self.run_image_button.clicked, self.run_image_requested),
            (self.blank_run_button.clicked, self.run_image_requested),
            (self.blank_stopped_button.clicked, self.stopped_switch.click),
            (self.list.removal_wanted, self.ask_remove),
            (self.list.chosen_changed, self._on_chosen_changed),
            (self.list.resized, self._split),
            (self.console.failed, self.show_error),
            (self.splitter.splitterMoved, self._on_splitter_moved),
        ):
            theirs.connect(ours)
        again = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.refresh_requested)

    @Slot(object)
    def show_containers(self, containers: Sequence[Container]) -> None:
        """All containers as they are now; the table's model holds those to be seen."""
        self._all = tuple(containers)
        self.list.cells.heard(self._all)
        self._follow_state()
        if self.run_dialog:
            self.run_dialog.set_taken_names({each.name for each in self._all})
        self._place()

    @Slot(object)
    def show_removed(self, container: Container) -> None:
        """A container is gone; what it said stays to be read."""
        if self.removal_dialog and self.removal_dialog.container.id == container.id:
            self.removal_dialog.succeeded()
        if self._shown and self._shown.id == container.id:
            self.console.note(self.list.cells.last_words(self._lived or self._shown, container, gone=True))
            self._shown = container
        self._place()

    @Slot(object)
    def show_awaited(self, pages: Collection[tuple[str, str]]) -> None:
        """These pages (id and address) are waited for, until they answer."""
        self.list.show_awaited(pages)

    @Slot(str)
    def begin_output(self, container_id: str) -> None:
        """All output of a container comes again."""
        if self._shown and self._shown.id == container_id:
            self.console.begin()

    @Slot(str, object)
    def show_output(self, container_id: str, pieces: Sequence[OutputPiece]) -> None:
        """More output of a container."""
        if self._shown and self._shown.id == container_id:
            self.console.append(pieces)

    @Slot(object)
    def show_engine(self, status: EngineStatus) -> None:
        """Without an engine say why in place of the list."""
        self._engine_runs = status.state is EngineState.RUNNING
        self.notice.show_status(status)
        self._place()

    @Slot(bool)
    def set_show_stopped(self, shown: bool) -> None:
        """Whether stopped containers are in the model, as the settings say."""
        self.stopped_switch.blockSignals(True)
        self.stopped_switch.setChecked(shown)
        self.stopped_switch.blockSignals(False)
        self._place()

    @Slot(object)
    def show_error(self, error: AppError) -> None:
        """Say what failed where the act was: in the dialog that is open, else above the list."""
        dialog = self.removal_dialog or self.run_dialog
        if dialog:
            dialog.show_error(error)
        else:
            super().show_error(error)

    @Slot(str)
    def choose(self, container_id: str) -> None:
        """Select a container and show what it says, as soon as it has a row."""
        self._wanted = "" if self.list.choose(container_id) else container_id

    @Slot(object)
    def ask_run(self, details: ImageDetails, name: str = "") -> None:
        """Open the run form for an image under one of its names."""
        if self.run_dialog:
            self.run_dialog.reject()
        dialog = self.run_dialog = RunDialog(details, name, self.window())
        dialog.set_taken_names({each.name for each in self._all or ()})
        dialog.run_requested.connect(self.run_requested)
        dialog.ports_requested.connect(self.ports_requested)
        dialog.port_check_requested.connect(self.port_check_requested)
        dialog.step_requested.connect(self.step_requested)
        dialog.finished.connect(self._on_run_dialog_finished)
        dialog.open()

    @Slot(object)
    def show_ports(self, mappings: Sequence[PortMapping]) -> None:
        """Ports that are free now, for the run form."""
        if self.run_dialog:
            self.run_dialog.show_ports(mappings)

    @Slot(object)
    def show_port(self, answer: PortAnswer) -> None:
        """Whether a port is free, for the run form."""
        if self.run_dialog:
            self.run_dialog.show_port(answer)

    @Slot()
    def run_succeeded(self) -> None:
        """The container was started: close the form."""
        if self.run_dialog:
            self.run_dialog.succeeded()

    @Slot(object)
    def run_failed(self, error: AppError) -> None:
        """It was not: the form says why and keeps what was typed; where it was closed meanwhile, the page does."""
        self.show_error(error)

    @Slot(object)
    def ask_remove(self, container: Container) -> None:
        """Ask before a container is removed."""
        dialog = self.removal_dialog = ContainerRemoval(container, self.window())
        dialog.confirmed.connect(self.remove_requested)
        dialog.step_requested.connect(self.step_requested)
        dialog.finished.connect(self._on_removal_dialog_finished)
        dialog.open()

    def _place(self) -> None:
        """Put the right body on show, and the count in the head."""
        for act in (self.stopped_switch, self.run_image_button):
            act.setEnabled(self._engine_runs)
        if not self._engine_runs:
            self.say(self.tr("Waiting for the engine"))
            return self.place(self.notice)
        if self._all is None:
            self.say("")
            return self.place(self._nothing)
        running = sum(each.alive for each in self._all)
        stopped = len(self._all) - running
        counts = self.tr("{n} running, {m} stopped") if stopped else self.tr("{n} running")
        self.say(counts.format(n=running, m=stopped) if self._all else self.tr("None on this computer"))
        if self._wanted:
            self.choose(self._wanted)
        if self.list.empty and self._shown is None:
            return self._show_blank(stopped)
        self.place(self.splitter)
        if self._shown is None and self.isVisible():  # only where somebody looks: it takes a thread
            self.list.choose_first()

    def _show_blank(self, stopped: int) -> None:
        if stopped:
            resting = self.tr("One container is stopped.") if stopped == 1 else self.tr("{n} containers are stopped.")
            self.blank.say(self.tr("Nothing is running"), f"{resting.format(n=stopped)} {self._about_containers()}")
        else:
            self.blank.say(self.tr("No containers yet"), self._about_containers())
        self.blank_stopped_button.setVisible(bool(stopped))
        self.place(self.blank)

    def _about_containers(self) -> str:
        return self.tr(
            "A container is a program started from an image, with its own files and ports. Run an image, and it stands "
            "here with its address and its output."
        )

    def _follow_state(self) -> None:
        """The container whose output is shown may have stopped, or got its name."""
        before = self._shown
        now = next((each for each in self._all or () if before and each.id == before.id), None)
        if before is None or now is None:
            return
        if now.name != before.name:
            self.console.rename(now.name)
        over = before.alive and not now.alive
        if over and now.doing is not Doing.NOTHING:
            return  # its end is told when what was asked is done
        if over:
            self._lived = before
            self.console.note(self.list.cells.last_words(before, now))
        elif now.alive:
            self._lived = None
        self._shown = now

    @Slot()
    def _split(self) -> None:
        """Give the list what its rows need, half the room at most; a hand on the splitter overrules that."""
        if not self._split_by_hand:
            room = self.splitter.height()
            rows = max(LEAST_ROWS, (room // 2 - HEAD) // HIGH)  # whole ones
            upper = min(self.list.needed_height, HEAD + HIGH * rows)
            self.splitter.setSizes([upper, max(1, room - upper)])

    @Slot(object)
    def _on_chosen_changed(self, container: Container) -> None:
        if self._shown is None or self._shown.id != container.id:
            self._wanted, self._shown, self._lived = "", container, None
            self.console.show_container(container.name)
            self.follow_requested.emit(container.id)

    @Slot()
    def _on_run_dialog_finished(self) -> None:
        if self.run_dialog:
            self.run_dialog.deleteLater()
        self.run_dialog = None

    @Slot()
    def _on_removal_dialog_finished(self) -> None:
        if self.removal_dialog:
            self.removal_dialog.deleteLater()
        self.removal_dialog = None

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._split_by_hand = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.splitter and event.type() == QEvent.Type.Resize:
            self._split()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()
