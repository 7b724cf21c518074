import time
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desktop.core.progress import Snapshot
from desktop.core.reference import Reference
from desktop.core.transfers import LIMITS, Direction, Receipt, State, TransferQueue, Wait, Wish

PULL, PUSH = Direction.PULL, Direction.PUSH
FINAL = [state for state in State if state.final]


def pull(name, account=""):
    return Wish(PULL, Reference.parse(name), account)


def push(name, image="sha256:1"):
    return Wish(PUSH, Reference.parse(name), "me", image)


def start_all(queue):
    """Start what may run now; return the numbers."""
    return [queue.start(transfer.id).id for transfer in queue.ready()]


def test_ten_pulls_and_five_pushes_of_one_registry_run_at_once():
    queue = TransferQueue()
    for number in range(40):
        queue.add(pull(f"ghcr.io/in:{number}"))
        queue.add(push(f"ghcr.io/out:{number}"))
    started = [queue.get(number).wish.direction for number in start_all(queue)]
    assert Counter(started) == {PULL: 10, PUSH: 5}


def test_one_slow_registry_does_not_hold_up_the_others():
    queue = TransferQueue({PULL: 2, PUSH: 1})
    slow = [queue.add(pull(f"slow.example/app:{n}")).id for n in range(3)]
    other = queue.add(pull("ghcr.io/app")).id
    assert start_all(queue) == [*slow[:2], other]
    queue.end(slow[0], State.DONE)
    queue.release(slow[0])
    assert start_all(queue) == slow[2:]


def test_a_cancelled_transfer_keeps_its_slot_until_nothing_of_it_runs():
    queue = TransferQueue({PULL: 1, PUSH: 1})
    first, second = queue.add(pull("ghcr.io/a")), queue.add(pull("ghcr.io/b"))
    start_all(queue)
    queue.end(first.id, State.CANCELLED)
    assert start_all(queue) == []
    queue.release(first.id)
    assert start_all(queue) == [second.id]


def test_docker_hub_by_any_of_its_names_is_one_lane():
    queue = TransferQueue({PULL: 1, PUSH: 1})
    for name in ("nginx", "index.docker.io/library/redis", "registry-1.docker.io/library/alpine"):
        queue.add(pull(name))
    assert len(start_all(queue)) == 1
    assert [lane.registry for lane in queue.lanes()] == ["docker.io"]


def test_the_same_wish_is_one_transfer_until_it_is_over():
    queue = TransferQueue()
    first = queue.add(pull("nginx"))
    assert queue.add(pull("docker.io/library/nginx:latest")) == first
    start_all(queue)
    assert queue.add(pull("nginx")).id == first.id
    queue.end(first.id, State.FAILED)
    assert queue.add(pull("nginx")).id != first.id


def test_another_image_under_the_same_name_is_another_push():
    queue = TransferQueue()
    first, second = queue.add(push("ghcr.io/app", "sha256:1")), queue.add(push("ghcr.io/app", "sha256:2"))
    assert first.id != second.id
    assert start_all(queue) == [first.id]


def test_the_same_name_is_never_pushed_and_pulled_at_once():
    queue = TransferQueue()
    out, back = queue.add(push("ghcr.io/app")), queue.add(pull("ghcr.io/app"))
    assert start_all(queue) == [out.id]
    assert queue.get(back.id).waits is Wait.NAME
    queue.end(out.id, State.DONE)
    assert start_all(queue) == []
    queue.release(out.id)
    assert start_all(queue) == [back.id]


def test_transfers_of_one_name_run_in_the_order_asked_for_even_where_the_later_had_a_slot():
    queue = TransferQueue({PULL: 1, PUSH: 5})
    busy = queue.add(pull("ghcr.io/big")).id
    start_all(queue)
    back = queue.add(pull("ghcr.io/app")).id
    for image in range(3):  # or a stream of pushes could keep the pull waiting for ever
        queue.add(push("ghcr.io/app", f"sha256:{image}"))
    assert start_all(queue) == []
    queue.end(busy, State.DONE)
    queue.release(busy)
    assert start_all(queue) == [back]


def test_what_waits_says_for_what():
    queue = TransferQueue({PULL: 1, PUSH: 1})
    queue.add(pull("ghcr.io/a"))
    second = queue.add(pull("ghcr.io/b"))
    start_all(queue)
    assert queue.get(second.id).waits is Wait.SLOT
    assert queue.wait(second.id, Wait.ENGINE).waits is Wait.ENGINE
    queue.ready()
    assert queue.get(second.id).waits is Wait.SLOT


