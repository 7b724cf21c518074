"""Give an image one more name, and send it there if that is what it is for."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop.core.address import is_azure, understand
from desktop.core.display import one_line
from desktop.core.inventory import NamedImage
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.core.registry_errors import InvalidAddress, InvalidReference
from desktop.ui.dialog_frame import DialogFrame, Note, named
from desktop.ui.naming import account_for, registry_title, short, tagged, title, why_not
from desktop.ui.widgets.painted import Elided, Icon
from desktop.ui.widgets.parts import button, column, field, frame, row

ELSEWHERE = ""  #: the combo's value for an address that is typed


class NameDialog(DialogFrame):
    """Registry, repository and tag make a new name of the image; the old one stays.

    *taken* are the names on this computer with the ids of their images; *host* and *path* are filled in; *why* says
    what led here. With *send* the image is sent under the new name.
    """

    name_requested = Signal(str, object)  # image id, Reference
    send_requested = Signal(str, object, str)  # image id, Reference, account id or ""

    def __init__(
        self,
        parent: QWidget | None,
        image: NamedImage,
        accounts: Sequence[Account],
        taken: Mapping[str, str],
        send: bool = False,
        host: str = "",
        path: str = "",
        why: str = "",
    ) -> None:
        about = self.tr("Gives it a name in a registry, then sends it there. The old name stays.")
        if not send:
            about = self.tr("One image can have many names. The old name stays.")
        heading = self.tr("Send {name} to a registry") if send else self.tr("Add a name to {name}")
        super().__init__(parent, heading.format(name=tagged(image)), why or about, 560)
        self._image, self._accounts, self._taken, self._send = image, tuple(accounts), taken, send
        self._reference: Reference | None = None
        self.registry_box, self.host_field = QComboBox(), field(hint=self.tr("myregistry.azurecr.io"))
        self.path_field, self.tag_field = field(hint=self.tr("samples/nginx")), field(hint="latest")
        self.preview, self.problem, self.note, self.signing = Elided("", "mono", middle=True), Note(), Note(), Note()
        self._fill_in(host, path)
        icon, caption = ("upload", self.tr("Send")) if send else ("tag", self.tr("Add name"))
        self.fill(self._lay_out(), button(caption, icon, "primary"))
        self.registry_box.currentIndexChanged.connect(self._on_registry_changed)
        for each in (self.host_field, self.path_field, self.tag_field):
            each.textChanged.connect(self._show_name)
        self.main_button.clicked.connect(self._on_main_clicked)
        self._on_registry_changed()
        self.path_field.setFocus()
        self.path_field.selectAll()

    def _fill_in(self, host: str, path: str) -> None:
        for account in self._accounts:
            shown = registry_title(account.host)
            self.registry_box.addItem(
                f"{shown}  ({one_line(account.user, 60)})" if account.user else shown, account.host
            )
        self.registry_box.addItem(self.tr("Another registry…"), ELSEWHERE)
        own = self._image.reference
        wanted = host or (own.registry if own and not own.on_docker_hub else "")
        at = self.registry_box.findData(wanted) if wanted else 0
        if at < 0:
            self.host_field.setText(wanted)
            at = self.registry_box.count() - 1
        self.registry_box.setCurrentIndex(at)
        self.path_field.setText(path or (short(own) if own else ""))
        self.tag_field.setText(own.tag if own else "latest")
        self.tag_field.setCursorPosition(0)  # a long one shows how it begins

    def _lay_out(self) -> list[QVBoxLayout | QWidget]:
        registry = named(self.tr("Registry"), self.registry_box, self.host_field)
        self.host_field.setAccessibleName(self.tr("Address of the registry"))
        self.tag_field.setFixedWidth(140)
        parts = row(named(self.tr("Repository"), self.path_field), named(self.tr("Tag"), self.tag_field), gap=12)
        parts.setStretch(0, 1)
        old, new = Elided(title(self._image), "mono", "text2", middle=True), row(Icon("arrow-right"), self.preview)
        new.setStretch(1, 1)
        well = frame("well", column(old, new, gap=6, margins=(14, 12, 14, 12)))
        return [registry, column(parts, self.problem, gap=6), well, column(self.note, self.signing, gap=6)]

    @property
    def _host(self) -> str:
        """The registry's address as chosen or typed; raises InvalidAddress."""
        chosen = self.registry_box.currentData()
        return str(chosen) if chosen != ELSEWHERE else understand(self.host_field.text()).host

    @Slot()
    def _on_registry_changed(self) -> None:
        self.host_field.setVisible(self.registry_box.currentData() == ELSEWHERE)
        self._show_name()

    @Slot()
    def _show_name(self) -> None:
        reason, self._reference = "", None
        try:
            tag = self.tag_field.text().strip() or "latest"
            self._reference = Reference.of(self._host, self.path_field.text().strip().lower(), tag)
        except (InvalidReference, InvalidAddress) as refused:
            typed = self.path_field.text() and (self.host_field.isHidden() or self.host_field.text())
            reason = why_not(refused) if typed else ""
        self.problem.say(reason, "bad", "alert")
        self.preview.setText(self._reference.familiar if self._reference else "…")
        self._say_what_it_means()

    def _say_what_it_means(self) -> None:
        reference = self._reference
        self.signing.say("")
        if reference is None:
            self.note.say("")
            self.main_button.setEnabled(False)
            return
        forms = reference.familiar, str(reference)  # engines list either
        known = any(form in self._image.image.names for form in forms)
        official = reference.on_docker_hub and reference.path.startswith("library/")
        self.main_button.setEnabled(not official if self._send else not known)
        owner = next((self._taken[form] for form in forms if form in self._taken), self._image.image.id)
        if official and self._send:
            self.note.say(
                self.tr("On Docker Hub your own names begin with your user name and a slash."), "warn", "alert"
            )
        elif known:
            self.note.say(self.tr("The image has this name already."), icon="info")
        elif owner != self._image.image.id:
            self.note.say(self.tr("Another image here has this name. It would lose it."), "warn", "alert")
        else:
            self.note.say(self._what_was_set_right(reference), icon="info")
        if self._send:
            self._say_who_signs_in(reference.registry)

    def _what_was_set_right(self, reference: Reference) -> str:
        if self.path_field.text() == self.path_field.text().lower():
            return ""
        azure = self.tr("Set in lower case, as Azure needs it.")
        return azure if is_azure(reference.registry) else self.tr("Set in lower case.")

    def _say_who_signs_in(self, registry: str) -> None:
        account = account_for(self._accounts, registry)
        if account and account.user:
            self.signing.say(self.tr("Signs in as {user}.").format(user=one_line(account.user)), icon="key")
        elif account:
            self.signing.say(self.tr("Sends without signing in."), icon="globe")
        else:
            self.signing.say(self.tr("You are not signed in to this registry. It may refuse."), "warn", "alert")

    @Slot()
    def _on_main_clicked(self) -> None:
        reference, image_id = self._reference, self._image.image.id
        if reference is None:
            return
        self.set_busy(True)
        if self._send:
            account = account_for(self._accounts, reference.registry)
            self.send_requested.emit(image_id, reference, account.id if account else "")
        else:
            self.name_requested.emit(image_id, reference)
