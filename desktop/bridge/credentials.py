"""Whose secrets are where: in the keyring, in memory for a while, or in memory until Portside quits."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal, Slot

from desktop.bridge.desk import Desk
from desktop.bridge.errand import Errand, settled
from desktop.bridge.worker import Job, Report, Roster
from desktop.core.cancel import CancelToken
from desktop.core.ports import Credential, Keychain
from desktop.core.registry import Account, KeyringState
from desktop.core.registry_errors import KeyringRefused, SignInNeeded
from desktop.core.secret import Secret

HELD_MS = 15 * 60 * 1000  #: what was read from the keyring is held that long, so that 500 transfers are one read
MakeKeychain = Callable[[], Keychain]


class Credentials(QObject):
    """Gives out credentials and is the only one in the bridge to keep them. UI thread only."""

    held = Signal(object)  # Secret: it is in use from now on, so that whoever writes logs can leave it out
    forgotten = Signal(str)  # an account's id: nobody may keep its secret any longer
    keyring_known = Signal(object)  # KeyringState

    def __init__(
        self, roster: Roster, make_keychain: MakeKeychain, held_ms: int = HELD_MS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = Desk(roster, make_keychain, "keychain", parent=self)
        self._held_ms = held_ms
        self._memory: dict[str, Credential] = {}
        self._ends: dict[str, QDeadlineTimer] = {}  # of those that the keyring has too
        self._clock = QTimer(self, singleShot=True)
        self._clock.timeout.connect(self._on_clock_timeout)

    def learn_keyring(self) -> None:
        """Find out whether secrets can be kept; keyring_known follows. May ask the person to unlock it."""
        job = self._desk.submit(_state)
        job.succeeded.connect(self._on_state)

    def get(self, account: Account) -> Job:
        """Succeeds with *account*'s Credential, None where its registry never asks. SignInNeeded, KeyringRefused."""
        if not account.asks:
            return settled(None)
        if account.id in self._memory:
            return settled(self._memory[account.id])
        if not account.kept:
            return settled(error=SignInNeeded(host=account.host))
        return Errand(self._desk.submit(partial(_read, account)), partial(self._hold, account))

    def keep(self, account: Account, secret: Secret, before: Account | None = None) -> Job:
        """Store the proven *secret*: in the keyring, or in memory until Portside quits. KeyringRefused.

        *before* is the same account as it was, whose secret is not to outlive this one.
        """
        if account.kept:
            return Errand(self._desk.submit(partial(_store, account, secret)), partial(self._hold, account))
        if before and before.kept:
            self._desk.submit(partial(_delete_if_possible, before))
        self._remember(account, secret)
        self._ends.pop(account.id, None)
        return settled(self._memory[account.id])

    def drop(self, account: Account) -> Job:
        """Remove the secret of *account* from memory and keyring. KeyringRefused."""
        self.forget(account.id)
        if not (account.kept and account.asks):
            return settled(None)
        job = self._desk.submit(partial(_delete, account))
        job.succeeded.connect(partial(self._on_deleted, account.id))
        return job

    @Slot(str)
    def forget(self, account_id: str) -> None:
        """Drop what memory holds of it."""
        self._ends.pop(account_id, None)
        if self._memory.pop(account_id, None):
            self.forgotten.emit(account_id)

    def _remember(self, account: Account, secret: Secret) -> None:
        self._memory[account.id] = Credential(account.user, secret)
        self.held.emit(secret)

    def _hold(self, account: Account, secret: Secret) -> Job:
        self._remember(account, secret)
        self._ends[account.id] = QDeadlineTimer(self._held_ms)
        self._wind()
        return settled(self._memory[account.id])

    def _wind(self) -> None:
        if self._ends:
            self._clock.start(min(end.remainingTime() for end in self._ends.values()))

    @Slot()
    def _on_clock_timeout(self) -> None:
        for account_id in [each for each, end in self._ends.items() if end.hasExpired()]:
            self.forget(account_id)
        self._wind()

    def _on_deleted(self, account_id: str, nothing: object) -> None:
        self.forget(account_id)  # it may have been read just before

    @Slot(object)
    def _on_state(self, state: KeyringState) -> None:
        self.keyring_known.emit(state)


def _state(keychain: Keychain, token: CancelToken, report: Report) -> KeyringState:
    return keychain.state()


def _read(account: Account, keychain: Keychain, token: CancelToken, report: Report) -> Secret:
    secret = keychain.get(account.host, account.id)
    if secret is None:
        raise SignInNeeded(host=account.host)
    return secret


def _store(account: Account, secret: Secret, keychain: Keychain, token: CancelToken, report: Report) -> Secret:
    token.check()
    keychain.set(account.host, account.id, secret)
    return secret


def _delete_if_possible(account: Account, keychain: Keychain, token: CancelToken, report: Report) -> None:
    with suppress(KeyringRefused):  # it may be why the new secret is not kept there
        keychain.delete(account.host, account.id)


def _delete(account: Account, keychain: Keychain, token: CancelToken, report: Report) -> None:
    keychain.delete(account.host, account.id)
