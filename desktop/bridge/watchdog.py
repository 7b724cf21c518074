"""Finds what keeps the UI thread from answering, and names the line. For development and benchmarks only."""

import linecache
import logging
import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop.bridge.worker import Job, Report, Roster
from desktop.core.cancel import CancelToken

log = logging.getLogger(__name__)
VARIABLE = "PORTSIDE_WATCHDOG"
BEAT_MS, LIMIT_MS = 5, 50
PACKAGE = Path(__file__).parent.parent  #: lines below it are ours
_NS = 1_000_000  #: nanoseconds in a millisecond
_REMEMBERED = 400  #: wakes of the worker, two seconds of them
_IDLE = ("app.exec()", "self._inbox.get():")  #: where a thread waits to be called


def wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment asks for the watchdog."""
    return environ.get(VARIABLE) == "1"


@dataclass(frozen=True, slots=True)
class Stall:
    """The UI thread did not answer for *gap_ms*, *own_ms* of it by our own doing; *where* says by which line."""

    gap_ms: float
    own_ms: float
    where: str

    def __str__(self) -> str:
        return f"stall of {self.own_ms:.0f} ms (gap {self.gap_ms:.0f} ms) at {self.where}"


@dataclass(frozen=True, slots=True)
class _Clocks:
    """The clocks of one moment, in nanoseconds."""

    now: int  # real time
    busy: int  # processor time of the whole process
    ran: int  # processor time of the thread that asks
    waited: int  # how long that thread was ready, but got no processor


def _read_clocks() -> _Clocks:
    return _Clocks(time.perf_counter_ns(), time.process_time_ns(), time.thread_time_ns(), _waited_ns())


def _waited_ns() -> int:
    """How long the calling thread was ready to run but got no processor (Linux; elsewhere unknown, so 0)."""
    try:
        with open("/proc/thread-self/schedstat", "rb") as file:
            return int(file.read().split()[1])
    except (OSError, IndexError, ValueError):
        return 0


@dataclass(slots=True)
class _Heart:
    """What the two threads share; each value is written by one of them."""

    thread: int
    beat: _Clocks | None = None


class Watchdog(QObject):
    """A timer beats every 5 ms on the UI thread; a worker looks at the stack when a beat is late.

    What the machine did is not held against us: waiting for a processor (Linux tells it per thread), and times in which
    the whole process stood still (the worker was late as well, and the process used no time of its own).
    """

    stalled = Signal(object)  # Stall

    def __init__(self, roster: Roster, ours: Path = PACKAGE, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roster, self._ours = roster, ours
        self._heart = _Heart(threading.get_ident())
        self._job: Job | None = None
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timer_timeout)

    def start(self) -> None:
        """Watch from the next turn of the event loop on. UI thread only."""
        worker = self._roster.hire(_Nobody, "watchdog")
        if worker:
            monitor = _Monitor(self._heart, self._ours)
            self._job = worker.submit(monitor.watch)
            self._job.progressed.connect(self._on_job_progressed)
            self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
        if self._job:
            self._job.cancel()

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._heart.beat = _read_clocks()

    @Slot(object)
    def _on_job_progressed(self, stall: Stall) -> None:
        log.warning("%s", stall)
        self.stalled.emit(stall)


class _Nobody:
    """The client of a worker that needs none."""

    def close(self) -> None:
        pass


class _Monitor:
    """The worker's side: wakes as often as the heart beats, and takes stacks while it does not."""

    def __init__(self, heart: _Heart, ours: Path) -> None:
        self._heart, self._ours = heart, ours
        self._seen: Counter[str] = Counter()
        self._wakes: deque[_Clocks] = deque(maxlen=_REMEMBERED)

    def watch(self, client: object, token: CancelToken, report: Report) -> None:
        """Work for a worker: report a Stall for each gap that was ours, until cancelled."""
        over = threading.Event()
        token.on_cancel(over.set)
        last = self._heart.beat
        while not over.wait(BEAT_MS / 1000):
            beat, now = self._heart.beat, _read_clocks()  # in this order: the gap is over before it is judged
            self._wakes.append(now)
            if beat is not last:
                if last and beat and beat.now - last.now > LIMIT_MS * _NS:
                    self._judge(last, beat, report)
                last = beat
                self._seen.clear()
            elif beat and now.now - beat.now > LIMIT_MS * _NS / 2:
                self._look(beat, now)

    def _judge(self, last: _Clocks, beat: _Clocks, report: Report) -> None:
        gap = beat.now - last.now
        late, waited = self._own_trouble(last.now, beat.now)
        own = gap - max(beat.waited - last.waited, waited)
        if late > gap / 2:  # nobody in this process got anywhere, or one C call held the interpreter
            own = min(own, beat.busy - last.busy)
        own = max(own, beat.ran - last.ran)
        if own > LIMIT_MS * _NS:
            if not self._seen:
                self._look(last, beat)  # late, but whoever it was may still be near
            report(Stall(gap / _NS, own / _NS, self._seen.most_common(1)[0][0]))

    def _own_trouble(self, begin: int, end: int) -> tuple[int, int]:
        """How late this thread itself was between two moments, and how much of it waiting for a processor."""
        late = waited = 0
        for before, after in pairwise(self._wakes):
            if after.now > begin and before.now < end:
                late += max(0, min(after.now, end) - max(before.now, begin) - 2 * BEAT_MS * _NS)
                waited += after.waited - before.waited
        return late, waited

    def _look(self, beat: _Clocks, now: _Clocks) -> None:
        frames = sys._current_frames()
        looked = [frames.get(self._heart.thread)]
        if self._own_trouble(beat.now, now.now)[0] > LIMIT_MS * _NS / 2:  # who held the interpreter?
            looked += [frame for ident, frame in frames.items() if ident != threading.get_ident()]
        found = dict.fromkeys(place for frame in looked if (place := self._place(frame)))
        self._seen[", or ".join(found) or "Qt itself, between two calls of ours"] += 1

    def _place(self, frame: FrameType | None) -> str:
        """The innermost line of ours in a stack; "" where there is none, or where it only waits to be called."""
        while frame is not None:
            code, line = frame.f_code, frame.f_lineno
            if code.co_filename.startswith(str(self._ours)) and code.co_filename != __file__:
                text = linecache.getline(code.co_filename, line).strip()
                name = Path(code.co_filename).relative_to(self._ours)
                return "" if text.endswith(_IDLE) else f"{name}:{line} in {code.co_name}: {text}"
            frame = frame.f_back
        return ""
