import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.adapters.settings_file import SettingsFile
from desktop.core.appearance import Appearance
from desktop.core.registry import Account, Provider
from desktop.core.settings import SCHEMA, Settings, SettingsNotSaved

ROOT = Path(__file__).parent.parent.parent
CHOSEN = Settings(
    Appearance.DARK,
    "unix:///run/podman.sock",
    3,
    2,
    True,
    (Account("a1", "contoso.azurecr.io", "sp", Provider.AZURE), Account("b2", "localhost:5000", scheme="http")),
    (("pull", "nginx from Docker Hub, 71,8\u00a0MB"),),
    (("name", "docker.io/library/nginx:latest"),),
    "AdnQyw==",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings" / "settings.json"


@pytest.fixture
def file(path):
    path.parent.mkdir()
    return SettingsFile(path)


def test_what_was_saved_is_what_is_loaded(path):
    SettingsFile(path).save(CHOSEN)  # the folder need not be there
    file = SettingsFile(path)
    assert file.load() == CHOSEN
    assert file.damaged == ""


def test_without_a_file_there_are_the_defaults(file):
    assert file.load() == Settings()
    assert file.damaged == ""


def test_what_a_newer_portside_wrote_is_kept(path, file):
    path.write_text(json.dumps({"schema": SCHEMA, "pulls": 4, "language": "de", "proxy": {"host": "x"}}))
    file.save(replace(file.load(), pulls=5))
    kept = json.loads(path.read_text())
    assert (kept["pulls"], kept["language"], kept["proxy"]) == (5, "de", {"host": "x"})


def test_settings_of_a_newer_schema_are_copied_before_they_are_written_over(path, file):
    newer = {"schema": SCHEMA + 1, "pulls": 4, "appearance": {"mode": "dark"}}
    path.write_text(json.dumps(newer))
    assert file.load() == Settings(pulls=4)
    file.save(Settings())
    assert json.loads(path.with_name(f"settings.schema-{SCHEMA + 1}.json").read_text()) == newer
    assert json.loads(path.read_text())["schema"] == SCHEMA


DAMAGED = {
    "cut off": b'{"schema": 1, "pulls": ',
    "empty": b"",
    "a list": b"[1, 2]",
    "not text": b"\xff\xfe\x00\x80",
    "nested too deep": b"[" * 100_000,
    "too long": b'{"window": "' + b"x" * 2_000_000 + b'"}',
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_kept_aside_and_named(path, file, content):
    path.write_bytes(content)
    assert file.load() == Settings()
    assert Path(file.damaged).read_bytes() == content
    file.save(Settings(pulls=2))
    assert file.load().pulls == 2
    assert file.damaged == ""


def test_a_second_damaged_file_does_not_replace_the_first(path, file):
    kept = []
    for content in (b"first", b"second"):
        path.write_bytes(content)
        file.load()
        kept.append(Path(file.damaged))
    assert [aside.read_bytes() for aside in kept] == [b"first", b"second"]


def test_a_folder_in_its_place_is_put_aside_too(path, file):
    path.mkdir()
    assert file.load() == Settings()
    assert Path(file.damaged).is_dir()


@pytest.mark.skipif(os.name != "posix", reason="files have no such mode there")
def test_only_this_user_may_read_it(path, file):
    file.save(Settings())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_a_link_stays_one(path, file, tmp_path):
    elsewhere = tmp_path / "dotfiles.json"
    elsewhere.write_text("{}")
    path.symlink_to(elsewhere)
    file.save(Settings(pulls=7))
    assert path.is_symlink()
    assert json.loads(elsewhere.read_text())["pulls"] == 7


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(path, file, monkeypatch):
    file.save(Settings(pulls=4))

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsNotSaved) as caught:
        file.save(Settings(pulls=5))
    assert caught.value.facts == {"path": str(path)}
    assert "No space left" in caught.value.raw
    assert caught.value.__cause__ is None
    assert file.load().pulls == 4
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.skipif(os.name != "posix", reason="a process cannot be killed that way there")
def test_a_kill_in_the_middle_of_writing_never_leaves_half_a_file(path, file):
    file.save(Settings(pulls=1))
    code = f"""
        from desktop.adapters.settings_file import SettingsFile
        from desktop.core.settings import Settings
        from pathlib import Path
        file = SettingsFile(Path({str(path)!r}))
        print("ready", flush=True)
        while True:
            for pulls in range(1, 11):
                file.save(Settings(pulls=pulls, window="x" * 1900))
    """
    for _ in range(10):
        writer = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE)
        try:
            assert writer.stdout.readline() == b"ready\n"
            before = path.stat().st_ino
            while path.stat().st_ino == before:  # until it is in the midst of it
                pass
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        assert len(file.load().window) == 1900
        assert file.damaged == ""


def test_no_secret_has_a_place_in_it(path, file):
    file.save(CHOSEN)
    words = json.dumps(json.loads(path.read_text()), ensure_ascii=False).lower()
    assert not any(word in words for word in ("secret", "password", "token"))
