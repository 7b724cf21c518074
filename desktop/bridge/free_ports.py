"""Which ports of this computer are free: by trying them on a worker, and by what containers publish."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.bridge.worker import Job, Report, Roster
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import NoThreadFree
from desktop.core.errors import AppError
from desktop.core.inventory import ImageDetails, PortMapping
from desktop.core.ports import PageProbe
from desktop.core.run_options import PortAnswer, next_free, propose

Holders = Mapping[tuple[int, str], str]  #: names of containers by port and protocol
MakePageProbe = Callable[[], PageProbe]


class FreePorts(QObject):
    """Answers in the order asked; a new question for proposals replaces the one before."""

    proposed = Signal(object)  # tuple[PortMapping, ...]
    checked = Signal(object)  # PortAnswer
    failed = Signal(object)  # AppError

    def __init__(self, roster: Roster, make_page_probe: MakePageProbe, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = roster.hire(make_page_probe, "ports")
        self._proposal: Job | None = None

    def propose(self, details: ImageDetails, holders: Holders) -> None:
        """Find a free port for each port of an image."""
        if self._proposal:
            self._proposal.cancel()
        self._proposal = self._ask(partial(_propose, details, dict(holders)), self._on_proposed)

    def check(self, port: int, protocol: str, holders: Holders) -> None:
        """Find out whether *port* is free, who has it, and which one is free instead."""
        self._ask(partial(_check, port, protocol, dict(holders)), self._on_checked)

    def _ask(self, work: Callable[[PageProbe, CancelToken, Report], object], tell: Callable[..., None]) -> Job | None:
        if self._worker is None:
            self.failed.emit(NoThreadFree())
            return None
        job = self._worker.submit(work)
        job.succeeded.connect(tell)
        job.failed.connect(self._on_failed)
        return job

    def _on_proposed(self, mappings: tuple[PortMapping, ...]) -> None:
        self.proposed.emit(mappings)

    def _on_checked(self, answer: PortAnswer) -> None:
        self.checked.emit(answer)

    def _on_failed(self, error: AppError) -> None:
        self.failed.emit(error)


def _propose(
    details: ImageDetails, holders: Holders, probe: PageProbe, token: CancelToken, report: Report
) -> tuple[PortMapping, ...]:
    return propose(details, partial(_is_free, probe, token, holders))


def _check(
    port: int, protocol: str, holders: Holders, probe: PageProbe, token: CancelToken, report: Report
) -> PortAnswer:
    is_free = partial(_is_free, probe, token, holders)
    if is_free(port, protocol):
        return PortAnswer(port, protocol, True)
    return PortAnswer(port, protocol, False, holders.get((port, protocol), ""), next_free(port + 1, protocol, is_free))


def _is_free(probe: PageProbe, token: CancelToken, holders: Holders, port: int, protocol: str) -> bool:
    token.check()
    return (port, protocol) not in holders and probe.port_is_free(port, protocol)
