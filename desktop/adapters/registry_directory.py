"""The Registries port: who is there, and a session with it."""

from contextlib import suppress

from desktop.adapters.registry_auth import greeting
from desktop.adapters.registry_client import RegistryClient
from desktop.adapters.registry_http import RegistryHttp, api_host
from desktop.core.address import is_loopback
from desktop.core.cancel import CancelToken
from desktop.core.ports import Credential
from desktop.core.registry import Account, Greeting
from desktop.core.registry_errors import NotHttps, RegistryUnreachable, SignInSentElsewhere


class RegistryDirectory:
    """Greets registries and opens sessions with them. Used by one thread."""

    def __init__(self) -> None:
        self._open: list[RegistryClient] = []

    def greet(self, host: str, token: CancelToken, scheme: str = "") -> Greeting:
        """Ask *host* who it is, without any secret: by https, then by http on this computer or where *scheme* says so.

        With *scheme* https nothing else is tried. Raises AddressUnknown, RegistryUnreachable, CertificateRejected,
        NotHttps, NotARegistry, SignInInsecure, RegistryRateLimited, RegistryTroubled, RegistryAnswerUnreadable.
        """
        open_line = scheme == "http" or (not scheme and is_loopback(host))
        try:
            return _greet(host, "https", token)
        except (NotHttps, RegistryUnreachable):
            if not open_line:
                raise
        return _greet(host, "http", token)

    def open(self, account: Account, greeting: Greeting, credential: Credential | None) -> RegistryClient:
        """A session with *account*'s registry. SignInSentElsewhere where its realm is not one that was agreed to."""
        if credential and greeting.realm_host not in ("", account.trusted_realm):
            raise SignInSentElsewhere(host=greeting.host, realm=greeting.realm_host)
        self._open.append(RegistryClient(greeting, credential))
        return self._open[-1]

    def close(self) -> None:
        """Let what is open go."""
        for client in self._open:
            with suppress(OSError):
                client.close()
        self._open.clear()


def _greet(host: str, scheme: str, token: CancelToken) -> Greeting:
    http = RegistryHttp(host)
    try:
        with http.call(token):
            return greeting(host, scheme, http.get(f"{scheme}://{api_host(host)}/v2/", {}))
    finally:
        http.close()
