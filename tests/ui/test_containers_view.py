import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.bridge.containers import COLUMNS
from desktop.bridge.models import TableModel
from desktop.core.engine_errors import ContainerGone, EngineRefused, PortTaken
from desktop.core.engines import EngineState, EngineStatus, Probe
from desktop.core.inventory import (
    Container,
    ContainerState,
    Doing,
    ImageDetails,
    OutputPiece,
    PortMapping,
    PublishedPort,
    RunOptions,
)
from desktop.core.run_options import PortAnswer
from desktop.ui import theme
from desktop.ui.container_cells import ContainerCells
from desktop.ui.containers_view import ContainersView

LEFT = Qt.MouseButton.LeftButton
RUNNING, EXITED = ContainerState.RUNNING, ContainerState.EXITED
NOW = int(time.time())


def container(name, state=RUNNING, *ports, status="Up 2 minutes", **more):
    published = tuple(PublishedPort(80 + n, "tcp", "127.0.0.1", port) for n, port in enumerate(ports))
    return Container(f"id-{name}", name, "nginx:latest", "sha256:1", state, status, NOW - 500, published, **more)


WEB = container("web", RUNNING, 8080)
SHOP = container("shop", RUNNING, 8000, 8443)
MANY = container("many", RUNNING, 9001, 9002, 9003)
CACHE = container("cache")
OLD = container("old", EXITED, status="Exited (3) 2 days ago")
NGINX = ImageDetails("sha256:1", ("nginx:latest",), (), 1, "", "", ("80/tcp",), ("nginx",), (), (), ())
SIGNALS = (
    "start_requested", "stop_requested", "restart_requested", "remove_requested", "open_requested", "follow_requested",
    "run_image_requested", "show_stopped_requested", "refresh_requested", "run_requested", "ports_requested",
    "port_check_requested",
)  # fmt: skip


@pytest.fixture
def view(qtbot):
    model = TableModel(COLUMNS, key=lambda each: each.id)
    view = ContainersView(model)
    qtbot.addWidget(view)
    view.resize(972, 728)
    view.told = []
    for name in SIGNALS:
        getattr(view, name).connect(
            lambda *values, name=name: view.told.append((name.removesuffix("_requested"), *values))
        )

    def show(*containers, stopped=False):
        model.set_rows([each for each in containers if each.alive or stopped])
        view.show_containers(list(containers))

    view.list_ = show
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    return view


def acts(view, name, containers=(WEB, SHOP, CACHE)):
    row = [each.name for each in containers].index(name)
    shown = view.table.cell(view.table.model().index(row, 4))
    return [act for act, _ in shown.places(view.table.visualRect(view.table.model().index(row, 4)))]


def click(view, row, act):
    QTest.mouseClick(view.table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, view.table.act_place(row, act))


def spoken(view, row):
    return [view.table.spoken(view.table.model().index(row, column)) for column in range(5)]


def output(view):
    return list(view.console.lines.texts(view.console.lines.first, view.console.lines.end))


def test_the_head_counts_and_each_row_says_its_state_in_a_word(view):
    view.list_(WEB, SHOP, OLD, stopped=True)
    assert view.about.text() == "2 running, 1 stopped"
    assert spoken(view, 0)[:4] == ["Running", "web, nginx:latest", "localhost:8080", "for 2 minutes"]
    assert spoken(view, 2) == ["Stopped", "old, nginx:latest", "", "2 days ago, ended with 3", "Start, Remove…"]


def test_addresses_are_links_two_at_once_and_of_more_their_number(view):
    view.list_(WEB, SHOP, MANY, CACHE)
    click(view, 0, "open")
    click(view, 1, "open-second")
    click(view, 2, "open")
    assert [told for told in view.told if told[0] == "open"] == [
        ("open", WEB, "localhost:8080"),
        ("open", SHOP, "localhost:8443"),
        ("open", MANY, "localhost:9001"),
    ]
    assert view.table.cell(view.table.model().index(2, 2)).note == "and 2 more"
    assert view.table.cell(view.table.model().index(3, 2)).text == "none"


