import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from desktop.ui.single_instance import SingleInstance

ROOT = Path(__file__).parent.parent.parent
FIRST = """
    import sys
    from pathlib import Path
    from PySide6.QtCore import QCoreApplication, QTimer
    from desktop.ui.single_instance import SingleInstance
    app = QCoreApplication([])
    only = SingleInstance(Path(sys.argv[1]))
    print(only.claim(), flush=True)
    if "deaf" not in sys.argv:
        only.called.connect(lambda: print("called", flush=True))
        only.listen()
        print("listening", flush=True)
    app.exec()
"""


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(*words):
        command = [sys.executable, "-c", textwrap.dedent(FIRST), str(tmp_path), *words]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "True\n"
        if not words:
            assert started[-1].stdout.readline() == "listening\n"
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_a_second_start_calls_the_first(start, tmp_path):
    first, second = start(), SingleInstance(tmp_path)
    assert not second.claim()
    begin = time.monotonic()
    assert second.call_first()
    assert time.monotonic() - begin < 1
    assert first.stdout.readline() == "called\n"


def test_it_can_be_called_again_and_again(start, tmp_path):
    first, second = start(), SingleInstance(tmp_path)
    for _ in range(3):
        assert second.call_first()
        assert first.stdout.readline() == "called\n"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a process cannot be killed that way there")
def test_after_a_kill_the_next_start_is_the_first(start, tmp_path):
    killed = start()
    killed.kill()
    killed.wait()
    assert (tmp_path / "instance.lock").exists()
    assert SingleInstance(tmp_path).claim()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the file goes with its process")
def test_the_number_of_a_killed_one_may_belong_to_another_program(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        first = SingleInstance(tmp_path)
        assert first.claim()
        lock = tmp_path / "instance.lock"
        lines = lock.read_text().splitlines()
        first.release()
        lock.write_text("\n".join([str(other.pid), Path(sys.executable).resolve().name, *lines[2:]]) + "\n")
        assert SingleInstance(tmp_path).claim()
    finally:
        other.communicate(b"\n")


def test_a_call_that_came_before_anybody_listened_is_heard(qtbot, tmp_path):
    first, answers = SingleInstance(tmp_path), []
    assert first.claim()
    caller = threading.Thread(target=lambda: answers.append(SingleInstance(tmp_path).call_first()))
    caller.start()
    qtbot.waitUntil(lambda: (tmp_path / "instance.call").exists())
    with qtbot.waitSignal(first.called):
        first.listen()
    caller.join()
    assert answers == [True]


def test_one_that_does_not_answer_is_told_from_one_that_does(start, tmp_path):
    start("deaf")
    second = SingleInstance(tmp_path)
    assert not second.claim()
    assert not second.call_first(0.2)
    assert not (tmp_path / "instance.call").exists()


def test_once_it_is_let_go_the_next_is_the_first(tmp_path):
    first = SingleInstance(tmp_path)
    assert first.claim()
    assert not SingleInstance(tmp_path).claim()
    first.release()
    assert SingleInstance(tmp_path).claim()


def test_without_a_folder_to_lock_in_the_program_starts_all_the_same(tmp_path):
    assert SingleInstance(tmp_path / "absent").claim()
    assert not SingleInstance(tmp_path / "absent").call_first(0.1)


def test_the_way_to_the_front_is_handed_on_and_nothing_else(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "token-1")
    first = SingleInstance(tmp_path)
    assert first.claim()
    bell = tmp_path / "instance.call"
    for token, kept in (("token-2", "token-2"), ("tok\nen", "token-2"), ("x" * 5000, "token-2"), ("", "token-2")):
        bell.write_text(token)
        with qtbot.waitSignal(first.called):
            first.listen()
        assert os.environ["XDG_ACTIVATION_TOKEN"] == kept


@pytest.mark.parametrize("path", sorted((ROOT / "desktop").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_loads_the_network_module(path):
    """It would cost every start 10 ms and 4 MB; the linter lets views import all of Qt."""
    assert "QtNetwork" not in path.read_text()
