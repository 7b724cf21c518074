"""The containers' room on real engines, with their events, and with real pages."""

import socket
from contextlib import suppress
from functools import partial
from subprocess import CalledProcessError

import pytest
import requests

from desktop.adapters.docker_engine import DockerEngine
from desktop.adapters.page_probe import HttpPageProbe
from desktop.bridge.containers import ContainerRoom
from desktop.bridge.engine import EngineLink
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import (
    CommandNotFound,
    ContainerNameTaken,
    ContainerStopped,
    ImageNotHere,
    PageSilent,
    PortTaken,
)
from desktop.core.engines import EngineState, Probe
from desktop.core.inventory import ContainerState, PortMapping, RunOptions
from desktop.core.secret import Secret
from lab.images import busybox_image, load, nginx

pytestmark = pytest.mark.lab
SECONDS = 20_000  #: of patience, in ms, on a machine that may be busy
SMALL = "localhost/containers-small:latest"
LOUD = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; sleep 60"


@pytest.fixture(scope="module", params=["dockerd", "podman"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def box(place, lab_folder):
    return load(place, busybox_image("containers"), SMALL, lab_folder)


@pytest.fixture(scope="module")
def web_server(place, lab_folder):
    return load(place, nginx("containers"), "localhost/containers-web:latest", lab_folder)


class OneEngine:
    """A finder that knows one engine."""

    def __init__(self, url):
        self._probe = Probe(url, "engine", "test", EngineState.RUNNING, api_version="1.41")

    def probe(self, wanted, token):
        return [self._probe]

    def close(self):
        pass


class Told:
    """All that the room said, by name."""

    def __init__(self, room):
        self.room = room
        self.text = ""
        self.ended, self.errors, self.opened, self.removed, self.ran, self.refused = ([] for _ in range(6))
        room.output_began.connect(self._begin)
        room.output_arrived.connect(self._hear)
        room.output_ended.connect(self.ended.append)
        room.failed.connect(lambda error: self.errors.append(error))
        room.page_answered.connect(lambda *answer: self.opened.append(answer))
        room.removed.connect(lambda gone: self.removed.append(gone))
        room.run_started.connect(self._note_run)
        room.run_failed.connect(lambda error: self.refused.append(error))

    def _note_run(self, container_id, options):
        self.room.follow(container_id)  # at once, as the view does
        self.ran.append(container_id)

    def _begin(self, container_id):
        self.text = ""

    def _hear(self, container_id, pieces):
        self.text += "".join(piece.text for piece in pieces)


@pytest.fixture
def room(qtbot, place):
    roster = Roster()
    link = EngineLink(roster, partial(OneEngine, place.url), lambda probe: DockerEngine(probe.url, probe.api_version))
    room = ContainerRoom(link.crew, roster, HttpPageProbe)
    link.containers_touched.connect(room.refresh)
    link.event_seen.connect(room.see)
    room.show_stopped(True)
    room.told, before = Told(room), set(place.cli("ps", "-aq").split())
    room.left = lambda: [each for each in place.cli("ps", "-aq").split() if each not in before]
    link.look()
    qtbot.waitUntil(lambda: link.crew.connected, timeout=SECONDS)
    yield room
    room.unfollow()
    link.close()
    while ids := room.left():
        with suppress(CalledProcessError):  # some of them are just removing themselves
            place.cli("rm", "-f", *ids)
    assert roster.close() == [], "still blocked after 3 s"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def run(qtbot, room, image, *command, **options):
    told = room.told
    room.run(RunOptions(image, command=command, **options))
    qtbot.waitUntil(lambda: bool(told.ran or told.refused), timeout=SECONDS)
    assert not told.refused, told.refused[0].raw
    return told.ran.pop()


def state(room, container_id):
    found = room.find(container_id)
    return found.state if found else None


def wait(qtbot, ready):
    qtbot.waitUntil(ready, timeout=SECONDS)


def test_nginx_runs_answers_speaks_stops_and_leaves_nothing(qtbot, room, place, web_server):
    port, told = free_port(), room.told
    container = run(qtbot, room, web_server, name="web", ports=(PortMapping(port, 80),))
    room.open_page(container, f"localhost:{port}")
    wait(qtbot, lambda: bool(told.opened))
    assert told.opened[0][:2] == (container, f"localhost:{port}")
    assert place.cli("port", "web").strip() == f"80/tcp -> 127.0.0.1:{port}", "this computer only"
    assert requests.get(f"http://localhost:{port}/only-for-the-log").status_code == 404
    wait(qtbot, lambda: "only-for-the-log" in told.text)
    wait(qtbot, lambda: state(room, container) is ContainerState.RUNNING and room.find(container).image_id != "")
    room.stop(room.find(container))
    wait(qtbot, lambda: [gone.name for gone in told.removed] == ["web"])
    assert room.left() == []
    wait(qtbot, lambda: told.ended == [container])
    assert told.errors == []


def test_stop_start_restart_and_remove_are_seen_as_they_happen(qtbot, room, place, box):
    container, told = run(qtbot, room, box, name="keep", remove_when_stopped=False), room.told
    wait(qtbot, lambda: told.text == "ready\n")
    room.stop(room.find(container))
    wait(qtbot, lambda: state(room, container) is ContainerState.EXITED and told.ended == [container])
    room.start(room.find(container))
    wait(qtbot, lambda: state(room, container) is ContainerState.RUNNING)
    wait(qtbot, lambda: told.text == "ready\nready\n")  # all of it comes again, once
    room.restart(room.find(container))
    wait(qtbot, lambda: told.text == "ready\nready\nready\n")
    room.remove(room.find(container))
    wait(qtbot, lambda: bool(told.removed))
    assert room.left() == []
    assert told.errors == []


def test_a_running_one_that_removes_itself_is_removed_without_a_word_of_failure(qtbot, room, place, box):
    container = run(qtbot, room, box)
    wait(qtbot, lambda: state(room, container) is ContainerState.RUNNING and room.find(container).image_id != "")
    room.remove(room.find(container))
    wait(qtbot, lambda: bool(room.told.removed) and not room._marks)
    assert room.left() == []
    assert room.told.errors == []


def test_what_others_do_is_seen_without_asking(qtbot, room, place, box):
    made = place.cli("run", "-d", "--name", "theirs", box).strip()
    wait(qtbot, lambda: state(room, made) is ContainerState.RUNNING)
    place.cli("rm", "-f", "theirs")
    wait(qtbot, lambda: room.find(made) is None)


def test_a_taken_port_is_told_by_its_number_and_leaves_nothing(qtbot, room, place, box):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        room.run(RunOptions(box, ports=(PortMapping(port, 80),)))
        wait(qtbot, lambda: bool(room.told.refused))
        assert (type(room.told.refused[0]), room.told.refused[0].facts["port"]) == (PortTaken, str(port))
        assert room.left() == []
        with qtbot.waitSignal(room.port_checked) as answer:
            room.check_port(port, "tcp")
        assert (answer.args[0].free, answer.args[0].holder) == (False, "")


def test_a_port_of_another_container_is_told_with_its_name(qtbot, room, box):
    port = free_port()
    container = run(qtbot, room, box, name="holder", ports=(PortMapping(port, 80),))
    wait(qtbot, lambda: room.find(container) is not None and room.find(container).image_id != "")
    with qtbot.waitSignal(room.port_checked) as answer:
        room.check_port(port, "tcp")
    assert (answer.args[0].free, answer.args[0].holder) == (False, "holder")
    assert answer.args[0].instead > port


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "removed when it stops"])
def test_one_that_ends_at_once_is_told_with_its_code_and_its_last_words(qtbot, room, box, kept):
    port, told = free_port(), room.told
    ports, command = (PortMapping(port, 80),), ("sh", "-c", "echo no configuration >&2; exit 3")
    container = run(qtbot, room, box, *command, name="short", ports=ports, remove_when_stopped=not kept)
    room.open_page(container, f"localhost:{port}")
    wait(qtbot, lambda: bool(told.errors))
    facts = {"name": "short", "container": container, "code": "3"}
    assert (type(told.errors[0]), told.errors[0].facts) == (ContainerStopped, facts)
    if not kept:
        wait(qtbot, lambda: [gone.status for gone in told.removed] == ["Exited (3)"])
    assert kept == (state(room, container) is ContainerState.EXITED)
    wait(qtbot, lambda: told.text == "no configuration\n")
    assert told.ended == [container]


