import time
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.bridge.models import RowRole
from desktop.bridge.transfer_rows import Summary, TransferRows
from desktop.core.engine_errors import EngineUnreachable
from desktop.core.errors import AppError
from desktop.core.progress import LayerProgress, Phase, Snapshot
from desktop.core.reference import Reference
from desktop.core.registry import Account, Provider
from desktop.core.registry_errors import AccessDenied, RegistryUnreachable
from desktop.core.transfer_errors import NameMoved, PushUnconfirmed
from desktop.core.transfers import Direction, Lane, Receipt, State, Transfer, Wait, Wish
from desktop.ui import theme
from desktop.ui.transfer_cells import CANCEL, COPY, LANE_HIGH, RETRY, STEP, JobCell
from desktop.ui.transfers_view import TransfersView

PULL, PUSH = Direction.PULL, Direction.PUSH
MB = 1_000_000
DIGEST = "sha256:9f2c71d4b0aa4c51e6a3e7f1d2b8c9e0f5a6b7c8d9e0f1a2b3c4d5e6e08b41ab"
LEFT = Qt.MouseButton.LeftButton
DENIED = AccessDenied("denied: <b>no</b>", host="reg.example", name="reg.example/team/app:v1")
LANE = Lane("reg.example", 2, 10, 3, 5)


def layer(number, phase, done=0, total=0, **more):
    return LayerProgress(f"{number:012x}", phase, done * MB, total * MB, **more)


def transfer(number=1, direction=PUSH, name="reg.example/team/app:v1", state=State.ACTIVE, layers=(), **more):
    done, total = sum(each.done for each in layers), sum(each.total for each in layers)
    speed, left, certain = more.pop("speed", 0.0), more.pop("left", None), more.pop("certain", True)
    shot = Snapshot(done, total, tuple(layers), speed, left, done / total if total else 0.0, certain)
    return Transfer(number, Wish(direction, Reference.parse(name)), state, shot, place=number, **more)


MOVING = transfer(
    1,
    layers=[layer(1, Phase.EXISTS), layer(2, Phase.DONE, 22, 22), layer(3, Phase.MOVING, 36, 50)],
    speed=2.1 * MB,
    left=7.0,
)
FAILED = transfer(2, name="reg.example/team/web:v1", state=State.FAILED, error=DENIED)
ARRIVED = transfer(
    3,
    name="reg.example/team/api:v1",
    state=State.DONE,
    receipt=Receipt(DIGEST, 13_300, ("linux/amd64",)),
    ended=time.time(),
)


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


@pytest.mark.parametrize(
    ("done", "total", "certain", "words"),
    [
        (0, 142, True, "0 of 142 MB"),
        (450, 1200, True, "0.45 of 1.20 GB"),
        (5, 9, False, "5.00 MB"),
        (0, 0, False, ""),
        (200, 142, True, "142 of 142 MB"),
    ],
)
def test_bytes_are_told_in_one_unit_and_of_how_many_only_where_that_is_known(show, done, total, certain, words):
    shot = Snapshot(done * MB, total * MB, (layer(1, Phase.MOVING),), certain=certain)
    assert cell(show(replace(MOVING, snapshot=shot))).count == words


@pytest.mark.parametrize(
    ("direction", "layers", "words"),
    [
        (PUSH, [], "Asking which layers are there"),
        (PULL, [], "Asking what the image is made of"),
        (PUSH, [layer(1, Phase.WAITING), layer(2, Phase.DONE)], "Waits for the engine: it moves a few layers at once"),
        (PULL, [layer(1, Phase.MOVING, 1, 2), layer(2, Phase.MOVED)], "1 of 2 layers are here"),
        (PULL, [layer(1, Phase.MOVING, 1, 2)], "Its one layer is on the way"),
        (PULL, [layer(1, Phase.DONE), layer(2, Phase.EXTRACTING)], "Unpacking: 1 of 2 layers are in place"),
        (PULL, [layer(1, Phase.DONE), layer(2, Phase.EXISTS)], "All layers are in place"),
        (PUSH, [layer(1, Phase.DONE), layer(2, Phase.EXISTS)], "All layers are there; the name follows"),
        (
            PUSH,
            [layer(1, Phase.RETRYING, retry_s=9), layer(2, Phase.RETRYING, retry_s=4)],
            "A layer met trouble; the engine tries again in 4 s",
        ),
    ],
)
def test_what_moves_says_how_it_stands(show, direction, layers, words):
    assert note(show(transfer(1, direction, layers=layers))) == words


