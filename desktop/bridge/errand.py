"""Jobs that need no thread, and jobs in two steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer

from desktop.bridge.worker import Job
from desktop.core.errors import AppError

Step = Callable[[Any], Job]  #: what the step before gave, made into the next job


def settled(value: object = None, error: AppError | None = None) -> Job:
    """A job that ends with *value* or *error* as soon as whoever asked has connected to it."""
    job = Job()
    QTimer.singleShot(0, partial(Job.fail, job, error) if error else partial(Job.succeed, job, value))
    return job


def give_up(job: Job | None) -> None:
    """Cancel *job* and hear no more of it, not even that it finished."""
    if job:
        job.blockSignals(True)
        job.cancel()


class Errand(Job):
    """A first job, and then one made of what it gave. To whoever holds it, one job; cancelling it cancels the step."""

    def __init__(self, first: Job, then: Step) -> None:
        super().__init__()
        self._then: Step | None = then
        self._current: Job | None = None
        self._begun = 0
        self._begin(first)

    def cancel(self) -> None:
        """Ask the step that runs to stop; finished follows at once and alone."""
        current, self._current = self._current, None
        give_up(current)
        super().cancel()

    def _begin(self, job: Job) -> None:
        self._current = job
        self._begun += 1
        job.progressed.connect(self.progressed)
        # partial keeps the errand for as long as the step lives, as a bound method would not. The step itself must not
        # be in it: it would never go.
        job.succeeded.connect(partial(Errand._on_step_succeeded, self))
        job.failed.connect(partial(Errand._on_step_failed, self))
        job.finished.connect(partial(Errand._on_step_finished, self, self._begun))

    def _on_step_succeeded(self, value: object) -> None:
        then, self._then = self._then, None
        if self.token.cancelled:
            return
        if then is None:
            self.succeed(value)
            return
        try:
            self._begin(then(value))
        except AppError as error:
            self.fail(error)

    def _on_step_failed(self, error: AppError) -> None:
        self._current = self._then = None
        self.fail(error)

    def _on_step_finished(self, number: int) -> None:
        if number == self._begun:  # the last one, or one that ended without a word
            self._current = None
            self._finish()
