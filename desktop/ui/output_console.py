"""What a container says: its lines, and the tools to find, follow, copy and save them."""

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QStandardPaths, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QTabBar, QWidget

from desktop.core.inventory import OutputPiece
from desktop.core.output_lines import OutputLines, Search
from desktop.core.output_selection import latest
from desktop.ui.output_file import OutputFile
from desktop.ui.widgets.controls import Switch
from desktop.ui.widgets.output_text import OutputText
from desktop.ui.widgets.painted import Elided
from desktop.ui.widgets.parts import column, field, frame, icon_button, row

ROOMY = 720  #: pixels from which the tools have all the room they like
TURN_MS = 8  #: what a search takes of the UI thread before it lets others have their turn


class OutputConsole(QFrame):
    """The output of one container at a time. It stays readable when its container is gone."""

    failed = Signal(object)  # AppError: it could not be saved

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.lines, self._name = OutputLines(), ""
        self.text = OutputText(self.lines)
        self.text.setAccessibleName(self.tr("Output"))
        self._search: Search | None = None
        self._hit = -1  # the number of the line that was jumped to
        self._turns = QTimer(self, interval=0, singleShot=True)
        self._make_tools()
        box = frame("console", column(self.text, margins=(1, 10, 1, 10)))
        self.setLayout(column(self._bar(), column(box, margins=(24, 4, 24, 20)), gap=0))
        self._wire()
        self.show_container("")

    def _make_tools(self) -> None:
        self.tabs = QTabBar()
        self.tabs.addTab(self.tr("Output"))
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)  # they would ask for room
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # there is only one
        self.said, self.count = Elided("", "small", "text2"), Elided("", "small", "text2")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.count.setFixedWidth(84)
        self.find_field = field(hint=self.tr("Find in output"), icon="search")
        self.find_field.setAccessibleName(self.tr("Find in output"))
        self.previous_button = icon_button("chevron-up", self.tr("Previous hit"), size=24)
        self.next_button = icon_button("chevron-down", self.tr("Next hit"), size=24)
        self.follow_switch = Switch(self.tr("Follow"))
        self.follow_switch.setToolTip(self.tr("Keep the newest line in sight"))
        self.copy_button = icon_button("copy", self.tr("Copy what is selected, or all"))
        self.save_button = icon_button("save", self.tr("Save the output…"))

    def _bar(self) -> QHBoxLayout:
        hits = row(self.previous_button, self.next_button, gap=0)
        tools = (4, self.follow_switch, 8, self.copy_button, self.save_button)
        bar = row(self.tabs, self.said, self.count, self.find_field, hits, *tools, gap=6, margins=(24, 4, 16, 4))
        bar.setStretch(1, 1)
        return bar

    def _wire(self) -> None:
        self._turns.timeout.connect(self._look_on)
        self.find_field.textChanged.connect(self._on_find_changed)
        self.find_field.returnPressed.connect(self.find_next)
        self.next_button.clicked.connect(self.find_next)
        self.previous_button.clicked.connect(self.find_previous)
        self.follow_switch.toggled.connect(self.text.set_following)
        self.text.following_changed.connect(self.follow_switch.setChecked)
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self._on_save_clicked)
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._on_find_wanted)
        self._shortcut(QKeySequence("Shift+Return"), self.find_field, self.find_previous)
        self._shortcut(QKeySequence("Escape"), self.find_field, self.find_field.clear)

    def _shortcut(self, keys: QKeySequence, place: QWidget, act: object) -> None:
        shortcut = QShortcut(keys, place, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def show_container(self, name: str) -> None:
        """Show the output of another container, "" for none; it comes with append()."""
        self._name = name
        self.begin()
        said = self.tr("{name} has said nothing yet.").format(name=name)
        self.text.hint = said if name else self.tr("Choose a container to read what it says.")
        self.follow_switch.setChecked(True)

    def rename(self, name: str) -> None:
        """The same container, under the name it got meanwhile."""
        self._name = name
        self.said.setText(name)

    @Slot()
    def begin(self) -> None:
        """All output comes again: forget what is shown."""
        self.said.setText(self._name)
        self.lines.clear()
        self.text.selection.clear()
        self._hit = -1
        self._find(self.find_field.text())
        self._show_lines()

    def append(self, pieces: Sequence[OutputPiece]) -> None:
        """Show more."""
        self.lines.add(pieces)
        self._show_lines()

    def note(self, text: str) -> None:
        """Say something of our own, below the output and beside the tab."""
        self.said.setText(text)
        self.lines.note(text)
        self._show_lines()

    @Slot()
    def find_next(self) -> None:
        """Go to the next line that was found, from the last back to the first."""
        self._go(1)

    @Slot()
    def find_previous(self) -> None:
        """Go to the line that was found before this one."""
        self._go(-1)

    @Slot()
    def copy(self) -> None:
        """Put what is selected on the clipboard; where nothing is, all of it, or the latest part of very much."""
        text = self.text.selected or latest(list(self.lines.texts(self.lines.first, self.lines.end)))
        QGuiApplication.clipboard().setText(text)

    def save(self, path: str) -> None:
        """Write all lines to a file; said when done, failed if it can't be."""
        made = OutputFile(self.lines, path, self)
        made.saved.connect(self._on_saved)
        made.failed.connect(self.failed)
        made.start()

    def _show_lines(self) -> None:
        some = self.lines.end > self.lines.first
        self.copy_button.setEnabled(some)
        self.save_button.setEnabled(some)
        self.text.refresh()
        if self._search:
            self._turns.start()

    def _find(self, words: str) -> None:
        self._search = Search(self.lines, words) if words else None
        self._hit = -1
        self.text.mark(self._search)
        self._look_on()

    def _look_on(self) -> None:
        clock, more = QElapsedTimer(), self._search is not None
        clock.start()
        while self._search and more and clock.elapsed() < TURN_MS:
            more = self._search.step(2_000)
        if more:
            self._turns.start()
        self._show_count()

    def _show_count(self) -> None:
        found = self._search.found if self._search else []
        for each in (self.previous_button, self.next_button):
            each.setEnabled(bool(found))
        if self._search is None:
            self.count.setText("")
        elif not found:
            self.count.setText(self.tr("not found"))
        elif (place := self._place(found)) is not None:
            self.count.setText(self.tr("{n} of {all}").format(n=f"{place + 1:,}", all=f"{len(found):,}"))
        else:
            self.count.setText(f"{len(found):,}")

    def _place(self, found: Sequence[int]) -> int | None:
        at = bisect_left(found, self._hit)
        return at if at < len(found) and found[at] == self._hit else None

    def _go(self, step: int) -> None:
        found = self._search.found if self._search else []
        if not found:
            return
        here = self._place(found)
        if here is None:  # from what is in sight
            here = bisect_left(found, self.text.first_in_sight()) - (step > 0)
        self._hit = found[(here + step) % len(found)]
        self.follow_switch.setChecked(False)
        self.text.mark(self._search, self._hit)
        self.text.show_line(self._hit)
        self._show_count()

    def _on_find_changed(self, words: str) -> None:
        self._find(words)

    def _on_find_wanted(self) -> None:
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    def _on_save_clicked(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        asks = QFileDialog(self, self.tr("Save the output"), folder, self.tr("Text (*.txt);;All files (*)"))
        asks.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asks.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asks.setDefaultSuffix("txt")
        asks.selectFile(f"{self._name or 'container'}-output.txt")
        asks.fileSelected.connect(self.save)
        asks.open()

    def _on_saved(self, path: str) -> None:
        self.said.setText(self.tr("Saved as {name}").format(name=Path(path).name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.find_field.setFixedWidth(176 if self.width() >= ROOMY else 144)
