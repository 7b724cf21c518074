"""The registries' room: accounts, signing in and out, and what a registry holds."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge import registry_caller as work
from desktop.bridge.credentials import Credentials, MakeKeychain
from desktop.bridge.desk import Desk
from desktop.bridge.enrolment import Enrolment
from desktop.bridge.errand import Errand, give_up, settled
from desktop.bridge.registry_caller import MakeRegistries, RegistryCaller
from desktop.bridge.registry_shelf import RegistryShelf
from desktop.bridge.worker import Job, Report, Roster
from desktop.core.address import Address
from desktop.core.cancel import CancelToken
from desktop.core.errors import AppError
from desktop.core.ports import Credential, Registries
from desktop.core.reference import Reference
from desktop.core.registry import Account, Greeting, provider_of
from desktop.core.registry_errors import SignInNeeded
from desktop.core.secret import Secret


class RegistryRoom(QObject):
    """Accounts and their registries, each with a worker of its own that is hired when it is asked something."""

    accounts_changed = Signal(object)  # tuple[Account, ...]
    keyring_known = Signal(object)  # KeyringState
    greeted = Signal(object)  # Greeting
    greet_failed = Signal(object)  # AppError
    connected = Signal(object)  # Account
    connect_failed = Signal(object)  # AppError
    signed_out = Signal(object)  # Account
    listed = Signal(object)  # Listing
    described = Signal(str, str, str, object)  # account id, repository, tag, TagDetails
    secret_held = Signal(object)  # Secret: in use from now on, to be left out of logs; before anybody gets it
    failed = Signal(object)  # AppError

    def __init__(
        self,
        roster: Roster,
        make_registries: MakeRegistries,
        make_keychain: MakeKeychain,
        accounts: Iterable[Account] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._roster, self._make_registries = roster, make_registries
        self._accounts = {account.id: account for account in accounts}
        self._desks: dict[str, Desk] = {}
        self._greeter = Desk(roster, make_registries, "registry-greeting", parent=self)
        self._greeting: Job | None = None
        self._credentials = Credentials(roster, make_keychain, parent=self)
        self._credentials.keyring_known.connect(self.keyring_known)
        self._credentials.held.connect(self.secret_held)
        self._credentials.forgotten.connect(self._close_desk)  # its session holds the secret
        self._enrolment = Enrolment(roster, make_registries, self._credentials, self._account_of, self)
        self._enrolment.enrolled.connect(self._on_enrolled)
        self._enrolment.failed.connect(self.connect_failed)
        self._shelf = RegistryShelf(self._ask, self)
        self._shelf.listed.connect(self.listed)
        self._shelf.described.connect(self.described)
        self._shelf.failed.connect(self.failed)
        self.model = self._shelf.model

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Those that are connected, in the order they were."""
        return tuple(self._accounts.values())

    def account_for(self, host: str) -> Account | None:
        """The account to use for *host*, exactly; the one on show before others."""
        shown = self._shelf.account
        if shown and shown.host == host:
            return shown
        return next((account for account in self._accounts.values() if account.host == host), None)

    def credential(self, account_id: str, host: str) -> Job:
        """Succeeds with the Credential that an engine may have for *host*, None for nobody's.

        Fails where the registry would have it sent to another place than was agreed to, or does not accept it.
        """
        account = self._account(account_id, host)
        return self._ask(account, work.vouch) if account.asks else settled(None)

    def look_up(self, account_id: str, reference: Reference) -> Job:
        """Succeeds with the TagDetails of *reference* as its registry has it now."""
        return self._ask(self._account(account_id, reference.registry), partial(work.details, reference))

    def tags_of(self, account_id: str, repository: str, more: str = "") -> Job:
        """Succeeds with a Page of the tags of *repository*, a path in the account's registry."""
        account = self._accounts.get(account_id)
        if not account:
            return settled(error=AppError("no such account"))
        return self._ask(account, partial(work.tags, repository, more))

    @Slot()
    def learn_keyring(self) -> None:
        """Find out whether secrets can be kept; keyring_known follows."""
        self._credentials.learn_keyring()

    @Slot(object)
    def greet(self, address: Address) -> None:
        """Ask who is at *address*; greeted or greet_failed follows for the address asked for last."""
        give_up(self._greeting)
        self._greeting = self._greeter.submit(partial(_greet, address))
        self._greeting.succeeded.connect(self.greeted)
        self._greeting.failed.connect(self.greet_failed)

    @Slot(object, str, object, bool, str)
    def connect_to(self, greeting: Greeting, user: str, secret: Secret, keep: bool, trusted_realm: str) -> None:
        """Sign in and, once that is proven, keep the secret; connected follows, or connect_failed and nothing is left.

        An account of the same user there gets the new secret.
        """
        self._enrolment.begin(greeting, user, secret, keep, trusted_realm)

    @Slot()
    def cancel_connect(self) -> None:
        """Give up a sign-in that is under way; nothing of it stays."""
        self._enrolment.give_up()

    @Slot(object)
    def sign_out(self, account: Account) -> None:
        """Remove the secret, then the account; signed_out follows, or failed and the account stays."""
        if account.id in self._accounts:
            job = self._credentials.drop(account)
            job.succeeded.connect(partial(self._on_dropped, account))
            job.failed.connect(self.failed)

    @Slot(str)
    def show(self, account_id: str) -> None:
        """List what the registry of that account holds, "" for nothing."""
        self._shelf.show(self._accounts.get(account_id))

    @Slot()
    def refresh(self) -> None:
        """List again; what is open stays open."""
        self._shelf.refresh()

    @Slot()
    def more(self) -> None:
        """List more repositories."""
        self._shelf.more()

    @Slot(str)
    def open(self, repository: str) -> None:
        """List the tags of a repository below it."""
        self._shelf.open(repository)

    @Slot(str)
    def close(self, repository: str) -> None:
        """Hide the tags of a repository."""
        self._shelf.close(repository)

    @Slot(str)
    def more_tags(self, repository: str) -> None:
        """List more tags of an open repository."""
        self._shelf.more_tags(repository)

    @Slot(str, str)
    def describe(self, repository: str, tag: str) -> None:
        """Tell what a tag stands for; described or failed follows."""
        self._shelf.describe(repository, tag)

    def _account(self, account_id: str, host: str) -> Account:
        """That account; where it is gone, the one of *host* now; for nobody, one that signs in as nobody."""
        nobody = Account("", host, provider=provider_of(host), scheme="", asks=False)
        return self._accounts.get(account_id) or self.account_for(host) or nobody

    def _account_of(self, host: str, user: str) -> Account | None:
        return next((each for each in self._accounts.values() if (each.host, each.user) == (host, user)), None)

    def _ask(self, account: Account, ask: Callable[..., Any]) -> Job:
        """Run *ask(credential, caller, token, report)* on the account's own worker."""
        return Errand(self._credentials.get(account), partial(self._submit, account, ask))

    def _submit(self, account: Account, ask: Callable[..., Any], credential: Credential | None) -> Job:
        if account.id and account.id not in self._accounts:  # signed out while its secret was read
            raise SignInNeeded(host=account.host)
        key = account.id or account.host
        if key not in self._desks:
            make = partial(RegistryCaller, self._make_registries, account)
            self._desks[key] = Desk(self._roster, make, f"registry-{account.host}", parent=self)
        return self._desks[key].submit(partial(ask, credential))

    @Slot(object)
    def _on_enrolled(self, account: Account) -> None:
        self._close_desk(account.id)
        self._accounts[account.id] = account
        self.accounts_changed.emit(self.accounts)
        self.connected.emit(account)

    def _on_dropped(self, account: Account, nothing: object) -> None:
        self._close_desk(account.id)
        if self._accounts.pop(account.id, None):
            shown = self._shelf.account
            if shown and shown.id == account.id:
                self._shelf.show(None)
            self.accounts_changed.emit(self.accounts)
            self.signed_out.emit(account)

    @Slot(str)
    def _close_desk(self, account_id: str) -> None:
        desk = self._desks.pop(account_id, None)
        if desk:
            desk.close()
            desk.deleteLater()


def _greet(address: Address, registries: Registries, token: CancelToken, report: Report) -> Greeting:
    return registries.greet(address.host, token, "http" if address.scheme == "http" else "")
