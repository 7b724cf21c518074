"""Connecting a registry: its address, who signs in, and where the secret goes."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.core.errors import AppError, NextStep
from desktop.core.registry import Account, Greeting, KeyringState, SignIn
from desktop.core.registry_errors import KeyringRefused, WrongCredentials
from desktop.core.secret import Secret
from desktop.ui.dialog_frame import SCREEN_EDGE, DialogFrame, Note, named
from desktop.ui.registry_address import AddressField
from desktop.ui.signin_question import Question
from desktop.ui.widgets.controls import Segments, Switch
from desktop.ui.widgets.fold import Sheet
from desktop.ui.widgets.parts import button, column, field, label, row

WIDE, EDGE = 520, 24  #: pixels
PRINCIPAL, ADMIN = 0, 1  #: ways to sign in to Azure


class SigninDialog(DialogFrame):
    """The sign-in form. It says where the secret goes, and asks before it goes anywhere unexpected."""

    greet_requested = Signal(object)  # Address
    connect_requested = Signal(object, str, object, bool, str)  # Greeting, user, Secret, keep, trusted realm host
    cancelled = Signal()  # closed while the sign-in was under way

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, self.tr("Connect a registry"), "", WIDE)
        self._keyring: KeyringState | None = None
        self._refused = False  # the keyring did not keep the secret
        self._connecting = False
        self.address = AddressField()
        self.address_field = self.address.line
        self.ways = Segments(self.tr("Service principal"), self.tr("Admin user"))
        self.user_field, self.secret_field = field(), field()
        self.secret_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.user_title, self.secret_title = label("", "label", "text2"), label("", "label", "text2")
        self.secret_note, self.keep_note, self.help_note = Note(), Note(), Note()
        self.memory_switch = Switch(self.tr("Keep it only until Portside quits"))
        self.realm_question, self.open_question = Question(), Question()
        self.help_button = button(self.tr("Who can give me these?"), "info", "plain")
        self.connect_button = button(self.tr("Connect"), kind="primary")
        self.sheet = Sheet(self._body(), WIDE - 2 * EDGE)
        self.fill([self.sheet], self.connect_button, [self.help_button])
        self._connect()
        self._place()

    def _body(self) -> QVBoxLayout:
        self._ways = QWidget()
        self._ways.setLayout(named(self.tr("Sign in with"), row(self.ways, None)))
        self.user_title.setBuddy(self.user_field)
        self.secret_title.setBuddy(self.secret_field)
        user = column(self.user_title, self.user_field, gap=6)
        notes = column(self.secret_note, self.keep_note, self.memory_switch, gap=6)
        secret = column(self.secret_title, self.secret_field, notes, gap=6)
        self._who = QWidget()
        self._who.setLayout(column(self._ways, user, secret, gap=16))
        return column(self.address, self.realm_question, self.open_question, self._who, self.help_note, None, gap=16)

    def _connect(self) -> None:
        self.address.greet_requested.connect(self.greet_requested)
        self.address.changed.connect(self._on_address_changed)
        for edited in (self.user_field.textChanged, self.secret_field.textChanged):
            edited.connect(self._place)
        for switched in (self.realm_question.switch, self.open_question.switch, self.memory_switch):
            switched.toggled.connect(self._place)
        self.ways.chosen_changed.connect(self._place)
        self.help_button.clicked.connect(self._on_help_clicked)
        self.connect_button.clicked.connect(self._on_connect_clicked)

    @property
    def greeting(self) -> Greeting | None:
        """Who answered at the address that stands in the field."""
        return self.address.greeting

    @property
    def keep(self) -> bool:
        """Whether the secret is to be kept in the keyring."""
        usable = self._keyring in (None, KeyringState.READY)
        return usable and not (self._refused and self.memory_switch.isChecked())

    def ask(self, address: str = "") -> None:
        """Open the form, with *address* typed."""
        if address:
            self.address_field.setText(address)
        self.open()
        self.address_field.setFocus()
        self.address_field.selectAll()

    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """These are connected already."""
        self.address.set_known([account.host for account in accounts])

    @Slot(object)
    def show_keyring(self, state: KeyringState) -> None:
        """Whether secrets can be kept on this computer."""
        self._keyring = state
        self._place()

    @Slot(object)
    def show_greeting(self, greeting: Greeting) -> None:
        """Who answered."""
        self.address.show_greeting(greeting)

    @Slot(object)
    def show_greet_error(self, error: AppError) -> None:
        """Why nobody answered, or not as a registry."""
        self.address.show_error(error)

    def show_error(self, error: AppError) -> None:
        """Say why the sign-in failed; everything typed stays."""
        self._connecting = False
        self._refused = self._refused or isinstance(error, KeyringRefused)
        super().show_error(error)
        if error.step is NextStep.SIGN_IN:
            self.banner.act.hide()  # it is done right here
        self._place()
        if isinstance(error, WrongCredentials):
            self.secret_field.setFocus()
            self.secret_field.selectAll()

    def succeeded(self) -> None:
        """It is connected: close."""
        self._connecting = False
        super().succeeded()

    @Slot()
    def fit(self) -> None:
        """Be as high as the form, but stay on the screen."""
        wanted, most = self._box.totalHeightForWidth(WIDE), self.screen().availableGeometry().height() - SCREEN_EDGE
        if self.about.isHidden():
            wanted += self.about.heightForWidth(WIDE - 2 * EDGE)
        self.about.setVisible(wanted <= most)  # the first to go where the screen is low
        super().fit()

    @Slot()
    def _place(self) -> None:
        """Ask for what this registry needs, and let go on when all of it is there."""
        address, greeting = self.address.address, self.greeting
        azure = address is not None and address.azure
        asks = greeting is None or greeting.sign_in is not SignIn.NONE
        self._name(azure)
        self._ways.setVisible(azure)
        self._who.setVisible(asks)
        self.help_button.setVisible(asks)  # else there is nothing to be given
        self._say_where_it_goes()
        self._say_secret()
        ready = greeting is not None and self.realm_question.settled and self.open_question.settled
        filled = bool(self.user_field.text().strip() and self.secret_field.text())
        self.connect_button.setEnabled(ready and (filled or not asks))
        self.connect_button.setText(self.tr("Connecting…") if self._connecting else self.tr("Connect"))

    def _name(self, azure: bool) -> None:
        address = self.address.address
        hub = address is not None and address.host == "docker.io"
        title = self.tr("Connect to Azure") if azure else self.tr("Connect to Docker Hub") if hub else ""
        self.title.setText(title or self.tr("Connect a registry"))
        free = self.greeting is not None and self.greeting.sign_in is SignIn.NONE
        all_three = self.tr("Whoever set the registry up can give you all three.")
        self.about.setText(self.tr("Everybody who can reach it may use it.") if free else all_three)
        principal = azure and self.ways.chosen == PRINCIPAL
        user = self.tr("Application ID") if principal else self.tr("User")
        secret = self.tr("Secret") if principal else self.tr("Access token") if hub else self.tr("Password")
        self.user_title.setText(user)
        self.secret_title.setText(secret)
        self.user_field.setAccessibleName(user)
        self.secret_field.setAccessibleName(secret)

    def _say_where_it_goes(self) -> None:
        offered = self._refused and self._keyring in (None, KeyringState.READY)
        self.memory_switch.setVisible(offered)
        memory = self.tr("It is kept in memory, until Portside quits.")
        if self._keyring is KeyringState.ABSENT:
            why = self.tr("This computer has no keyring to be trusted.")
            self.keep_note.say(f"{why} {memory}", "warn", "alert")
        elif self._keyring is KeyringState.LOCKED:
            why = self.tr("The keyring of this computer is locked.")
            self.keep_note.say(f"{why} {memory}", "warn", "alert")
        elif self.keep:
            self.keep_note.say(self.tr("Kept in this computer's keyring, and only there."), "text2", "lock")
        else:
            self.keep_note.say(self.tr("Kept in memory, and only until Portside quits."), "text2", "lock")

    def _say_secret(self) -> None:
        text = self.secret_field.text()
        spaced = bool(text) and text != text.strip()
        self.secret_note.say(self.tr("It begins or ends with a space.") if spaced else "", "warn", "alert")

    @Slot()
    def _on_address_changed(self) -> None:
        self.realm_question.ask_realm(self.greeting)
        self.open_question.ask_open_line(self.greeting)
        self._place()

    @Slot()
    def _on_connect_clicked(self) -> None:
        greeting = self.greeting
        if greeting is None:
            return
        self.banner.clear()
        self._connecting = True
        self.set_busy(True)
        self.connect_button.setText(self.tr("Connecting…"))
        asks = greeting.sign_in is not SignIn.NONE
        secret = Secret(self.secret_field.text() if asks else "")
        user = self.user_field.text().strip() if asks else ""
        self.connect_requested.emit(greeting, user, secret, self.keep, greeting.realm_host)

    @Slot()
    def _on_help_clicked(self) -> None:
        azure = self.address.address is not None and self.address.address.azure
        words = self.tr(
            "Whoever runs the registry. Docker Hub, GitHub and others let you make a token in your settings."
        )
        if azure:
            who = self.tr("The registry's owner: a service principal with the role AcrPull or AcrPush,")
            other = self.tr("or the admin user, under Access keys in the Azure portal.")
            words = f"{who} {other}"
        self.help_note.say("" if self.help_note.text else words, "text2", "info")

    def done(self, result: int) -> None:
        under_way, self._connecting = self._connecting, False
        self.secret_field.clear()
        super().done(result)
        if under_way:
            self.cancelled.emit()
