import random

import pytest

from desktop.adapters.docker_output import pieces
from desktop.core.engine_errors import EngineAnswerUnreadable
from desktop.core.inventory import OutputPiece


def frame(text, error=False):
    data = text if isinstance(text, bytes) else text.encode()
    return bytes([2 if error else 1, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def texts(chunks, terminal=False):
    """What is told, neighbours joined: (standard output, standard error)."""
    told = list(pieces(chunks, terminal))
    return tuple("".join(piece.text for piece in told if piece.error is error) for error in (False, True))


STREAM = frame("ready\n") + frame("wärn 😀\n", error=True) + frame("ü"), frame("", True) + frame("done\n")


def test_the_two_outputs_are_told_apart_and_neighbours_come_as_one_piece():
    chunk = frame("a\n") + frame("b\n") + frame("c\n", error=True) + frame("d\n")
    assert list(pieces([chunk], terminal=False)) == [
        OutputPiece("a\nb\n"),
        OutputPiece("c\n", error=True),
        OutputPiece("d\n"),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_cuts_anywhere_change_nothing(seed):
    chance, whole = random.Random(seed), b"".join(STREAM)
    cuts = sorted(chance.sample(range(1, len(whole)), chance.randrange(1, len(whole))))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert texts(chunks) == ("ready\nüdone\n", "wärn 😀\n")


def test_a_character_cut_by_two_frames_comes_whole():
    ü = "ü".encode()
    assert texts([frame(ü[:1]) + frame("x", error=True), frame(ü[1:])]) == ("ü", "x")


def test_bytes_that_are_no_text_are_marked_not_fatal():
    assert texts([frame(b"a\xff\xc3")]) == ("a�\ufffd", "")


def test_a_terminal_has_one_output_without_frames():
    assert texts(["ü".encode()[:1], "ü".encode()[1:] + b"\r\n"], terminal=True) == ("ü\r\n", "")


def test_what_is_no_frame_is_our_own_error():
    with pytest.raises(EngineAnswerUnreadable):
        list(pieces([b"<html><body>"], terminal=False))


def test_a_frame_without_end_is_given_up_at_once():
    with pytest.raises(EngineAnswerUnreadable):
        list(pieces([b"\x01\0\0\0\xff\xff\xff\xff"], terminal=False))