@pytest.mark.parametrize(
    ("act", "wish", "row"), [("stop", "stop", 0), ("restart", "restart", 0), ("open", "open", 0), ("start", "start", 1)]
)
def test_an_icon_in_a_row_is_an_act(view, act, wish, row):
    view.list_(WEB, OLD, stopped=True)
    click(view, row, act)
    assert view.told[-1][:2] == (wish, (WEB, OLD)[row])


def test_while_something_was_asked_it_says_so_and_nothing_else_can_be(view):
    view.list_(replace(WEB, doing=Doing.STOPPING))
    assert spoken(view, 0)[0] == "Stopping…"
    assert acts(view, "web") == ["open"]
    assert [act.text() for act in view.list.menu(replace(WEB, doing=Doing.STOPPING)).actions() if act.isEnabled()] == [
        "Open localhost:8080",
        "",
    ]


def test_the_menu_has_every_act_in_words(view):
    view.list_(SHOP, OLD, stopped=True)
    menu = view.list.menu(SHOP)
    assert [act.text() for act in menu.actions()] == [
        "Open localhost:8000", "Open localhost:8443", "Stop", "Restart", "", "Remove…",
    ]  # fmt: skip
    menu.actions()[1].trigger()
    menu.actions()[2].trigger()
    assert view.told[-2:] == [("open", SHOP, "localhost:8443"), ("stop", SHOP)]
    assert [act.text() for act in view.list.menu(OLD).actions()] == ["Start", "", "Remove…"]


def test_the_keyboard_reaches_every_act(qtbot, view):
    view.list_(WEB, SHOP)
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert view.told[-1] == ("open", SHOP, "localhost:8000")
    QTest.keyClick(view.table, Qt.Key.Key_Delete)
    assert view.removal_dialog.container == SHOP
    view.removal_dialog.reject()
    QTest.keyClick(view.table, Qt.Key.Key_F5)
    assert view.told[-1] == ("refresh",)


def test_a_row_that_is_chosen_brings_its_output_and_no_other_container_s(qtbot, view):
    view.list_(WEB, SHOP)
    assert view.told == [("follow", "id-web")], "the first one, because somebody looks"
    view.choose("id-shop")
    assert view.told[-1] == ("follow", "id-shop")
    view.show_output("id-web", [OutputPiece("late\n")])
    view.show_output("id-shop", [OutputPiece("hello\n")])
    assert (output(view), view.console.said.text()) == (["hello"], "shop")
    view.list_(WEB, replace(SHOP, status="Up 3 minutes"))
    assert view.told[-1] == ("follow", "id-shop"), "a new list asks for nothing"
    assert len(view.told) == 2
    view.begin_output("id-shop")
    assert output(view) == []


def test_unseen_it_follows_nobody_by_itself(qtbot):
    view = ContainersView(model := TableModel(COLUMNS, key=lambda each: each.id))
    qtbot.addWidget(view)
    asked = []
    view.follow_requested.connect(asked.append)
    model.set_rows([WEB])
    view.show_containers([WEB])
    assert asked == []
    view.show()
    assert asked == ["id-web"]


def test_a_container_is_chosen_as_soon_as_it_has_a_row(view):
    view.list_(WEB)
    view.choose("id-shop")
    view.list_(WEB, SHOP)
    assert view.table.chosen() == [SHOP]
    assert view.told[-1] == ("follow", "id-shop")


def test_what_a_removed_container_said_stays_and_so_does_how_it_ended(view):
    view.list_(WEB)
    view.show_output("id-web", [OutputPiece("last words")])
    view.list_()
    view.show_removed(replace(WEB, state=EXITED, status="Exited (3)"))
    assert output(view) == ["last words", "web has stopped with code 3 and was removed."]
    assert view.placed is view.splitter
    assert not view.list.empty_label.isHidden()
    view.list_(SHOP)
    assert view.console.said.text().startswith("web has stopped"), "nothing else is put in its place"


