"""What every dialog has: a title, a sentence, a place for an error, a body, and its buttons, the main one last."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import AppError
from desktop.ui.notices import Banner
from desktop.ui.widgets.painted import FocusRing, Icon
from desktop.ui.widgets.parts import Item, button, column, divider, frame, label, row


class DialogFrame(QDialog):
    """A window-modal dialog. It stays open with all that was typed until the act succeeded or it is cancelled."""

    step_requested = Signal(object)  # the AppError whose button was clicked

    def __init__(self, parent: QWidget | None, title: str, about: str, width: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self.title, self.about = label(title, "title", wrap=True), label(about, "body", "text2", wrap=True)
        self.banner = Banner()
        self.banner.step_requested.connect(self.step_requested)
        self.cancel_button = button(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self._busy: list[QWidget] = []
        self._box = column(gap=0)
        self.setLayout(self._box)
        self._box.addLayout(column(self.title, self.about, gap=3, margins=(24, 20, 24, 0)))
        self._box.addWidget(self.banner)
        self._ring = FocusRing(self)

    def fill(self, body: Sequence[Item], main: QPushButton, extra: Sequence[Item] = (), gap: int = 16) -> None:
        """Lay out the body and the foot: *extra* at the left, then Cancel and the *main* button. Called once."""
        self.main_button = main
        main.setDefault(True)
        inside = frame("sheet", column(*body, gap=gap, margins=(24, 18, 24, 20)))
        self._box.addWidget(inside, 1)
        self._box.addWidget(divider())
        self._box.addLayout(row(*extra, None, self.cancel_button, main, margins=(24, 14, 24, 16)))
        self._busy = [inside, main]

    def set_busy(self, busy: bool) -> None:
        """While the act runs nothing can be changed; Cancel still works."""
        for widget in self._busy:
            widget.setEnabled(not busy)

    def show_error(self, error: AppError) -> None:
        """Say what failed; everything typed stays."""
        self.set_busy(False)
        self.banner.show_error(error)
        self.adjustSize()

    def succeeded(self) -> None:
        """The act happened: close."""
        self.set_busy(False)
        self.accept()

    def sizeHint(self) -> QSize:
        high = self._box.totalHeightForWidth(self.minimumWidth())  # the width is fixed; Qt asks for a narrower one
        return QSize(self.minimumWidth(), high) if high >= 0 else super().sizeHint()


class Note(QFrame):
    """A line under a field: help, or what was found; hidden while it says nothing."""

    def __init__(self, text: str = "", tone: str = "text2", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: QVBoxLayout = column()
        self.setLayout(self._row)
        self.words: QLabel | None = None
        self.say(text, tone, icon)

    @property
    def text(self) -> str:
        """What it says now."""
        return self.words.text() if self.words else ""

    def say(self, text: str, tone: str = "text2", icon: str = "") -> None:
        """Show *text*, or nothing where it is empty."""
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.words = label(text, "small", tone, wrap=True) if text else None
        self.setVisible(bool(text))
        if self.words:
            line = row(*([Icon(icon, tone, 14)] if icon else []), self.words, gap=6, top=True)
            line.setStretch(line.count() - 1, 1)
            self._row.addWidget(frame("note", line))


def named(name: str, value: QWidget | Item, *notes: Item) -> QVBoxLayout:
    """A field under its name, with notes below. The name is the field's for screen readers too."""
    title = label(name, "label", "text2")
    if isinstance(value, QWidget):
        title.setBuddy(value)
        if not value.accessibleName():
            value.setAccessibleName(name)
    return column(title, value, *notes, gap=6)
