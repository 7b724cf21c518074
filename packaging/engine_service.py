"""The machine's own container engine, on Linux: does one answer, and if not, the distribution's is started."""

import contextlib
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path

from engine_daemon import answers
from system_packages import SYSTEM_PATH

SOCKET = Path("/var/run/docker.sock")
SYSTEM_PLACES = ("/var/run/docker.sock", "/run/podman/podman.sock")
RUNTIME_PLACES = ("docker.sock", "podman/podman.sock")  # below $XDG_RUNTIME_DIR
HOME_PLACES = (
    ".docker/desktop/docker.sock",
    ".docker/run/docker.sock",
    ".colima/*/docker.sock",
    ".lima/*/sock/docker.sock",
    ".rd/docker.sock",
)
PING_SECONDS, START_SECONDS = 2.0, 40.0
LOG, PID_FILE = "/var/log/dockerd.log", "/var/run/docker.pid"


class Found(Enum):
    """What was found of engines."""

    ANSWERS = "answers"
    CHOSEN = "chosen"  # the person points DOCKER_HOST or a Docker context somewhere: theirs to mend
    DENIED = "denied"  # one is there, and this user may not use it
    NONE = "none"


class EngineNotStarted(Exception):
    """The engine gave no answer after its start; the message says what it said."""


def look() -> Found:
    """Ask all places at once; at most 2 s."""
    if os.environ.get("DOCKER_HOST") or os.environ.get("DOCKER_CONTEXT") or _own_context():
        return Found.CHOSEN
    places = [path for path in _places() if path.exists()]
    if not places:
        return Found.NONE
    with ThreadPoolExecutor(len(places)) as askers:
        if any(askers.map(lambda path: answers(path, PING_SECONDS), places)):
            return Found.ANSWERS
    return Found.DENIED if any(not os.access(path, os.R_OK | os.W_OK) for path in places) else Found.NONE


def by_systemd() -> bool:
    """Whether systemd starts services here."""
    return Path("/run/systemd/system").is_dir() and shutil.which("systemctl") is not None


def start(prefix: list[str], say: Callable[[str], None]) -> None:
    """Start the distribution's engine, *prefix* giving the right to, and wait for it. Raises EngineNotStarted."""
    if by_systemd():
        _start_by_systemd(prefix, say)
    else:
        _start_ourselves(prefix, say)


def _start_by_systemd(prefix: list[str], say: Callable[[str], None]) -> None:
    command = [*prefix, "systemctl", "start", "docker"]
    say(f"$ {' '.join(command)}")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or not _wait():
        raise EngineNotStarted(done.stderr.strip() or "see: journalctl --unit docker")


def _start_ourselves(prefix: list[str], say: Callable[[str], None]) -> None:
    """Without systemd: the engine in the background, which outlives this program."""
    say("There is no systemd here, so the Docker engine is started by this script and goes on after it")
    group = ["--group", str(_own_group())] if prefix else []  # the user may use its socket
    words = ["setsid", "dockerd", "--pidfile", PID_FILE, *group]
    line = f"{' '.join(words)} >>{LOG} 2>&1 </dev/null &"
    say(f"$ {' '.join(prefix)}{' ' if prefix else ''}sh -c '{line}'")
    subprocess.run([*prefix, "env", f"PATH={SYSTEM_PATH}", "sh", "-c", line], check=False)
    if not _wait():
        raise EngineNotStarted(_tail(LOG))
    say(f"To stop it: {'sudo ' if prefix else ''}kill $(cat {PID_FILE})")


def _own_group() -> int:
    """This user's group, that of files it makes."""
    with tempfile.TemporaryFile() as made:
        return os.fstat(made.fileno()).st_gid


def _wait() -> bool:
    """Whether the engine answers, or at least shows its socket, in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if answers(SOCKET) or (SOCKET.exists() and not os.access(SOCKET, os.R_OK | os.W_OK)):
            return True
        time.sleep(0.2)
    return False


def _tail(path: str, lines: int = 8) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(Path(path).read_text(errors="replace").splitlines()[-lines:])
    return ""


def _own_context() -> bool:
    """Whether the docker command is set to a context of the person's."""
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return bool(json.loads((folder / "config.json").read_text()).get("currentContext", "default") != "default")
    return False


def _places() -> list[Path]:
    """Where engines listen on Linux."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    found = [*SYSTEM_PLACES, *(f"{runtime}/{place}" for place in RUNTIME_PLACES if runtime)]
    for place in HOME_PLACES:
        found += glob.glob(str(Path.home() / place))
    return [Path(path) for path in found]
