"""A registry of our own on 127.0.0.1: Debian's docker-registry, open or behind a password or tokens."""

import contextlib
import http.client
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from daemons import Daemon, free_port


class RegistryDaemon:
    """docker-registry under one folder; *auth* is the section of that name in its configuration."""

    def __init__(self, folder: Path, auth: Mapping[str, object] | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.host = f"127.0.0.1:{self.port}"
        self._auth = auth
        configuration = folder / "registry.json"
        self._daemon = Daemon("docker-registry", ["docker-registry", "serve", str(configuration)], folder / "log")

    @property
    def pid(self) -> int:
        """The registry's process id, 0 while it does not run."""
        return self._daemon.pid

    def start(self) -> None:
        """Start it and return once it answers. Raises DaemonFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration: dict[str, object] = {
            "version": "0.1",
            "log": {"level": "warn", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": f"{self.folder}/data"}, "delete": {"enabled": True}},
            "http": {"addr": self.host, "relativeurls": True},
        }
        if self._auth:
            configuration["auth"] = self._auth
        (self.folder / "registry.json").write_text(json.dumps(configuration, indent=2))  # JSON is YAML
        self._daemon.start(self._answers)

    def end(self) -> None:
        """End it; what it holds stays in the folder."""
        self._daemon.end()

    def end_and_forget(self) -> None:
        """End it and remove all that it kept."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End it without notice, as a crash would."""
        self._daemon.kill()

    def freeze(self) -> None:
        """Keep it from answering, its port open."""
        self._daemon.freeze()

    def thaw(self) -> None:
        """Let a frozen one go on."""
        self._daemon.thaw()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.host, timeout=2)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/v2/")
            return connection.getresponse().status in (200, 401)
        return False


def behind_a_password(folder: Path, line: str) -> RegistryDaemon:
    """A registry that asks for the user and password of *line*, in htpasswd's bcrypt form."""
    folder.mkdir(parents=True, exist_ok=True)
    passwords = folder / "htpasswd"
    passwords.write_text(line + "\n")
    passwords.chmod(0o600)
    return RegistryDaemon(folder, {"htpasswd": {"realm": "portside", "path": str(passwords)}})
