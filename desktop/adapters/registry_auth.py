"""How a registry asks for a sign-in, whether it may have one, and the header that answers it.

After distribution's docs/spec/auth (token, Basic) and RFC 9110, 11.6.1.
"""

import base64
import re
import time
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from desktop.adapters.registry_answers import document, text, whole
from desktop.adapters.registry_http import Answer, RegistryHttp, api_host, origin
from desktop.core.address import is_loopback
from desktop.core.ports import Credential
from desktop.core.registry import Greeting, SignIn
from desktop.core.registry_errors import (
    AccessDenied,
    NotARegistry,
    RegistryAnswerUnreadable,
    RegistryRateLimited,
    RegistryTroubled,
    SignInInsecure,
    SignInNeeded,
    WrongCredentials,
)

#: Realms that a provider is known to keep on another host than its registry.
REALMS = {"docker.io": "auth.docker.io", "registry.gitlab.com": "gitlab.com"}
LEAST_S, MOST_S, MARGIN_S = 60, 12 * 3600, 10  #: how long a token counts; the spec's default is 60 s
_HEADER_LIMIT = 8192
_PART = re.compile(
    r"""[\s,]* (?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)
        (?: \s*=\s* (?: "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<plain>[^\s",]+) ) )?""",
    re.VERBOSE,
)
_TOKEN = re.compile(r"[\x21-\x7e]{1,65536}")


def challenges(header: str) -> list[tuple[str, dict[str, str]]]:
    """The schemes of a WWW-Authenticate header, in lower case, each with its parameters."""
    found: list[tuple[str, dict[str, str]]] = []
    at, header = 0, header[:_HEADER_LIMIT]
    while part := _PART.match(header, at):
        at = part.end()
        value = part["plain"] if part["quoted"] is None else re.sub(r"\\(.)", r"\1", part["quoted"])
        if value is None:
            found.append((part["name"].lower(), {}))
        elif found:
            found[-1][1].setdefault(part["name"].lower(), value)
    return found


def greeting(host: str, scheme: str, answer: Answer) -> Greeting:
    """Who answered GET /v2/ at *host* without a secret, and how it wants a sign-in.

    Raises NotARegistry, SignInInsecure, RegistryAnswerUnreadable, RegistryRateLimited, RegistryTroubled.
    """
    marked = answer.headers.get("Docker-Distribution-Api-Version", "").startswith("registry/")
    if answer.status == 429:
        raise RegistryRateLimited(host=host)
    if answer.status >= 500:
        raise RegistryTroubled(f"{host}: HTTP {answer.status}", host=host)
    asked = dict(reversed(challenges(answer.headers.get("WWW-Authenticate", "")))) if answer.status == 401 else {}
    if "bearer" in asked:
        return _bearer(host, scheme, asked["bearer"])
    if "basic" in asked and (marked or _speaks(answer, "errors")):
        return Greeting(host, scheme, SignIn.BASIC)
    if answer.status == 200 and (marked or _speaks(answer)):
        return Greeting(host, scheme, SignIn.NONE)
    raise NotARegistry(f"{host}: HTTP {answer.status} at /v2/", host=host)


def _bearer(host: str, scheme: str, asked: dict[str, str]) -> Greeting:
    realm = asked.get("realm", "")
    place = origin(realm)
    if not place:
        raise NotARegistry(f"{host}: would sign in at {realm[:200]!r}", host=host)
    there = urlsplit(place).netloc.removesuffix(":443" if place.startswith("https:") else ":80")
    if place.startswith("http:") and (scheme == "https" or (is_loopback(host) and not is_loopback(there))):
        raise SignInInsecure(realm=place, host=host)
    own = place in (origin(f"{scheme}://{api_host(host)}"), origin(f"https://{REALMS.get(host, '')}"))
    return Greeting(host, scheme, SignIn.BEARER, realm, asked.get("service", ""), "" if own else there)