def test_a_lowered_limit_lets_go_on_what_runs_and_starts_no_more():
    queue = TransferQueue()
    for number in range(12):
        queue.add(pull(f"ghcr.io/app:{number}"))
    running = start_all(queue)
    queue.limit(PULL, 3)
    assert [(lane.pulls, lane.most_pulls) for lane in queue.lanes()] == [(10, 3)]
    for number in running[:7]:
        queue.end(number, State.DONE)
        queue.release(number)
        assert start_all(queue) == []
    queue.release(running[7])
    assert len(start_all(queue)) == 1


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("most", [-1, 0, 1, 4, 11, 99])
def test_a_limit_stays_between_one_and_the_ceiling(direction, most):
    queue = TransferQueue()
    queue.limit(direction, most)
    queue.add(pull("ghcr.io/app"))
    lane = queue.lanes()[0]
    taken = lane.most_pulls if direction is PULL else lane.most_pushes
    assert taken == min(max(1, most), LIMITS[direction])


def test_the_first_end_counts():
    queue = TransferQueue()
    transfer = queue.add(pull("alpine"))
    start_all(queue)
    assert queue.end(transfer.id, State.CANCELLED, at=7.0).state is State.CANCELLED
    late = queue.end(transfer.id, State.DONE, receipt=Receipt("sha256:1"), at=9.0)
    assert (late.state, late.receipt, late.ended) == (State.CANCELLED, None, 7.0)


def test_what_is_over_or_waits_makes_no_progress():
    queue = TransferQueue()
    transfer = queue.add(pull("alpine"))
    assert queue.advance(transfer.id, Snapshot(5)).snapshot == Snapshot()
    queue.start(transfer.id)
    assert queue.advance(transfer.id, Snapshot(5)).snapshot == Snapshot(5)
    queue.end(transfer.id, State.FAILED)
    assert queue.advance(transfer.id, Snapshot(9)).snapshot == Snapshot(5)


@pytest.mark.parametrize("state", [State.DONE, State.QUEUED, State.ACTIVE, State.PROVING])
def test_what_never_ran_cannot_be_done_and_only_an_end_ends(state):
    queue = TransferQueue()
    with pytest.raises(ValueError, match="cannot become"):
        queue.end(queue.add(pull("alpine")).id, state)


def test_nothing_starts_that_is_not_ready():
    queue = TransferQueue({PULL: 1, PUSH: 1})
    first, second, third = (queue.add(wish) for wish in (pull("ghcr.io/a"), pull("ghcr.io/b"), push("ghcr.io/a")))
    queue.start(first.id)
    for number in (first.id, second.id, third.id):
        with pytest.raises(ValueError, match="may not start"):
            queue.start(number)


def test_a_second_try_takes_the_place_of_the_first():
    queue = TransferQueue()
    first, second = queue.add(pull("ghcr.io/a")), queue.add(pull("ghcr.io/b"))
    start_all(queue)
    with pytest.raises(ValueError, match="not over"):
        queue.retry(first.id)
    queue.end(first.id, State.FAILED)
    again = queue.retry(first.id)
    assert [t.id for t in queue.all()] == [again.id, second.id]
    assert (again.wish, again.place, again.state) == (first.wish, first.place, State.QUEUED)
    assert start_all(queue) == [], "the first try still holds its slot"
    queue.release(first.id)
    assert start_all(queue) == [again.id]


def test_trying_again_what_was_asked_anew_joins_that():
    queue = TransferQueue()
    first = queue.add(pull("ghcr.io/a"))
    queue.end(first.id, State.CANCELLED)
    anew = queue.add(pull("ghcr.io/a"))
    assert queue.retry(first.id) == anew
    assert queue.all() == [anew]


@pytest.mark.parametrize("same_name", [False, True])
def test_a_pass_over_two_thousand_queued_transfers_takes_less_than_five_milliseconds(same_name):
    queue = TransferQueue()
    for number in range(2_000):
        tag = 0 if same_name else number
        queue.add(push(f"ghcr.io/app:{tag}", f"sha256:{number}") if number % 2 else pull(f"ghcr.io/in:{number}"))
    start_all(queue)
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        queue.ready()
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.005


WISHES = st.builds(
    Wish,
    st.sampled_from(Direction),
    st.builds(
        Reference.of, st.sampled_from(["ghcr.io", "docker.io"]), st.just("team/app"), st.sampled_from(list("abcdefgh"))
    ),
    st.just("me"),
    st.sampled_from(["", "sha256:1", "sha256:2"]),
)


