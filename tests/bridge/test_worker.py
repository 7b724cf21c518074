import threading
import time
import weakref

import shiboken6
from PySide6.QtCore import QObject, Slot

from desktop.bridge.worker import Roster, stop_all
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


def test_a_worker_asked_to_stop_ends_even_if_its_client_will_not_close(qtbot, make_worker, caplog):
    class Sticky(StallingEngine):
        def close(self):
            raise OSError

    worker = make_worker(Sticky())
    with qtbot.waitSignal(worker.submit(lambda *_: None).finished):
        pass
    assert worker.stop()
    assert "did not close" in caplog.text


def test_what_is_submitted_to_a_worker_that_leaves_is_over_too(qtbot, make_worker):
    worker = make_worker(StallingEngine())
    worker.ask_to_stop()
    with qtbot.waitSignal(worker.submit(lambda *_: None).finished):
        pass


def test_an_error_crosses_without_what_it_came_from(qtbot, make_worker):
    def work(*_):
        try:
            raise OSError("Authorization: Basic c2VjcmV0")
        except OSError as lost:
            raise EngineUnreachable from lost

    with qtbot.waitSignal(make_worker(StallingEngine()).submit(work).failed) as caught:
        pass
    error = caught.args[0]
    assert (error.__traceback__, error.__cause__, error.__context__) == (None, None, None)


def test_nothing_of_a_job_is_kept_once_it_is_over(qtbot, make_worker):
    class Canary:
        pass

    canary = Canary()
    gone, worker = weakref.ref(canary), make_worker(StallingEngine())
    job = worker.submit(lambda *_, held=canary: None)
    del canary
    with qtbot.waitSignal(job.finished):
        pass
    qtbot.waitUntil(lambda: gone() is None)


def test_a_renewed_worker_closes_its_client_and_makes_the_new_one_with_the_next_job(qtbot, make_worker):
    class Client:
        def __init__(self, name):
            self.name, self.closed = name, False

        def close(self):
            self.closed = True

    old, new, names = Client("old"), Client("new"), []
    worker = make_worker(old)
    for make in (None, None, lambda: new):
        if make:
            worker.renew(make)
        job = worker.submit(lambda client, *_: client.name)
        job.succeeded.connect(names.append)
        with qtbot.waitSignal(job.finished):
            pass
    assert names == ["old", "old", "new"]
    assert old.closed
    assert not new.closed


def test_an_abandoned_job_fails_once_and_at_once(qtbot, make_worker):
    begun, deaf, heard = threading.Event(), threading.Event(), []
    worker = make_worker(StallingEngine())
    jobs = [worker.submit(lambda *_: begun.set() or deaf.wait(10)), worker.submit(lambda *_: None)]
    for job in jobs:
        job.failed.connect(heard.append)
        job.succeeded.connect(heard.append)
        job.finished.connect(lambda: heard.append("finished"))
    assert begun.wait(5)
    error = EngineUnreachable()
    worker.abandon(error)
    assert heard == [error, "finished"] * 2
    deaf.set()
    qtbot.waitUntil(lambda: not worker.busy)
    assert heard == [error, "finished"] * 2


def test_idle_is_told_on_the_ui_thread_when_the_last_work_has_returned(qtbot, make_worker):
    worker, told = make_worker(StallingEngine()), []
    worker.idle.connect(lambda: told.append((worker.busy, threading.current_thread())))
    jobs = [worker.submit(lambda *_: None) for _ in range(3)]
    with qtbot.waitSignal(jobs[-1].finished):
        pass
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == (False, threading.main_thread())


class TestRoster:
    def test_never_has_more_threads_than_allowed(self, qapp):
        roster = Roster(most=3)
        workers = [roster.hire(StallingEngine, f"w-{n}") for n in range(3)]
        assert roster.hire(StallingEngine, "one too many") is None
        roster.dismiss(workers[0])
        assert workers[0].wait(3000)
        assert roster.hire(StallingEngine, "w-3")
        assert roster.names == ["w-1", "w-2", "w-3"]
        assert roster.close() == []

    def test_a_dismissed_worker_lives_until_its_work_returns(self, qtbot):
        roster, begun, deaf, heard = Roster(most=3), threading.Event(), threading.Event(), []
        worker = roster.hire(StallingEngine, "deaf")
        worker.submit(lambda *_: begun.set() or deaf.wait(10)).finished.connect(lambda: heard.append(1))
        assert begun.wait(5)
        roster.dismiss(worker)
        del worker
        roster.hire(StallingEngine, "next")
        assert roster.names == ["deaf", "next"]
        qtbot.waitUntil(lambda: heard == [1])
        deaf.set()
        qtbot.waitUntil(lambda: roster.names == ["next"])
        assert roster.close() == []

    def test_the_last_word_of_a_worker_that_ended_still_arrives(self, qtbot):
        roster, begun, go_on, heard = Roster(), threading.Event(), threading.Event(), []
        worker = roster.hire(StallingEngine, "brief")
        worker.submit(lambda *_: begun.set() or go_on.wait(10)).finished.connect(lambda: heard.append(1))
        assert begun.wait(5)
        worker._leave()
        go_on.set()
        assert worker.wait(3000)  # its thread is over before this thread hears of it
        gone = worker.destroyed
        gone.connect(lambda: heard.append("too early"))
        del worker, gone
        roster.hire(StallingEngine, "next")
        qtbot.waitUntil(lambda: heard == [1])
        assert roster.close() == []

    def test_once_closed_nobody_is_hired(self, qapp):
        roster = Roster()
        assert roster.close() == []
        assert roster.hire(StallingEngine, "late") is None
