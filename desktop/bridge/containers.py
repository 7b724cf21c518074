"""The containers' room: what runs, what was asked of it, its output, its page."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from time import time
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge.crew import EngineCrew
from desktop.bridge.following import Following
from desktop.bridge.free_ports import FreePorts
from desktop.bridge.models import Column, TableModel
from desktop.bridge.pages import MakePageProbe, PageWatch
from desktop.bridge.worker import Job, Report, Roster, Work
from desktop.core.cancel import CancelToken
from desktop.core.container_status import ExitCodes
from desktop.core.engine_errors import ContainerGone, EngineUnreachable
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from desktop.core.inventory import (
    Container,
    ContainerState,
    Doing,
    EngineEvent,
    ImageDetails,
    PublishedPort,
    RunOptions,
)
from desktop.core.ports import Engine
from desktop.core.run_options import holders

COLUMNS = (
    Column(QT_TRANSLATE_NOOP("columns", "State"), lambda c: c.state.value, lambda c: (not c.alive, c.state.value)),
    Column(QT_TRANSLATE_NOOP("columns", "Name"), lambda c: f"{c.name} {c.image}", lambda c: c.name.casefold()),
    Column(QT_TRANSLATE_NOOP("columns", "Address"), lambda c: " ".join(c.addresses), lambda c: c.addresses),
    Column(QT_TRANSLATE_NOOP("columns", "Since"), lambda c: c.status, lambda c: c.created),
    Column("", lambda c: "", lambda c: 0),
)
MAY_BE_GONE = (Doing.STOPPING, Doing.REMOVING)  #: of a container that is gone meanwhile, this has happened


class _Mark(NamedTuple):
    """What was asked of a container; *until*: the listing that will show it done (0: it is not done yet)."""

    doing: Doing
    until: int = 0


class ContainerRoom(QObject):
    """Containers as the engine lists them, each list by one request, asked for when something happened to them."""

    changed = Signal(object)  # list[Container], stopped ones too
    failed = Signal(object)  # AppError
    run_started = Signal(str, object)  # the new container's id, RunOptions
    run_failed = Signal(object)  # AppError
    page_answered = Signal(str, str, float)  # the id, the address, seconds it took
    pages_awaited = Signal(object)  # frozenset of (id, address): pages that are waited for
    output_began = Signal(str)  # the id; all that is known of its output comes now
    output_arrived = Signal(str, object)  # the id, list[OutputPiece]
    output_ended = Signal(str)  # the id
    removed = Signal(object)  # Container, as it ended: it is gone, whoever removed it
    ports_proposed = Signal(object)  # tuple[PortMapping, ...]
    port_checked = Signal(object)  # PortAnswer

    def __init__(
        self, crew: EngineCrew, roster: Roster, make_page_probe: MakePageProbe, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.model = TableModel(COLUMNS, lambda container: container.id, self)
        self._crew, self._show_stopped, self._codes = crew, False, ExitCodes()
        self._known: dict[str, Container] = {}
        self._fresh: dict[str, int] = {}  # containers just run, each with the first listing that must hold it
        self._marks: dict[str, _Mark] = {}
        self._listing: Job | None = None
        self._number, self._again = 0, False  # of the last listing begun; whether one more is wanted after it
        self._output, self._ports = Following(crew, self), FreePorts(roster, make_page_probe, self)
        self._pages = PageWatch(crew, roster, make_page_probe, self._codes, self)
        self._wire()

    def _wire(self) -> None:
        self._output.began.connect(self.output_began)
        self._output.arrived.connect(self.output_arrived)
        self._output.ended.connect(self.output_ended)
        self._output.run_started.connect(self._on_run_started)
        self._output.run_failed.connect(self.run_failed)
        self._pages.answered.connect(self.page_answered)
        self._pages.awaited.connect(self.pages_awaited)
        self._ports.proposed.connect(self.ports_proposed)
        self._ports.checked.connect(self.port_checked)
        for part in (self._output, self._pages, self._ports):
            part.failed.connect(self.failed)
        self._crew.changed.connect(self._on_crew_changed)

    @property
    def containers(self) -> tuple[Container, ...]:
        """All of them, stopped ones too, as last listed."""
        return tuple(self._known.values())

    def find(self, container_id: str) -> Container | None:
        """The container of that id, as last listed."""
        return self._known.get(container_id)

    @Slot()
    def refresh(self) -> None:
        """List anew; asked for while a listing runs, once more after it."""
        if self._listing:
            self._again = True
            return
        self._number, self._again = self._number + 1, False
        self._listing = self._crew.read(_list)
        self._listing.succeeded.connect(self._on_listed)
        self._listing.failed.connect(self._on_listing_failed)
        self._listing.finished.connect(self._on_listing_finished)

    @Slot(bool)
    def show_stopped(self, shown: bool) -> None:
        """Have stopped ones in the model too."""
        self._show_stopped = shown
        self._show()

    @Slot(object)
    def see(self, event: EngineEvent) -> None:
        """Take note of what the engine tells of its containers."""
        if event.exit_code is not None:
            self._codes.note(event.id, event.exit_code)
        self._output.see(event)

    def run(self, options: RunOptions) -> None:
        """Start a container; run_started or run_failed follows. Whoever follows it then misses none of its words."""
        self._output.run(options)

    @Slot(object)
    def start(self, container: Container) -> None:
        """Start a stopped container."""
        self._act(container, Doing.STARTING, partial(_start, container.id))

    @Slot(object)
    def stop(self, container: Container) -> None:
        """Stop it; a container that was to be removed then is gone."""
        self._act(container, Doing.STOPPING, partial(_stop, container.id))

    @Slot(object)
    def restart(self, container: Container) -> None:
        """Stop and start it."""
        self._act(container, Doing.RESTARTING, partial(_restart, container.id))

    @Slot(object)
    def remove(self, container: Container) -> None:
        """Remove it, stopped first where it runs."""
        self._act(container, Doing.REMOVING, partial(_remove, container.id, container.alive))

    @Slot(str)
    def follow(self, container_id: str) -> None:
        """Bring its output, in place of the one followed before; asking again for the same changes nothing."""
        self._output.follow(container_id)

    @Slot()
    def unfollow(self) -> None:
        """Bring no more output."""
        self._output.unfollow()

    @Slot(str, str)
    def open_page(self, container_id: str, address: str) -> None:
        """Wait until http://*address* answers: page_answered; failed with the reason if it does not."""
        known = self._known.get(container_id)
        self._pages.open(container_id, address, known.name if known else container_id[:12], self._number + 1)
        self.refresh()  # it may have stopped before it was ever listed

    @Slot(object)
    def propose_ports(self, details: ImageDetails) -> None:
        """Find a free port for each port the image listens on: ports_proposed."""
        self._ports.propose(details, holders(self.containers))

    @Slot(int, str)
    def check_port(self, port: int, protocol: str) -> None:
        """Find out whether a port is free, and for whom it is taken: port_checked."""
        self._ports.check(port, protocol, holders(self.containers))

    def _act(self, container: Container, doing: Doing, work: Work) -> None:
        self._marks[container.id] = _Mark(doing)
        self._show()
        job = self._crew.act(container.id, work)
        job.failed.connect(partial(self._on_act_failed, doing))
        job.finished.connect(partial(self._on_act_finished, container.id, doing))

    def _on_act_failed(self, doing: Doing, error: AppError) -> None:
        if not (isinstance(error, ContainerGone) and doing in MAY_BE_GONE):
            self.failed.emit(error)

    def _on_act_finished(self, container_id: str, doing: Doing) -> None:
        if self._marks.get(container_id) == _Mark(doing):  # else something else was asked of it meanwhile
            self._marks[container_id] = _Mark(doing, self._number + 1)
        self.refresh()

    @Slot(str, object)
    def _on_run_started(self, container_id: str, options: RunOptions) -> None:
        """Show it before it is listed: it may have ended by then, and its end is to be told."""
        ports = tuple(PublishedPort(each.port, each.protocol, "", each.host_port) for each in options.ports)
        self._known[container_id] = Container(
            container_id,
            options.name or container_id[:12],
            options.image,
            "",
            ContainerState.RUNNING,
            created=int(time()),
            ports=ports,
        )
        self._fresh[container_id] = self._number + 1
        self._show()
        self.refresh()
        self.run_started.emit(container_id, options)

    @Slot(object)
    def _on_listed(self, containers: Sequence[Container]) -> None:
        before, self._known = self._known, {container.id: container for container in containers}
        self._fresh = {key: number for key, number in self._fresh.items() if number > self._number}
        self._known |= {key: before[key] for key in self._fresh if key in before and key not in self._known}
        self._drop_marks()
        self._show()
        for gone in [known for key, known in before.items() if key not in self._known]:
            self.removed.emit(self._ended(gone))
        self._pages.listed(self._number, self._known)
        self._output.listed(self._known)

    def _ended(self, gone: Container) -> Container:
        code = self._codes.of(gone.id)
        status = gone.status if code is None else f"Exited ({code})"
        return replace(gone, state=ContainerState.EXITED, status=status, doing=Doing.NOTHING)

    @Slot(object)
    def _on_listing_failed(self, error: AppError) -> None:
        self._drop_marks()
        self._show()
        if not isinstance(error, EngineUnreachable):  # the bar says that already
            self.failed.emit(error)

    @Slot()
    def _on_listing_finished(self) -> None:
        self._listing = None
        if self._again:
            self.refresh()

    @Slot(bool)
    def _on_crew_changed(self, connected: bool) -> None:
        self._pages.give_up()
        self._output.interrupt()
        self._known, self._marks, self._fresh = {}, {}, {}
        self.model.set_rows([])
        if connected:
            self.refresh()
        else:
            self.changed.emit([])

    def _drop_marks(self) -> None:
        self._marks = {key: mark for key, mark in self._marks.items() if not 0 < mark.until <= self._number}

    def _marked(self) -> dict[str, Container]:
        marks = {key: mark.doing for key, mark in self._marks.items()}
        return {key: replace(known, doing=marks.get(key, Doing.NOTHING)) for key, known in self._known.items()}

    def _show(self) -> None:
        self._known = self._marked()
        rows = [c for c in self._known.values() if c.alive or self._show_stopped or c.doing is not Doing.NOTHING]
        self.model.set_rows(sorted(rows, key=lambda c: (not c.alive, -c.created, c.name)))
        self.changed.emit(list(self._known.values()))


def _list(engine: Engine, token: CancelToken, report: Report) -> list[Container]:
    return engine.containers()


def _start(container_id: str, engine: Engine, token: CancelToken, report: Report) -> None:
    engine.start(container_id)


def _stop(container_id: str, engine: Engine, token: CancelToken, report: Report) -> None:
    engine.stop(container_id)


def _restart(container_id: str, engine: Engine, token: CancelToken, report: Report) -> None:
    engine.restart(container_id)


def _remove(container_id: str, alive: bool, engine: Engine, token: CancelToken, report: Report) -> None:
    if alive:
        engine.stop(container_id)
    engine.remove_container(container_id)
