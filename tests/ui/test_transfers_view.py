from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.bridge.models import RowRole
from desktop.bridge.transfer_rows import Summary, TransferRows
from desktop.core.engine_errors import EngineUnreachable
from desktop.core.errors import AppError
from desktop.core.progress import Phase, Snapshot
from desktop.core.registry import Account, Provider
from desktop.core.registry_errors import RegistryUnreachable
from desktop.core.transfer_errors import NameMoved
from desktop.core.transfers import Lane, Receipt, State
from desktop.ui import theme
from desktop.ui.transfer_cells import CANCEL, COPY, LANE_HIGH, RETRY, STEP, JobCell
from desktop.ui.transfers_view import TransfersView
from ui.some_transfers import ARRIVED, DENIED, DIGEST, FAILED, MB, MOVING, PULL, layer, transfer

LEFT = Qt.MouseButton.LeftButton
LANE = Lane("reg.example", 2, 10, 3, 5)


class Wishes:
    """What a view asked for, in order."""

    def __init__(self, view):
        self.all = []
        for name in ("cancel_requested", "retry_requested", "step_requested"):
            getattr(view, name).connect(lambda value, name=name: self.all.append((name, value)))
        for name in ("limits_requested", "images_requested"):
            getattr(view, name).connect(lambda name=name: self.all.append((name, None)))


@pytest.fixture
def view(qtbot):
    view = TransfersView(TransferRows())
    qtbot.addWidget(view)
    view.wishes = Wishes(view)
    view.resize(972, 728)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    return view


@pytest.fixture
def show(view):
    def show(*transfers, lanes=(LANE,)):
        found = {lane.registry: lane for lane in lanes}
        wanted = dict.fromkeys(t.lane for t in transfers)
        view.table.model().show([found.get(name, Lane(name, 0, 10, 0, 5)) for name in wanted], transfers)
        return view

    return show


def cell(view, at=1):
    return view.table.cell(view.table.model().index(at, 0))


def note(view, at=1):
    return cell(view, at).note


def click_act(view, row, act):
    QTest.mouseClick(view.table.viewport(), LEFT, pos=view.table.act_place(row, act))


def clicked(view, row):
    QTest.mouseClick(view.table.viewport(), LEFT, pos=view.table.visualRect(view.table.model().index(row, 0)).center())


def test_nothing_yet_says_what_would_be_here_and_leads_to_the_images(view):
    assert view.placed is view.blank
    QTest.mouseClick(view.images_button, LEFT)
    assert view.wishes.all == [("images_requested", None)]
    assert view.about.text() == "Nothing is moving"


def test_a_lane_tells_its_slots(show):
    lane = cell(show(MOVING), 0)
    assert lane.text == "reg.example"
    assert lane.slots == ((3, 5, "3 of 5 pushes"), (2, 10, "2 of 10 pulls"))
    assert lane.spoken == "reg.example, 3 of 5 pushes, 2 of 10 pulls"


def test_registries_are_called_as_people_call_them(view, show):
    practice = transfer(2, name="localhost:5000/hello")
    view.set_accounts((Account("1", "localhost:5000", provider=Provider.PRACTICE),))
    show(transfer(1, PULL, "nginx"), practice)
    assert [cell(view, 0).text, cell(view, 2).text] == ["Docker Hub", "Practice registry"]
    assert [cell(view, 1).text, cell(view, 3).text] == ["nginx:latest", "hello:latest"]


def test_a_moving_one_shows_bytes_speed_and_time_left(show):
    job = cell(show(MOVING))
    assert (job.text, job.icon, job.note) == ("team/app:v1", "upload", "2 of 3 layers are there")
    assert (job.count, job.speed, job.left) == ("58.0 of 72.0 MB", "2.10 MB/s", "7 s left")
    assert job.part == pytest.approx(58 / 72)
    assert job.spoken == "team/app:v1, push, 2 of 3 layers are there, 58.0 of 72.0 MB, 2.10 MB/s, 7 s left"


