"""Where the characters of one long line stand, without laying out all of it."""

from functools import lru_cache

from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF

CHUNK = 128  #: characters measured at once where their widths differ


class Ruler:
    """Turns columns of a line into pixels and back, in a font of fixed width; strange characters are measured."""

    def __init__(self, font: QFont) -> None:
        self.font = QFont(font)
        self.font.setFeature(QFont.Tag("calt"), 0)  # two dashes stay two, also where a selection ends between them
        self.font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
        self._metrics = QFontMetricsF(self.font)
        self.cell = self._metrics.horizontalAdvance("0" * 64) / 64
        self.ascent, self.height = self._metrics.ascent(), self._metrics.height()
        self._even = QFontInfo(self.font).fixedPitch()
        self._wide = lru_cache(maxsize=8192)(self._metrics.horizontalAdvance)

    def x(self, text: str, column: int) -> float:
        """How many pixels the first *column* characters take."""
        if self._is_even(text):
            return column * self.cell
        whole = column - column % CHUNK
        return sum(map(self._wide, _chunks(text[:whole]))) + self._metrics.horizontalAdvance(text[whole:column])

    def column(self, text: str, x: float) -> int:
        """The place between two characters nearest to *x* pixels."""
        if self._is_even(text):
            return min(len(text), max(0, round(x / self.cell)))
        at = 0
        for chunk in _chunks(text):
            width = self._wide(chunk)
            if x < width:
                return at + self._within(chunk, x)
            x, at = x - width, at + len(chunk)
        return len(text)

    def part(self, text: str, left: float, right: float) -> tuple[int, int, float]:
        """The characters that stand between *left* and *right*: first, end, and the pixels before the first."""
        if self._is_even(text):
            first, end = max(0, int(left / self.cell)), min(len(text), int(right / self.cell) + 1)
            return first, max(first, end), first * self.cell
        first, at, x, begun = 0, 0, 0.0, 0.0
        for chunk in _chunks(text):
            if x > right:
                break
            width = self._wide(chunk)
            if x + width <= left:
                first, begun = at + len(chunk), x + width
            x, at = x + width, at + len(chunk)
        return first, at, begun

    def _is_even(self, text: str) -> bool:
        return self._even and text.isascii()

    def _within(self, chunk: str, x: float) -> int:
        low, high = 0, len(chunk)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._metrics.horizontalAdvance(chunk[:middle]) <= x else (low, middle - 1)
        rest = x - self._metrics.horizontalAdvance(chunk[:low])
        next_one = self._metrics.horizontalAdvance(chunk[: low + 1]) - self._metrics.horizontalAdvance(chunk[:low])
        return min(len(chunk), low + (rest > next_one / 2))


def _chunks(text: str) -> list[str]:
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
