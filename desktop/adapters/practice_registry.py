"""The PracticeRegistry port: the distribution's docker-registry as a process of our own, on this computer only."""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import bcrypt

from desktop.core.cancel import CancelToken
from desktop.core.ports import PracticePlace
from desktop.core.registry_errors import PracticeRegistryFailed
from desktop.core.secret import Secret

PROGRAM, USER = "docker-registry", "practice"
START_S, END_S, STEP_S = 15.0, 5.0, 0.05
_HERE = "127.0.0.1"


class PracticeRegistryProcess:
    """A real registry behind a password. What is pushed lies in *folder*; its port stays the same while it is free.

    The password is new at each start, since only its hash is ever written down. Used by one thread.
    """

    def __init__(self, folder: Path, program: str = PROGRAM) -> None:
        self._folder, self._program = folder, program
        self._config, self._note = folder / "config.json", folder / "place.json"
        self._process: subprocess.Popen[bytes] | None = None
        self._place: PracticePlace | None = None

    def start(self, token: CancelToken) -> PracticePlace:
        """Start it (once) and wait until it answers; PracticeRegistryFailed."""
        if self._place and self._process and self._process.poll() is None:
            return self._place
        program = shutil.which(self._program)
        if not program:
            raise PracticeRegistryFailed(f"{self._program} is not installed")
        token.check()
        self._end_leftover()
        port, secret = self._port(), Secret(secrets.token_urlsafe(18))
        try:
            self._write(port, secret)
            with (self._folder / "registry.log").open("wb") as log:
                self._process = subprocess.Popen(
                    [program, "serve", str(self._config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            self._remember(port, self._process.pid)
        except OSError as bad:
            raise PracticeRegistryFailed(f"{type(bad).__name__}: {bad.strerror}") from bad
        self._await(port, self._process, token)
        self._place = PracticePlace(f"{_HERE}:{port}", USER, secret)
        return self._place

    def stop(self) -> None:
        """End it; what was pushed stays."""
        process, self._process, self._place = self._process, None, None
        if process:
            process.terminate()
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        with contextlib.suppress(OSError):
            (self._folder / "htpasswd").unlink()

    def remove(self) -> None:
        """End it and delete all that was pushed."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """The same as stop()."""
        self.stop()

    def _await(self, port: int, process: "subprocess.Popen[bytes]", token: CancelToken) -> None:
        """Return once it asks for its password; end it where it does not in time or the person lost interest."""
        ends = time.monotonic() + START_S
        while process.poll() is None and time.monotonic() < ends and not token.cancelled:
            if _asks_for_a_password(port):
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STEP_S)
        self.stop()
        token.check()
        raise PracticeRegistryFailed(self._last_words())

    def _write(self, port: int, secret: Secret) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / "data").mkdir(exist_ok=True)
        hashed = bcrypt.hashpw(secret.reveal().encode(), bcrypt.gensalt(8)).decode()
        (self._folder / "htpasswd").write_text(f"{USER}:{hashed}\n", encoding="utf-8")
        config = {  # JSON is YAML too
            "version": 0.1,
            "log": {"level": "warn", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(self._folder / "data")}, "delete": {"enabled": True}},
            "http": {"addr": f"{_HERE}:{port}", "secret": secrets.token_hex(16)},
            "auth": {"htpasswd": {"realm": "Practice registry", "path": str(self._folder / "htpasswd")}},
        }
        self._config.write_text(json.dumps(config), encoding="utf-8")

    def _port(self) -> int:
        """The port of last time if nobody else has taken it, else a free one."""
        port = _free(self._remembered("port")) or _free(0)
        if not port:
            raise PracticeRegistryFailed("no free port on this computer")
        return port

    def _remember(self, port: int, pid: int) -> None:
        self._note.write_text(json.dumps({"port": port, "pid": pid}), encoding="utf-8")

    def _remembered(self, what: str) -> int:
        try:
            value = json.loads(self._note.read_text(encoding="utf-8"))[what]
        except (OSError, ValueError, KeyError, TypeError):
            return 0
        return value if isinstance(value, int) else 0

    def _end_leftover(self) -> None:
        """End the one that a killed Portside left running: told from a stranger by the config it was started with."""
        pid = self._remembered("pid")
        with contextlib.suppress(OSError):
            if pid > 1 and str(self._config).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGTERM)
                ends = time.monotonic() + END_S
                while time.monotonic() < ends and not _free(self._remembered("port")):
                    time.sleep(STEP_S)

    def _last_words(self) -> str:
        try:
            return (self._folder / "registry.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        except OSError:
            return ""


def _free(port: int) -> int:
    """*port* if a program could listen on it now (any free one for 0), else 0."""
    with socket.socket() as probe, contextlib.suppress(OSError, OverflowError):
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((_HERE, port))
        return int(probe.getsockname()[1])
    return 0


def _asks_for_a_password(port: int) -> bool:
    connection = http.client.HTTPConnection(_HERE, port, timeout=2)
    try:
        connection.request("GET", "/v2/")
        return connection.getresponse().status == 401
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
