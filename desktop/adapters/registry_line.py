"""The connection beneath a registry's session: whom it trusts, and how it is cut from another thread."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import truststore
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled
from desktop.core.registry_errors import RegistryUnreachable


class Line:
    """The connection in use during one call, to be cut from another thread."""

    def __init__(self, token: CancelToken) -> None:
        self._token, self._lock = token, threading.Lock()
        self._sock: socket.socket | None = None
        self._cut = False

    def hold(self, sock: socket.socket) -> None:
        """*sock* carries the call now; where the line is cut already, that is cut too."""
        with self._lock:
            self._sock = sock
            if self._cut:
                _shut(sock)

    def cut(self) -> None:
        """End what is being read or written, and all that comes after. Any thread."""
        with self._lock:
            self._cut = True
            if self._sock:
                _shut(self._sock)

    def fault(self, host: str) -> Exception | None:
        """Cancelled after a cancel, RegistryUnreachable after the time was up, None while neither is so."""
        if self._token.cancelled:
            return Cancelled()
        return RegistryUnreachable("no complete answer in time", host=host) if self._cut else None


class WatchedAdapter(HTTPAdapter):
    """Trusts what the system trusts, and tells which socket an answer is read from."""

    def __init__(self, hold: Callable[[socket.socket], None]) -> None:
        self._hold = hold
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=_trust(), **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=_trust(), **options)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"  # the context knows whom to trust; requests would add a list of its own

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        if not hasattr(pool.ConnectionCls, "watched"):
            pool.ConnectionCls = _watched(pool.ConnectionCls, self._hold)
        return pool


def _trust() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _watched(base: type[HTTPConnection], hold: Callable[[socket.socket], None]) -> type[HTTPConnection]:
    """A connection that tells its socket before it waits for an answer, where nothing else could end the wait."""

    def getresponse(self: Any) -> Any:
        hold(self.sock)
        return base.getresponse(self)

    return type("WatchedConnection", (base,), {"getresponse": getresponse, "watched": True})


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # the plain one: TLS would first take its state from the reader
