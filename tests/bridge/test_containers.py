import threading
from dataclasses import replace

import pytest

from desktop.bridge.containers import ContainerRoom
from desktop.bridge.crew import EngineCrew
from desktop.bridge.models import RowRole
from desktop.bridge.worker import Roster
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import (
    ContainerGone,
    ContainerStopped,
    ContainerVanished,
    EngineRefused,
    PageSilent,
    PortTaken,
)
from desktop.core.inventory import (
    Container,
    ContainerState,
    Doing,
    EngineEvent,
    ImageDetails,
    OutputPiece,
    PortMapping,
    RunOptions,
    Subject,
)
from desktop.core.run_options import PortAnswer

RUNNING, EXITED = ContainerState.RUNNING, ContainerState.EXITED


def container(name, state=RUNNING, created=0, **more):
    return Container(f"id-{name}", name, "nginx:latest", "sha256:1", state, created=created, **more)


class FakeEngine:
    """Keeps containers and does what it is asked, as soon as *gate* is open."""

    def __init__(self):
        self.held = {}
        self.listings, self.acts = 0, []
        self.gate, self.list_gate, self.said = threading.Event(), threading.Event(), threading.Event()
        self.gate.set()
        self.list_gate.set()
        self.refusal = self.run_refusal = None
        self.codes = {}

    def put(self, *containers):
        self.held.update({each.id: each for each in containers})

    def containers(self):
        self.listings += 1
        found = list(self.held.values())
        assert self.list_gate.wait(10)
        return found

    def run_and_listen(self, options, token):
        if self.run_refusal:
            raise self.run_refusal
        self.put(container(options.name))
        return f"id-{options.name}", self.output(f"id-{options.name}", token)

    def _do(self, act, container_id, state):
        assert self.gate.wait(10)
        self.acts.append((act, container_id))
        if self.refusal:
            raise self.refusal
        if container_id not in self.held:
            raise ContainerGone(name=container_id)
        self.held[container_id] = replace(self.held[container_id], state=state)

    def start(self, container_id):
        self._do("start", container_id, RUNNING)

    def stop(self, container_id, grace_s=10):
        self._do("stop", container_id, EXITED)

    def restart(self, container_id, grace_s=10):
        self._do("restart", container_id, RUNNING)

    def remove_container(self, container_id):
        self._do("remove", container_id, EXITED)
        del self.held[container_id]

    def exit_code(self, container_id):
        if container_id not in self.codes:
            raise ContainerGone(name=container_id)
        return self.codes[container_id]

    def output(self, container_id, token, last_lines=1000):
        yield OutputPiece(f"{container_id} speaks\n")
        self.said.set()
        if self.held[container_id].alive:
            ended = threading.Event()
            token.on_cancel(ended.set)
            ended.wait(10)

    def close(self):
        pass


class FakeProbe:
    """Answers when *answer* is set."""

    def __init__(self):
        self.answer, self.asked, self.cancelled = threading.Event(), [], threading.Event()
        self.seconds = 0.3

    def wait(self, address, limit_s, token: CancelToken):
        self.asked.append((address, limit_s))
        freed = threading.Event()
        token.on_cancel(lambda: (self.cancelled.set(), freed.set(), self.answer.set()))
        assert self.answer.wait(10)
        token.check()
        return self.seconds

    def port_is_free(self, port, protocol="tcp"):
        return port != 8080

    def close(self):
        pass


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def probe():
    return FakeProbe()


@pytest.fixture
def crew(qapp, engine, probe):
    roster = Roster()
    crew = EngineCrew(roster)
    crew.roster = roster
    yield crew
    for gate in (engine.gate, engine.list_gate, probe.answer):
        gate.set()
    assert roster.close() == [], "still blocked after 3 s"


@pytest.fixture
def room(qtbot, crew, engine, probe):
    room = ContainerRoom(crew, crew.roster, lambda: probe)
    room.errors = []
    room.failed.connect(lambda error: room.errors.append(error))
    crew.connect_to(lambda: engine)
    qtbot.waitUntil(lambda: engine.listings == 1 and room._listing is None)
    return room


