import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from desktop.bridge.images import COLUMNS
from desktop.bridge.models import TableModel
from desktop.core.engine_errors import DiskFull, EngineUnreachable, ImageInUse
from desktop.core.engines import EngineState, EngineStatus
from desktop.core.inventory import Image, ImageDetails, NamedImage, removal
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.core.registry_errors import ImageNotFound
from desktop.ui.image_details import ImageDetailsPane
from desktop.ui.images_view import WIDE, ImagesView
from desktop.ui.name_dialog import NameDialog
from desktop.ui.remove_dialog import RemoveDialog

AZURE = Account("a1", "contoso.azurecr.io", "sp-portside")
DIGEST = "sha256:" + "9f2c71d4" * 8
NGINX = Image("sha256:1", ("nginx:latest", "contoso.azurecr.io/samples/nginx:v1"), size=187_000_000)
API = Image("sha256:2", ("contoso.azurecr.io/shop/api:2",), (f"contoso.azurecr.io/shop/api@{DIGEST}",), 486_000_000)
BARE = Image("sha256:3", size=5_000_000)
ROWS = [
    NamedImage(NGINX, "nginx:latest", ("web",)),
    NamedImage(NGINX, "contoso.azurecr.io/samples/nginx:v1", ("web",)),
    NamedImage(API, "contoso.azurecr.io/shop/api:2"),
    NamedImage(BARE, ""),
]
DETAILS = ImageDetails(
    "sha256:2", API.names, API.digests, API.size, "", "linux/amd64", ("80/tcp", "53/udp"), ("api",), ("run",), (), "abc"
)
LEFT = Qt.MouseButton.LeftButton
WISHES = (
    *("refresh", "pull", "run", "add_name", "send", "push", "remove"),
    *("described", "suggestions", "step", "container"),
)


@pytest.fixture
def view(qtbot):
    model = TableModel(COLUMNS, key=lambda row: row.key)
    view = ImagesView(model)
    qtbot.addWidget(view)
    view.rows, view.told = model, []
    for wish in WISHES:
        getattr(view, f"{wish}_requested").connect(lambda *what, wish=wish: view.told.append((wish, *what)))
    view.set_accounts((AZURE,))
    view.resize(972, 728)
    view.show()
    model.set_rows(ROWS)
    view.told.clear()
    return view


def said(place):
    return [each.text() for each in place.findChildren(QLabel) if each.isVisibleTo(place)]


def names(view):
    return [view.rows.index(at, 0).data(256).name for at in range(view.rows.rowCount())]


def chosen(view):
    return [row.name for row in view.table.chosen()]


def test_the_head_counts_each_image_once(view):
    assert view.about.text() == "3 images use 678 MB on this computer"
    view.rows.set_rows(ROWS[:2])
    assert view.about.text() == "1 image uses 187 MB on this computer"


def test_nothing_is_said_to_be_missing_before_the_first_list(qtbot):
    model = TableModel(COLUMNS, key=lambda row: row.key)
    view = ImagesView(model)
    qtbot.addWidget(view)
    view.show()
    assert view.about.text() == "Looking at what is here…"
    assert not view.blank.isVisible()
    model.set_rows([])
    assert (view.about.text(), view.blank.isVisible()) == ("None on this computer", True)


def test_an_empty_room_offers_to_pull_and_a_first_image(qtbot, view):
    view.rows.set_rows([])
    assert "No images yet" in said(view)
    assert not view.pull_button.isVisible()  # one main button at a time
    qtbot.mouseClick(view.start_link, LEFT)
    assert view.dialogs.current.name_field.text() == "nginx"
    view.dialogs.current.reject()
    qtbot.mouseClick(view.blank_pull_button, LEFT)
    assert view.dialogs.current.name_field.text() == ""


def test_names_are_sorted_and_those_without_one_come_last(view):
    assert names(view) == [ROWS[1].name, ROWS[2].name, ROWS[0].name, ""]


def test_something_is_chosen_from_the_start_and_the_choice_survives(view):
    assert len(chosen(view)) == 1
    view.choose("contoso.azurecr.io/shop/api:2")
    view.rows.set_rows([*ROWS[1:], NamedImage(Image("sha256:9", ("a:1",)), "a:1")])
    assert chosen(view) == ["contoso.azurecr.io/shop/api:2"]
    view.rows.set_rows(ROWS[:2])
    assert len(chosen(view)) == 1


