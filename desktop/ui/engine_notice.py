"""What Images and Containers show while no engine runs: why, and the one thing to do about it."""

import sys
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFrame, QPlainTextEdit, QPushButton, QStackedLayout, QWidget

from desktop.core.display import one_line
from desktop.core.engine_errors import EngineAbsent, EnginePermissionDenied, EngineStopped
from desktop.core.engines import CHOSEN, USUAL, EngineState, EngineStatus, Probe
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from desktop.ui.notices import explain
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.blank import Blank
from desktop.ui.widgets.parts import button, column, field, frame, icon_button, label, row

DESKTOP = QT_TRANSLATE_NOOP("EngineNotice", "Get Docker Desktop"), "https://www.docker.com/products/docker-desktop/"
PODMAN = QT_TRANSLATE_NOOP("EngineNotice", "Get Podman"), "https://podman.io/docs/installation"
PACKAGE = QT_TRANSLATE_NOOP("EngineNotice", "Get Docker Engine"), "https://docs.docker.com/engine/install/"
#: where an engine comes from, the most fitting last: there the main button stands
SOURCES = {"linux": (DESKTOP, PODMAN, PACKAGE)}
OTHER_SOURCES = (PODMAN, DESKTOP)
STATES = {
    EngineState.SEARCHING: QT_TRANSLATE_NOOP("EngineNotice", "asked"),
    EngineState.RUNNING: QT_TRANSLATE_NOOP("EngineNotice", "runs"),
    EngineState.STOPPED: QT_TRANSLATE_NOOP("EngineNotice", "not running"),
    EngineState.DENIED: QT_TRANSLATE_NOOP("EngineNotice", "closed to you"),
    EngineState.ABSENT: QT_TRANSLATE_NOOP("EngineNotice", "nothing there"),
}
ORIGINS = {
    CHOSEN: QT_TRANSLATE_NOOP("EngineNotice", "chosen in the settings"),
    USUAL: QT_TRANSLATE_NOOP("EngineNotice", "a usual place"),
}
SCHEMES = ("unix://", "npipe://", "tcp://", "http://", "https://")


