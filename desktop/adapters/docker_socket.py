"""Plain HTTP connections to an engine's address: a unix socket, a named pipe, or tcp with or without TLS.

docker-py gives out no socket before an answer's headers are there, and Podman sends those of a silent container's
output only with its first word; so what must be cut at any moment has a connection of its own.
"""

import socket
import ssl
import sys
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CONNECT_S = 10.0
#: what a lost connection raises; a pipe's error is no OSError
BROKEN: tuple[type[Exception], ...] = (OSError, HTTPException)
if sys.platform == "win32":
    BROKEN += (import_module("pywintypes").error,)


def unix_socket() -> socket.socket:
    """A unix socket, connected to nothing; OSError where Python has none."""
    if sys.platform == "win32":
        raise OSError("Python has no unix sockets on Windows")
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)


class UnixConnection(HTTPConnection):
    """HTTP over the unix socket at *path*."""

    def __init__(self, path: str, timeout_s: float | None) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = unix_socket()
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class PipeConnection(HTTPConnection):
    """HTTP over the Windows named pipe at *path*."""

    def __init__(self, path: str, timeout_s: float | None) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        made: Any = import_module("docker.transport").NpipeSocket()
        made.settimeout(self.timeout)
        made.connect(self._path)
        self.sock = made


def connection(url: str, tls: str = "", timeout_s: float | None = CONNECT_S) -> HTTPConnection:
    """A connection to the engine at *url*, not yet made; *tls* is a folder of ca.pem, cert.pem and key.pem.

    Raises ValueError for an address that is none.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return UnixConnection(url.removeprefix("unix://"), timeout_s)
    if parts.scheme == "npipe":
        return PipeConnection(pipe_path(url), timeout_s)
    if parts.scheme not in ("tcp", "http", "https") or not parts.hostname:
        raise ValueError(f"{parts.scheme}: no engine can be reached that way")
    if tls or parts.scheme == "https":
        return HTTPSConnection(parts.hostname, parts.port or 2376, timeout=timeout_s, context=tls_context(tls))
    return HTTPConnection(parts.hostname, parts.port or 2375, timeout=timeout_s)


def pipe_path(url: str) -> str:
    r"""The path \\.\pipe\name that npipe:////./pipe/name stands for."""
    return url.removeprefix("npipe://").replace("/", "\\")


def tls_context(folder: str) -> ssl.SSLContext:
    """Trust and identity from the files that the docker command keeps in *folder*."""
    files = {name: Path(folder) / f"{name}.pem" for name in ("ca", "cert", "key")}
    context = ssl.create_default_context(cafile=str(files["ca"]) if folder and files["ca"].exists() else None)
    if folder and files["cert"].exists():
        context.load_cert_chain(files["cert"], files["key"])
    return context


def mind_silence(held: socket.socket) -> None:
    """Let a stream be silent for ever, but not its network: a peer that is gone is noticed within about a minute."""
    held.settimeout(None)
    if not isinstance(held, socket.socket) or held.family not in (socket.AF_INET, socket.AF_INET6):
        return
    held.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):  # not every system has all three
            held.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def cut(held: socket.socket) -> None:
    """Free whoever is blocked on the socket (or pipe) *held*, at once. Safe from any thread; no other way does it."""
    with suppress(*BROKEN):
        if isinstance(held, socket.socket):
            socket.socket.shutdown(held, socket.SHUT_RDWR)  # not SSLSocket's own, which would end TLS under the reader
        else:
            held.close()


def why(error: BaseException) -> str:
    """What went wrong in the system's words; never the text of a request, whose headers may hold a secret."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        if isinstance(found, OSError) and found.strerror:
            return f"{type(found).__name__}: {found.strerror}"
        inner = [part for part in found.args if isinstance(part, BaseException)]
        found = inner[0] if inner else found.__cause__ or found.__context__
    return type(error).__name__
