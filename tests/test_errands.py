from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal

from desktop.bridge.crew import EngineCrew
from desktop.bridge.images import ImageRoom
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import ContainerStopped, EnginePermissionDenied, EngineRefused, PageSilent
from desktop.core.inventory import Container, ContainerState
from desktop.core.onboarding import Step, TourPlan
from desktop.core.reference import Reference
from desktop.core.transfers import Direction, State, Transfer, Wish
from desktop.errands import Errands

TARGET = Reference.parse("reg.example/samples/nginx")
WEB = Container("0123456789abcdef", "web", "nginx", "", ContainerState.EXITED)


class Engine:
    def __init__(self):
        self.fails, self.added = None, []

    def images(self):
        return []

    def add_name(self, image_id, reference):
        if self.fails:
            raise self.fails
        self.added.append((image_id, reference))

    def close(self):
        pass


class Recorder:
    """Notes every call under the name it was made by."""

    def __init__(self, log, name):
        self._log, self._name = log, name

    def __getattr__(self, verb):
        return lambda *facts, **more: self._log.append((f"{self._name}.{verb}", *facts))


class Registries(QObject):
    def refresh(self):
        pass


class Window(QObject):
    settings_requested = Signal()

    def __init__(self, log):
        super().__init__()
        self._log, self.room = log, "home"

    def show_room(self, room):
        self._log.append(("window.show_room", room))


@pytest.fixture
def log():
    return []


@pytest.fixture
def engine():
    return Engine()


@pytest.fixture
def images(qapp, engine):
    roster = Roster()
    crew = EngineCrew(roster)
    crew.connect_to(lambda: engine)
    yield ImageRoom(crew)
    assert roster.close() == []


@pytest.fixture
def errands(images, log):
    noted = {name: Recorder(log, name) for name in ("preferences", "transfers", "tour")}
    containers = SimpleNamespace(containers=(WEB,), show_stopped=lambda shown: None)
    rooms = SimpleNamespace(
        images=images, registries=Registries(), containers=containers, link=Recorder(log, "link"), **noted
    )
    shown = {name: Recorder(log, f"{name} view") for name in ("home", "registries", "images", "containers")}
    views = SimpleNamespace(window=Window(log), **shown)
    home = QObject()
    errands = Errands(rooms, views, log.append, home)
    errands.run_name = lambda name: log.append(("run", name))
    yield errands
    home.deleteLater()


def arrived(reference):
    return Transfer(1, Wish(Direction.PULL, reference, ""), State.DONE)


def test_what_is_sent_is_pushed_once_it_has_its_name(qtbot, errands, engine, images, log):
    errands.send("sha256:1", TARGET, "me")
    qtbot.waitUntil(lambda: ("transfers.push", TARGET, "me", "sha256:1") in log)
    assert engine.added == [("sha256:1", TARGET)]


def test_a_name_that_is_only_added_is_not_pushed_because_a_send_of_it_failed(qtbot, errands, engine, images, log):
    engine.fails = EngineRefused("no")
    with qtbot.waitSignal(images.failed):
        errands.send("sha256:1", TARGET, "me")
    engine.fails = None
    with qtbot.waitSignal(images.name_added):
        images.add_name("sha256:1", TARGET)
    assert [each for each in log if each[0] == "transfers.push"] == []


def test_what_was_pulled_to_be_run_is_run_once_it_is_here(errands, log):
    errands.run_from_registry(TARGET, "me")
    assert ("transfers.pull", TARGET, "me") in log
    errands.go_on(arrived(TARGET))
    errands.go_on(arrived(TARGET))
    assert log.count(("run", str(TARGET))) == 1


def test_what_is_only_pulled_is_not_run_because_a_pull_to_run_it_failed(errands, log):
    errands.run_from_registry(TARGET, "me")
    errands.pull(TARGET, "me")
    errands.go_on(arrived(TARGET))
    assert ("run", str(TARGET)) not in log


@pytest.mark.parametrize(
    "error",
    [
        PageSilent(address="localhost:8080", seconds="20", container=WEB.id),
        ContainerStopped(name=WEB.id[:12], container=WEB.id, code="1"),
    ],
)
def test_the_output_that_an_error_offers_is_that_of_its_container(errands, log, error):
    errands.take_step(error)
    assert ("containers view.choose", WEB.id) in log


def test_who_may_not_use_the_engine_is_shown_the_command_that_helps(errands, log):
    errands.take_step(EnginePermissionDenied(address="unix:///run/docker.sock"))
    assert log == [("window.show_room", "images")]  # where the notice is that has it


@pytest.mark.parametrize("step", [Step.RUN, Step.RETURN])
def test_a_step_whose_container_runs_already_opens_its_page(errands, log, step):
    errands._rooms.tour = SimpleNamespace(plan=TourPlan(target=TARGET), page_of=lambda asked: (WEB.id, "localhost:1"))
    errands._rooms.containers.open_page = lambda *page: log.append(("open_page", *page))
    errands.do(step)
    assert log == [
        ("window.show_room", "containers"),
        ("containers view.choose", WEB.id),
        ("open_page", WEB.id, "localhost:1"),
    ]
