"""The pane beside a registry's list: the chosen tag, what can be done with it, and what it is made of."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.display import one_line
from desktop.core.reference import Reference
from desktop.core.registry import Layer, TagDetails
from desktop.ui import words
from desktop.ui.repository_cells import date, made_at
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.painted import Elided, Meter
from desktop.ui.widgets.parts import Item, button, column, divider, frame, icon_button, label, row

WIDE, KEY = 344, 76  #: pixels of the pane, and of a fact's name
COPIED_MS = 1500
MOST_LAYERS, MOST_LABELS = 40, 20  #: shown; more are counted
PLATFORMS = 6


class TagDetailsPane(QFrame):
    """Everything about the chosen tag, its acts first."""

    pull_requested = Signal(object)  # Reference
    run_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setFixedWidth(WIDE)
        self.setAccessibleName(self.tr("The chosen tag"))
        self._reference: Reference | None = None
        self._digest = ""
        self.title, self.about = Elided("", "heading", middle=True), Elided("", "small", "text2", middle=True)
        self.pull_button = button(self.tr("Pull"), "download", "primary")
        self.run_button = button(self.tr("Run"), "play")
        self.copy_button = button(self.tr("Copy address"), "copy")
        self.digest_label = label("", "mono")
        self.digest_button = icon_button("copy", self.tr("Copy the digest"), size=24)
        self.waiting = label(self.tr("Asking the registry…"), "small", "text2")
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._facts = QWidget()
        self._inside: QVBoxLayout = column(gap=8)
        digest = row(self.digest_label, None, self.digest_button, gap=4)
        self._facts.setLayout(column(_fact(self.tr("Digest"), digest), self._inside, gap=8))
        self._lay_out()
        self.pull_button.clicked.connect(self._on_pull_clicked)
        self.run_button.clicked.connect(self._on_run_clicked)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.digest_button.clicked.connect(self._on_digest_clicked)
        self._copied.timeout.connect(self._on_copied_timeout)
        self.show_nothing()

    def _lay_out(self) -> None:
        self.copy_button.setAccessibleName(self.tr("Copy address"))
        self._acts = row(self.pull_button, self.run_button, self.copy_button, None)
        head = column(column(self.title, self.about, gap=2), 4, self._acts, gap=8, margins=(20, 16, 20, 8))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(frame("pane", column(self.waiting, self._facts, None, gap=0, margins=(20, 8, 20, 16))))
        shown = column(head, scroll, gap=0)
        shown.setStretch(1, 1)
        hint = label(self.tr("Choose a tag to see what it is, pull it or run it."), "small", "text2", wrap=True)
        self._places = QStackedWidget()
        self._hint, self._shown = frame("pane", column(hint, None, margins=(20, 20, 20, 16))), frame("pane", shown)
        for place in (self._hint, self._shown):
            self._places.addWidget(place)
        self.setLayout(column(self._places))

    @property
    def reference(self) -> Reference | None:
        """What is on show."""
        return self._reference

    def show_nothing(self) -> None:
        """No tag is chosen."""
        self._reference, self._digest = None, ""
        self._places.setCurrentWidget(self._hint)

    def show_tag(self, reference: Reference) -> None:
        """This tag is chosen; what it stands for is being asked."""
        self._reference, self._digest = reference, ""
        self._on_copied_timeout()
        self.title.setText(one_line(f"{reference.path}:{reference.tag}"))
        self.about.setText(reference.registry)
        self._clear()
        self.waiting.show()
        self._facts.hide()
        self._places.setCurrentWidget(self._shown)

    def show_details(self, details: TagDetails) -> None:
        """What the chosen tag stands for."""
        self._digest = details.digest
        self._clear()
        self._add_facts(details)
        if details.layers:
            self._add_layers(details.layers)
        if details.labels:
            self._add_labels(details.labels)
        self.waiting.hide()
        self._facts.show()

    def show_failed(self) -> None:
        """What it stands for could not be had; why is said elsewhere."""
        self.waiting.hide()

    def let_act(self, possible: bool, why_not: str = "") -> None:
        """Whether images can be pulled and run now."""
        for each in (self.pull_button, self.run_button):
            each.setEnabled(possible)
            each.setToolTip("" if possible else why_not)

    def _add_facts(self, details: TagDetails) -> None:
        self.digest_label.setText(words.short_digest(details.digest))
        self.digest_label.setToolTip(details.digest)
        many = len(details.platforms) > 1
        packed = self.tr("{size}, packed, for one platform") if many else self.tr("{size}, packed")
        self._add(_fact(self.tr("Size"), label(packed.format(size=words.size(details.size)), wrap=True)))
        if details.platforms:
            self._add(_fact(self.tr("Platforms") if many else self.tr("Platform"), self._platforms(details.platforms)))
        if made := made_at(details.created):
            ago = label(self.tr("{age} ago").format(age=words.age(made)))
            ago.setToolTip(date(made))
            self._add(_fact(self.tr("Made"), ago))

    def _platforms(self, platforms: tuple[str, ...]) -> QWidget:
        shown = [one_line(each, 40) for each in platforms[:PLATFORMS]]
        if len(platforms) > PLATFORMS:
            shown.append(self.tr("{n} more").format(n=len(platforms) - PLATFORMS))
        return label(", ".join(shown), wrap=True)

    def _add_layers(self, layers: tuple[Layer, ...]) -> None:
        most = max(layer.size for layer in layers) or 1
        self._add(_apart(self.tr("Layers"), str(len(layers))))
        for layer in layers[:MOST_LAYERS]:
            name = label(words.short_digest(one_line(layer.digest)), "mono", "text2")
            name.setToolTip(one_line(layer.digest))
            bytes_ = label(words.size(layer.size), "small", "text2")
            self._add(column(row(name, None, bytes_), Meter(layer.size / most, "edge"), gap=4))

    def _add_labels(self, labels: tuple[tuple[str, str], ...]) -> None:
        self._add(_apart(self.tr("Labels"), str(len(labels))))
        for name, value in labels[:MOST_LABELS]:
            key, text = Elided(one_line(name), "small", "text2", middle=True), Elided(one_line(value), "small")
            key.setFixedWidth(132)
            line = row(key, text, gap=8)
            line.setStretch(1, 1)
            self._add(line)

    def _add(self, item: Item) -> None:
        held = QWidget()
        held.setLayout(item) if isinstance(item, QVBoxLayout) else held.setLayout(column(item))
        self._inside.addWidget(held)

    def _clear(self) -> None:
        while (item := self._inside.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()

    def _say_copied(self, made: QWidget) -> None:
        for each in (self.copy_button, self.digest_button):
            each.setIcon(glyphs.icon("check", "good") if each is made else glyphs.icon("copy"))
        self._copied.start()

    @Slot()
    def _on_copied_timeout(self) -> None:
        for each in (self.copy_button, self.digest_button):
            each.setIcon(glyphs.icon("copy"))

    @Slot()
    def _on_pull_clicked(self) -> None:
        if self._reference:
            self.pull_requested.emit(self._reference)

    @Slot()
    def _on_run_clicked(self) -> None:
        if self._reference:
            self.run_requested.emit(self._reference)

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._reference:
            QGuiApplication.clipboard().setText(str(self._reference))
            self._say_copied(self.copy_button)

    @Slot()
    def _on_digest_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._digest)
        self._say_copied(self.digest_button)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._acts.sizeHint().width() > WIDE - 40:  # in a language of longer words
            self.copy_button.setText("")
            self.copy_button.setToolTip(self.tr("Copy address"))


def _fact(name: str, value: Item) -> QVBoxLayout:
    key = Elided(name, "body", "text2")
    key.setFixedWidth(KEY)
    line = row(key, value, gap=4, top=isinstance(value, QWidget))
    line.setStretch(1, 1)
    return column(line)


def _apart(title: str, count: str) -> QVBoxLayout:
    """The head of a part of the pane, under a hairline."""
    return column(4, divider(), 6, row(label(title, "strong"), None, label(count, "small", "text2")), gap=0)
