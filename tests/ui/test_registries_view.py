import gc
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu

from desktop.bridge.models import TableModel
from desktop.bridge.registries import RegistryRoom
from desktop.bridge.registry_rows import COLUMNS, rows
from desktop.bridge.worker import Roster
from desktop.core.engines import EngineState, EngineStatus
from desktop.core.name_list import NameList
from desktop.core.reference import Reference
from desktop.core.registry import Account, Greeting, KeyringState, Listing, Page, Provider, SignIn
from desktop.core.registry_errors import KeyringRefused, ListingNotAllowed, RegistryTroubled, WrongCredentials
from desktop.core.secret import Secret
from desktop.ui.registries_view import RegistriesView
from desktop.ui.repository_cells import MORE, TOGGLE
from registry_fakes import FakeKeychain, RegistryWorld, details_of

CONTOSO = Account("1", "contoso.azurecr.io", "sp-portside", Provider.AZURE)
HUB = Account("2", "docker.io", "kim", Provider.DOCKER_HUB)
REPOSITORIES = ("base/node", "samples/nginx", "shop/api")
LEFT = Qt.MouseButton.LeftButton


def names(*found, more=""):
    made = NameList()
    made.add(Page(found, more))
    return made


@pytest.fixture
def model(qapp):
    model = TableModel(COLUMNS, key=lambda entry: entry.key)
    model.set_rows(list(rows(REPOSITORIES, {"samples/nginx": names("v1", "v2", more="x")}, (), {})))
    return model


@pytest.fixture
def view(qtbot, model):
    view = RegistriesView(model)
    qtbot.addWidget(view)
    view.resize(972, 700)
    view.show_engine(EngineStatus(EngineState.RUNNING))
    view.set_accounts([CONTOSO, HUB])
    view.show()
    view.show_listing(Listing("1", 3, True))
    return view


def choose(view, tag="v1"):
    assert view.table.choose(lambda entry: entry.tag == tag)


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


# accounts


def test_without_an_account_it_says_what_would_be_here_and_offers_the_next_act(qtbot, model):
    view = RegistriesView(model)
    qtbot.addWidget(view)
    view.show()
    assert view.placed is view.blank
    assert view.about.text() == "None connected"
    assert not view.connect_button.isVisible()
    qtbot.mouseClick(view.blank_connect_button, LEFT)
    assert view.signin_dialog.isVisible()


def test_accounts_are_shown_with_who_signs_in(view):
    assert [(item.title, item.note) for item in view.accounts.items] == [
        ("contoso.azurecr.io", "as sp-portside"),
        ("Docker Hub", "as kim"),
    ]
    assert view.about.text() == "2 connected"
    assert [item.accessibleName() for item in view.accounts.items][1] == "Docker Hub, as kim"


@pytest.mark.parametrize(
    ("account", "note"),
    [
        (Account("3", "reg.lan", "x", scheme="http"), "not encrypted"),
        (Account("3", "reg.lan", asks=False), "asks for no password"),
        (Account("3", "reg.lan", "kim", kept=False), "as kim, until Portside quits"),
        (Account("3", "localhost:5000", "me", Provider.PRACTICE, "http"), "on this computer"),
        (Account("3", "127.0.0.1:5000", "me", scheme="http"), "as me"),
    ],
)
def test_what_is_special_about_an_account_is_said(view, account, note):
    view.set_accounts([account])
    assert view.accounts.items[0].note == note


def test_a_click_on_another_account_shows_its_registry(qtbot, view):
    choose(view)
    with qtbot.waitSignal(view.account_chosen) as told:
        qtbot.mouseClick(view.accounts.items[1], LEFT)
    assert told.args == ["2"]
    assert view.details.reference is None


def test_the_first_account_is_shown_only_when_the_room_is_looked_at(qtbot, model):
    view = RegistriesView(model)
    qtbot.addWidget(view)
    with qtbot.assertNotEmitted(view.account_chosen):
        view.set_accounts([CONTOSO])
    with qtbot.waitSignal(view.account_chosen) as told:
        view.show()
    assert told.args == ["1"]
    with qtbot.assertNotEmitted(view.account_chosen):
        view.hide()
        view.show()


