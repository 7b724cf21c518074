import threading
import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication

from bridge.transfer_world import DIGEST, LAYER, World
from desktop.bridge.crew import EngineCrew
from desktop.bridge.errand import settled
from desktop.bridge.models import RowRole
from desktop.bridge.transfer_rows import Group
from desktop.bridge.transfers import SPARE, TransferRoom
from desktop.bridge.worker import Job, Roster
from desktop.core.engine_errors import EngineUnreachable, ImageNotHere
from desktop.core.ports import Credential
from desktop.core.progress import LayerProgress, Phase
from desktop.core.reference import Reference
from desktop.core.registry import TagDetails
from desktop.core.registry_errors import (
    AccessDenied,
    ImageNotFound,
    KeyringRefused,
    RegistryUnreachable,
    SignInNeeded,
    WrongCredentials,
)
from desktop.core.secret import Secret
from desktop.core.transfer_errors import NameMoved, PushUnconfirmed, PushUnproven, TransferInterrupted
from desktop.core.transfers import Direction, Receipt, State, Wait

IMAGE = "sha256:" + "1" * 64
SECRET = Credential("robot", Secret("hunter2"))


class Place:
    """The registries' room, as far as transfers ask it: secrets and look-ups, each by a Job of a real worker."""

    def __init__(self, worker):
        self._worker, self.asked = worker, []
        self.credential_answer, self.details = SECRET, TagDetails(DIGEST, "", 13_300, ("linux/amd64",))
        self.secret_gate, self.look_up_gate = threading.Event(), threading.Event()
        self.open_gates()

    def open_gates(self):
        self.secret_gate.set()
        self.look_up_gate.set()

    def credential(self, account_id, host):
        self.asked.append(("secret", account_id))
        return settled(None) if not account_id else self._answer(self.credential_answer, self.secret_gate)

    def look_up(self, account_id, reference):
        self.asked.append(("look up", account_id, str(reference)))
        return self._answer(self.details, self.look_up_gate)

    def _answer(self, answer, gate):
        def work(client, token, report):
            token.on_cancel(gate.set)
            assert gate.wait(20)
            token.check()
            if isinstance(answer, Exception):
                raise answer
            return answer

        return self._worker.submit(work)


class Told:
    """What a room told, in order."""

    def __init__(self, room):
        self.arrived, self.failed, self.changes = [], [], []
        room.arrived.connect(self.arrived.append)
        room.failed.connect(self.failed.append)
        room.changed.connect(lambda: self.changes.append(time.monotonic()))


@pytest.fixture
def world():
    return World()


@pytest.fixture
def roster(qapp, world):
    roster = Roster()
    yield roster
    world.open_gates()
    assert roster.close(5.0) == []


@pytest.fixture
def crew(roster, world):
    crew = EngineCrew(roster)
    crew.connect_to(world.client)
    return crew


@pytest.fixture
def place(roster, world):
    place = Place(roster.hire(world.client, "registry-1"))
    yield place
    place.open_gates()


@pytest.fixture
def room(crew, place):
    return TransferRoom(crew, place.credential, place.look_up, clock=lambda: 1_700_000_000.0)


@pytest.fixture
def told(room):
    return Told(room)


@pytest.fixture
def pull(room):
    return lambda name, account="": room.pull(Reference.parse(name), account)


@pytest.fixture
def push(room):
    return lambda name, account="me", image=IMAGE: room.push(Reference.parse(name), account, image)


@pytest.fixture
def of(room):
    """The transfer of a number, as it is now."""
    return lambda number: next(t for t in room.transfers if t.id == number)


@pytest.fixture
def over(qtbot, of):
    """Wait for the end of a transfer and return it."""

    def wait(number):
        qtbot.waitUntil(lambda: of(number).state.final)
        return of(number)

    return wait


def transfer_threads(roster):
    return [name for name in roster.names if name.startswith("transfer-")]


def test_a_pull_arrives_with_what_the_engine_holds_now(pull, over, told, world):
    world.course("nginx").rest = []  # not every engine tells the end of a layer
    transfer = over(pull("nginx"))
    assert transfer.state is State.DONE
    assert transfer.receipt == Receipt(DIGEST, 187_000_000, ("linux/amd64",))
    assert (transfer.snapshot.part, transfer.ended) == (1.0, 1_700_000_000.0)
    assert told.arrived == [transfer]


