"""The ports of a run: one row each, checked while they are typed."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from desktop.core.engine_errors import PortTaken
from desktop.core.errors import AppError
from desktop.core.inventory import PortMapping
from desktop.core.run_options import PROTOCOLS, PortAnswer, parse_port
from desktop.ui.dialog_frame import Note
from desktop.ui.notices import in_short
from desktop.ui.widgets.painted import Elided, Icon
from desktop.ui.widgets.parts import button, column, field, icon_button, outline, row

PAUSE_MS = 250  #: after the last key, before a port is looked at


class PortRow(QFrame):
    """A port of this computer and the port of the container that it leads to."""

    changed = Signal()
    removal_requested = Signal(object)  # this row
    check_requested = Signal(int, str)  # port, protocol

    def __init__(self, mapping: PortMapping | None = None, exposed: bool = False) -> None:
        super().__init__()
        self._exposed, self._wants_another = exposed, False
        self.host_field = field(str(mapping.host_port) if mapping else "", width=120)
        self.port_field = field(str(mapping.port) if mapping else "", width=120)
        self.host_field.setAccessibleName(self.tr("Port on this computer"))
        self.port_field.setAccessibleName(self.tr("Port in the container"))
        self.protocol = QComboBox()
        self.protocol.addItems(PROTOCOLS)
        self.protocol.setCurrentText(mapping.protocol if mapping else PROTOCOLS[0])
        self.protocol.setAccessibleName(self.tr("Protocol"))
        self.remove_button = icon_button("close", self.tr("Remove this port"))
        self.note, self.another_button = Note(), button(self.tr("Use a free port"), kind="link")
        self.another_button.hide()
        arrow = Icon("arrow-right", "text3", 16)
        fields = row(self.host_field, arrow, self.port_field, self.protocol, self.remove_button, None)
        below = row(self.note, self.another_button, gap=12)
        below.setStretch(0, 1)
        self.setLayout(column(fields, below, gap=6))
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.check)
        self.host_field.textChanged.connect(self._on_edited)
        self.port_field.textChanged.connect(self._on_port_edited)
        self.protocol.currentIndexChanged.connect(self._on_edited)
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.another_button.clicked.connect(self.take_another)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not self.host_field.text().strip() and not self.port_field.text().strip()

    @property
    def host_port(self) -> int:
        """The port of this computer, 0 while it is none."""
        return _port_or_0(self.host_field)

    def mapping(self, everyone: bool) -> PortMapping:
        """What it says; PortInvalid."""
        here, inside = parse_port(self.host_field.text()), parse_port(self.port_field.text())
        return PortMapping(here, inside, self.protocol.currentText(), everyone)

    def complain(self) -> None:
        """Say which of the two is no port, and go there."""
        for each in (self.host_field, self.port_field):
            try:
                parse_port(each.text())
            except AppError as error:
                each.setFocus()
                return self.say(in_short(error), "bad", each)

    def check(self) -> None:
        """Have the port looked at, where it is one."""
        if self.host_port:
            self.check_requested.emit(self.host_port, self.protocol.currentText())

    def take_another(self) -> None:
        """Have a free port looked for and take it."""
        if self.host_port:
            self._wants_another = True
            self.check_requested.emit(self.host_port % 65_535 + 1, self.protocol.currentText())

    def answer(self, answer: PortAnswer, others: Sequence[int]) -> None:
        """Show what was found out about a port, if it is the one asked about; *others*: what other rows take."""
        if answer.protocol != self.protocol.currentText():
            return
        if self._wants_another and answer.port == self.host_port % 65_535 + 1:
            free = answer.port if answer.free else answer.instead
            if free:
                self.host_field.setText(str(free))
                self._pause.stop()  # this one has been looked at
            self._wants_another = bool(free) and free in others
            if self._wants_another:
                self.take_another()
            elif free:
                self.show_free()
                self.changed.emit()
        elif answer.port == self.host_port:
            self._show_answer(answer, others)

    def _show_answer(self, answer: PortAnswer, others: Sequence[int]) -> None:
        if answer.port in others:
            return self.say_twice()
        if answer.free:
            return self.show_free()
        taken = (
            self.tr("{port} is taken by {name}.") if answer.holder else self.tr("{port} is taken by another program.")
        )
        self.say_taken(taken.format(port=answer.port, name=answer.holder))

    def say_twice(self) -> None:
        """Say that another line has the same port."""
        self.say_taken(self.tr("{port} stands in another line too.").format(port=self.host_port))

    def say_taken(self, text: str) -> None:
        """Say that this port can't be had, and offer another."""
        self.say(text, "bad", self.host_field)
        self.another_button.show()

    def show_free(self) -> None:
        """Say that the port can be had."""
        free = self.tr("{port} is free.").format(port=self.host_port)
        if self._exposed and self.port_field.text():
            more = self.tr("The image says that it listens on {port}.").format(port=self.port_field.text())
            free = f"{free} {more}"
        self.say(free, "good", self.host_field)

    def say(self, text: str, tone: str = "text2", at: QLineEdit | None = None) -> None:
        """Say something below, and give the field *at* an outline in its tone."""
        self.another_button.hide()
        self.note.say(text, tone, {"good": "check", "bad": "alert"}.get(tone, ""))
        for each in (self.host_field, self.port_field):
            outline(each, tone if each is at else "")

    def _on_edited(self) -> None:
        self._wants_another = False
        self.say("")
        self._pause.start()
        self.changed.emit()

    def _on_port_edited(self) -> None:
        self._exposed = False
        self._on_edited()

    def _on_remove_clicked(self) -> None:
        self.removal_requested.emit(self)


