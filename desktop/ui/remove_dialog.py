"""Remove a name of an image: what goes, what stays, and what stands in the way."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.core.display import one_line
from desktop.core.inventory import Removal
from desktop.ui.dialog_frame import DialogFrame, consequence, consequences
from desktop.ui.widgets.painted import Elided
from desktop.ui.widgets.parts import Item, button, label
from desktop.ui.words import short_digest, size

MOST = 6  #: names or containers listed; more are counted


class RemoveDialog(DialogFrame):
    """Shows what removing would do; nothing is ever removed by force."""

    remove_requested = Signal(object)  # Removal

    def __init__(self, parent: QWidget | None, removal: Removal) -> None:
        nameless = removal.name == removal.image.id
        self._name = short_digest(removal.name) if nameless else one_line(removal.name)
        super().__init__(parent, self.tr("Remove {name}?").format(name=self._name), "", 520)
        self.about.hide()
        self._removal = removal
        main = button(self.tr("Remove"), "trash", "danger")
        main.setEnabled(not removal.blocked)
        self.fill([consequences(self._goes(), *self._stays(), *self._users())], main)
        self.cancel_button.setFocus()
        main.clicked.connect(self._on_main_clicked)

    def _goes(self) -> Item:
        if self._removal.deletes:
            frees = self.tr("The image, with its last name. This frees up to {size}.")
            kept = self.tr("Parts shared with other images stay, and so does what a registry has.")
        else:
            frees = self.tr("This name alone. Nothing is freed: the image has other names.")
            kept = self.tr("What a registry has under this name stays there.")
        return _part(self.tr("What goes"), "trash", [frees.format(size=size(self._removal.image.size)), kept], "bad")

    def _stays(self) -> list[Item]:
        names = self._removal.stays
        return [_part(self.tr("What stays"), "image", self._few(names), names=True)] if names else []

    def _users(self) -> list[Item]:
        users = self._removal.used_by
        if not users:
            return []
        if not self._removal.blocked:
            after = self.tr("They keep the image and go on as before.")
            return [_part(self.tr("Containers made from it"), "container", [*self._few(users), after])]
        holds = self.tr("Containers made from it hold it. Stop and remove these first:")
        return [_part(self.tr("What stands in the way"), "alert", [holds, *self._few(users)], "warn")]

    def _few(self, names: Sequence[str]) -> list[str]:
        more = len(names) - MOST
        rest = [self.tr("and {n} more").format(n=more)] if more > 0 else []
        return [one_line(name) for name in names[:MOST]] + rest

    @Slot()
    def _on_main_clicked(self) -> None:
        self.set_busy(True)
        self.remove_requested.emit(self._removal)


def _part(title: str, icon: str, lines: Sequence[str], tone: str = "text2", names: bool = False) -> Item:
    """A heading and what belongs under it; of *names* each keeps to one line."""
    return consequence(icon, title, [_name(text) if names else _text(text) for text in lines], tone)


def _name(text: str) -> QWidget:
    return Elided(text, "small", "text2", middle=True)


def _text(text: str) -> QWidget:
    return label(text, "small", "text2", wrap=True)
