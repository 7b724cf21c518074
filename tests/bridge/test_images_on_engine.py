"""The images' room on real engines, with their events; what it did is asked for a second way, by command."""

from functools import partial

import pytest

from desktop.adapters.docker_engine import DockerEngine
from desktop.bridge.engine import EngineLink
from desktop.bridge.images import ImageRoom
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import ImageInUse
from desktop.core.engines import EngineState, Probe
from desktop.core.inventory import removal
from desktop.core.reference import Reference
from lab.images import busybox_image, load

pytestmark = pytest.mark.lab
PATIENCE = 20_000  #: ms, on a machine that may be busy
TARGET = Reference.parse("contoso.azurecr.io/samples/small:v1")


class OneEngine:
    """A finder that knows one engine."""

    def __init__(self, url):
        self._probe = Probe(url, "Docker", "test", EngineState.RUNNING, api_version="1.41")

    def probe(self, wanted, token):
        return [self._probe]

    def close(self):
        pass


@pytest.fixture(params=["dockerd", "podman"])
def place(request, lab_folder):
    """An engine that holds one tiny image of its own."""
    engine = request.getfixturevalue(request.param)
    engine.small = load(engine, busybox_image("images"), "localhost/images-small:latest", lab_folder)
    yield engine
    for container in engine.cli("ps", "-aq").split():
        engine.cli("rm", "-f", container)
    for name in (engine.small, str(TARGET), "localhost/images-small:second"):
        if name in engine.cli("images", "--format", "{{.Repository}}:{{.Tag}}").split():
            engine.cli("rmi", name)


@pytest.fixture
def room(qtbot, place):
    roster = Roster()
    link = EngineLink(roster, partial(OneEngine, place.url), lambda probe: DockerEngine(probe.url, probe.api_version))
    room, room.told = ImageRoom(link.crew), []
    room.failed.connect(room.told.append)
    link.images_touched.connect(room.refresh)
    link.look()
    qtbot.waitUntil(lambda: bool(find(room, place.small)), timeout=PATIENCE)
    yield room
    link.close()
    assert roster.close() == [], "still blocked after 3 s"


def find(room, name):
    return next((row for row in room.rows if row.name == name), None)


def listed(place):
    return place.cli("images", "--format", "{{.Repository}}:{{.Tag}}").split()


def test_a_name_given_elsewhere_appears_by_itself(qtbot, place, room):
    place.cli("tag", place.small, "localhost/images-small:second")
    qtbot.waitUntil(lambda: bool(find(room, "localhost/images-small:second")), timeout=PATIENCE)


def test_a_name_is_added_seen_and_removed_and_the_old_one_stays(qtbot, place, room):
    row = find(room, place.small)
    with qtbot.waitSignal(room.name_added, timeout=PATIENCE):
        room.add_name(row.image.id, TARGET)
    assert {place.small, str(TARGET)} <= set(listed(place))
    qtbot.waitUntil(lambda: bool(find(room, str(TARGET))), timeout=PATIENCE)
    plan = removal(find(room, str(TARGET)))
    assert plan.stays == (place.small,)
    with qtbot.waitSignal(room.removed, timeout=PATIENCE):
        room.remove(plan)
    assert str(TARGET) not in listed(place)
    assert place.small in listed(place)


def test_an_image_in_use_is_not_removed_and_says_by_whom(qtbot, place, room):
    place.cli("create", "--name", "images-user", place.small)
    engine = DockerEngine(place.url, "1.41")
    room.set_containers(engine.containers())
    engine.close()
    row = find(room, place.small)
    assert row.used_by == ("images-user",)
    assert removal(row).blocked
    room.remove(removal(row))  # as if the container had come while the question stood
    qtbot.waitUntil(lambda: bool(room.told), timeout=PATIENCE)
    assert type(room.told[0]) is ImageInUse
    assert room.told[0].facts["container"] == "images-user"
    assert place.small in listed(place)


def test_the_last_name_takes_the_image_along(qtbot, place, room):
    row = find(room, place.small)
    assert removal(row).deletes
    with qtbot.waitSignal(room.removed, timeout=PATIENCE):
        room.remove(removal(row))
    assert row.image.id.removeprefix("sha256:")[:12] not in place.cli("images", "-aq", "--no-trunc")
    qtbot.waitUntil(lambda: find(room, place.small) is None, timeout=PATIENCE)


def test_an_image_says_what_it_is_made_of(qtbot, place, room):
    row = find(room, place.small)
    with qtbot.waitSignal(room.described, timeout=PATIENCE) as described:
        room.describe(row.name)
    (details,) = described.args
    assert details.id == row.image.id
    assert details.command[0] == "/bin/sh"
    assert details.platform == "linux/amd64"
    assert len(details.layers) == 1
