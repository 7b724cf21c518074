"""Asks before an account goes, and says what goes with it and what stays."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.display import one_line
from desktop.core.registry import Account
from desktop.ui.dialog_frame import DialogFrame, consequence, consequences
from desktop.ui.naming import registry_title
from desktop.ui.widgets.parts import button, label


class SignOutDialog(DialogFrame):
    """What goes: the account and its secret. What stays: everything else."""

    confirmed = Signal(object)  # Account

    def __init__(self, account: Account, parent: QWidget | None = None) -> None:
        title = self.tr("Sign out of {registry}?").format(registry=one_line(registry_title(account.host), 60))
        super().__init__(parent, title, self.tr("You can connect it again at any time."), 480)
        self.account = account
        goes = self.tr("The account, and its secret in this computer's keyring.")
        if not account.asks or not account.kept:
            goes = self.tr("The account.")
        stays = self.tr("What the registry holds, and all images on this computer.")
        well = consequences(
            consequence("key", self.tr("What goes"), [label(goes, "small", "text2", wrap=True)], "bad"),
            consequence("registry", self.tr("What stays"), [label(stays, "small", "text2", wrap=True)]),
        )
        self.sign_out_button = button(self.tr("Sign out"), "power", "danger")
        self.sign_out_button.clicked.connect(self._on_sign_out_clicked)
        self.fill([well], self.sign_out_button)

    def _on_sign_out_clicked(self) -> None:
        self.set_busy(True)
        self.confirmed.emit(self.account)
