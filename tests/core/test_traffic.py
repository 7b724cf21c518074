import pytest

from desktop.core.progress import LayerProgress, Phase, Snapshot
from desktop.core.reference import Reference
from desktop.core.traffic import Traffic
from desktop.core.transfers import Direction, Transfer, Wish

PULL, PUSH = Direction.PULL, Direction.PUSH
MB = 1_000_000


def moving(direction, name, **layers):
    lines = tuple(LayerProgress(layer, Phase.MOVING, done, 1_000 * MB) for layer, done in layers.items())
    return Transfer(1, Wish(direction, Reference.parse(name)), snapshot=Snapshot(layers=lines))


def after_ten_seconds(direction, *each):
    """The speed when every one of *each*, given how many MB are over, moves 1 MB a second."""
    traffic = Traffic(direction)
    for tenth in range(101):
        speed = traffic.take([one(tenth * MB // 10) for one in each], tenth / 10)
    return speed


def test_a_layer_that_two_pulls_wait_for_counts_once():
    one = after_ten_seconds(PULL, lambda b: moving(PULL, "a/one", base=b), lambda b: moving(PULL, "a/two", base=b))
    assert one == pytest.approx(MB, rel=0.02)


def test_a_layer_that_goes_into_two_repositories_counts_twice():
    two = after_ten_seconds(PUSH, lambda b: moving(PUSH, "a/one", base=b), lambda b: moving(PUSH, "a/two", base=b))
    assert two == pytest.approx(2 * MB, rel=0.02)


def test_the_other_direction_does_not_count():
    assert after_ten_seconds(PULL, lambda b: moving(PUSH, "a/one", base=b)) == 0


def test_what_comes_in_together_adds_up():
    three = after_ten_seconds(
        PULL,
        lambda b: moving(PULL, "a/one", x=b, y=b),
        lambda b: moving(PULL, "a/two", z=b),
        lambda b: moving(PULL, "b"),
    )
    assert three == pytest.approx(3 * MB, rel=0.02)


def test_one_that_ends_takes_nothing_back():
    traffic = Traffic(PULL)
    for tenth in range(50):
        running = [moving(PULL, "a/one", x=tenth * MB // 10)]
        if tenth < 40:
            running.append(moving(PULL, "a/two", x=tenth * MB))
        assert traffic.take(running, tenth / 10) >= 0
    assert traffic.take([moving(PULL, "a/one", x=5 * MB)], 5.0) > MB