def test_a_new_account_leaves_the_chosen_one_where_it_is(qtbot, view):
    with qtbot.assertNotEmitted(view.account_chosen):
        view.set_accounts([CONTOSO, HUB, Account("3", "quay.io", "kim")])
    assert view.accounts.chosen == CONTOSO


def test_when_the_chosen_account_goes_another_one_is_shown(qtbot, view):
    with qtbot.waitSignal(view.account_chosen) as told:
        view.set_accounts([HUB])
    assert told.args == ["2"]
    with qtbot.waitSignal(view.account_chosen) as told:
        view.set_accounts([])
    assert told.args == [""]
    assert view.placed is view.blank


def test_signing_out_is_asked_about_and_says_what_stays(qtbot, view):
    qtbot.mouseClick(view.accounts.sign_out_button, LEFT)
    dialog = view.sign_out_dialog
    assert dialog.title.text() == "Sign out of contoso.azurecr.io?"
    assert "What the registry holds, and all images on this computer." in texts(dialog)
    with qtbot.waitSignal(view.sign_out_requested) as told:
        qtbot.mouseClick(dialog.sign_out_button, LEFT)
    assert told.args == [CONTOSO]
    view.set_accounts([HUB])
    assert view.sign_out_dialog is None


def test_a_sign_out_that_failed_says_so_in_its_dialog(qtbot, view):
    view.ask_sign_out(CONTOSO)
    view.show_error(KeyringRefused())
    assert view.sign_out_dialog.banner.isVisible()
    assert not view.banner.isVisible()


# repositories and tags


def test_a_click_opens_a_repository_and_closes_an_open_one(qtbot, view):
    for row, signal, name in ((0, view.open_requested, "base/node"), (1, view.close_requested, "samples/nginx")):
        with qtbot.waitSignal(signal) as told:
            qtbot.mouseClick(view.table.viewport(), LEFT, pos=view.table.act_place(row, TOGGLE))
        assert told.args == [name]


def test_a_double_click_opens_once(qtbot, view):
    opened = []
    view.open_requested.connect(opened.append)
    place = view.table.act_place(0, TOGGLE)
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(view.table.viewport(), LEFT, pos=place)
    assert opened == ["base/node"]


@pytest.mark.parametrize(
    ("row", "key", "signal", "name"),
    [
        (0, Qt.Key.Key_Right, "open_requested", "base/node"),
        (0, Qt.Key.Key_Return, "open_requested", "base/node"),
        (1, Qt.Key.Key_Left, "close_requested", "samples/nginx"),
        (1, Qt.Key.Key_Return, "close_requested", "samples/nginx"),
        (4, Qt.Key.Key_Return, "more_tags_requested", "samples/nginx"),
    ],
)
def test_the_list_is_walked_by_keyboard(qtbot, view, row, key, signal, name):
    view.table.setFocus()
    view.table.selectRow(row)
    with qtbot.waitSignal(getattr(view, signal)) as told:
        qtbot.keyClick(view.table, key)
    assert told.args == [name]


def test_left_on_a_tag_goes_to_its_repository(qtbot, view):
    view.table.setFocus()
    choose(view, "v2")
    qtbot.keyClick(view.table, Qt.Key.Key_Left)
    assert view.names.chosen.repository == "samples/nginx"
    assert view.names.chosen.tag == ""


def test_more_tags_and_more_repositories_are_one_click(qtbot, view):
    with qtbot.waitSignal(view.more_tags_requested) as told:
        qtbot.mouseClick(view.table.viewport(), LEFT, pos=view.table.act_place(4, MORE))
    assert told.args == ["samples/nginx"]
    with qtbot.waitSignal(view.more_requested):
        qtbot.mouseClick(view.names.more_button, LEFT)


@pytest.mark.parametrize(
    ("listing", "words", "more"),
    [
        (Listing("1", 3, True), "3 repositories shown", True),
        (Listing("1", 3), "3 repositories", False),
        (Listing("1", 1), "1 repository", False),
        (Listing("1", 3, True, loading=True), "Asking contoso.azurecr.io…", False),
        (Listing("1", 0), "", False),
    ],
)
def test_how_far_the_list_is_stands_below_it(view, listing, words, more):
    view.show_listing(listing)
    assert (view.names.shown.text(), view.names.more_button.isVisible()) == (words, more)