def test_a_pull_without_an_account_gives_the_engine_no_secret(pull, over, place, world):
    over(pull("nginx"))
    assert place.asked == [("secret", "")]
    assert world.given == {"docker.io/library/nginx:latest": None}


def test_the_secret_is_asked_for_when_a_transfer_starts_and_given_to_the_engine(qtbot, room, pull, over, place, world):
    room.set_limits(1, 1)
    course = world.course("ghcr.io/a")
    course.held = True
    first, second = pull("ghcr.io/a", "me"), pull("ghcr.io/b", "you")
    qtbot.waitUntil(course.begun.is_set)
    assert place.asked == [("secret", "me")]
    course.gate.set()
    over(first)
    over(second)
    assert place.asked == [("secret", "me"), ("secret", "you")]
    assert world.given["ghcr.io/b:latest"] is SECRET


def test_transfers_leave_threads_to_those_whom_all_of_them_wait_for(qtbot, room, roster, place, world):
    room.set_limits(10, 5)
    place.secret_gate.clear()
    for number in range(50):
        room.pull(Reference.parse(f"reg{number % 5}.example/app{number}"), "me")
    qtbot.waitUntil(lambda: any(t.waits is Wait.THREAD for t in room.transfers))
    for _ in range(SPARE):
        assert roster.hire(world.client, "registry") is not None


def test_a_secret_that_cannot_be_had_fails_the_transfer_with_that_cause(pull, over, place, world, told):
    place.credential_answer = KeyringRefused("locked")
    transfer = over(pull("ghcr.io/a", "me"))
    assert (transfer.state, transfer.error) == (State.FAILED, place.credential_answer)
    assert world.log == []
    assert told.failed == [transfer]


def test_a_push_ends_by_asking_the_registry(push, over, place, told):
    transfer = over(push("reg.example/app:v1"))
    assert place.asked[-1] == ("look up", "me", "reg.example/app:v1")
    assert transfer.state is State.DONE
    assert transfer.receipt == Receipt(DIGEST, 13_300, ("linux/amd64",))
    assert told.arrived == [transfer]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (TagDetails("sha256:" + "0" * 64, "", 1), PushUnproven),
        (ImageNotFound(name="app", host="reg.example"), PushUnproven),
        (RegistryUnreachable("no route", host="reg.example"), PushUnconfirmed),
        (AccessDenied(name="app", host="reg.example"), PushUnconfirmed),
    ],
)
def test_a_push_without_proof_is_not_done(push, over, place, answer, error):
    place.details = answer
    transfer = over(push("reg.example/app:v1"))
    assert (transfer.state, type(transfer.error), transfer.receipt) == (State.FAILED, error, None)
    assert transfer.error.facts == {"name": "reg.example/app:v1", "host": "reg.example"}


def test_an_engine_that_tells_no_digest_leaves_the_proof_to_the_registry(push, over, world):
    world.course("reg.example/app").lines = world.course("reg.example/app").rest = []
    transfer = over(push("reg.example/app"))
    assert (transfer.state, transfer.receipt.digest, transfer.snapshot.part) == (State.DONE, DIGEST, 1.0)


def test_a_name_that_means_another_image_meanwhile_is_not_pushed(push, over, world):
    world.course("reg.example/app").image_id = "sha256:" + "2" * 64
    assert type(over(push("reg.example/app")).error) is NameMoved
    assert world.log == ["inspect reg.example/app:latest"]


def test_a_name_that_is_gone_meanwhile_is_not_pushed(push, over, world):
    world.absent.add("reg.example/app:latest")
    assert type(over(push("reg.example/app")).error) is ImageNotHere


@pytest.mark.parametrize(("account", "error"), [("", SignInNeeded), ("me", WrongCredentials)])
def test_a_refusal_says_whether_there_was_a_sign_in_at_all(pull, over, world, account, error):
    world.course("reg.example/app").early_error = WrongCredentials("unauthorized", host="reg.example")
    found = over(pull("reg.example/app", account)).error
    assert (type(found), found.raw) == (error, "unauthorized")


