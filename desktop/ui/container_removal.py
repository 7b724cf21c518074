"""Asks before a container goes, and says what goes with it and what stays."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.display import one_line
from desktop.core.inventory import Container
from desktop.ui.dialog_frame import DialogFrame
from desktop.ui.widgets.painted import Elided, Icon
from desktop.ui.widgets.parts import Item, button, column, divider, frame, label, row


class ContainerRemoval(DialogFrame):
    """What goes: all it wrote inside itself. What stays: the image."""

    confirmed = Signal(object)  # Container

    def __init__(self, container: Container, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            self.tr("Remove {name}").format(name=one_line(container.name, 60)),
            self.tr("It cannot be brought back."),
            480,
        )
        self.container = container
        goes = self.tr("The container, and all it wrote inside itself")
        if container.alive:
            goes = self.tr("The container, which is stopped first, and all it wrote inside itself")
        well = column(
            self._line("trash", "bad", self.tr("Goes"), goes),
            divider(),
            self._line("image", "text2", self.tr("Stays"), self.tr("The image"), container.image),
            gap=0,
        )
        self.remove_button = button(self.tr("Remove"), "trash", "danger")
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.fill([frame("well", well)], self.remove_button)

    def _line(self, icon: str, tone: str, title: str, about: str, name: str = "") -> Item:
        words = column(label(title, "medium"), label(about, "small", "text2", wrap=True), gap=2)
        if name:
            words.addWidget(Elided(one_line(name), "small", "text2", middle=True))
        line = row(Icon(icon, tone), words, gap=12, margins=(14, 11, 14, 11), top=True)
        line.setStretch(1, 1)
        return line

    def _on_remove_clicked(self) -> None:
        self.set_busy(True)
        self.confirmed.emit(self.container)
