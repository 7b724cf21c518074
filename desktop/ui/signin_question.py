"""What has to be agreed to before a secret goes anywhere unexpected."""

from PySide6.QtWidgets import QWidget

from desktop.core.display import one_line
from desktop.core.registry import Greeting, SignIn
from desktop.ui.widgets.controls import Switch
from desktop.ui.widgets.parts import column, frame, label, row


class Question(QWidget):
    """A switch with its meaning, hidden while nothing is asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch, self._about = Switch(), label("", "small", "text2", wrap=True)
        self._title = label("", "medium", wrap=True)
        line = row(column(self._title, self._about, gap=2), self.switch, gap=12, margins=(14, 11, 14, 11))
        line.setStretch(0, 1)
        self.setLayout(column(frame("well", line)))
        self.hide()

    @property
    def settled(self) -> bool:
        """Whether nothing is asked, or it was agreed to."""
        return self.isHidden() or self.switch.isChecked()

    def ask_realm(self, greeting: Greeting | None) -> None:
        """Ask whether the secret may go to another host than the registry's, where it would."""
        if greeting and greeting.sign_in is SignIn.BEARER and greeting.realm_host:
            about = self.tr("{host} wants you to sign in there. Go on only if whoever runs the registry confirms it.")
            title = self.tr("Send the secret to {realm}").format(realm=one_line(greeting.realm_host))
            self._ask(title, about.format(host=greeting.host))
        else:
            self._drop()

    def ask_open_line(self, greeting: Greeting | None) -> None:
        """Ask whether the secret may go unencrypted, where it would."""
        if greeting and greeting.sign_in is not SignIn.NONE and greeting.insecure:
            about = self.tr("Everybody on the way to {host} can read it.").format(host=greeting.host)
            self._ask(self.tr("Send the secret unencrypted"), about)
        else:
            self._drop()

    def _ask(self, title: str, about: str) -> None:
        self._title.setText(title)
        self._about.setText(about)
        self.switch.setAccessibleName(title)
        self.switch.setAccessibleDescription(about)
        self.switch.setChecked(False)
        self.show()

    def _drop(self) -> None:
        self.switch.setChecked(False)
        self.hide()
