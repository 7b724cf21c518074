"""The pane beside the images: the chosen one's names, what it is made of, who uses it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.display import one_line
from desktop.core.inventory import Image, ImageDetails, NamedImage
from desktop.core.reference import Reference
from desktop.core.registry_errors import InvalidReference
from desktop.ui import words
from desktop.ui.naming import tagged
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.painted import Elided, Icon
from desktop.ui.widgets.parts import button, column, frame, icon_button, label, row

WIDTH, KEY, REGISTRY = 304, 80, 96  #: pixels: of the pane, the names of facts, a registry beside a name
COPIED_MS = 1500


class Facts(QWidget):
    """Names and values, one a line; a line whose value is not known is not there."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: QVBoxLayout = column(gap=8)
        self.setLayout(self._lines)
        self.shown: dict[str, str] = {}

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these, in this order, and no others."""
        self.shown = {name: one_line(value, 2000) for name, value in facts if value}
        _empty(self._lines)
        for name, value in self.shown.items():
            key = Elided(name, "small", "text2")
            key.setFixedWidth(KEY)
            held = Elided(value, "mono" if value.startswith("sha") else "small", middle=value.startswith("sha"))
            self._lines.addWidget(_line(key, held))
        self.setVisible(bool(self.shown))


class ImageDetailsPane(QScrollArea):
    """What is known of the chosen image; a hint while none is chosen."""

    name_requested = Signal()  # give it another name
    container_requested = Signal(str)  # show the container of that name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("About the chosen image"))
        self._row: NamedImage | None = None
        self.title, self.about = Elided("", "heading", middle=True), label("", "small", "text2", wrap=True)
        self.copy_button = icon_button("copy", self.tr("Copy the name"), size=24)
        self.name_button = button(self.tr("Add another name"), "plus", "link")
        self.facts, self._names, self._users = Facts(), column(gap=8), column(gap=8)
        self._about, self._used = label(self.tr("About it"), "strong"), label(self.tr("Used by"), "strong")
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._places = QStackedLayout()
        self._lay_out()
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self._copied.timeout.connect(self._on_copied_timeout)
        self.name_button.clicked.connect(self.name_requested)
        self.show_row(None)

    def _lay_out(self) -> None:
        names = frame("well", column(self._names, self.name_button, gap=8, margins=(12, 10, 12, 10)))
        head = row(self.title, self.copy_button)
        head.setStretch(0, 1)
        parts = (head, self.about, 8, label(self.tr("Names"), "strong"), names, 8, self._about, self.facts, 8)
        whole = column(*parts, self._used, self._users, None, gap=7, margins=(20, 16, 20, 16))
        hint = label(self.tr("Choose an image to see what it is made of and who uses it."), "small", "text2", wrap=True)
        for inside in (whole, column(hint, None, margins=(20, 20, 20, 16))):
            self._places.addWidget(frame("pane", inside))
        ground = QWidget()
        ground.setLayout(self._places)
        self.setWidget(ground)

    def show_row(self, chosen: NamedImage | None) -> None:
        """Show what the list knows of the chosen image, and what was told of it before where it is the same."""
        before, self._row = self._row, chosen
        self._places.setCurrentIndex(0 if chosen else 1)
        if chosen is None:
            return
        if before is None or before.image.id != chosen.image.id:
            self._show_facts(())
        self.title.setText(tagged(chosen))
        made, big = words.age(chosen.image.created) if chosen.image.created > 0 else "", words.size(chosen.image.size)
        self.about.setText(self.tr("{size}, made {age} ago").format(size=big, age=made) if made else big)
        self._show_names(chosen.image)
        self._show_users(chosen.used_by)

    @Slot(object)
    def show_details(self, details: ImageDetails) -> None:
        """Show what the image says of itself; ignored if another one was chosen meanwhile."""
        if self._row is None or details.id != self._row.image.id:
            return
        ports = ", ".join(port.removesuffix("/tcp") for port in details.ports)
        command = " ".join((*details.entrypoint, *details.command))
        layers = self.tr("1 layer") if len(details.layers) == 1 else self.tr("{n} layers")
        self._show_facts(
            (
                (self.tr("Digest"), words.short_digest(self._digest(details))),
                (self.tr("Platform"), details.platform),
                (self.tr("Listens on"), ports),
                (self.tr("Starts"), command),
                (self.tr("Made of"), layers.format(n=len(details.layers)) if details.layers else ""),
            )
        )

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        self.facts.show_facts(facts)
        self._about.setVisible(bool(self.facts.shown))

    def _digest(self, details: ImageDetails) -> str:
        """What the chosen name's registry calls it; "" while it was neither pulled from there nor pushed."""
        reference = self._row.reference if self._row else None
        for each in details.digests:
            try:
                known = Reference.parse(each)
            except InvalidReference:
                continue
            if reference and known.repository == reference.repository:
                return known.digest
        return ""

    def _show_names(self, image: Image) -> None:
        _empty(self._names)
        for name in image.names:
            each = NamedImage(image, name)
            reference = each.reference
            registry = reference.registry if reference and not reference.on_docker_hub else ""
            where = Elided(registry.removesuffix(".azurecr.io"), "small", "text2", middle=True)
            where.setMaximumWidth(REGISTRY)  # the name itself comes first
            where.setToolTip(registry)
            line = _line(Icon("tag", "text2", 14), Elided(tagged(each), "small", middle=True), where)
            self._names.addWidget(line)

    def _show_users(self, users: Sequence[str]) -> None:
        _empty(self._users)
        self._used.setVisible(bool(users))
        for name in users:
            line = _User(name)
            line.show_requested.connect(self.container_requested)
            self._users.addWidget(line)

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._row:
            QGuiApplication.clipboard().setText(self._row.name or self._row.image.id)
            self.copy_button.setIcon(glyphs.icon("check", "good"))
            self._copied.start()

    @Slot()
    def _on_copied_timeout(self) -> None:
        self.copy_button.setIcon(glyphs.icon("copy"))


class _User(QWidget):
    """A container made from the image, and the way to it."""

    show_requested = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self.button = name, button(self.tr("Show"), kind="link")
        self.button.setAccessibleName(self.tr("Show the container {name}").format(name=one_line(name)))
        self.button.clicked.connect(self._on_clicked)
        self.setLayout(
            _filled(Icon("container", "text2", 14), Elided(one_line(name), "medium", middle=True), self.button)
        )

    @Slot()
    def _on_clicked(self) -> None:
        self.show_requested.emit(self._name)


def _filled(*parts: QWidget) -> QHBoxLayout:
    """One line, in which the second part takes what is left."""
    box = row(*parts)
    box.setStretch(1, 1)
    return box


def _line(*parts: QWidget) -> QWidget:
    made = QWidget()
    made.setLayout(_filled(*parts))
    return made


def _empty(box: QVBoxLayout) -> None:
    while (item := box.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
