"""The settings: each holds at once, so there is nothing to confirm."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from desktop.core.appearance import Appearance
from desktop.core.display import one_line
from desktop.core.engines import EngineState, EngineStatus, Probe
from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.registry import KeyringState
from desktop.core.settings import MOST_PULLS, MOST_PUSHES, Settings
from desktop.ui.dialog_frame import DialogFrame, Note, named
from desktop.ui.widgets.controls import Segments
from desktop.ui.widgets.painted import Elided, Icon
from desktop.ui.widgets.parts import Item, button, column, divider, frame, label, number_field, row

#: appearance: its name (context "SettingsDialog"), in the order of the segments
APPEARANCES = {
    Appearance.SYSTEM: QT_TRANSLATE_NOOP("SettingsDialog", "As the system"),
    Appearance.LIGHT: QT_TRANSLATE_NOOP("SettingsDialog", "Light"),
    Appearance.DARK: QT_TRANSLATE_NOOP("SettingsDialog", "Dark"),
}
#: what stands behind an engine that cannot be used now (context "SettingsDialog")
STATES = {
    EngineState.STOPPED: QT_TRANSLATE_NOOP("SettingsDialog", "{engine} (not running)"),
    EngineState.DENIED: QT_TRANSLATE_NOOP("SettingsDialog", "{engine} (closed to you)"),
}
#: where secrets go, by the state of the keyring (context "SettingsDialog")
KEYRINGS = {
    KeyringState.READY: QT_TRANSLATE_NOOP("SettingsDialog", "in this computer's keyring"),
    KeyringState.LOCKED: QT_TRANSLATE_NOOP("SettingsDialog", "in this computer's keyring, which is locked"),
    KeyringState.ABSENT: QT_TRANSLATE_NOOP("SettingsDialog", "in memory, until Portside quits: no keyring here"),
}


class SettingsDialog(DialogFrame):
    """Appearance, engine, limits, and where things are kept."""

    change_requested = Signal(object)  # dict: fields of Settings with their new values
    look_requested = Signal()  # look for engines again
    folder_requested = Signal(str)  # show this folder in the system's file manager

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent, self.tr("Settings"), self.tr("Every change holds at once."), 560)
        self._settings, self._status = settings, EngineStatus(EngineState.SEARCHING)
        self.appearance = Segments(*(self.tr(name) for name in APPEARANCES.values()))
        self.appearance.chosen_changed.connect(self._on_appearance_chosen)
        self.engine, self.engine_note = QComboBox(), Note()
        self.engine.setMinimumContentsLength(10)  # the list may hold long names; they do not widen the dialog
        self.engine.activated.connect(self._on_engine_activated)
        self.look_button = button(self.tr("Look again"), "restart")
        self.look_button.clicked.connect(self.look_requested)
        self.pulls = number_field(self.tr("Pulls at once"), 1, MOST_PULLS)
        self.pushes = number_field(self.tr("Pushes at once"), 1, MOST_PUSHES)
        self.pulls.valueChanged.connect(self._on_pulls_changed)
        self.pushes.valueChanged.connect(self._on_pushes_changed)
        self.secrets = label("", "small", "text2")
        self.places = [Elided(type="small", tone="text2", middle=True) for _ in range(2)]
        self.place_buttons = [button(self.tr("Open the folder"), kind="link") for _ in range(2)]
        for open_place in self.place_buttons:
            open_place.clicked.connect(self._on_place_clicked)
        self.done_button = button(self.tr("Done"), kind="primary")
        self.done_button.clicked.connect(self.accept)
        self.cancel_button.hide()  # there is nothing to take back
        self.fill(self._body(), self.done_button)
        self.show_settings(settings)
        self.show_engine(self._status)
        self.show_keyring(KeyringState.READY)

    @Slot(object)
    def show_settings(self, settings: Settings) -> None:
        """Show what holds now."""
        self._settings = settings
        self.appearance.choose(list(APPEARANCES).index(settings.appearance))
        for field, value in ((self.pulls, settings.pulls), (self.pushes, settings.pushes)):
            with QSignalBlocker(field):  # what is shown is no wish
                field.setValue(value)
        self._fill_engines()

    @Slot(object)
    def show_engine(self, status: EngineStatus) -> None:
        """Show which engines were found, and which one is in use."""
        self._status = status
        self.look_button.setEnabled(status.state is not EngineState.SEARCHING)
        self._fill_engines()

    @Slot(object)
    def show_keyring(self, state: KeyringState) -> None:
        """Say where secrets are kept."""
        self.secrets.setText(self.tr(KEYRINGS[state]))

    def show_places(self, settings: str, logs: str) -> None:
        """Say in which folders Portside keeps its own files."""
        for place, folder in zip(self.places, (settings, logs), strict=True):
            place.setText(folder)

    def _body(self) -> list[Item]:
        engine = row(self.engine, self.look_button)
        engine.setStretch(0, 1)
        name = label(self.tr("Engine"), "label", "text2")
        name.setBuddy(self.engine)
        self.engine.setAccessibleName(name.text())
        self.appearance.setAccessibleName(self.tr("Appearance"))
        limits = column(
            self._limit(self.tr("Pulls at once from one registry"), self.pulls, MOST_PULLS),
            divider(),
            self._limit(self.tr("Pushes at once to one registry"), self.pushes, MOST_PUSHES),
            gap=0,
        )
        kept = column(
            self._kept("lock", self.tr("Secrets"), self.secrets),
            divider(),
            self._kept("settings", self.tr("Settings"), self.places[0], self.place_buttons[0]),
            divider(),
            self._kept("logs", self.tr("Log, without secrets"), self.places[1], self.place_buttons[1]),
            gap=0,
        )
        return [
            named(self.tr("Appearance"), row(self.appearance, None)),
            column(name, engine, self.engine_note, gap=6),
            named(self.tr("Limits"), frame("well", limits)),
            named(self.tr("Where things are kept"), frame("well", kept)),
        ]

    def _limit(self, name: str, field: QSpinBox, most: int) -> Item:
        about = self.tr("1 to {most}, the most that registries are made for").format(most=most)
        words = column(label(name, "medium"), label(about, "small", "text2", wrap=True), gap=2)
        line = row(words, field, gap=12, margins=(14, 10, 14, 10))
        line.setStretch(0, 1)
        return line

    def _kept(self, icon: str, name: str, *words: QWidget) -> Item:
        line = row(Icon(icon), label(name, "medium"), *words, gap=10, margins=(14, 10, 14, 10))
        line.setStretch(2, 1)
        return line

    def _fill_engines(self) -> None:
        wanted = self._settings.engine
        with QSignalBlocker(self.engine):
            self.engine.clear()
            self.engine.addItem(self.tr("The first one found"), "")
            for probe in self._status.tried:
                if probe.state is not EngineState.ABSENT:
                    self.engine.addItem(self._name(probe), probe.url)
            if wanted and self.engine.findData(wanted) < 0:
                self.engine.addItem(self.tr("{engine} (not found)").format(engine=one_line(wanted)), wanted)
            self.engine.setCurrentIndex(max(0, self.engine.findData(wanted)))
        self._say_engine()

    def _name(self, probe: Probe) -> str:
        name = one_line(f"{probe.name} {probe.version}".strip())
        return self.tr(STATES[probe.state]).format(engine=name) if probe.state in STATES else name

    def _say_engine(self) -> None:
        chosen, running = self._status.chosen, self._status.state is EngineState.RUNNING
        if self._status.state is EngineState.SEARCHING:
            self.engine_note.say(self.tr("Looking for engines…"))
        elif not running or chosen is None:
            self.engine_note.say(self.tr("No engine can be used now."), "warn", "alert")
        elif self._settings.engine not in ("", chosen.url):
            words = self.tr("It does not answer. {engine} is used in its place.")
            self.engine_note.say(words.format(engine=one_line(chosen.name)), "warn", "alert")
        else:
            words = self.tr("In use: {engine} at {address}")
            self.engine_note.say(words.format(engine=one_line(chosen.name), address=one_line(chosen.url)))

    def _change(self, fields: Mapping[str, object]) -> None:
        self.change_requested.emit(dict(fields))

    def _on_appearance_chosen(self, number: int) -> None:
        self._change({"appearance": list(APPEARANCES)[number]})

    def _on_engine_activated(self) -> None:
        self._change({"engine": self.engine.currentData()})

    def _on_pulls_changed(self, value: int) -> None:
        self._change({"pulls": value})

    def _on_pushes_changed(self, value: int) -> None:
        self._change({"pushes": value})

    def _on_place_clicked(self) -> None:
        number = next((n for n, open_place in enumerate(self.place_buttons) if open_place is self.sender()), 0)
        self.folder_requested.emit(self.places[number].text())
