import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.core.engine_errors import EngineStopped, ImageInUse
from desktop.core.engines import EngineState, EngineStatus, Probe
from desktop.core.onboarding import Step, TourPlan, TourStep, Undo
from desktop.core.progress import Snapshot
from desktop.core.reference import Reference
from desktop.core.registry_errors import AccessDenied
from desktop.core.transfers import Direction, State, Transfer, Wish
from desktop.ui.home_view import WIDE, HomeView

LEFT = Qt.MouseButton.LeftButton
TARGET = Reference.parse("contoso.azurecr.io/samples/nginx:v1")
UNDO = Undo((str(TARGET), "nginx:latest"), (("c1", "web"),), (str(TARGET),))
PLAN = TourPlan("contoso.azurecr.io", "sp", "nginx", "nginx:latest", "1", TARGET, UNDO)
STOPPED = EngineStatus(EngineState.STOPPED, Probe("unix:///x", "Podman", "", EngineState.STOPPED))
RUNNING = EngineStatus(EngineState.RUNNING, Probe("unix:///x", "Docker", "", EngineState.RUNNING))


def tour(done):
    return [TourStep(step, f"proof of {step.value}" if n < done else "", n == done) for n, step in enumerate(Step)]


def transfer(number, name="ghcr.io/team/app:1", state=State.ACTIVE, direction=Direction.PULL, **more):
    return Transfer(number, Wish(direction, Reference.parse(name)), state, **more)


@pytest.fixture
def view(qtbot):
    made = HomeView()
    qtbot.addWidget(made)
    made.resize(1000, 900)
    made.show()
    return made


def line(view, step):
    return view.checklist.lines[step]


def test_begins_with_the_first_step_open(view):
    assert [step for step in Step if line(view, step).inside.isVisible()] == [Step.CONNECT]
    assert view.count.text() == "0 of 7 done"
    assert not view.finished.isVisible()
    assert not view.undo_button.isVisible()


@pytest.mark.parametrize("done", range(8))
def test_shows_what_is_done_with_its_proof_and_opens_the_next(view, done):
    view.show_tour(tour(done), PLAN)
    assert view.count.text() == f"{done} of 7 done"
    for number, step in enumerate(Step):
        shown = line(view, step)
        assert shown.inside.isVisible() == (number == done)
        if number < done:
            assert shown.fact.text() == f"proof of {step.value}"
    assert view.finished.isVisible() == (done == 7)


@pytest.mark.parametrize("done", range(6))
def test_do_it_asks_for_the_open_step(qtbot, view, done):
    view.show_tour(tour(done), PLAN)
    with qtbot.waitSignal(view.do_requested) as told:
        qtbot.mouseClick(line(view, list(Step)[done]).inside.do_button, LEFT)
    assert told.args == [list(Step)[done]]


def test_the_open_step_says_what_it_changes(view):
    view.show_tour(tour(3), PLAN)
    inside = line(view, Step.NAME).inside
    assert (inside.before.text(), inside.after.text()) == ("nginx:latest", str(TARGET))


