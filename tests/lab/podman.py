"""Podman's service as the second engine, with storage and configuration of its own."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge_device import TOOL_PATH
from daemons import Daemon
from engine_daemon import answers, run_aloud
from lab.places import needs, running


class Podman:
    """`podman system service` under one folder; speaks Docker's API at `url`."""

    def __init__(self, folder: Path, plain_hosts: list[str], mirror: str) -> None:
        self.folder, self.socket = folder, folder / "podman.sock"
        self.url = f"unix://{self.socket}"
        self._plain_hosts, self._mirror = plain_hosts, mirror
        self._environment = {
            **os.environ,
            "PATH": TOOL_PATH,
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf"),
            "REGISTRY_AUTH_FILE": str(folder / "auth.json"),
            "TMPDIR": str(folder / "tmp"),
        }
        command = ["podman", "system", "service", "--time", "0", self.url]
        self._daemon = Daemon("podman", command, folder / "log", env=self._environment)

    @property
    def pid(self) -> int:
        """The service's process id, 0 while it does not run."""
        return self._daemon.pid

    def start(self) -> None:
        """Start it and return once it answers. Raises DaemonFailed."""
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        (self.folder / "auth.json").write_text("{}")
        self._configure()
        self._daemon.start(lambda: answers(self.socket))

    def end(self) -> None:
        """Remove its containers and end it."""
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            self.cli("rm", "--force", "--all", "--time", "0")
        self._daemon.end()

    def end_and_forget(self) -> None:
        """End it and remove all that it kept."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cli(self, *words: str, seconds: float = 120) -> str:
        """What the podman command prints, on the same storage. Raises CalledProcessError with its stderr."""
        return run_aloud(["podman", *words], self._environment, seconds)

    def _configure(self) -> None:
        storage = [
            "[storage]",
            'driver = "vfs"',
            f'graphroot = "{self.folder}/storage"',
            f'runroot = "{self.folder}/run"',
        ]
        containers = [
            "[containers]",
            'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
            "[engine]",
            'cgroup_manager = "cgroupfs"',
            'events_logger = "file"',
            f'tmp_dir = "{self.folder}/tmp"',
            f'network_config_dir = "{self.folder}/networks"',
        ]
        registries = ['unqualified-search-registries = ["docker.io"]']
        for host in self._plain_hosts:
            registries += ["[[registry]]", f'location = "{host}"', "insecure = true"]
        registries += ["[[registry]]", 'location = "docker.io"']
        registries += ["[[registry.mirror]]", f'location = "{self._mirror}"', "insecure = true"]
        for name, lines in (("storage", storage), ("containers", containers), ("registries", registries)):
            (self.folder / f"{name}.conf").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="session")
def podman(lab_folder, mirror, open_registry, registry, token_registry):
    """Podman's service, which takes the lab's registries over plain http, and nginx from the lab's mirror."""
    needs("podman")
    hosts = [open_registry.host, registry.host, token_registry.host]
    with running(Podman(lab_folder / "podman", hosts, mirror.host)) as engine:
        yield engine
