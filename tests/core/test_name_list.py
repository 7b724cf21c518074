from desktop.core.name_list import MOST_NAMES, MOST_PAGES, PORTION, NameList
from desktop.core.registry import Page


def test_pages_add_up_each_name_once():
    names = NameList()
    assert not names.known
    names.add(Page(("a", "b"), "2"))
    assert (names.names, names.next_page, names.unfinished) == (("a", "b"), "2", True)
    names.add(Page(("b", "c")))
    assert (names.names, names.unfinished, names.known) == (("a", "b", "c"), False, True)


def test_a_registry_that_sends_all_at_once_is_shown_in_portions():
    names = NameList()
    names.add(Page(tuple(f"{number:05}" for number in range(2 * PORTION + 1)), ""))
    assert len(names.names) == PORTION
    assert names.unfinished
    assert names.show_more()
    assert names.show_more()
    assert len(names.names) == 2 * PORTION + 1
    assert not names.show_more()
    assert not names.unfinished


def test_a_page_with_nothing_new_ends_the_list():
    names = NameList()
    names.add(Page(("a",), "2"))
    names.add(Page(("a",), "3"))
    assert not names.unfinished


def test_pages_and_names_have_an_end():
    pages = NameList()
    for number in range(MOST_PAGES):
        pages.add(Page((str(number),), "more"))
    assert not pages.next_page
    names = NameList()
    names.add(Page(tuple(map(str, range(MOST_NAMES + 5))), "more"))
    while names.show_more():
        pass
    assert len(names.names) == MOST_NAMES
    assert not names.unfinished


def test_a_name_somebody_typed_is_shown_at_once_and_not_twice():
    names = NameList()
    names.put(["typed"])
    assert not names.known
    names.add(Page(("a", "typed")))
    assert names.names == ("typed", "a")
    names.discard("typed")
    names.discard("never there")
    assert names.names == ("a",)