@pytest.mark.parametrize(
    ("direction", "waits", "words"),
    [
        (PUSH, Wait.SLOT, "Push, waits for its turn"),
        (PULL, Wait.NAME, "Pull, waits for another transfer of this name"),
        (PULL, Wait.ENGINE, "Pull, waits for an engine"),
        (PUSH, Wait.THREAD, "Push, waits: Portside does as much at once as it can"),
    ],
)
def test_what_waits_says_for_what(show, direction, waits, words):
    job = cell(show(transfer(1, direction, state=State.QUEUED, waits=waits)))
    assert (job.note, job.icon, job.part) == (words, "clock", None)


def test_what_is_being_proved_says_so(show):
    assert note(show(replace(MOVING, state=State.PROVING))) == "Everything is sent; asking the registry for it"


def test_what_arrived_shows_its_receipt(show, monkeypatch):
    monkeypatch.setattr(QLocale, "language", lambda self: QLocale.Language.C)
    ended = time.mktime((*time.localtime()[:3], 14, 1, 0, 0, 0, -1))
    job = cell(show(replace(ARRIVED, ended=ended)))
    assert job.note == "Pushed 14:01. The registry has sha256:9f2c71d4…e08b41ab, 13.3 KB, linux/amd64"
    assert (job.tone, job.part) == ("good", None)
    pulled = replace(ARRIVED, wish=replace(ARRIVED.wish, direction=PULL), ended=ended - 86_400 * 3)
    assert note(show(pulled)).startswith("Pulled ")
    assert "14:01. It is sha256:9f2c71d4…e08b41ab" in note(show(pulled))
    assert not note(show(pulled)).startswith("Pulled 14:01"), "another day is told with its date"


def test_an_image_for_many_platforms_tells_how_many(show):
    many = Receipt(DIGEST, 5, tuple(f"linux/{n}" for n in range(7)))
    assert note(show(replace(ARRIVED, receipt=many))).endswith("5 B, 7 platforms")


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


@pytest.mark.parametrize(
    ("direction", "layers", "error", "words"),
    [
        (PULL, [], None, ", before it began"),
        (PULL, [layer(1, Phase.MOVING, 1, 2)], None, "What had come may have to be fetched again"),
        (PUSH, [layer(1, Phase.MOVING, 1, 2)], None, "Layers that arrived stay in the registry"),
        (PUSH, [], PushUnconfirmed(), ", after it was sent; the registry was not asked for it"),
    ],
)
def test_what_was_cancelled_says_what_became_of_it(show, direction, layers, error, words):
    cancelled = transfer(1, direction, state=State.CANCELLED, layers=layers, error=error, ended=time.time())
    assert note(show(cancelled)).endswith(words)
    assert note(show(cancelled)).startswith("Cancelled ")
    assert cell(show(cancelled)).icons == (("restart", RETRY, "Try again"),)


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
    show(MOVING, ARRIVED)
    assert view.none.isVisible()
    QTest.mouseClick(view.all_button, LEFT)
    assert view.table.model().rowCount() == 3
    assert view.segments.chosen == 0


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


@pytest.mark.parametrize(
    ("direction", "phase", "ended", "words"),
    [
        (PULL, Phase.WAITING, False, "waits for the engine"),
        (PULL, Phase.MOVING, False, "coming in"),
        (PULL, Phase.CHECKING, False, "being checked"),
        (PULL, Phase.MOVED, False, "here, not unpacked yet"),
        (PULL, Phase.EXTRACTING, False, "being unpacked"),
        (PULL, Phase.DONE, False, "in place"),
        (PULL, Phase.EXISTS, False, "already here"),
        (PULL, Phase.RETRYING, False, "the engine tries again in 5 s"),
        (PULL, Phase.MOVING, True, "did not arrive"),
        (PUSH, Phase.WAITING, False, "waits for the engine"),
        (PUSH, Phase.MOUNTED, False, "taken from another repository there"),
        (PUSH, Phase.DONE, True, "there"),
        (PUSH, Phase.RETRYING, True, "did not get there"),
    ],
)
def test_every_phase_of_a_layer_has_a_word(view, direction, phase, ended, words):
    cells = view.details.cells
    cells.direction, cells.ended = direction, ended
    assert cells.phase(layer(1, phase, retry_s=5)).text == words


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
    assert view.choose(20)
    list_high, below = view.splitter.sizes()
    assert list_high > below
    box = view.table.visualRect(view.table.currentIndex())
    assert view.table.viewport().rect().contains(box)


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        (Summary(), "Nothing is moving"),
        (Summary(open=4), "Nothing is moving; 4 waiting"),
        (Summary(3, 6.9 * MB, 2, 11.2 * MB, 7), "6.90 MB/s out, 11.2 MB/s in"),
        (Summary(1, 0.0, 2, 0.0, 3), "1 going out, 2 coming in"),
        (Summary(0, 0.0, 2, 11.2 * MB, 2, 118.0), "11.2 MB/s in; all done in about 2 min"),
    ],
)
def test_the_head_sums_up(view, summary, words):
    view.show_summary(summary)
    assert view.about.text() == words


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
