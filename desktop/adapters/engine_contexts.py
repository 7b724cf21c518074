"""The docker command's contexts, read from its files: one that is damaged hides no other, and nothing is written."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Context:
    """A named engine of the docker command; *tls* is the folder of its certificates, "" where it has none."""

    name: str
    url: str
    tls: str = ""


def contexts(environ: Mapping[str, str], home: str) -> list[Context]:
    """Every context of the person, the current one first."""
    folder = Path(environ.get("DOCKER_CONFIG") or Path(home) / ".docker")
    current = environ.get("DOCKER_CONTEXT") or _json(folder / "config.json").get("currentContext")
    found = sorted(_read(folder / "contexts"), key=lambda context: context.name)
    return sorted(found, key=lambda context: context.name != current)


def _read(folder: Path) -> Iterator[Context]:
    for file in _files(folder / "meta"):
        told = _json(file)
        name, ends = told.get("Name"), told.get("Endpoints")
        end = ends.get("docker") if isinstance(ends, dict) else None
        host = end.get("Host") if isinstance(end, dict) else None
        if isinstance(name, str) and isinstance(host, str) and host:
            tls = folder / "tls" / hashlib.sha256(name.encode()).hexdigest() / "docker"
            yield Context(name, host, str(tls) if tls.is_dir() else "")


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*/meta.json"))
    except OSError:
        return []


def _json(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > FILE_BYTES:
            return {}
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
