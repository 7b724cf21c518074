"""Every screen and dialog, made of the real views and given values: one function each."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QDialog, QWidget

import gallery_data as data
from desktop.core.appearance import Appearance
from desktop.core.engines import EngineStatus
from desktop.core.settings import Settings
from desktop.ui.home_view import HomeView
from desktop.ui.main_window import MainWindow
from desktop.ui.settings_dialog import SettingsDialog


class Shot(NamedTuple):
    """What is to be photographed: a window, and the dialog or the pop-up that is open over it."""

    window: QWidget
    dialog: QDialog | None = None
    popup: QWidget | None = None


Screen = Callable[[], Shot]
SCREENS: dict[str, Screen] = {}


def screen(name: str) -> Callable[[Screen], Screen]:
    """Have a function's screen in the gallery under *name*."""

    def keep(make: Screen) -> Screen:
        SCREENS[name] = make
        return make

    return keep


def window(key: str, view: QWidget, engine: EngineStatus = data.RUNNING, busy: bool = True) -> MainWindow:
    """The whole window with *view* in the room *key*."""
    made = MainWindow()
    made.add_room(key, view)
    made.show_room(key)
    made.bar.show_engine(engine)
    if busy:
        made.sidebar.items["transfers"].set_count(7)
        made.bar.show_moving(3, 6_900_000, 2, 11_200_000)
    return made


def home(done: int, engine: EngineStatus = data.RUNNING, busy: bool = True) -> tuple[MainWindow, HomeView]:
    """Home after *done* steps."""
    view = HomeView()
    view.show_tour(data.tour(done), data.PLAN)
    view.show_engine(engine)
    view.show_transfers(data.TRANSFERS if busy else [])
    return window("home", view, engine, busy), view


@screen("1-home")
def home_full() -> Shot:
    return Shot(home(3)[0])


@screen("1-home-first")
def home_first() -> Shot:
    view = HomeView()
    view.show_engine(data.SEARCHING)
    return Shot(window("home", view, data.SEARCHING, busy=False))


@screen("1-home-command")
def home_command() -> Shot:
    made, view = home(5, busy=False)
    view.checklist.lines[next(step.step for step in data.tour(5) if step.current)].inside.command_button.click()
    return Shot(made)


@screen("1-home-error")
def home_error() -> Shot:
    return Shot(home(1, data.STOPPED)[0])


@screen("1-home-done")
def home_done() -> Shot:
    return Shot(home(7, busy=False)[0])


@screen("1-home-narrow")
def home_narrow() -> Shot:
    made, _ = home(3)
    made.resize(960, 760)
    return Shot(made)


@screen("1-home-undo")
def home_undo() -> Shot:
    made, view = home(6)
    view.ask_undo()
    return Shot(made, view.undo_dialog)


def settings(status: EngineStatus, chosen: Settings) -> Shot:
    """The settings over Home."""
    made, _ = home(3, status)
    dialog = SettingsDialog(chosen, made)
    dialog.show_engine(status)
    dialog.show_places("/home/kim/.config/portside", "/home/kim/.local/state/portside/logs")
    dialog.open()
    return Shot(made, dialog)


@screen("8-settings")
def settings_full() -> Shot:
    return settings(data.RUNNING, Settings())


@screen("8-settings-error")
def settings_error() -> Shot:
    return settings(data.STOPPED, Settings(Appearance.DARK, "unix:///run/user/1000/docker.sock", 3, 1))
