"""The images' room: what is on this computer, and what can be done with it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QStackedWidget, QWidget

from desktop.bridge.models import TableModel
from desktop.core.engine_errors import EngineUnreachable
from desktop.core.engines import EngineState, EngineStatus
from desktop.core.errors import AppError, NextStep
from desktop.core.inventory import Image, ImageDetails, NamedImage
from desktop.core.registry import Account
from desktop.ui.engine_notice import EngineNotice
from desktop.ui.image_cells import CELLS, WIDTHS
from desktop.ui.image_details import ImageDetailsPane
from desktop.ui.image_dialogs import ImageDialogs
from desktop.ui.naming import account_for, title
from desktop.ui.page import Page
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.blank import Blank
from desktop.ui.widgets.parts import button, column, divider, field, frame, row
from desktop.ui.widgets.table import Table
from desktop.ui.words import size

WIDE = 892  #: pixels of the room from which the details stand beside the list
LEAST = 240  #: pixels of the list; what stands in its place is wider, and would keep the window wide
LEAST_FILTER = 72  #: pixels; in a language of long words the acts need the room
MINUTE_MS = 60_000  #: ages are shown to the minute


class ImagesView(Page):
    """Shows images, and says what the person wants done with them."""

    refresh_requested = Signal()
    pull_requested = Signal(object, str)  # Reference, account id or ""
    run_requested = Signal(object)  # NamedImage
    add_name_requested = Signal(str, object)  # image id, Reference
    send_requested = Signal(str, object, str)  # image id, Reference, account id or "": add the name, then push
    push_requested = Signal(object, str)  # NamedImage, account id or ""
    remove_requested = Signal(object)  # Removal
    described_requested = Signal(str)  # the chosen image's name or id
    suggestions_requested = Signal(str, str)  # account id, repository in its registry
    container_requested = Signal(str)  # show the container of that name

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        self.pull_button = button(self.tr("Pull an image"), "download", "primary")
        super().__init__(self.tr("Images"), [self.pull_button], parent=parent)
        self._model, self._wanted, self._listed, self._running = model, "", False, True
        self._chosen: NamedImage | None = None
        self.dialogs = ImageDialogs(self, model)
        self.filter = field(hint=self.tr("Filter by name, tag or registry"), icon="search")
        self.filter.setAccessibleName(self.tr("Filter images"))
        self._clear = self.filter.addAction(glyphs.icon("close", "text3"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setToolTip(self.tr("Clear the filter"))
        self._clear.setVisible(False)
        self.filter.setMinimumWidth(LEAST_FILTER)
        self.filter.setMaximumWidth(264)
        self.table = Table(model, CELLS, WIDTHS, self.tr("Images on this computer"), sort=0)
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.details, self.notice = ImageDetailsPane(), EngineNotice()
        self._acts = dict[QPushButton, QAction]()
        self._make_acts()
        self._lay_out()
        self._connect()
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self.table.viewport().update)
        self._on_chosen_changed([])
        self._show_count()

    def _make_acts(self) -> None:
        run, name = self.tr("Start a container from it"), self.tr("Give it one more name (docker tag)")
        push, send = self.tr("Send it where its name says (docker push)"), self.tr("Name it for a registry and push it")
        remove = self.tr("Remove this name, and the image with its last one (docker rmi)")
        self.run_button = self._act(self.tr("Run"), "play", run, self._on_run_triggered)
        self.name_button = self._act(self.tr("Add name"), "tag", name, self._on_name_triggered)
        self.push_button = self._act(self.tr("Push"), "upload", push, self._on_push_triggered)
        self.send_button = self._act(self.tr("Send to…"), "transfer", send, self._on_send_triggered)
        self.remove_button = self._act(self.tr("Remove…"), "trash", remove, self._on_remove_triggered)
        for made, keys in (
            (self._acts[self.remove_button], QKeySequence.StandardKey.Delete),
            (self._action(self.tr("Filter"), self._on_filter_wanted), QKeySequence.StandardKey.Find),
            (self._action(self.tr("List anew"), self.refresh_requested.emit), QKeySequence.StandardKey.Refresh),
        ):
            made.setShortcut(keys)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.table.addAction(self._acts[self.remove_button])

    def _act(self, text: str, icon: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        made, action = button(text, icon, "quiet"), QAction(glyphs.icon(icon), text, self)
        made.setToolTip(tip)
        action.triggered.connect(slot)
        made.clicked.connect(action.trigger)
        self._acts[made] = action
        return made

    def _action(self, text: str, slot: Callable[[], None]) -> QAction:
        made = QAction(text, self)
        made.triggered.connect(slot)
        self.addAction(made)
        return made

    def _lay_out(self) -> None:
        clear = button(self.tr("Clear the filter"), kind="link")
        clear.clicked.connect(self.filter.clear)
        nothing = self.tr("No image has this in its name, tag or registry.")
        self._nothing = Blank("search", self.tr("Nothing found"), nothing, [clear])
        self._list = QStackedWidget()
        self._list.setMinimumWidth(LEAST)
        for each in (self.table, self._nothing):
            self._list.addWidget(each)
        self._line = divider(vertical=True)
        body = row(self._list, self._line, self.details, gap=0)
        body.setStretch(0, 1)
        self._bar = row(self.filter, None, *self._acts, gap=4, margins=(24, 10, 16, 10))
        self._bar.setStretch(0, 1000)  # the filter gives way before the acts do
        self._body, whole = QWidget(), column(frame("pane", self._bar), divider(), body, gap=0)
        whole.setStretch(2, 1)
        self._body.setLayout(whole)
        pull = button(self.tr("Pull an image"), "download", "primary")
        pull.clicked.connect(self.pull_button.click)
        self.start_link = button(self.tr("Not sure? Start with nginx, a small web server"), kind="link")
        about = self.tr("An image is a program packed with all it needs.")
        pulled = self.tr("Pull one from a registry, and it stands here, ready to run.")
        self.blank = Blank("image", self.tr("No images yet"), f"{about} {pulled}", [pull], self.start_link)
        self.blank_pull_button = pull
        for place in (self._body, self.blank, self.notice):
            self.put(place)

    def _connect(self) -> None:
        self.pull_button.clicked.connect(self._on_pull_clicked)
        self.start_link.clicked.connect(self._on_start_link_clicked)
        self.filter.textChanged.connect(self._on_filter_changed)
        self._clear.triggered.connect(self.filter.clear)
        self.table.chosen_changed.connect(self._on_chosen_changed)
        self.table.row_activated.connect(self.run_requested)
        self.table.menu_requested.connect(self._on_menu_requested)
        self.details.name_requested.connect(self._acts[self.name_button].trigger)
        self.details.container_requested.connect(self.container_requested)
        self._model.settled.connect(self._on_model_settled)
        self.banner.step_requested.connect(self._on_banner_step_requested)
        down = QShortcut(Qt.Key.Key_Down, self.filter, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.table.setFocus)
        for asked, wish in (
            (self.dialogs.pull_requested, self.pull_requested),
            (self.dialogs.add_name_requested, self.add_name_requested),
            (self.dialogs.send_requested, self.send_requested),
            (self.dialogs.remove_requested, self.remove_requested),
            (self.dialogs.suggestions_requested, self.suggestions_requested),
            (self.dialogs.step_requested, self.step_requested),
        ):
            asked.connect(wish)

    def ask_pull(self, text: str = "") -> None:
        """Ask which image to pull, with *text* typed."""
        self.dialogs.ask_pull(text)

    def ask_name(self, image: NamedImage, target_host: str = "", path: str = "") -> None:
        """Ask for one more name of *image*."""
        self.dialogs.ask_name(image, False, target_host, path)

    def ask_send(self, image: NamedImage, target_host: str = "", path: str = "", why: str = "") -> None:
        """Ask where to send *image*; *why* says what led here."""
        self.dialogs.ask_name(image, True, target_host, path, why)

    def ask_remove(self, image: NamedImage) -> None:
        """Show what removing this name would do, and ask."""
        self.dialogs.ask_remove(image)

    def choose(self, name: str) -> None:
        """Choose the image of that name, now or when the list shows it."""
        self._wanted = name
        self._choose_wanted()

    @Slot(object)
    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """Have these registries to choose from."""
        self.dialogs.set_accounts(accounts)

    @Slot(object)
    def show_details(self, details: ImageDetails) -> None:
        """Show what the chosen image says of itself."""
        self.details.show_details(details)

    @Slot(str, object)
    def show_suggestions(self, repository: str, tags: Sequence[str]) -> None:
        """Offer these tags of *repository* where they were asked for."""
        self.dialogs.show_suggestions(repository, tags)

    @Slot(object)
    def show_engine(self, status: EngineStatus) -> None:
        """Show the list while the engine runs, else what to do about it."""
        self._running = status.state is EngineState.RUNNING
        self.notice.show_status(status)
        if isinstance(self.banner.error, EngineUnreachable):
            self.banner.clear()
        self._place()

    @Slot(object)
    def act_failed(self, error: AppError) -> None:
        """Say what failed in the dialog that asked for it, else above the list."""
        if not self.dialogs.failed(error):
            self.show_error(error)

    @Slot()
    def act_succeeded(self) -> None:
        """Close the dialog that asked for what has happened."""
        self.dialogs.succeeded()

    def _place(self) -> None:
        """Show what fits: the list, that there is nothing in it, or that there is no engine."""
        empty = self._listed and not self._model.rows
        place = self.notice if not self._running else self.blank if empty else self._body
        self.pull_button.setVisible(place is self._body)
        self.place(place)

    def _show_count(self) -> None:
        images = {row.image.id: row.image.size for row in self._model.rows}
        if not self._listed:
            return self.say(self.tr("Looking at what is here…"))
        if not images:
            return self.say(self.tr("None on this computer"))
        one, many = self.tr("1 image uses {size} on this computer"), self.tr("{n} images use {size} on this computer")
        self.say((one if len(images) == 1 else many).format(n=len(images), size=size(sum(images.values()))))

    def _choose_wanted(self) -> None:
        """Choose the image that was asked for, if the list has it by now."""
        full = NamedImage(Image(""), self._wanted).reference
        forms = {self._wanted, full.familiar, str(full)} if full else {self._wanted}  # engines list either
        if not self._wanted or not any(each.name in forms for each in self._model.rows):
            return
        if self.table.choose(lambda each: each.name in forms):
            self._wanted = ""
        elif self.filter.text():
            self.filter.clear()  # it hides the image

    @Slot()
    def _on_model_settled(self) -> None:
        self._listed = True
        self._show_count()
        self._place()
        shown = self._model.rowCount() > 0
        self._list.setCurrentWidget(self.table if shown or not self._model.rows else self._nothing)
        self._choose_wanted()
        if shown and not self.table.selectionModel().hasSelection():
            self.table.selectRow(max(0, self.table.currentIndex().row()))
        elif self.table.chosen() != [self._chosen]:
            self._on_chosen_changed(self.table.chosen())

    @Slot(object)
    def _on_chosen_changed(self, chosen: Sequence[NamedImage]) -> None:
        before, self._chosen = self._chosen, chosen[0] if chosen else None
        for made, action in self._acts.items():
            made.setEnabled(self._chosen is not None)
            action.setEnabled(self._chosen is not None)
        self.details.show_row(self._chosen)
        if self._chosen and (before is None or before.key != self._chosen.key):
            self.described_requested.emit(self._chosen.name or self._chosen.image.id)

    @Slot(object, QPoint)
    def _on_menu_requested(self, chosen: NamedImage, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(title(chosen))
        menu.addActions(list(self._acts.values()))
        menu.insertSeparator(self._acts[self.remove_button])
        menu.popup(place)

    @Slot(object)
    def _on_banner_step_requested(self, error: AppError) -> None:
        if error.step is NextStep.RETRY:
            self.banner.clear()

    @Slot()
    def _on_pull_clicked(self) -> None:
        self.ask_pull()

    @Slot()
    def _on_start_link_clicked(self) -> None:
        self.ask_pull("nginx")

    @Slot()
    def _on_run_triggered(self) -> None:
        if self._chosen:
            self.run_requested.emit(self._chosen)

    @Slot()
    def _on_name_triggered(self) -> None:
        if self._chosen:
            self.ask_name(self._chosen)

    @Slot()
    def _on_push_triggered(self) -> None:
        if self._chosen:
            self._push(self._chosen)

    def _push(self, image: NamedImage) -> None:
        reference = image.reference
        if reference is None or reference.on_docker_hub:
            why = self.tr("{name} names no registry of yours, so there is nowhere to push it. Give it a name in one.")
            self.ask_send(image, why=why.format(name=title(image)))
            return
        account = account_for(self.dialogs.accounts, reference.registry)
        account_id = account.id if account else ""
        if image.name in (reference.familiar, str(reference)):
            self.push_requested.emit(image, account_id)
        else:  # the registry's address is written in capitals: sent under the name that registries accept
            self.send_requested.emit(image.image.id, reference, account_id)

    @Slot()
    def _on_send_triggered(self) -> None:
        if self._chosen:
            self.ask_send(self._chosen)

    @Slot()
    def _on_remove_triggered(self) -> None:
        if self._chosen:
            self.ask_remove(self._chosen)

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._model.set_filter(text)

    @Slot()
    def _on_filter_wanted(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        self._bar.setSpacing(4 if wide else 0)
        self._line.setVisible(wide)
        self.details.setVisible(wide)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._minute.stop()
