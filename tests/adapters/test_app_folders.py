import os
import stat
from pathlib import Path

import pytest

from desktop.adapters.app_folders import app_folders

HOME = Path("/home/kim").absolute()


def parts(folder):
    return folder.relative_to(HOME).as_posix()


@pytest.mark.parametrize(
    ("platform", "settings", "data", "logs"),
    [
        ("linux", ".config/portside", ".local/share/portside", ".local/state/portside/logs"),
        (
            "darwin",
            "Library/Application Support/Portside",
            "Library/Application Support/Portside/Data",
            "Library/Logs/Portside",
        ),
        (
            "win32",
            "AppData/Roaming/Portside",
            "AppData/Local/Portside/Data",
            "AppData/Local/Portside/Logs",
        ),
    ],
)
def test_each_system_has_its_own_places(platform, settings, data, logs):
    folders = app_folders({}, platform, HOME)
    assert (parts(folders.settings), parts(folders.data), parts(folders.logs)) == (settings, data, logs)


def test_the_environment_moves_a_folder_and_a_relative_one_is_ignored(tmp_path):
    moved = app_folders({"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": "relative"}, "linux", HOME)
    assert moved.settings == tmp_path / "portside"
    assert parts(moved.data) == ".local/share/portside"


def test_one_variable_puts_everything_into_one_folder(tmp_path):
    for platform in ("linux", "darwin", "win32"):
        folders = app_folders({"PORTSIDE_HOME": str(tmp_path)}, platform, HOME)
        assert {folders.settings.parent, folders.data.parent, folders.logs.parent} == {tmp_path}


@pytest.mark.skipif(os.name != "posix", reason="folders have no such mode there")
def test_folders_are_made_for_this_user_alone(tmp_path):
    folders = app_folders({"PORTSIDE_HOME": str(tmp_path)})
    folders.make()
    folders.make()
    for folder in (folders.settings, folders.data, folders.logs):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_no_reason_not_to_start(tmp_path):
    place = tmp_path / "taken"
    place.write_text("a file where a folder should be")
    folders = app_folders({"PORTSIDE_HOME": str(place)})
    folders.make()
    assert not folders.settings.exists()
