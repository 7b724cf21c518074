"""Names that come page by page from somebody who may never end."""

from collections.abc import Iterable
from itertools import islice

from desktop.core.registry import Page

PORTION = 500  #: names shown at a time; some registries send all they have in one page
MOST_PAGES, MOST_NAMES = 1_000, 200_000


class NameList:
    """Each name once, in the order they came, shown a portion at a time."""

    def __init__(self) -> None:
        self._shown: dict[str, None] = {}
        self._waiting: dict[str, None] = {}
        self._pages = 0
        self.next_page = ""  #: what to ask for the next page with, "" where there is none
        self.known = False  #: whether a page has come

    @property
    def names(self) -> tuple[str, ...]:
        """Those to be shown."""
        return tuple(self._shown)

    @property
    def unfinished(self) -> bool:
        """Whether there are more, here or at the registry."""
        return bool(self._waiting or self.next_page)

    def add(self, page: Page) -> None:
        """Take in a page and show a portion. A page with nothing new ends the list: it would go on in a circle."""
        fresh = [name for name in page.names if name not in self._shown and name not in self._waiting]
        self._waiting.update(dict.fromkeys(fresh[: MOST_NAMES - len(self._shown) - len(self._waiting)]))
        self._pages += 1
        self.known = True
        full = self._pages >= MOST_PAGES or len(self._shown) + len(self._waiting) >= MOST_NAMES
        self.next_page = page.more if fresh and not full else ""
        self.show_more()

    def put(self, names: Iterable[str]) -> None:
        """Show *names* that did not come from a page."""
        for name in names:
            self._waiting.pop(name, None)
            self._shown[name] = None

    def discard(self, name: str) -> None:
        """Take *name* off the list."""
        self._shown.pop(name, None)
        self._waiting.pop(name, None)

    def show_more(self) -> bool:
        """Show a portion of what is here already; False where it takes another page."""
        portion = list(islice(self._waiting, PORTION))
        self.put(portion)
        return bool(portion)