@pytest.mark.parametrize("midway", [False, True])
def test_an_engine_lost_midway_interrupts(pull, over, world, midway):
    course, lost = world.course("nginx"), EngineUnreachable("gone")
    course.error, course.early_error = (lost, None) if midway else (None, lost)
    assert type(over(pull("nginx")).error) is (TransferInterrupted if midway else EngineUnreachable)


def test_a_transfer_whose_worker_is_taken_away_is_interrupted(qtbot, crew, pull, over, world, roster):
    course = world.course("nginx")
    course.held = True
    number = pull("nginx")
    qtbot.waitUntil(course.begun.is_set)
    roster.dismiss(next(w for w in roster._workers if w.objectName() == "transfer-1"))
    assert type(over(number).error) is TransferInterrupted


def test_never_more_than_ten_pulls_and_five_pushes_of_a_registry_run_at_once(qtbot, pull, push, over, world, room):
    numbers = [pull(f"reg.example/in:{n}") for n in range(25)] + [push(f"reg.example/out:{n}") for n in range(12)]
    for number in range(25):
        world.course(f"reg.example/in:{number}").held = True
        world.course(f"reg.example/out:{number}").held = True
    key = [("pull", "reg.example"), ("push", "reg.example")]
    qtbot.waitUntil(lambda: [world.running[k] for k in key] == [10, 5])
    qtbot.waitUntil(lambda: (room.summary.out, room.summary.coming, room.summary.open) == (5, 10, 37))
    world.open_gates()
    assert all(over(number).state is State.DONE for number in numbers)
    assert [world.peak[k] for k in key] == [10, 5]
    assert [world.total[k] for k in key] == [25, 12]


def test_lowered_limits_take_effect(qtbot, room, pull, over, world):
    room.set_limits(2, 1)
    numbers = [pull(f"reg.example/in:{n}") for n in range(8)]
    for number in numbers:
        over(number)
    assert world.peak["pull", "reg.example"] <= 2
    assert room.model.index(0, 0).data(RowRole).most_pulls == 2


def test_the_same_wish_twice_is_one_transfer(pull, over, world):
    first = pull("nginx")
    assert pull("docker.io/library/nginx:latest") == first
    over(first)
    assert world.total["pull", "docker.io"] == 1


def test_cancelled_shows_at_once_and_the_slot_is_kept_until_the_thread_is_free(
    qtbot, room, pull, of, over, world, told
):
    room.set_limits(1, 1)
    course = world.course("reg.example/a")
    course.held = course.deaf = True
    first, second = pull("reg.example/a"), pull("reg.example/b")
    qtbot.waitUntil(course.begun.is_set)
    room.cancel(first)
    assert of(first).state is State.CANCELLED
    lane = room.model.index(0, 0)
    qtbot.waitUntil(lambda: room.model.index(1, 0).data(RowRole).state is State.CANCELLED, timeout=1000)
    assert lane.data(RowRole).pulls == 1
    assert of(second).state is State.QUEUED
    course.gate.set()
    assert over(second).state is State.DONE
    assert of(first).state is State.CANCELLED
    assert [t.id for t in told.arrived] == [second]


def test_a_stream_that_hears_ends_when_it_is_cancelled(qtbot, room, pull, world):
    course = world.course("nginx")
    course.held = True
    number = pull("nginx")
    qtbot.waitUntil(course.begun.is_set)
    room.cancel(number)
    qtbot.waitUntil(lambda: world.running["pull", "docker.io"] == 0, timeout=1000)


def test_one_that_waits_can_be_cancelled_and_never_starts(qtbot, room, pull, over, world):
    room.set_limits(1, 1)
    first, second = pull("reg.example/a"), pull("reg.example/b")
    room.cancel(second)
    over(first)
    assert over(second).state is State.CANCELLED
    assert world.total["pull", "reg.example"] == 1


def test_one_that_waits_for_its_secret_can_be_cancelled(qtbot, room, pull, over, place, world, roster):
    place.secret_gate.clear()
    number = pull("reg.example/a", "me")
    qtbot.waitUntil(lambda: bool(place.asked))
    room.cancel(number)
    assert over(number).state is State.CANCELLED
    qtbot.waitUntil(lambda: not transfer_threads(roster))
    assert world.log == []


