import threading
from dataclasses import replace

import pytest

from desktop.adapters.docker_engine import DockerEngine
from desktop.adapters.engine_discovery import Discovery
from desktop.bridge import engine as module
from desktop.bridge.engine import EngineLink
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import EngineStartFailed, EngineUnreachable
from desktop.core.engines import EngineState, EngineStatus, Probe
from desktop.core.errors import AppError
from desktop.core.inventory import EngineEvent, Subject
from lab.images import busybox_image, load

DOCKER = Probe("unix:///run/docker.sock", "Docker", "usual", EngineState.RUNNING, "20.10", "1.41", "id-1")
PODMAN = Probe("unix:///run/podman.sock", "Podman", "usual", EngineState.RUNNING, "4.3", "1.41")
STOPPED = replace(DOCKER, state=EngineState.STOPPED, start="docker", engine_id="")
NOWHERE = replace(PODMAN, state=EngineState.ABSENT)


class World:
    """What runs on this computer, as finders find it and engines live it."""

    def __init__(self):
        self.probes, self.looks, self.started, self.made = [], [], [], []
        self.look_error = self.start_error = None
        self.gates = {}  # url: set when that engine ends
        self.events = []
        self.told = threading.Condition()
        self.start_gate = threading.Event()
        self.start_gate.set()

    def run(self, *probes):
        self.probes = list(probes)

    def end(self, probe):
        """The engine of *probe* ends: its watch with it."""
        with self.told:
            self.gates[probe.url] = True
            self.told.notify_all()

    def happen(self, *events):
        with self.told:
            self.events += events
            self.told.notify_all()


class FakeFinder:
    def __init__(self, world):
        self.world = world

    def probe(self, wanted, token):
        self.world.looks.append(wanted)
        if self.world.look_error:
            raise self.world.look_error
        return list(self.world.probes)

    def start(self, probe, token):
        token.on_cancel(self.world.start_gate.set)
        self.world.start_gate.wait(10)
        token.check()
        self.world.started.append(probe)
        if self.world.start_error:
            raise self.world.start_error

    def close(self):
        pass


class FakeEngine:
    def __init__(self, world, probe):
        self.world, self.probe = world, probe
        world.made.append((probe.name, threading.current_thread()))
        world.gates[probe.url] = False

    def watch(self, token):
        def wake():
            with self.world.told:
                self.world.told.notify_all()

        token.on_cancel(wake)
        at = len(self.world.events)
        while True:
            fresh = self._next(at, token)
            at += len(fresh)
            yield from fresh

    def _next(self, at, token):
        def due():
            return token.cancelled or self.world.gates[self.probe.url] or len(self.world.events) > at

        with self.world.told:
            self.world.told.wait_for(due, 10)
            token.check()
            if self.world.gates[self.probe.url]:
                raise EngineUnreachable("ended")
            return self.world.events[at:]

    def name(self):
        return self.probe.name

    def close(self):
        pass


class Heard:
    """What the link told, in order."""

    def __init__(self, link):
        self.statuses, self.failures, self.events, self.touched = [], [], [], []
        link.status_changed.connect(self.statuses.append)
        link.failed.connect(self.failures.append)
        link.event_seen.connect(self.events.append)
        link.images_touched.connect(lambda: self.touched.append("images"))
        link.containers_touched.connect(lambda: self.touched.append("containers"))

    @property
    def states(self):
        return [status.state for status in self.statuses]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def roster(qapp):
    roster = Roster()
    yield roster
    assert roster.close() == [], "still blocked after 3 s"


