"""Repositories and their tags in one table, with a field that finds one or takes its name."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from desktop.bridge.models import TableModel
from desktop.core.display import one_line
from desktop.core.reference import Reference
from desktop.core.registry import Listing, RegistryEntry
from desktop.core.registry_errors import InvalidReference, ListingNotAllowed
from desktop.ui.naming import registry_title
from desktop.ui.repository_cells import CELLS, TOGGLE, WIDTHS
from desktop.ui.widgets.blank import Blank
from desktop.ui.widgets.painted import Elided
from desktop.ui.widgets.parts import button, column, divider, field, frame, row
from desktop.ui.widgets.table import Table

HIGH = 40  #: pixels of a row
ROOMY, FITTING = 380, 300  #: pixels from which there is room for three columns, for two
_BLANK = 216  #: pixels of a sentence, so that the narrowest window holds it


class RepositoryList(QFrame):
    """What the chosen registry holds, as far as it is loaded."""

    open_requested = Signal(str)  # a repository, as in the next two
    close_requested = Signal(str)
    more_tags_requested = Signal(str)
    more_requested = Signal()
    chosen_changed = Signal(object)  # RegistryEntry of a repository or tag, or None
    menu_requested = Signal(object, QPoint)  # RegistryEntry, the place on screen

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._model, self._host, self._listing = model, "", Listing("")
        self._wanted: tuple[str, str] | None = None  # repository and tag, to be chosen as soon as they have a row
        self._chosen: RegistryEntry | None = None
        self.filter = field(hint=self.tr("Find a repository or type its name"), icon="search")
        self.filter.setAccessibleName(self.tr("Find a repository or type its name"))
        self.filter.setClearButtonEnabled(True)
        self.table = Table(model, CELLS, WIDTHS, self.tr("Repositories and tags"), HIGH)
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.shown, self.more_button = Elided("", "small", "text2"), button(self.tr("Load more"), kind="link")
        self.look_button = button("", "search")
        self._make_places()
        line = row(self.shown, self.more_button, margins=(24, 0, 16, 0))
        line.setStretch(0, 1)
        self._edge, self._foot = divider(), frame("pane", line)
        self._foot.setFixedHeight(HIGH - 2)  # with its edge, and the one of the last row, as high as a row
        head = row(self.filter, margins=(24, 12, 16, 12))
        whole = column(head, divider(), self._places, self._edge, self._foot, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self._connect()

    def _make_places(self) -> None:
        self._places = QStackedWidget()
        pushed = self.tr("Push an image to this registry, and it stands here.")
        self._empty = Blank("registry", self.tr("Nothing here yet"), pushed, wide=_BLANK)
        typed = self.tr("This sign-in may use images, but not list them. Type the name of one above and press Enter.")
        self._closed = Blank("lock", self.tr("It does not list its repositories"), typed, wide=_BLANK)
        self._nothing = Blank("search", self.tr("Nothing found"), "", [self.look_button], wide=_BLANK)
        for place in (self.table, self._empty, self._closed, self._nothing):
            self._places.addWidget(place)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.returnPressed.connect(self.take_typed)
        self.look_button.clicked.connect(self.take_typed)
        self.more_button.clicked.connect(self.more_requested)
        self.table.act_requested.connect(self._on_act_requested)
        self.table.row_activated.connect(self._on_row_activated)
        self.table.chosen_changed.connect(self._on_chosen_changed)
        self.table.menu_requested.connect(self.menu_requested)
        self._model.settled.connect(self._on_settled)
        for key, opens in ((Qt.Key.Key_Right, True), (Qt.Key.Key_Left, False)):
            arrow = QShortcut(QKeySequence(key), self.table, context=Qt.ShortcutContext.WidgetShortcut)
            arrow.activated.connect(self._on_right_pressed if opens else self._on_left_pressed)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.filter, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.table.setFocus)

    @property
    def chosen(self) -> RegistryEntry | None:
        """The chosen repository or tag."""
        return self._chosen

    def show_registry(self, host: str) -> None:
        """Another registry is on show: *host*, "" for none."""
        self._host, self._wanted = host, None
        self.filter.clear()
        self._place()

    def show_listing(self, listing: Listing) -> None:
        """Say how far the list is."""
        self._listing = listing
        self._place()

    def choose(self, repository: str, tag: str = "") -> None:
        """Open *repository* and choose it, or its *tag*, as soon as there is a row for it."""
        self.filter.clear()
        self._wanted = repository, tag
        if not self._take_wanted():
            self.open_requested.emit(repository)

    @Slot()
    def take_typed(self) -> None:
        """Open the repository whose name stands in the field."""
        typed = self.typed()
        if typed:
            self.choose(*typed)

    def typed(self) -> tuple[str, str] | None:
        """Repository and tag ("" for none) that the field names; None where it names none."""
        text = self.filter.text().strip().removeprefix("https://").removeprefix(f"{self._host}/")
        try:
            found = Reference.of(self._host, text, "")
        except InvalidReference:
            return None
        return found.path, found.tag if text.endswith(f":{found.tag}") else ""

    def _take_wanted(self) -> bool:
        wanted = self._wanted
        if wanted and self.table.choose(lambda entry: (entry.repository, entry.tag) == wanted and not entry.more):
            self._wanted = None
            self.table.setFocus()
        return self._wanted is None

    def _place(self) -> None:
        """Show the table, or why there is none."""
        listing, rows = self._listing, self._model.rowCount()
        place: QWidget = self.table
        if not rows and self.filter.text():
            self._say_nothing_found()
            place = self._nothing
        elif not rows and isinstance(listing.error, ListingNotAllowed):
            place = self._closed
        elif not rows and not listing.loading and listing.error is None and self._host:
            place = self._empty
        self._places.setCurrentWidget(place)
        self.shown.setText(self._words(listing))
        for part in (self._edge, self._foot):
            part.setVisible(bool(self.shown.text()))
        self.more_button.setVisible(listing.more and not listing.loading)

    def _words(self, listing: Listing) -> str:
        if listing.loading:
            return self.tr("Asking {registry}…").format(registry=one_line(registry_title(self._host), 60))
        if not listing.shown:
            return ""
        if listing.shown == 1:
            return self.tr("1 repository")
        many = self.tr("{n} repositories shown") if listing.more else self.tr("{n} repositories")
        return many.format(n=listing.shown)

    def _say_nothing_found(self) -> None:
        typed = self.typed()
        self.look_button.setVisible(typed is not None)
        if typed:
            self.look_button.setText(" " + self.tr("Look for it by name"))
            about = self.tr("No repository loaded so far has this in its name. The registry may know it all the same.")
        else:
            about = self.tr("No repository has this in its name.")
        self._nothing.say(self.tr("Nothing found"), about)

    def _toggle(self, entry: RegistryEntry, opens: bool) -> None:
        if not entry.tag and not entry.more and entry.open != opens:
            (self.open_requested if opens else self.close_requested).emit(entry.repository)

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        self._model.set_filter(text.strip())
        self._place()

    @Slot(str, object)
    def _on_act_requested(self, act: str, entry: RegistryEntry) -> None:
        if act == TOGGLE:
            self._toggle(entry, not entry.open)
        else:
            self.more_tags_requested.emit(entry.repository)

    @Slot(object)
    def _on_row_activated(self, entry: RegistryEntry) -> None:
        if entry.more:
            self.more_tags_requested.emit(entry.repository)
        else:
            self._toggle(entry, not entry.open)

    @Slot()
    def _on_right_pressed(self) -> None:
        if self._chosen:
            self._toggle(self._chosen, True)

    @Slot()
    def _on_left_pressed(self) -> None:
        if self._chosen and self._chosen.tag:
            self.table.choose(lambda entry: entry.key == (self._chosen and self._chosen.repository, "", False))
        elif self._chosen:
            self._toggle(self._chosen, False)

    @Slot(object)
    def _on_chosen_changed(self, entries: Sequence[RegistryEntry]) -> None:
        before, chosen = self._chosen, entries[0] if entries and not entries[0].more else None
        self._chosen = chosen
        if (before and before.key) != (chosen and chosen.key):
            self.chosen_changed.emit(chosen)

    @Slot()
    def _on_settled(self) -> None:
        self._take_wanted()
        self._on_chosen_changed(self.table.chosen())
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(2, self.width() < ROOMY)
        self.table.setColumnHidden(1, self.width() < FITTING)