@pytest.mark.parametrize(
    ("doing", "status", "words"),
    [
        (Doing.NOTHING, "Exited (0) now", "web has stopped."),
        (Doing.NOTHING, "Exited (3) now", "web has stopped with code 3."),
        (Doing.STOPPING, "Exited (137) now", "web has stopped."),
    ],
)
def test_a_stop_is_told_below_the_output_with_a_code_that_was_not_asked_for(view, doing, status, words):
    view.list_(replace(WEB, doing=doing))
    view.list_(replace(WEB, state=EXITED, status=status, doing=doing))
    view.list_(replace(WEB, state=EXITED, status=status))
    assert output(view) == [words]
    view.list_()
    view.show_removed(replace(WEB, state=EXITED, status=status))
    assert output(view) == [words.removesuffix(".") + " and was removed."]


def test_one_that_was_stopped_already_is_only_removed(view):
    view.list_(OLD, stopped=True)
    view.list_()
    view.show_removed(OLD)
    assert output(view) == ["old was removed."]


def test_a_restart_is_not_told_as_a_stop_and_a_removal_is_told_once(view):
    for doing in (Doing.RESTARTING, Doing.REMOVING):
        view.list_(replace(WEB, doing=doing))
        view.list_(replace(WEB, state=EXITED, status="Exited (0) now", doing=doing))
        assert output(view) == []
    view.list_()
    view.show_removed(replace(WEB, state=EXITED, status="Exited (0)"))
    assert output(view) == ["web has stopped and was removed."]


def test_a_name_that_the_engine_gave_comes_with_the_list(view):
    unnamed = replace(WEB, name="0123456789ab")
    view.list_(unnamed)
    view.list_(replace(unnamed, name="quirky_wozniak"))
    assert view.console.said.text() == "quirky_wozniak"


def test_an_empty_room_says_what_would_be_here_and_leads_on(qtbot, view):
    view.list_()
    assert view.placed is view.blank
    assert view.blank.title.text() == "No containers yet"
    assert view.blank_stopped_button.isHidden()
    qtbot.mouseClick(view.blank_run_button, LEFT)
    assert view.told == [("run_image",)]


def test_with_stopped_ones_only_they_are_one_click_away(qtbot, view):
    view.list_(OLD)
    assert view.blank.title.text() == "Nothing is running"
    assert "One container is stopped." in view.blank.about.text()
    qtbot.mouseClick(view.blank_stopped_button, LEFT)
    assert view.told == [("show_stopped", True)]


def test_the_switch_follows_the_settings_without_asking_for_them_again(view):
    view.set_show_stopped(True)
    assert view.stopped_switch.isChecked()
    assert view.told == []


def test_before_the_first_list_and_without_an_engine_nothing_is_claimed(view):
    assert view.placed is not view.blank
    view.list_()
    probe = Probe("unix:///podman.sock", "Podman", "usual", EngineState.STOPPED, start="podman")
    view.show_engine(EngineStatus(EngineState.STOPPED, probe))
    assert (view.placed, view.about.text()) == (view.notice, "Waiting for the engine")
    assert view.notice.title == "Podman is not running"
    assert not view.run_image_button.isEnabled()
    view.show_engine(EngineStatus(EngineState.RUNNING))
    assert view.placed is view.blank


def test_removal_names_what_goes_and_what_stays_and_waits_until_it_is_done(qtbot, view):
    view.list_(WEB)
    click(view, 0, "remove")
    dialog = view.removal_dialog
    assert view.told[1:] == [], "asked first"
    texts = " ".join(each.text() for each in dialog.findChildren(type(dialog.title)))
    assert "Remove web" in texts
    assert "stopped first" in texts
    assert "nginx:latest" in texts
    qtbot.mouseClick(dialog.remove_button, LEFT)
    assert view.told[-1] == ("remove", WEB)
    view.show_error(EngineRefused())
    assert dialog.banner.isVisible()
    assert not view.banner.isVisible()
    qtbot.mouseClick(dialog.remove_button, LEFT)
    view.list_()
    view.show_removed(WEB)
    assert view.removal_dialog is None


