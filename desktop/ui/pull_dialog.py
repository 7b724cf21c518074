"""Pull an image: its name, checked while it is typed, and who signs in."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QCompleter, QWidget

from desktop.core.display import one_line
from desktop.core.reference import Reference, understand
from desktop.core.registry import Account
from desktop.core.registry_errors import InvalidReference
from desktop.ui.dialog_frame import DialogFrame, Note, named
from desktop.ui.naming import account_for, registry_title, why_not
from desktop.ui.widgets.parts import button, field, label, outline, row

PAUSE_MS = 350  #: after the last key, before tags are asked for
UNFINISHED = (":", "/", "@", "-", ".", "_")  #: after these more is to come
MOST_SHOWN = 4  #: tags offered as buttons; the rest completes what is typed


class PullDialog(DialogFrame):
    """Asks for a name; *text* is filled in. Tags are offered where the registry is connected."""

    pull_requested = Signal(object, str)  # Reference, account id or ""
    suggestions_requested = Signal(str, str)  # account id, repository in its registry

    def __init__(self, parent: QWidget | None, accounts: Sequence[Account], text: str = "") -> None:
        about = self.tr("Brings an image from a registry to this computer, ready to run.")
        super().__init__(parent, self.tr("Pull an image"), about, 520)
        self._accounts = tuple(accounts)
        self._reference: Reference | None = None
        self._known = ("", "")  # account and repository whose tags are offered or on their way
        self.name_field = field(text, hint="nginx")
        self.meaning, self.signing, self.tags = Note(), Note(), Tags()
        self._completions = QStringListModel(self)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        body = named(self.tr("Name of the image"), self.name_field, self.meaning, self.signing, self.tags)
        self.fill([body], button(self.tr("Pull"), "download", "primary"))
        self._let_complete()
        self.name_field.textChanged.connect(self._on_name_changed)
        self._pause.timeout.connect(self.look_for_tags)
        self.tags.chosen.connect(self._on_tag_chosen)
        self.main_button.clicked.connect(self._on_main_clicked)
        self._on_name_changed(text)
        self.name_field.setFocus()

    def show_suggestions(self, repository: str, tags: Sequence[str]) -> None:
        """Offer the *tags* of *repository*; ignored if another one was typed meanwhile."""
        if repository and (repository == self._known[1] == self._wanted()[1]):
            stem = self._stem()
            self._completions.setStringList([f"{stem}:{tag}" for tag in tags])
            self.tags.offer(tags)

    def _let_complete(self) -> None:
        completer = QCompleter(self._completions, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)
        self.name_field.setCompleter(completer)

    def _stem(self) -> str:
        """What was typed, without the tag."""
        typed = self.name_field.text().partition("@")[0]
        head, colon, last = typed.rpartition(":")
        return head if colon and "/" not in last else typed

    @property
    def _account(self) -> Account | None:
        return account_for(self._accounts, self._reference.registry) if self._reference else None

    def _wanted(self) -> tuple[str, str]:
        """The account and repository whose tags would help now, while a tag is half typed too."""
        try:
            repository = understand(self._stem())
        except InvalidReference:
            return "", ""
        account = account_for(self._accounts, repository.registry)
        return (account.id, repository.path) if account else ("", "")

    @Slot(str)
    def _on_name_changed(self, text: str) -> None:
        reason = ""
        try:
            self._reference = understand(text)
        except InvalidReference as refused:
            self._reference, reason = None, why_not(refused) if text.strip() else ""
        self.main_button.setEnabled(self._reference is not None)
        unfinished = text.rstrip().endswith(UNFINISHED)  # it may yet become a name
        refused_now = "bad" if reason and not unfinished else ""
        outline(self.name_field, "good" if self._reference else refused_now)
        self._explain("" if unfinished else reason)
        self._offer_later()

    def _explain(self, reason: str) -> None:
        """Say what the name stands for and who signs in, or why it is no name."""
        reference, account = self._reference, self._account
        if reference is None:
            example = self.tr("For example nginx, or myregistry.azurecr.io/samples/nginx:v1.")
            self.meaning.say(reason, "bad", "alert") if reason else self.meaning.say(example, icon="info")
            self.signing.say("")
            return
        stands_for = self.tr("{name}, from {registry}")
        shown = stands_for.format(name=reference, registry=registry_title(reference.registry))
        self.meaning.say(shown, "good", "check")
        if account and account.user:
            self.signing.say(self.tr("Signs in as {user}.").format(user=one_line(account.user)), icon="key")
        else:
            self.signing.say(self.tr("Pulls without signing in."), icon="globe")

    def _offer_later(self) -> None:
        wanted = self._wanted()
        if wanted == self._known:
            return
        self._known = ("", "")
        self._completions.setStringList([])
        self.tags.offer(())
        if wanted[1]:
            self._pause.start()
        else:
            self._pause.stop()

    @Slot()
    def look_for_tags(self) -> None:
        """Ask for the tags of what is typed now, as a pause in typing does."""
        self._known = self._wanted()
        if self._known[1]:
            self.suggestions_requested.emit(*self._known)

    @Slot(str)
    def _on_tag_chosen(self, tag: str) -> None:
        self.name_field.setText(f"{self._stem()}:{tag}")
        self.name_field.setFocus()

    @Slot()
    def _on_main_clicked(self) -> None:
        if self._reference is not None:
            account = self._account
            self.set_busy(True)
            self.pull_requested.emit(self._reference, account.id if account else "")


class Tags(QWidget):
    """The first few tags of a repository as buttons, and how many more there are."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._line, self._tags = row(gap=12), tuple[str, ...]()
        self._buttons = QButtonGroup(self)
        self._buttons.idClicked.connect(self._on_clicked)
        self.setLayout(self._line)
        self.hide()

    @property
    def buttons(self) -> list[QAbstractButton]:
        """One for each tag that is shown."""
        return self._buttons.buttons()

    def offer(self, tags: Sequence[str]) -> None:
        """Show these; nothing where there are none."""
        self._tags = tuple(tags)
        while (item := self._line.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._line.addWidget(label(self.tr("Tags there:"), "small", "text2"))
        for number, tag in enumerate(self._tags[:MOST_SHOWN]):
            made = button(one_line(tag, 20), kind="link")
            made.setToolTip(one_line(tag))
            self._buttons.addButton(made, number)
            self._line.addWidget(made)
        if len(self._tags) > MOST_SHOWN:
            more = self.tr("and {n} more").format(n=len(self._tags) - MOST_SHOWN)
            self._line.addWidget(label(more, "small", "text2"))
        self._line.addStretch(1)
        self.setVisible(bool(self._tags))

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._tags[number])