class Asked(RuleBasedStateMachine):
    """Whatever is asked for, in whatever order: the rules of the queue hold."""

    def __init__(self):
        super().__init__()
        self.limits = {PULL: 3, PUSH: 2}
        self.queue = TransferQueue(self.limits)
        self.seen, self.replaced, self.ended, self.holders = set(), set(), {}, {}

    @rule(wish=WISHES)
    def add(self, wish):
        alive = [t for t in self.queue.all() if t.wish == wish and not t.state.final]
        new = self.queue.add(wish)
        assert new.wish == wish
        assert not alive or [new] == alive, "a duplicate joins"
        self.seen.add(new.id)

    @rule(chance=st.randoms(use_true_random=False), most=st.integers(0, 20))
    def start(self, chance, most):
        for transfer in self.queue.ready()[:most]:
            busy = Counter((wish.direction, wish.reference.registry) for wish in self.holders.values())
            assert busy[transfer.wish.direction, transfer.lane] < self.limits[transfer.wish.direction]
            assert transfer.wish.reference not in {wish.reference for wish in self.holders.values()}
            self.queue.start(transfer.id)
            self.holders[transfer.id] = transfer.wish

    @precondition(lambda self: self.holders)
    @rule(chance=st.randoms(use_true_random=False), done=st.integers(0, 99), prove=st.booleans())
    def advance(self, chance, done, prove):
        number = chance.choice(sorted(self.holders))
        if number in {t.id for t in self.queue.all()}:
            self.queue.advance(number, Snapshot(done))
            if prove:
                self.queue.prove(number)

    @precondition(lambda self: self.queue.all())
    @rule(chance=st.randoms(use_true_random=False), state=st.sampled_from(FINAL))
    def end(self, chance, state):
        transfer = chance.choice(self.queue.all())
        if transfer.state is State.QUEUED and state is State.DONE:
            return
        ended = self.queue.end(transfer.id, state)
        assert ended.state is self.ended.setdefault(transfer.id, state), "the first end counts"

    @precondition(lambda self: self.holders)
    @rule(chance=st.randoms(use_true_random=False))
    def release(self, chance):
        number = chance.choice(sorted(self.holders))
        if number in self.ended:
            del self.holders[number]
            self.queue.release(number)

    @precondition(lambda self: any(t.state.final for t in self.queue.all()))
    @rule(chance=st.randoms(use_true_random=False))
    def retry(self, chance):
        old = chance.choice([t for t in self.queue.all() if t.state.final])
        new = self.queue.retry(old.id)
        assert new.wish == old.wish
        self.replaced.add(old.id)
        self.seen.add(new.id)

    @rule(direction=st.sampled_from(Direction), most=st.integers(1, 6))
    def limit(self, direction, most):
        self.queue.limit(direction, most)
        self.limits[direction] = min(most, LIMITS[direction])

    @invariant()
    def nothing_is_lost_or_doubled(self):
        listed = [t.id for t in self.queue.all()]
        assert set(listed) == self.seen - self.replaced
        assert len({t.place for t in self.queue.all()}) == len(listed) == len(set(listed))
        alive = [t.wish for t in self.queue.all() if not t.state.final]
        assert len(set(alive)) == len(alive)

    @invariant()
    def names_are_used_once_at_a_time(self):
        held = [wish.reference for wish in self.holders.values()]
        assert len(set(held)) == len(held)

    @invariant()
    def lanes_tell_the_slots_taken(self):
        taken = Counter((wish.direction, wish.reference.registry) for wish in self.holders.values())
        told = {(PULL, lane.registry): lane.pulls for lane in self.queue.lanes()}
        told |= {(PUSH, lane.registry): lane.pushes for lane in self.queue.lanes()}
        assert +Counter(told) == +taken

    @invariant()
    def nobody_starves(self):
        """What is not ready has a cause that ends: its lane is full, or one before it has its name."""
        ready, names = {t.id for t in self.queue.ready()}, {wish.reference for wish in self.holders.values()}
        busy = Counter((wish.direction, wish.reference.registry) for wish in self.holders.values())
        queued = [t for t in self.queue.all() if t.state is State.QUEUED]
        for transfer in sorted(queued, key=lambda t: t.id):
            lane = transfer.wish.direction, transfer.lane
            full, named = busy[lane] >= self.limits[transfer.wish.direction], transfer.wish.reference in names
            assert (transfer.id in ready) == (not full and not named)
            names.add(transfer.wish.reference)
            busy[lane] += transfer.id in ready

    def teardown(self):
        for _ in range(len(self.seen) + 1):
            for number in list(self.holders):
                if number in {t.id for t in self.queue.all()}:
                    self.queue.end(number, State.DONE)
                self.queue.release(number)
                del self.holders[number]
            self.start(None, 99)
        assert all(t.state.final for t in self.queue.all()), "every transfer ends"


Asked.TestCase.settings = settings(stateful_step_count=40, deadline=None)
test_whatever_is_asked_the_rules_hold = Asked.TestCase
