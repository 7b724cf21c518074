"""Running an image: its name, ports, settings and command, filled in from what the image says of itself."""

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.core.display import display, one_line
from desktop.core.engine_errors import ContainerNameInvalid, ContainerNameTaken, PortTaken
from desktop.core.errors import AppError, NextStep
from desktop.core.inventory import ImageDetails, PortMapping, RunOptions
from desktop.core.run_options import (
    CommandUnclosed,
    PortAnswer,
    PortInvalid,
    SettingInvalid,
    check_name,
    docker_command,
    exposed,
    join_command,
    split_command,
)
from desktop.core.secret import Secret
from desktop.ui.dialog_frame import DialogFrame, Note, named
from desktop.ui.notices import in_short
from desktop.ui.run_ports import PortRows
from desktop.ui.run_settings import SettingRows
from desktop.ui.widgets.controls import Switch
from desktop.ui.widgets.fold import Fold, Sheet
from desktop.ui.widgets.parts import button, column, divider, field, frame, icon_button, label, outline, row

Ports = tuple[PortMapping, ...]
Environment = tuple[tuple[str, Secret], ...]
WIDE, EDGE, TITLE_LIMIT = 560, 24, 44  #: pixels, and for the title characters


class RunDialog(DialogFrame):
    """The run form. Only what is on it can be asked for: nothing runs privileged, or sees this computer's files."""

    run_requested = Signal(object)  # RunOptions
    ports_requested = Signal(object)  # ImageDetails: propose free ports for it
    port_check_requested = Signal(int, str)  # port, protocol: is it free?

    def __init__(self, details: ImageDetails, name: str = "", parent: QWidget | None = None) -> None:
        self._image = name or (details.names[0] if details.names else details.id)
        shown = one_line(self._image)
        short = shown if len(shown) <= TITLE_LIMIT else f"…{shown[-TITLE_LIMIT:]}"
        super().__init__(
            parent,
            self.tr("Run {image}").format(image=short),
            self.tr("Starts a container from this image: a program with its own files and ports."),
            WIDE,
        )
        self.title.setToolTip(shown)
        self._details, self._taken = details, frozenset[str]()
        self._make_fields()
        self._make_folds()
        self._make_command_sheet()
        self.run_button = button(self.tr("Run"), "play", "primary")
        self.command_button = button(self.tr("Show the command"), "terminal", "plain")
        self.sheet = Sheet(self._body(), WIDE - 2 * EDGE)
        self.fill([self.sheet], self.run_button, [self.command_button])
        self._wire()
        self._on_changed()

    def _make_fields(self) -> None:
        self.name_field, self.name_note = field(hint=self.tr("chosen for you if empty")), Note()
        self.ports = PortRows()
        self.only_here, self.remove_when_stopped = Switch(), Switch()
        self.only_here.setChecked(True)
        self.remove_when_stopped.setChecked(True)
        self.reach_about = label(self.tr("Others on your network cannot open the page."), "small", "text2", wrap=True)
        self.reach_note = Note()

    def _make_folds(self) -> None:
        own = (*self._details.entrypoint, *self._details.command)
        self.command_field = field(hint=join_command(self._details.command) or self.tr("none"))
        self.command_note = Note()
        self.settings = SettingRows(self._details.environment)
        self.settings_fold = Fold(self.tr("Settings it gets"), column(self.settings, margins=(14, 12, 14, 14)))
        starts = display(join_command(own), 500) if own else self.tr("nothing by itself")
        about = label(self.tr("The image starts: {command}").format(command=starts), "small", "text2", wrap=True)
        title = self.tr("Another command, in place of the image's own")
        if self._details.entrypoint:
            title = self.tr("Other words for {program}").format(program=one_line(self._details.entrypoint[0], 60))
        inside = column(about, named(title, self.command_field, self.command_note), gap=10, margins=(14, 12, 14, 14))
        self.command_fold = Fold(self.tr("Command"), inside)

    def _make_command_sheet(self) -> None:
        self.command_text = label("", "mono", wrap=True)
        self.command_text.setTextInteractionFlags(self.command_text.textInteractionFlags().TextSelectableByMouse)
        self.command_text.setAccessibleName(self.tr("The command"))
        self.copy_button = icon_button("copy", self.tr("Copy the command"))
        line = row(self.command_text, self.copy_button, gap=8, margins=(14, 10, 8, 10), top=True)
        line.setStretch(0, 1)
        left_out = label(self.tr("Values of settings are left out."), "small", "text2")
        self.command_sheet = QWidget()
        self.command_sheet.setLayout(column(frame("well", line), left_out, gap=6))
        self.command_sheet.hide()

    def _body(self) -> QVBoxLayout:
        switches = column(
            _switched(
                self.only_here,
                self.tr("Only this computer can reach it"),
                self.reach_about,
                self.reach_note,
            ),
            divider(),
            _switched(
                self.remove_when_stopped,
                self.tr("Remove it when it stops"),
                label(self.tr("What it wrote inside itself goes too. The image stays."), "small", "text2", wrap=True),
            ),
            gap=0,
        )
        folds = (self.settings_fold, self.command_fold)
        heads = row(folds[0].head, folds[0].tally, 20, folds[1].head, folds[1].tally, None)
        name = named(self.tr("Name"), self.name_field, self.name_note)
        below = column(heads, *folds, self.command_sheet, gap=12)
        return column(name, self.ports, frame("well", switches), below, None, gap=16)

    def _wire(self) -> None:
        self.name_field.textChanged.connect(self._on_name_changed)
        self.command_field.textChanged.connect(self._on_changed)
        for each in (
            self.only_here.toggled,
            self.remove_when_stopped.toggled,
            self.ports.changed,
            self.settings.changed,
        ):
            each.connect(self._on_changed)
        self.ports.check_requested.connect(self.port_check_requested)
        self.command_button.clicked.connect(self._on_command_clicked)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.run_button.clicked.connect(self._on_run_clicked)
        self.banner.step_requested.connect(self._on_step_requested)

    def open(self) -> None:
        """Show the form, and ask for free ports where the image listens on some."""
        super().open()
        if exposed(self._details):
            self.ports_requested.emit(self._details)

    @Slot(object)
    def show_ports(self, mappings: Sequence[PortMapping]) -> None:
        """Fill in ports that are free now."""
        self.ports.propose(mappings)

    @Slot(object)
    def show_port(self, answer: PortAnswer) -> None:
        """Say whether a port is free."""
        self.ports.answer(answer)

    def set_taken_names(self, names: Collection[str]) -> None:
        """These containers exist: their names are taken."""
        self._taken = frozenset(names)
        self._check_name()

    def options(self) -> RunOptions:
        """What the form says; the AppError of the first thing that can't be, which is shown where it stands."""
        self._check_name()
        name = check_name(self.name_field.text())
        if name in self._taken:
            raise ContainerNameTaken(name=name)
        ports = self.ports.mappings(everyone=not self.only_here.isChecked())
        return self._with(name, ports, self.settings.environment(), split_command(self.command_field.text()))

    def show_error(self, error: AppError) -> None:
        """Say what failed; everything typed stays."""
        super().show_error(error)
        if isinstance(error, PortTaken):
            self.ports.say_taken(error.facts.get("port", ""))

    def _with(self, name: str, ports: Ports, environment: Environment, command: Sequence[str]) -> RunOptions:
        return RunOptions(self._image, name, ports, environment, self.remove_when_stopped.isChecked(), tuple(command))

    def _so_far(self) -> RunOptions:
        """What the form says, what can't be left out."""
        name, command = self.name_field.text(), self.command_field.text()
        return self._with(
            name.strip() if _fits(check_name, name) else "",
            self.ports.sound_mappings(everyone=not self.only_here.isChecked()),
            tuple((each, Secret("")) for each in self.settings.names()),
            split_command(command) if _fits(split_command, command) else (),
        )

    def _check_name(self) -> None:
        wrong = _fault(check_name, self.name_field.text())
        if wrong is None and self.name_field.text().strip() in self._taken:
            wrong = ContainerNameTaken(name=self.name_field.text().strip())
        self.name_note.say(in_short(wrong) if wrong else "", "bad", "alert")
        outline(self.name_field, "bad" if wrong else "")

    @Slot()
    def _on_changed(self) -> None:
        wrong = _fault(split_command, self.command_field.text())
        self.command_note.say(in_short(wrong) if wrong else "", "bad", "alert")
        outline(self.command_field, "bad" if wrong else "")
        others = not self.only_here.isChecked()
        danger = self.tr("Everybody who reaches this computer over a network can open it.")
        self.reach_about.setHidden(others)
        self.reach_note.say(danger if others else "", "warn", "alert")
        count = self.settings.count
        self.settings_fold.tally.setText(self.tr("{n} set").format(n=count) if count else self.tr("none"))
        own = not self.command_field.text().strip()
        self.command_fold.tally.setText(self.tr("the image's own") if own else self.tr("another"))
        self.command_text.setText(display(docker_command(self._so_far())))

    @Slot()
    def _on_name_changed(self) -> None:
        self._check_name()
        self._on_changed()

    @Slot()
    def _on_command_clicked(self) -> None:
        shown = self.command_sheet.isHidden()
        self.command_sheet.setVisible(shown)
        self.command_button.setText(" " + (self.tr("Hide the command") if shown else self.tr("Show the command")))

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(docker_command(self._so_far()))

    @Slot()
    def _on_run_clicked(self) -> None:
        try:
            options = self.options()
        except (ContainerNameInvalid, ContainerNameTaken):
            self.name_field.setFocus()
        except SettingInvalid:
            self.settings_fold.open()
        except CommandUnclosed:
            self.command_fold.open()
            self.command_field.setFocus()
        except (PortInvalid, PortTaken):
            pass  # its row has said so
        else:
            self.banner.clear()
            self.set_busy(True)
            self.run_requested.emit(options)

    @Slot(object)
    def _on_step_requested(self, error: AppError) -> None:
        if error.step is NextStep.ANOTHER_PORT:
            self.banner.clear()
            self.ports.take_another(error.facts.get("port", ""))


def _switched(switch: Switch, name: str, about: QLabel, *more: QWidget) -> QVBoxLayout:
    """A switch with its meaning."""
    switch.setAccessibleName(name)
    switch.setAccessibleDescription(about.text())
    line = row(column(label(name, "medium"), about, *more, gap=2), switch)
    line.setStretch(0, 1)
    return column(line, margins=(14, 11, 14, 11))


def _fault(read: Callable[[str], object], text: str) -> AppError | None:
    """Why *read* does not take *text*; None where it does."""
    try:
        read(text)
    except AppError as error:
        return error
    return None


def _fits(read: Callable[[str], object], text: str) -> bool:
    return _fault(read, text) is None
