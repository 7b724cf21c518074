import threading
import time

import pytest

from desktop.bridge import output
from desktop.bridge.crew import EngineCrew
from desktop.bridge.output import OutputStream
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import ContainerGone, EngineRefused, EngineUnreachable, ImageNotHere, NoThreadFree
from desktop.core.inventory import OutputPiece, RunOptions


class SpeakingEngine:
    """Says what a test tells it to, when it tells it to."""

    def __init__(self):
        self.asked, self.freed, self.closed = [], threading.Event(), threading.Event()
        self.script = lambda: iter(())

    def run_and_listen(self, options, token):
        if options.image == "missing":
            raise ImageNotHere(name="missing")
        return f"id-{options.image}", self.output(f"id-{options.image}", token)

    def output(self, container_id, token, last_lines=1000):
        self.asked.append(container_id)
        token.on_cancel(self.freed.set)
        yield from self.script()

    def close(self):
        self.closed.set()


class Listener:
    def __init__(self, stream):
        self.told, self.pieces, self.times = [], [], []
        stream.arrived.connect(self.hear)
        stream.started.connect(lambda container: self.told.append(("started", container)))
        stream.ended.connect(lambda: self.told.append("ended"))
        for name in ("refused", "failed"):
            getattr(stream, name).connect(lambda error, name=name: self.told.append((name, type(error))))

    def hear(self, pieces):
        self.times.append(time.monotonic())
        self.pieces += pieces
        self.told.append("arrived")

    @property
    def text(self):
        return "".join(piece.text for piece in self.pieces)


@pytest.fixture
def engine():
    return SpeakingEngine()


@pytest.fixture
def roster(qapp, engine):
    roster = Roster()
    yield roster
    engine.freed.set()
    assert roster.close() == [], "still blocked after 3 s"


@pytest.fixture
def stream(roster, engine):
    crew = EngineCrew(roster)
    crew.connect_to(lambda: engine)
    stream = OutputStream(crew)
    stream.listener, stream.crew = Listener(stream), crew
    return stream


def test_what_came_in_pieces_arrives_as_one_delivery_and_in_order(qtbot, stream, engine):
    engine.script = lambda: iter([OutputPiece("a"), OutputPiece("b\n"), OutputPiece("!", True), OutputPiece("c")])
    stream.follow("web")
    with qtbot.waitSignal(stream.ended):
        pass
    assert stream.listener.pieces == [OutputPiece("ab\n"), OutputPiece("!", True), OutputPiece("c")]
    assert stream.listener.told == ["arrived", "ended"]


def test_the_first_words_arrive_while_the_container_goes_on(qtbot, stream, engine):
    def script():
        yield OutputPiece("ready")
        engine.freed.wait(10)

    engine.script = script
    stream.follow("web")
    with qtbot.waitSignal(stream.arrived):
        pass
    assert stream.flowing
    assert stream.listener.text == "ready"


def test_a_talkative_container_makes_ten_deliveries_a_second_at_most(qtbot, stream, engine):
    def script():
        until = time.monotonic() + 1
        while time.monotonic() < until:
            yield OutputPiece("x" * 100)

    engine.script = script
    stream.follow("web")
    with qtbot.waitSignal(stream.ended):
        pass
    gaps = [later - before for before, later in zip(stream.listener.times, stream.listener.times[1:-1], strict=False)]
    assert len(gaps) >= 3
    assert min(gaps) > output.PACE_MS / 1000 * 0.9


def test_no_delivery_is_larger_than_the_bound_and_nothing_is_lost(qtbot, stream, engine, monkeypatch):
    monkeypatch.setattr(output, "MOST", 3000)
    engine.script = lambda: (OutputPiece(f"{number:09}\n") for number in range(350))
    sizes = []
    stream.arrived.connect(lambda pieces: sizes.append(sum(len(piece.text) for piece in pieces)))
    stream.follow("web")
    with qtbot.waitSignal(stream.ended):
        pass
    assert max(sizes) == 1000, "a hundred lines, each of ten characters and a line's end"
    assert stream.listener.text == "".join(f"{number:09}\n" for number in range(350))