def test_what_failed_says_why_and_offers_what_helps(show):
    job = cell(show(FAILED))
    cause = "reg.example does not allow this. This sign-in lacks the right for reg.example/team/app:v1."
    assert (job.note, job.tone) == (cause, "bad")
    assert job.button == (STEP, "Sign in…")
    assert job.icons == (("restart", RETRY, "Try again"),)


def test_what_may_pass_offers_to_try_again(show):
    job = cell(show(replace(FAILED, error=RegistryUnreachable(host="reg.example"))))
    assert (job.button, job.icons) == ((RETRY, "Try again"), ())


def test_what_would_fail_the_same_way_offers_no_second_try(view, show):
    moved = replace(FAILED, error=NameMoved(name="reg.example/team/web:v1"))
    job = cell(show(moved))
    assert (job.button, job.icons) == (("", ""), ())
    assert [each.text() for each in view.table.menu(moved).actions() if each.text()] == ["Copy the name"]


def test_acts_in_a_row_are_clicked(view, show):
    show(MOVING, FAILED, ARRIVED)
    QGuiApplication.clipboard().clear()
    click_act(view, 1, CANCEL)
    click_act(view, 2, RETRY)
    click_act(view, 2, STEP)
    click_act(view, 3, COPY)
    assert view.wishes.all == [("cancel_requested", 1), ("retry_requested", 2), ("step_requested", DENIED)]
    assert QGuiApplication.clipboard().text() == DIGEST


def test_each_act_has_a_name_for_the_pointer(view, show):
    show(MOVING, FAILED, ARRIVED)
    tips = [cell(view, row).tip_of(act) for row, act in ((1, CANCEL), (2, RETRY), (2, STEP), (3, COPY))]
    assert tips == ["Cancel", "Try again", "Sign in…", "Copy the digest"]


def test_the_menu_offers_the_same_acts(view, show):
    show(MOVING, FAILED, ARRIVED)
    offered = {
        each.id: [action.text() for action in view.table.menu(each).actions() if action.text()]
        for each in (MOVING, FAILED, ARRIVED)
    }
    assert offered == {
        1: ["Cancel", "Copy the name"],
        2: ["Sign in…", "Try again", "Copy the name"],
        3: ["Copy the digest", "Copy the name"],
    }
    for action in view.table.menu(FAILED).actions():
        action.trigger()
    assert view.wishes.all == [("step_requested", DENIED), ("retry_requested", 2)]
    assert QGuiApplication.clipboard().text() == "reg.example/team/web:v1"


def test_the_menu_opens_on_a_transfer_and_not_on_a_lane(qtbot, view, show):
    show(MOVING)
    view.table.menu_requested.emit(LANE, QPoint(0, 0))
    assert QApplication.activePopupWidget() is None
    view.table.menu_requested.emit(MOVING, view.mapToGlobal(QPoint(9, 9)))
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    QApplication.activePopupWidget().close()


def test_the_keyboard_does_all_that_the_pointer_does(view, show):
    show(MOVING, FAILED, ARRIVED)
    view.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.table.chosen_transfer == MOVING, "the first transfer, not its lane"
    QTest.keyClick(view.table, Qt.Key.Key_Delete)
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    QTest.keyClick(view.table, Qt.Key.Key_F5)
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    QTest.keyClick(view.table, Qt.Key.Key_Delete)
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert view.wishes.all == [("cancel_requested", 1), ("retry_requested", 2), ("step_requested", DENIED)]
    assert QGuiApplication.clipboard().text() == DIGEST
    QTest.keyClick(view.table, Qt.Key.Key_Escape)
    assert not view.details.isVisible()
    QTest.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.find_field.hasFocus()


def test_a_lane_is_a_heading_and_cannot_be_chosen(view, show):
    show(MOVING)
    clicked(view, 0)
    assert view.table.chosen() == []
    assert not view.details.isVisible()


