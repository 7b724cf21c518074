import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.ui.main_window import MainWindow
from desktop.ui.sidebar import ROOMS


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.allow_close()
    return window


def test_the_first_paint_is_told_once(qtbot, window):
    told = []
    window.painted.connect(lambda: told.append(1))
    window.show()
    qtbot.waitUntil(lambda: bool(told))
    window.repaint()
    assert told == [1]


def test_a_room_put_in_later_is_shown_if_it_was_asked_for(qtbot, window):
    window.show()
    window.show_room("images")
    home, images = QLabel("home"), QLabel("images")
    window.add_room("home", home)
    window.add_room("images", images)
    assert images.isVisible()
    assert not home.isVisible()


@pytest.mark.parametrize("key", list(ROOMS))
def test_a_click_in_the_sidebar_goes_to_the_room(qtbot, window, key):
    views = {each: QLabel(each) for each in ROOMS}
    for each, view in views.items():
        window.add_room(each, view)
    window.show()
    qtbot.mouseClick(window.sidebar.items[key], Qt.MouseButton.LeftButton)
    assert window.room == key
    assert views[key].isVisible()


def test_arrow_keys_walk_through_the_rooms(qtbot, window):
    window.show()
    qtbot.keyClick(window.sidebar.items["home"], Qt.Key.Key_Down)
    assert window.room == "registries"
    qtbot.keyClick(window.sidebar.items["registries"], Qt.Key.Key_Up)
    qtbot.keyClick(window.sidebar.items["home"], Qt.Key.Key_Up)
    assert window.room == "home"


def test_return_goes_to_a_room_and_presses_a_button(qtbot, window):
    window.show()
    qtbot.keyClick(window.sidebar.items["images"], Qt.Key.Key_Return)
    assert window.room == "images"
    with qtbot.waitSignal(window.settings_requested):
        qtbot.keyClick(window.bar.engine, Qt.Key.Key_Return)


def test_closing_asks_first_and_closes_once_allowed(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()
    window.allow_close()
    window.close()
    assert not window.isVisible()


def test_the_place_of_the_window_survives(qtbot, window):
    window.resize(900, 700)
    place = window.place()
    window.resize(900, 600)
    window.restore_place(place)
    assert window.height() == 700
    window.restore_place("not a place")
    assert window.height() == 700
