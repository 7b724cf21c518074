import threading

import pytest

from desktop.bridge.preferences import Preferences
from desktop.bridge.worker import Roster
from desktop.core.appearance import Appearance
from desktop.core.settings import Settings, SettingsNotSaved


class Store:
    """Keeps what it is given; waits at the *gate* before each write, fails while *broken*."""

    def __init__(self):
        self.saved, self.threads, self.broken = [], set(), False
        self.gate, self.begun = threading.Event(), threading.Semaphore(0)
        self.gate.set()

    def save(self, settings):
        self.threads.add(threading.get_ident())
        self.begun.release()
        self.gate.wait(10)
        if self.broken:
            raise SettingsNotSaved("disk full", path="/x")
        self.saved.append(settings)

    def close(self):
        pass


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def roster(qapp, store):
    roster = Roster()
    yield roster
    store.gate.set()
    assert roster.close() == []


@pytest.fixture
def preferences(roster, store):
    return Preferences(Settings(), roster, lambda: store)


def test_a_change_holds_at_once_is_told_and_written_elsewhere(qtbot, preferences, store):
    with qtbot.waitSignal(preferences.changed) as told:
        preferences.change(pulls=3)
        assert preferences.settings.pulls == 3
    assert told.args == [Settings(pulls=3)]
    qtbot.waitUntil(lambda: store.saved == [Settings(pulls=3)])
    assert store.threads.isdisjoint({threading.get_ident()})


def test_what_does_not_change_is_neither_told_nor_written(qtbot, preferences, store):
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.apply({"pulls": 10})
    assert preferences.settle()
    assert store.saved == []


def test_the_newest_settings_win_and_those_between_are_not_written(qtbot, preferences, store):
    store.gate.clear()
    preferences.change(pulls=1)
    assert store.begun.acquire(timeout=5)
    for pulls in range(2, 10):
        preferences.change(pulls=pulls)
    store.gate.set()
    assert preferences.settle()
    assert [settings.pulls for settings in store.saved] == [1, 9]


def test_what_was_changed_last_is_written_before_the_program_ends(preferences, roster, store):
    for number in range(20):
        preferences.change(window=str(number))
    assert preferences.settle()
    assert roster.close() == []
    assert store.saved[-1].window == "19"


def test_a_disk_that_does_not_answer_holds_nobody_up(preferences, store):
    store.gate.clear()
    preferences.change(appearance=Appearance.DARK)
    assert not preferences.settle(0.05)


def test_a_failed_write_is_told_and_the_next_one_brings_it_all(qtbot, preferences, store):
    store.broken = True
    with qtbot.waitSignal(preferences.failed) as told:
        preferences.change(pulls=2)
    assert isinstance(told.args[0], SettingsNotSaved)
    assert preferences.settings.pulls == 2
    store.broken = False
    preferences.change(pushes=2)
    assert preferences.settle()
    assert store.saved == [Settings(pulls=2, pushes=2)]


def test_an_unknown_field_is_a_mistake_of_ours(preferences):
    with pytest.raises(TypeError):
        preferences.change(colour="red")
