import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from desktop.bridge.watchdog import Watchdog, wanted
from desktop.bridge.worker import Roster

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture
def roster(qapp):
    roster = Roster()
    yield roster
    assert roster.close() == []


@pytest.fixture
def stalls(qtbot, roster, caplog):
    watchdog, found = Watchdog(roster, ours=HERE), []
    watchdog.stalled.connect(found.append)
    watchdog.start()
    qtbot.waitUntil(lambda: watchdog._heart.beat is not None)
    yield found
    watchdog.stop()


def spin(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def nap(seconds):
    time.sleep(seconds)


def hold(rounds):
    return sum(range(rounds))  # one call that lets no other thread run


def rounds_for(seconds):
    begin = time.thread_time()
    hold(1_000_000)
    return round(1_000_000 * seconds / (time.thread_time() - begin))


def test_a_line_that_computes_too_long_is_named(qtbot, stalls):
    QTimer.singleShot(0, lambda: spin(0.15))
    qtbot.waitUntil(lambda: bool(stalls))
    assert "in spin" in stalls[0].where
    assert stalls[0].own_ms >= 100


def test_a_line_that_waits_too_long_is_named(qtbot, stalls):
    QTimer.singleShot(0, lambda: nap(0.2))
    qtbot.waitUntil(lambda: bool(stalls))
    assert "in nap: time.sleep(seconds)" in stalls[0].where


def test_a_worker_that_holds_the_interpreter_is_named(qtbot, stalls, roster):
    rounds, over = rounds_for(0.12), threading.Event()

    def work():
        while not over.is_set():
            hold(rounds)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        qtbot.waitUntil(lambda: any("in hold: return sum(range(rounds))" in stall.where for stall in stalls))
    finally:
        over.set()
        thread.join()


def test_a_stall_is_written_to_the_log(qtbot, stalls, caplog):
    QTimer.singleShot(0, lambda: spin(0.12))
    qtbot.waitUntil(lambda: bool(stalls))
    assert any(record.getMessage().startswith("stall of ") for record in caplog.records)


def test_what_is_short_enough_is_no_stall(qtbot, stalls):
    for _ in range(20):
        QTimer.singleShot(0, lambda: spin(0.005))
        qtbot.wait(10)
    assert stalls == []


WATCHED = f"""
    import sys, time
    sys.path.insert(0, {str(ROOT)!r})
    from PySide6.QtCore import QCoreApplication, QTimer
    from desktop.bridge.watchdog import Watchdog
    from desktop.bridge.worker import Roster
    app, roster = QCoreApplication([]), Roster()
    watchdog = Watchdog(roster)
    watchdog.stalled.connect(lambda stall: print(stall, flush=True))
    watchdog.start()
    def work():
        until = time.thread_time() + 0.025
        while time.thread_time() < until:
            pass
    worker = QTimer(interval=60)
    worker.timeout.connect(work)
    worker.start()
    QTimer.singleShot(100, lambda: print("watching", flush=True))
    QTimer.singleShot(SECONDS, app.quit)
    app.exec()
    watchdog.stop()
    roster.close()
"""


def watched(seconds):
    code = textwrap.dedent(WATCHED).replace("SECONDS", str(round(seconds * 1000)))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "watching\n"
    return process


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be stopped that way there")
def test_a_process_that_was_stopped_did_not_stall():
    process = watched(1.5)
    for _ in range(3):
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.1)
    assert process.communicate()[0] == ""


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not tell who waited")
def test_a_machine_that_is_too_busy_is_not_our_stall():
    """25 ms of work take far longer there; the machine's part is not held against us."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(6 * (os.cpu_count() or 1))]
    try:
        assert watched(1.5).communicate()[0] == ""
    finally:
        for process in busy:
            process.kill()
            process.wait()


def test_it_is_off_unless_the_environment_asks_for_it():
    assert wanted({"PORTSIDE_WATCHDOG": "1"})
    assert not wanted({"PORTSIDE_WATCHDOG": "0"})
    assert not wanted({})
