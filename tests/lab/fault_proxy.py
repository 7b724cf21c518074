"""A proxy before a registry that goes wrong when told: a status, a reset, silence, a trickle."""

import contextlib
import re
import selectors
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

CHUNK = 64 * 1024
TLS = b"\x16\x03"  # how a TLS handshake begins (RFC 8446, section 5.1)
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, zero seconds: a close becomes a reset


@dataclass
class Fault:
    """What goes wrong with the requests that match; `times` of them, or all."""

    method: str = ""
    path: str = ".*"
    times: int | None = None
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reset_after: int | None = None  # bytes, both directions together
    silent_after: int | None = None  # bytes, both directions together; then held open without a word
    bytes_per_second: float = 0

    def matches(self, method: str, path: str) -> bool:
        """Whether a request meets this fault."""
        return (not self.method or self.method == method) and re.search(self.path, path) is not None


@dataclass(frozen=True)
class Request:
    """A request as the proxy saw it; *authorization* is the header's value."""

    method: str
    path: str
    authorization: str = field(repr=False)


class FaultProxy:
    """Passes every request on to *target*, or to the host of the first of *routes* that its path begins with."""

    def __init__(self, target: str = "", routes: Mapping[str, str] | None = None) -> None:
        self.target, self._routes = target, dict(routes or {})
        self.user = self.password = ""
        self.requests: list[Request] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._cleared, self._ended = threading.Event(), threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> "FaultProxy":
        """Accept connections from now on."""
        self._hire(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection and stop."""
        self.end()

    def end(self) -> None:
        """Close every connection and stop."""
        self._ended.set()
        self._cleared.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def answer(
        self,
        status: int,
        path: str = ".*",
        *,
        method: str = "",
        times: int | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer *status* instead of asking the registry."""
        self._add(Fault(method, path, times, status=status, body=body, headers=dict(headers or {})))

    def reset(self, after: int, path: str = ".*", *, method: str = "", times: int | None = None) -> None:
        """Reset the connection once *after* bytes have passed."""
        self._add(Fault(method, path, times, reset_after=after))

    def silence(self, path: str = ".*", *, after: int = 0, method: str = "", times: int | None = None) -> None:
        """Pass *after* bytes, then hold the connection open without a word until clear()."""
        self._add(Fault(method, path, times, silent_after=after))

    def slow(self, bytes_per_second: float, path: str = ".*", *, method: str = "", times: int | None = None) -> None:
        """Let no more than that through per request."""
        self._add(Fault(method, path, times, bytes_per_second=bytes_per_second))

    def clear(self) -> None:
        """Be sound again; connections held in silence are closed."""
        with self._lock:
            self._faults.clear()
            self._cleared.set()
            self._cleared = threading.Event()

    def _add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def _fault_for(self, method: str, path: str) -> tuple[Fault | None, threading.Event]:
        with self._lock:
            for fault in self._faults:
                if fault.matches(method, path) and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault, self._cleared
            return None, self._cleared

    def _hire(self, work, *arguments) -> None:
        thread = threading.Thread(target=work, args=arguments, name="fault-proxy", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            self._hire(self._serve, connection)

    def _serve(self, client: socket.socket) -> None:
        """Serve one request; the connection is closed after it."""
        try:
            with client, contextlib.suppress(OSError):
                client.settimeout(300)
                head, rest = _read_head(client)
                if head:
                    self._pass(client, head, rest)
        finally:
            with self._lock:
                self._open.discard(client)

    def _pass(self, client: socket.socket, head: list[bytes], rest: bytes) -> None:
        method, path = (word.decode("latin-1") for word in head[0].split(b" ")[:2])
        headers = [line for line in head[1:] if not line.lower().startswith(b"connection:")]
        authorization = next((h[14:].strip() for h in headers if h.lower().startswith(b"authorization:")), b"")
        self.requests.append(Request(method, path, authorization.decode("latin-1")))
        fault, cleared = self._fault_for(method, path)
        if fault and fault.status:
            return _refuse(client, fault)
        target = next((host for start, host in self._routes.items() if path.startswith(start)), self.target)
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as upstream:
            with self._lock:
                self._open.add(upstream)
            try:
                upstream.sendall(b"\r\n".join([head[0], *headers, b"Connection: close"]) + b"\r\n\r\n" + rest)
                _pump(client, upstream, fault or Fault(), cleared, self._ended)
            finally:
                with self._lock:
                    self._open.discard(upstream)


def _read_head(client: socket.socket) -> tuple[list[bytes], bytes]:
    """The lines of a request's head, and what of its body came with it."""
    received = b""
    while b"\r\n\r\n" not in received:
        data = client.recv(CHUNK)
        received += data
        if not data or len(received) > 1 << 20:
            return [], b""
        if received.startswith(TLS):  # engines try https first, and would wait 10 s for an answer to that
            client.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            return [], b""
    head, _, rest = received.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), rest


def _refuse(client: socket.socket, fault: Fault) -> None:
    """Answer the fault's status, and take what the client still sends so that it can read the answer."""
    lines = [f"HTTP/1.1 {fault.status} Fault", f"Content-Length: {len(fault.body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in fault.headers.items()]
    client.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + fault.body)
    client.shutdown(socket.SHUT_WR)
    client.settimeout(5)
    while client.recv(CHUNK):
        pass


def _pump(client, upstream, fault: Fault, cleared: threading.Event, ended: threading.Event) -> None:
    """Carry bytes both ways until the registry closes, or the fault strikes."""
    passed = 0
    with selectors.DefaultSelector() as ready:
        ready.register(client, selectors.EVENT_READ, upstream)
        ready.register(upstream, selectors.EVENT_READ, client)
        while not ended.is_set():
            for key, _ in ready.select(0.5):
                allowed = _allowed(fault, passed)
                if allowed == 0:
                    return _strike(client, upstream, fault, cleared)
                data = key.fileobj.recv(min(CHUNK, allowed))
                if not data:
                    if key.fileobj is upstream:
                        return
                    ready.unregister(client)
                    continue
                key.data.sendall(data)
                passed += len(data)
                if fault.bytes_per_second:
                    cleared.wait(len(data) / fault.bytes_per_second)


def _allowed(fault: Fault, passed: int) -> int:
    """How many bytes may pass before the fault strikes, 0 when it is due."""
    limits = [limit - passed for limit in (fault.reset_after, fault.silent_after) if limit is not None]
    if fault.bytes_per_second:
        limits.append(max(1, int(fault.bytes_per_second / 10)))
    return max(0, min(limits, default=CHUNK))


def _strike(client: socket.socket, upstream: socket.socket, fault: Fault, cleared: threading.Event) -> None:
    if fault.reset_after is None:
        cleared.wait()
        return
    for side in (client, upstream):
        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
