"""What takes more than one room: run (look, pull if need be, ask, start), send (name, then push), the tour's steps."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.bridge.undoing import undoing
from desktop.bridge.worker import Report
from desktop.core.cancel import CancelToken
from desktop.core.errors import AppError, NextStep
from desktop.core.inventory import ImageDetails, NamedImage, RunOptions
from desktop.core.onboarding import Step, Undo
from desktop.core.ports import Engine
from desktop.core.reference import Reference
from desktop.core.registry import Account, Page
from desktop.core.run_options import page_url
from desktop.core.transfers import Direction, Transfer
from desktop.furniture import Rooms, Views
from desktop.ui.notices import explain

RELIST_MS = 500  #: in which pushes that end together become one new listing
GET_ENGINE = "https://docs.docker.com/get-started/get-docker/"


class Errands(QObject):
    """Carries what one room began on into the next. Lives on the UI thread and asks workers for everything slow."""

    def __init__(self, rooms: Rooms, views: Views, open_page: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        self._rooms, self._views, self._open_page = rooms, views, open_page
        self._run_when_here: set[Reference] = set()  # pulls that are to be followed by a run
        self._relist = QTimer(self, singleShot=True, interval=RELIST_MS)
        self._relist.timeout.connect(rooms.registries.refresh)

    # Choices that are kept

    @Slot(bool)
    def show_stopped(self, shown: bool) -> None:
        """Show stopped containers too, or not."""
        self._rooms.preferences.change(show_stopped=shown)
        self._rooms.containers.show_stopped(shown)
        self._views.containers.set_show_stopped(shown)

    @Slot(str)
    def choose_engine(self, url: str) -> None:
        """Use this engine, now and at the next start."""
        self._rooms.preferences.change(engine=url)
        self._rooms.link.choose(url)

    @Slot(object)
    def keep_accounts(self, accounts: tuple[Account, ...]) -> None:
        """Remember who is connected where; secrets that live until the end take their accounts with them."""
        self._rooms.preferences.change(accounts=tuple(a for a in accounts if a.kept or not a.asks))

    @Slot(str)
    def open_link(self, address: str) -> None:
        """Show a page in the browser; where there is none, say its address, so that it can be typed elsewhere."""
        if self._open_page(address) is False:
            words = self.tr("No browser could be opened. The page is at {address}")
            self._views.window.bar.messages.say(words.format(address=address), "warn")

    @Slot(str, str)
    def suggest(self, account_id: str, repository: str) -> None:
        """Fetch the tags of a repository, for the field in which a name is typed."""
        job = self._rooms.registries.tags_of(account_id, repository)
        job.succeeded.connect(partial(self._show_tags, repository))

    def _show_tags(self, repository: str, page: Page) -> None:
        self._views.images.show_suggestions(repository, page.names)

    # Images and transfers

    @Slot(object)
    def show_transfer(self, transfer: Transfer) -> None:
        """Show what became of a transfer."""
        self._views.window.show_room("transfers")
        self._views.transfers.choose(transfer.id)

    @Slot(object, str)
    def pull(self, reference: Reference, account_id: str) -> None:
        """Pull, and show it moving."""
        self._run_when_here.discard(reference)  # a pull of before that failed may have been for that
        self._rooms.transfers.pull(reference, account_id)
        self._views.images.act_succeeded()
        self._views.window.show_room("transfers")

    def pull_to_run(self, reference: Reference, account_id: str) -> None:
        """Pull, and ask how to run it once it is here."""
        self.pull(reference, account_id)
        self._run_when_here.add(reference)

    @Slot(object, str)
    def push(self, row: NamedImage, account_id: str) -> None:
        """Push the one name of *row*, and show it moving."""
        self._rooms.transfers.push(Reference.parse(row.name), account_id, row.image.id)
        self._views.window.show_room("transfers")

    @Slot(str, object, str)
    def send(self, image_id: str, reference: Reference, account_id: str) -> None:
        """Give the image a name in a registry, then push that name."""
        job = self._rooms.images.add_name(image_id, reference)
        job.succeeded.connect(partial(self._push_named, image_id, reference, account_id))

    def _push_named(self, image_id: str, reference: Reference, account_id: str, added: object) -> None:
        self._rooms.transfers.push(reference, account_id, image_id)
        self._views.window.show_room("transfers")

    @Slot(object)
    def go_on(self, transfer: Transfer) -> None:
        """A transfer arrived: list the registry anew that has more now; run what was pulled in order to be run."""
        reference = transfer.wish.reference
        if transfer.wish.direction is Direction.PUSH:
            self._relist.start()
        elif reference in self._run_when_here:
            self._run_when_here.discard(reference)
            self.run_name(str(reference))

    # Running

    @Slot(object)
    def run_row(self, row: NamedImage) -> None:
        """Ask how to run an image of this computer."""
        self.run_name(row.name or row.image.id)

    def run_name(self, name: str) -> None:
        """Look what the image *name* says of itself, then ask how to run it."""
        job = self._rooms.link.crew.read(partial(_details, name))
        job.succeeded.connect(partial(self._views.containers.ask_run, name="" if name.startswith("sha256:") else name))
        job.failed.connect(self.show_error)

    @Slot(object, str)
    def run_from_registry(self, reference: Reference, account_id: str) -> None:
        """Run what a registry holds: pull it first if it is not here."""
        if row := self._row_of(reference):
            self.run_row(row)
            return
        self.pull_to_run(reference, account_id)

    @Slot(str, object)
    def show_run(self, container_id: str, options: RunOptions) -> None:
        """A container was started: show it with its output."""
        self._views.containers.run_succeeded()
        self._views.window.show_room("containers")
        self._views.containers.choose(container_id)

    @Slot(str, str, float)
    def open_answered(self, container_id: str, address: str, seconds: float) -> None:
        """A page answered: open it in the browser."""
        known = self._rooms.containers.find(container_id)
        self.open_link(page_url(address, known.ports if known else ()))

    # The tour

    @Slot(object)
    def do(self, step: Step) -> None:
        """Take the person to where *step* of the tour is done, with the fields filled."""
        plan, views = self._rooms.tour.plan, self._views
        row = next((row for row in self._rooms.images.rows if row.name and row.name == plan.source), None)
        target, named = plan.target, self._row_of(plan.target)
        if page := self._rooms.tour.page_of(step):
            views.window.show_room("containers")
            views.containers.choose(page[0])
            self._rooms.containers.open_page(*page)
        elif step is Step.CONNECT:
            views.window.show_room("registries")
            views.registries.ask_connect()
        elif step is Step.PULL:
            views.window.show_room("images")
            views.images.ask_pull(plan.image)
        elif step is Step.RUN:
            self.run_name(plan.source or plan.image)  # where it is gone, the error leads to pulling it
        elif step is Step.NAME and row:
            views.window.show_room("images")
            views.images.ask_name(row, plan.host, target.path if target else "")
        elif step is Step.PUSH and target and named:
            self.push(named, self._account_id(target))
        elif step is Step.RETURN and target:
            self.pull_to_run(target, self._account_id(target))
        elif step is Step.TIDY and named:
            views.window.show_room("images")
            views.images.ask_remove(named)
        else:  # what the step needs is not there (any more): begin where it comes from
            views.window.show_room("images")
            views.images.ask_pull(plan.image)

    @Slot(object)
    def undo(self, undo: Undo) -> None:
        """Take away what the tour made; the list was agreed to."""
        job = self._rooms.link.crew.act("undo", undoing(undo))
        job.succeeded.connect(self._rooms.tour.note_undone)
        job.succeeded.connect(self._views.home.undo_succeeded)
        job.failed.connect(self._views.home.show_undo_error)

    # Errors

    @Slot(object)
    def say(self, error: AppError) -> None:
        """Tell an error that belongs to no room among the messages."""
        self._views.window.bar.messages.say(explain(error).title, "bad")

    @Slot(object)
    def show_error(self, error: AppError) -> None:
        """Show an error of no particular room where the person is, or among the images."""
        shown = {"containers": self._views.containers, "registries": self._views.registries}.get(
            self._views.window.room, self._views.images
        )
        if shown is self._views.images:
            self._views.window.show_room("images")
        shown.show_error(error)

    @Slot(object)
    def take_step(self, error: AppError) -> None:
        """Do what the button beside an error says."""
        views, step = self._views, error.step
        if step is NextStep.START_ENGINE:
            self._rooms.link.start()
        elif step is NextStep.GRANT_ACCESS:
            views.window.show_room("images")  # the notice there has the command
        elif step is NextStep.GET_ENGINE:
            self.open_link(GET_ENGINE)
        elif step is NextStep.CHOOSE_ENGINE:
            views.window.settings_requested.emit()
        elif step in (NextStep.SIGN_IN, NextStep.CONNECT):
            views.window.show_room("registries")
            views.registries.ask_connect(error.facts.get("host", ""))
        elif step is NextStep.PULL_IMAGE:
            views.window.show_room("images")
            views.images.ask_pull(error.facts.get("name", ""))
        elif step in (NextStep.SHOW_CONTAINER, NextStep.SHOW_OUTPUT):
            self.show_container(error.facts.get("container") or error.facts.get("name", ""))
        elif step is NextStep.RETRY:
            self._refresh()

    @Slot(str)
    def show_container(self, name: str) -> None:
        """Show the container of that name or id, a stopped one too."""
        found = next((c for c in self._rooms.containers.containers if name in (c.name, c.id)), None)
        self._views.window.show_room("containers")
        if found:
            if not found.alive:
                self.show_stopped(True)
            self._views.containers.choose(found.id)

    def _refresh(self) -> None:
        rooms = self._rooms
        again = {
            "images": rooms.images.refresh,
            "containers": rooms.containers.refresh,
            "registries": self._views.registries.refresh,
        }
        again.get(self._views.window.room, rooms.link.look)()

    def _row_of(self, reference: Reference | None) -> NamedImage | None:
        """The row of a name; engines write it in different ways (Podman always in full)."""
        return next((row for row in self._rooms.images.rows if reference and row.reference == reference), None)

    def _account_id(self, reference: Reference) -> str:
        account = self._rooms.registries.account_for(reference.registry)
        return account.id if account else ""


def _details(name: str, engine: Engine, token: CancelToken, report: Report) -> ImageDetails:
    return engine.image_details(name)
