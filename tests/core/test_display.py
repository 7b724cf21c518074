import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.display import ERROR_LIMIT, NAME_LIMIT, display, one_line

TRICKS = [
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200f",
    "\ufeff",
    "\x00",
    "\x1b",
    "\x9b",
    "\ud800",
    "\u00ad",
    "\u2028",
    "\U000e0041",
]


@pytest.mark.parametrize("sign", TRICKS, ids=ascii)
def test_what_cannot_be_seen_is_made_visible(sign):
    assert display(f"a{sign}b") == f"a\\u{ord(sign):04X}b"


@pytest.mark.parametrize("text", ["nginx:1.27", "größer", "日本語", "emoji 🐳", "a\tb\nc", "<b>&amp;</b>"])
def test_what_people_write_stays_as_it_is(text):
    assert display(text) == text


@given(st.text())
def test_nothing_shown_controls_anything(text):
    shown = display(text)
    kinds = {unicodedata.category(letter) for letter in shown if letter not in "\n\t"}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    assert not any(unicodedata.bidirectional(letter) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI") for letter in shown)


def test_too_much_is_cut_and_says_so():
    assert display("x" * (ERROR_LIMIT + 1)) == "x" * (ERROR_LIMIT - 1) + "…"
    assert display("x" * ERROR_LIMIT) == "x" * ERROR_LIMIT
    assert len(one_line("y" * 9000)) == NAME_LIMIT


def test_one_line_is_one_line():
    assert one_line("  a\r\nb\tc  d\u2028") == "a b c d"
