import os
import socket
from contextlib import closing

import pytest

from adapters.engine_stand_in import StandIn
from desktop.adapters import docker_probe
from desktop.adapters.docker_probe import ask, identity, spoken
from desktop.core.cancel import CancelToken
from desktop.core.engines import EngineState


@pytest.mark.parametrize(
    ("newest", "oldest", "ours"),
    [
        ("1.41", "1.12", "1.41"),
        ("1.44", "1.24", "1.44"),
        ("1.52", "1.44", "1.44"),
        ("1.60", "1.50", "1.50"),
        ("1.9", "", "1.9"),
        ("odd", "odd", "1.24"),
    ],
)
def test_the_newest_api_that_both_know_is_spoken(newest, oldest, ours):
    assert spoken(newest, oldest) == ours


def test_a_socket_that_nobody_listens_on_is_stopped_not_absent(tmp_path):
    path = str(tmp_path / "left.sock")
    with closing(socket.socket(socket.AF_UNIX)) as held:
        held.bind(path)
    assert ask(f"unix://{path}", "", 2, CancelToken()).state is EngineState.STOPPED


def test_a_socket_that_is_not_for_this_user_is_denied(tmp_path, monkeypatch):
    def closed(*_):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "closed.sock"
    path.touch()
    monkeypatch.setattr("desktop.adapters.docker_socket.UnixConnection.connect", closed)
    answer = ask(f"unix://{path}", "", 2, CancelToken())
    assert (answer.state, answer.said) == (EngineState.DENIED, "PermissionError: Permission denied")


@pytest.mark.skipif(os.geteuid() != 0, reason="left out: only root can become somebody else")
def test_a_real_socket_that_is_not_for_this_user_is_denied(tmp_path):
    os.chmod(tmp_path, 0o755)
    for parent in tmp_path.parents[:-1]:
        if parent.stat().st_uid == os.getuid() and parent != parent.parent and "pytest" in str(parent):
            parent.chmod(0o755)
    path = str(tmp_path / "closed.sock")
    with closing(socket.socket(socket.AF_UNIX)) as held:
        held.bind(path)
        held.listen()
        os.chmod(path, 0o600)
        child = os.fork()
        if not child:
            os.setuid(65534)
            os._exit(list(EngineState).index(ask(f"unix://{path}", "", 2, CancelToken()).state))
        told = list(EngineState)[os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]
    assert told is EngineState.DENIED


@pytest.mark.parametrize(
    ("number", "state"), [(2, EngineState.ABSENT), (5, EngineState.DENIED), (231, EngineState.STOPPED)]
)
def test_windows_numbers_for_pipes_mean_the_same_three_things(number, state):
    class PipeError(OSError):
        winerror = number

    assert docker_probe._meaning(PipeError()) is state


@pytest.fixture
def stand_in():
    stand_in = StandIn()
    yield stand_in
    stand_in.end()


def test_a_proxy_that_wants_a_sign_in_is_denied(stand_in):
    stand_in.answers["/_ping"] = 403, b"no"
    assert ask(stand_in.url, "", 2, CancelToken()).state is EngineState.DENIED


@pytest.mark.parametrize(("body", "number"), [({"ID": "ABC"}, "ABC"), ({"ID": 5}, ""), ([], ""), (b"<html>", "")])
def test_an_engine_has_a_number_or_none(stand_in, body, number):
    stand_in.answers["/info"] = 200, body
    assert identity(stand_in.url, "", 2, CancelToken()) == number
    assert identity("unix:///nowhere.sock", "", 2, CancelToken()) == ""


def test_a_token_cancelled_before_ends_it_at_once(stand_in):
    token = CancelToken()
    token.cancel()
    assert ask(stand_in.url, "", 2, token).state is EngineState.STOPPED
