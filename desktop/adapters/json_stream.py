"""JSON in pieces: linear in time, bounded in memory, and never one long call into C."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from desktop.core.engine_errors import EngineAnswerUnreadable

OBJECT_LIMIT = 1 << 20  #: bytes of one object; an engine's line has some hundred
_OUTSIDE_STRING, _INSIDE_STRING = re.compile(rb'["{}]'), re.compile(rb'["\\]')
_EMPTY, _OPENING, _SEPARATOR = re.compile(r"\s*(null|\[\s*\])\s*"), re.compile(r"\s*\[\s*"), re.compile(r"\s*[,\]]\s*")


def objects(chunks: Iterable[bytes], limit: int = OBJECT_LIMIT) -> Iterator[dict[str, Any]]:
    """Yield each object as soon as its last byte is in, however the stream is cut and with or without newlines."""
    splitter = _Splitter()
    for chunk in chunks:
        for text in splitter.feed(chunk):
            if len(text) > limit:
                raise EngineAnswerUnreadable(f"an object of {len(text)} bytes")
            yield _decoded(text)
        if len(splitter.rest) > limit:
            raise EngineAnswerUnreadable(f"an object of more than {limit} bytes")
    if splitter.rest.strip():
        raise EngineAnswerUnreadable("the stream ends within an object")


def rows(body: str) -> Iterator[Any]:
    """Yield the elements of an array one by one: decoding a large one in one call would hold the GIL throughout."""
    decode = json.JSONDecoder().raw_decode
    if _EMPTY.fullmatch(body):  # Go writes an empty list as null
        return
    found, at = _OPENING.match(body), 0
    while found and found[0].strip() != "]":
        try:
            row, at = decode(body, found.end())
        except (ValueError, RecursionError) as bad:
            raise EngineAnswerUnreadable(body[found.end() : found.end() + 200]) from bad
        yield row
        found = _SEPARATOR.match(body, at)
    if not found or found.end() != len(body):
        raise EngineAnswerUnreadable(body[at : at + 200])


def _decoded(text: bytes) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(text.decode())
    except (ValueError, RecursionError) as bad:
        raise EngineAnswerUnreadable(text[:200].decode(errors="replace")) from bad
    return value


class _Splitter:
    """Finds where objects end by counting braces outside strings; looks at each byte once."""

    def __init__(self) -> None:
        self.rest = bytearray()  # what no object has ended in yet
        self._at, self._depth, self._in_string = 0, 0, False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the objects that *chunk* completes."""
        self.rest += chunk
        while found := (_INSIDE_STRING if self._in_string else _OUTSIDE_STRING).search(self.rest, self._at):
            mark, self._at = found[0], found.end()
            if mark == b"\\":
                self._at += 1  # the escaped byte, which may be yet to come
            elif mark == b'"':
                self._in_string = not self._in_string
            elif mark == b"{":
                self._depth += 1
            else:
                self._depth -= 1
                if self._depth <= 0:
                    text, self._depth = bytes(self.rest[: self._at]), 0
                    del found, self.rest[: self._at]
                    self._at = 0
                    yield text
        self._at = max(self._at, len(self.rest))
