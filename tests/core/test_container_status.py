import pytest

from desktop.core.container_status import ExitCodes, age, exit_code


@pytest.mark.parametrize(
    ("status", "seconds"),
    [
        ("Up Less than a second", 1),
        ("Up 1 second", 1),
        ("Up 42 seconds", 42),
        ("Up About a minute", 60),
        ("Up 2 minutes (healthy)", 120),
        ("Up About an hour (Paused)", 3600),
        ("Exited (137) 5 weeks ago", 3_024_000),
        ("Exited (0) 2 years ago", 63_072_000),
        ("Created", None),
        ("", None),
        ("Up forever", None),
    ],
)
def test_the_age_is_what_the_engine_says_in_words(status, seconds):
    assert age(status) == seconds


@pytest.mark.parametrize(
    ("status", "code"), [("Exited (137) 5 weeks ago", 137), ("Exited (-1) now", -1), ("Up 2 minutes", None), ("", None)]
)
def test_the_exit_code_stands_in_brackets(status, code):
    assert exit_code(status) == code


def test_the_latest_exit_codes_are_remembered_and_no_more():
    codes = ExitCodes(most=2)
    for number, container in enumerate(["a", "b", "a", "c"]):
        codes.note(container, number)
    assert [codes.of(container) for container in "abc"] == [2, None, 3]
