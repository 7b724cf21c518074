"""What a walkthrough is played on."""

import json
from dataclasses import dataclass
from pathlib import Path

from desktop.core.secret import Secret


@dataclass(frozen=True, slots=True)
class Stage:
    """An engine, a registry with a password, and what is to be said of them."""

    engine: str
    registry: str
    user: str
    password: Secret
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Stage":
        """The stage described in the private file *path*."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            str(told["engine"]),
            str(told["registry"]),
            str(told["user"]),
            Secret(str(told["password"])),
            tuple(map(str, told.get("notes", ()))),
        )