@pytest.fixture
def refresh(qtbot, room):
    def wait():
        with qtbot.waitSignal(room.changed):
            room.refresh()

    return wait


def rows(room):
    return [room.model.index(row, 0).data(RowRole) for row in range(room.model.rowCount())]


def names(room):
    return [row.name for row in rows(room)]


def test_a_new_engine_is_listed_and_a_lost_one_leaves_nothing_behind(qtbot, crew, room, engine, refresh):
    engine.put(container("web"))
    refresh()
    assert names(room) == ["web"]
    with (
        qtbot.waitSignal(room.changed, check_params_cb=lambda found: found == []),
        qtbot.assertNotEmitted(room.removed),
    ):
        crew.connect_to(None)
    assert (names(room), room.containers, room.errors) == ([], (), [])


def test_many_wishes_to_list_while_one_runs_make_one_more(qtbot, room, engine):
    engine.list_gate.clear()
    for _ in range(20):
        room.refresh()
    engine.list_gate.set()
    qtbot.waitUntil(lambda: room._listing is None)
    assert engine.listings == 3


def test_running_ones_come_first_the_newest_on_top_and_stopped_ones_on_request(room, engine, refresh):
    engine.put(container("old", created=1), container("done", EXITED, 9), container("new", created=2))
    refresh()
    assert names(room) == ["new", "old"]
    room.show_stopped(True)
    assert names(room) == ["new", "old", "done"]
    assert len(room.containers) == 3
    room.show_stopped(False)
    assert names(room) == ["new", "old"]


@pytest.mark.parametrize(
    ("verb", "doing", "state", "after"),
    [
        ("start", Doing.STARTING, EXITED, RUNNING),
        ("stop", Doing.STOPPING, RUNNING, EXITED),
        ("restart", Doing.RESTARTING, RUNNING, RUNNING),
    ],
)
def test_what_is_asked_shows_at_once_and_until_the_list_shows_it_done(
    qtbot, room, engine, refresh, verb, doing, state, after
):
    web = container("web", state)
    engine.put(web)
    room.show_stopped(True)
    refresh()
    engine.gate.clear()
    seen = []
    room.changed.connect(lambda found: seen.append((found[0].doing, found[0].state)))
    getattr(room, verb)(web)
    assert [(row.doing, row.state) for row in rows(room)] == [(doing, state)]
    room.refresh()
    engine.gate.set()
    qtbot.waitUntil(lambda: rows(room)[0].doing is Doing.NOTHING)
    assert rows(room)[0].state is after
    assert (Doing.NOTHING, state) not in seen or state is after, "no flicker back to how it was"
    assert engine.acts == [(verb, "id-web")]


def test_to_remove_a_running_one_stops_it_first_and_tells_when_it_is_gone(qtbot, room, engine, refresh):
    engine.put(container("web"))
    refresh()
    with qtbot.waitSignal(room.removed) as told:
        room.remove(container("web"))
    assert engine.acts == [("stop", "id-web"), ("remove", "id-web")]
    assert (told.args[0].name, told.args[0].alive) == ("web", False)
    assert room.errors == []


def test_a_stopped_one_is_removed_without_a_stop(qtbot, room, engine, refresh):
    engine.put(container("web", EXITED))
    refresh()
    with qtbot.waitSignal(room.removed):
        room.remove(container("web", EXITED))
    assert engine.acts == [("remove", "id-web")]


@pytest.mark.parametrize(("verb", "quiet"), [("stop", True), ("remove", True), ("start", False), ("restart", False)])
def test_to_end_what_is_gone_already_is_no_failure(qtbot, room, engine, verb, quiet):
    getattr(room, verb)(container("web"))
    qtbot.waitUntil(lambda: bool(engine.acts) and room._listing is None and not room._marks)
    assert [type(error) for error in room.errors] == ([] if quiet else [ContainerGone])


