import gc
import weakref

import pytest

from desktop.bridge.errand import Errand, settled
from desktop.bridge.worker import Job
from desktop.core.engine_errors import EngineUnreachable


class Ear:
    """Hears all that a job says, in order."""

    def __init__(self, job):
        self.heard = []
        for name in ("progressed", "succeeded", "failed"):
            getattr(job, name).connect(lambda value, name=name: self.heard.append((name, value)))
        job.finished.connect(lambda: self.heard.append("finished"))

    def wait(self, qtbot):
        qtbot.waitUntil(lambda: "finished" in self.heard)
        return self.heard


@pytest.fixture(autouse=True)
def application(qapp):
    """Jobs need an event loop."""


def test_a_settled_job_tells_after_whoever_asked_could_connect(qtbot):
    assert Ear(settled(7)).wait(qtbot) == [("succeeded", 7), "finished"]
    error = EngineUnreachable()
    assert Ear(settled(error=error)).wait(qtbot) == [("failed", error), "finished"]


def test_a_settled_job_that_is_cancelled_only_finishes(qtbot):
    job = settled(7)
    ear = Ear(job)
    job.cancel()
    assert ear.wait(qtbot) == ["finished"]


def test_the_second_step_is_made_of_what_the_first_gave(qtbot):
    assert Ear(Errand(settled(7), lambda value: settled(value + 1))).wait(qtbot) == [("succeeded", 8), "finished"]


def test_errands_can_be_nested(qtbot):
    inner = Errand(settled(1), lambda value: Errand(settled(value + 1), lambda value: settled(value * 10)))
    assert Ear(inner).wait(qtbot) == [("succeeded", 20), "finished"]


def test_the_progress_of_both_steps_is_told(qtbot):
    first, second = Job(), Job()
    ear = Ear(Errand(first, lambda value: second))
    first.progressed.emit(1)
    first.succeed(None)
    second.progressed.emit(2)
    second.succeed("done")
    assert ear.heard == [("progressed", 1), ("progressed", 2), ("succeeded", "done"), "finished"]


@pytest.mark.parametrize("at", [1, 2])
def test_a_failure_of_either_step_is_the_errands(qtbot, at):
    error = EngineUnreachable()
    first = settled(error=error) if at == 1 else settled(1)
    made = []

    def then(value):
        made.append(value)
        return settled(error=error)

    assert Ear(Errand(first, then)).wait(qtbot) == [("failed", error), "finished"]
    assert len(made) == at - 1


def test_a_second_step_that_cannot_be_made_fails_the_errand(qtbot):
    error = EngineUnreachable()

    def then(value):
        raise error

    assert Ear(Errand(settled(1), then)).wait(qtbot) == [("failed", error), "finished"]


@pytest.mark.parametrize("at", [1, 2])
def test_a_cancel_reaches_the_step_that_runs(qtbot, at):
    first, second = Job(), Job()
    errand = Errand(first, lambda value: second)
    ear = Ear(errand)
    if at == 2:
        first.succeed(1)
    errand.cancel()
    assert ear.wait(qtbot) == ["finished"]
    assert (first if at == 1 else second).token.cancelled
    second.succeed("late")
    assert ear.heard == ["finished"]


def test_a_step_that_was_cancelled_by_another_ends_the_errand(qtbot):
    first = Job()
    ear = Ear(Errand(first, lambda value: settled(value)))
    first.cancel()
    assert ear.wait(qtbot) == ["finished"]


def test_an_errand_lives_as_long_as_its_steps_and_no_longer(qtbot):
    first = Job()
    errand = Errand(first, lambda value: settled(value))
    ear, ref = Ear(errand), weakref.ref(errand)
    del errand
    gc.collect()
    assert ref() is not None
    first.succeed(5)
    assert ear.wait(qtbot) == [("succeeded", 5), "finished"]
    del first, ear
    qtbot.waitUntil(lambda: gc.collect() is not None and ref() is None)
