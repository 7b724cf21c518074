import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from desktop.bridge.garbage import WORTH_IT, GarbageCollector


class Knot(QObject):
    """Reaches itself, so that only a collection ends it."""

    def __init__(self, died_on):
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: died_on.append(threading.current_thread()))


@pytest.fixture
def collector(qapp):
    collector = GarbageCollector(every_ms=10)
    yield collector
    collector.stop()


def litter(died_on=None):
    """Leave one knot, and as many other new objects as make Python collect by itself."""
    if died_on is not None:
        Knot(died_on)
    return [[] for _ in range(20 * WORTH_IT)]


def test_knots_end_on_the_ui_thread_though_another_one_allocates(qtbot, collector):
    died_on = []
    Knot(died_on)
    worker = threading.Thread(target=lambda: [litter() for _ in range(20)])
    worker.start()
    worker.join()
    assert died_on == []

    kept = litter()

    qtbot.waitUntil(lambda: died_on != [])
    assert died_on == [threading.main_thread()]
    assert kept


def test_stopping_gives_the_work_back(qapp):
    GarbageCollector().stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
