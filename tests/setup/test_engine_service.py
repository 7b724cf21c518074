import json
import socket
import threading

import pytest

import engine_service
from engine_service import Found


@pytest.fixture
def places(tmp_path, monkeypatch):
    """No engine anywhere but below tmp_path."""
    monkeypatch.setattr(engine_service, "SYSTEM_PLACES", ())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest.fixture
def engine(places):
    """Something that answers a ping at the user's own docker.sock."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(places / "docker.sock"))
        listener.listen()
        thread = threading.Thread(target=answer_once, args=(listener,))
        thread.start()
        yield
        with socket.socket(socket.AF_UNIX) as last:  # lets the thread go where nobody asked
            last.connect(str(places / "docker.sock"))
        thread.join()


def answer_once(listener):
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")


def test_where_nothing_listens_there_is_no_engine(places):
    assert engine_service.look() is Found.NONE


def test_an_engine_of_the_users_own_is_found(engine):
    assert engine_service.look() is Found.ANSWERS


def test_a_socket_that_nobody_listens_on_is_no_engine(places):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(places / "docker.sock"))
    assert engine_service.look() is Found.NONE


def test_an_engine_that_the_person_points_at_is_theirs(places, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "ssh://somewhere")
    assert engine_service.look() is Found.CHOSEN


def test_so_is_a_context_of_theirs(places, monkeypatch):
    folder = places.parent / ".docker"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"currentContext": "remote"}))
    assert engine_service.look() is Found.CHOSEN


@pytest.mark.parametrize("text", ["", "{", "[]", '{"currentContext": "default"}'])
def test_a_damaged_or_plain_configuration_chooses_nothing(places, text):
    folder = places.parent / ".docker"
    folder.mkdir()
    (folder / "config.json").write_text(text)
    assert engine_service.look() is Found.NONE
