"""HTTP with a registry: bounded in bytes and in time, cut off at once when cancelled, sparing with secrets."""

import re
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.utils import get_environ_proxies

from desktop.adapters.registry_line import Line, WatchedAdapter
from desktop.core.address import is_loopback
from desktop.core.cancel import CancelToken
from desktop.core.registry_errors import (
    AddressUnknown,
    CertificateRejected,
    NotHttps,
    RegistryAnswerUnreadable,
    RegistryUnreachable,
)

MANIFEST_CAP, LIST_CAP = 4 << 20, 32 << 20  #: bytes of one answer, before and after it is unpacked
CALL_S = 40  #: seconds for one call with all its requests; a timeout per read would never end at two bytes a second
CONNECT_S, LOCAL_CONNECT_S, READ_S = 10, 3, 20
_CHUNK, _HOPS = 65536, 5
_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
_NETLOC = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[A-Fa-f0-9:]+\])(?::[0-9]+)?")  # what no two parsers read differently


class Answer(NamedTuple):
    """A complete answer; *headers* are found whatever their case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class RegistryHttp:
    """A session with the registry *host*, used by one thread. Everything is asked inside call()."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._line = Line(CancelToken())
        self._session = requests.Session()
        self._session.trust_env = False  # a ~/.netrc entry would take the place of our Authorization
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": "Portside", "Accept-Encoding": "gzip"})
        adapter = WatchedAdapter(lambda sock: self._line.hold(sock))
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    @contextmanager
    def call(self, token: CancelToken, limit_s: float = CALL_S) -> Iterator[None]:
        """All requests made inside are over after *limit_s* seconds, or at once when *token* is cancelled."""
        token.check()
        self._line = Line(token)
        alarm = threading.Timer(limit_s, self._line.cut)
        alarm.daemon = True
        alarm.start()
        token.on_cancel(self._line.cut)
        try:
            yield
        finally:
            alarm.cancel()

    def get(self, url: str, headers: Mapping[str, str], cap: int = MANIFEST_CAP, roam: bool = False) -> Answer:
        """GET *url*. Redirects are followed on the same origin; with *roam* to others too, without Authorization.

        Raises AddressUnknown, RegistryUnreachable, CertificateRejected, NotHttps, RegistryAnswerUnreadable, Cancelled.
        """
        for _ in range(_HOPS):
            answer = self._once(url, headers, cap)
            if answer.status not in _REDIRECTS or "Location" not in answer.headers:
                return answer
            target = urljoin(url, answer.headers["Location"])
            if origin(target) != origin(url):
                if not roam or (url.startswith("https:") and not target.startswith("https:")):
                    return answer
                headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
            url = target
        raise RegistryAnswerUnreadable(f"more than {_HOPS} redirects", host=self._host)

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def _once(self, url: str, headers: Mapping[str, str], cap: int) -> Answer:
        local = is_loopback(urlsplit(url).netloc)
        connect_s = LOCAL_CONNECT_S if local else CONNECT_S
        try:
            response = self._session.get(
                url,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(connect_s, READ_S),
                proxies={} if local else dict(get_environ_proxies(url)),
            )
            with closing(response):
                return Answer(url, response.status_code, response.headers, self._body(response, cap))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as bad:
            fault = self._fault(bad, url)
        raise fault  # out here: what requests raises holds the request with its headers

    def _body(self, response: requests.Response, cap: int) -> bytes:
        coding = response.headers.get("Content-Encoding", "").strip().lower()
        if coding not in ("", "identity", "gzip"):
            raise RegistryAnswerUnreadable(f"encoded as {coding[:40]}", host=self._host)
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if coding == "gzip" else None
        body, received = bytearray(), 0
        try:
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                received += len(chunk)
                body += unpack.decompress(chunk, cap + 1 - len(body)) if unpack else chunk
                if max(received, len(body)) > cap:
                    raise RegistryAnswerUnreadable(f"more than {cap} bytes", host=self._host)
        except zlib.error:
            raise RegistryAnswerUnreadable("damaged compression", host=self._host) from None
        if unpack and received and not unpack.eof:
            raise RegistryAnswerUnreadable("damaged compression", host=self._host)
        if fault := self._line.fault(self._host):  # a line that is cut can look like an end
            raise fault
        return bytes(body)

    def _fault(self, bad: Exception, url: str) -> Exception:
        """What *bad* means. Its text is never used: exceptions of requests can carry headers."""
        if fault := self._line.fault(self._host):
            return fault
        host = self._host if is_api_of(url, self._host) else urlsplit(url).netloc
        causes = list(_causes(bad))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return CertificateRejected(str(cause.verify_message or ""), host=host)
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return AddressUnknown(type(bad).__name__, host=host)
        for cause in causes:
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                return NotHttps(str(cause.reason or ""), host=host)
        return RegistryUnreachable(type(bad).__name__, host=host)


def origin(url: str) -> str:
    """Scheme, host and port of *url*, "" where it has none that a request could go to."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    found = _NETLOC.fullmatch(parts.netloc)
    return f"{parts.scheme}://{found['host'].lower()}:{port}" if found and port else ""


def api_host(host: str) -> str:
    """Where the registry *host* answers: Docker Hub's API lives elsewhere than its name."""
    return "registry-1.docker.io" if host == "docker.io" else host


def is_api_of(url: str, host: str) -> bool:
    """Whether *url* is of the registry *host* itself, over https or http."""
    return origin(url) in (origin(f"https://{api_host(host)}"), origin(f"http://{api_host(host)}"))


def _causes(bad: BaseException) -> Iterator[BaseException]:
    """*bad* and everything that led to it: requests and urllib3 wrap in three different ways."""
    waiting, seen = [bad], set[int]()
    while waiting and len(seen) < 50:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            inside = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
            waiting += [each for each in inside if isinstance(each, BaseException)]