def test_a_huge_piece_is_delivered_in_parts(qtbot, stream, engine, monkeypatch):
    monkeypatch.setattr(output, "MOST", 400)
    engine.script = lambda: iter([OutputPiece("x" * 1000)])
    sizes = []
    stream.arrived.connect(lambda pieces: sizes.append(sum(len(piece.text) for piece in pieces)))
    stream.follow("web")
    with qtbot.waitSignal(stream.ended):
        pass
    assert max(sizes) <= 500
    assert stream.listener.text == "x" * 1000


def test_a_silent_container_causes_nothing(qtbot, stream, engine):
    engine.script = lambda: iter(lambda: engine.freed.wait(10), True)
    stream.follow("web")
    qtbot.waitUntil(lambda: engine.asked == ["web"])
    assert not stream._pace.isActive()
    assert stream.listener.told == []


@pytest.mark.parametrize("full", [False, True], ids=["while it reads", "while the basin is full"])
def test_to_stop_following_frees_the_worker_at_once_and_nothing_more_arrives(
    qtbot, stream, engine, roster, monkeypatch, full
):
    said = threading.Event()

    def script():
        yield OutputPiece("x" * 100)
        said.set()
        if not full:
            engine.freed.wait(10)
        while True:
            yield OutputPiece("x" * 100)

    monkeypatch.setattr(output, "MOST", 100 if full else 1000)
    engine.script = script
    stream.follow("web")
    assert said.wait(5)
    stream.stop()
    begun = time.monotonic()
    qtbot.waitUntil(lambda: "output" not in roster.names)
    assert time.monotonic() - begun < 1
    assert engine.closed.is_set()
    assert (stream.flowing, stream.listener.told) == (False, [])


def test_what_is_run_is_told_before_its_first_words_and_misses_none(qtbot, stream, engine):
    engine.script = lambda: iter([OutputPiece("no configuration\n", True)])
    stream.run(RunOptions("web"))
    with qtbot.waitSignal(stream.ended):
        pass
    assert stream.listener.told == [("started", "id-web"), "arrived", "ended"]
    assert engine.asked == ["id-web"]


def test_a_run_that_is_refused_is_no_failure_of_the_output(qtbot, stream):
    stream.run(RunOptions("missing"))
    qtbot.waitUntil(lambda: stream.listener.told == ["ended", ("refused", ImageNotHere)])


def test_an_interrupted_one_ends_with_all_that_had_come(qtbot, stream, engine):
    said = threading.Event()

    def script():
        yield OutputPiece("half")
        said.set()
        engine.freed.wait(10)

    engine.script = script
    stream.follow("web")
    assert said.wait(5)
    stream.interrupt()
    stream.interrupt()
    assert (stream.listener.told, stream.listener.text) == (["arrived", "ended"], "half")


@pytest.mark.parametrize(
    ("error", "told"),
    [(ContainerGone, []), (EngineUnreachable, []), (EngineRefused, [("failed", EngineRefused)])],
)
def test_only_a_failure_that_nothing_else_tells_is_told(qtbot, stream, engine, error, told):
    def script():
        yield OutputPiece("last words")
        raise error

    engine.script = script
    stream.follow("web")
    with qtbot.waitSignal(stream.ended):
        pass
    qtbot.waitUntil(lambda: stream.listener.told == ["arrived", "ended", *told])
    assert stream.listener.text == "last words"


def test_with_every_thread_taken_it_says_so(qtbot, engine):
    roster = Roster(most=2)
    crew = EngineCrew(roster)
    for ask, signal in (("follow", "failed"), ("run", "refused")):
        stream = OutputStream(crew)
        with qtbot.waitSignal(getattr(stream, signal), check_params_cb=lambda error: isinstance(error, NoThreadFree)):
            getattr(stream, ask)("web")
    assert roster.close() == []
