"""The settings as a JSON file: written all at once or not at all, never a reason not to start."""

import json
import os
from pathlib import Path

from desktop.core.settings import SCHEMA, Settings, SettingsNotSaved, plain, read

_MOST_BYTES = 1 << 20
_MOST_KEPT = 100  #: damaged copies; the last one is written over


class SettingsFile:
    """One file that nobody else writes. It is read at start, and written by one worker."""

    def __init__(self, path: Path) -> None:
        self._path, self._damaged = path, ""

    @property
    def damaged(self) -> str:
        """Where the damaged file of the last load() is kept, "" if it was sound."""
        return self._damaged

    def load(self) -> Settings:
        """What was saved; defaults where nothing was. A damaged file is kept aside and named in *damaged*."""
        self._damaged = ""
        try:
            with self._path.open("rb") as file:
                held = json.loads(file.read(_MOST_BYTES + 1).decode("utf-8-sig"))
            if not isinstance(held, dict):
                raise ValueError("no object")
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
            self._damaged = self._keep_aside("damaged")
            return Settings()
        if isinstance(schema := held.get("schema"), int) and schema > SCHEMA:
            self._copy_aside(held, schema)
        return read(held)

    def save(self, settings: Settings) -> None:
        """Write all at once or nothing; SettingsNotSaved where that fails, with the old file as it was."""
        text = json.dumps(plain(settings), indent=2, ensure_ascii=False)
        try:
            place = self._path.resolve()  # a linked file stays a link
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(place, text.encode())
        except (OSError, ValueError) as error:
            raise SettingsNotSaved(str(error), path=str(self._path)) from None

    def close(self) -> None:
        """Nothing is left open."""

    def _keep_aside(self, why: str) -> str:
        """Move the file to a free name beside it and return that; its own name where it cannot be moved."""
        for number in range(1, _MOST_KEPT + 1):
            aside = self._path.with_name(f"{self._path.stem}.{why}-{number}{self._path.suffix}")
            if not aside.exists() or number == _MOST_KEPT:
                break
        try:
            os.replace(self._path, aside)
        except OSError:
            return str(self._path)
        return str(aside)

    def _copy_aside(self, held: dict[str, object], schema: int) -> None:
        """Keep what a newer Portside wrote, whose meaning this one may not know, before it is written over."""
        aside = self._path.with_name(f"{self._path.stem}.schema-{schema}{self._path.suffix}")
        try:
            if not aside.exists():
                _write(aside, json.dumps(held, indent=2, ensure_ascii=False).encode())
        except (OSError, ValueError):
            pass  # the copy is a courtesy; the settings themselves were read


def _write(place: Path, content: bytes) -> None:
    """Write beside *place*, make sure it is on the disk, then put it in place; this user alone may read it."""
    beside = place.with_name(f"{place.name}.new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, place)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened, and its journal does this
        _settle(place.parent)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems cannot; the file itself is safe
    finally:
        os.close(descriptor)
