"""The settings a container gets: environment variables, their values hidden unless shown."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QWidget

from desktop.core.display import display
from desktop.core.errors import AppError
from desktop.core.run_options import parse_environment, parse_setting
from desktop.core.secret import Secret
from desktop.ui.dialog_frame import Note
from desktop.ui.notices import in_short
from desktop.ui.widgets.parts import button, column, field, icon_button, label, row

MOST_HINTS = 6  #: lines of the image's own settings on show before they scroll


class SettingRow(QFrame):
    """A name and its value."""

    changed = Signal()
    removal_requested = Signal(object)  # this row
    pasted = Signal(object, object)  # this row; tuple of (name, Secret): several settings came at once

    def __init__(self, name: str = "", value: str = "", shown: bool = False) -> None:
        super().__init__()
        self.name_field = field(name, self.tr("NAME"), width=176)
        self.value_field = field(value, self.tr("value"))
        self.name_field.setAccessibleName(self.tr("Name of the setting"))
        self.value_field.setAccessibleName(self.tr("Value of the setting"))
        self.remove_button = icon_button("close", self.tr("Remove this setting"))
        self.note = Note()
        fields = row(self.name_field, self.value_field, self.remove_button)
        fields.setStretch(1, 1)
        self.setLayout(column(fields, self.note, gap=6))
        self.show_value(shown)
        self.name_field.textChanged.connect(self._on_name_changed)
        self.value_field.textChanged.connect(self.changed)
        self.remove_button.clicked.connect(self._on_remove_clicked)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not self.name_field.text().strip() and not self.value_field.text()

    def show_value(self, shown: bool) -> None:
        """Let the value be read, or only that there is one."""
        self.value_field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def setting(self) -> tuple[str, Secret]:
        """What it says; SettingInvalid."""
        return parse_setting(self.name_field.text(), self.value_field.text())

    def complain(self, error: AppError) -> None:
        """Say what is wrong with the name, and go there."""
        self.note.say(in_short(error), "bad", "alert")
        self.name_field.setFocus()

    def _on_name_changed(self, text: str) -> None:
        self.note.say("")
        if "=" in text:
            try:
                self.pasted.emit(self, parse_environment(text))
            except AppError as error:
                self.note.say(in_short(error), "bad", "alert")
        self.changed.emit()

    def _on_remove_clicked(self) -> None:
        self.removal_requested.emit(self)


class SettingRows(QFrame):
    """All settings of a run, and those that the image sets itself."""

    changed = Signal()

    def __init__(self, own: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[SettingRow] = []
        self._shown = False
        self.add_button = button(self.tr("Add a setting"), "plus", "link")
        self.show_button = button(self.tr("Show the values"), kind="link")
        self.add_button.clicked.connect(self._on_add_clicked)
        self.show_button.clicked.connect(self._on_show_clicked)
        self._box = column(gap=8)
        about = label(self.tr("NAME and value, or a pasted line NAME=value."), "small", "text2", wrap=True)
        acts = row(self.add_button, None, self.show_button)
        self.setLayout(column(about, self._box, acts, *self._hints(own), gap=10))
        self._add()

    @property
    def count(self) -> int:
        """How many are set."""
        return sum(not each.blank for each in self.rows)

    def environment(self) -> tuple[tuple[str, Secret], ...]:
        """All that is typed, the last of a name counts; SettingInvalid, shown at its row. Blank lines say nothing."""
        made = dict[str, Secret]()
        for each in self.rows:
            if each.blank:
                continue
            try:
                made.update([each.setting()])
            except AppError as error:
                each.complain(error)
                raise
        return tuple(made.items())

    def names(self) -> tuple[str, ...]:
        """The names typed so far."""
        return tuple(name for each in self.rows if (name := each.name_field.text().strip()))

    def _hints(self, own: Sequence[str]) -> list[QWidget]:
        if not own:
            return []
        self.own = QPlainTextEdit("\n".join(display(line, 500) for line in own), readOnly=True)
        self.own.setObjectName("raw")
        self.own.setAccessibleName(self.tr("What the image sets itself"))
        self.own.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.own.setFixedHeight(16 + 17 * min(MOST_HINTS, len(own)))
        return [
            label(
                self.tr("The image sets these itself; a line of the same name above replaces one."),
                "small",
                "text2",
                wrap=True,
            ),
            self.own,
        ]

    def _add(self, name: str = "", value: str = "") -> SettingRow:
        made = SettingRow(name, value, self._shown)
        self.rows.append(made)
        self._box.addWidget(made)
        made.changed.connect(self.changed)
        made.removal_requested.connect(self._on_removal_requested)
        made.pasted.connect(self._on_pasted)
        return made

    def _on_add_clicked(self) -> None:
        self._add().name_field.setFocus()

    def _on_show_clicked(self) -> None:
        self._shown = not self._shown
        self.show_button.setText(self.tr("Hide the values") if self._shown else self.tr("Show the values"))
        for each in self.rows:
            each.show_value(self._shown)

    def _on_removal_requested(self, gone: SettingRow) -> None:
        self.rows.remove(gone)
        self._box.removeWidget(gone)
        gone.hide()
        gone.deleteLater()
        self.changed.emit()

    def _on_pasted(self, at: SettingRow, settings: Sequence[tuple[str, Secret]]) -> None:
        """Spread what was pasted over lines of its own."""
        for number, (name, value) in enumerate(settings):
            made = at if number == 0 else self._add()
            made.name_field.setText(name)
            made.value_field.setText(value.reveal())
            made.value_field.setFocus()
