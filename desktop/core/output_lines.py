"""A container's output as lines: bounded, cleaned for showing, searchable in slices."""

import re
import sys
from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import chain, islice
from typing import NamedTuple

from desktop.core.display import LINE_LIMIT, display
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from desktop.core.inventory import OutputPiece

MOST_BYTES = 64 * 1024 * 1024
SLICE = 20_000  #: lines searched at once: a few milliseconds
_TAB = 8
_ROW_BYTES = 9  # what a line costs beside its text: a pointer and its kind
#: ECMA-48: control sequences (colours, cursor), system commands (titles, links), and the shorter ones
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]+[0-~]|[0-Z\\^_`a-~])")


class OutputNotSaved(AppError):
    """The file *path* could not be written."""

    title = QT_TRANSLATE_NOOP("errors", "The output was not saved")
    reason = QT_TRANSLATE_NOOP("errors", "{path} could not be written.")
    hint = QT_TRANSLATE_NOOP("errors", "Choose another folder, or make room on the disk.")


class Kind(IntEnum):
    """Where a line came from."""

    OUTPUT = 0
    ERROR = 1  # written to the standard error
    NOTE = 2  # said by Portside


class Line(NamedTuple):
    """One line to show."""

    text: str
    kind: Kind


def clean(text: str) -> str:
    """One line as a terminal without colours would show it, strange characters as visible marks."""
    if len(text) <= LINE_LIMIT and text.isascii() and text.isprintable():
        return text
    plain = _ESCAPES.sub("", text).rstrip("\r")
    last = plain[plain.rfind("\r") + 1 :]  # a lone return begins the line again, as progress meters do
    return display(last[: LINE_LIMIT + 1].expandtabs(_TAB), LINE_LIMIT)


class OutputLines:
    """The latest lines, at most *most_bytes* in memory. A line keeps its number for good while older ones drop out.

    A note stands below all output, also below what comes after it: last words may be later than the news of the end.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._texts: list[str] = []
        self._kinds = bytearray()
        self._before = self._dropped = self._bytes = 0  # lines no longer in the list; blanks at the head of the list
        self._rest, self._rest_kind, self._open = "", Kind.OUTPUT, False
        self._note = ""
        self.widest = 0  #: columns of the longest line ever held, two for each character beyond ASCII

    @property
    def first(self) -> int:
        """The number of the oldest line kept."""
        return self._before + self._dropped

    @property
    def end(self) -> int:
        """The number after the newest line."""
        return self._noted + bool(self._note)

    @property
    def _noted(self) -> int:
        return self._before + len(self._texts)

    @property
    def settled(self) -> int:
        """The number after the newest line that can't grow any more."""
        return self._noted - self._open

    def line(self, number: int) -> Line:
        """The line of that number; IndexError if it is not kept."""
        if not self.first <= number < self.end:
            raise IndexError(number)
        if number >= self._noted:
            return Line(self._note, Kind.NOTE)
        return Line(self._texts[number - self._before], Kind(self._kinds[number - self._before]))

    def texts(self, first: int, end: int) -> Iterator[str]:
        """The texts of the lines from *first* up to *end*, as far as they are kept."""
        said = islice(self._texts, max(first, self.first) - self._before, max(0, end - self._before))
        return chain(said, [self._note] if self._note and first <= self._noted < end else [])

    def add(self, pieces: Iterable[OutputPiece]) -> None:
        """Take in output; an unfinished line is the last one until its rest comes."""
        for piece in pieces:
            kind = Kind.ERROR if piece.error else Kind.OUTPUT
            if self._open and kind is not self._rest_kind:
                self._rest, self._open = "", False
            self._feed(piece.text, kind)
        self._trim()

    def note(self, text: str) -> None:
        """Say something of our own, in place of what we said before."""
        self._note = text
        self._measure(text)

    def _feed(self, text: str, kind: Kind) -> None:
        *whole, rest = (self._rest + text).split("\n")
        if self._open and (whole or rest != self._rest):
            self._take_back()
        for line in whole:
            self._append(clean(line), kind)
        again = rest.rfind("\r", 0, -1)
        # what a meter overwrote is gone, and no more is kept than will be shown
        self._rest, self._rest_kind = rest[again + 1 :][: 2 * LINE_LIMIT], kind
        if rest and (whole or not self._open):
            self._append(clean(self._rest), kind)
        self._open = bool(rest)

    def _append(self, text: str, kind: Kind) -> None:
        self._texts.append(text)
        self._kinds.append(kind)
        self._bytes += sys.getsizeof(text) + _ROW_BYTES
        self._measure(text)

    def _measure(self, text: str) -> None:
        self.widest = max(self.widest, len(text) if text.isascii() else 2 * len(text))

    def _take_back(self) -> None:
        self._bytes -= sys.getsizeof(self._texts.pop()) + _ROW_BYTES
        self._kinds.pop()
        self._open = False

    def _trim(self) -> None:
        while self._bytes > self._most and self._dropped < len(self._texts) - 1:
            self._bytes -= sys.getsizeof(self._texts[self._dropped]) + _ROW_BYTES
            self._texts[self._dropped] = ""
            self._dropped += 1
        if self._dropped > 1000 and self._dropped * 2 > len(self._texts):  # seldom, so that a line costs little
            del self._texts[: self._dropped]
            del self._kinds[: self._dropped]
            self._before, self._dropped = self._before + self._dropped, 0


class Search:
    """Which lines hold some words, whatever their case; new lines are looked through as they come."""

    def __init__(self, lines: OutputLines, words: str) -> None:
        self._lines, self._next = lines, lines.first
        self.pattern = re.compile(re.escape(words), re.IGNORECASE)
        self.found: list[int] = []  #: numbers of lines, in order; those that dropped out too, until the next step

    def step(self, most: int = SLICE) -> bool:
        """Look through at most *most* lines more; return whether there are others left."""
        first = max(self._next, self._lines.first)
        end = min(first + most, self._lines.settled)
        texts = self._lines.texts(first, end)
        self.found += [number for number, text in enumerate(texts, first) if self.pattern.search(text)]
        self._next = max(first, end)
        if self.found and self.found[0] < self._lines.first:
            self.found = [number for number in self.found if number >= self._lines.first]
        return self._next < self._lines.settled