def test_an_image_is_chosen_by_either_form_of_its_name_and_as_soon_as_it_is_there(view):
    view.choose("docker.io/library/nginx:latest")
    assert chosen(view) == ["nginx:latest"]
    view.choose("redis:7")
    view.rows.set_rows([*ROWS, NamedImage(Image("sha256:9", ("redis:7",)), "redis:7")])
    assert chosen(view) == ["redis:7"]


def test_choosing_what_the_filter_hides_clears_the_filter(view):
    view.filter.setText("nginx")
    view.choose("contoso.azurecr.io/shop/api:2")
    assert (view.filter.text(), chosen(view)) == ("", ["contoso.azurecr.io/shop/api:2"])


def test_the_filter_finds_registry_name_and_tag_and_says_where_nothing_is_found(qtbot, view):
    for text, found in (("CONTOSO", 2), ("shop/api", 1), ("latest", 1), ("187", 0)):
        view.filter.setText(text)
        assert view.rows.rowCount() == found
    assert "Nothing found" in said(view)
    view.filter.clear()
    assert "Nothing found" not in said(view)
    assert view.rows.rowCount() == 4


@pytest.mark.parametrize(
    ("button", "name", "wish"),
    [
        ("run_button", "nginx:latest", ("run", ROWS[0])),
        ("push_button", "contoso.azurecr.io/shop/api:2", ("push", ROWS[2], "a1")),
    ],
)
def test_an_act_is_for_the_chosen_row(qtbot, view, button, name, wish):
    view.choose(name)
    view.told.clear()
    qtbot.mouseClick(getattr(view, button), LEFT)
    assert view.told == [wish]


@pytest.mark.parametrize(
    ("button", "dialog"),
    [("name_button", NameDialog), ("send_button", NameDialog), ("remove_button", RemoveDialog)],
)
def test_an_act_that_needs_more_asks_first(qtbot, view, button, dialog):
    qtbot.mouseClick(getattr(view, button), LEFT)
    assert isinstance(view.dialogs.current, dialog)
    assert view.dialogs.current.isVisible()


def test_acts_are_off_while_nothing_is_chosen(view):
    view.filter.setText("no such image")
    acts = (view.run_button, view.name_button, view.push_button, view.send_button, view.remove_button)
    assert not any(each.isEnabled() for each in acts)
    view.filter.clear()
    assert all(each.isEnabled() for each in acts)


@pytest.mark.parametrize("name", ["nginx:latest", ""])
def test_a_name_without_a_registry_is_never_pushed_but_asked_where_to(view, name):
    view.table.choose(lambda row: row.name == name)
    view.told.clear()
    view.push_button.click()
    assert view.told == []
    assert isinstance(view.dialogs.current, NameDialog)
    assert "names no registry of yours" in view.dialogs.current.about.text()


def test_capitals_in_a_registrys_address_are_sent_as_registries_accept_them(view):
    row = NamedImage(Image("sha256:7", ("Contoso.azurecr.io/app:1",)), "Contoso.azurecr.io/app:1")
    view.rows.set_rows([row])
    view.told.clear()
    view.push_button.click()
    assert view.told == [("send", "sha256:7", Reference.parse("contoso.azurecr.io/app:1"), "a1")]