def test_an_error_stands_above_the_list_which_stays_usable(view):
    view.list_(WEB)
    view.show_error(ContainerGone(name="web"))
    assert view.banner.isVisible()
    click(view, 0, "stop")
    assert view.told[-1] == ("stop", WEB)


def test_the_run_form_is_asked_answered_and_closed_through_the_view(qtbot, view):
    view.list_(WEB)
    view.ask_run(NGINX)
    form = view.run_dialog
    assert view.told[-1] == ("ports", NGINX)
    view.show_ports((PortMapping(8081, 80),))
    form.name_field.setText("web")
    assert "is taken" in form.name_note.text
    form.name_field.setText("web2")
    qtbot.mouseClick(form.run_button, LEFT)
    assert view.told[-1] == ("run", RunOptions("nginx:latest", "web2", (PortMapping(8081, 80),)))
    view.run_failed(PortTaken(port="8081"))
    assert form.banner.isVisible()
    qtbot.mouseClick(form.banner.act, LEFT)
    assert view.told[-1] == ("port_check", 8082, "tcp")
    view.show_port(PortAnswer(8082, "tcp", True))
    qtbot.mouseClick(form.run_button, LEFT)
    assert view.told[-1][1].ports == (PortMapping(8082, 80),)
    view.run_succeeded()
    assert view.run_dialog is None


def test_a_run_that_fails_after_its_form_was_closed_is_told_on_the_page(view):
    view.list_(WEB)
    view.ask_run(NGINX)
    view.run_dialog.reject()
    view.run_failed(PortTaken(port="8081"))
    assert view.banner.isVisible()


def test_a_page_that_is_waited_for_is_seen_at_its_address(view):
    view.list_(WEB)
    view.show_awaited(frozenset({("id-web", "localhost:8080")}))
    assert view.table.cell(view.table.model().index(0, 2)).note == "waiting for the page…"
    view.show_awaited(frozenset())
    assert view.table.cell(view.table.model().index(0, 2)).note == ""


def test_ages_go_on_between_two_lists(qapp):
    now = 1_000_000.0
    cells = ContainerCells(clock=lambda: now)
    cells.heard([WEB])
    assert cells.since(WEB).text == "for 2 minutes"
    now += 200
    cells.heard([WEB])
    assert cells.since(WEB).text == "for 5 minutes"
    assert cells.since(replace(WEB, status="", created=int(now) - 7200)).text == "for 2 hours"
    fresh = replace(WEB, status="Up 3 seconds")
    assert cells.since(fresh).text == "just now"


@pytest.mark.parametrize("size", [(972, 728), (752, 728), (672, 528)])
def test_the_list_shows_whole_rows_and_leaves_the_console_room(qtbot, view, size):
    view.resize(*size)
    view.list_(*(container(f"c{n}") for n in range(12)))
    QApplication.processEvents()
    assert (view.table.viewport().height()) % 56 == 0
    assert view.console.height() >= 160
    assert view.table.isColumnHidden(3) == (size[0] < 720)
    view.list_(WEB)
    QApplication.processEvents()
    assert view.table.verticalScrollBar().maximum() == 0
    assert view.list.height() == 36 + 56


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=lambda tokens: tokens.name)
def test_every_state_can_be_painted(qapp, view, tokens):
    theme.apply(qapp, tokens)
    view.list_(
        *(replace(WEB, id=state.value, state=state) for state in ContainerState),
        *(replace(WEB, id=doing.name, doing=doing) for doing in Doing),
        replace(WEB, id="x", name="<b>" + "x" * 400, image="\u202eevil" * 50),
        stopped=True,
    )
    view.table.grab()
