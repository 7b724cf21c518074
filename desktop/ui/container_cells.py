"""The cells of the containers' table: state, name, addresses, age, acts."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect

from desktop.core.container_status import age as seconds_of
from desktop.core.container_status import exit_code
from desktop.core.inventory import Container, ContainerState, Doing
from desktop.ui import words
from desktop.ui.widgets.cells import Actions, Canvas, Cell, State, Text, breadth

WIDTHS = (128, 0, 166, 126, 148)  #: pixels; 0 takes the rest
HIGH = 56
OPEN, OPEN_SECOND, START, STOP, RESTART, REMOVE = "open", "open-second", "start", "stop", "restart", "remove"
_TONES = {
    ContainerState.RUNNING: "good",
    ContainerState.PAUSED: "warn",
    ContainerState.RESTARTING: "warn",
    ContainerState.DEAD: "bad",
}


@dataclass(frozen=True)
class Addresses:
    """One address or two as links, one above the other; of more the first and how many others; *note* below one."""

    addresses: tuple[str, ...]
    none: str
    note: str = ""
    tips: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of them."""
        return ", ".join(self.addresses) or self.none

    def paint(self, canvas: Canvas, box: QRect) -> None:
        if not self.addresses:
            canvas.text(box, self.none, "body", "text3")
        for address, line in zip(self.addresses, self._lines(box), strict=False):
            width = canvas.text(line.adjusted(0, 0, -18, 0), address, "body", "link")
            canvas.icon(line.adjusted(width + 5, 0, 0, 0), "open", "link", 13)
        if self.note:
            canvas.text(self._lines(box)[1], self.note, "small", "text2")

    def places(self, box: QRect) -> list[tuple[str, QRect]]:
        """Each address is an act of its own."""
        acts = zip((OPEN, OPEN_SECOND), self.addresses, self._lines(box), strict=False)
        return [
            (act, QRect(line.left(), line.top(), min(breadth(address, "body") + 20, line.width()), line.height()))
            for act, address, line in acts
        ]

    def tip_of(self, act: str) -> str:
        """What a click on the address does."""
        number = (OPEN, OPEN_SECOND).index(act)
        return self.tips[number] if number < len(self.tips) else ""

    def _lines(self, box: QRect) -> list[QRect]:
        middle, wide = box.center().y(), box.width()
        if len(self.addresses) < 2 and not self.note:
            return [QRect(box.left(), middle - 12, wide, 24)]
        return [QRect(box.left(), middle - 19, wide, 19), QRect(box.left(), middle + 1, wide, 19)]


class ContainerCells(QObject):
    """Turns containers into cells, in the person's language."""

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._clock = clock
        self._since: dict[tuple[str, str], float] = {}  # when each status was first seen
        self.awaited: Collection[tuple[str, str]] = ()  #: ids and addresses of pages that are waited for

    def all(self) -> tuple[Callable[[Container], Cell], ...]:
        """One maker for each column."""
        return self.state, self.name, self.address, self.since, self.acts

    def heard(self, containers: Collection[Container]) -> None:
        """Note when each status came: it says how long ago something was, at that time."""
        now = self._clock()
        keys = {(each.id, each.status) for each in containers}
        self._since = {key: self._since.get(key, now) for key in keys}

    def state(self, container: Container) -> State:
        """A dot and the word."""
        if container.doing is not Doing.NOTHING:
            return State(self._doing(container.doing), "warn")
        return State(self.word(container), _TONES.get(container.state, "edge"))

    def name(self, container: Container) -> Text:
        """The name over the image."""
        return Text(container.name, type="strong", sub=container.image)

    def address(self, container: Container) -> Addresses:
        """Where it answers, while it runs."""
        found = container.addresses if container.alive else ()
        tips = tuple(self.tr("Open {address}").format(address=each) for each in found)
        none = self.tr("none") if container.alive else ""
        if any(key[0] == container.id for key in self.awaited):
            return Addresses(found[:1], none, self.tr("waiting for the page…"), tips)
        if len(found) > 2:
            return Addresses(found[:1], none, self.tr("and {n} more").format(n=len(found) - 1), tips)
        return Addresses(found, none, tips=tips)

    def since(self, container: Container) -> Text:
        """How long it runs, or ran not; with the exit code where that was not 0."""
        passed = seconds_of(container.status)
        begun = self._since.get((container.id, container.status), self._clock())
        known = container.created if passed is None else int(begun - passed)
        if container.doing is not Doing.NOTHING or not known:
            return Text("")
        text = words.age(known, self._clock()) if self._clock() - known >= 60 else self.tr("just now")
        lasts = text if self._clock() - known < 60 else self.tr("for {age}").format(age=text)
        if container.alive:
            return Text(lasts, tone="text2", tip=container.status)
        code = exit_code(container.status)
        sub = self.tr("ended with {code}").format(code=code) if code else ""
        ago = text if self._clock() - known < 60 else self.tr("{age} ago").format(age=text)
        return Text(ago, tone="text2", sub=sub, tip=container.status)

    def acts(self, container: Container) -> Actions:
        """Open, stop or start, restart, remove; while something was asked of it nothing else can be."""
        alive, idle = container.alive, container.doing is Doing.NOTHING
        icons = (
            ("open" if alive and container.addresses else "", OPEN),
            (("stop" if alive else "play") if idle else "", STOP if alive else START),
            ("restart" if alive and idle else "", RESTART),
            ("trash" if idle else "", REMOVE),
        )
        tips = (
            self.tr("Open in the browser"),
            self.tr("Stop") if alive else self.tr("Start"),
            self.tr("Restart"),
            self.tr("Remove…"),
        )
        return Actions(icons, tips=tuple(tip if icon else "" for (icon, _), tip in zip(icons, tips, strict=True)))

    def word(self, container: Container) -> str:
        """What its state is called."""
        return {
            ContainerState.RUNNING: self.tr("Running"),
            ContainerState.PAUSED: self.tr("Paused"),
            ContainerState.RESTARTING: self.tr("Starting again"),
            ContainerState.CREATED: self.tr("Never started"),
            ContainerState.REMOVING: self.tr("Removing…"),
            ContainerState.DEAD: self.tr("Broken"),
        }.get(container.state, self.tr("Stopped"))

    def last_words(self, before: Container, now: Container, gone: bool = False) -> str:
        """How it ended, to stand below its output: *before* it did, *now*, and whether it is *gone*."""
        asked = before.doing is not Doing.NOTHING  # then its code says nothing new
        code = None if asked else exit_code(now.status)
        if gone and not before.alive:
            words = self.tr("{name} was removed.")
        elif gone and code:
            words = self.tr("{name} has stopped with code {code} and was removed.")
        elif gone:
            words = self.tr("{name} has stopped and was removed.")
        else:
            words = self.tr("{name} has stopped with code {code}.") if code else self.tr("{name} has stopped.")
        return words.format(name=now.name, code=code)

    def _doing(self, doing: Doing) -> str:
        return {
            Doing.STARTING: self.tr("Starting…"),
            Doing.STOPPING: self.tr("Stopping…"),
            Doing.RESTARTING: self.tr("Restarting…"),
        }.get(doing, self.tr("Removing…"))
