import gc
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desktop.adapters.app_folders import HOME, app_folders
from desktop.app import Portside, Start
from desktop.bridge.transfer_rows import Summary
from desktop.ui.quit_dialog import QuitDialog

ROOT = Path(__file__).parent.parent


@pytest.fixture
def portside(qapp, tmp_path):
    portside = Portside(qapp, Start(app_folders({HOME: str(tmp_path)}), f"unix://{tmp_path}/none.sock", print))
    left = []
    portside.left.connect(left.append)
    yield portside
    if not left:
        portside.leave()
    assert left == [[]]
    assert portside.roster is None or portside.roster.names == []
    portside.window.deleteLater()


def test_the_window_is_painted_before_any_room_is_there(qtbot, portside):
    with qtbot.waitSignal(portside.window.painted):
        portside.window.show()
    assert portside.house is None
    with qtbot.waitSignal(portside.furnished):
        pass
    assert portside.house.views.home.isVisible()


def test_leaving_before_or_while_the_rooms_are_made_leaves_nothing(qtbot, portside):
    with qtbot.waitSignal(portside.window.painted):
        portside.window.show()
    for _ in range(4):
        qtbot.wait(1)
    portside.leave()
    assert not portside.window.isVisible()


def test_what_was_left_of_furnishing_is_left_undone(qtbot, portside):
    with qtbot.waitSignal(portside.window.painted):
        portside.window.show()
    portside._begin_furnishing()
    portside.leave()
    for _ in range(30):
        portside._go_on_furnishing()  # as a turn that was due already does
    assert portside.roster is None


def test_a_program_that_is_over_leaves_once(qtbot, portside):
    with qtbot.waitSignal(portside.furnished, timeout=10_000):
        portside.window.show()
    portside.leave()
    with qtbot.assertNotEmitted(portside.left):
        portside.leave()


def test_settings_that_cannot_be_written_and_a_blocked_worker_end_in_time_together(qtbot, qapp, tmp_path):
    portside = Portside(qapp, Start(app_folders({HOME: str(tmp_path)}), f"unix://{tmp_path}/none.sock", print))
    gate, left = threading.Event(), []
    portside.left.connect(left.extend)
    with qtbot.waitSignal(portside.furnished, timeout=10_000):
        portside.window.show()
    portside.house.rooms.preferences._worker.submit(lambda *_: gate.wait(20))
    begun = time.monotonic()
    portside.leave()
    assert time.monotonic() - begun < 3
    assert left == ["settings"]
    assert not gc.isenabled()  # on a worker that still runs it would destroy what is the window's
    gate.set()
    assert portside.roster.close() == []
    portside._collector.stop()
    portside.window.deleteLater()


def test_while_something_moves_closing_asks_and_each_question_goes_with_its_answer(qtbot, portside):
    with qtbot.waitSignal(portside.furnished, timeout=10_000):
        portside.window.show()
    portside.house.rooms.transfers.summary = Summary(out=1)
    asked = lambda: portside.window.findChildren(QuitDialog)  # noqa: E731
    with qtbot.assertNotEmitted(portside.left):
        portside.window.close()
        asked()[0].reject()
        qtbot.waitUntil(lambda: not asked())
    assert portside.window.isVisible()
    with qtbot.waitSignal(portside.left):
        portside.window.close()
        asked()[0].quit_button.click()


def test_closing_the_window_ends_the_program_and_remembers_its_place(qtbot, portside, tmp_path):
    with qtbot.waitSignal(portside.furnished, timeout=10_000):
        portside.window.show()
    portside.window.resize(1000, 640)
    with qtbot.waitSignal(portside.left):
        portside.window.close()
    assert portside.window.place() in (tmp_path / "settings" / "settings.json").read_text()


def test_a_second_start_ends_at_once_and_the_first_comes_up(tmp_path):
    environment = {**os.environ, HOME: str(tmp_path), "PORTSIDE_FIRST_PAINT": str(tmp_path / "painted")}
    command = [sys.executable, "-m", "desktop"]
    first = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if (tmp_path / "painted").exists():
                break
            subprocess.run(["sleep", "0.05"], check=True)
        second = subprocess.run(command, env=environment, cwd=ROOT, timeout=30, stderr=subprocess.DEVNULL)
        assert second.returncode == 0
        assert first.poll() is None
    finally:
        first.terminate()
        first.wait(10)


def test_the_version_is_told_without_a_window():
    told = subprocess.run([sys.executable, "-m", "desktop", "--version"], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.startswith("Portside 0.")
