import socket
import threading
import time
from contextlib import closing, contextmanager, suppress

import pytest

from desktop.adapters import page_probe
from desktop.adapters.page_probe import HttpPageProbe
from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def listening(host="127.0.0.1", port=0, family=socket.AF_INET, kind=socket.SOCK_STREAM):
    made = socket.socket(family, kind)
    if kind == socket.SOCK_STREAM:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((host, port))
    if kind == socket.SOCK_STREAM:
        made.listen(50)
    return made


def number(listener):
    return listener.getsockname()[1]


@contextmanager
def page(*behaviours, port=0):
    """A server whose n-th connection is treated by the n-th of *behaviours*, the last one for all that follow."""
    listener, held, seen = listening(port=port), [], []

    def serve():
        with listener:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                held.append(caller)
                seen.append(time.monotonic())
                behaviours[min(len(held), len(behaviours)) - 1](caller)

    thread = threading.Thread(target=serve)
    thread.start()
    yield number(listener), seen
    with closing(listener):
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
    for caller in held:
        caller.close()


def answers(text):
    def behave(caller):
        caller.recv(4096)
        caller.sendall(text)
        caller.close()

    return behave


def resets(caller):
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    caller.close()


def hangs(caller):
    pass


@pytest.fixture
def probe():
    return HttpPageProbe()


@pytest.fixture
def token():
    return CancelToken()


def free_port():
    with listening() as listener:
        return number(listener)


def test_any_http_answer_counts_as_a_page(probe, token):
    for text in (NOT_FOUND, b"HTTP/1.0 500 Oh\r\n\r\n", b"HTTP/1.1 401 Who\r\n\r\n"):
        with page(answers(text)) as (port, _):
            assert probe.wait(f"localhost:{port}", 5, token) < 5


def test_a_server_that_only_speaks_tls_is_there_too(probe, token):
    with page(answers(b"\x15\x03\x03\x00\x02\x02\x46")) as (port, _):
        assert probe.wait(f"localhost:{port}", 5, token) is not None


def test_what_is_no_page_is_not_taken_for_one(probe, token):
    with page(answers(b"-ERR unknown command\r\n")) as (port, seen):
        assert probe.wait(f"localhost:{port}", 0.5, token) is None
    assert len(seen) > 1


def test_refusals_and_resets_are_tried_again_until_the_program_is_up(probe, token):
    with page(resets, resets, answers(NOT_FOUND)) as (port, seen):
        seconds = probe.wait(f"localhost:{port}", 5, token)
    assert len(seen) == 3
    assert seconds >= 2 * page_probe.RETRY_S


def test_a_port_that_opens_late_is_seen_when_it_opens(probe, token):
    port, found = free_port(), []
    waiting = threading.Thread(target=lambda: found.append(probe.wait(f"localhost:{port}", 10, token)))
    waiting.start()
    with page(answers(NOT_FOUND), port=port):
        waiting.join(5)
    assert found[0] is not None


def test_one_dead_connection_does_not_use_up_the_time_of_the_others(probe, token, monkeypatch):
    monkeypatch.setattr(page_probe, "PATIENCE_S", 0.2)
    with page(hangs, answers(NOT_FOUND)) as (port, seen):
        assert probe.wait(f"localhost:{port}", 10, token) < 5
    assert len(seen) == 2


def test_a_page_that_needs_its_time_gets_it(probe, token, monkeypatch):
    monkeypatch.setattr(page_probe, "PATIENCE_S", 0.2)
    slowly = threading.Event()

    def answers_late(caller):
        slowly.wait(0.6)
        with suppress(OSError):
            answers(NOT_FOUND)(caller)

    with page(answers_late) as (port, _):
        seconds = probe.wait(f"localhost:{port}", 10, token)
        slowly.set()
    assert seconds is not None


def test_who_never_answers_is_given_up_after_the_limit(probe, token):
    with page(hangs) as (port, _):
        begun = time.monotonic()
        assert probe.wait(f"localhost:{port}", 0.5, token) is None
    assert 0.5 <= time.monotonic() - begun < 2


@pytest.mark.parametrize("behaviour", [hangs, None], ids=["in a read", "between two tries"])
def test_a_cancel_is_felt_at_once(probe, token, monkeypatch, behaviour):
    monkeypatch.setattr(page_probe, "RETRY_S", 30)
    raised, port, asked = [], free_port(), threading.Event()

    def wait():
        try:
            probe.wait(f"127.0.0.1:{port}", 60, token)
        except Cancelled:
            raised.append(time.monotonic())

    def behave(caller):
        (behaviour or resets)(caller)
        asked.set()

    with page(behave, port=port):
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert asked.wait(5)
        begun = time.monotonic()
        token.cancel()
        waiting.join(5)
    assert raised[0] - begun < 0.5


def test_a_cancel_before_it_begins_asks_nobody(probe, token):
    token.cancel()
    with page(answers(NOT_FOUND)) as (port, seen):
        with pytest.raises(Cancelled):
            probe.wait(f"localhost:{port}", 5, token)
        assert seen == []


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_a_port_that_somebody_holds_is_taken_and_free_when_let_go(probe, host, protocol):
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with listening(host, kind=kind) as holder:
        port = number(holder)
        assert not probe.port_is_free(port, protocol)
        assert probe.port_is_free(port, "udp" if protocol == "tcp" else "tcp")
    assert probe.port_is_free(port, protocol)


def test_a_port_held_on_another_address_of_this_computer_is_taken_because_everyone_may_be_let_in(probe):
    try:
        holder = listening("127.0.0.2")
    except OSError:
        pytest.skip("only one address here")
    with holder:
        assert not probe.port_is_free(number(holder))


def test_a_port_held_on_ipv6_is_taken_because_browsers_go_there_first(probe):
    try:
        holder = listening("::1", family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with holder:
        assert not probe.port_is_free(number(holder))


def test_connections_that_ended_a_moment_ago_do_not_hold_a_port(probe, token):
    with page(answers(NOT_FOUND)) as (port, _):
        probe.wait(f"127.0.0.1:{port}", 5, token)  # the server closes first: its side lingers in TIME_WAIT
    assert probe.port_is_free(port)


def test_looking_at_a_port_leaves_it_free(probe):
    port = free_port()
    assert probe.port_is_free(port)
    assert probe.port_is_free(port)
    listening(port=port).close()
