"""What every dialog has: a title, a sentence, a place for an error, a body, and its buttons, the main one last."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import AppError, NextStep
from desktop.ui.notices import Banner
from desktop.ui.widgets.controls import FocusRing
from desktop.ui.widgets.painted import Icon
from desktop.ui.widgets.parts import Item, button, column, divider, frame, label, row

SCREEN_EDGE = 48  #: pixels of the screen that a dialog leaves free, for its title bar and the system's own


class DialogFrame(QDialog):
    """A window-modal dialog. It stays open with all that was typed until the act succeeded or it is cancelled."""

    step_requested = Signal(object)  # the AppError whose button was clicked, unless it is to try again

    def __init__(self, parent: QWidget | None, title: str, about: str, width: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self.title, self.about = label(title, "title", wrap=True), label(about, "body", "text2", wrap=True)
        self.banner = Banner()
        self.banner.step_requested.connect(self._on_banner_step_requested)
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
        (self.cancel_button if main.property("kind") == "danger" else main).setDefault(True)  # Return destroys nothing
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

    def succeeded(self) -> None:
        """The act happened: close."""
        self.set_busy(False)
        self.accept()

    @Slot()
    def fit(self) -> None:
        """Be as high as all of it needs, but stay on the screen; Qt's adjustSize() stops at two thirds of it."""
        wide, most = self.minimumWidth(), self.screen().availableGeometry().height() - SCREEN_EDGE
        self.resize(wide, min(self._box.totalHeightForWidth(wide), most))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self.fit()
        return done

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    @Slot(object)
    def _on_banner_step_requested(self, error: AppError) -> None:
        if error.step is not NextStep.RETRY:
            self.step_requested.emit(error)
        elif self.main_button.isEnabled():  # to try again is to do here what was done here
            self.banner.clear()
            self.main_button.click()

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


def consequence(icon: str, title: str, lines: Sequence[QWidget], tone: str = "text2") -> Item:
    """A line of a well that says what an act means: what goes, what stays, what stands in the way."""
    words = column(label(title, "strong"), *lines, gap=3)
    made = row(Icon(icon, tone), words, gap=12, margins=(14, 12, 14, 12), top=True)
    made.setStretch(1, 1)
    return made


def consequences(*parts: Item) -> QFrame:
    """Such lines in one well, parted by hairlines."""
    lines = [each for part in parts for each in (divider(), part)]
    return frame("well", column(*lines[1:], gap=0))


def named(name: str, value: QWidget | Item, *notes: Item) -> QVBoxLayout:
    """A field under its name, with notes below. The name is the field's for screen readers too."""
    title = label(name, "label", "text2")
    if isinstance(value, QWidget):
        title.setBuddy(value)
        if not value.accessibleName():
            value.setAccessibleName(name)
    return column(title, value, *notes, gap=6)