class EngineNotice(QFrame):
    """One message a state, each with its own button; below, folded, what was tried and a field for another address."""

    start_requested = Signal()
    look_requested = Signal()
    choose_requested = Signal(str)  # address
    link_requested = Signal(str)  # https address

    def __init__(self, platform: str = sys.platform, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status, self._places = EngineStatus(EngineState.SEARCHING), QStackedLayout()
        self.fold_buttons: list[QPushButton] = []
        self.start_button = button(self.tr("Start"), "power", "primary")
        self.look_button, self.again_button = (
            button(self.tr("Look again"), kind="primary"),
            button(self.tr("Look again")),
        )
        self.another_buttons = [button(self.tr("Choose another engine…")) for _ in range(2)]
        self.command, self.copy_button = label("", "mono"), icon_button("copy", self.tr("Copy the command"), size=24)
        self.get_buttons = self._sources(SOURCES.get(platform, OTHER_SOURCES))
        self._well = frame("well", row(self.command, self.copy_button, margins=(12, 6, 8, 6)))
        self._blanks = {
            EngineState.SEARCHING: self._blank("search", ()),
            EngineState.STOPPED: self._blank("power", (self.another_buttons[0], self.start_button), warn=True),
            EngineState.DENIED: self._blank(
                "lock", (self.another_buttons[1], self.look_button), warn=True, after=self._well
            ),
            EngineState.ABSENT: self._blank("container", self.get_buttons),
        }
        self.tried, self.address = QPlainTextEdit(readOnly=True), field(hint="unix:///run/docker.sock")
        self.use_button, self.note = button(self.tr("Use this address")), label("", "small", "bad")
        self._panel = self._make_panel()
        whole = column(self._places, self._panel, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self._connect()
        self.show_status(self._status)

    @property
    def title(self) -> str:
        """The heading on show."""
        return self._blank_on_show.title.text()

    @property
    def about(self) -> str:
        """The sentences on show."""
        return self._blank_on_show.about.text()

    @property
    def panel(self) -> QWidget:
        """What is folded: what was tried, and a field for another address."""
        return self._panel

    @Slot(object)
    def show_status(self, status: EngineStatus) -> None:
        """Say why there is no engine, or that it is looked for."""
        self._status, chosen = status, status.chosen
        self._blank_on_show.say(*self._words(status))
        self._places.setCurrentWidget(self._blank_on_show)
        start = self.tr("Start {engine}").format(engine=_name(chosen))
        self.start_button.setText(f" {start}".replace("&", "&&"))
        self.start_button.setVisible(bool(chosen and chosen.start))
        self.command.setText(one_line(chosen.remedy) if chosen else "")
        self._well.setVisible(bool(chosen and chosen.remedy))
        self.tried.setPlainText("\n".join(map(self._line, status.tried)))
        for opener in self.fold_buttons:
            opener.setVisible(bool(status.tried))

    def _words(self, status: EngineStatus) -> tuple[str, str]:
        chosen, name = status.chosen, _name(status.chosen)
        if status.state is EngineState.STOPPED:
            title, about = _explained(EngineStopped(engine=name))
            if chosen and not chosen.start:
                about = self.tr(
                    "Start it the way you usually do; nothing is lost. Portside goes on by itself when it answers."
                )
            return title, about
        if status.state is EngineState.DENIED:
            return _explained(EnginePermissionDenied(address=chosen.url if chosen else ""))
        if status.state is EngineState.ABSENT:
            return _explained(EngineAbsent())
        if chosen and chosen.state is EngineState.STOPPED:
            about = self.tr("Portside goes on by itself as soon as it answers. That may take a minute.")
            return self.tr("Starting {engine}…").format(engine=name), about
        if chosen:
            about = self.tr("The connection was lost. What it holds is not, and Portside goes on when it is back.")
            return self.tr("Looking for {engine}…").format(engine=name), about
        about = self.tr("Portside asks at the places where Docker, Podman and the like usually listen.")
        return self.tr("Looking for an engine…"), about

    def _line(self, probe: Probe) -> str:
        """One line of what was tried, every word from outside made safe to show."""
        origin = self.tr(ORIGINS[probe.origin]) if probe.origin in ORIGINS else probe.origin
        told = (probe.name, self.tr(STATES[probe.state]), probe.url, origin, probe.said or probe.version)
        return "  ·  ".join(one_line(part) for part in told if part)

    @property
    def _blank_on_show(self) -> Blank:
        return self._blanks.get(self._status.state, self._blanks[EngineState.SEARCHING])

    def _blank(
        self, icon: str, acts: Sequence[QAbstractButton], warn: bool = False, after: QWidget | None = None
    ) -> Blank:
        fold = button(self.tr("What Portside tried"), "chevron-right", "link")
        self.fold_buttons.append(fold)
        below = QWidget()
        below.setLayout(column(*([after] if after else []), row(None, fold, None), gap=16))
        tone, ground = ("warn", "warn_tint") if warn else ("link", "selected")
        made = Blank(icon, "", "", acts, below, tone, ground)
        self._places.addWidget(made)
        return made

    def _sources(self, sources: Sequence[tuple[str, str]]) -> list[QPushButton]:
        """A button for each place an engine comes from; the last one is the main one."""
        made = []
        for at, (caption, address) in enumerate(sources):
            kind = "primary" if at == len(sources) - 1 else ""
            opener = button(self.tr(caption), "open", kind)
            opener.setToolTip(address)
            opener.clicked.connect(partial(self.link_requested.emit, address))
            made.append(opener)
        return made

    def _make_panel(self) -> QWidget:
        self.tried.setObjectName("raw")
        self.tried.setAccessibleName(self.tr("What Portside tried"))
        self.tried.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.tried.setFixedHeight(132)
        self.address.setAccessibleName(self.tr("Address of an engine"))
        self.note.hide()
        entry = row(self.address, self.use_button, self.again_button)
        entry.setStretch(0, 1)
        made = frame("pane", column(self.tried, entry, self.note, margins=(24, 0, 24, 24)))
        made.hide()
        return made

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.start_requested)
        self.look_button.clicked.connect(self.look_requested)
        self.again_button.clicked.connect(self.look_requested)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.use_button.clicked.connect(self._on_use_clicked)
        self.address.returnPressed.connect(self._on_use_clicked)
        self.address.textChanged.connect(self.note.hide)
        for opener in self.fold_buttons:
            opener.clicked.connect(self._on_fold_clicked)
        for opener in self.another_buttons:
            opener.clicked.connect(self._on_another_clicked)

    def _unfold(self, unfolded: bool) -> None:
        self._panel.setVisible(unfolded)
        caption = self.tr("Hide what Portside tried") if unfolded else self.tr("What Portside tried")
        for opener in self.fold_buttons:
            opener.setText(f" {caption}")
            opener.setIcon(glyphs.icon("chevron-down" if unfolded else "chevron-right", "link"))

    @Slot()
    def _on_fold_clicked(self) -> None:
        self._unfold(self._panel.isHidden())

    @Slot()
    def _on_another_clicked(self) -> None:
        """Offer another one that runs, and room for any."""
        chosen = self._status.chosen
        others = (probe for probe in self._status.tried if probe.state is EngineState.RUNNING and probe != chosen)
        self.address.setText(next((probe.url for probe in others), self.address.text()))
        self._unfold(True)
        self.address.setFocus()
        self.address.selectAll()

    @Slot()
    def _on_use_clicked(self) -> None:
        address = self.address.text().strip()
        if address.startswith(SCHEMES):
            self.choose_requested.emit(address)
            return
        self.note.setText(self.tr("An address begins with unix://, npipe:// or tcp://."))
        self.note.show()

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._status.chosen:
            QGuiApplication.clipboard().setText(self._status.chosen.remedy)


def _explained(error: AppError) -> tuple[str, str]:
    notice = explain(error)
    return notice.title, f"{notice.reason} {notice.hint}"


def _name(probe: Probe | None) -> str:
    return one_line(probe.name) if probe else ""