def test_the_command_is_one_click_away_and_can_be_copied(qtbot, view):
    view.show_tour(tour(3), PLAN)
    inside = line(view, Step.NAME).inside
    assert not inside.command.isVisible()
    qtbot.mouseClick(inside.command_button, LEFT)
    assert inside.command.text() == f"docker tag nginx:latest {TARGET}"
    qtbot.mouseClick(inside.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == inside.command.text()
    view.show_tour(tour(3), TourPlan())
    assert inside.command.isVisible(), "a change of the plan does not fold it"
    qtbot.mouseClick(inside.command_button, LEFT)
    assert not inside.command.isVisible()


def test_news_do_not_take_the_keyboard_away(qtbot, view):
    view.show_tour(tour(3), PLAN)
    view.activateWindow()
    held = line(view, Step.NAME).inside.do_button
    held.setFocus()
    qtbot.waitUntil(held.hasFocus)
    view.show_tour(tour(3), TourPlan("other.azurecr.io"))
    assert held.hasFocus()
    with qtbot.waitSignal(view.do_requested):
        QTest.keyClick(held, Qt.Key.Key_Space)


def test_a_finished_tour_can_begin_again(qtbot, view):
    view.show_tour(tour(7), PLAN)
    with qtbot.waitSignal(view.restart_requested):
        qtbot.mouseClick(view.restart_button, LEFT)


class TestUndo:
    """Nothing goes before it was named."""

    def test_is_offered_only_where_there_is_something_to_undo(self, view):
        view.show_tour(tour(7), TourPlan())
        assert not view.undo_button.isVisible()
        view.show_tour(tour(3), PLAN)
        assert view.undo_button.isVisible()

    def words(self, view):
        return " ".join(label.text() for label in view.undo_dialog.findChildren(QLabel))

    def test_names_all_that_goes_and_what_stays(self, qtbot, view):
        view.show_tour(tour(3), PLAN)
        with qtbot.assertNotEmitted(view.undo_confirmed):
            qtbot.mouseClick(view.undo_button, LEFT)
        for name in ("contoso.azurecr.io/samples/nginx:v1", "nginx:latest", "web", "stays in its registry"):
            assert name in self.words(view)

    def test_goes_ahead_only_when_agreed_to_and_closes_when_done(self, qtbot, view):
        view.show_tour(tour(3), PLAN)
        view.ask_undo()
        dialog = view.undo_dialog
        with qtbot.waitSignal(view.undo_confirmed) as told:
            qtbot.mouseClick(dialog.undo_button, LEFT)
        assert told.args == [UNDO]
        assert dialog.isVisible()
        assert not dialog.undo_button.isEnabled()
        view.undo_succeeded()
        assert view.undo_dialog is None

    def test_is_called_off_by_cancel(self, qtbot, view):
        view.show_tour(tour(3), PLAN)
        view.ask_undo()
        with qtbot.assertNotEmitted(view.undo_confirmed):
            qtbot.mouseClick(view.undo_dialog.cancel_button, LEFT)
        assert view.undo_dialog is None

    def test_what_would_not_go_is_said_in_the_dialog(self, view):
        view.show_tour(tour(3), PLAN)
        view.ask_undo()
        view.show_undo_error(ImageInUse(name="nginx:latest", container="other"))
        assert view.undo_dialog.banner.error is not None
        assert view.undo_dialog.undo_button.isEnabled()

    def test_what_helps_against_that_is_elsewhere(self, qtbot, view):
        view.show_tour(tour(3), PLAN)
        view.ask_undo()
        view.show_undo_error(ImageInUse(name="nginx:latest", container="other"))
        with qtbot.waitSignal(view.step_requested):
            view.undo_dialog.banner.act.click()
        assert view.undo_dialog is None

    def test_tidying_up_shows_the_same_list(self, qtbot, view):
        view.show_tour(tour(6), PLAN)
        with qtbot.assertNotEmitted(view.do_requested):
            qtbot.mouseClick(line(view, Step.TIDY).inside.do_button, LEFT)
        assert view.undo_dialog is not None

    def test_tidying_up_with_nothing_of_the_tours_left_is_asked_for(self, qtbot, view):
        view.show_tour(tour(6), TourPlan())
        with qtbot.waitSignal(view.do_requested) as told:
            qtbot.mouseClick(line(view, Step.TIDY).inside.do_button, LEFT)
        assert told.args == [Step.TIDY]


class TestMovingNow:
    """The transfers of now, in short."""

    def test_says_so_where_nothing_moves(self, view):
        view.show_transfers([transfer(1, state=State.DONE)])
        assert view.moving.still.isVisible()
        assert not any(line.isVisible() for line in view.moving.lines)

    def test_shows_what_moves_before_what_waits_and_counts_the_rest(self, view):
        waiting = [transfer(n, state=State.QUEUED) for n in range(6)]
        view.show_transfers([*waiting, transfer(9, "ghcr.io/a/b:2", snapshot=Snapshot(44, 100, left=57, part=0.44))])
        first, second = view.moving.lines[:2]
        assert (first.name.text(), first.rest.text()) == ("a/b:2", "57 s left")
        assert second.rest.text() == "waiting"
        assert view.moving.more.text() == "and 2 more"
        assert not view.moving.still.isVisible()

    def test_a_proof_that_is_asked_for_is_said(self, view):
        view.show_transfers([transfer(1, state=State.PROVING, direction=Direction.PUSH)])
        assert view.moving.lines[0].rest.text() == "asking the registry"

    def test_leads_to_all_of_them(self, qtbot, view):
        with qtbot.waitSignal(view.transfers_requested):
            qtbot.mouseClick(view.moving.all_button, LEFT)


class TestNeedsYou:
    """What will not go on without the person."""

    def test_is_calm_where_nothing_does(self, view):
        view.show_engine(RUNNING)
        view.show_transfers([])
        assert view.needs.calm.isVisible()
        assert not view.needs.engine.isVisible()

    def test_names_a_failed_transfer_its_cause_and_leads_to_it(self, qtbot, view):
        error = AccessDenied("denied", host="contoso.azurecr.io", name="x")
        failed = transfer(7, "contoso.azurecr.io/samples/report:dev", State.FAILED, Direction.PUSH, error=error)
        view.show_transfers([failed])
        shown = view.needs.lines[0]
        assert shown.title.text() == "Push of samples/report:dev failed"
        assert shown.why.text() == "This sign-in lacks the right for x."
        with qtbot.waitSignal(view.transfer_requested) as told:
            qtbot.mouseClick(shown.act, LEFT)
        assert told.args == [failed]

    def test_the_latest_three_are_enough(self, view):
        view.show_transfers([transfer(n, f"ghcr.io/a/b:{n}", State.FAILED) for n in range(9)])
        titles = [line.title.text() for line in view.needs.lines if line.isVisible()]
        assert titles == [f"Pull of a/b:{n} failed" for n in (8, 7, 6)]

    def test_says_why_there_is_no_engine_and_what_to_do(self, qtbot, view):
        view.show_engine(STOPPED)
        assert view.needs.engine.title.text() == "Podman is not running"
        assert not view.needs.calm.isVisible()
        with qtbot.waitSignal(view.step_requested) as told:
            qtbot.mouseClick(view.needs.engine.act, LEFT)
        assert isinstance(told.args[0], EngineStopped)
        view.show_engine(RUNNING)
        assert not view.needs.engine.isVisible()

    @pytest.mark.parametrize("state", [EngineState.DENIED, EngineState.ABSENT])
    def test_each_reason_has_its_own_words(self, view, state):
        chosen = STOPPED.chosen if state is EngineState.DENIED else None
        view.show_engine(EngineStatus(state, chosen))
        assert view.needs.engine.title.text() not in ("", "Podman is not running")


@pytest.mark.parametrize("width", [WIDE - 1, WIDE])
def test_the_cards_stand_beside_the_steps_only_where_there_is_room(qtbot, view, width):
    view.resize(width, 700)
    beside = width >= WIDE
    qtbot.waitUntil(lambda: (view.moving.mapTo(view, view.moving.rect().topLeft()).x() > 100) == beside)
    assert view.checklist.width() <= view.width()
