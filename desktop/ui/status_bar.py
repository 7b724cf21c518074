"""The bar that is always there: the engine and its state, what moves, what was said."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.ui.messages import Messages
from desktop.ui.widgets.painted import Dot, Icon
from desktop.ui.widgets.parts import button, label, row
from desktop.ui.words import rate

if TYPE_CHECKING:  # the bar is painted first, before anything is known of engines
    from desktop.core.engines import EngineStatus

#: value of an EngineState: the colour of the dot and the word (context "StatusBar")
STATES = {
    "searching": ("edge", QT_TRANSLATE_NOOP("StatusBar", "looking for an engine")),
    "running": ("good", QT_TRANSLATE_NOOP("StatusBar", "running")),
    "stopped": ("warn", QT_TRANSLATE_NOOP("StatusBar", "not running")),
    "denied": ("warn", QT_TRANSLATE_NOOP("StatusBar", "closed to you")),
    "absent": ("warn", QT_TRANSLATE_NOOP("StatusBar", "no engine found")),
}


class StatusBar(QFrame):
    """One line at the foot of the window."""

    engine_requested = Signal()  # the engine was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusbar")
        self.setFixedHeight(32)
        self.dot, self.engine = Dot("edge"), button("", kind="plain")
        self.engine.setToolTip(self.tr("Which engine, and the others that were found"))
        self.engine.clicked.connect(self.engine_requested)
        self.state = label("", "small", "text2")
        self.still = label(self.tr("Nothing is moving"), "small", "text2")
        self._out_icon, self.out = Icon("upload", "text2", 14), label("", "small", "text2")
        self._in_icon, self.coming = Icon("download", "text2", 14), label("", "small", "text2")
        self.messages = Messages()
        moving = (self.still, self._out_icon, self.out, 12, self._in_icon, self.coming)
        left = (self.dot, self.engine, self.state, 24, *moving)
        self.setLayout(row(*left, None, self.messages.button, margins=(16, 0, 24, 0)))
        self._show("searching", "")
        self.show_moving(0, 0.0, 0, 0.0)

    def show_engine(self, status: "EngineStatus") -> None:
        """Say which engine is in use and how it is."""
        chosen = status.chosen
        self._show(status.state.value, f"{chosen.name} {chosen.version}".strip() if chosen else "")

    def _show(self, state: str, name: str) -> None:
        tone, word = STATES[state]
        self.dot.set_token(tone)
        self.engine.setText(name.replace("&", "&&"))
        self.engine.setVisible(bool(name))
        self.engine.setAccessibleName(self.tr("Engine: {name}").format(name=name))
        self.state.setText(self.tr(word))

    def show_moving(self, out: int, out_rate: float, coming: int, coming_rate: float) -> None:
        """Say how many transfers go out and come in, at how many bytes a second."""
        self.still.setVisible(not out and not coming)
        for number, speed, icon, words, text in (
            (out, out_rate, self._out_icon, self.out, self.tr("{n} going out")),
            (coming, coming_rate, self._in_icon, self.coming, self.tr("{n} coming in")),
        ):
            icon.setVisible(bool(number))
            words.setVisible(bool(number))
            words.setText(text.format(n=number) + (f", {rate(speed)}" if speed >= 1 else ""))