def test_segments_count_and_narrow(view, show):
    show(MOVING, FAILED, ARRIVED, transfer(4, name="reg.example/team/q", state=State.QUEUED))
    texts = [segment.text() for segment in view.segments.buttons]
    assert texts == ["All 4", "Moving 1", "Waiting 1", "Arrived 1", "Failed 1"]
    QTest.mouseClick(view.segments.buttons[4], LEFT)
    assert [cell(view, at).text for at in range(view.table.model().rowCount())] == ["reg.example", "team/web:v1"]
    view.find_field.setText("api")
    assert view.none.isVisible()
    QTest.mouseClick(view.all_button, LEFT)
    assert view.table.model().rowCount() == 5
    assert (view.segments.chosen, view.find_field.text()) == (0, "")


def test_the_field_finds_by_name_and_by_digest_and_escape_clears_it(view, show):
    show(MOVING, FAILED, ARRIVED)
    QTest.mouseClick(view.find_field, LEFT)
    QTest.keyClicks(view.find_field, "9F2C71")
    assert [cell(view, at).text for at in range(view.table.model().rowCount())] == ["reg.example", "team/api:v1"]
    QTest.keyClick(view.find_field, Qt.Key.Key_Escape)
    assert view.table.model().rowCount() == 4


def test_rows_keep_their_heights_whatever_comes_and_goes(view, show):
    def lanes_are_low():
        model, table = view.table.model(), view.table
        rows = [model.index(at, 0).data(RowRole) for at in range(model.rowCount())]
        return [table.rowHeight(at) == LANE_HIGH for at in range(len(rows))] == [isinstance(r, Lane) for r in rows]

    hub = transfer(9, PULL, "nginx")
    for transfers in ((MOVING,), (MOVING, hub), (hub, MOVING), (MOVING, FAILED, hub), (FAILED, hub)):
        show(*transfers)
        assert lanes_are_low()


def test_the_chosen_ones_layers_unfold_below(view, show):
    show(MOVING, FAILED)
    clicked(view, 1)
    assert view.details.isVisible()
    shown = [
        [view.details.table.cell(view.details.layers.index(at, column)).text for column in (0, 1, 3)] for at in range(3)
    ]
    assert shown == [
        ["000000000001", "already there", ""],
        ["000000000002", "there", "22.0 MB"],
        ["000000000003", "going out", "36.0 of 50.0 MB"],
    ]
    parts = [view.details.cells.meter(each).part for each in MOVING.snapshot.layers]
    assert parts == [None, None, pytest.approx(0.72)]
    assert view.details.about.text() == "Push to reg.example. 2 of 3 layers are there"


def test_the_details_of_a_failure_say_cause_and_way_out_and_keep_the_raw_text_folded(view, show):
    show(FAILED)
    clicked(view, 1)
    cause = view.details.cause
    assert cause.title.text() == "reg.example does not allow this"
    assert cause.words.text().startswith("This sign-in lacks the right for reg.example/team/app:v1. Ask the registry")
    assert not cause.raw.isVisible()
    QTest.mouseClick(cause.fold, LEFT)
    assert cause.raw.isVisible()
    assert cause.raw.toPlainText() == "denied: <b>no</b>"
    QTest.mouseClick(view.details.retry_button, LEFT)
    QTest.mouseClick(view.details.step_button, LEFT)
    assert view.wishes.all == [("retry_requested", 2), ("step_requested", DENIED)]


