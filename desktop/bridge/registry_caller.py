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

    def registry(self, credential: Credential | None, token: CancelToken) -> Registry:
        """The session that is signed in with *credential*."""
        return self._open(credential, token)[2]

    def prove(self, credential: Credential | None, token: CancelToken) -> Greeting:
        """Have *credential* accepted; return how the registry greets now."""
        _, greeting, registry = self._open(credential, token)
        if greeting.sign_in is not SignIn.NONE:
            registry.sign_in(token)
        return greeting

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