class PortRows(QFrame):
    """All ports of a run. *settled* says whether the person has changed them: then nothing is proposed any more."""

    changed = Signal()
    check_requested = Signal(int, str)  # port, protocol

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PortRow] = []
        self.settled = False
        self.add_button = button(self.tr("Add a port"), "plus", "link")
        self.add_button.clicked.connect(self._on_add_clicked)
        title = Elided(self.tr("Port on this computer, and port in the container"), "label", "text2")
        self.none = Note(self.tr("No port is published: nothing outside the container can reach it."))
        self._box = column(gap=10)
        head = row(title, self.add_button)
        head.setStretch(0, 1)
        self.setLayout(column(head, self.none, self._box, gap=6))

    def propose(self, mappings: Sequence[PortMapping]) -> None:
        """Fill in ports that are free now, unless the person was faster."""
        if not self.settled:
            for each in list(self.rows):
                self._drop(each)
            for mapping in mappings:
                self._add(PortRow(mapping, exposed=True)).show_free()
            self.changed.emit()

    def answer(self, answer: PortAnswer) -> None:
        """Show what was found out about a port."""
        for each in self.rows:
            each.answer(answer, self._others(each))

    def mappings(self, everyone: bool) -> tuple[PortMapping, ...]:
        """All that is typed; PortInvalid or PortTaken, shown at its row. Lines left blank say nothing."""
        for each in self.rows:
            try:
                twice = not each.blank and each.mapping(everyone).host_port in self._others(each)
            except AppError:
                each.complain()
                raise
            if twice:
                each.say_twice()
                raise PortTaken(port=str(each.host_port))
        return self.sound_mappings(everyone)

    def sound_mappings(self, everyone: bool) -> tuple[PortMapping, ...]:
        """Those lines that are in order."""
        return tuple(each.mapping(everyone) for each in self.rows if each.host_port and _port_or_0(each.port_field))

    def say_taken(self, port: str) -> None:
        """The engine could not have *port*."""
        for each in self._with(port):  # the way out is the button of the error itself
            each.say(self.tr("{port} is taken.").format(port=each.host_port), "bad", each.host_field)

    def take_another(self, port: str) -> None:
        """Have a free port looked for in place of *port*."""
        for each in self._with(port):
            each.take_another()

    def _with(self, port: str) -> list[PortRow]:
        found = [each for each in self.rows if each.host_field.text().strip() == port]
        return found or [each for each in self.rows if not each.blank][:1]  # it was not told which

    def _others(self, mine: PortRow) -> list[int]:
        protocol = mine.protocol.currentText()
        return [each.host_port for each in self.rows if each is not mine and each.protocol.currentText() == protocol]

    def _add(self, made: PortRow) -> PortRow:
        self.rows.append(made)
        self._box.addWidget(made)
        made.changed.connect(self._on_row_changed)
        made.removal_requested.connect(self._on_removal_requested)
        made.check_requested.connect(self.check_requested)
        self.none.hide()
        return made

    def _drop(self, gone: PortRow) -> None:
        self.rows.remove(gone)
        self._box.removeWidget(gone)
        gone.hide()
        gone.deleteLater()
        self.none.setVisible(not self.rows)

    def _on_add_clicked(self) -> None:
        self.settled = True
        self._add(PortRow()).host_field.setFocus()

    def _on_row_changed(self) -> None:
        self.settled = True
        self.changed.emit()

    def _on_removal_requested(self, gone: PortRow) -> None:
        self.settled = True
        self._drop(gone)
        self.changed.emit()


def _port_or_0(typed: QLineEdit) -> int:
    try:
        return parse_port(typed.text())
    except AppError:
        return 0
