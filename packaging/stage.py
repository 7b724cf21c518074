"""The walkthrough's stage: an engine, a practice registry, a keyring and a screen of its own, all gone afterwards."""

import contextlib
import json
import os
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nginx_image
from daemons import DaemonFailed
from environment import Environment
from registry_daemon import RegistryDaemon, behind_a_password
from secret_service import SecretService
from system_packages import SYSTEM_PATH
from virtual_screen import VirtualScreen

HUB = "https://registry-1.docker.io/v2/"
HUB_SECONDS = 6
USER = "practice"
HASH = "import bcrypt, sys; print(bcrypt.hashpw(sys.stdin.buffer.read(), bcrypt.gensalt(10)).decode())"


class StageFailed(Exception):
    """A part of the stage could not be set up; the message says which and why."""


@dataclass
class Stage:
    """What is to be set up; entering it does so, leaving it takes everything away."""

    python: Environment
    prefix: list[str]  # what gives the right to run an engine: nothing for root, sudo
    screen: bool  # whether a virtual screen is needed
    keyring: bool  # whether a Secret Service is needed
    say: Callable[[str], None]
    notes: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)  # for the program, beside its own
    engine: str = ""
    registry: str = ""

    def __enter__(self) -> "Stage":
        """Set everything up. Raises StageFailed."""
        with contextlib.ExitStack() as parts:
            self.folder = Path(tempfile.mkdtemp(prefix="portside-", dir="/tmp"))  # short: sockets hang below it
            parts.callback(shutil.rmtree, self.folder, ignore_errors=True)
            try:
                self._set_up(parts)
            except DaemonFailed as error:
                raise StageFailed(str(error)) from error
            self._parts = parts.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Take everything away."""
        self._parts.close()

    @property
    def file(self) -> Path:
        """The description that the program reads; only this user may."""
        return self.folder / "stage.json"

    def _set_up(self, parts: contextlib.ExitStack) -> None:
        self.environment["PORTSIDE_HOME"] = str(self.folder / "portside")  # the person's own settings stay as they are
        if self.screen:
            self.note("There is no display here: the window opens on a virtual screen.")
            virtual = VirtualScreen(self.folder / "screen")
            parts.callback(virtual.end)
            virtual.start()
            self.environment |= virtual.environment
        if self.keyring:
            self.note("There is no Secret Service here: one is started for the walkthrough alone.")
            service = SecretService(self.folder / "keyring", secrets.token_urlsafe(12))
            parts.callback(service.end)
            service.start()
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = service.address
        mirror = "" if hub_answers() else self._mirror(parts)
        password = secrets.token_urlsafe(12)
        self.registry = self._registry(parts, password)
        self.engine = self._engine(parts, mirror)
        described = {"engine": self.engine, "registry": self.registry, "user": USER, "password": password}
        with os.fdopen(os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({**described, "mirror": mirror, "notes": self.notes}, file, indent=2)

    def note(self, text: str) -> None:
        """Say *text*, and let the program write it down too."""
        self.say(text)
        self.notes.append(text)

    def _mirror(self, parts: contextlib.ExitStack) -> str:
        """A loopback registry that holds library/nginx, made from Debian's packages."""
        self.note(
            "Docker Hub can't be reached from here: the walkthrough's engine is given a registry mirror on this "
            "computer that holds library/nginx, built from Debian's nginx-light, so that pulling nginx is a real pull."
        )
        packages = self.python.folder / "debian-packages"
        try:
            nginx_image.fetch(packages)
        except nginx_image.NoPackages as error:
            raise StageFailed(f"neither Docker Hub nor Debian's nginx can be had here: {error}") from error
        mirror = RegistryDaemon(self.folder / "mirror")
        parts.callback(mirror.end)
        mirror.start()
        nginx_image.build(packages, "mirror").upload(mirror.host, "library/nginx")
        return mirror.host

    def _registry(self, parts: contextlib.ExitStack, password: str) -> str:
        self.say("Starting a practice registry that asks for a password")
        hashing = [str(self.python.python), "-c", HASH]
        hashed = subprocess.run(hashing, input=password, check=True, capture_output=True, text=True).stdout.strip()
        registry = behind_a_password(self.folder / "registry", f"{USER}:{hashed}")
        parts.callback(registry.end)
        registry.start()
        return registry.host

    def _engine(self, parts: contextlib.ExitStack, mirror: str) -> str:
        """The engine, run by a process that has the right to; its address."""
        self.say("Starting a Docker engine of the walkthrough's own")
        folder = Path(tempfile.mkdtemp(prefix="portside-engine-", dir="/tmp"))
        folder.chmod(0o755)
        parts.callback(shutil.rmtree, folder, ignore_errors=True)
        script = Path(__file__).with_name("stage_engine.py")
        group = os.stat(self.folder).st_gid  # this user's own
        words = [sys.executable, str(script), str(folder), "--mirror", mirror, "--group", str(group)]
        environment = ["env", f"PATH={SYSTEM_PATH}", "PYTHONDONTWRITEBYTECODE=1"]
        runner = subprocess.Popen(
            [*self.prefix, *environment, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        parts.callback(_end, runner)
        assert runner.stdout is not None
        first = runner.stdout.readline()
        if not first.startswith("ready "):
            raise StageFailed(f"the Docker engine did not start.\n{first}{runner.stdout.read()}")
        return first.split()[1]


def _end(runner: subprocess.Popen[str]) -> None:
    """Let the engine's process see the end of its input, and wait until it has tidied up."""
    runner.communicate(timeout=60)


def hub_answers() -> bool:
    """Whether Docker Hub's registry can be reached from here; it asks strangers for a token."""
    try:
        with urllib.request.urlopen(HUB, timeout=HUB_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code == 401
    except (OSError, ssl.SSLError):
        return False


def secret_service_answers() -> bool:
    """Whether this session has a Secret Service, running or started when asked for."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS") or not shutil.which("dbus-send"):
        return False
    words = ["dbus-send", "--session", "--print-reply", "--reply-timeout=5000", "--dest=org.freedesktop.DBus", "/"]
    asked = [*words, "org.freedesktop.DBus.StartServiceByName", "string:org.freedesktop.secrets", "uint32:0"]
    return subprocess.run(asked, capture_output=True).returncode == 0