def test_the_details_of_what_arrived_are_the_whole_receipt(view, show):
    show(ARRIVED)
    clicked(view, 1)
    proof = view.details.proof
    assert (proof.digest.text(), proof.bulk.text()) == (DIGEST, "13.3 KB as the registry keeps it")
    assert proof.platforms.text() == "linux/amd64"
    QGuiApplication.clipboard().clear()
    QTest.mouseClick(view.details.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == DIGEST
    assert view.details.copy_button.text() == " Copied"


def test_only_acts_that_do_something_are_there(view, show):
    show(MOVING, FAILED, ARRIVED)
    details = view.details
    buttons = (details.cancel_button, details.retry_button, details.step_button, details.copy_button)
    seen = []
    for row in (1, 2, 3):
        clicked(view, row)
        seen.append([each.isVisible() for each in buttons])
    assert seen == [[True, False, False, False], [False, True, True, False], [False, False, False, True]]
    clicked(view, 1)
    QTest.mouseClick(details.cancel_button, LEFT)
    assert view.wishes.all == [("cancel_requested", 1)]
    QTest.mouseClick(details.close_button, LEFT)
    assert not details.isVisible()


def test_what_is_chosen_stays_chosen_and_current_while_it_moves_fails_and_is_tried_again(view, show):
    show(MOVING)
    clicked(view, 1)
    show(replace(MOVING, state=State.FAILED, error=DENIED))
    assert view.details.cause.isVisible()
    show(replace(MOVING, id=7, state=State.QUEUED, snapshot=Snapshot()))
    assert view.details.transfer.id == 7
    assert not view.details.cause.isVisible()
    show()
    assert not view.details.isVisible()


def test_choosing_shows_a_transfer_that_is_listed(view, show):
    show(MOVING, FAILED)
    assert view.choose(2)
    assert view.details.transfer == FAILED
    assert not view.choose(99)


def test_the_details_leave_most_of_the_room_to_the_list_and_the_chosen_row_in_sight(view, show):
    many = [layer(n, Phase.MOVING, 1, 2) for n in range(40)]
    show(*(transfer(n, name=f"reg.example/app:{n}", layers=many) for n in range(1, 30)))
    last = view.table.rowAt(view.table.viewport().height() - 20)
    clicked(view, last)
    list_high, below = view.splitter.sizes()
    assert list_high > below
    assert view.table.currentIndex().row() == last
    box = view.table.visualRect(view.table.currentIndex())
    assert view.table.viewport().rect().contains(box)


def test_limits_are_a_click_away(view):
    QTest.mouseClick(view.limits_button, LEFT)
    assert view.wishes.all == [("limits_requested", None)]


def test_text_from_outside_is_never_rendered(view, show):
    evil = AppError("<img src='/dev/zero'>")
    show(replace(FAILED, error=evil), replace(ARRIVED, receipt=Receipt("<b>x</b>", 1, ("<i>y</i>",))))
    for row in (1, 2):
        clicked(view, row)
        labels = [each for each in view.details.findChildren(QLabel) if each.isVisible()]
        assert all(each.textFormat() == Qt.TextFormat.PlainText for each in labels)
    assert view.details.proof.digest.text() == "<b>x</b>"


@pytest.mark.parametrize("width", [672, 752, 972, 1400])
@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK])
def test_no_cell_paints_over_its_neighbour(view, show, width, tokens, qapp):
    """Words end before the meter, the meter before the acts, the acts before the edge."""
    theme.apply(qapp, tokens)
    view.resize(width, 560)
    show(MOVING, FAILED, ARRIVED, transfer(4, name="reg.example/q", state=State.QUEUED))
    for row in range(1, 5):
        box = view.table._inside(view.table.model().index(row, 0))
        places = sorted((place.left(), place.right()) for _, place in cell(view, row).places(box))
        assert all(right <= box.right() for _, right in places)
        assert all(before[1] < after[0] for before, after in pairwise(places))
        assert isinstance(cell(view, row), JobCell)
    assert not view.grab().isNull()


def test_an_engine_that_is_lost_offers_another(show):
    job = cell(show(replace(FAILED, error=EngineUnreachable())))
    assert job.button == (STEP, "Choose another engine…")


def test_a_row_has_the_picture_and_the_acts_of_its_state(view, show):
    waiting, cancelled = transfer(1, state=State.QUEUED), replace(MOVING, id=9, place=9, state=State.CANCELLED)
    show(waiting, ARRIVED, cancelled)
    jobs = [cell(view, at) for at in (1, 2, 3)]
    assert [(job.icon, job.tone, job.part) for job in jobs] == [
        ("clock", "text2", None),
        ("shield", "good", None),
        ("stop", "text2", None),
    ]
    assert [[act for _, act, _ in job.icons] for job in jobs] == [[CANCEL], [COPY], [RETRY]]


def test_the_head_shows_the_summary(view):
    view.show_summary(Summary(3, 6.9 * MB, 2, 11.2 * MB, 7))
    assert view.about.text() == "6.90 MB/s out, 11.2 MB/s in"