def test_one_that_never_answers_is_told_as_silent(qtbot, room, box, monkeypatch):
    monkeypatch.setattr("desktop.bridge.pages.LIMIT_S", 1.0)
    port = free_port()
    container = run(qtbot, room, box, ports=(PortMapping(port, 80),))
    room.open_page(container, f"localhost:{port}")
    wait(qtbot, lambda: bool(room.told.errors))
    assert (type(room.told.errors[0]), room.told.errors[0].facts["address"]) == (PageSilent, f"localhost:{port}")


def test_settings_and_another_command_reach_the_program(qtbot, room, box):
    environment = (("GREETING", Secret("two words = one")),)
    run(qtbot, room, box, "sh", "-c", 'echo "$GREETING"; sleep 60', environment=environment)
    wait(qtbot, lambda: room.told.text == "two words = one\n")


def test_a_flood_of_output_arrives_whole_and_in_order(qtbot, room, box):
    run(qtbot, room, box, "sh", "-c", LOUD, remove_when_stopped=False)
    wait(qtbot, lambda: room.told.text.endswith("line 19999\n"))
    lines = room.told.text.splitlines()
    assert lines == [f"line {number}" for number in range(20_000 - len(lines), 20_000)]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (RunOptions("no-such-image:latest"), ImageNotHere),
        (RunOptions(SMALL, command=("no-such-program",)), CommandNotFound),
        (RunOptions(SMALL, name="taken"), ContainerNameTaken),
    ],
    ids=["no image", "no program", "a taken name"],
)
def test_a_run_that_cannot_be_leaves_nothing_half_done(qtbot, room, place, box, options, error):
    place.cli("create", "--name", "taken", box)
    room.run(options)
    wait(qtbot, lambda: bool(room.told.refused))
    assert type(room.told.refused[0]) is error
    assert len(room.left()) == 1