def test_a_secret_that_comes_after_the_cancel_starts_nothing(qtbot, crew, place, world):
    job = Job()
    room = TransferRoom(crew, lambda account, host: job, place.look_up)
    number = room.pull(Reference.parse("reg.example/a"), "me")
    qtbot.waitUntil(lambda: room.transfers[0].state is State.ACTIVE)
    room.cancel(number)
    job.succeeded.emit(SECRET)
    qtbot.waitUntil(lambda: room.model.rowCount() == 2 and room.model.index(0, 0).data(RowRole).pulls == 0)
    assert world.log == []


@pytest.mark.parametrize(("asks", "error"), [("secret", SignInNeeded), ("proof", PushUnconfirmed)])
def test_a_question_that_is_never_answered_fails_the_transfer(qtbot, crew, place, asks, error):
    job = Job()
    credential = (lambda account, host: job) if asks == "secret" else place.credential
    look_up = (lambda account, reference: job) if asks == "proof" else place.look_up
    room = TransferRoom(crew, credential, look_up)
    room.push(Reference.parse("reg.example/a"), "me", IMAGE)
    reached = State.ACTIVE if asks == "secret" else State.PROVING
    qtbot.waitUntil(lambda: room.transfers[0].state is reached)
    job.cancel()
    qtbot.waitUntil(lambda: room.transfers[0].state is State.FAILED)
    assert type(room.transfers[0].error) is error


def test_a_push_cancelled_before_the_proof_says_that_it_was_sent(qtbot, room, push, of, over, place, told):
    place.look_up_gate.clear()
    number = push("reg.example/a")
    qtbot.waitUntil(lambda: of(number).state is State.PROVING)
    assert of(number).snapshot.part == 1.0
    room.cancel(number)
    assert (over(number).state, type(over(number).error)) == (State.CANCELLED, PushUnconfirmed)
    assert (told.arrived, told.failed) == ([], [])


def test_what_is_over_or_unknown_is_not_cancelled(room, pull, over, told):
    number = pull("nginx")
    over(number)
    room.cancel(number)
    room.cancel(99)
    room.retry(99)
    assert over(number).state is State.DONE


def test_a_second_try_takes_the_place_of_the_first(qtbot, room, pull, of, over, world):
    world.course("reg.example/a").early_error = RegistryUnreachable()
    first, second = pull("reg.example/a"), pull("reg.example/b")
    over(first)
    over(second)
    world.course("reg.example/a").early_error = None
    room.retry(first)
    again = room.transfers[0].id
    assert again != first
    assert over(again).state is State.DONE
    assert [t.id for t in room.transfers] == [again, second]
    room.retry(again)
    assert [t.id for t in room.transfers] == [again, second], "what arrived is not tried again"


def test_workers_are_used_again_and_let_go_when_nothing_is_left(qtbot, room, pull, over, world, roster):
    room.set_limits(2, 1)
    before = world.clients
    for number in [pull(f"reg.example/in:{n}") for n in range(10)]:
        over(number)
    assert world.clients - before <= 2
    qtbot.waitUntil(lambda: transfer_threads(roster) == [])


def test_without_room_for_one_more_thread_a_transfer_waits_says_so_and_goes_on(qtbot, pull, of, over, world, roster):
    others = []
    while (other := roster.hire(world.client, "other", SPARE)) is not None:
        others.append(other)
    number = pull("nginx")
    qtbot.waitUntil(lambda: of(number).waits is Wait.THREAD)
    roster.dismiss(others.pop())
    assert over(number).state is State.DONE


def test_without_an_engine_a_transfer_waits_says_so_and_goes_on(qtbot, crew, pull, of, over, world):
    crew.connect_to(None)
    number = pull("nginx")
    qtbot.waitUntil(lambda: of(number).waits is Wait.ENGINE)
    assert world.log == []
    crew.connect_to(world.client)
    assert over(number).state is State.DONE


def test_pictures_come_ten_times_a_second_at_most_and_the_last_one_shows(qtbot, room, pull, of, over, world, told):
    course = world.course("nginx")
    course.lines = [LayerProgress(LAYER, Phase.MOVING, n, 50_000) for n in range(30_000)]
    course.held = True
    begin = time.monotonic()
    number = pull("nginx")
    qtbot.waitUntil(lambda: of(number).snapshot.done == 29_999, timeout=15_000)
    elapsed = time.monotonic() - begin
    assert 1 < len(told.changes) <= elapsed * 10 + 2
    course.gate.set()
    over(number)


