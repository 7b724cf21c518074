"""The dialogs of the images' room: one at a time, open until what it asked for has happened."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.models import TableModel
from desktop.core.errors import AppError
from desktop.core.inventory import NamedImage, Removal, removal
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.ui.dialog_frame import DialogFrame
from desktop.ui.name_dialog import NameDialog
from desktop.ui.pull_dialog import PullDialog
from desktop.ui.remove_dialog import RemoveDialog


class ImageDialogs(QObject):
    """Opens them over *window*, tells what they ask for, and brings them the answer."""

    pull_requested = Signal(object, str)  # Reference, account id or ""
    add_name_requested = Signal(str, object)  # image id, Reference
    send_requested = Signal(str, object, str)  # image id, Reference, account id or ""
    remove_requested = Signal(object)  # Removal
    suggestions_requested = Signal(str, str)  # account id, repository in its registry
    step_requested = Signal(object)  # the AppError whose button was clicked, the dialog is closed

    def __init__(self, window: QWidget, model: TableModel) -> None:
        super().__init__(window)
        self._window, self._model = window, model
        self._accounts: tuple[Account, ...] = ()
        self._waiting = False  # whether the open dialog waits for what it asked for
        self.current: DialogFrame | None = None

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The registries somebody is connected to."""
        return self._accounts

    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """Have these registries to choose from, in the next dialog."""
        self._accounts = tuple(accounts)

    def ask_pull(self, text: str) -> None:
        """Ask which image to pull."""
        dialog = PullDialog(self._window, self._accounts, text)
        dialog.pull_requested.connect(self._on_pull_requested)
        dialog.suggestions_requested.connect(self.suggestions_requested)
        self._open(dialog)

    def ask_name(self, image: NamedImage, send: bool, host: str, path: str, why: str = "") -> None:
        """Ask for one more name of *image*, and whether to *send* it there."""
        taken = {row.name: row.image.id for row in self._model.rows}
        dialog = NameDialog(self._window, image, self._accounts, taken, send, host, path, why)
        dialog.name_requested.connect(self._on_name_requested)
        dialog.send_requested.connect(self._on_send_requested)
        self._open(dialog)

    def ask_remove(self, image: NamedImage) -> None:
        """Show what removing this name would do, and ask."""
        dialog = RemoveDialog(self._window, removal(image))
        dialog.remove_requested.connect(self._on_remove_requested)
        self._open(dialog)

    def show_suggestions(self, repository: str, tags: Sequence[str]) -> None:
        """Offer these tags, if the dialog that asked is still open."""
        if isinstance(self.current, PullDialog):
            self.current.show_suggestions(repository, tags)

    def succeeded(self) -> None:
        """What the open dialog asked for has happened."""
        if self.current and self._waiting:
            self.current.succeeded()

    def failed(self, error: AppError) -> bool:
        """Show *error* in the dialog that asked for what failed; False where none did."""
        if not self.current or not self._waiting:
            return False
        self._waiting = False
        self.current.show_error(error)
        return True

    def _open(self, dialog: DialogFrame) -> None:
        if self.current:
            self.current.reject()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._on_finished)
        dialog.step_requested.connect(self._on_step_requested)
        self.current, self._waiting = dialog, False
        dialog.open()

    @Slot()
    def _on_finished(self) -> None:
        self.current, self._waiting = None, False

    @Slot(object)
    def _on_step_requested(self, error: AppError) -> None:
        if self.current:
            self.current.reject()
            self.step_requested.emit(error)

    @Slot(object, str)
    def _on_pull_requested(self, reference: Reference, account_id: str) -> None:
        self._waiting = True
        self.pull_requested.emit(reference, account_id)

    @Slot(str, object)
    def _on_name_requested(self, image_id: str, reference: Reference) -> None:
        self._waiting = True
        self.add_name_requested.emit(image_id, reference)

    @Slot(str, object, str)
    def _on_send_requested(self, image_id: str, reference: Reference, account_id: str) -> None:
        self._waiting = True
        self.send_requested.emit(image_id, reference, account_id)

    @Slot(object)
    def _on_remove_requested(self, plan: Removal) -> None:
        self._waiting = True
        self.remove_requested.emit(plan)
