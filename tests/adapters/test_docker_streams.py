import socket
import threading
import time
from contextlib import closing

import pytest

from adapters.engine_stand_in import StandIn, Stream
from desktop.adapters.docker_socket import connection, mind_silence, pipe_path, why
from desktop.adapters.docker_streams import EngineStreams, Meaning, Request, said
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import EngineRefused, EngineUnreachable
from desktop.core.errors import Cancelled

LOST = Meaning(EngineRefused, EngineUnreachable)


@pytest.fixture
def engine():
    engine = StandIn()
    yield engine
    engine.end()


def read(engine, token=None, path="/x"):
    streams = EngineStreams(engine if isinstance(engine, str) else engine.url, "1.41")
    return list(streams.chunks(Request("GET", path), token or CancelToken(), LOST))


def test_chunks_come_as_they_were_sent(engine):
    engine.answers["/x"] = 200, b"whole"
    assert read(engine) == [b"whole"]
    engine.answers["/x"] = Stream(b"one", b"two")
    assert b"".join(read(engine)) == b"onetwo"


def test_a_chunk_is_there_before_the_next_one_comes(engine):
    engine.answers["/x"] = Stream(b"one", silent="after")
    stream = EngineStreams(engine.url, "1.41").chunks(Request("GET", "/x"), CancelToken(), LOST)
    assert next(stream) == b"one"
    engine.go_on.set()
    assert list(stream) == []


@pytest.mark.parametrize("silent", ["before", "after"])
def test_cancel_frees_a_silent_stream_at_once(engine, silent):
    engine.answers["/x"] = Stream(b"one", silent=silent)
    token, freed = CancelToken(), []

    def cancel():
        assert engine.reached.wait(5)
        freed.append(time.monotonic())
        token.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(Cancelled):
        read(engine, token)
    assert time.monotonic() - freed[0] < 0.5
    thread.join()


def test_what_was_cancelled_before_asks_nothing(engine):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        read(engine, token)
    assert engine.asked == []


def test_a_token_cancelled_later_harms_no_stream_that_ended(engine):
    engine.answers["/x"], token = Stream(b"one"), CancelToken()
    assert read(engine, token) == [b"one"]
    token.cancel()
    assert read(engine) == [b"one"]


def test_a_stream_cut_short_is_lost_not_over(engine):
    engine.answers["/x"] = Stream(b"one", cut=True)
    with pytest.raises(EngineUnreachable):
        read(engine)


def test_a_refusal_is_told_in_the_engines_words(engine):
    engine.answers["/x"] = 500, {"message": "no, thanks"}
    with pytest.raises(EngineRefused) as caught:
        read(engine)
    assert caught.value.raw == "no, thanks"


def test_nobody_there_is_lost_with_the_systems_word(tmp_path):
    with pytest.raises(EngineUnreachable) as caught:
        read(f"unix://{tmp_path}/none.sock")
    assert caught.value.raw == "FileNotFoundError: No such file or directory"


def test_headers_that_may_hold_a_secret_are_not_in_a_repr():
    assert "c2VjcmV0" not in repr(Request("POST", "/x", headers={"X-Registry-Auth": "c2VjcmV0"}))


@pytest.mark.parametrize("body", [b"plain words", b'"text"', b'{"error": 1}', b"[" * 100_000])
def test_an_answer_that_is_no_message_is_taken_as_it_is(body):
    assert said(body) == body.decode()


def test_an_odd_path_stays_inside_its_place(engine):
    engine.answers["/x%20y%3Fz%23"] = 200, b"ok"
    assert read(engine, path="/x y?z#") == [b"ok"]


@pytest.mark.parametrize("url", ["ssh://me@there", "fd://", "tcp://", "nonsense"])
def test_an_address_no_engine_can_have_is_a_value_error(url):
    with pytest.raises(ValueError):
        connection(url)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [("tcp://10.0.0.1:2375", "10.0.0.1", 2375), ("tcp://box", "box", 2375), ("tcp://[::1]:99", "::1", 99)],
)
def test_an_engine_over_tcp_is_found_at_its_port(url, host, port):
    made = connection(url)
    assert (made.host, made.port) == (host, port)


def test_a_stream_over_the_network_notices_that_its_peer_is_gone_and_waits_for_ever_otherwise(engine):
    opened = connection(engine.url, timeout_s=5)
    with closing(opened):
        opened.connect()
        mind_silence(opened.sock)
        assert opened.sock.gettimeout() is None
        assert opened.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_a_pipes_address_becomes_its_path():
    assert pipe_path("npipe:////./pipe/docker_engine") == r"\\.\pipe\docker_engine"


def test_why_names_the_system_error_deep_inside_and_never_the_text_of_a_request():
    try:
        try:
            raise ConnectionRefusedError(111, "Connection refused")
        except OSError as inner:
            raise RuntimeError("Authorization: Basic c2VjcmV0") from inner
    except RuntimeError as outer:
        assert why(outer) == "ConnectionRefusedError: Connection refused"
    assert why(RuntimeError("Authorization: Basic c2VjcmV0")) == "RuntimeError"
