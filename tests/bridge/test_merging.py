import pytest
from PySide6.QtCore import QElapsedTimer

from desktop.bridge.merging import Merged

PAUSE_MS = 80


@pytest.fixture
def merged(qapp):
    merged = Merged(PAUSE_MS)
    merged.times, clock = [], QElapsedTimer()
    clock.start()
    merged.told.connect(lambda: merged.times.append(clock.elapsed()))
    yield merged
    merged.stop()


def test_touches_close_together_are_told_once(qtbot, merged):
    for _ in range(10):
        merged.touch()
    qtbot.waitUntil(lambda: bool(merged.times))
    qtbot.wait(2 * PAUSE_MS)
    assert len(merged.times) == 1


def test_a_touch_just_before_the_telling_is_told_again(qtbot, merged):
    merged.touch()
    qtbot.wait(PAUSE_MS // 2)
    merged.touch()
    qtbot.waitUntil(lambda: len(merged.times) == 2)
    qtbot.wait(2 * PAUSE_MS)
    assert len(merged.times) == 2


def test_a_steady_stream_does_not_put_it_off(qtbot, merged):
    for _ in range(20):
        merged.touch()
        qtbot.wait(PAUSE_MS // 8)
    assert len(merged.times) >= 2


def test_what_was_stopped_is_not_told(qtbot, merged):
    merged.touch()
    merged.stop()
    qtbot.wait(2 * PAUSE_MS)
    assert merged.times == []
