import threading
import time
from contextlib import suppress
from subprocess import CalledProcessError

import pytest

from desktop.adapters import docker_attach
from desktop.adapters.docker_engine import DockerEngine
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import CommandNotFound, ContainerGone
from desktop.core.errors import Cancelled
from desktop.core.inventory import RunOptions
from lab.images import busybox_image, load

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module", params=["dockerd", "podman"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def box(place, lab_folder):
    return load(place, busybox_image("attach"), "localhost/attach-test:1", lab_folder)


@pytest.fixture
def engine(place):
    engine, before = DockerEngine(place.url, "1.41"), set(place.cli("ps", "-aq").split())
    engine.left = lambda: [each for each in place.cli("ps", "-aq").split() if each not in before]
    yield engine
    engine.close()
    while ids := engine.left():
        with suppress(CalledProcessError):  # some of them are just removing themselves
            place.cli("rm", "-f", *ids)


def heard(pieces):
    said = list(pieces)
    return tuple("".join(piece.text for piece in said if piece.error is error) for error in (False, True))


@pytest.mark.parametrize("round", range(3))
def test_the_last_words_of_one_that_ends_at_once_and_is_removed_are_heard(engine, box, round):
    command = ("sh", "-c", "echo out; echo no configuration >&2; exit 3")
    container_id, pieces = engine.run_and_listen(RunOptions(box, command=command), CancelToken())
    assert len(container_id) == 64
    assert heard(pieces) == ("out\n", "no configuration\n")


def test_one_may_be_silent_for_longer_than_the_engine_may(engine, box, monkeypatch):
    monkeypatch.setattr(docker_attach, "PATIENCE_S", 1.0)
    options = RunOptions(box, command=("sh", "-c", "sleep 2; echo late"))
    assert heard(engine.run_and_listen(options, CancelToken())[1]) == ("late\n", "")


def test_cancel_frees_the_ear_of_a_silent_one_at_once(engine, box):
    token = CancelToken()
    _, pieces = engine.run_and_listen(RunOptions(box), token)
    words = iter(pieces)
    assert next(words).text == "ready\n"
    timer = threading.Timer(0.3, token.cancel)
    timer.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        next(words)
    assert time.monotonic() - begun < 2
    timer.join()


def test_a_start_that_fails_leaves_neither_a_container_nor_an_open_ear(engine, box):
    with pytest.raises(CommandNotFound):
        engine.run_and_listen(RunOptions(box, command=("no-such-program",)), CancelToken())
    assert engine.left() == []


def test_a_start_whose_cause_the_engine_lost_is_asked_for_anew(engine, box, monkeypatch):
    lost, start = [1, 2], engine._api.start

    def forgetful(made):
        if lost:
            engine._api.remove_container(made)
            raise ContainerGone(f"no such container {lost.pop()}", name=made)
        start(made)

    monkeypatch.setattr(engine._api, "start", forgetful)
    with pytest.raises(CommandNotFound):
        engine.run_and_listen(RunOptions(box, command=("no-such-program",)), CancelToken())
    assert lost == []
    assert engine.left() == []


def test_an_engine_that_lets_nobody_listen_is_asked_for_what_was_written(engine, box, monkeypatch):
    monkeypatch.setattr("desktop.adapters.docker_engine.listen", lambda *_: None)
    options = RunOptions(box, command=("sh", "-c", "echo out"), remove_when_stopped=False)
    assert heard(engine.run_and_listen(options, CancelToken())[1]) == ("out\n", "")


def test_a_container_that_is_not_there_can_not_be_listened_to(place):
    assert docker_attach.listen(place.url, "1.41", "", "0" * 64, CancelToken()) is None
    assert docker_attach.listen("unix:///nowhere.sock", "1.41", "", "0" * 64, CancelToken()) is None