@pytest.fixture
def make_link(world, roster, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE_MS", 20)
    monkeypatch.setattr(module, "LONGEST_PAUSE_MS", 60)
    monkeypatch.setattr(module, "STARTING_PAUSE_MS", 30)
    monkeypatch.setattr(module, "MERGE_MS", 50)
    links = []

    def make(wanted="", **times):
        for name, value in times.items():
            monkeypatch.setattr(module, name, value)
        link = EngineLink(roster, lambda: FakeFinder(world), lambda probe: FakeEngine(world, probe), wanted)
        links.append(link)
        link.heard = Heard(link)
        return link

    yield make
    for link in links:
        link.close()


def running(qtbot, link, name):
    qtbot.waitUntil(lambda: link.status.state is EngineState.RUNNING and link.status.chosen.name == name)


def in_use(qtbot, link):
    """The name of the engine that work goes to."""
    with qtbot.waitSignal(link.crew.read(lambda engine, *_: engine.name()).succeeded) as caught:
        pass
    return caught.args[0]


def test_before_the_first_look_it_is_searching_and_asks_nobody(make_link, world):
    link = make_link()
    assert link.status == EngineStatus(EngineState.SEARCHING)
    assert world.looks == []


def test_what_runs_is_used_and_its_lists_are_asked_for(qtbot, make_link, world):
    world.run(DOCKER, NOWHERE)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    assert link.status == EngineStatus(EngineState.RUNNING, DOCKER, (DOCKER, NOWHERE))
    assert link.crew.connected
    assert in_use(qtbot, link) == "Docker"
    assert {"images", "containers"} <= set(link.heard.touched)
    assert threading.main_thread() not in [thread for _, thread in world.made]


def test_while_an_engine_runs_nothing_is_polled(qtbot, make_link, world):
    world.run(DOCKER)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    qtbot.wait(200)  # many pauses long
    assert len(world.looks) == 1


@pytest.mark.parametrize(
    ("probes", "state"),
    [
        ([replace(DOCKER, state=EngineState.DENIED), NOWHERE], EngineState.DENIED),
        ([STOPPED, NOWHERE], EngineState.STOPPED),
        ([NOWHERE], EngineState.ABSENT),
    ],
)
def test_why_there_is_none_is_told_and_one_that_comes_later_is_found(qtbot, make_link, world, probes, state):
    world.run(*probes)
    link = make_link()
    link.look()
    qtbot.waitUntil(lambda: link.status.state is state)
    assert not link.crew.connected
    world.run(PODMAN)
    running(qtbot, link, "Podman")
    assert link.heard.states == [state, EngineState.RUNNING]


def test_the_wanted_one_is_used_where_it_runs(qtbot, make_link, world):
    world.run(DOCKER, PODMAN)
    link = make_link(wanted=PODMAN.url)
    link.look()
    running(qtbot, link, "Podman")
    assert world.looks == [PODMAN.url]


def test_an_engine_that_ends_is_told_lost_and_found_again_by_itself(qtbot, make_link, world):
    world.run(DOCKER)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    qtbot.waitUntil(lambda: len(link.heard.touched) >= 4)
    link.heard.touched.clear()
    world.run(STOPPED)
    world.end(DOCKER)
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)
    assert not link.crew.connected
    world.run(DOCKER)
    running(qtbot, link, "Docker")
    assert in_use(qtbot, link) == "Docker"
    assert link.heard.states == [
        EngineState.RUNNING,
        EngineState.SEARCHING,
        EngineState.STOPPED,
        EngineState.RUNNING,
    ]
    assert {"images", "containers"} <= set(link.heard.touched)


def test_while_one_is_lost_another_is_not_slipped_in(qtbot, make_link, world):
    world.run(DOCKER, PODMAN)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    world.run(STOPPED, PODMAN)
    world.end(DOCKER)
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)
    looks = len(world.looks)
    qtbot.waitUntil(lambda: len(world.looks) > looks + 2)
    assert link.status.chosen == STOPPED
    link.look()  # the person asks for whichever there is
    running(qtbot, link, "Podman")


def test_one_that_is_lost_without_a_trace_gives_way_to_what_runs(qtbot, make_link, world):
    world.run(DOCKER)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    world.run(replace(DOCKER, state=EngineState.ABSENT), PODMAN)
    world.end(DOCKER)
    running(qtbot, link, "Podman")


