import os
import threading
import time

import pytest

from desktop.adapters import engine_start, engine_system
from desktop.adapters.engine_places import Step
from desktop.adapters.engine_start import start_engine
from desktop.adapters.engine_system import System
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import EngineStartFailed
from desktop.core.errors import Cancelled


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """A computer on which programs can be put, and whose engine "toy" is started by the steps given."""
    home = tmp_path / "home"
    (home / ".local" / "bin").mkdir(parents=True)

    def put(name, script):
        file = home / ".local" / "bin" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def make(*steps, **programs):
        for name, script in programs.items():
            put(name, script)
        monkeypatch.setattr(engine_system, "STEPS", {("toy", "linux"): steps})
        return System("linux", {"PATH": "/usr/bin:/bin", "TOLD": "by the person"}, str(home), "ada", os.getuid())

    yield make
    deadline = time.monotonic() + 5
    while engine_start._left and time.monotonic() < deadline:
        engine_start.reap()
        threading.Event().wait(0.02)
    assert engine_start._left == []


def test_the_first_step_that_works_is_the_last(computer, tmp_path):
    log = tmp_path / "log"
    system = computer(
        Step(("bad",)), Step(("good", "now")), Step(("never",)),
        bad="exit 3", good=f'echo "$@ $TOLD" >> {log}', never=f"echo never >> {log}",
    )  # fmt: skip
    start_engine(system, "toy", "Toy", CancelToken())
    assert log.read_text() == "now by the person\n"


def test_where_none_works_all_that_was_said_is_told(computer):
    system = computer(Step(("one",)), Step(("two",)), one="echo no unit >&2; exit 5", two="echo neither; exit 1")
    with pytest.raises(EngineStartFailed) as caught:
        start_engine(system, "toy", "Toy", CancelToken())
    assert caught.value.facts == {"engine": "Toy"}
    for told in ("no unit", "exit code 5", "neither", "exit code 1"):
        assert told in caught.value.raw


def test_an_engine_nobody_can_start_is_told_so(computer):
    with pytest.raises(EngineStartFailed):
        start_engine(computer(), "toy", "Toy", CancelToken())


def test_a_command_that_does_not_end_is_given_up(computer, monkeypatch):
    monkeypatch.setattr(engine_start, "LIMIT_S", 0.3)
    system = computer(Step(("slow",)), slow="echo working on it; exec sleep 1")
    with pytest.raises(EngineStartFailed) as caught:
        start_engine(system, "toy", "Toy", CancelToken())
    assert "working on it" in caught.value.raw


def test_a_cancel_ends_the_waiting_and_not_the_engine(computer, tmp_path):
    done, token = tmp_path / "done", CancelToken()
    system = computer(Step(("slow",)), slow=f"sleep 0.5; touch {done}")
    timer = threading.Timer(0.2, token.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        start_engine(system, "toy", "Toy", token)
    assert not done.exists()
    deadline = time.monotonic() + 5
    while not done.exists() and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert done.exists()


def test_an_application_is_left_running(computer, tmp_path):
    begin = time.monotonic()
    system = computer(Step(("app",), ends=False), app="exec sleep 1")
    start_engine(system, "toy", "Toy", CancelToken())
    assert time.monotonic() - begin < 0.8
    assert os.getsid(engine_start._left[-1].pid) != os.getsid(0), "it would end with our terminal"


def test_a_program_that_can_not_be_run_is_a_step_that_failed(computer):
    system = computer(Step(("broken",)), broken="")
    (tool,) = system.steps("toy")[0]
    with open(tool, "w") as file:
        file.write("#!/nowhere/interpreter\n")
    with pytest.raises(EngineStartFailed) as caught:
        start_engine(system, "toy", "Toy", CancelToken())
    assert "No such file" in caught.value.raw
