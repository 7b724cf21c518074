from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.core.engines import CHOSEN, EngineState, EngineStatus, Probe
from desktop.ui.engine_notice import EngineNotice

STOPPED = Probe(
    "unix:///var/run/docker.sock", "Docker", "usual", EngineState.STOPPED, start="docker", said="Connection refused"
)
DENIED = replace(STOPPED, state=EngineState.DENIED, start="", remedy="sudo usermod -aG docker ada")
PODMAN = Probe("unix:///run/user/1/podman.sock", "Podman", CHOSEN, EngineState.RUNNING, "4.3.1", "1.41")
HOSTILE = replace(STOPPED, name="<b>Docker</b>\n&", origin="context \u202eevil", said="<img src=/dev/zero>\x1b[31m")


@pytest.fixture
def notice(qtbot):
    notice = EngineNotice("linux")
    qtbot.addWidget(notice)
    notice.resize(900, 700)
    notice.show()
    return notice


def show(notice, state, chosen=None, *tried):
    notice.show_status(EngineStatus(state, chosen, tried or ((chosen,) if chosen else ())))


def buttons(notice):
    """The captions of the buttons one can click now."""
    found = [*notice.get_buttons, *notice.another_buttons, notice.start_button, notice.look_button]
    return [each.text().strip() for each in found if each.isVisible()]


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("status", "title", "captions"),
    [
        (EngineStatus(EngineState.SEARCHING), "Looking for an engine…", []),
        (EngineStatus(EngineState.SEARCHING, STOPPED), "Starting Docker…", []),
        (EngineStatus(EngineState.SEARCHING, PODMAN), "Looking for Podman…", []),
        (
            EngineStatus(EngineState.STOPPED, STOPPED),
            "Docker is not running",
            ["Choose another engine…", "Start Docker"],
        ),
        (
            EngineStatus(EngineState.STOPPED, replace(STOPPED, start="")),
            "Docker is not running",
            ["Choose another engine…"],
        ),
        (
            EngineStatus(EngineState.DENIED, DENIED),
            "You may not use the engine yet",
            ["Choose another engine…", "Look again"],
        ),
        (
            EngineStatus(EngineState.ABSENT),
            "No container engine was found",
            ["Get Docker Desktop", "Get Podman", "Get Docker Engine"],
        ),
    ],
)
def test_each_reason_has_its_own_words_and_buttons(notice, status, title, captions):
    notice.show_status(status)
    assert notice.title == title
    assert buttons(notice) == captions
    assert notice.about


def test_start_asks_to_start_and_look_again_to_look(qtbot, notice):
    show(notice, EngineState.STOPPED, STOPPED)
    with qtbot.waitSignal(notice.start_requested):
        click(notice.start_button)
    show(notice, EngineState.DENIED, DENIED)
    with qtbot.waitSignal(notice.look_requested):
        click(notice.look_button)


def test_where_the_user_is_shut_out_the_exact_command_is_there_to_copy(notice):
    show(notice, EngineState.DENIED, DENIED)
    assert notice.command.isVisible()
    assert notice.command.text() == "sudo usermod -aG docker ada"
    click(notice.copy_button)
    assert QGuiApplication.clipboard().text() == "sudo usermod -aG docker ada"
    show(notice, EngineState.DENIED, replace(DENIED, remedy=""))
    assert not notice.command.isVisible()


@pytest.mark.parametrize(("platform", "main"), [("linux", "Get Docker Engine"), ("win32", "Get Docker Desktop")])
def test_the_main_way_to_an_engine_fits_the_system(qtbot, platform, main):
    notice = EngineNotice(platform)
    qtbot.addWidget(notice)
    show(notice, EngineState.ABSENT)
    last = notice.get_buttons[-1]
    assert (last.text().strip(), last.property("kind")) == (main, "primary")
    with qtbot.waitSignal(notice.link_requested, check_params_cb=lambda address: address.startswith("https://")):
        last.click()


def test_what_was_tried_is_folded_until_asked_for(notice):
    show(notice, EngineState.STOPPED, STOPPED, STOPPED, PODMAN)
    opener = next(each for each in notice.fold_buttons if each.isVisible())
    assert not notice.tried.isVisible()
    click(opener)
    assert notice.tried.isVisible()
    assert notice.tried.toPlainText().splitlines() == [
        "Docker  ·  not running  ·  unix:///var/run/docker.sock  ·  a usual place  ·  Connection refused",
        "Podman  ·  runs  ·  unix:///run/user/1/podman.sock  ·  chosen in the settings  ·  4.3.1",
    ]
    click(opener)
    assert not notice.tried.isVisible()


def test_another_engine_that_runs_is_offered_first(qtbot, notice):
    show(notice, EngineState.STOPPED, STOPPED, STOPPED, PODMAN)
    click(notice.another_buttons[0])
    assert notice.address.text() == PODMAN.url
    with qtbot.waitSignal(notice.choose_requested) as caught:
        click(notice.use_button)
    assert caught.args == [PODMAN.url]


def test_an_address_that_can_be_none_is_refused_with_a_reason_and_kept(qtbot, notice):
    show(notice, EngineState.STOPPED, STOPPED)
    click(notice.another_buttons[0])
    QTest.keyClicks(notice.address, "docker.sock")
    with qtbot.assertNotEmitted(notice.choose_requested):
        QTest.keyClick(notice.address, Qt.Key.Key_Return)
    assert notice.note.isVisible()
    assert notice.address.text() == "docker.sock"
    QTest.keyClicks(notice.address, "s")
    assert not notice.note.isVisible()
    notice.address.setText(" tcp://10.0.0.1:2375 ")
    with qtbot.waitSignal(notice.choose_requested) as caught:
        QTest.keyClick(notice.address, Qt.Key.Key_Return)
    assert caught.args == ["tcp://10.0.0.1:2375"]


def test_words_from_outside_are_never_markup(notice):
    show(notice, EngineState.STOPPED, HOSTILE)
    assert notice.title == "<b>Docker</b> & is not running"
    assert notice.start_button.text() == " Start <b>Docker</b> &&"
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in notice.findChildren(QLabel))
    assert "\u202e" not in notice.tried.toPlainText()
    assert "\x1b" not in notice.tried.toPlainText()


def test_everything_that_can_be_used_has_a_name(notice):
    for each in (notice.copy_button, notice.address, notice.tried):
        assert each.accessibleName()
