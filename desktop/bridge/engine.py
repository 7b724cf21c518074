"""The engine in use: found, watched, lost and found again, without anybody asking."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge.crew import EngineCrew
from desktop.bridge.merging import Merged
from desktop.bridge.worker import Job, Report, Roster, Worker
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import EngineStartFailed
from desktop.core.engines import EngineState, EngineStatus, Probe, choose
from desktop.core.errors import AppError
from desktop.core.inventory import EngineEvent, Subject
from desktop.core.ports import Engine, EngineFinder

MERGE_MS = 250  #: events within this time are one
FIRST_PAUSE_MS, LONGEST_PAUSE_MS, STARTING_PAUSE_MS = 500, 5_000, 1_000  #: between two looks while none is there
START_MS = 60_000  #: an engine that was started has this long to answer
#: of images and containers, but nothing that a list shows changes with them
IDLE_ACTIONS = frozenset({"push", "save", "export", "copy", "archive-path", "top", "attach", "detach", "resize"})


class EngineLink(QObject):
    """Keeps the crew connected to an engine. An engine that is lost is waited for; another one is never slipped in."""

    status_changed = Signal(object)  # EngineStatus
    images_touched = Signal()  # the images on it may have changed
    containers_touched = Signal()
    event_seen = Signal(object)  # EngineEvent, each one
    failed = Signal(object)  # AppError

    def __init__(
        self,
        roster: Roster,
        make_finder: Callable[[], EngineFinder],
        make_engine: Callable[[Probe], Engine],
        wanted: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.crew = EngineCrew(roster, self)
        finder, watcher = roster.hire(make_finder, "engine-find"), self.crew.hire("engine-events")
        assert finder and watcher, "the link comes first, so that it never lacks a thread"
        self._finder, self._watcher = finder, watcher
        self._roster, self._make_finder, self._make_engine = roster, make_finder, make_engine
        self._wanted, self._status = wanted, EngineStatus(EngineState.SEARCHING)
        self._connected: Probe | None = None
        self._home: Probe | None = None  # the one that was lost
        self._starting: Probe | None = None
        self._looking: Job | None = None
        self._watching: Job | None = None
        self._starter: Worker | None = None
        self._pause_ms, self._complained, self._closed = FIRST_PAUSE_MS, False, False
        self._again = self._timer(self._look_again, 0)
        self._patience = self._timer(self._on_patience_over, START_MS)
        self._images, self._containers = Merged(MERGE_MS, self), Merged(MERGE_MS, self)
        self._images.told.connect(self.images_touched)
        self._containers.told.connect(self.containers_touched)

    @property
    def status(self) -> EngineStatus:
        """The engine in use, or why there is none."""
        return self._status

    @Slot()
    def look(self) -> None:
        """Look for engines now. One in use stays in use."""
        self._home, self._pause_ms = None, FIRST_PAUSE_MS
        if not self._connected and not self._starting:
            self._say(EngineStatus(EngineState.SEARCHING, None, self._status.tried))
        self._look_again()

    @Slot(str)
    def choose(self, url: str) -> None:
        """Use the engine at *url* from now on, if it runs; "" is the first that is found."""
        self._wanted = url
        if self._looking:
            self._looking.cancel()
            self._looking = None
        if not url:
            self._lose()
        self.look()

    @Slot()
    def start(self) -> None:
        """Start the engine that is stopped; failed says when that does not work within START_MS."""
        fitting = [probe for probe in (self._status.chosen, *self._status.tried) if probe and probe.start]
        probe = next((probe for probe in fitting if probe.state is EngineState.STOPPED), None)
        if probe is None or self._starting:
            return
        worker = self._roster.hire(self._make_finder, "engine-start")
        if worker is None:
            self.failed.emit(EngineStartFailed("no thread is free", engine=probe.name))
            return
        self._starting, self._starter = probe, worker
        job = worker.submit(partial(_start, probe))
        job.succeeded.connect(self._on_started)
        job.failed.connect(self._on_start_failed)
        self._patience.start()
        self._say(EngineStatus(EngineState.SEARCHING, probe, self._status.tried))
        self._look_again()

    def close(self) -> None:
        """Look no more and watch no more; the workers end with the roster."""
        self._closed = True
        for pending in (self._again, self._patience, self._images, self._containers):
            pending.stop()

    @Slot()
    def _look_again(self) -> None:
        self._again.stop()
        if self._looking or self._closed:
            return
        self._looking = job = self._finder.submit(partial(_probe, self._wanted))
        job.succeeded.connect(self._on_looked)
        job.failed.connect(self._on_look_failed)

    @Slot(object)
    def _on_looked(self, probes: Sequence[Probe]) -> None:
        self._looking, self._complained = None, False
        found = self._judge(choose(probes, self._wanted))
        if found.state is EngineState.RUNNING and found.chosen:
            self._use(found.chosen)
        elif self._starting:
            found = EngineStatus(EngineState.SEARCHING, self._starting, found.tried)
        self._say(found)
        if found.state is not EngineState.RUNNING:
            self._look_later()

    def _judge(self, found: EngineStatus) -> EngineStatus:
        """*found*, but no other engine in place of the one in use or the one that was lost, unless it is wanted."""
        ours = self._connected or self._home
        if ours is None or (found.chosen and found.chosen.url == self._wanted and _runs(found.chosen)):
            return found
        if self._connected:  # the watch would have told if it were gone; it may just be slow
            return EngineStatus(EngineState.RUNNING, self._connected, found.tried)
        again = next((probe for probe in found.tried if probe.url == ours.url), None)
        if again is None or again.state is EngineState.ABSENT:
            return found
        return EngineStatus(again.state, again, found.tried)

    @Slot(object)
    def _on_look_failed(self, error: AppError) -> None:
        self._looking = None
        if not self._complained:  # once, not every five seconds
            self._complained = True
            self.failed.emit(error)
        if not self._connected:
            self._say(EngineStatus(EngineState.ABSENT))
            self._look_later()

    def _look_later(self) -> None:
        if self._closed:
            return
        longest = STARTING_PAUSE_MS if self._starting else LONGEST_PAUSE_MS
        self._again.start(min(self._pause_ms, longest))
        self._pause_ms = min(2 * self._pause_ms, longest)

    def _use(self, probe: Probe) -> None:
        if self._connected and (self._connected.url, self._connected.api_version) == (probe.url, probe.api_version):
            return
        self._lose()
        self._connected, self._home, self._pause_ms = probe, None, FIRST_PAUSE_MS
        self._end_start()
        self.crew.connect_to(partial(self._make_engine, probe))
        self._watch()
        self.images_touched.emit()
        self.containers_touched.emit()
        self._images.touch()  # once more, for what changed before the watch had begun
        self._containers.touch()

    def _watch(self) -> None:
        self._watching = job = self._watcher.submit(_watch)
        job.progressed.connect(self._on_event)
        job.failed.connect(self._on_lost)

    @Slot(object)
    def _on_event(self, event: EngineEvent) -> None:
        self.event_seen.emit(event)
        if event.action in IDLE_ACTIONS or event.action.startswith("exec_"):
            return
        merged = {Subject.IMAGE: self._images, Subject.CONTAINER: self._containers}.get(event.subject)
        if merged:
            merged.touch()

    @Slot()
    def _on_lost(self) -> None:
        self._home = self._connected
        self._lose()
        self._say(EngineStatus(EngineState.SEARCHING, self._home, self._status.tried))
        self._look_again()

    def _lose(self) -> None:
        """Be connected to nobody."""
        watching, self._watching = self._watching, None
        if watching:
            watching.cancel()
        if self._connected:
            self._connected = None
            self.crew.connect_to(None)

    @Slot()
    def _on_started(self) -> None:
        self._pause_ms = FIRST_PAUSE_MS
        self._look_again()

    @Slot(object)
    def _on_start_failed(self, error: AppError) -> None:
        if self._starting:
            self._end_start()
            self.failed.emit(error)
            self._look_again()

    @Slot()
    def _on_patience_over(self) -> None:
        if self._starting:
            name = self._starting.name
            self._on_start_failed(EngineStartFailed(f"no answer within {START_MS // 1000} seconds", engine=name))

    def _end_start(self) -> None:
        self._starting = None
        self._patience.stop()
        worker, self._starter = self._starter, None
        if worker:
            self._roster.dismiss(worker)

    def _say(self, status: EngineStatus) -> None:
        if status != self._status:
            self._status = status
            self.status_changed.emit(status)

    def _timer(self, act: Callable[[], object], pause_ms: int) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=pause_ms)
        timer.timeout.connect(act)
        return timer


def _runs(probe: Probe) -> bool:
    return probe.state is EngineState.RUNNING


def _probe(wanted: str, finder: EngineFinder, token: CancelToken, report: Report) -> Sequence[Probe]:
    return finder.probe(wanted, token)


def _start(probe: Probe, finder: EngineFinder, token: CancelToken, report: Report) -> None:
    finder.start(probe, token)


def _watch(engine: Engine, token: CancelToken, report: Report) -> None:
    for event in engine.watch(token):
        report(event)
