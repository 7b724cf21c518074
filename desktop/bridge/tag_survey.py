"""Looks at the tags of an open repository one by one, so that the list can say how large and how old they are."""

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.bridge.errand import give_up
from desktop.bridge.worker import Job
from desktop.core.errors import AppError
from desktop.core.registry import TagDetails

MOST = 24  #: tags per repository: about what is in sight. Looking at thousands is what registries limit.


class TagSurvey(QObject):
    """One look at a time and only while nothing else is asked; the first failure ends it, without a word."""

    found = Signal(str, str, object)  # repository, tag, TagDetails

    def __init__(self, look: Callable[[str, str], Job], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._waiting: deque[tuple[str, str]] = deque()
        self._job: Job | None = None
        self._paused = False

    def visit(self, repository: str, tags: Iterable[str]) -> None:
        """Look at the first of *tags* after what waits already."""
        waiting = sum(name == repository for name, _ in self._waiting)
        self._waiting += [(repository, tag) for tag in list(tags)[: MOST - waiting]]
        self._step()

    def leave(self, repository: str) -> None:
        """Look no more at tags of *repository*."""
        self._waiting = deque(each for each in self._waiting if each[0] != repository)

    def pause(self) -> None:
        """Begin no look until go_on(): somebody waits for an answer."""
        self._paused = True

    def go_on(self) -> None:
        """Look again."""
        self._paused = False
        self._step()

    def stop(self) -> None:
        """Forget all that waits."""
        self._waiting.clear()
        self._paused = False
        job, self._job = self._job, None
        give_up(job)

    def _step(self) -> None:
        if self._paused or self._job or not self._waiting:
            return
        repository, tag = self._waiting.popleft()
        try:
            self._job = self._look(repository, tag)
        except AppError:  # a name that is none
            return
        self._job.succeeded.connect(partial(self._on_found, repository, tag))
        self._job.failed.connect(self._on_failed)
        self._job.finished.connect(self._on_finished)

    def _on_found(self, repository: str, tag: str, details: TagDetails) -> None:
        self.found.emit(repository, tag, details)

    def _on_failed(self, error: AppError) -> None:
        self._waiting.clear()

    def _on_finished(self) -> None:
        self._job = None
        self._step()
