"""The field for a registry's address: understood while it is typed, set right visibly, looked for after a pause."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.core.address import Address, WhyNot, twin, understand
from desktop.core.display import one_line
from desktop.core.errors import AppError
from desktop.core.registry import Greeting, SignIn
from desktop.core.registry_errors import InvalidAddress
from desktop.ui.dialog_frame import Note, named
from desktop.ui.notices import explain
from desktop.ui.widgets.parts import button, column, field, outline

PAUSE_MS = 400  #: without a key, until the registry is asked who it is


class AddressField(QWidget):
    """An address, and who answers there."""

    greet_requested = Signal(object)  # Address
    changed = Signal()  # address or greeting

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.address: Address | None = None
        self.greeting: Greeting | None = None
        self._known: tuple[str, ...] = ()
        self.line = field(hint=self.tr("myregistry.azurecr.io"))
        self.corrected, self.found, self.warned = Note(), Note(), Note()
        self.again_button = button(self.tr("Look again"), kind="link")
        self.again_button.hide()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        notes = column(self.corrected, self.warned, self.found, self.again_button, gap=4)
        self.setLayout(named(self.tr("Address"), self.line, notes))
        self.line.textChanged.connect(self._on_text_changed)
        self.line.editingFinished.connect(self._on_editing_finished)
        self._pause.timeout.connect(self.look)
        self.again_button.clicked.connect(self.look)

    def set_known(self, hosts: Sequence[str]) -> None:
        """These are connected: a name that could be mistaken for one of them is pointed out."""
        self._known = tuple(hosts)

    @Slot()
    def look(self) -> None:
        """Ask who is there, or say why nobody can be."""
        self._pause.stop()
        if self.address is None:
            self._say_why_not()
        elif self.greeting is None:
            self.again_button.hide()
            self.found.say(self.tr("Looking for it…"), "text2", "clock")
            self.greet_requested.emit(self.address)

    def show_greeting(self, greeting: Greeting) -> None:
        """Who answered; ignored where another address was typed meanwhile."""
        if self.address and greeting.host == self.address.host:
            self.greeting = greeting
            words, tone = self._say_found(greeting)
            self.found.say(words, tone, "check" if tone == "good" else "alert")
            self._look_like("good" if tone == "good" else "")
            self.changed.emit()

    def show_error(self, error: AppError) -> None:
        """Why nobody answered, or not as a registry does; ignored where another address was typed meanwhile."""
        if self.address and error.facts.get("host", self.address.host) == self.address.host:
            notice = explain(error)
            self.found.say(f"{notice.title}. {notice.reason} {notice.hint}", "bad", "alert")
            self.again_button.show()
            self._look_like("bad")
            self.changed.emit()

    def _say_found(self, greeting: Greeting) -> tuple[str, str]:
        if greeting.sign_in is SignIn.NONE:
            return self.tr("Found. This registry did not ask for a password."), "good"
        if greeting.insecure:
            return self.tr("Found, but it speaks plain http: nothing sent there is encrypted."), "warn"
        if greeting.scheme == "http":
            return self.tr("Found on this computer. It asks for a sign-in."), "good"
        return self.tr("Found. It asks for a sign-in over https."), "good"

    def _say_why_not(self) -> None:
        try:
            understand(self.line.text())
        except InvalidAddress as refused:
            why = refused.facts["why"]
            if why != WhyNot.EMPTY:
                self.found.say(QCoreApplication.translate("addresses", why), "bad", "alert")
                self._look_like("bad")
                self.changed.emit()

    def _say_typed(self, address: Address) -> None:
        means = self.tr("This means {address}").format(address=_written(address))
        self.corrected.say(means if address.typed.strip() != _written(address) else "", "text2", "info")
        other = twin(address.host, self._known)
        almost = self.tr("Almost the same name as {host}, which is connected. Is this one meant?")
        self.warned.say(almost.format(host=other) if other else "", "warn", "alert")

    @Slot()
    def _on_editing_finished(self) -> None:
        """Set it right where it stands, now that nobody types in it."""
        if self.address and self.line.text() != _written(self.address):
            typed = one_line(self.address.typed.strip(), 80)
            self.line.blockSignals(True)
            self.line.setText(_written(self.address))
            self.line.blockSignals(False)
            if typed != _written(self.address):
                self.corrected.say(
                    self.tr("Set right from what you typed: {typed}").format(typed=typed), "text2", "info"
                )

    def _look_like(self, state: str) -> None:
        outline(self.line, state)

    @Slot()
    def _on_text_changed(self) -> None:
        self.address = self.greeting = None
        self.again_button.hide()
        self._look_like("")
        for note in (self.found, self.corrected, self.warned):
            note.say("")
        try:
            self.address = understand(self.line.text())
        except InvalidAddress:
            pass  # said after a pause: it may be half typed
        else:
            self._say_typed(self.address)
        self._pause.start()
        self.changed.emit()


def _written(address: Address) -> str:
    """How an address stands in the field: http:// stays where it was asked for, since it changes what is done."""
    open_line = address.scheme == "http" and not address.loopback
    return f"http://{address.host}" if open_line else address.host
