"""The practice registry, with the real program."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest
import requests

from desktop.adapters.practice_registry import PracticeRegistryProcess
from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled
from desktop.core.registry_errors import PracticeRegistryFailed


@pytest.fixture
def practice(tmp_path):
    practice = PracticeRegistryProcess(tmp_path / "practice")
    yield practice
    practice.close()


@pytest.fixture
def program(tmp_path):
    """Write a program that stands in for the registry."""

    def write(text):
        path = tmp_path / "stand-in"
        path.write_text(f"#!{sys.executable}\n{text}\n")
        path.chmod(0o700)
        return str(path)

    return write


def ask(place, secret=None):
    with requests.Session() as session:
        session.trust_env = False
        auth = (place.user, place.secret.reveal() if secret is None else secret)
        return session.get(f"http://{place.host}/v2/_catalog", auth=auth, timeout=10)


def put(place, folder):
    import base64

    from layered_image import LayeredImage, layer_of

    pair = base64.b64encode(f"{place.user}:{place.secret.reveal()}".encode()).decode()
    folder.mkdir()
    LayeredImage([layer_of(folder)]).upload(place.host, "samples/nginx", "v1", f"Basic {pair}")


@pytest.mark.lab
def test_it_asks_for_a_password_and_takes_the_one_it_gave(practice):
    place = practice.start(CancelToken())
    assert place.host.startswith("127.0.0.1:")
    assert ask(place).json() == {"repositories": []}
    assert ask(place, "wrong").status_code == 401
    assert practice.start(CancelToken()) is place


@pytest.mark.lab
def test_what_was_pushed_and_the_address_stay_the_password_does_not(practice, tmp_path):
    first = practice.start(CancelToken())
    put(first, tmp_path / "layer")
    practice.stop()
    with pytest.raises(requests.ConnectionError):
        ask(first)

    second = practice.start(CancelToken())

    assert second.host == first.host
    assert second.secret != first.secret
    assert ask(second).json() == {"repositories": ["samples/nginx"]}


@pytest.mark.lab
def test_no_file_holds_the_password(practice, tmp_path):
    secret = practice.start(CancelToken()).secret.reveal().encode()
    files = [path for path in (tmp_path / "practice").rglob("*") if path.is_file()]
    assert {"htpasswd", "config.json"} <= {path.name for path in files}
    assert not any(secret in path.read_bytes() for path in files)
    assert (tmp_path / "practice").stat().st_mode & 0o077 == 0


@pytest.mark.lab
def test_removing_it_leaves_nothing(practice, tmp_path):
    practice.start(CancelToken())
    practice.remove()
    assert not (tmp_path / "practice").exists()


@pytest.mark.lab
def test_a_port_that_somebody_took_is_given_up(practice):
    first = practice.start(CancelToken())
    practice.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(first.host.split(":")[1])))
        taken.listen()
        second = practice.start(CancelToken())
    assert second.host != first.host
    assert ask(second).status_code == 200


@pytest.mark.lab
def test_one_left_by_a_killed_program_is_ended_and_its_address_kept(practice, tmp_path):
    first = practice.start(CancelToken())
    left, practice._process = practice._process, None  # as if the program had been killed: nobody stops it
    practice._place = None
    second = PracticeRegistryProcess(tmp_path / "practice")
    try:
        assert second.start(CancelToken()).host == first.host
        assert left.wait(5) is not None
    finally:
        second.close()


def test_a_stranger_with_the_remembered_number_is_left_alone(practice, tmp_path, program):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (tmp_path / "practice").mkdir()
        (tmp_path / "practice" / "place.json").write_text(json.dumps({"port": 0, "pid": stranger.pid}))
        with pytest.raises(PracticeRegistryFailed):
            PracticeRegistryProcess(tmp_path / "practice", program("")).start(CancelToken())
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_without_the_program_it_says_so_and_leaves_nothing(tmp_path):
    with pytest.raises(PracticeRegistryFailed) as caught:
        PracticeRegistryProcess(tmp_path / "practice", "no-such-registry").start(CancelToken())
    assert caught.value.raw == "no-such-registry is not installed"
    assert not (tmp_path / "practice").exists()


def test_a_program_that_ends_at_once_is_told_with_its_last_words(tmp_path, program):
    practice = PracticeRegistryProcess(tmp_path / "practice", program("raise SystemExit('no room left')"))
    with pytest.raises(PracticeRegistryFailed) as caught:
        practice.start(CancelToken())
    assert "no room left" in caught.value.raw


def test_a_cancel_while_it_starts_ends_it(tmp_path, program):
    token = CancelToken()
    path = program(f"import os, signal, time; os.kill({os.getpid()}, signal.SIGUSR1); time.sleep(60)")
    before = signal.signal(signal.SIGUSR1, lambda *_: token.cancel())
    practice = PracticeRegistryProcess(tmp_path / "practice", path)
    try:
        with pytest.raises(Cancelled):
            practice.start(token)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert practice._process is None


@pytest.mark.parametrize("note", ["", "[]", '{"port": "x"}', '{"port": 70000}', '{"port": -1}'])
def test_a_damaged_note_costs_only_the_old_port(tmp_path, note, program):
    practice = PracticeRegistryProcess(tmp_path / "practice", program(""))
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / "place.json").write_text(note)
    assert 0 < practice._port() < 65536
