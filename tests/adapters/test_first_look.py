import pytest

from desktop.adapters.first_look import first_look
from desktop.adapters.settings_file import SettingsFile
from desktop.core.appearance import Appearance
from desktop.core.settings import Settings


def test_it_sees_what_the_settings_file_says(tmp_path):
    path = tmp_path / "settings.json"
    SettingsFile(path).save(Settings(appearance=Appearance.DARK, window="d2luZG93"))
    assert first_look(path) == (Appearance.DARK, "d2luZG93")


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"appearance": 7}', '{"appearance": "pink"}', "[" * 90_000])
def test_a_damaged_file_keeps_nobody_from_starting(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text)
    assert first_look(path) == (Appearance.SYSTEM, "")


def test_no_file_means_the_defaults(tmp_path):
    assert first_look(tmp_path / "none.json") == (Appearance.SYSTEM, "")
