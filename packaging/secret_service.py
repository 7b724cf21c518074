"""A Secret Service of our own (D-Bus and gnome-keyring), unlocked, that keeps its secrets under one folder."""

import os
import shutil
import subprocess
from pathlib import Path

from daemons import Daemon


class SecretService:
    """A session bus and a keyring daemon on it; whoever gets `environment` talks to these two."""

    def __init__(self, folder: Path, password: str) -> None:
        self.folder = folder
        self.address = f"unix:path={folder}/bus"
        self.environment = {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "HOME": str(folder / "home"),
            "XDG_DATA_HOME": str(folder / "home/data"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }
        seen = {"DISPLAY", "WAYLAND_DISPLAY"}  # without them a prompt is dismissed at once; with them nobody answers it
        whole = {name: value for name, value in os.environ.items() if name not in seen} | self.environment
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={self.address}"]
        self._bus = Daemon("dbus-daemon", bus, folder / "bus.log", env=whole)
        # --unlock at the start: unlocked later, a new keyring never becomes the default collection
        keyring = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        keyring.append(f"--control-directory={folder}/run")
        self._keyring = Daemon("gnome-keyring-daemon", keyring, folder / "keyring.log", env=whole, told=password)

    @property
    def pid(self) -> int:
        """The keyring daemon's process id, 0 while it does not run."""
        return self._keyring.pid

    def start(self) -> None:
        """Start both and unlock the keyring, made now if there was none. Raises DaemonFailed."""
        for name in ("run", "home"):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._bus.start((self.folder / "bus").exists)
        self.revive_keyring()

    def end(self) -> None:
        """End both; what is kept stays in the folder."""
        self._keyring.end()
        self._bus.end()

    def end_and_forget(self) -> None:
        """End both and remove all that was kept."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill_keyring(self) -> None:
        """End the keyring daemon without notice, as a crash would; the bus stays."""
        self._keyring.kill()
        (self.folder / "run/control").unlink(missing_ok=True)

    def revive_keyring(self) -> None:
        """Start the keyring daemon, unlocked; also after kill_keyring()."""
        self._keyring.start(self._is_known)

    def _is_known(self) -> bool:
        """Whether the Secret Service has its name on the bus."""
        ask = ["dbus-send", f"--bus={self.address}", "--print-reply", "--dest=org.freedesktop.DBus", "/"]
        ask += ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
        return "true" in subprocess.run(ask, capture_output=True, text=True).stdout
