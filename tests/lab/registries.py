"""Real registries for tests: open, behind a password, and behind tokens from a server of our own."""

import base64
import contextlib
from pathlib import Path

import bcrypt
import pytest
import requests

from lab.fault_proxy import FaultProxy
from lab.places import needs, running
from lab.token_server import TokenServer
from layered_image import LayeredImage
from registry_daemon import RegistryDaemon, behind_a_password

USER, PASSWORD = "robot", "correct-horse-battery"


class LabRegistry:
    """A running registry with the credentials that open it."""

    def __init__(self, daemon: RegistryDaemon, user: str = "", password: str = "", host: str = "") -> None:
        self.daemon, self.user, self.password = daemon, user, password
        self.host = host or daemon.host
        self.url = f"http://{self.host}"

    def authorization(self, scope: str = "") -> str:
        """The Authorization header that opens it, "" for an open one."""
        if not self.user:
            return ""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def get(self, path: str, method: str = "GET", **options) -> requests.Response:
        """Its answer to a request for *path* with its own credentials: the second way of checking."""
        headers = dict(options.pop("headers", {}))
        if authorization := self.authorization(_scope(path)):
            headers["Authorization"] = authorization
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, f"{self.url}{path}", headers=headers, timeout=20, **options)

    def holds(self, repository: str, tag: str = "latest") -> str:
        """The digest of repository:tag, "" where there is none."""
        accept = {"Accept": "application/vnd.docker.distribution.manifest.v2+json"}
        answer = self.get(f"/v2/{repository}/manifests/{tag}", "HEAD", headers=accept)
        return answer.headers["Docker-Content-Digest"] if answer.ok else ""

    def put(self, image: LayeredImage, repository: str, tag: str = "latest") -> str:
        """Put *image* there without an engine and return its digest."""
        return image.upload(self.host, repository, tag, self.authorization(f"repository:{repository}:pull,push"))


class TokenRegistry(LabRegistry):
    """A registry that takes the tokens of *tokens* only; `realm` is where it sends a stranger."""

    def __init__(self, daemon: RegistryDaemon, tokens: TokenServer, host: str = "") -> None:
        super().__init__(daemon, tokens.user, tokens.password, host)
        self.tokens, self.realm = tokens, tokens.realm

    def authorization(self, scope: str = "") -> str:
        """A fresh token for *scope*."""
        return f"Bearer {self.tokens.token([scope] if scope else [])}"


def _scope(path: str) -> str:
    """The scope that a request for *path* needs (distribution's token specification)."""
    if path.startswith("/v2/_catalog"):
        return "registry:catalog:*"
    for verb in ("manifests", "tags", "blobs"):
        if f"/{verb}/" in path:
            return f"repository:{path.removeprefix('/v2/').rsplit(f'/{verb}/', 1)[0]}:pull,push,delete"
    return ""


def _with_password(folder: Path):
    needs("docker-registry", root=False)
    line = f"{USER}:{bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(5)).decode()}"
    return running(behind_a_password(folder, line))


@contextlib.contextmanager
def _tokens():
    needs("docker-registry", root=False)
    tokens = TokenServer(USER, PASSWORD)
    tokens.start()
    yield tokens
    tokens.end()


@pytest.fixture(scope="session")
def open_registry(lab_folder):
    """A registry that never asks for a password."""
    needs("docker-registry", root=False)
    with running(RegistryDaemon(lab_folder / "open")) as daemon:
        yield LabRegistry(daemon)


@pytest.fixture(scope="session")
def registry(lab_folder):
    """A registry that asks for user and password (Basic), and lets one delete."""
    with _with_password(lab_folder / "password") as daemon:
        yield LabRegistry(daemon, USER, PASSWORD)


@pytest.fixture
def own_registry(lab_folder):
    """A registry behind a password for one test alone, empty; `daemon` to kill, freeze and start."""
    with _with_password(lab_folder / "own-registry") as daemon:
        yield LabRegistry(daemon, USER, PASSWORD)


@pytest.fixture(scope="session")
def token_registry(lab_folder):
    """A registry whose tokens come from another host and port: a foreign realm."""
    with _tokens() as tokens:
        section = tokens.section(lab_folder / "token-root.pem")
        with running(RegistryDaemon(lab_folder / "token", section)) as daemon:
            yield TokenRegistry(daemon, tokens)


@pytest.fixture(scope="session")
def home_token_registry(lab_folder):
    """A registry whose tokens come from its own host and port, as an Azure registry's do."""
    with _tokens() as tokens, FaultProxy(routes={"/token": tokens.host}) as proxy:
        tokens.realm = f"http://{proxy.host}/token"
        section = tokens.section(lab_folder / "home-token-root.pem")
        with running(RegistryDaemon(lab_folder / "home-token", section)) as daemon:
            proxy.target = daemon.host
            yield TokenRegistry(daemon, tokens, proxy.host)


@pytest.fixture
def fault_proxy(registry):
    """A proxy before `registry`, sound until a test switches a fault on; new for each test."""
    with FaultProxy(registry.daemon.host) as proxy:
        proxy.user, proxy.password = registry.user, registry.password
        yield proxy