def test_choosing_another_takes_all_work_there(qtbot, make_link, world):
    world.run(DOCKER, PODMAN)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    link.choose(PODMAN.url)
    running(qtbot, link, "Podman")
    assert in_use(qtbot, link) == "Podman"
    world.end(DOCKER)  # nobody watches that one any more
    world.happen(EngineEvent(Subject.IMAGE, "pull"))
    qtbot.waitUntil(lambda: len(link.heard.events) == 1)
    assert link.status.state is EngineState.RUNNING


def test_choosing_one_that_does_not_run_keeps_the_one_in_use(qtbot, make_link, world):
    world.run(DOCKER, replace(PODMAN, state=EngineState.STOPPED))
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    link.choose(PODMAN.url)
    qtbot.waitUntil(lambda: len(world.looks) == 2)
    qtbot.waitUntil(lambda: link._looking is None)
    assert link.status.chosen == DOCKER
    assert in_use(qtbot, link) == "Docker"


def test_an_engine_in_use_that_is_slow_to_answer_a_look_stays_in_use(qtbot, make_link, world):
    world.run(DOCKER, PODMAN)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    world.run(STOPPED, PODMAN)
    link.look()
    qtbot.waitUntil(lambda: link.status.tried == (STOPPED, PODMAN))
    assert (link.status.state, link.status.chosen) == (EngineState.RUNNING, DOCKER)


def test_looking_again_at_the_same_engine_disturbs_nobody(qtbot, make_link, world):
    world.run(DOCKER)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    with qtbot.assertNotEmitted(link.crew.changed):
        link.look()
        qtbot.waitUntil(lambda: len(world.looks) == 2)
        qtbot.waitUntil(lambda: link._looking is None)


@pytest.mark.parametrize(
    ("events", "touched"),
    [
        ([EngineEvent(Subject.IMAGE, "tag")] * 5, ["images"]),
        ([EngineEvent(Subject.CONTAINER, "start"), EngineEvent(Subject.CONTAINER, "die")], ["containers"]),
        ([EngineEvent(Subject.CONTAINER, "exec_create: sh"), EngineEvent(Subject.IMAGE, "push")], []),
        ([EngineEvent(Subject.OTHER, "connect")], []),
    ],
)
def test_events_are_told_each_and_refresh_once(qtbot, make_link, world, events, touched):
    world.run(DOCKER)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    qtbot.waitUntil(lambda: len(link.heard.touched) == 4)
    link.heard.touched.clear()
    world.happen(*events)
    qtbot.waitUntil(lambda: link.heard.events == events)
    qtbot.wait(150)  # longer than events are merged
    assert link.heard.touched == touched


def test_a_steady_stream_of_events_does_not_put_the_refresh_off(qtbot, make_link, world):
    world.run(DOCKER)
    link = make_link()
    link.look()
    running(qtbot, link, "Docker")
    qtbot.waitUntil(lambda: len(link.heard.touched) == 4)
    link.heard.touched.clear()
    for _ in range(20):
        world.happen(EngineEvent(Subject.CONTAINER, "start"))
        qtbot.wait(10)
    assert len(link.heard.touched) >= 2


def test_a_stopped_engine_is_started_and_used_when_it_answers(qtbot, make_link, world):
    world.run(STOPPED)
    link = make_link()
    link.look()
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)
    link.start()
    assert link.status == EngineStatus(EngineState.SEARCHING, STOPPED, (STOPPED,))
    qtbot.waitUntil(lambda: world.started == [STOPPED])
    looks = len(world.looks)
    qtbot.waitUntil(lambda: len(world.looks) > looks + 2)
    assert link.status.state is EngineState.SEARCHING, "it is still on its way"
    world.run(DOCKER)
    running(qtbot, link, "Docker")
    assert link.heard.failures == []
    qtbot.waitUntil(lambda: "engine-start" not in link._roster.names)


def test_an_engine_may_answer_before_its_start_command_returns(qtbot, make_link, world):
    world.run(STOPPED)
    world.start_gate.clear()
    link = make_link()
    link.look()
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)
    link.start()
    world.run(DOCKER)
    running(qtbot, link, "Docker")
    qtbot.waitUntil(lambda: "engine-start" not in link._roster.names)
    assert link.heard.failures == []


