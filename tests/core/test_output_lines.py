import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.display import LINE_LIMIT
from desktop.core.inventory import OutputPiece
from desktop.core.output_lines import Kind, Line, OutputLines, Search, clean


def fed(*texts, most=1 << 20):
    lines = OutputLines(most)
    for text in texts:
        lines.add([OutputPiece(text)])
    return lines


def shown(lines):
    return list(lines.texts(lines.first, lines.end))


@given(st.lists(st.text(st.sampled_from("ab\n"))))
def test_however_output_is_cut_the_lines_are_the_same(pieces):
    whole = "".join(pieces)
    assert (
        shown(fed(*pieces))
        == shown(fed(whole))
        == [line for line in whole.split("\n")][: -1 if not whole or whole.endswith("\n") else None]
    )


def test_an_unfinished_line_is_shown_and_grows_in_its_place():
    lines = fed("Password")
    assert (shown(lines), lines.settled) == (["Password"], 0)
    lines.add([OutputPiece(": "), OutputPiece("ok\nnext")])
    assert (shown(lines), lines.settled) == (["Password: ok", "next"], 1)


def test_the_error_stream_begins_a_line_of_its_own():
    lines = OutputLines()
    lines.add([OutputPiece("half"), OutputPiece("bad\n", error=True), OutputPiece("rest\n")])
    assert [lines.line(n) for n in range(3)] == [
        Line("half", Kind.OUTPUT),
        Line("bad", Kind.ERROR),
        Line("rest", Kind.OUTPUT),
    ]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b[1;32mgreen\x1b[0m \x1b]0;title\x07on \x1b(Bx", "green on x"),
        ("windows\r", "windows"),
        ("10 %\r55 %\r100 %", "100 %"),
        ("a\tb", "a       b"),
        ("gone\x1b", "gone\\u001B"),
        ("\u202eevil\u200b", "\\u202Eevil\\u200B"),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_a_line_reads_as_in_a_terminal_without_colours_and_hides_nothing(raw, text):
    assert clean(raw) == text


def test_a_progress_meter_stays_one_line_however_it_is_cut():
    assert shown(fed("10 %", "\r55 %", "\r", "100 %", "\r\ndone\n")) == ["100 %", "done"]


def test_an_endless_line_costs_no_more_than_a_long_one():
    lines = fed(*["x" * 5000] * 50)
    assert len(lines._rest) <= 2 * LINE_LIMIT
    lines.add([OutputPiece("\nshort\n")])
    assert [len(text) for text in shown(lines)] == [LINE_LIMIT, 5]
    assert shown(lines)[0].endswith("…")


def test_old_lines_drop_out_by_memory_and_the_others_keep_their_numbers():
    lines = fed(*(f"line {number:06}\n" for number in range(20_000)), most=100_000)
    assert 0 < lines.first < 20_000 == lines.end
    assert lines.line(lines.first).text == f"line {lines.first:06}"
    assert lines.line(19_999).text == "line 019999"
    assert sum(sys.getsizeof(text) for text in shown(lines)) < 100_000
    assert len(lines._texts) < 2 * (lines.end - lines.first) + 1001, "what dropped out is let go"
    with pytest.raises(IndexError):
        lines.line(lines.first - 1)


def test_a_note_of_ours_stands_below_all_output_also_below_what_comes_later():
    lines = fed("half")
    lines.note("web has stopped")
    lines.note("web has stopped and was removed")
    lines.add([OutputPiece(" a line\nlast words\n")])
    assert [lines.line(n) for n in range(lines.end)] == [
        Line("half a line", Kind.OUTPUT),
        Line("last words", Kind.OUTPUT),
        Line("web has stopped and was removed", Kind.NOTE),
    ]
    said = ["half a line", "last words", "web has stopped and was removed"]
    assert [list(lines.texts(n, n + 1)) for n in range(4)] == [*([text] for text in said), []]
    assert list(lines.texts(1, 9)) == said[1:]
    assert lines.settled == 2
    lines.clear()
    assert lines.end == 0


def test_the_widest_line_counts_wide_characters_twice():
    assert fed("abc\n漢字\n").widest == 4


def test_a_search_finds_lines_whatever_their_case_and_goes_on_with_new_ones():
    lines = fed("GET /Health\nPOST /orders\nget /health")
    search = Search(lines, "get /HEALTH")
    assert (search.step(), search.found) == (False, [0])
    lines.add([OutputPiece("\nGET /health\n")])
    assert (search.step(most=1), search.found) == (True, [0, 2])
    assert (search.step(), search.found) == (False, [0, 2, 3])


def test_what_is_searched_for_is_text_and_never_a_pattern():
    search = Search(fed("a.b\naxb\n(\n"), "a.b")
    search.step()
    assert search.found == [0]


def test_found_lines_that_dropped_out_are_no_longer_counted():
    lines = fed("hit\n", most=2000)
    search = Search(lines, "hit")
    search.step()
    lines.add([OutputPiece("miss\n" * 100)])
    search.step()
    assert search.found == []
