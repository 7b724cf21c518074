import threading
import time

import shiboken6
from PySide6.QtCore import QObject, Slot

from desktop.bridge.worker import stop_all
from desktop.core.engine_errors import EngineUnreachable
from desktop.core.errors import AppError


class StallingEngine:
    """Blocks like a pull whose registry went quiet."""

    def __init__(self):
        self.unblocked = threading.Event()

    def pull(self, reference, token):
        token.on_cancel(self.unblocked.set)
        self.unblocked.wait(10)
        token.check()

    def close(self):
        pass


def test_cancel_unblocks_a_stalled_pull(qtbot, make_worker):
    job = make_worker(StallingEngine()).submit(lambda engine, token, report: engine.pull("alpine", token))

    with qtbot.assertNotEmitted(job.failed), qtbot.waitSignal(job.finished, timeout=2000):
        job.cancel()


def test_results_arrive_on_the_ui_thread(qtbot, make_worker):
    seen = []
    job = make_worker(StallingEngine()).submit(lambda *_: 3_000_000_000)
    job.succeeded.connect(lambda value: seen.append((value, threading.current_thread())))

    qtbot.waitUntil(lambda: bool(seen))

    assert seen == [(3_000_000_000, threading.main_thread())]


def test_progress_keeps_its_order(qtbot, make_worker):
    seen = []

    def work(client, token, report):
        for step in range(3):
            report(step)

    job = make_worker(StallingEngine()).submit(work)
    job.progressed.connect(seen.append)
    qtbot.waitSignal(job.finished).wait()
    assert seen == [0, 1, 2]


def test_a_bug_in_a_job_reaches_the_user_and_spares_the_worker(qtbot, make_worker):
    worker = make_worker(StallingEngine())
    with qtbot.waitSignal(worker.submit(lambda *_: 1 / 0).failed) as caught:
        pass
    assert isinstance(caught.args[0], AppError)
    assert caught.args[0].raw == "ZeroDivisionError"
    with qtbot.waitSignal(worker.submit(lambda *_: "ok").succeeded) as caught:
        pass
    assert caught.args == ["ok"]


def test_typed_error_passes_through(qtbot, make_worker):
    def work(*_):
        raise EngineUnreachable

    with qtbot.waitSignal(make_worker(StallingEngine()).submit(work).failed) as caught:
        pass
    assert type(caught.args[0]) is EngineUnreachable


def test_a_view_may_die_before_its_job(qtbot, make_worker):
    class View(QObject):
        @Slot(object)
        def show(self, value):
            raise AssertionError

    engine = StallingEngine()
    worker, view = make_worker(engine), View()
    worker.submit(lambda e, token, report: e.pull("alpine", token)).succeeded.connect(view.show)
    shiboken6.delete(view)
    engine.unblocked.set()
    with qtbot.waitSignal(worker.submit(lambda *_: None).finished):
        pass


def test_a_cancelled_job_is_over_while_its_thread_still_waits(qtbot, make_worker):
    begun, deaf, heard = threading.Semaphore(0), threading.Event(), []
    worker = make_worker(StallingEngine())
    job = worker.submit(lambda *_: begun.release() or deaf.wait(10))
    job.succeeded.connect(heard.append)
    job.finished.connect(lambda: heard.append("finished"))

    assert begun.acquire(timeout=5)
    with qtbot.waitSignal(job.finished, timeout=500):
        job.cancel()
    assert worker.busy
    deaf.set()
    qtbot.waitUntil(lambda: not worker.busy)

    assert heard == ["finished"]


def test_stop_all_waits_once_for_all_and_names_who_is_blocked(qtbot, make_worker):
    begun, deaf = threading.Semaphore(0), threading.Event()
    names = [f"transfer-{n}" for n in range(4)]
    workers = [make_worker(StallingEngine(), name) for name in names]
    for worker in workers[:2]:
        worker.submit(lambda engine, token, report: engine.pull("alpine", token))
    for worker in workers[2:]:
        worker.submit(lambda *_: begun.release() or deaf.wait(10))
        assert begun.acquire(timeout=5)
    begin = time.monotonic()

    blocked = stop_all(workers, timeout_s=0.5)

    assert time.monotonic() - begin < 0.9
    deaf.set()
    assert blocked == names[2:]
