"""The registries' room: accounts, what the chosen one's registry holds, and the chosen tag."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge.models import TableModel
from desktop.core.engines import EngineState, EngineStatus
from desktop.core.errors import AppError
from desktop.core.reference import Reference
from desktop.core.registry import Account, Greeting, KeyringState, Listing, RegistryEntry, TagDetails
from desktop.core.registry_errors import InvalidReference
from desktop.ui.account_list import AccountList
from desktop.ui.page import Page
from desktop.ui.registry_dialogs import RegistryDialogs
from desktop.ui.repository_list import RepositoryList
from desktop.ui.sign_out_dialog import SignOutDialog
from desktop.ui.signin_dialog import SigninDialog
from desktop.ui.tag_details import TagDetailsPane
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.blank import Blank
from desktop.ui.widgets.parts import button, divider, row

ROOMY = 900  #: pixels of the room from which the accounts stand there in words
LEAST = 648  #: pixels that do, with the accounts as letters alone


class RegistriesView(Page):
    """Shows registries and says what the person wants done with them; it owns the dialogs for that."""

    connect_requested = Signal(object, str, object, bool, str)  # Greeting, user, Secret, keep, trusted realm host
    connect_cancelled = Signal()  # give up the sign-in that is under way
    greet_requested = Signal(object)  # Address
    keyring_requested = Signal()  # find out whether secrets can be kept
    sign_out_requested = Signal(object)  # Account
    account_chosen = Signal(str)  # its id, "" for none
    refresh_requested = Signal()
    more_requested = Signal()
    open_requested = Signal(str)  # a repository, as in the next two
    close_requested = Signal(str)
    more_tags_requested = Signal(str)
    details_requested = Signal(str, str)  # repository, tag
    pull_requested = Signal(object, str)  # Reference, account id
    run_requested = Signal(object, str)

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        self.refresh_button = button(self.tr("Refresh"), "restart")
        self.connect_button = button(self.tr("Connect a registry"), "plus", "primary")
        super().__init__(self.tr("Registries"), [self.refresh_button, self.connect_button], parent=parent)
        self._accounts: tuple[Account, ...] = ()
        self._shown = ""  # the id of the account whose registry is listed
        self._wanted = ""  # the id of the one to show when the room is looked at
        self.dialogs = RegistryDialogs(self)
        self.accounts, self.names, self.details = AccountList(), RepositoryList(model), TagDetailsPane()
        self.table, self.filter = self.names.table, self.names.filter
        self.setMinimumWidth(LEAST)  # else the layout would ask for room in which the accounts never give way
        self._make_bodies()
        self._connect()
        self._place()

    def _make_bodies(self) -> None:
        self._panes, panes = QWidget(), row(gap=0)
        for pane in (self.accounts, divider(vertical=True), self.names, divider(vertical=True), self.details):
            panes.addWidget(pane)
        panes.setStretch(2, 1)
        self._panes.setLayout(panes)
        self.blank_connect_button = button(self.tr("Connect a registry"), "plus", "primary")
        about = self.tr("A registry keeps images and hands them out.")
        next_step = self.tr("Connect yours to browse it, pull from it and push to it.")
        title = self.tr("No registry connected yet")
        self.blank = Blank("registry", title, f"{about} {next_step}", [self.blank_connect_button])
        self.put(self.blank)
        self.put(self._panes)

    def _connect(self) -> None:
        for theirs, ours in (
            (self.connect_button.clicked, self._on_connect_clicked),
            (self.blank_connect_button.clicked, self._on_connect_clicked),
            (self.refresh_button.clicked, self.refresh),
            (self.accounts.account_chosen, self.show_account),
            (self.accounts.sign_out_wanted, self.ask_sign_out),
            (self.names.open_requested, self.open_requested),
            (self.names.close_requested, self.close_requested),
            (self.names.more_requested, self.more_requested),
            (self.names.more_tags_requested, self.more_tags_requested),
            (self.names.chosen_changed, self._on_chosen_changed),
            (self.names.menu_requested, self._on_menu_requested),
            (self.details.pull_requested, self._on_pull_requested),
            (self.details.run_requested, self._on_run_requested),
            (self.dialogs.greet_requested, self.greet_requested),
            (self.dialogs.connect_requested, self.connect_requested),
            (self.dialogs.connect_cancelled, self.connect_cancelled),
            (self.dialogs.keyring_requested, self.keyring_requested),
            (self.dialogs.sign_out_requested, self.sign_out_requested),
        ):
            theirs.connect(ours)
        again = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.refresh)

    @property
    def signin_dialog(self) -> SigninDialog | None:
        """The sign-in form, while it is open."""
        return self.dialogs.signin

    @property
    def sign_out_dialog(self) -> SignOutDialog | None:
        """The question before signing out, while it is open."""
        return self.dialogs.sign_out

    def ask_connect(self, address: str = "") -> None:
        """Ask for a registry's address and who signs in, with *address* typed."""
        self.dialogs.ask_connect(address)

    @Slot(object)
    def ask_sign_out(self, account: Account) -> None:
        """Show what signing out would do, and ask."""
        self.dialogs.ask_sign_out(account)

    @Slot()
    def refresh(self) -> None:
        """Have the list made anew."""
        self.banner.clear()
        self.refresh_requested.emit()

    @Slot(str)
    def show_account(self, account_id: str) -> None:
        """Show the registry of that account."""
        account = next((each for each in self._accounts if each.id == account_id), None)
        self.accounts.choose(account_id)
        self.banner.clear()
        self.details.show_nothing()
        self.names.show_registry(account.host if account else "")
        self._shown = account_id
        self.account_chosen.emit(account_id)

    def choose(self, repository: str, tag: str = "") -> None:
        """Open *repository* of the registry on show and choose it, or its *tag*."""
        self.names.choose(repository, tag)

    @Slot(object)
    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """These are connected."""
        self._accounts = tuple(accounts)
        self.accounts.set_accounts(accounts)
        self.dialogs.set_accounts(accounts)
        ids = [account.id for account in accounts]
        if self._shown not in ids:
            self._wanted = ids[0] if ids else ""
            self._shown = ""
            self._show_wanted()
        self._place()

    @Slot(object)
    def show_listing(self, listing: Listing) -> None:
        """How far the list is."""
        if listing.account_id == self._shown:
            self.names.show_listing(listing)

    @Slot(str, str, str, object)
    def show_details(self, account_id: str, repository: str, tag: str, details: TagDetails) -> None:
        """What a tag stands for; ignored if another one was chosen meanwhile."""
        chosen = self.names.chosen
        if account_id == self._shown and chosen and (chosen.repository, chosen.tag) == (repository, tag):
            self.details.show_details(details)

    @Slot(object)
    def show_keyring(self, state: KeyringState) -> None:
        """Whether secrets can be kept on this computer."""
        self.dialogs.show_keyring(state)

    @Slot(object)
    def show_greeting(self, greeting: Greeting) -> None:
        """Who answered at the address that was typed."""
        self.dialogs.show_greeting(greeting)

    @Slot(object)
    def show_greet_error(self, error: AppError) -> None:
        """Why nobody answered there."""
        self.dialogs.show_greet_error(error)

    @Slot(object)
    def show_connected(self, account: Account) -> None:
        """It is connected: close the form and show what the registry holds."""
        self.dialogs.connected()
        self.show_account(account.id)

    @Slot(object)
    def show_connect_error(self, error: AppError) -> None:
        """Why the sign-in failed: in the form, which stays open."""
        if not self.dialogs.connect_failed(error):
            super().show_error(error)

    @Slot(object)
    def show_engine(self, status: EngineStatus) -> None:
        """Whether images can be pulled and run now; registries can be browsed all the same."""
        self.details.let_act(status.state is EngineState.RUNNING, self.tr("The engine is not running."))

    @Slot(object)
    def show_error(self, error: AppError) -> None:
        """Say what failed: in the dialog that asked for it, else above the list."""
        if not self.dialogs.failed(error):
            self.details.show_failed()
            super().show_error(error)

    def _place(self) -> None:
        self.place(self._panes if self._accounts else self.blank)
        self.refresh_button.setVisible(bool(self._accounts))
        self.connect_button.setVisible(bool(self._accounts))  # one primary button: the blank has it
        count = len(self._accounts)
        none, one, many = self.tr("None connected"), self.tr("1 connected"), self.tr("{n} connected")
        self.say((many if count > 1 else one if count else none).format(n=count))

    def _show_wanted(self) -> None:
        """Show an account of our own choice only when the room is looked at: it reads the keyring."""
        if self.isVisible() and (self._wanted or not self._accounts):
            wanted, self._wanted = self._wanted, ""
            self.show_account(wanted)

    def _reference(self, entry: RegistryEntry) -> Reference | None:
        account = self.accounts.chosen
        try:
            return Reference.of(account.host, entry.repository, entry.tag) if account else None
        except InvalidReference as error:
            self.show_error(error)
            return None

    @Slot(object)
    def _on_chosen_changed(self, entry: RegistryEntry | None) -> None:
        reference = self._reference(entry) if entry and entry.tag else None
        if entry is None or reference is None:
            self.details.show_nothing()
        else:
            self.details.show_tag(reference)
            self.details_requested.emit(entry.repository, entry.tag)

    @Slot(object, QPoint)
    def _on_menu_requested(self, entry: RegistryEntry, place: QPoint) -> None:
        reference = self._reference(entry)
        if entry.more or reference is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.tr("What can be done with it"))
        if entry.tag:
            for made in (self.details.pull_button, self.details.run_button, self.details.copy_button):
                act = menu.addAction(made.icon(), made.text().strip(), made.click)
                act.setEnabled(made.isEnabled())
        else:
            opens = self.tr("Close") if entry.open else self.tr("Open")
            wish = self.close_requested if entry.open else self.open_requested
            menu.addAction(glyphs.icon("chevron-right"), opens, lambda: wish.emit(entry.repository))
            address = reference.repository
            copy = self.tr("Copy address")
            menu.addAction(glyphs.icon("copy"), copy, lambda: QGuiApplication.clipboard().setText(address))
        menu.popup(place)

    @Slot(object)
    def _on_pull_requested(self, reference: Reference) -> None:
        self.pull_requested.emit(reference, self._shown)

    @Slot(object)
    def _on_run_requested(self, reference: Reference) -> None:
        self.run_requested.emit(reference, self._shown)

    @Slot()
    def _on_connect_clicked(self) -> None:
        self.ask_connect()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_wanted()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.accounts.collapse(self.width() < ROOMY)