def test_a_refused_act_is_told_and_the_row_is_as_it_was(qtbot, room, engine, refresh):
    engine.put(container("web"))
    refresh()
    engine.refusal = EngineRefused()
    room.stop(container("web"))
    qtbot.waitUntil(lambda: bool(room.errors) and rows(room)[0].doing is Doing.NOTHING)
    assert type(room.errors[0]) is EngineRefused
    assert names(room) == ["web"]


def test_a_run_is_told_with_its_id_and_the_list_follows(qtbot, room):
    options = RunOptions("nginx", "web")
    with qtbot.waitSignal(room.run_started) as told:
        room.run(options)
    assert told.args == ["id-web", options]
    qtbot.waitUntil(lambda: names(room) == ["web"])


def test_a_run_that_fails_is_told_to_the_form_alone(qtbot, room, engine):
    engine.run_refusal = PortTaken(port="8080")
    with qtbot.waitSignal(room.run_failed) as told:
        room.run(RunOptions("nginx", "web"))
    assert type(told.args[0]) is PortTaken
    assert room.errors == []


def test_a_container_that_vanished_is_told_with_its_exit_code_if_that_was_heard(qtbot, room, engine, refresh):
    engine.put(container("web"))
    refresh()
    room.see(EngineEvent(Subject.CONTAINER, "die", "id-web", "web", 3))
    engine.held.clear()
    with qtbot.waitSignal(room.removed) as told:
        room.refresh()
    assert (told.args[0].id, told.args[0].state, told.args[0].status) == ("id-web", EXITED, "Exited (3)")


def test_a_page_is_opened_once_it_answers_and_two_wishes_are_one(qtbot, room, engine, probe, refresh):
    engine.put(container("web"))
    refresh()
    told, awaited = [], []
    room.page_answered.connect(lambda *args: told.append(args))
    room.pages_awaited.connect(lambda pages: awaited.append(set(pages)))
    for _ in range(3):
        room.open_page("id-web", "localhost:8080")
    qtbot.waitUntil(lambda: probe.asked == [("localhost:8080", 20.0)])
    assert told == []
    probe.answer.set()
    qtbot.waitUntil(lambda: told == [("id-web", "localhost:8080", 0.3)])
    assert awaited == [{("id-web", "localhost:8080")}, set()]
    qtbot.waitUntil(lambda: "page" not in room._crew.roster.names)


def test_a_silent_page_says_so(qtbot, room, engine, probe, refresh):
    engine.put(container("web"))
    refresh()
    probe.seconds = None
    probe.answer.set()
    room.open_page("id-web", "localhost:8080")
    qtbot.waitUntil(lambda: bool(room.errors))
    facts = {"address": "localhost:8080", "seconds": "20", "container": "id-web"}
    assert (type(room.errors[0]), room.errors[0].facts) == (PageSilent, facts)


@pytest.mark.parametrize("how", ["listed as stopped", "gone, but heard", "gone and unheard"])
def test_a_container_that_stops_ends_the_wait_with_its_code(qtbot, room, engine, probe, refresh, how):
    engine.put(container("web"))
    refresh()
    room.open_page("id-web", "localhost:8080")
    qtbot.waitUntil(lambda: bool(probe.asked) and room._listing is None)
    assert room.errors == []
    if how == "listed as stopped":
        engine.put(container("web", EXITED))
        engine.codes["id-web"] = 7
    else:
        del engine.held["id-web"]
    if how == "gone, but heard":
        room.see(EngineEvent(Subject.CONTAINER, "die", "id-web", "web", 7))
    room.refresh()
    qtbot.waitUntil(lambda: bool(room.errors))
    assert probe.cancelled.wait(5)
    error = room.errors[0]
    if how == "gone and unheard":
        assert (type(error), error.facts) == (ContainerVanished, {"name": "web", "container": "id-web"})
    else:
        assert (type(error), error.facts) == (ContainerStopped, {"name": "web", "container": "id-web", "code": "7"})


