import pytest

from desktop.core.engines import EngineState, EngineStatus, Probe
from desktop.ui.status_bar import StatusBar


@pytest.fixture
def bar(qtbot):
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show()
    return bar


def probe(state, name="Docker", version=""):
    return Probe("unix:///run/x.sock", name, "well known", state, version)


def test_the_engine_and_its_state_are_always_said_in_words(bar):
    said = set()
    for state in EngineState:
        chosen = None if state in (EngineState.ABSENT, EngineState.SEARCHING) else probe(state, version="20.10.24")
        bar.show_engine(EngineStatus(state, chosen))
        said.add(bar.state.text())
        assert bar.engine.text() == ("Docker 20.10.24" if chosen else "")
    assert len(said) == len(EngineState)


def test_nothing_moving_is_said_too(bar):
    assert bar.still.isVisible()
    bar.show_moving(3, 6_900_000, 0, 0)
    assert not bar.still.isVisible()
    assert bar.out.text() == "3 going out, 6.90 MB/s"
    assert not bar.coming.isVisible()
    bar.show_moving(0, 0, 2, 0)
    assert bar.coming.text() == "2 coming in"


def test_a_strange_engine_name_is_not_a_shortcut_or_markup(bar):
    bar.show_engine(EngineStatus(EngineState.RUNNING, probe(EngineState.RUNNING, name="<b>A&B</b>")))
    assert bar.engine.text() == "<b>A&&B</b>"


def test_messages_are_counted_until_they_are_read(qtbot, bar):
    assert not bar.messages.button.isEnabled()
    bar.messages.say("Pushed <b>x</b>\nline")
    bar.messages.say("Second", "bad")
    assert bar.messages.button.text().strip() == "2 messages"
    assert bar.messages.texts == ["Second", "Pushed <b>x</b> line"]
    bar.messages.button.click()
    assert bar.messages.button.text().strip() == "No new messages"