def test_the_listing_of_another_account_is_ignored(view):
    view.show_listing(Listing("2", 99))
    assert view.names.shown.text() == "3 repositories shown"


def test_a_registry_that_lists_nothing_lets_one_type_a_name(qtbot, view, model):
    model.set_rows([])
    view.show_listing(Listing("1", error=ListingNotAllowed(host="contoso.azurecr.io")))
    assert "It does not list its repositories" in texts(view)
    qtbot.keyClicks(view.filter, "hidden/app")
    with qtbot.waitSignal(view.open_requested) as told:
        qtbot.keyClick(view.filter, Qt.Key.Key_Return)
    assert told.args == ["hidden/app"]
    assert view.filter.text() == ""


def test_an_empty_registry_says_how_something_gets_there(view, model):
    model.set_rows([])
    view.show_listing(Listing("1"))
    assert "Nothing here yet" in texts(view)
    view.show_listing(Listing("1", loading=True))
    assert "Nothing here yet" not in texts(view)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("samples/nginx", ("samples/nginx", "")),
        ("samples/nginx:v2", ("samples/nginx", "v2")),
        ("contoso.azurecr.io/samples/nginx:v2", ("samples/nginx", "v2")),
        ("https://contoso.azurecr.io/samples/nginx", ("samples/nginx", "")),
        ("  shop/api ", ("shop/api", "")),
        ("Not A Name", None),
        ("", None),
    ],
)
def test_a_typed_name_is_understood_with_its_tag_and_its_registry(view, typed, expected):
    view.filter.setText(typed)
    assert view.names.typed() == expected


def test_a_filter_that_finds_nothing_offers_to_ask_the_registry(qtbot, view):
    view.filter.setText("ghost/app")
    assert "Nothing found" in texts(view)
    with qtbot.waitSignal(view.open_requested) as told:
        qtbot.mouseClick(view.names.look_button, LEFT)
    assert told.args == ["ghost/app"]
    view.filter.setText("No Name")
    assert not view.names.look_button.isVisible()


def test_a_name_that_was_asked_for_is_chosen_as_soon_as_it_is_there(view, model):
    view.choose("shop/api", "v7")
    assert view.names.chosen is None
    model.set_rows(list(rows(REPOSITORIES, {"shop/api": names("v6", "v7")}, (), {})))
    assert (view.names.chosen.repository, view.names.chosen.tag) == ("shop/api", "v7")


# the chosen tag


def test_a_chosen_tag_is_asked_about_and_described(qtbot, view):
    with qtbot.waitSignal(view.details_requested) as told:
        choose(view)
    assert told.args == ["samples/nginx", "v1"]
    assert view.details.title.text() == "samples/nginx:v1"
    assert view.details.waiting.isVisible()
    details = replace(details_of("samples/nginx", "v1"), platforms=("linux/amd64", "linux/arm64"), labels=(("a", "b"),))
    view.show_details("1", "samples/nginx", "v1", details)
    shown = texts(view.details)
    assert not view.details.waiting.isVisible()
    assert {"71.8 MB, packed, for one platform", "linux/amd64, linux/arm64", "Layers", "Labels", "b"} <= set(shown)


@pytest.mark.parametrize("late", [("2", "samples/nginx", "v1"), ("1", "samples/nginx", "v2"), ("1", "shop/api", "v1")])
def test_details_of_what_is_no_longer_chosen_are_ignored(view, late):
    choose(view)
    view.show_details(*late, details_of(*late[1:]))
    assert view.details.waiting.isVisible()


def test_a_repository_has_no_details(view):
    choose(view)
    view.table.selectRow(0)
    assert view.details.reference is None


@pytest.mark.parametrize(("act", "signal"), [("pull_button", "pull_requested"), ("run_button", "run_requested")])
def test_pull_and_run_wish_for_the_chosen_tag_with_its_account(qtbot, view, act, signal):
    choose(view, "v2")
    with qtbot.waitSignal(getattr(view, signal)) as told:
        qtbot.mouseClick(getattr(view.details, act), LEFT)
    assert told.args == [Reference.parse("contoso.azurecr.io/samples/nginx:v2"), "1"]


