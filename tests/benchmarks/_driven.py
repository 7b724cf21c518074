"""Portside as it is, driven through one scene: python _driven.py SCENE ENGINE REPORT.

full: a long list, transfers and a person who goes through all rooms; rest: as it stands after the start; quit and
quit-busy: closed, the second while transfers run. What was seen goes to the file REPORT, as JSON.
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog

from desktop.adapters.app_folders import app_folders
from desktop.app import Portside, Start, run
from desktop.core.reference import Reference

PULLS, PUSHES = 10, 5
IMAGE = f"sha256:{1:064x}"  #: what the engine stand-in says every name means
ACTS, ACT_MS = 24, 350
REST_MS = 2_500
ROOMS = ("images", "containers", "transfers", "home", "registries")


class Scene(QObject):
    """Plays one scene as soon as the program stands, then quits it."""

    def __init__(self, portside: Portside, name: str, report: Path) -> None:
        super().__init__()
        self._portside, self._name, self._report = portside, name, report
        self._told: dict[str, object] = {}
        self._acts = 0
        self._painted = time.monotonic()
        self._look = QTimer(self, interval=20)
        self._look.timeout.connect(self._on_look)
        portside.window.painted.connect(self._on_painted)
        portside.furnished.connect(self._on_furnished)

    @property
    def _rooms(self):
        return self._portside.house.rooms

    @Slot()
    def _on_painted(self) -> None:
        self._painted = time.monotonic()

    @Slot()
    def _on_furnished(self) -> None:
        self._told["furnished_ms"] = (time.monotonic() - self._painted) * 1000
        self._look.start()

    @Slot()
    def _on_look(self) -> None:
        """Go on as soon as the lists are there."""
        if not self._rooms.images.rows or not self._rooms.containers.containers:
            return
        self._look.stop()
        self._told["listed_ms"] = (time.monotonic() - self._painted) * 1000
        self._told["images"] = len(self._rooms.images.rows)
        self._told["containers"] = len(self._rooms.containers.containers)
        if self._name in ("full", "quit-busy"):
            self._begin_transfers("silent" if self._name == "quit-busy" else "app")
        if self._name == "full":
            QTimer.singleShot(ACT_MS, self, self._act)
        else:
            QTimer.singleShot(REST_MS, self, self._end)

    def _begin_transfers(self, name: str) -> None:
        for number in range(PULLS):
            self._rooms.transfers.pull(Reference.parse(f"127.0.0.1:9/{name}{number}:1"))
        for number in range(PUSHES):
            self._rooms.transfers.push(Reference.parse(f"127.0.0.1:9/{name}-out{number}:1"), "", IMAGE)

    @Slot()
    def _act(self) -> None:
        """What a person does: go to a room, scroll, choose, type into the filter."""
        window = self._portside.window
        room = ROOMS[self._acts // 4 % len(ROOMS)]
        view = getattr(self._portside.house.views, room)
        part = self._acts % 4
        window.show_room(room)
        table = getattr(view, "table", None) or view.findChild(QAbstractItemView)
        if part == 1 and table:
            table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() * 2 // 3)
        if part == 2 and table and table.model().rowCount() > 5:
            table.selectRow(5)
        if part == 3 and hasattr(view, "filter"):
            view.filter.setText("" if view.filter.text() else "service-0")
        self._acts += 1
        if self._acts < ACTS:
            QTimer.singleShot(ACT_MS, self, self._act)
        else:
            self._end()

    @Slot()
    def _end(self) -> None:
        known = self._rooms.transfers.transfers
        self._told["moving"] = sum(transfer.snapshot.done > 0 and not transfer.state.final for transfer in known)
        self._told["failed"] = sorted(
            {f"{type(each.error).__name__}: {each.error.raw}" for each in known if each.error}
        )
        self._told["memory"] = resident()
        self._told["threads"] = len(self._portside.roster.names)
        self._told["quit_ns"] = time.monotonic_ns()
        self._report.write_text(json.dumps(self._told), encoding="utf-8")
        self._portside.window.close()
        QTimer.singleShot(0, self, self._agree)

    @Slot()
    def _agree(self) -> None:
        """Say yes where the program asks whether to quit all the same."""
        for dialog in self._portside.window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.main_button.click()


def resident() -> int:
    """Bytes of this process in memory; where the system does not tell, the most there ever were."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    return pages * 4096


def main(name: str, engine: str, report: str) -> int:
    """Play the scene *name*; return the program's exit status."""
    app = QApplication(sys.argv[:1])
    portside = Portside(app, Start(app_folders(), engine=engine, open_page=lambda address: None))
    scene = Scene(portside, name, Path(report))
    portside.window.show()
    status = run(app, portside)
    del scene
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
