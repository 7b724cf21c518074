"""Runs a script of steps in the event loop, one wait at a time, and writes down how each went."""

import json
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QProcess, QRect, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

TICK_MS = 40


class StepFailed(Exception):
    """What a step waited for did not come, or what it checked was not so."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on when *ready* says so; fail as "no …" after *limit_s* seconds."""

    what: str
    ready: Callable[[], object]
    limit_s: float = 30.0


@dataclass(slots=True)
class Check:
    """A fact asked for a second way: the command as a person would type it, and its answer."""

    command: str
    answer: str


@dataclass(slots=True)
class Report:
    """How one step went."""

    name: str
    passed: bool = False
    seconds: float = 0.0
    detail: str = ""
    checks: list[Check] = field(default_factory=list)


Script = Generator[Wait, None, None]
Step = Callable[[Report], Script]


class Director(QObject):
    """Plays *steps* in order; a failed one ends the play, and those after it count as not passed."""

    finished = Signal(bool)  # whether every step passed

    def __init__(self, steps: Sequence[tuple[str, Step]], folder: Path, window: QWidget, notes: Sequence[str]) -> None:
        super().__init__()
        self._steps, self._folder, self._window, self._notes = list(steps), folder, window, list(notes)
        self._pictures = 0
        self.reports = [Report(name) for name, _ in steps]
        self._at = 0
        self._script: Script | None = None
        self._wait: Wait | None = None
        self._begun = self._waits_since = 0.0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin; finished follows."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._timer.start()

    def _tick(self) -> None:
        if self._script is None:
            self._script = self._steps[self._at][1](self.reports[self._at])
            self._begun = time.monotonic()
        elif self._wait is not None:
            late = time.monotonic() - self._waits_since > self._wait.limit_s
            if not self._wait.ready():
                if late:
                    self._end(f"no {self._wait.what} within {self._wait.limit_s:g} s")
                return
        self._go_on(self._script)

    def _go_on(self, script: Script) -> None:
        try:
            self._wait, self._waits_since = next(script), time.monotonic()
        except StopIteration:
            self._end("")
        except Exception as bad:  # whatever goes wrong in a step is how the step went
            self._end(f"{type(bad).__name__}: {bad}")

    def _end(self, failure: str) -> None:
        report = self.reports[self._at]
        report.seconds = round(time.monotonic() - self._begun, 2)
        report.passed, report.detail = not failure, failure or report.detail
        self.picture(report.name)
        print(f"{'passed' if report.passed else 'FAILED'}  {report.name}: {report.detail}", flush=True)
        self._script, self._wait, self._at = None, None, self._at + 1
        if failure or self._at == len(self._steps):
            self._timer.stop()
            self._write()
            self.finished.emit(all(each.passed for each in self.reports))

    def picture(self, name: str) -> None:
        """Keep what the window shows now, with the dialog above it if one is open."""
        window, self._pictures = self._window, self._pictures + 1
        shot = window.grab()
        above = QApplication.activeModalWidget()
        if above is not None and above is not window:
            shot = _over(window, above)
        shot.save(str(self._folder / f"{self._pictures:02}-{name.replace(' ', '-').lower()}.png"))

    def _write(self) -> None:
        steps = [asdict(report) for report in self.reports]
        text = json.dumps({"notes": self._notes, "steps": steps}, indent=2, ensure_ascii=False)
        (self._folder / "walkthrough.json").write_text(text + "\n", encoding="utf-8")


def ask(program: str, arguments: Sequence[str], report: Report, secret_input: str = "") -> Generator[Wait, None, str]:
    """Run a command of another program, note it with its answer in *report*, and give the answer.

    *secret_input* goes through its standard input, so that no secret stands in an argument list or in the report.
    """
    process = QProcess()
    process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
    process.start(program, list(arguments))
    process.write(secret_input.encode())
    process.closeWriteChannel()
    yield Wait(f"answer from {program}", lambda: process.state() is QProcess.ProcessState.NotRunning, 60)
    answer = bytes(process.readAll().data()).decode(errors="replace").strip()
    report.checks.append(Check(" ".join([program, *arguments]), answer[:2000]))
    return answer


def pause(seconds: float) -> Generator[Wait, None, None]:
    """Wait so that an onlooker can follow."""
    until = time.monotonic() + seconds
    yield Wait("end of the pause", lambda: time.monotonic() >= until, seconds + 5)


def _over(window: QWidget, dialog: QWidget) -> QPixmap:
    shot = window.grab()
    with QPainter(shot) as painter:
        painter.fillRect(QRect(QPoint(0, 0), window.size()), QColor(0, 0, 0, 70))
        painter.drawPixmap(window.mapFromGlobal(dialog.mapToGlobal(QPoint(0, 0))), dialog.grab())
    return shot
