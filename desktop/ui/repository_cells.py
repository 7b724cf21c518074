"""How repositories and tags are shown in one table."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QRect

from desktop.core.display import one_line
from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.registry import RegistryEntry
from desktop.ui.widgets.cells import Canvas, Text, breadth
from desktop.ui.words import age, size

WIDTHS = (0, 84, 112)
TOGGLE, MORE = "toggle", "more"  #: acts painted in rows
ONE_TAG = QT_TRANSLATE_NOOP("repositories", "1 tag")
TAGS = QT_TRANSLATE_NOOP("repositories", "{n} tags")
MANY_TAGS = QT_TRANSLATE_NOOP("repositories", "{n}+ tags")
LOAD_MORE = QT_TRANSLATE_NOOP("repositories", "Load more tags")
LOADING = QT_TRANSLATE_NOOP("repositories", "Loading…")


@dataclass(frozen=True)
class Name(Text):
    """A line that can be clicked as a whole: a repository, which opens and closes."""

    act: str = ""

    def places(self, box: QRect) -> list[tuple[str, QRect]]:
        """All of the cell is the act."""
        return [(self.act, box)] if self.act else []


@dataclass(frozen=True)
class MoreTags:
    """The line that fetches more of a repository's tags."""

    text: str
    loading: bool = False

    def paint(self, canvas: Canvas, box: QRect) -> None:
        canvas.text(box.adjusted(48, 0, 0, 0), self.text, "medium", "text3" if self.loading else "link")

    def places(self, box: QRect) -> list[tuple[str, QRect]]:
        """The words themselves are the act."""
        words = QRect(box.left() + 48, box.top(), breadth(self.text, "medium"), box.height())
        return [] if self.loading else [(MORE, words)]


def name_cell(entry: RegistryEntry) -> Text | MoreTags:
    """A repository with its arrow, a tag below it, or the line for more."""
    if entry.more:
        return MoreTags(_say(LOADING if entry.loading else LOAD_MORE), entry.loading)
    if entry.tag:
        return Text(one_line(entry.tag), icon="tag", indent=24, middle=True)
    return Name(one_line(entry.repository), type="medium", icon=_arrow(entry), act=TOGGLE, middle=True)


def size_cell(entry: RegistryEntry) -> Text:
    """How large a tag's image is, how many tags a repository has."""
    if entry.tag:
        return Text(size(entry.size) if entry.size >= 0 else "", "text2", right=True)
    if entry.more:
        return Text("")
    if entry.count < 0:
        return Text(_say(LOADING) if entry.loading else "", "text3", "small", right=True)
    words = _say(MANY_TAGS if entry.unfinished else ONE_TAG if entry.count == 1 else TAGS)
    return Text(words.format(n=entry.count), "text2", "small", right=True)


def made_cell(entry: RegistryEntry) -> Text:
    """How long ago a tag's image was built; the date is in the tooltip."""
    made = made_at(entry.created)
    return Text(age(made), "text2", tip=date(made)) if made else Text("")


def made_at(created: str) -> int:
    """An image's own date in seconds since 1970; 0 where it has none, or one that only says "always the same"."""
    try:
        seconds = int(datetime.fromisoformat(created).timestamp())
    except (ValueError, OverflowError, OSError):
        return 0
    return seconds if seconds > 365 * 24 * 3600 * 11 else 0  # reproducible builds write 1970 or 1980


def date(seconds: int) -> str:
    """A moment as this computer writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(seconds), QLocale.FormatType.ShortFormat)


def _arrow(entry: RegistryEntry) -> str:
    return "chevron-down" if entry.open else "chevron-right"


def _say(text: str) -> str:
    return QCoreApplication.translate("repositories", text)


CELLS = (name_cell, size_cell, made_cell)