def test_return_runs_delete_asks_and_find_goes_to_the_filter(qtbot, view):
    view.activateWindow()
    view.choose("nginx:latest")
    view.told.clear()
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert view.told == [("run", ROWS[0])]
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert isinstance(view.dialogs.current, RemoveDialog)
    view.dialogs.current.reject()
    qtbot.keyClick(view.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.filter.hasFocus()
    qtbot.keyClick(view.filter, Qt.Key.Key_Down)
    assert view.table.hasFocus()


def test_delete_in_the_filter_deletes_letters_only(qtbot, view):
    view.activateWindow()
    view.filter.setText("nginx")
    view.filter.setFocus()
    view.filter.home(False)
    qtbot.keyClick(view.filter, Qt.Key.Key_Delete)
    assert view.filter.text() == "ginx"
    assert view.dialogs.current is None


def test_the_context_menu_has_the_same_acts(qtbot, view):
    view.table.menu_requested.emit(ROWS[0], QPoint(5, 5))
    menu = view.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["Run", "Add name", "Push", "Send to…", "", "Remove…"]
    view.told.clear()
    menu.actions()[0].trigger()
    assert view.told[0][0] == "run"
    menu.close()


def test_the_chosen_image_is_asked_what_it_is_made_of(view):
    view.choose("nginx:latest")
    view.table.choose(lambda row: row.name == "")
    assert view.told == [("described", "nginx:latest"), ("described", "sha256:3")]


def test_a_list_that_comes_again_shows_what_changed_and_asks_nothing_again(qtbot, view):
    view.choose("nginx:latest")
    view.told.clear()
    view.rows.update_rows([NamedImage(NGINX, name, ("web", "new")) for name in NGINX.names])
    qtbot.waitUntil(lambda: "new" in said(view.details))
    assert view.told == []


def test_details_are_those_of_the_chosen_image(view):
    view.choose("contoso.azurecr.io/shop/api:2")
    view.show_details(DETAILS)
    assert view.details.facts.shown == {
        "Digest": "sha256:9f2c71d4…9f2c71d4",
        "Platform": "linux/amd64",
        "Listens on": "80, 53/udp",
        "Starts": "run api",
        "Made of": "3 layers",
    }
    view.choose("nginx:latest")
    assert view.details.facts.shown == {}
    view.show_details(DETAILS)  # an answer that comes too late
    assert view.details.facts.shown == {}


def test_the_details_lead_to_containers_and_to_another_name(qtbot, view):
    view.choose("nginx:latest")
    show = next(
        each for each in view.details.findChildren(QWidget) if each.accessibleName() == "Show the container web"
    )
    qtbot.mouseClick(show, LEFT)
    assert view.told[-1] == ("container", "web")
    qtbot.mouseClick(view.details.name_button, LEFT)
    assert isinstance(view.dialogs.current, NameDialog)


def test_the_name_is_copied_whole(qtbot, view):
    view.choose("contoso.azurecr.io/shop/api:2")
    qtbot.mouseClick(view.details.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == "contoso.azurecr.io/shop/api:2"


def test_a_narrow_window_leaves_the_room_to_the_list(view):
    view.resize(WIDE - 1, 600)
    assert not view.details.isVisible()
    assert view.table.isVisible()
    view.resize(WIDE, 600)
    assert view.details.isVisible()


@pytest.mark.parametrize("width", [672, 752, 972, 1600])
def test_nothing_is_cut_off_at_any_width(view, width):
    view.resize(width, 560)
    assert view.minimumSizeHint().width() <= 672
    assert all(each.geometry().right() < view.width() for each in (view.remove_button, view.pull_button))
    assert view.filter.width() >= 140


def test_without_an_engine_the_notice_stands_in_place_of_the_list(view):
    for state in (EngineState.STOPPED, EngineState.DENIED, EngineState.ABSENT, EngineState.SEARCHING):
        view.show_engine(EngineStatus(state))
        assert view.placed is view.notice
        assert not view.pull_button.isVisible()
    view.show_engine(EngineStatus(EngineState.RUNNING))
    assert view.table.isVisible()


def test_a_failure_stands_above_the_list_that_stays_usable(qtbot, view):
    view.act_failed(ImageInUse(name="nginx:latest", container="web"))
    assert view.banner.isVisible()
    assert view.table.isVisible()
    qtbot.mouseClick(view.banner.act, LEFT)
    assert view.told[0][0] == "step"
    assert view.banner.isVisible()
    view.act_failed(DiskFull())
    qtbot.mouseClick(view.banner.act, LEFT)
    assert view.told[-1][0] == "step"
    assert not view.banner.isVisible()  # it is being tried again


def test_the_list_can_be_asked_for_anew(qtbot, view):
    view.activateWindow()
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_F5)
    assert view.told == [("refresh",)]


def test_an_engine_that_is_back_takes_its_complaint_along(view):
    view.show_error(EngineUnreachable())
    view.show_engine(EngineStatus(EngineState.RUNNING))
    assert not view.banner.isVisible()


def test_pulling_asks_waits_and_closes_when_it_was_taken_on(qtbot, view):
    view.ask_pull("nginx")
    dialog = view.dialogs.current
    dialog.main_button.click()
    assert view.told == [("pull", Reference.parse("nginx"), "")]
    assert dialog.isVisible()
    view.act_succeeded()
    assert view.dialogs.current is None


def test_a_failure_goes_to_the_dialog_that_asked_and_only_there(view):
    view.ask_pull("nginx")
    dialog = view.dialogs.current
    view.act_failed(DiskFull())  # nothing was asked for yet: it is about something else
    assert (view.banner.isVisible(), dialog.banner.isVisible()) == (True, False)
    view.banner.clear()
    dialog.main_button.click()
    view.act_failed(ImageNotFound(name="nginx", host="docker.io"))
    assert (view.banner.isVisible(), dialog.banner.isVisible()) == (False, True)
    assert dialog.name_field.text() == "nginx"
    view.act_succeeded()
    assert view.dialogs.current is dialog  # what failed cannot succeed later


def test_the_step_of_a_failure_in_a_dialog_closes_it_and_is_passed_on(qtbot, view):
    view.ask_pull("nginx")
    view.dialogs.current.main_button.click()
    error = ImageNotFound(name="nginx", host="docker.io")
    view.act_failed(error)
    qtbot.mouseClick(view.dialogs.current.banner.act, LEFT)
    assert view.dialogs.current is None
    assert view.told[-1] == ("step", error)


def test_trying_again_in_a_dialog_asks_again(qtbot, view):
    view.ask_remove(ROWS[2])
    view.dialogs.current.main_button.click()
    view.act_failed(DiskFull())
    qtbot.mouseClick(view.dialogs.current.banner.act, LEFT)
    assert view.told == [("remove", removal(ROWS[2]))] * 2


def test_a_dialog_closed_while_its_act_runs_leaves_the_failure_to_the_room(view):
    view.ask_remove(ROWS[2])
    view.dialogs.current.main_button.click()
    view.dialogs.current.reject()
    view.act_failed(DiskFull())
    assert view.banner.isVisible()
    view.act_succeeded()


def test_one_dialog_at_a_time(qtbot, view):
    view.ask_pull("nginx")
    first = view.dialogs.current
    view.ask_name(ROWS[0], "contoso.azurecr.io", "samples/nginx")
    assert isinstance(view.dialogs.current, NameDialog)
    qtbot.waitUntil(lambda: not shiboken6.isValid(first))
    assert view.dialogs.current.preview.text() == "contoso.azurecr.io/samples/nginx:latest"


@pytest.mark.parametrize("send", [False, True])
def test_a_new_name_is_wished_for_with_all_that_belongs_to_it(view, send):
    (view.ask_send if send else view.ask_name)(ROWS[0], "contoso.azurecr.io", "samples/web")
    view.dialogs.current.main_button.click()
    target = Reference.parse("contoso.azurecr.io/samples/web")
    assert view.told == [("send", "sha256:1", target, "a1") if send else ("add_name", "sha256:1", target)]


def test_tags_that_were_asked_for_reach_the_dialog(qtbot, view):
    view.ask_pull("contoso.azurecr.io/samples/nginx")
    qtbot.waitUntil(lambda: view.told == [("suggestions", "a1", "samples/nginx")])
    view.show_suggestions("samples/nginx", ("v1", "v2"))
    assert len(view.dialogs.current.tags.buttons) == 2
    view.dialogs.current.reject()
    view.show_suggestions("samples/nginx", ("v3",))


def test_every_button_and_field_has_a_name(view):
    assert (view.table.accessibleName(), view.filter.accessibleName()) == ("Images on this computer", "Filter images")
    assert view.details.copy_button.accessibleName() == "Copy the name"


def test_tab_reaches_every_part(qtbot, view):
    view.activateWindow()
    view.filter.setFocus()
    reached = set()
    for _ in range(14):
        reached.add(QGuiApplication.focusObject())
        QTest.keyClick(view.window(), Qt.Key.Key_Tab)
    parts = (view.filter, view.run_button, view.remove_button, view.table, view.table.head, view.pull_button)
    assert {*parts, view.details.name_button} <= reached


def test_markup_in_a_name_is_shown_as_it_is(qtbot):
    pane = ImageDetailsPane()
    qtbot.addWidget(pane)
    image = Image("sha256:1", ("<b>x</b>:1",))
    pane.show_row(NamedImage(image, "<b>x</b>:1", ("<i>c</i>",)))
    assert {"<b>x</b>:1", "<i>c</i>"} <= set(said(pane))
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in pane.findChildren(QLabel))