def test_the_address_and_the_digest_can_be_copied_also_after_another_tag_was_shown(qtbot, view):
    for tag in ("v1", "v2"):
        choose(view, tag)
        view.show_details("1", "samples/nginx", tag, details_of("samples/nginx", tag))
        qtbot.mouseClick(view.details.copy_button, LEFT)
        assert QGuiApplication.clipboard().text() == f"contoso.azurecr.io/samples/nginx:{tag}"
        qtbot.mouseClick(view.details.digest_button, LEFT)
        assert QGuiApplication.clipboard().text() == details_of("samples/nginx", tag).digest


def test_without_an_engine_one_can_look_but_not_pull(view):
    choose(view)
    view.show_engine(EngineStatus(EngineState.STOPPED))
    assert not view.details.pull_button.isEnabled()
    assert view.details.pull_button.toolTip() == "The engine is not running."
    assert view.details.copy_button.isEnabled()
    view.show_engine(EngineStatus(EngineState.RUNNING))
    assert view.details.pull_button.isEnabled()


def test_the_same_acts_are_in_the_context_menu(qtbot, view):
    choose(view)
    view.table.menu_requested.emit(view.names.chosen, QPoint(0, 0))
    menu = view.findChildren(QMenu)[-1]
    assert [act.text() for act in menu.actions()] == ["Pull", "Run", "Copy address"]
    with qtbot.waitSignal(view.pull_requested):
        menu.actions()[0].trigger()
    menu.close()
    view.table.selectRow(0)
    view.table.menu_requested.emit(view.names.chosen, QPoint(0, 0))
    menu = [each for each in view.findChildren(QMenu) if each.isVisible()][-1]
    assert [act.text() for act in menu.actions()] == ["Open", "Copy address"]
    with qtbot.waitSignal(view.open_requested):
        menu.actions()[0].trigger()
    menu.close()


# everything else


def test_an_error_stands_above_the_list_and_refresh_puts_it_away(qtbot, view):
    view.show_error(RegistryTroubled("contoso: HTTP 502", host="contoso.azurecr.io"))
    assert view.banner.isVisible()
    assert view.table.isVisible()
    with qtbot.waitSignal(view.refresh_requested):
        qtbot.mouseClick(view.refresh_button, LEFT)
    assert not view.banner.isVisible()


def test_text_from_strangers_is_shown_as_it_is(view, model):
    evil = '<img src="/dev/zero">\u202e'
    model.set_rows(list(rows((evil,), {}, (), {})))
    index = model.index(0, 0)
    assert view.table.spoken(index) == '<img src="/dev/zero">\\u202E'
    choose_first = replace(details_of("a", "b"), platforms=(evil,), labels=((evil, evil),))
    view.details.show_tag(Reference.parse("reg.example/a:b"))
    view.details.show_details(choose_first)
    for label in view.details.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert "\u202e" not in label.text()


def test_in_a_narrow_window_the_accounts_give_way_and_nothing_is_cut(qtbot, view):
    view.resize(672, 500)
    assert view.width() == 672
    assert view.accounts.width() == 64
    choose(view)
    assert view.details.copy_button.mapTo(view, view.details.copy_button.rect().topRight()).x() < 672
    assert view.table.columnWidth(0) > 200
    assert view.accounts.sign_out_button.accessibleName() == "Sign out"
    view.resize(972, 500)
    assert view.accounts.width() == 224


# with the room


@pytest.fixture
def roster(qapp):
    roster = Roster()
    yield roster
    assert roster.close() == []
    gc.collect()


@pytest.fixture
def world():
    return RegistryWorld()


@pytest.fixture
def keychain():
    return FakeKeychain()


