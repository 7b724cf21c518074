"""The front door: puts the program together, opens the window, and lets everything go at the end."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.adapters.app_folders import AppFolders, app_folders
from desktop.adapters.first_look import first_look
from desktop.ui import theme
from desktop.ui.main_window import MainWindow
from desktop.ui.single_instance import SingleInstance
from desktop.ui.widgets import glyphs

if TYPE_CHECKING:  # the rooms and views are imported after the first paint
    from desktop.bridge.garbage import GarbageCollector
    from desktop.bridge.worker import Roster
    from desktop.house import House

FIRST_PAINT = "PORTSIDE_FIRST_PAINT"  #: in the environment: a file for the time of the first paint, for benchmarks
#: imported one by one after the first paint: together they would hold the window up
PIECES = (
    "desktop.bridge.transfers",
    "desktop.bridge.registries",
    "desktop.bridge.containers",
    "desktop.bridge.tour",
    "desktop.ui.home_view",
    "desktop.ui.registries_view",
    "desktop.ui.images_view",
    "desktop.ui.containers_view",
    "desktop.ui.transfers_view",
    "desktop.house",
)
SWITCH_S = 0.001  #: a worker that computes lets the window have the interpreter after this long (Python's own: 5 ms)
QUIT_S = 2.5  #: writing the settings and all workers together have this long to end; three seconds are the limit


def open_in_browser(address: str) -> bool:
    """Show a page in the person's own browser; False where none could be started."""
    return QDesktopServices.openUrl(QUrl(address))


class Start(NamedTuple):
    """How to start: where our files are, an engine to use whatever the settings say, what opens a page."""

    folders: AppFolders
    engine: str = ""
    open_page: Callable[[str], object] = open_in_browser


class Portside(QObject):
    """One running program. The window is painted first, with Qt alone; rooms and views follow in the next turn."""

    furnished = Signal()  # every room is there
    left = Signal(object)  # list[str]: the program is over; these workers are still blocked

    def __init__(self, app: QApplication, start: Start) -> None:
        super().__init__()
        self._start = start
        appearance, place = first_look(start.folders.settings_file)
        self.dresser = theme.Dresser(app)
        self.dresser.dress(appearance)
        self.window = MainWindow()
        self.roster: Roster | None = None
        self.house: House | None = None
        self._collector: GarbageCollector | None = None
        self._furnishing: Iterator[None] = iter(())
        self._over = False
        self.window.restore_place(place)
        self.window.painted.connect(self._on_window_painted)
        self.window.close_requested.connect(self.quit)

    @Slot()
    def _on_window_painted(self) -> None:
        if place := os.environ.get(FIRST_PAINT):
            Path(place).write_text(str(time.monotonic_ns()), encoding="utf-8")
        QTimer.singleShot(0, self, self._begin_furnishing)

    @Slot()
    def _begin_furnishing(self) -> None:
        self._furnishing = self._furnish()
        self._go_on_furnishing()

    @Slot()
    def _go_on_furnishing(self) -> None:
        """One piece in each turn of the event loop, so that the window answers all the while."""
        if not self._over and next(self._furnishing, True) is None:
            QTimer.singleShot(0, self, self._go_on_furnishing)

    def _furnish(self) -> Iterator[None]:
        for name in PIECES:
            import_module(name)
            yield
        from desktop import factories
        from desktop.adapters.redacting_log import start_log
        from desktop.adapters.settings_file import SettingsFile
        from desktop.bridge.garbage import GarbageCollector
        from desktop.bridge.worker import Roster
        from desktop.house import Ground, House

        start = self._start
        start.folders.make()
        QApplication.setWindowIcon(glyphs.icon("mark", "accent"))
        redactor = start_log(start.folders.logs)
        environment = factories.shield_docker_config(start.folders.data)
        store = SettingsFile(start.folders.settings_file)
        ground = Ground(
            start.folders, environment, store, store.load(), self.dresser, start.engine, start.open_page, redactor
        )
        sys.setswitchinterval(SWITCH_S)
        self.roster = Roster()
        self._collector = GarbageCollector(parent=self)
        house = House(self.window, self.roster, ground)
        yield from house.furnish()
        self.house = house
        if store.damaged:
            words = self.tr("Your settings were damaged and begin anew. The old file is kept as {place}.")
            self.window.bar.messages.say(words.format(place=store.damaged), "warn")
        self.furnished.emit()
        house.open()

    @Slot()
    def quit(self) -> None:
        """End the program; asks first while transfers run."""
        if self.house is None or self.house.may_leave(self.leave):
            self.leave()

    @Slot()
    def leave(self) -> None:
        """End the program now: everything is told at once and has QUIT_S seconds for all together."""
        if self._over:
            return
        self._over, limit = True, QDeadlineTimer(round(QUIT_S * 1000))
        self.window.allow_close()
        try:
            if self.house is not None:
                self.house.close()
        finally:  # whatever could not be kept, the program ends
            self.window.close()
            blocked = self.roster.close(limit.remainingTime() / 1000) if self.roster else []
            if self._collector and not blocked:  # a worker that still runs must not collect
                self._collector.stop()
            self.left.emit(blocked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Portside until its window closes; return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if "--version" in words:
        print(f"Portside {__version__}")
        return 0
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Portside")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("portside")
    folders = app_folders()
    folders.make()
    only = SingleInstance(folders.data)
    if not only.claim() and only.call_first():
        return 0
    portside = Portside(app, Start(folders))
    portside.window.painted.connect(only.listen)
    only.called.connect(portside.window.bring_up)
    portside.window.show()
    return run(app, portside)


def run(app: QApplication, portside: Portside) -> int:
    """Turn the event loop until *portside* has left; a worker that is still blocked ends with the process."""
    app.setQuitOnLastWindowClosed(False)
    blocked: list[str] = []
    portside.left.connect(blocked.extend)
    portside.left.connect(app.quit)
    status = app.exec()
    if blocked:  # dropping a running QThread would abort, and nothing is left to save by now
        import logging

        logging.getLogger(__name__).warning("still blocked at exit: %s", ", ".join(blocked))
        logging.shutdown()
        os._exit(status)
    return status