def _speaks(answer: Answer, key: str = "") -> bool:
    """Whether the body is a JSON object, one with *key* where that is given."""
    try:
        body = document(answer.body)
    except ValueError:
        return False
    return not key or key in body


class Authorizer:
    """Makes the Authorization header for each request. Tokens are kept per scope until they end."""

    def __init__(
        self,
        http: RegistryHttp,
        greeting: Greeting,
        credential: Credential | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._greeting, self._clock = http, greeting, clock
        self._credential = credential if greeting.sign_in is not SignIn.NONE else None
        self._tokens: dict[str, tuple[str, float]] = {}  # scope: token, when it ends

    @property
    def signed(self) -> bool:
        """Whether requests carry somebody's sign-in."""
        return self._credential is not None

    def headers(self, scope: str = "") -> dict[str, str]:
        """The header for a request that needs *scope*; none where the registry never asks.

        Raises WrongCredentials, SignInNeeded, RegistryAnswerUnreadable, and what RegistryHttp.get() raises.
        """
        if self._greeting.sign_in is SignIn.BEARER:
            return {"Authorization": f"Bearer {self._token(scope)}"}
        return self._basic() if self._greeting.sign_in is SignIn.BASIC else {}

    def keeps(self, scope: str) -> bool:
        """Whether a token for *scope* is kept from before."""
        return scope in self._tokens

    def forget(self, scope: str) -> None:
        """Drop the token of *scope*, which was refused."""
        self._tokens.pop(scope, None)

    def _basic(self) -> dict[str, str]:
        if not self._credential:
            return {}
        if ":" in self._credential.user:  # everything behind it would be taken for the secret
            raise WrongCredentials("a user name has no colon", host=self._greeting.host)
        pair = f"{self._credential.user}:{self._credential.secret.reveal()}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _token(self, scope: str) -> str:
        token, ends = self._tokens.get(scope, ("", 0.0))
        if not token or self._clock() >= ends:
            token, lasts_s = self._fetch(scope)
            self._tokens[scope] = token, self._clock() + lasts_s - MARGIN_S
        return token

    def _fetch(self, scope: str) -> tuple[str, int]:
        host = self._greeting.host
        answer = self._http.get(self._realm(scope), self._basic())
        if answer.status == 403 and scope:
            raise AccessDenied(f"{host}: HTTP 403 at the sign-in", host=host, name=scope.split(":")[1])
        if answer.status in (400, 401, 403):
            refused = WrongCredentials if self._credential else SignInNeeded
            raise refused(f"{host}: HTTP {answer.status} at the sign-in", host=host)
        raise_for_trouble(answer, host)
        try:
            told = document(answer.body)
        except ValueError as bad:
            raise RegistryAnswerUnreadable(f"{host}: {bad}", host=host) from None
        token = text(told.get("token")) or text(told.get("access_token"))
        if answer.status != 200 or not _TOKEN.fullmatch(token):
            raise RegistryAnswerUnreadable(f"{host}: HTTP {answer.status} and no token at the sign-in", host=host)
        return token, max(LEAST_S, min(whole(told.get("expires_in")), MOST_S))

    def _realm(self, scope: str) -> str:
        """Always the realm that was checked at the greeting, whatever a later answer names."""
        parts = urlsplit(self._greeting.realm)
        query = parse_qsl(parts.query, keep_blank_values=True)
        query += [("service", self._greeting.service)] if self._greeting.service else []
        query += [("scope", scope)] if scope else []
        query += [("account", self._credential.user)] if self._credential else []
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def raise_for_trouble(answer: Answer, host: str) -> None:
    """Raise RegistryRateLimited or RegistryTroubled where *answer* says so."""
    if answer.status == 429:
        raise RegistryRateLimited(f"{host}: HTTP 429", host=host)
    if answer.status >= 500:
        raise RegistryTroubled(f"{host}: HTTP {answer.status}", host=host)
