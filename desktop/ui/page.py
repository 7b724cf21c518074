"""The frame of a room: its head, the place for an error, its body."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from desktop.core.errors import AppError
from desktop.ui.notices import Banner
from desktop.ui.widgets.parts import Item, column, divider, label, row


class Page(QFrame):
    """A room: title, one line about it, acts at the right; below a banner for errors, then the body or a blank."""

    step_requested = Signal(object)  # the AppError whose button was clicked

    def __init__(self, title: str, acts: Sequence[Item] = (), line: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.title, self.about = label(title, "title"), label("", "body", "text2")
        self.banner = Banner()
        self.banner.step_requested.connect(self.step_requested)
        self._places = QStackedLayout()
        self._places.setContentsMargins(0, 0, 0, 0)
        words = column(self.title, self.about, gap=2)
        head = row(words, None, *acts, margins=(24, 16, 24, 16))
        whole = column(head, *([divider()] if line else []), self.banner, gap=0)
        whole.addLayout(self._places, 1)
        self.setLayout(whole)

    def put(self, body: QWidget) -> QWidget:
        """Add a body; the first one is shown. Returns it."""
        self._places.addWidget(body)
        return body

    def place(self, body: QWidget) -> None:
        """Show this one of the bodies."""
        self._places.setCurrentWidget(body)

    @property
    def placed(self) -> QWidget | None:
        """The body on show."""
        return self._places.currentWidget()

    def say(self, about: str) -> None:
        """Change the line under the title."""
        self.about.setText(about)

    def show_error(self, error: AppError) -> None:
        """Say between head and body what failed; the list stays usable."""
        self.banner.show_error(error)
