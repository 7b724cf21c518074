"""An account's registry as its worker holds it."""

from collections.abc import Callable

from desktop.bridge.worker import Report
from desktop.core.cancel import CancelToken
from desktop.core.ports import Credential, Registries, Registry
from desktop.core.reference import Reference
from desktop.core.registry import Account, Greeting, Page, SignIn, TagDetails

MakeRegistries = Callable[[], Registries]


class RegistryCaller:
    """Greets and opens the registry of *account* at its first call, and anew for another credential. Worker only."""

    def __init__(self, make_registries: MakeRegistries, account: Account) -> None:
        self._registries, self._account = make_registries(), account
        self._opened: tuple[Credential | None, Greeting, Registry] | None = None
        self._proven: Registry | None = None  # the session whose credential was accepted

    def registry(self, credential: Credential | None, token: CancelToken) -> Registry:
        """The session that is signed in with *credential*."""
        return self._open(credential, token)[2]

    def prove(self, credential: Credential | None, token: CancelToken) -> Greeting:
        """Have *credential* accepted; return how the registry greets now."""
        _, greeting, registry = self._open(credential, token)
        if greeting.sign_in is not SignIn.NONE:
            registry.sign_in(token)
        return greeting

    def vouch(self, credential: Credential | None, token: CancelToken) -> Credential | None:
        """*credential*, fit to be given to an engine, which sends it wherever the registry says; None if nobody asks.

        So the registry is asked now, without it, where that is; and an engine would try a wrong one six times.
        """
        greeting = self._registries.greet(self._account.host, token, self._account.scheme)
        if self._opened is None or self._opened[:2] != (credential, greeting):
            self._opened = credential, greeting, self._registries.open(self._account, greeting, credential)
        registry = self._opened[2]
        if greeting.sign_in is SignIn.NONE:
            return None
        if self._proven is not registry:
            registry.sign_in(token)
            self._proven = registry
        return credential

    def close(self) -> None:
        """Let the session go."""
        self._registries.close()

    def _open(self, credential: Credential | None, token: CancelToken) -> tuple[Credential | None, Greeting, Registry]:
        if self._opened is None or self._opened[0] != credential:
            greeting = self._registries.greet(self._account.host, token, self._account.scheme)
            self._opened = credential, greeting, self._registries.open(self._account, greeting, credential)
        return self._opened


def prove(credential: Credential | None, caller: RegistryCaller, token: CancelToken, report: Report) -> Greeting:
    """Work: have *credential* accepted."""
    return caller.prove(credential, token)


def vouch(
    credential: Credential | None, caller: RegistryCaller, token: CancelToken, report: Report
) -> Credential | None:
    """Work: have *credential* made fit for an engine."""
    return caller.vouch(credential, token)


def repositories(
    more: str, credential: Credential | None, caller: RegistryCaller, token: CancelToken, report: Report
) -> Page:
    """Work: a page of repositories."""
    return caller.registry(credential, token).repositories(more, token)


def tags(
    repository: str,
    more: str,
    credential: Credential | None,
    caller: RegistryCaller,
    token: CancelToken,
    report: Report,
) -> Page:
    """Work: a page of tags."""
    return caller.registry(credential, token).tags(repository, more, token)


def details(
    reference: Reference, credential: Credential | None, caller: RegistryCaller, token: CancelToken, report: Report
) -> TagDetails:
    """Work: what *reference* stands for."""
    return caller.registry(credential, token).details(reference.path, reference.digest or reference.tag, token)
