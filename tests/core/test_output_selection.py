import pytest

from desktop.core import output_selection
from desktop.core.inventory import OutputPiece
from desktop.core.output_lines import OutputLines
from desktop.core.output_selection import Selection, Spot, latest


@pytest.fixture
def lines():
    lines = OutputLines()
    lines.add([OutputPiece("see http://localhost:8080/?a=b now\nsecond\nthird\n")])
    return lines


@pytest.fixture
def selection(lines):
    return Selection(lines)


def test_at_first_nothing_is_selected(selection):
    assert selection.text == ""


@pytest.mark.parametrize("backwards", [False, True])
def test_it_is_the_same_in_both_directions(selection, backwards):
    ends = [Spot(0, 4), Spot(1, 3)]
    selection.set(*(reversed(ends) if backwards else ends))
    assert selection.text == "http://localhost:8080/?a=b now\nsec"
    selection.extend(Spot(2, 2))
    assert selection.text.endswith("b now\nsecond\nth" if not backwards else "ond\nth")


def test_a_word_an_address_and_a_line_are_taken_whole(selection):
    selection.take_word(Spot(0, 10))
    assert selection.text == "http://localhost:8080/?a=b"
    selection.take_line(1)
    assert selection.text == "second"
    selection.take_all()
    assert selection.text.count("\n") == 2


def test_what_is_no_longer_kept_is_no_longer_selected():
    lines = OutputLines(most_bytes=500)
    selection = Selection(lines)
    lines.add([OutputPiece("old\n")])
    selection.take_all()
    lines.add([OutputPiece("new\n" * 50)])
    assert selection.text == ""


def test_a_place_beyond_the_end_is_the_end(selection, lines):
    selection.set(Spot(2, 0), Spot(99, 99))
    assert selection.text == "third"
    lines.clear()
    assert (selection.text, selection.end) == ("", Spot(0, 0))


def test_of_very_much_the_latest_whole_lines_are_given(monkeypatch):
    monkeypatch.setattr(output_selection, "MOST_COPIED", 14)
    assert latest(["line 0", "line 1", "line 2"]) == "line 1\nline 2"
