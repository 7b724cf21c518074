"""Where Portside keeps its own files on each system."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HOME = "PORTSIDE_HOME"  #: in the environment: one folder for everything, for tests and for a portable copy


class AppFolders(NamedTuple):
    """Folders of this user alone; they need not exist yet."""

    settings: Path
    data: Path  # what programs Portside starts are given, and the lock of the one running instance
    logs: Path

    @property
    def settings_file(self) -> Path:
        """Where the settings are."""
        return self.settings / "settings.json"

    def make(self) -> None:
        """Create them, closed to other users; quiet where that is not allowed: what needs one says so itself."""
        for folder in (self.settings, self.data, self.logs):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError:
                continue


def app_folders(
    environ: Mapping[str, str] = os.environ, platform: str = sys.platform, home: Path | None = None
) -> AppFolders:
    """The folders of this system: freedesktop's basedir-spec, Apple's file system guide, Windows' known folders."""
    home = home or Path.home()
    if environ.get(HOME):
        own = Path(environ[HOME]).absolute()
        return AppFolders(own / "settings", own / "data", own / "logs")
    if platform == "win32":
        roaming = _folder(environ, "APPDATA", home / "AppData" / "Roaming") / "Portside"
        local = _folder(environ, "LOCALAPPDATA", home / "AppData" / "Local") / "Portside"
        return AppFolders(roaming, local / "Data", local / "Logs")
    if platform == "darwin":
        support = home / "Library" / "Application Support" / "Portside"
        return AppFolders(support, support / "Data", home / "Library" / "Logs" / "Portside")
    return AppFolders(
        _folder(environ, "XDG_CONFIG_HOME", home / ".config") / "portside",
        _folder(environ, "XDG_DATA_HOME", home / ".local" / "share") / "portside",
        _folder(environ, "XDG_STATE_HOME", home / ".local" / "state") / "portside" / "logs",
    )


def _folder(environ: Mapping[str, str], name: str, default: Path) -> Path:
    """The folder a variable names; a relative one is to be ignored (basedir-spec)."""
    named = Path(environ.get(name, ""))
    return named if named.is_absolute() else default
