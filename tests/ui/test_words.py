import pytest

from desktop.ui.words import age, left, rate, short_digest, size


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 KB"),
        (13_300, "13.3 KB"),
        (71_840_000, "71.8 MB"),
        (187_200_000, "187 MB"),
        (999_600, "1.00 MB"),
        (9_999, "10.0 KB"),
        (99_960, "100 KB"),
        (1_120_000_000, "1.12 GB"),
        (-5, "0 B"),
        (10**16, "10000 TB"),
    ],
)
def test_a_size_has_the_three_figures_that_matter(count, words):
    assert size(count) == words


def test_a_rate_is_a_size_a_second():
    assert rate(2_100_000) == "2.10 MB/s"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (0, "moments"),
        (59, "moments"),
        (60, "1 minute"),
        (3_599, "59 minutes"),
        (3_600, "1 hour"),
        (90_000, "1 day"),
        (1_300_000, "2 weeks"),
        (5_200_000, "2 months"),
        (70_000_000, "2 years"),
    ],
)
def test_an_age_is_one_number_and_one_unit(passed, words):
    assert age(1_000_000_000, 1_000_000_000 + passed) == words


def test_what_was_never_made_has_no_age():
    assert age(0) == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (7, "7 s"), (59.4, "59 s"), (120, "2 min"), (3_900, "1 h 5 min")]
)
def test_a_wait_is_told_in_the_unit_that_fits(seconds, words):
    assert left(seconds) == words


def test_a_digest_keeps_its_ends():
    assert short_digest("sha256:9f2c71d4" + "0" * 48 + "e08b41ab") == "sha256:9f2c71d4…e08b41ab"
    assert short_digest("sha256:short") == "sha256:short"
