"""A bearer token server as docker-registry 2.8 needs it (distribution's docs, spec/auth/token and spec/auth/jwt)."""

import base64
import datetime
import json
import secrets
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID

ISSUER, SERVICE = "portside-lab", "lab-registry"


class TokenServer:
    """Gives a token for whatever is asked to whoever has the password; `asked` holds each request's query."""

    def __init__(self, user: str, password: str) -> None:
        self.user, self.password = user, password
        self.asked: list[dict[str, list[str]]] = []
        self.seconds = 300  # how long a token is good
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = _certificate(self._key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.realm = f"http://{self.host}/token"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="token-server")

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def end(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def section(self, root: Path) -> dict[str, object]:
        """The registry's auth section; writes the certificate that it trusts to *root*."""
        root.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        return {
            "token": {"realm": self.realm, "service": SERVICE, "issuer": ISSUER, "rootcertbundle": str(root)},
        }

    def token(self, scopes: list[str]) -> str:
        """A signed token that grants *scopes* ("repository:samples/nginx:pull,push")."""
        chain = base64.b64encode(self._certificate.public_bytes(serialization.Encoding.DER)).decode()
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": self.user,
            "aud": SERVICE,
            "iat": now,
            "nbf": now - 10,
            "exp": now + self.seconds,
            "jti": secrets.token_hex(8),
            "access": [_granted(scope) for scope in scopes],
        }
        signed = f"{_packed({'typ': 'JWT', 'alg': 'ES256', 'x5c': [chain]})}.{_packed(claims)}"
        r, s = utils.decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _granted(scope: str) -> dict[str, object]:
    kind, name, actions = scope.split(":", 1)[0], scope.split(":", 1)[1].rsplit(":", 1)[0], scope.rsplit(":", 1)[1]
    return {"type": kind, "name": name, "actions": actions.split(",")}


def _packed(value: object) -> str:
    return _text(json.dumps(value).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ISSUER)])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _handler_of(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle(self):
            if self.connection.recv(1, socket.MSG_PEEK) != b"\x16":  # a TLS handshake would wait 10 s for an answer
                super().handle()

        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            self._answer(query, self._basic())

        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            given = (form.get("username", [""])[0], form.get("password", [""])[0])
            self._answer(form, given)

        def _basic(self) -> tuple[str, str]:
            kind, _, packed = self.headers.get("Authorization", "").partition(" ")
            if kind != "Basic":
                return "", ""
            user, _, password = base64.b64decode(packed).decode().partition(":")
            return user, password

        def _answer(self, query: dict[str, list[str]], given: tuple[str, str]) -> None:
            server.asked.append(query)
            if given != (server.user, server.password):
                return self._send(401, {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]})
            scopes = [scope for asked in query.get("scope", []) for scope in asked.split()]
            token = server.token(scopes)
            self._send(200, {"token": token, "access_token": token, "expires_in": server.seconds})

        def _send(self, status: int, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args) -> None:
            """Say nothing."""

    return Handler
