import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.progress import MOST_BYTES, NOTHING, LayerProgress, Phase, Progress
from desktop.core.speed import AVERAGE_S

MB = 1_000_000


def line(phase, done=0, total=0, layer="a1", **more):
    return LayerProgress(layer, phase, done, total, **more)


def told(*lines):
    progress = Progress()
    for each in lines:
        progress.feed(each)
    return progress


def moved(seconds, rate, size, start=0.0, progress=None, done=0):
    """A layer that moves *rate* bytes a second, ten lines a second; the progress and the bytes over."""
    progress = progress or Progress()
    for step in range(round(seconds * 10) + 1):
        progress.feed(line(Phase.MOVING, done + round(rate * step / 10), size))
        progress.snapshot(start + step / 10)
    return progress, done + round(rate * seconds)


def test_bytes_of_all_layers_add_up():
    now = told(line(Phase.MOVING, 30, 100), line(Phase.MOVING, 10, 60, layer="b2")).snapshot(0.0)
    assert (now.done, now.total, now.part, now.certain) == (40, 160, 0.25, True)


def test_a_layer_that_begins_again_does_not_take_progress_back():
    progress = told(line(Phase.MOVING, 80, 100))
    progress.feed(line(Phase.RETRYING, retry_s=5))
    assert progress.snapshot(0.0).layers == (line(Phase.RETRYING, 80, 100, retry_s=5),)
    progress.feed(line(Phase.MOVING, 10, 100))
    assert progress.snapshot(0.1).done == 80


def test_more_than_announced_counts_as_all_of_it():
    assert told(line(Phase.MOVING, 140, 100)).snapshot(0.0).part == 1.0


@pytest.mark.parametrize("phase", [Phase.EXISTS, Phase.MOUNTED])
def test_a_layer_that_is_there_already_has_nothing_left_to_move(phase):
    now = told(line(phase), line(Phase.MOVING, 50, 100, layer="b2")).snapshot(0.0)
    assert (now.part, now.certain) == (0.5, True)


@pytest.mark.parametrize("phase", [Phase.EXISTS, Phase.MOUNTED])
def test_what_was_there_already_is_not_taken_for_speed(phase):
    progress = Progress()
    for step in range(30):
        progress.feed(line(Phase.MOVING, step * 10_000, MB))
        progress.snapshot(step / 10)
    before = progress.snapshot(2.9).speed
    progress.feed(line(Phase.WAITING, 0, 500 * MB, layer="b2"))
    progress.feed(line(phase, layer="b2"))
    assert progress.snapshot(3.1).speed <= before * 1.05


def test_seconds_of_extracting_are_never_taken_for_bytes():
    progress = told(line(Phase.MOVING, 100, 100), line(Phase.MOVED), line(Phase.EXTRACTING, 7, 900))
    now = progress.snapshot(0.0)
    assert (now.done, now.total) == (100, 100)
    assert told(line(Phase.EXTRACTING, 3)).snapshot(0.0).done == 0


def test_a_layer_of_unknown_size_counts_as_an_average_one_and_the_total_as_uncertain():
    now = told(line(Phase.MOVING, 100, 100), line(Phase.WAITING, layer="b2")).snapshot(0.0)
    assert (now.total, now.part, now.certain) == (100, 0.5, False)


def test_where_no_size_is_ever_told_layers_count():
    now = told(line(Phase.MOVED), line(Phase.WAITING, layer="b2")).snapshot(0.0)
    assert (now.done, now.total, now.part, now.certain) == (0, 0, 0.5, False)


def test_bytes_of_a_layer_without_a_total_still_show():
    progress = told(line(Phase.MOVING, 70, 0))
    assert (progress.snapshot(0.0).done, progress.snapshot(0.0).certain) == (70, False)
    progress.feed(line(Phase.MOVED))
    assert (progress.snapshot(0.2).total, progress.snapshot(0.2).part) == (70, 1.0)


def test_a_size_that_comes_late_and_too_small_takes_nothing_back():
    progress = told(line(Phase.WAITING, 20, 0), line(Phase.WAITING, 0, 10))
    now = progress.snapshot(0.0)
    assert (now.done, now.total, now.part) == (20, 20, 1.0)


