import gc
import threading

import pytest

from desktop.bridge.desk import Desk
from desktop.bridge.worker import Roster


class Client:
    def __init__(self, closed):
        self.closed, self.thread = closed, threading.get_ident()

    def close(self):
        self.closed.append(self.thread)


@pytest.fixture
def roster(qapp):
    roster = Roster(most=2)
    yield roster
    assert roster.close() == []
    gc.collect()  # here, not on the next test's worker


@pytest.fixture
def closed():
    return []


@pytest.fixture
def make_desk(roster, closed):
    return lambda idle_ms=10_000: Desk(roster, lambda: Client(closed), "desk", idle_ms)


def test_nobody_is_hired_before_there_is_work(roster, make_desk):
    make_desk()
    assert roster.names == []


def test_one_worker_does_all_the_work_in_order(qtbot, roster, make_desk):
    desk, seen = make_desk(), []
    for number in range(3):
        job = desk.submit(lambda client, token, report, number=number: (number, client.thread))
        job.succeeded.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert [number for number, _ in seen] == [0, 1, 2]
    assert len({thread for _, thread in seen}) == 1
    assert roster.names == ["desk"]


def test_an_idle_worker_goes_with_its_client_and_another_comes_for_new_work(qtbot, roster, make_desk, closed):
    desk = make_desk(idle_ms=20)
    with qtbot.waitSignal(desk.submit(lambda *_: None).succeeded):
        pass
    qtbot.waitUntil(lambda: len(closed) == 1 and not desk.staffed and roster.names == [])
    with qtbot.waitSignal(desk.submit(lambda *_: None).succeeded):
        pass
    assert desk.staffed


def test_a_busy_worker_is_not_let_go(qtbot, make_desk, closed):
    desk, gate = make_desk(idle_ms=10), threading.Event()
    with qtbot.waitSignal(desk.submit(lambda *_: None).succeeded):
        pass
    job = desk.submit(lambda *_: gate.wait(10))
    with qtbot.assertNotEmitted(job.finished, wait=100):
        pass
    assert closed == []
    gate.set()
    qtbot.waitUntil(lambda: closed != [])


def test_work_waits_while_every_thread_is_taken(qtbot, roster, make_desk):
    others = [roster.hire(lambda: Client([]), "other") for _ in range(2)]
    desk = make_desk()
    job = desk.submit(lambda *_: "done")
    with qtbot.assertNotEmitted(job.finished, wait=50):
        pass
    roster.dismiss(others[0])
    with qtbot.waitSignal(job.succeeded) as told:
        pass
    assert told.args == ["done"]


@pytest.mark.parametrize("taken", [False, True], ids=["running", "waiting"])
def test_closing_cancels_what_runs_and_what_waits(qtbot, roster, make_desk, taken):
    if taken:
        for _ in range(2):
            roster.hire(lambda: Client([]), "other")
    desk, gate = make_desk(), threading.Event()

    def work(client, token, report):
        token.on_cancel(gate.set)
        gate.wait(10)

    job = desk.submit(work)
    with qtbot.assertNotEmitted(job.succeeded), qtbot.waitSignal(job.finished):
        desk.close()
    assert not desk.staffed
