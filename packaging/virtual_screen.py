"""A virtual screen (Xvfb) that nobody else on the machine may look at."""

import os
import secrets
import shutil
import struct
from pathlib import Path

from daemons import Daemon, DaemonFailed

FAMILY_WILD = 65535  # an X authority entry for any host (Xauth.h)
TRIES = 5


class VirtualScreen:
    """Xvfb on a display of its own; *environment* leads a program to it."""

    def __init__(self, folder: Path, size: str = "1600x1000") -> None:
        self.folder, self._size = folder, size
        self.environment: dict[str, str] = {}
        self._daemon: Daemon | None = None

    def start(self) -> None:
        """Start it and return once a program may connect. Raises DaemonFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(TRIES):
            number = 1000 + secrets.randbelow(28000)  # at random: a lock file of another pid namespace looks stale
            try:
                return self._start(number)
            except DaemonFailed:
                if attempt == TRIES - 1:
                    raise

    def end(self) -> None:
        """End it."""
        if self._daemon:
            self._daemon.end()

    def end_and_forget(self) -> None:
        """End it and remove its files."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, number: int) -> None:
        authority = self.folder / "authority"
        authority.write_bytes(_entry(number))
        authority.chmod(0o600)
        screen = ["-screen", "0", f"{self._size}x24", "-nolisten", "tcp", "-dpi", "96"]
        command = ["Xvfb", f":{number}", *screen, "-auth", str(authority)]
        self._daemon = Daemon("Xvfb", command, self.folder / "xvfb.log", env=dict(os.environ))
        self._daemon.start(Path(f"/tmp/.X11-unix/X{number}").exists)
        self.environment = {"DISPLAY": f":{number}", "XAUTHORITY": str(authority)}


def _entry(number: int) -> bytes:
    """An X authority file of one entry, with a fresh cookie (Xauth.h: counted strings, big-endian)."""
    parts = (b"", str(number).encode(), b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16))
    return struct.pack(">H", FAMILY_WILD) + b"".join(struct.pack(">H", len(part)) + part for part in parts)