def test_a_burst_of_wishes_is_one_picture_in_a_tenth_of_a_second(qtbot, crew, pull, told):
    crew.connect_to(None)
    for number in range(60):
        pull(f"reg.example/in:{number}")
        QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: len(told.changes) > 1)
    assert min(b - a for a, b in pairwise(told.changes)) > 0.08


def test_the_last_line_before_a_silence_shows(qtbot, pull, of, world, room):
    course = world.course("nginx")
    course.lines = [LayerProgress(f"{n:012x}", Phase.WAITING) for n in range(7)]
    course.held = True
    number = pull("nginx")
    qtbot.waitUntil(lambda: len(of(number).snapshot.layers) == 7)
    room.cancel(number)


def test_quitting_shuts_fifteen_running_streams_within_its_limit(qtbot, pull, push, world, roster, room):
    for number in range(10):
        world.course(f"reg.example/in:{number}").held = True
        pull(f"reg.example/in:{number}")
    for number in range(5):
        world.course(f"reg.example/out:{number}").held = True
        push(f"reg.example/out:{number}")
    qtbot.waitUntil(lambda: sum(world.running.values()) == 15)
    begin = time.monotonic()
    assert roster.close(3.0) == []
    assert time.monotonic() - begin < 1.0


def paced(course):
    """Lines of a layer that moves until the gate is open."""
    done = 0
    while not course.gate.wait(0.01):
        done += 50_000
        yield LayerProgress(LAYER, Phase.MOVING, done, 10**9)


def test_the_summary_tells_what_moves_and_falls_back_to_nothing(qtbot, room, pull, over, world):
    course = world.course("nginx")
    course.lines = paced(course)
    number = pull("nginx")
    qtbot.waitUntil(lambda: room.summary.coming_rate > 0)
    assert (room.summary.out, room.summary.out_rate, room.summary.coming, room.summary.open) == (0, 0.0, 1, 1)
    course.gate.set()
    over(number)
    qtbot.waitUntil(lambda: room.summary.open == 0)
    assert (room.summary.coming, room.summary.coming_rate) == (0, 0.0)


def rows(room):
    found = [room.model.index(at, 0).data(RowRole) for at in range(room.model.rowCount())]
    return [getattr(row, "registry", None) or row.wish.reference.path for row in found]


def test_the_table_has_a_line_per_registry_with_its_transfers_below(qtbot, room, pull, over):
    for number in [pull("reg.example/a"), pull("nginx"), pull("reg.example/b")]:
        over(number)
    qtbot.waitUntil(lambda: rows(room) == ["reg.example", "a", "b", "docker.io", "library/nginx"])


def test_the_table_narrows_to_a_group_or_a_name_or_a_digest(qtbot, room, pull, over, world):
    world.course("reg.example/bad").early_error = RegistryUnreachable()
    for number in [pull("reg.example/good"), pull("reg.example/bad"), pull("nginx")]:
        over(number)
    qtbot.waitUntil(lambda: room.model.counts[Group.ARRIVED] == 2)
    assert (room.model.counts[Group.ALL], room.model.counts[Group.FAILED]) == (3, 1)
    room.model.narrow(Group.FAILED)
    assert rows(room) == ["reg.example", "bad"]
    room.model.narrow(Group.ALL, "NGINX")
    assert rows(room) == ["docker.io", "library/nginx"]
    room.model.narrow(Group.ALL, DIGEST[:20])
    assert rows(room) == ["reg.example", "good", "docker.io", "library/nginx"]
    room.model.narrow(Group.WAITING)
    assert rows(room) == []


def test_directions_have_lanes_of_their_own(qtbot, room, pull, push, world):
    for number in range(2):
        world.course(f"reg.example/x:{number}").held = True
    pull("reg.example/x:0")
    push("reg.example/x:1")
    qtbot.waitUntil(lambda: room.model.rowCount() == 3 and room.model.index(0, 0).data(RowRole).pushes == 1)
    lane = room.model.index(0, 0).data(RowRole)
    assert (lane.pulls, lane.most_pulls, lane.pushes, lane.most_pushes) == (1, 10, 1, 5)
    assert {t.wish.direction for t in room.transfers} == set(Direction)
