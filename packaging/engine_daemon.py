"""A Docker engine of our own: own data, own containerd, own bridge; the machine's engine is not touched."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bridge_device import TOOL_PATH, BridgeDevice
from daemons import Daemon, DaemonFailed


class EngineDaemon:
    """dockerd and its containerd under one folder, which must be short: a socket's path holds 107 bytes. Needs root."""

    def __init__(self, folder: Path, *, mirror: str = "", downloads: int = 0, uploads: int = 0, group: int = 0) -> None:
        self.folder = folder
        self.socket = folder / "docker.sock"
        self.url = f"unix://{self.socket}"
        self._mirror, self._downloads, self._uploads, self._group = mirror, downloads, uploads, group
        self._bridge = BridgeDevice()
        environment = {**os.environ, "PATH": TOOL_PATH, "DOCKER_TMPDIR": str(folder / "tmp")}
        containerd = ["containerd", "--config", str(folder / "containerd.toml")]
        dockerd = ["dockerd", "--config-file", str(folder / "daemon.json")]
        self._containerd = Daemon("containerd", containerd, folder / "containerd.log", env=environment)
        self._dockerd = Daemon("dockerd", dockerd, folder / "dockerd.log", env=environment)

    @property
    def pid(self) -> int:
        """The engine's process id, 0 while it does not run."""
        return self._dockerd.pid

    def start(self) -> None:
        """Start it and return once it answers. Raises DaemonFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._configure()
        try:
            self._bridge.create()
        except (OSError, subprocess.CalledProcessError) as error:
            raise DaemonFailed(f"no network bridge could be made: {error}") from error
        try:
            self._containerd.start((self.folder / "containerd.sock").exists)
            self._dockerd.start(lambda: answers(self.socket))
        except DaemonFailed:
            self.end()
            raise

    def end(self) -> None:
        """Remove its containers and end it; its images stay in the folder."""
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            if self._dockerd.alive and (running := self.command("ps", "-aq").split()):
                self.command("rm", "-f", *running)
        self._dockerd.end()
        self._containerd.end()
        self._bridge.remove()
        self._unmount()

    def end_and_forget(self) -> None:
        """End it and remove all that it kept."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the engine without notice, as a crash would; containers and containerd stay."""
        self._dockerd.kill()

    def revive(self) -> None:
        """Start the engine again after kill()."""
        self._dockerd.start(lambda: answers(self.socket))

    def freeze(self) -> None:
        """Keep the engine from answering, its socket open."""
        self._dockerd.freeze()

    def thaw(self) -> None:
        """Let a frozen engine go on."""
        self._dockerd.thaw()

    def command(self, *words: str, seconds: float = 120) -> str:
        """What the docker command prints when asked of this engine. Raises CalledProcessError with its stderr."""
        return run_docker(self.url, self.folder / "cli", words, seconds)

    def _unmount(self) -> None:
        """Undo the mounts that a killed engine leaves."""
        mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
        for mount in sorted((name for name in mounts if name.startswith(f"{self.folder}/")), reverse=True):
            subprocess.run(["umount", "--lazy", mount], capture_output=True)

    def _configure(self) -> None:
        """Write both configurations; the machine's own in /etc is not read."""
        for name in ("cli", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        containerd = [
            "version = 2",
            f'root = "{self.folder}/containerd"',
            f'state = "{self.folder}/containerd-state"',
            'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
            "[grpc]",
            f'address = "{self.folder}/containerd.sock"',
        ]
        (self.folder / "containerd.toml").write_text("\n".join(containerd) + "\n")
        dockerd: dict[str, object] = {
            "data-root": f"{self.folder}/data",
            "exec-root": f"{self.folder}/exec",
            "pidfile": f"{self.folder}/docker.pid",
            "hosts": [self.url],
            "containerd": f"{self.folder}/containerd.sock",
            "bridge": self._bridge.name,
            "iptables": False,
            "ip-forward": False,
            "group": str(self._group),  # who may use the socket
        }
        if _version() < 25:  # later ones keep their identity in the data root
            dockerd["deprecated-key-path"] = f"{self.folder}/key.json"
        if self._mirror:
            dockerd["registry-mirrors"] = [f"http://{self._mirror}"]
        if self._downloads:
            dockerd["max-concurrent-downloads"] = self._downloads
        if self._uploads:
            dockerd["max-concurrent-uploads"] = self._uploads
        (self.folder / "daemon.json").write_text(json.dumps(dockerd, indent=2))


def _version() -> int:
    """The major version of the installed dockerd, 0 if it does not say."""
    environment = {**os.environ, "PATH": TOOL_PATH}
    said = subprocess.run(["dockerd", "--version"], capture_output=True, text=True, env=environment).stdout
    found = re.search(r"version (\d+)", said)
    return int(found[1]) if found else 0


def run_docker(url: str, config: Path, words: Sequence[str], seconds: float = 120) -> str:
    """What the docker command prints when asked of the engine at *url*. Raises CalledProcessError with its stderr."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
    kept |= {"DOCKER_CONFIG": str(config), "DOCKER_BUILDKIT": "0"}
    return run_aloud(["docker", "--host", url, *words], kept, seconds)


def run_aloud(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> str:
    """What *command* prints. Raises CalledProcessError with its stderr as a note."""
    try:
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=seconds, env=dict(environment)
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr)
        raise
    return done.stdout


def answers(path: Path, seconds: float = 2) -> bool:
    """Whether a Docker engine answers a ping at the socket *path*."""
    if sys.platform == "win32":
        return False
    connection = http.client.HTTPConnection("localhost", timeout=seconds)
    with socket.socket(socket.AF_UNIX) as link, contextlib.suppress(OSError, http.client.HTTPException):
        link.settimeout(seconds)
        link.connect(str(path))
        connection.sock = link
        connection.request("GET", "/_ping")
        return connection.getresponse().status == 200
    return False
