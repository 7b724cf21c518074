import json
import time
import tracemalloc

import pytest

from desktop.adapters.json_stream import OBJECT_LIMIT, objects, rows
from desktop.core.engine_errors import EngineAnswerUnreadable

LINES = [{"status": 'a "b" \\ {c} ü€😀'}, {"id": "1", "progressDetail": {"current": 1, "more": [{}]}}, {}]
STREAM = b"\r\n".join(json.dumps(line, ensure_ascii=False).encode() for line in LINES) + b"\n"


@pytest.mark.parametrize("joint", [b"\n", b"", b" \r\n "])
def test_objects_end_where_their_braces_do(joint):
    assert list(objects([joint.join(json.dumps(line).encode() for line in LINES)])) == LINES


@pytest.mark.parametrize("cut", range(len(STREAM)))
def test_a_cut_at_any_byte_changes_nothing(cut):
    assert list(objects([STREAM[:cut], STREAM[cut:]])) == LINES


def test_byte_by_byte_an_object_comes_with_its_last_byte():
    sent = []

    def slowly():
        for at in range(len(STREAM)):
            sent.append(at)
            yield STREAM[at : at + 1]

    stream = objects(slowly())
    assert next(stream) == LINES[0]
    assert len(sent) == STREAM.index(b"\r\n")
    assert list(stream) == LINES[1:]


DEEP_BRACES, DEEP_LISTS = b"{" * 9000 + b"}" * 9000, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
GARBAGE = [b"<html>", b"}", b"{]}", b'{"a": "b', b"HTTP {}", b"{} tail", b'[{"a": 1}]', b'{"a": "\xff"}']


@pytest.mark.parametrize("garbage", [*GARBAGE, DEEP_BRACES, DEEP_LISTS], ids=lambda text: repr(text[:12]))
def test_garbage_is_our_own_error(garbage):
    with pytest.raises(EngineAnswerUnreadable):
        list(objects([garbage]))


@pytest.mark.parametrize("size", [OBJECT_LIMIT, 1 << 40])
def test_an_object_without_end_is_given_up_at_the_limit(size):
    chunks = (b'{"a": "' if at == 0 else b"x" * 65536 for at in range(size))
    tracemalloc.start()
    with pytest.raises(EngineAnswerUnreadable):
        list(objects(chunks))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * OBJECT_LIMIT


def test_time_grows_with_the_length_not_its_square():
    def seconds(size):
        text = b'{"a": "' + b'\\"' * (size // 2) + b'"}'
        begin = time.perf_counter()
        assert len(list(objects(text[at : at + 64] for at in range(0, len(text), 64)))) == 1
        return time.perf_counter() - begin

    small, large = min(seconds(50_000) for _ in range(3)), min(seconds(800_000) for _ in range(3))
    assert large < 16 * small * 4


@pytest.mark.parametrize("body", ["null", "[]", " [ ] ", "[1]", '[{"a": "]"}, [2], null]\n', "[1,2]", '["ü"]'])
def test_rows_are_the_elements(body):
    assert list(rows(body)) == (json.loads(body) or [])


@pytest.mark.parametrize("body", ["", "{}", "[", "[1", "[1,", "[1,]", "[1 2]", "[1] 2", "nul", "[" * 100_000])
def test_rows_of_garbage_are_our_own_error(body):
    with pytest.raises(EngineAnswerUnreadable):
        list(rows(body))
