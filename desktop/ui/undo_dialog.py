"""Asks before what the tour made is taken away, and names all of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.onboarding import Undo
from desktop.ui.dialog_frame import DialogFrame
from desktop.ui.widgets.painted import Elided, Icon
from desktop.ui.widgets.parts import Item, button, column, frame, label, row


class UndoDialog(DialogFrame):
    """What goes from this computer, and what stays in the registry."""

    confirmed = Signal(object)  # Undo

    def __init__(self, undo: Undo, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            self.tr("Undo what the tour made?"),
            self.tr("This goes from this computer. Nothing else is touched."),
            520,
        )
        self._undo = undo
        lines: list[Item] = [
            row(Icon(icon, "text2"), Elided(name, "medium", middle=True), None, label(kind, "small", "text2"), gap=10)
            for icon, name, kind in (
                *(("container", name, self.tr("container, stopped and removed")) for _, name in undo.containers),
                *(("tag", name, self.tr("name of an image")) for name in undo.names),
            )
        ]
        body: list[Item] = [frame("well", column(*lines, gap=10, margins=(14, 12, 14, 12)))]
        if undo.stays:
            kept = self.tr("What was pushed stays in its registry: {names}.").format(names=", ".join(undo.stays))
            body.append(label(kept, "small", "text2", wrap=True))
        self.undo_button = button(self.tr("Remove these"), "trash", "danger")
        self.undo_button.clicked.connect(self._on_undo_clicked)
        self.fill(body, self.undo_button)

    def _on_undo_clicked(self) -> None:
        self.set_busy(True)
        self.confirmed.emit(self._undo)
