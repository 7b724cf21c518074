"""What registries send, read with care: every shape is checked, every number clamped. Bad ones raise ValueError."""

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_NAMES, LONGEST_NAME = 200_000, 500  #: names of one answer; a longer name is none
_SPACE = re.compile(r"[ \t\r\n]*")
_BIGGEST = (1 << 63) - 1
_decode = json.JSONDecoder().raw_decode


def document(body: bytes) -> dict[str, Any]:
    """*body* as a JSON object."""
    try:
        made = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(made, dict):
        raise ValueError("not an object")
    return made


def names(body: bytes, key: str) -> tuple[str, ...]:
    """The list of names under *key*, each once; none where it is null or absent.

    Read value by value: decoding 32 MiB in one call would hold up the UI thread.
    """
    found: dict[str, None] = {}
    try:
        for member, value in _members(body.decode()):
            if member == key and isinstance(value, str) and 0 < len(value) <= LONGEST_NAME:
                found[value] = None
                if len(found) >= MOST_NAMES:
                    break
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return tuple(found)


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where it is null or no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A string as it is, "" for anything else."""
    return value if isinstance(value, str) else ""


def mapping(value: object) -> dict[str, Any]:
    """An object as it is, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def whole(value: object) -> int:
    """A number from 0 to 2**63-1, 0 for anything else: sizes are claims."""
    return max(0, min(value, _BIGGEST)) if isinstance(value, int) and not isinstance(value, bool) else 0


def _members(body: str) -> Iterator[tuple[str, Any]]:
    """The members of an object; each element of a list comes by itself under its key."""
    at = _expect(body, _skip(body, 0), "{")
    while body[at : at + 1] != "}":
        key, at = _decode(body, at)
        if not isinstance(key, str):
            raise ValueError("no name before a value")
        at = _expect(body, _skip(body, at), ":")
        if body[at : at + 1] == "[":
            at = _skip(body, at + 1)
            while body[at : at + 1] != "]":
                value, at = _decode(body, at)
                yield key, value
                at = _next(body, at, "]")
            at += 1
        else:
            value, at = _decode(body, at)
            yield key, value
        at = _next(body, at, "}")


def _next(body: str, at: int, end: str) -> int:
    """Past the comma, or at the *end* mark."""
    at = _skip(body, at)
    return at if body[at : at + 1] == end else _expect(body, at, ",")


def _expect(body: str, at: int, mark: str) -> int:
    if body[at : at + 1] != mark:
        raise ValueError(f"no {mark} at {at}")
    return _skip(body, at + 1)


def _skip(body: str, at: int) -> int:
    found = _SPACE.match(body, at)
    return found.end() if found else at
