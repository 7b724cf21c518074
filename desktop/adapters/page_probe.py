"""The PageProbe port on plain sockets: no proxy, no cookie, no redirect; the first bytes of an answer are enough."""

import errno
import socket
import sys
import threading
from contextlib import suppress
from time import monotonic

from desktop.core.cancel import CancelToken

RETRY_S = 0.2  #: between two tries
PATIENCE_S = 2.0  #: for the first try; doubled each time, because a page may be slow, but a connection may also be dead
CONNECT_S = 1.0  #: on one's own computer
_ANSWERS = (b"HTTP/", b"\x15\x03\x01", b"\x15\x03\x03")  # the others: "speak TLS to me", from a server that only does
_KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
#: Whoever listens on all addresses is seen on the second, and only there on Windows; on localhost browsers try ::1 too.
_PLACES = (
    (socket.AF_INET, "127.0.0.1"),
    (socket.AF_INET, "0.0.0.0"),
    (socket.AF_INET6, "::1"),
)
_NO_SUCH_FAMILY = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT}


class HttpPageProbe:
    """Asks for a page until it answers. Any status counts: who says 404 is there."""

    def wait(self, address: str, limit_s: float, token: CancelToken) -> float | None:
        """Seconds until http://*address* gave any HTTP answer; None if it did not within *limit_s*. Cancelled."""
        begun = monotonic()
        attempts = _Attempts(address)
        token.on_cancel(attempts.stop)
        patience = PATIENCE_S
        while (left := begun + limit_s - monotonic()) > 0:
            token.check()
            answered = attempts.try_once(min(patience, left))
            token.check()
            if answered:
                return monotonic() - begun
            attempts.pause(min(RETRY_S, max(0.0, begun + limit_s - monotonic())))
            patience *= 2
        token.check()
        return None

    def port_is_free(self, port: int, protocol: str = "tcp") -> bool:
        """Whether a program could listen on *port* now, on this computer only or on all its addresses."""
        return all(_can_bind(family, host, port, _KINDS[protocol]) for family, host in _PLACES)

    def close(self) -> None:
        """Nothing is left open."""


class _Attempts:
    """One connection after another to the same address; stop() ends the current one from any thread."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._place = (host.strip("[]"), int(port))
        self._request = f"GET / HTTP/1.1\r\nHost: {address}\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode()
        self._lock, self._stopped = threading.Lock(), threading.Event()
        self._open: socket.socket | None = None

    def try_once(self, patience_s: float) -> bool:
        """Whether an answer came within *patience_s*."""
        until = monotonic() + patience_s
        try:
            made = socket.create_connection(self._place, timeout=min(CONNECT_S, patience_s))
        except OSError:
            return False
        with made:
            if not self._hold(made):
                return False
            try:
                made.sendall(self._request)
                return self._answers(made, until)
            except OSError:  # reset: who publishes the port is up, the program behind it is not yet
                return False
            finally:
                self._hold(None)

    def pause(self, seconds: float) -> None:
        """Wait, but not past stop()."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """Free whoever reads now, and begin nothing more."""
        with self._lock:
            self._stopped.set()
            if self._open:
                with suppress(OSError):
                    self._open.shutdown(socket.SHUT_RDWR)

    def _hold(self, made: socket.socket | None) -> bool:
        with self._lock:
            self._open = made
            return not self._stopped.is_set()

    @staticmethod
    def _answers(made: socket.socket, until: float) -> bool:
        head = b""
        while len(head) < 5 and (left := until - monotonic()) > 0:
            made.settimeout(left)
            more = made.recv(5 - len(head))
            if not more:
                break
            head += more
        return head.startswith(_ANSWERS)


def _can_bind(family: int, host: str, port: int, kind: int) -> bool:
    try:
        with socket.socket(family, kind) as trial:
            if sys.platform == "win32":  # without it two programs may share a port there
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            elif kind == socket.SOCK_STREAM:  # connections that ended a moment ago hold nothing up
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            trial.bind((host, port))
            return True
    except (
        PermissionError
    ):  # on Windows it is taken or reserved; elsewhere we lack the right, and the engine may have it
        return sys.platform != "win32" and not _listens(family, host, port, kind)
    except OSError as refused:
        return family == socket.AF_INET6 and refused.errno in _NO_SUCH_FAMILY


def _listens(family: int, host: str, port: int, kind: int) -> bool:
    if kind != socket.SOCK_STREAM:
        return False
    with socket.socket(family, kind) as caller:
        caller.settimeout(CONNECT_S)
        return caller.connect_ex((host, port)) == 0