def test_a_container_that_is_gone_before_it_is_listed_was_shown_and_its_end_is_told(qtbot, room, engine):
    engine.list_gate.clear()
    room.refresh()
    qtbot.waitUntil(lambda: engine.listings == 2)  # this one has looked before there was anything
    options = RunOptions("nginx", "web", (PortMapping(8080, 80),))
    with qtbot.waitSignal(room.run_started):
        room.run(options)
    assert [(row.name, row.image, row.addresses) for row in rows(room)] == [("web", "nginx", ("localhost:8080",))]
    room.open_page("id-web", "localhost:8080")
    told = []
    room.removed.connect(lambda gone: told.append((gone.name, room._number)))
    engine.held.clear()
    engine.list_gate.set()
    qtbot.waitUntil(lambda: bool(told) and bool(room.errors))
    assert told == [("web", 3)], "not told by the listing that could not know it"
    assert names(room) == []
    assert (type(room.errors[0]), room.errors[0].facts) == (ContainerVanished, {"name": "web", "container": "id-web"})


def test_a_list_asked_for_before_the_wish_does_not_end_the_wait(qtbot, room, engine, probe):
    engine.list_gate.clear()
    room.refresh()
    qtbot.waitUntil(lambda: engine.listings == 2)  # it has looked, and saw nothing
    engine.put(container("web"))
    room.open_page("id-web", "localhost:8080")
    engine.list_gate.set()
    qtbot.waitUntil(lambda: names(room) == ["web"] and room._listing is None)
    assert room.errors == []
    assert not probe.cancelled.is_set()


def test_a_restart_does_not_end_the_wait_for_the_page(qtbot, room, engine, probe, refresh):
    engine.put(container("web"))
    refresh()
    room.open_page("id-web", "localhost:8080")
    engine.gate.clear()
    room.restart(container("web"))
    engine.put(container("web", EXITED))
    refresh()
    assert room.errors == []
    engine.gate.set()


def test_output_of_a_container_that_was_started_again_comes_by_itself(qtbot, room, engine, refresh):
    engine.put(container("web", EXITED))
    refresh()
    told = []
    room.output_began.connect(lambda container_id: told.append("began"))
    room.output_arrived.connect(lambda container_id, pieces: told.append(pieces[0].text))
    room.output_ended.connect(lambda container_id: told.append("ended"))
    room.follow("id-web")
    qtbot.waitUntil(lambda: told == ["began", "id-web speaks\n", "ended"])
    refresh()
    assert told[3:] == [], "it has not been started"
    engine.put(container("web"))
    room.see(EngineEvent(Subject.CONTAINER, "start", "id-web", "web"))
    qtbot.waitUntil(lambda: told[3:] == ["began", "id-web speaks\n"])
    room.follow("id-web")
    assert len(told) == 5, "it is followed already"
    room.unfollow()


def test_without_the_engine_the_output_ends_and_pages_are_given_up_quietly(qtbot, crew, room, engine, probe, refresh):
    engine.put(container("web"))
    refresh()
    room.follow("id-web")
    assert engine.said.wait(5)
    room.open_page("id-web", "localhost:8080")
    qtbot.waitUntil(lambda: bool(probe.asked))
    with qtbot.waitSignal(room.output_ended):
        crew.connect_to(None)
    assert probe.cancelled.wait(5)
    assert room.errors == []


def test_ports_are_proposed_and_checked_with_what_runs_in_mind(qtbot, room, engine, refresh):
    details = ImageDetails("sha256:1", ("web",), (), 1, "", "", ("80/tcp",), (), (), (), ())
    with qtbot.waitSignal(room.ports_proposed) as told:
        room.propose_ports(details)
    assert told.args == [(PortMapping(8081, 80),)]
    with qtbot.waitSignal(room.port_checked) as told:
        room.check_port(8080, "tcp")
    assert told.args == [PortAnswer(8080, "tcp", False, "", 8081)]
