"""What is selected of some output: from one place to another, as far as its lines are still kept."""

import re
from typing import NamedTuple

from desktop.core.output_lines import OutputLines

MOST_COPIED = 4_000_000  #: characters given out at once; programs choke on more in a clipboard
_WORD = re.compile(r"[\w./:@%?&=#~+-]+")  # an address is one word


class Spot(NamedTuple):
    """A place in the output: a line by its lasting number, and how many characters are before it."""

    line: int
    column: int


class Selection:
    """The text between an anchor and a cursor, whichever comes first."""

    def __init__(self, lines: OutputLines) -> None:
        self._lines = lines
        self.anchor = self.cursor = Spot(0, 0)

    def set(self, anchor: Spot, cursor: Spot) -> None:
        """Select what is between the two."""
        self.anchor, self.cursor = anchor, cursor

    def extend(self, cursor: Spot) -> None:
        """Move the end that moves."""
        self.cursor = cursor

    def clear(self) -> None:
        """Select nothing: the lines were replaced by others."""
        self.set(Spot(0, 0), Spot(0, 0))

    def take_all(self) -> None:
        """Select every line kept."""
        self.set(Spot(self._lines.first, 0), self.end)

    def take_line(self, number: int) -> None:
        """Select a whole line."""
        self.set(Spot(number, 0), Spot(number, len(self._lines.line(number).text)))

    def take_word(self, spot: Spot) -> None:
        """Select the word at a place, if there is one."""
        for word in _WORD.finditer(self._lines.line(spot.line).text):
            if word.start() <= spot.column <= word.end():
                return self.set(Spot(spot.line, word.start()), Spot(spot.line, word.end()))

    @property
    def end(self) -> Spot:
        """The place behind everything."""
        if self._lines.end == self._lines.first:
            return Spot(self._lines.first, 0)
        return Spot(self._lines.end - 1, len(self._lines.line(self._lines.end - 1).text))

    @property
    def bounds(self) -> tuple[Spot, Spot]:
        """Where it begins and ends; the same place twice where nothing is selected."""
        least, most = Spot(self._lines.first, 0), self.end
        start, end = sorted((max(self.anchor, least), max(self.cursor, least)))
        return min(start, most), min(end, most)

    @property
    def text(self) -> str:
        """What is selected, its latest part where that is very much."""
        start, end = self.bounds
        if start == end:
            return ""
        texts = list(self._lines.texts(start.line, end.line + 1))
        texts[-1] = texts[-1][: end.column]
        texts[0] = texts[0][start.column :]
        return latest(texts)


def latest(texts: list[str]) -> str:
    """*texts* as lines, the last MOST_COPIED characters of them, from a line's beginning."""
    at, room = len(texts), MOST_COPIED
    while at and room >= len(texts[at - 1]):
        at -= 1
        room -= len(texts[at]) + 1
    return "\n".join(texts[at:])
