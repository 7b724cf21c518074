import json
import time

import pytest

from desktop.adapters.registry_answers import MOST_NAMES, document, mapping, names, objects, text, whole


def test_names_come_in_order_and_once():
    assert names(b'{"repositories": ["b", "a", "b"]}', "repositories") == ("b", "a")


@pytest.mark.parametrize("body", [b'{"name": "x", "tags": null}', b'{"tags": []}', b"{}", b' { "tags" : [ ] } '])
def test_a_list_that_is_null_or_absent_is_empty(body):
    assert names(body, "tags") == ()


def test_other_members_of_any_shape_do_not_disturb():
    body = {"child": [], "manifest": {"sha256:1": {"tag": ["v1"]}}, "name": "x", "tags": ["v1", 7, None, {"a": 1}, ""]}
    assert names(json.dumps(body).encode(), "tags") == ("v1",)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"<html>", b'{"tags": ["a"', b'{"tags" ["a"]}', b"{1: 2}", b"\xff"]
)
def test_anything_else_is_refused(body):
    with pytest.raises(ValueError):
        names(body, "tags")


@pytest.mark.parametrize("read", [lambda body: names(body, "tags"), document], ids=["names", "document"])
def test_deep_nesting_is_refused_and_does_not_overflow(read):
    with pytest.raises(ValueError, match="deep"):
        read(b'{"a":' + b"[" * 200_000)


def test_a_name_too_long_to_be_one_is_left_out():
    assert names(json.dumps({"tags": ["x" * 501, "ok"]}).encode(), "tags") == ("ok",)


def test_a_million_names_stop_at_the_most_that_is_shown_and_in_short_calls():
    body = json.dumps({"tags": [f"tag-{number}" for number in range(1_000_000)]}).encode()
    begin = time.monotonic()
    assert len(names(body, "tags")) == MOST_NAMES
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, 5), (-1, 0), (1 << 70, (1 << 63) - 1), ("5", 0), (5.5, 0), (True, 0), (None, 0)],
)
def test_sizes_are_claims_and_clamped(value, expected):
    assert whole(value) == expected


def test_wrong_shapes_become_empty_ones():
    assert (text(7), mapping([]), objects(None), objects({}), objects([1, {"a": 1}])) == ("", {}, [], [], [{"a": 1}])


@pytest.mark.parametrize("body", [b"[]", b"1", b"", b"{", b"9" * 5000])
def test_a_document_is_an_object(body):
    with pytest.raises(ValueError):
        document(body)
