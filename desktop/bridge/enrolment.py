"""Signing in to a registry for the first time, or anew: prove, keep, and leave nothing behind where either fails."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from desktop.bridge import registry_caller as work
from desktop.bridge.credentials import Credentials
from desktop.bridge.desk import Desk
from desktop.bridge.errand import Errand, give_up, settled
from desktop.bridge.registry_caller import MakeRegistries, RegistryCaller
from desktop.bridge.worker import Job, Roster
from desktop.core.ports import Credential
from desktop.core.registry import Account, Greeting, SignIn, provider_of
from desktop.core.registry_errors import SignInSentElsewhere
from desktop.core.secret import Secret

FindAccount = Callable[[str, str], Account | None]  #: the account of a host and a user


class Enrolment(QObject):
    """One sign-in at a time."""

    enrolled = Signal(object)  # Account, its secret kept
    failed = Signal(object)  # AppError; nothing of it stays

    def __init__(
        self,
        roster: Roster,
        make_registries: MakeRegistries,
        credentials: Credentials,
        find_account: FindAccount,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._roster, self._make_registries = roster, make_registries
        self._credentials, self._find = credentials, find_account
        self._job: Job | None = None
        self._desk: Desk | None = None
        self._storing: Account | None = None

    def begin(self, greeting: Greeting, user: str, secret: Secret, keep: bool, trusted_realm: str) -> None:
        """Sign in as *user* where *greeting* came from; the account of the same user there gets the new secret."""
        self.give_up()
        if greeting.realm_host not in ("", trusted_realm):
            self.failed.emit(SignInSentElsewhere(host=greeting.host, realm=greeting.realm_host))
            return
        known, host = self._find(greeting.host, user), greeting.host
        new_id = known.id if known else uuid4().hex
        account = Account(
            new_id, host, user, provider_of(host), greeting.scheme, trusted_realm=trusted_realm, kept=keep
        )
        self._desk = Desk(
            self._roster, partial(RegistryCaller, self._make_registries, account), "registry-sign-in", parent=self
        )
        proof = self._desk.submit(partial(work.prove, Credential(user, secret)))
        self._job = Errand(proof, partial(self._keep, account, secret))
        self._job.succeeded.connect(self.enrolled)
        self._job.failed.connect(self.failed)
        self._job.finished.connect(self._end)

    def give_up(self) -> None:
        """Stop what is under way; nothing of it stays."""
        job, storing = self._job, self._storing
        self._end()
        give_up(job)
        if storing and not self._find(storing.host, storing.user):
            self._credentials.drop(storing)  # comes after the storing, which may still run

    def _keep(self, account: Account, secret: Secret, greeting: Greeting) -> Job:
        if greeting.sign_in is SignIn.NONE:  # there is nothing to keep
            known = self._find(account.host, "")
            return settled(
                replace(account, id=known.id if known else account.id, user="", asks=False, trusted_realm="", kept=True)
            )
        self._storing = account
        before = self._find(account.host, account.user)
        return Errand(self._credentials.keep(account, secret, before), partial(_give, account))

    def _end(self) -> None:
        desk, self._desk = self._desk, None
        self._job = self._storing = None
        if desk:
            desk.close()
            desk.deleteLater()


def _give(account: Account, kept: object) -> Job:
    return settled(account)