def test_a_start_that_fails_is_told_and_the_engine_is_stopped_as_before(qtbot, make_link, world):
    world.run(STOPPED)
    world.start_error = EngineStartFailed("unit not found", engine="Docker")
    link = make_link()
    link.look()
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)
    link.start()
    qtbot.waitUntil(lambda: link.heard.failures == [world.start_error])
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)


def test_an_engine_that_never_answers_after_its_start_is_told_in_time(qtbot, make_link, world):
    world.run(STOPPED)
    link = make_link(START_MS=150)
    link.look()
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)
    link.start()
    qtbot.waitUntil(lambda: [type(error) for error in link.heard.failures] == [EngineStartFailed])
    assert link.heard.failures[0].facts == {"engine": "Docker"}
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED)
    world.run(DOCKER)
    running(qtbot, link, "Docker")


@pytest.mark.parametrize("probe", [replace(STOPPED, start=""), NOWHERE])
def test_what_nobody_knows_to_start_is_not_started(qtbot, make_link, world, probe):
    world.run(probe)
    link = make_link()
    link.look()
    qtbot.waitUntil(lambda: bool(link.status.tried))
    link.start()
    assert "engine-start" not in link._roster.names
    assert link.status.state is not EngineState.SEARCHING


def test_a_look_that_fails_is_told_once_and_tried_again(qtbot, make_link, world):
    world.look_error = AppError("no")
    link = make_link()
    link.look()
    qtbot.waitUntil(lambda: len(world.looks) >= 4)
    assert len(link.heard.failures) == 1
    world.look_error = None
    world.run(DOCKER)
    running(qtbot, link, "Docker")


def test_once_closed_it_looks_no_more(qtbot, make_link, world):
    world.run(NOWHERE)
    link = make_link()
    link.look()
    qtbot.waitUntil(lambda: link.status.state is EngineState.ABSENT)
    link.close()
    looks = len(world.looks)
    qtbot.wait(200)
    assert len(world.looks) <= looks + 1


@pytest.fixture
def real_link(own_dockerd, roster):
    """A link to a real engine, found and used as the program does it."""
    environ = {"DOCKER_HOST": own_dockerd.url, "HOME": "/nowhere", "PATH": ""}
    link = EngineLink(
        roster,
        lambda: Discovery(environ),
        lambda probe: DockerEngine(probe.url, probe.api_version, probe.tls),
        own_dockerd.url,
    )
    link.heard = Heard(link)
    link.look()
    yield link
    link.close()


@pytest.mark.lab
def test_a_real_engine_is_lost_and_found_again_by_itself(qtbot, own_dockerd, real_link):
    link = real_link
    running(qtbot, link, "Docker")
    own_dockerd.kill()
    qtbot.waitUntil(lambda: link.status.state is EngineState.STOPPED, timeout=10_000)
    with qtbot.waitSignal(link.crew.read(lambda engine, *_: engine.images()).failed) as caught:
        pass
    assert isinstance(caught.args[0], EngineUnreachable)
    link.heard.touched.clear()
    own_dockerd.revive()
    qtbot.waitUntil(lambda: link.status.state is EngineState.RUNNING, timeout=15_000)
    assert {"images", "containers"} <= set(link.heard.touched)
    with qtbot.waitSignal(link.crew.read(lambda engine, *_: engine.images()).succeeded):
        pass
    assert link.heard.failures == []


@pytest.mark.lab
def test_what_happens_in_a_real_engine_is_told_within_a_second(qtbot, own_dockerd, real_link, lab_folder):
    link = real_link
    running(qtbot, link, "Docker")
    qtbot.waitUntil(lambda: len(link.heard.touched) == 4)
    link.heard.touched.clear()
    load(own_dockerd, busybox_image("link"), "link:1", lab_folder)
    qtbot.waitUntil(lambda: link.heard.touched == ["images"], timeout=5_000)
    own_dockerd.cli("create", "link:1")
    qtbot.waitUntil(lambda: link.heard.touched == ["images", "containers"], timeout=1_000)
