"""Asks before a container goes, and says what goes with it and what stays."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.display import one_line
from desktop.core.inventory import Container
from desktop.ui.dialog_frame import DialogFrame, consequence, consequences
from desktop.ui.widgets.painted import Elided
from desktop.ui.widgets.parts import button, label


class ContainerRemoval(DialogFrame):
    """What goes: all it wrote inside itself. What stays: the image."""

    confirmed = Signal(object)  # Container

    def __init__(self, container: Container, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            self.tr("Remove {name}?").format(name=one_line(container.name, 60)),
            self.tr("It cannot be brought back."),
            480,
        )
        self.container = container
        goes = self.tr("The container, and all it wrote inside itself.")
        if container.alive:
            goes = self.tr("The container, which is stopped first, and all it wrote inside itself.")
        kept = Elided(one_line(container.image), "small", "text2", middle=True)
        well = consequences(
            consequence("trash", self.tr("What goes"), [label(goes, "small", "text2", wrap=True)], "bad"),
            consequence("image", self.tr("What stays"), [label(self.tr("The image."), "small", "text2"), kept]),
        )
        self.remove_button = button(self.tr("Remove"), "trash", "danger")
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.fill([well], self.remove_button)

    def _on_remove_clicked(self) -> None:
        self.set_busy(True)
        self.confirmed.emit(self.container)
