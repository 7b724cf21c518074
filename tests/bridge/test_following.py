import threading

import pytest

from desktop.bridge.crew import EngineCrew
from desktop.bridge.following import Following
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import EngineRefused
from desktop.core.inventory import Container, ContainerState, EngineEvent, OutputPiece, RunOptions, Subject


class TellingEngine:
    """Each container says its name and how often it was asked, then waits until it dies."""

    def __init__(self):
        self.asked, self.lives, self.listening = [], {}, threading.Semaphore(0)
        self.refusal = None

    def run_and_listen(self, options, token):
        if self.refusal:
            raise self.refusal
        return options.image, self.output(options.image, token)

    def output(self, container_id, token, last_lines=1000):
        self.asked.append(container_id)
        life = self.lives[container_id] = threading.Event()
        token.on_cancel(life.set)
        yield OutputPiece(f"{container_id} {self.asked.count(container_id)}\n")
        self.listening.release()
        assert life.wait(10)

    def die(self, container_id):
        self.lives.pop(container_id).set()

    def close(self):
        pass


@pytest.fixture
def engine():
    return TellingEngine()


@pytest.fixture
def following(qapp, engine):
    roster = Roster()
    crew = EngineCrew(roster)
    crew.connect_to(lambda: engine)
    following = Following(crew)
    following.told, following.roster = [], roster
    following.began.connect(lambda container: following.told.append(f"began {container}"))
    following.arrived.connect(lambda _, pieces: following.told.extend(piece.text.strip() for piece in pieces))
    following.ended.connect(lambda container: following.told.append(f"ended {container}"))
    yield following
    following.unfollow()
    assert roster.close() == [], "still blocked after 3 s"


def event(container, action):
    return EngineEvent(Subject.CONTAINER, action, container)


def alive(container):
    return {container: Container(container, container, "i", "i", ContainerState.RUNNING)}


def followed(qtbot, following, container):
    following.follow(container)
    qtbot.waitUntil(lambda: following.told[-1:] == [f"{container} 1"])


def test_another_one_takes_the_place_of_the_first(qtbot, following, engine):
    followed(qtbot, following, "web")
    followed(qtbot, following, "db")
    qtbot.waitUntil(lambda: following.roster.names.count("output") == 1)
    assert following.told == ["began web", "web 1", "began db", "db 1"]
    following.follow("db")
    assert following.told[4:] == [], "it is followed already"
    following.unfollow()
    qtbot.waitUntil(lambda: "output" not in following.roster.names)
    assert (following.container_id, following.told[4:]) == ("", [])


def test_one_that_is_started_again_is_followed_again_after_its_last_words(qtbot, following, engine):
    followed(qtbot, following, "web")
    following.see(event("web", "die"))
    following.see(event("web", "start"))  # the events may be faster than the output
    assert following.told[2:] == []
    engine.die("web")
    qtbot.waitUntil(lambda: following.told[2:] == ["ended web", "began web", "web 2"])
    engine.die("web")
    qtbot.waitUntil(lambda: following.told[5:] == ["ended web"])  # and slower
    following.see(event("web", "die"))
    following.see(event("db", "start"))
    assert following.told[6:] == []
    following.see(event("web", "start"))
    qtbot.waitUntil(lambda: following.told[6:] == ["began web", "web 3"])


def test_a_stopped_one_that_is_started_is_followed(qtbot, following, engine):
    followed(qtbot, following, "web")
    engine.die("web")
    qtbot.waitUntil(lambda: following.told[-1] == "ended web")
    following.see(event("web", "start"))
    qtbot.waitUntil(lambda: following.told[-1] == "web 2")


def test_what_is_run_is_followed_from_its_first_word_if_somebody_wants_it(qtbot, following, engine):
    following.run_started.connect(lambda container, options: following.follow(container))
    following.run(RunOptions("web"))
    qtbot.waitUntil(lambda: following.told == ["began web", "web 1"])
    assert engine.asked == ["web"]


@pytest.mark.parametrize("late", [False, True], ids=["start seen in time", "start seen after its end"])
def test_the_first_start_of_what_was_run_does_not_wipe_out_its_last_words(qtbot, following, engine, late):
    following.run_started.connect(lambda container, options: following.follow(container))
    following.run(RunOptions("web"))
    qtbot.waitUntil(lambda: following.told[-1:] == ["web 1"])
    if not late:
        following.see(event("web", "start"))
    engine.die("web")
    qtbot.waitUntil(lambda: following.told[-1] == "ended web")
    if late:
        following.see(event("web", "start"))
    following.see(event("web", "die"))
    following.listed(alive("web"))  # one that was on its way
    assert following.told == ["began web", "web 1", "ended web"]
    assert engine.asked == ["web"]


def test_what_is_run_and_nobody_reads_takes_no_thread(qtbot, following, engine):
    with qtbot.waitSignal(following.run_started) as told:
        following.run(RunOptions("web"))
    assert told.args == ["web", RunOptions("web")]
    qtbot.waitUntil(lambda: "output" not in following.roster.names)
    assert following.told == []


def test_a_refused_run_is_told_and_what_was_followed_goes_on(qtbot, following, engine):
    followed(qtbot, following, "web")
    engine.refusal = EngineRefused()
    with qtbot.waitSignal(following.run_failed, check_params_cb=lambda error: type(error) is EngineRefused):
        following.run(RunOptions("db"))
    assert following.container_id == "web"
    assert following.told == ["began web", "web 1"]


def test_what_was_interrupted_goes_on_when_a_list_shows_it_alive(qtbot, following, engine):
    followed(qtbot, following, "web")
    following.interrupt()
    assert following.told[2:] == ["ended web"]
    following.listed(alive("web"))
    qtbot.waitUntil(lambda: following.told[3:] == ["began web", "web 2"])
    following.interrupt()
    following.listed(alive("db"))
    following.listed(alive("web"))
    assert following.told[5:] == ["ended web"], "the first list told that it was gone"