@pytest.fixture
def wired(qtbot, roster, world, keychain):
    room = RegistryRoom(roster, world.make, keychain.make)
    view = RegistriesView(room.model)
    qtbot.addWidget(view)
    for wish, verb in (
        (view.greet_requested, room.greet),
        (view.connect_requested, room.connect_to),
        (view.connect_cancelled, room.cancel_connect),
        (view.keyring_requested, room.learn_keyring),
        (view.sign_out_requested, room.sign_out),
        (view.account_chosen, room.show),
        (view.refresh_requested, room.refresh),
        (view.more_requested, room.more),
        (view.open_requested, room.open),
        (view.close_requested, room.close),
        (view.more_tags_requested, room.more_tags),
        (view.details_requested, room.describe),
        (room.greeted, view.show_greeting),
        (room.greet_failed, view.show_greet_error),
        (room.connected, view.show_connected),
        (room.connect_failed, view.show_connect_error),
        (room.keyring_known, view.show_keyring),
        (room.accounts_changed, view.set_accounts),
        (room.listed, view.show_listing),
        (room.described, view.show_details),
        (room.failed, view.show_error),
    ):
        wish.connect(verb)
    view.resize(972, 700)
    view.show()
    return view, room


def sign_in(qtbot, view, secret="right"):
    dialog = view.signin_dialog
    qtbot.keyClicks(dialog.address_field, "https://Reg.example/")
    qtbot.waitUntil(lambda: dialog.greeting is not None)
    qtbot.keyClicks(dialog.user_field, "robot")
    qtbot.keyClicks(dialog.secret_field, secret)
    qtbot.mouseClick(dialog.connect_button, LEFT)


def test_from_nothing_to_a_tag_by_hand(qtbot, wired, world, keychain):
    view, _ = wired
    qtbot.mouseClick(view.blank_connect_button, LEFT)
    qtbot.waitUntil(lambda: view.signin_dialog.keep_note.text != "")
    sign_in(qtbot, view)
    qtbot.waitUntil(lambda: view.signin_dialog is None and view.table.model().rowCount() == 2)
    assert view.placed is not view.blank
    assert list(keychain.items.values()) == [Secret("right")]
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=view.table.act_place(1, TOGGLE))
    qtbot.waitUntil(lambda: view.table.model().rowCount() == 4)
    choose(view)
    qtbot.waitUntil(lambda: not view.details.waiting.isVisible())
    assert len(world.asked("repositories")) == 1


def test_a_wrong_secret_can_be_mended_in_the_same_form(qtbot, wired, keychain):
    view, room = wired
    view.ask_connect()
    sign_in(qtbot, view, "wrong")
    qtbot.waitUntil(lambda: view.signin_dialog.banner.isVisible())
    assert isinstance(view.signin_dialog.banner.error, WrongCredentials)
    assert keychain.items == {}
    qtbot.keyClicks(view.signin_dialog.secret_field, "right")
    qtbot.mouseClick(view.signin_dialog.connect_button, LEFT)
    qtbot.waitUntil(lambda: view.signin_dialog is None)
    assert [account.host for account in room.accounts] == ["reg.example"]


def test_signing_out_by_hand_ends_where_it_began(qtbot, wired, keychain):
    view, _ = wired
    view.ask_connect()
    sign_in(qtbot, view)
    qtbot.waitUntil(lambda: view.table.model().rowCount() == 2)
    qtbot.mouseClick(view.accounts.sign_out_button, LEFT)
    qtbot.mouseClick(view.sign_out_dialog.sign_out_button, LEFT)
    qtbot.waitUntil(lambda: view.placed is view.blank)
    assert keychain.items == {}
    assert view.sign_out_dialog is None


def test_an_open_registry_is_connected_and_says_so(qtbot, wired, world):
    world.greetings["reg.example"] = Greeting("reg.example", "https", SignIn.NONE)
    view, _ = wired
    view.ask_connect("reg.example")
    qtbot.waitUntil(lambda: view.signin_dialog.connect_button.isEnabled())
    assert view.signin_dialog.address.found.text == "Found. This registry did not ask for a password."
    qtbot.mouseClick(view.signin_dialog.connect_button, LEFT)
    qtbot.waitUntil(lambda: view.signin_dialog is None)
    assert view.accounts.items[0].note == "asks for no password"


def test_the_forms_keyring_note_follows_what_is_found_out(qtbot, wired, keychain):
    keychain.answer = KeyringState.ABSENT
    view, _ = wired
    view.ask_connect()
    qtbot.waitUntil(lambda: "no keyring" in view.signin_dialog.keep_note.text)
