"""Waiting until the page of a container really answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.bridge.crew import EngineCrew
from desktop.bridge.worker import Job, Report, Roster, Worker
from desktop.core.cancel import CancelToken
from desktop.core.container_status import ExitCodes
from desktop.core.engine_errors import ContainerStopped, ContainerVanished, NoThreadFree, PageSilent
from desktop.core.errors import AppError
from desktop.core.inventory import Container, Doing
from desktop.core.ports import Engine, PageProbe

LIMIT_S = 20.0

MakePageProbe = Callable[[], PageProbe]


@dataclass(slots=True)
class _Wait:
    """Somebody wants a page. *since*: the first listing that must hold its container."""

    container_id: str
    address: str
    name: str
    since: int
    worker: Worker
    job: Job

    @property
    def key(self) -> tuple[str, str]:
        return self.container_id, self.address


class PageWatch(QObject):
    """Asks for pages, each on a worker hired for it, and says why one does not come."""

    answered = Signal(str, str, float)  # the container's id, the address, seconds
    failed = Signal(object)  # AppError
    awaited = Signal(object)  # frozenset[tuple[str, str]]: the ids and addresses waited for now

    def __init__(
        self,
        crew: EngineCrew,
        roster: Roster,
        make_page_probe: MakePageProbe,
        codes: ExitCodes,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._crew, self._roster, self._make, self._codes = crew, roster, make_page_probe, codes
        self._waits: dict[tuple[str, str], _Wait] = {}

    def open(self, container_id: str, address: str, name: str, since: int) -> None:
        """Wait for http://*address*; a second wish for the same joins the first.

        The container has stopped if the listing of number *since*, or a later one, does not show it alive.
        """
        if (container_id, address) in self._waits:
            return
        worker = self._roster.hire(self._make, "page")
        if worker is None:
            self.failed.emit(NoThreadFree())
            return
        job = worker.submit(partial(_ask_page, address))
        wait = _Wait(container_id, address, name, since, worker, job)
        self._waits[wait.key] = wait
        self.awaited.emit(frozenset(self._waits))
        job.succeeded.connect(partial(self._on_job_succeeded, wait))
        job.failed.connect(partial(self._on_job_failed, wait))

    def listed(self, number: int, containers: Mapping[str, Container]) -> None:
        """The listing of that *number* has come: give up waiting for containers that do not run."""
        for wait in list(self._waits.values()):
            found = containers.get(wait.container_id)
            runs = found is not None and (found.alive or found.doing in (Doing.RESTARTING, Doing.STARTING))
            if number >= wait.since and not runs:
                self._end(wait)
                self._say_stopped(wait)

    def give_up(self) -> None:
        """Wait for nothing any more: the engine is another one, or gone."""
        for wait in list(self._waits.values()):
            self._end(wait)

    def _say_stopped(self, wait: _Wait) -> None:
        code = self._codes.of(wait.container_id)
        if code is not None:
            self.failed.emit(_stopped(wait, code))
            return
        asked = self._crew.read(partial(_ask_exit_code, wait.container_id))
        asked.succeeded.connect(partial(self._on_code_asked, wait))
        asked.failed.connect(partial(self._on_code_asked, wait))

    def _on_code_asked(self, wait: _Wait, answer: object) -> None:
        code = answer if isinstance(answer, int) else self._codes.of(wait.container_id)
        gone = ContainerVanished(name=wait.name, container=wait.container_id)
        self.failed.emit(gone if code is None else _stopped(wait, code))

    def _on_job_succeeded(self, wait: _Wait, seconds: float | None) -> None:
        self._end(wait)
        if seconds is None:
            self.failed.emit(PageSilent(address=wait.address, seconds=f"{LIMIT_S:g}", container=wait.container_id))
        else:
            self.answered.emit(wait.container_id, wait.address, seconds)

    def _on_job_failed(self, wait: _Wait, error: AppError) -> None:
        self._end(wait)
        self.failed.emit(error)

    def _end(self, wait: _Wait) -> None:
        self._waits.pop(wait.key, None)
        wait.job.cancel()
        self._roster.dismiss(wait.worker)
        self.awaited.emit(frozenset(self._waits))


def _stopped(wait: _Wait, code: int) -> AppError:
    return ContainerStopped(name=wait.name, container=wait.container_id, code=str(code))


def _ask_page(address: str, probe: PageProbe, token: CancelToken, report: Report) -> float | None:
    return probe.wait(address, LIMIT_S, token)


def _ask_exit_code(container_id: str, engine: Engine, token: CancelToken, report: Report) -> int | None:
    return engine.exit_code(container_id)
