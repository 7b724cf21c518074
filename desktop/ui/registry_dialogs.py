"""The dialogs of the registries' room: the sign-in form, and the question before signing out."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.core.errors import AppError
from desktop.core.registry import Account, Greeting, KeyringState
from desktop.ui.sign_out_dialog import SignOutDialog
from desktop.ui.signin_dialog import SigninDialog


class RegistryDialogs(QObject):
    """Opens them over the window of its parent, hands on what they wish, and tells them what became of it."""

    connect_requested = Signal(object, str, object, bool, str)  # Greeting, user, Secret, keep, trusted realm host
    connect_cancelled = Signal()
    greet_requested = Signal(object)  # Address
    keyring_requested = Signal()
    sign_out_requested = Signal(object)  # Account

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._accounts: tuple[Account, ...] = ()
        self._keyring: KeyringState | None = None
        self.signin: SigninDialog | None = None
        self.sign_out: SignOutDialog | None = None

    def ask_connect(self, address: str = "") -> None:
        """Ask for a registry's address and who signs in, with *address* typed."""
        if self.signin:
            self.signin.reject()
        dialog = self.signin = SigninDialog(self._owner.window())
        dialog.greet_requested.connect(self.greet_requested)
        dialog.connect_requested.connect(self.connect_requested)
        dialog.cancelled.connect(self.connect_cancelled)
        dialog.finished.connect(self._on_signin_finished)
        dialog.set_accounts(self._accounts)
        if self._keyring:
            dialog.show_keyring(self._keyring)
        self.keyring_requested.emit()
        dialog.ask(address)

    def ask_sign_out(self, account: Account) -> None:
        """Show what signing out would do, and ask."""
        dialog = self.sign_out = SignOutDialog(account, self._owner.window())
        dialog.confirmed.connect(self.sign_out_requested)
        dialog.finished.connect(self._on_sign_out_finished)
        dialog.open()

    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """These are connected: a sign-out that was asked for may have happened."""
        self._accounts = tuple(accounts)
        if self.signin:
            self.signin.set_accounts(accounts)
        if self.sign_out and self.sign_out.account.id not in [account.id for account in accounts]:
            self.sign_out.succeeded()

    def show_keyring(self, state: KeyringState) -> None:
        """Whether secrets can be kept on this computer."""
        self._keyring = state
        if self.signin:
            self.signin.show_keyring(state)

    def show_greeting(self, greeting: Greeting) -> None:
        """Who answered at the address that was typed."""
        if self.signin:
            self.signin.show_greeting(greeting)

    def show_greet_error(self, error: AppError) -> None:
        """Why nobody answered there."""
        if self.signin:
            self.signin.show_greet_error(error)

    def connected(self) -> None:
        """The sign-in happened."""
        if self.signin:
            self.signin.succeeded()

    def connect_failed(self, error: AppError) -> bool:
        """Show why the sign-in failed; False where no form is open any more."""
        if self.signin:
            self.signin.show_error(error)
        return self.signin is not None

    def failed(self, error: AppError) -> bool:
        """Show why a sign-out failed; False where none was asked for."""
        if self.sign_out:
            self.sign_out.show_error(error)
        return self.sign_out is not None

    @Slot()
    def _on_signin_finished(self) -> None:
        dialog, self.signin = self.signin, None
        if dialog:
            dialog.deleteLater()

    @Slot()
    def _on_sign_out_finished(self) -> None:
        dialog, self.sign_out = self.sign_out, None
        if dialog:
            dialog.deleteLater()
