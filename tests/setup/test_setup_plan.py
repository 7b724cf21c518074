import pytest

import setup_plan
import system_packages
from engine_service import EngineNotStarted, Found
from setup_plan import Plan
from system_packages import InstallFailed, Need

LIBRARY, ENGINE = Need("libqt", file="/nowhere/libqt"), Need("docker.io", file="/nowhere/dockerd")
COMMAND = "apt-get install --yes --no-install-recommends libqt docker.io"


class Machine:
    """A machine that lacks two packages, one of them the engine's, and what is done to it."""

    def __init__(self, patch):
        self.current, self.said, self.asked, self.installed, self.started = True, [], [], [], []
        self.answer, self.found = "", Found.NONE
        patch.setattr(system_packages, "QT_WINDOW", (LIBRARY,))
        patch.setattr(system_packages, "ENGINE", (ENGINE,))
        patch.setattr(setup_plan, "TRUST", ENGINE)
        patch.setattr(setup_plan, "_confinement", tuple)
        patch.setattr(system_packages, "can_install_here", lambda: True)
        patch.setattr(system_packages, "FONT", Need("font", file="/"))
        patch.setattr(system_packages, "install", self.install)
        patch.setattr("engine_service.look", lambda: self.found)
        patch.setattr("engine_service.start", self.start)
        patch.setattr("builtins.input", self.input)
        self.may_install(patch, True)
        self.terminal(patch, True)

    def may_install(self, patch, may):
        patch.setattr(system_packages, "right_to_install", lambda _ask: [] if may else None)

    def install(self, packages, *_, update=True):
        if packages == ["font"]:
            raise InstallFailed("no such package")
        self.installed.append(packages)

    def terminal(self, patch, there):
        patch.setattr("sys.stdin", type("Input", (), {"isatty": lambda _: there})())

    def input(self, question):
        self.asked.append(question)
        return self.answer

    def start(self, *_):
        self.started.append("docker")
        self.found = Found.ANSWERS

    def make(self, say):
        """Stands for the environment, which is current."""

    def plan(self):
        plan = Plan(self, self.said.append)
        plan.look(walkthrough=False, virtual_screen=False, keyring=False)
        return plan


@pytest.fixture
def machine(monkeypatch):
    monkeypatch.setattr(setup_plan, "LINUX", True)
    return Machine(monkeypatch)


def test_it_asks_once_for_all_that_is_missing_and_installs_it(machine):
    assert machine.plan().carry_out(yes=False)
    assert len(machine.asked) == 1
    assert machine.installed == [["libqt", "docker.io"]]
    assert machine.started == ["docker"]


def test_a_font_that_this_distribution_lacks_stops_nothing(machine, monkeypatch):
    monkeypatch.setattr(system_packages, "FONT", Need("font", file="/nowhere/font"))
    assert machine.plan().carry_out(yes=False)
    assert machine.installed == [["libqt", "docker.io"]]


def test_with_yes_it_does_not_ask(machine):
    assert machine.plan().carry_out(yes=True)
    assert machine.asked == []
    assert len(machine.installed) == 1


def test_without_a_terminal_it_does_not_ask(machine, monkeypatch):
    machine.terminal(monkeypatch, False)
    assert machine.plan().carry_out(yes=False)
    assert machine.asked == []
    assert len(machine.installed) == 1


def test_a_no_installs_nothing_and_shows_the_command(machine):
    machine.answer = "n"
    assert not machine.plan().carry_out(yes=False)
    assert machine.installed == []
    assert COMMAND in "\n".join(machine.said)


def test_without_the_right_to_install_it_prints_the_exact_command_and_what_goes_on_without(machine, monkeypatch):
    machine.may_install(monkeypatch, False)
    monkeypatch.setattr(system_packages, "QT_WINDOW", ())
    assert machine.plan().carry_out(yes=True), "only the engine is missing: the window opens"
    said = "\n".join(machine.said)
    assert "apt-get install --yes --no-install-recommends docker.io" in said
    assert setup_plan.WITHOUT_ENGINE in said
    assert machine.installed == machine.started == []


def test_without_the_right_to_install_qt_it_says_that_no_window_can_open(machine, monkeypatch):
    machine.may_install(monkeypatch, False)
    assert not machine.plan().carry_out(yes=True)
    assert "Without libqt the window can't open." in machine.said


def test_an_engine_that_cannot_be_installed_is_told_with_the_command_and_the_window_still_opens(machine, monkeypatch):
    monkeypatch.setattr(system_packages, "QT_WINDOW", ())

    def refuse(*_):
        raise InstallFailed("somebody is not in the sudoers file")

    monkeypatch.setattr(system_packages, "install", refuse)
    assert machine.plan().carry_out(yes=True)
    assert any("sudoers" in said for said in machine.said)
    assert any(COMMAND.replace("libqt ", "") in said for said in machine.said)
    assert machine.said[-1] == setup_plan.WITHOUT_ENGINE
    assert machine.started == []


def test_where_python_can_make_no_environment_that_package_is_asked_for_first(machine, monkeypatch):
    machine.current = False
    monkeypatch.setattr(setup_plan, "can_be_made", lambda: False)
    assert machine.plan().carry_out(yes=True)
    assert machine.installed[0][0] == setup_plan.VENV


def test_an_engine_that_answers_is_left_alone(machine):
    machine.found = Found.ANSWERS
    assert machine.plan().carry_out(yes=True)
    assert machine.installed == [["libqt"]]
    assert machine.started == []


def test_an_engine_that_the_person_chose_is_theirs(machine):
    machine.found = Found.CHOSEN
    assert machine.plan().carry_out(yes=True)
    assert machine.started == []


def test_permission_denied_is_not_a_missing_engine(machine):
    machine.found = Found.DENIED
    assert machine.plan().carry_out(yes=True)
    assert machine.installed == [["libqt"]]
    assert "this user may not use it" in machine.said[0]


def test_an_engine_that_does_not_start_is_told_and_the_window_still_opens(machine, monkeypatch):
    def fail(*_):
        raise EngineNotStarted("no space left on device")

    monkeypatch.setattr("engine_service.start", fail)
    assert machine.plan().carry_out(yes=True)
    assert "The Docker engine did not start: no space left on device" in machine.said


def test_with_all_in_place_nothing_is_said_or_done(machine, monkeypatch):
    monkeypatch.setattr(system_packages, "QT_WINDOW", ())
    machine.found = Found.ANSWERS
    assert machine.plan().carry_out(yes=False)
    assert machine.said == machine.asked == machine.installed == []


def test_outside_linux_nothing_is_looked_for_and_the_engine_is_left_to_the_program(machine, monkeypatch):
    monkeypatch.setattr(setup_plan, "LINUX", False)
    assert machine.plan().carry_out(yes=False)
    assert machine.said == machine.asked == machine.installed == machine.started == []
