"""A web server that behaves as a test says: as a registry, as none, or as badly as it can."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MARK = {"Docker-Distribution-Api-Version": "registry/2.0"}


class HostileRegistry(ThreadingHTTPServer):
    """Answers from `routes`: path (with its query) → (status, headers, body), or a function of the handler.

    `asked` holds path and headers of each request. `gone` is set when the test is over: wait on it to be silent.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.routes: dict[str, object] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.gone = threading.Event()
        self.scheme = "http"

    @property
    def host(self) -> str:
        """127.0.0.1:port."""
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"{self.scheme}://{self.host}"

    def speak_tls(self, certificate: str) -> None:
        """Answer by https with the certificate and key in the file *certificate*."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"

    def route(self, path: str, body: object = b"", status: int = 200, **headers: str) -> None:
        """Answer *path* with *body* (bytes, or a value for JSON)."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = (status, {"Content-Type": "application/json", **told}, data)

    def play(self, path: str, act: Callable[[BaseHTTPRequestHandler], None]) -> None:
        """Let *act* answer *path* as it likes."""
        self.routes[path] = act

    def be_a_registry(self, challenge: str = "") -> None:
        """Greet as a registry does, asking for *challenge* where there is one."""
        asks = {"WWW-Authenticate": challenge} if challenge else {}
        self.routes["/v2/"] = (401 if challenge else 200, {**MARK, **asks}, b"{}")

    def secrets_at(self, path: str) -> list[str]:
        """The Authorization headers that came to *path*, "" for none."""
        return [headers.get("authorization", "") for asked, headers in self.asked if asked.split("?")[0] == path]

    def handle_error(self, request, client_address):
        """Stay quiet: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileRegistry

    def handle(self):
        try:
            first = self.connection.recv(1, socket.MSG_PEEK) if self.server.scheme == "http" else b""
        except OSError:
            return
        if first == b"\x16":  # a TLS handshake, answered as Go's server does
            self.wfile.write(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTPS request to an HTTP server.\n")
        else:
            super().handle()

    def do_GET(self):
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        found = self.server.routes.get(self.path) or self.server.routes.get(self.path.split("?")[0])
        if callable(found):
            self.close_connection = True
            return found(self)
        status, headers, body = found or (404, {"Content-Type": "text/html"}, b"<html>not here</html>")
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Say nothing."""


@contextlib.contextmanager
def hostile_registry(certificate: str = ""):
    """One that runs while the block does; with *certificate* over https."""
    server = HostileRegistry()
    if certificate:
        server.speak_tls(certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="hostile-registry")
    thread.start()
    try:
        yield server
    finally:
        server.gone.set()
        server.shutdown()
        thread.join()
        server.server_close()
