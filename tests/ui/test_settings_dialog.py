import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.core.appearance import Appearance
from desktop.core.engines import EngineState, EngineStatus, Probe
from desktop.core.registry import KeyringState
from desktop.core.settings import Settings
from desktop.ui.settings_dialog import SettingsDialog

LEFT = Qt.MouseButton.LeftButton
DOCKER = Probe("unix:///var/run/docker.sock", "Docker", "", EngineState.RUNNING, "27.3.1")
PODMAN = Probe("unix:///run/podman.sock", "Podman", "", EngineState.STOPPED)
NOTHING = Probe("unix:///nothing.sock", "Docker", "", EngineState.ABSENT)
FOUND = EngineStatus(EngineState.RUNNING, DOCKER, (DOCKER, PODMAN, NOTHING))


@pytest.fixture
def dialog(qtbot):
    made = SettingsDialog(Settings())
    qtbot.addWidget(made)
    made.show_engine(FOUND)
    made.open()
    return made


def items(dialog):
    return [dialog.engine.itemText(n) for n in range(dialog.engine.count())]


def test_shows_what_holds_and_wishes_nothing_by_that(qtbot, dialog):
    with qtbot.assertNotEmitted(dialog.change_requested):
        dialog.show_settings(Settings(Appearance.DARK, PODMAN.url, 4, 2))
    assert dialog.appearance.chosen == 2
    assert (dialog.pulls.value(), dialog.pushes.value()) == (4, 2)
    assert dialog.engine.currentData() == PODMAN.url


@pytest.mark.parametrize(("number", "appearance"), list(enumerate(Appearance)))
def test_an_appearance_is_one_click(qtbot, dialog, number, appearance):
    dialog.appearance.choose((number + 1) % 3)
    with qtbot.waitSignal(dialog.change_requested) as told:
        qtbot.mouseClick(dialog.appearance.buttons[number], LEFT)
    assert told.args == [{"appearance": appearance}]


@pytest.mark.parametrize(("field", "most"), [("pulls", 10), ("pushes", 5)])
def test_limits_go_down_from_the_ceiling_and_never_above(qtbot, dialog, field, most):
    number = getattr(dialog, field)
    assert (number.minimum(), number.maximum(), number.value()) == (1, most, most)
    with qtbot.waitSignal(dialog.change_requested) as told:
        QTest.keyClick(number, Qt.Key.Key_Down)
    assert told.args == [{field: most - 1}]
    QTest.keyClick(number, Qt.Key.Key_Up)
    with qtbot.assertNotEmitted(dialog.change_requested):
        QTest.keyClick(number, Qt.Key.Key_Up)


def test_offers_the_engines_that_were_found_and_the_first_of_them(dialog):
    assert items(dialog) == ["The first one found", "Docker 27.3.1", "Podman (not running)"]
    assert dialog.engine_note.text == "In use: Docker at unix:///var/run/docker.sock"


def test_an_engine_is_chosen_by_the_keyboard_too(qtbot, dialog):
    with qtbot.waitSignal(dialog.change_requested) as told:
        QTest.keyClick(dialog.engine, Qt.Key.Key_Down)
    assert told.args == [{"engine": DOCKER.url}]


def test_a_chosen_engine_that_is_not_there_stays_chosen_and_says_so(dialog):
    dialog.show_settings(Settings(engine="unix:///gone.sock"))
    assert dialog.engine.currentText() == "unix:///gone.sock (not found)"
    assert dialog.engine_note.text == "It does not answer. Docker is used in its place."


def test_without_any_engine_the_list_still_works(dialog):
    dialog.show_engine(EngineStatus(EngineState.ABSENT))
    assert items(dialog) == ["The first one found"]
    assert dialog.engine_note.text == "No engine can be used now."


def test_looking_again_is_offered_unless_it_goes_on(qtbot, dialog):
    with qtbot.waitSignal(dialog.look_requested):
        qtbot.mouseClick(dialog.look_button, LEFT)
    dialog.show_engine(EngineStatus(EngineState.SEARCHING))
    assert not dialog.look_button.isEnabled()


@pytest.mark.parametrize("state", KeyringState)
def test_says_where_secrets_go(dialog, state):
    dialog.show_keyring(state)
    assert ("memory" in dialog.secrets.text()) == (state is KeyringState.ABSENT)


@pytest.mark.parametrize("number", [0, 1])
def test_its_own_folders_can_be_opened(qtbot, dialog, number):
    dialog.show_places("/settings", "/logs")
    with qtbot.waitSignal(dialog.folder_requested) as told:
        qtbot.mouseClick(dialog.place_buttons[number], LEFT)
    assert told.args == [["/settings", "/logs"][number]]


def test_an_engines_name_is_a_strangers_text(dialog):
    hostile = Probe("unix:///x", "<b>Docker\u202e</b>", "", EngineState.RUNNING)
    dialog.show_engine(EngineStatus(EngineState.RUNNING, hostile, (hostile,)))
    assert items(dialog)[1] == "<b>Docker\\u202E</b>"


def test_everything_in_it_has_a_name_for_a_screen_reader(dialog):
    for widget in (dialog.appearance, dialog.engine, dialog.pulls, dialog.pushes):
        assert widget.accessibleName()


def test_done_closes_it(qtbot, dialog):
    qtbot.mouseClick(dialog.done_button, LEFT)
    assert not dialog.isVisible()