@pytest.mark.parametrize("lines", [[], [line(Phase.WAITING)], [line(Phase.MOVING, 3, 100), line(Phase.RETRYING)]])
def test_the_end_is_all_of_it_whatever_was_reported(lines):
    end = told(*lines).finish(9.0)
    assert (end.part, end.done, end.left) == (1.0, end.total, None)
    assert all(layer.phase.final for layer in end.layers)


def test_a_line_without_a_layer_is_none():
    assert told(line(Phase.DONE, layer="", digest="sha256:1")).snapshot(0.0) == NOTHING


def test_a_steady_stream_shows_its_speed_from_the_first_second():
    progress, _ = moved(1, 2 * MB, 100 * MB)
    assert progress.snapshot(1.0).speed == pytest.approx(2 * MB, rel=0.02)


def test_the_speed_follows_a_change_within_about_five_seconds():
    progress, done = moved(20, 1 * MB, 400 * MB)
    progress, _ = moved(AVERAGE_S, 3 * MB, 400 * MB, 20, progress, done)
    assert progress.snapshot(20 + AVERAGE_S).speed == pytest.approx((3 - 2 * 0.368) * MB, rel=0.03)


def test_five_silent_seconds_are_no_speed_and_no_time_left():
    progress, _ = moved(10, 1 * MB, 100 * MB)
    assert progress.snapshot(10.5).left is not None
    quiet = [progress.snapshot(10 + seconds / 2) for seconds in range(1, 12)][-1]
    assert (quiet.speed, quiet.left) == (0.0, None)


def test_bytes_sent_again_are_speed_too():
    progress, done = moved(5, 1 * MB, 50 * MB)
    progress, _ = moved(5, 1 * MB, 50 * MB, 5, progress, 0)
    now = progress.snapshot(10)
    assert now.done == done
    assert now.speed == pytest.approx(1 * MB, rel=0.1)


def test_time_left_is_the_rest_at_this_speed():
    progress, _ = moved(10, 1 * MB, 40 * MB)
    assert progress.snapshot(10).left == pytest.approx(30, rel=0.03)


def test_there_is_no_time_left_before_two_seconds_and_two_percent():
    progress, _ = moved(1.9, 1 * MB, 20 * MB)
    assert progress.snapshot(1.9).left is None
    assert progress.snapshot(2.1).left is not None
    progress, _ = moved(10, 1 * MB, 1_000 * MB)
    assert progress.snapshot(10).left is None


def test_there_is_no_time_left_while_a_size_is_unknown():
    progress, _ = moved(10, 1 * MB, 40 * MB)
    progress.feed(line(Phase.WAITING, layer="b2"))
    assert progress.snapshot(10).left is None


def test_many_snapshots_at_once_do_not_disturb_the_speed():
    progress, _ = moved(3, 1 * MB, 40 * MB)
    assert len({progress.snapshot(3.0 + n / 1000).speed for n in range(50)}) == 1


LINES = st.builds(
    LayerProgress,
    st.sampled_from(["", "a1", "b2", "c3"]),
    st.sampled_from(Phase),
    st.integers(-5, 200) | st.integers(-(2**70), 2**70),
    st.integers(-5, 100) | st.integers(-(2**70), 2**70),
)


@given(st.lists(st.tuples(LINES, st.floats(0, 3)), max_size=60))
def test_whatever_an_engine_says_progress_only_goes_forward_and_ends_at_all(lines):
    progress, now, before = Progress(), 0.0, NOTHING
    for each, passed in lines:
        now += passed
        progress.feed(each)
        after = progress.snapshot(now)
        assert before.done <= after.done <= len(after.layers) * MOST_BYTES
        assert before.part <= after.part <= 1.0
        assert not after.certain or after.done <= after.total
        assert after.speed >= 0.0
        assert after.left is None or after.left > 0
        settled = {layer.layer: layer for layer in before.layers if layer.phase.final}
        assert settled.items() <= {layer.layer: layer for layer in after.layers}.items(), "in place is in place"
        before = after
    end = progress.finish(now)
    assert (end.part, end.left) == (1.0, None)
    assert end.done == end.total >= before.done
