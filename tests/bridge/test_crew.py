import threading

import pytest

from desktop.bridge.crew import MOST_HANDS, EngineCrew
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import EngineUnreachable


class FakeEngine:
    """An engine that only knows its name and whether it was closed."""

    def __init__(self, name="engine"):
        self.name, self.closed = name, threading.Event()

    def close(self):
        self.closed.set()


@pytest.fixture
def roster(qapp):
    roster = Roster()
    yield roster
    assert roster.close() == [], "still blocked after 3 s"


@pytest.fixture
def crew(roster):
    return EngineCrew(roster)


@pytest.fixture
def gates():
    """Events that hold work up, all opened at the end."""
    made = [threading.Event() for _ in range(12)]
    yield made
    for gate in made:
        gate.set()


def whose(engine, token, report):
    return engine.name


def value(qtbot, job):
    with qtbot.waitSignal(job.succeeded) as caught:
        pass
    return caught.args[0]


def error(qtbot, job):
    with qtbot.waitSignal(job.failed) as caught:
        pass
    return type(caught.args[0])


@pytest.mark.parametrize("ask", [EngineCrew.read, lambda crew, work: crew.act("c1", work)])
def test_without_an_engine_work_fails_as_unreachable(qtbot, crew, ask):
    assert not crew.connected
    assert error(qtbot, ask(crew, whose)) is EngineUnreachable


@pytest.mark.parametrize("ask", [EngineCrew.read, lambda crew, work: crew.act("c1", work)])
def test_work_goes_to_the_engine_in_use(qtbot, crew, ask):
    told = []
    crew.changed.connect(told.append)
    for name in ("one", "two"):
        crew.connect_to(lambda name=name: FakeEngine(name))
        assert value(qtbot, ask(crew, whose)) == name
    crew.connect_to(None)
    assert error(qtbot, ask(crew, whose)) is EngineUnreachable
    assert told == [True, True, False]


def test_each_worker_makes_its_own_client_on_its_own_thread(qtbot, crew):
    made = []

    def make():
        made.append(threading.current_thread())
        return FakeEngine()

    crew.connect_to(make)
    value(qtbot, crew.read(whose))
    value(qtbot, crew.act("c1", whose))
    value(qtbot, crew.hire("stream").submit(whose))
    assert len(set(made)) == len(made) == 3
    assert threading.main_thread() not in made


def test_acts_on_one_object_keep_their_order_and_those_on_others_do_not_wait(qtbot, crew, gates):
    crew.connect_to(FakeEngine)
    done = []

    def finish(name):
        return lambda *_: done.append(name)

    first = crew.act("slow", lambda *_: gates[0].wait(10) and done.append("slow 1"))
    second = crew.act("slow", finish("slow 2"))
    value(qtbot, crew.act("other", finish("other")))
    assert done == ["other"]
    gates[0].set()
    value(qtbot, second)
    assert done == ["other", "slow 1", "slow 2"]
    assert first.token.cancelled is False


def test_no_more_hands_than_four_and_the_rest_waits_its_turn(qtbot, crew, roster, gates):
    crew.connect_to(FakeEngine)
    begun, done = [], []
    for n in range(8):
        job = crew.act(n, lambda *_, n=n: begun.append(n) or gates[n].wait(10))
        job.succeeded.connect(lambda _, n=n: done.append(n))
    qtbot.waitUntil(lambda: len(begun) == MOST_HANDS)
    assert sum(name.startswith("engine-act") for name in roster.names) == MOST_HANDS
    gates[2].set()
    qtbot.waitUntil(lambda: len(begun) == MOST_HANDS + 1)
    assert begun[-1] == 4
    for gate in gates:
        gate.set()
    qtbot.waitUntil(lambda: sorted(done) == list(range(8)))


def test_another_engine_fails_blocked_reads_at_once_and_does_not_wait_for_them(qtbot, crew, gates):
    crew.connect_to(lambda: FakeEngine("frozen"))
    failed = []
    jobs = [crew.read(lambda *_: gates[0].wait(10)), crew.read(whose)]
    for job in jobs:
        job.failed.connect(failed.append)
        job.succeeded.connect(failed.append)
    crew.connect_to(lambda: FakeEngine("sound"))
    assert [type(why) for why in failed] == [EngineUnreachable] * 2
    assert value(qtbot, crew.read(whose)) == "sound"
    gates[0].set()
    assert len(failed) == 2


def test_an_act_that_runs_when_the_engine_changes_ends_by_itself_and_those_that_wait_fail(qtbot, crew, gates):
    crew.connect_to(FakeEngine)
    running = crew.act("c1", lambda *_: gates[0].wait(10))
    waiting = crew.act("c1", whose)
    with qtbot.waitSignal(waiting.failed, check_params_cb=lambda why: type(why) is EngineUnreachable):
        crew.connect_to(None)
    gates[0].set()
    assert value(qtbot, running) is True


def test_a_hired_worker_goes_on_with_its_engine_and_takes_its_next_job_to_the_new_one(qtbot, crew, gates):
    engines = [FakeEngine("old"), FakeEngine("new")]
    crew.connect_to(lambda: engines[0])
    worker = crew.hire("stream-1")
    running = worker.submit(lambda engine, *_: gates[0].wait(10) and (engine.name, engine.closed.is_set()))
    crew.connect_to(lambda: engines[1])
    told = []
    for job in (running, worker.submit(whose)):
        job.succeeded.connect(told.append)
    gates[0].set()
    qtbot.waitUntil(lambda: told == [("old", False), "new"])
    assert engines[0].closed.is_set()


def test_a_dismissed_worker_cancels_what_it_does_and_closes_its_client(qtbot, crew, roster):
    engine, begun, freed = FakeEngine(), threading.Event(), threading.Event()

    def follow(engine, token, report):
        begun.set()
        token.on_cancel(freed.set)
        freed.wait(10)
        token.check()

    crew.connect_to(lambda: engine)
    worker = crew.hire("stream-1")
    job = worker.submit(follow)
    assert begun.wait(5)
    with qtbot.waitSignal(job.finished), qtbot.assertNotEmitted(job.failed):
        crew.dismiss(worker)
    qtbot.waitUntil(lambda: "stream-1" not in roster.names)
    assert engine.closed.is_set()


def test_with_every_thread_taken_nobody_is_hired_but_reads_and_acts_go_on(qtbot):
    roster = Roster(most=2)
    crew = EngineCrew(roster)
    crew.connect_to(FakeEngine)
    assert crew.hire("stream-1") is None
    assert value(qtbot, crew.read(whose)) == "engine"
    jobs = [crew.act(n, whose) for n in range(5)]
    assert value(qtbot, jobs[-1]) == "engine"
    assert roster.close() == []


def test_after_the_end_work_is_over_at_once(qtbot, crew, roster):
    crew.connect_to(FakeEngine)
    assert roster.close() == []
    jobs, told = [crew.read(whose), crew.act("c1", whose)], []
    for job in jobs:
        job.succeeded.connect(told.append)
        job.finished.connect(lambda: told.append("finished"))
    qtbot.waitUntil(lambda: told == ["finished"] * 2)
