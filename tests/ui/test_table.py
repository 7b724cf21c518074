from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QHelpEvent
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QToolTip, QWidget

from desktop.bridge.models import Column, TableModel
from desktop.ui.widgets.cells import LEAST_LEAD, Actions, Link, Pill, Spark, State, Text, breadth
from desktop.ui.widgets.table import Table, plain_tip

LONG = "contoso.azurecr.io/team/a-service-with-quite-a-long-name"
LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Row:
    name: str
    size: int = 0


COLUMNS = [
    Column("Name", lambda r: r.name, lambda r: r.name),
    Column("Size", lambda r: str(r.size), lambda r: r.size, right=True, tip="All its files"),
    Column("", lambda r: "", lambda r: 0),
]
ACTS = Actions((("play", "run"), ("", ""), ("trash", "remove")), tips=("Run it", "", "Remove it"))
CELLS = (lambda r: Text(r.name), lambda r: Text(f"{r.size} MB", right=True), lambda r: ACTS)
ROWS = [Row("nginx", 187), Row(LONG, 12), Row("<b>bold</b>", 5), Row("redis", 117)]


@pytest.fixture
def table(qtbot):
    whole = QWidget()
    qtbot.addWidget(whole)
    model = TableModel(COLUMNS, key=lambda r: r.name)
    table = Table(model, CELLS, (0, 80, 120), "Images", sort=0)
    table.whole, table.rows, table.told = whole, model, []
    table.act_requested.connect(lambda act, row: table.told.append((act, row.name)))
    table.row_activated.connect(lambda row: table.told.append(("open", row.name)))
    table.menu_requested.connect(lambda row, at: table.told.append(("menu", row.name)))
    table.button = QPushButton("before")
    layout = QHBoxLayout(whole)
    layout.addWidget(table.button)
    layout.addWidget(table)
    model.set_rows(ROWS)
    whole.resize(520, 300)
    with qtbot.waitExposed(whole):
        whole.show()
    whole.activateWindow()
    return table


def names(table):
    return [table.model().index(row, 0).data() for row in range(table.model().rowCount())]


def row_of(table, name):
    return names(table).index(name)


def middle(table, name, column=0):
    return table.visualRect(table.model().index(row_of(table, name), column)).center()


def tip_at(qtbot, table, place):
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    event = QHelpEvent(QEvent.Type.ToolTip, place, table.viewport().mapToGlobal(place))
    QApplication.sendEvent(table.viewport(), event)
    return QToolTip.text()


def test_an_act_painted_in_a_row_is_clicked_where_it_is_painted(qtbot, table):
    for act in ("run", "remove"):
        qtbot.mouseClick(table.viewport(), LEFT, pos=table.act_place(row_of(table, "redis"), act))
    assert table.told == [("run", "redis"), ("remove", "redis")]
    assert [row.name for row in table.chosen()] == ["redis"]


def test_an_act_is_let_go_of_where_it_was_pressed_or_does_nothing(qtbot, table):
    run, remove = (table.act_place(row_of(table, "redis"), act) for act in ("run", "remove"))
    qtbot.mousePress(table.viewport(), LEFT, pos=run)
    qtbot.mouseRelease(table.viewport(), LEFT, pos=remove)
    qtbot.mousePress(table.viewport(), LEFT, pos=middle(table, "redis"))
    qtbot.mouseRelease(table.viewport(), LEFT, pos=run)
    other = table.act_place(row_of(table, "nginx"), "run")
    qtbot.mousePress(table.viewport(), LEFT, pos=run)
    qtbot.mouseRelease(table.viewport(), LEFT, pos=other)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=run)
    assert table.told == []


def test_a_double_click_opens_a_row_but_not_on_an_act(qtbot, table):
    qtbot.mouseDClick(table.viewport(), LEFT, pos=middle(table, "nginx"))
    qtbot.mouseDClick(table.viewport(), LEFT, pos=table.act_place(row_of(table, "redis"), "run"))
    assert table.told == [("open", "nginx")]


def test_keys_move_and_open(qtbot, table):
    table.choose(lambda row: row.name == "nginx")
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert table.told == [("open", "redis")]


def test_the_context_menu_comes_by_mouse_and_by_key(table):
    table.choose(lambda row: row.name == "redis")
    place = middle(table, "nginx")
    for reason, at in ((QContextMenuEvent.Reason.Mouse, place), (QContextMenuEvent.Reason.Keyboard, QPoint(-1, -1))):
        QApplication.sendEvent(table.viewport(), QContextMenuEvent(reason, at, table.viewport().mapToGlobal(at)))
    empty = QPoint(20, table.viewport().height() - 4)
    nowhere = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, empty, table.viewport().mapToGlobal(empty))
    QApplication.sendEvent(table.viewport(), nowhere)
    assert table.told == [("menu", "nginx"), ("menu", "redis")]


def test_a_tooltip_says_what_had_to_be_cut_and_nothing_more(qtbot, table):
    assert tip_at(qtbot, table, middle(table, LONG)) == LONG
    assert tip_at(qtbot, table, middle(table, "nginx")) == ""


def test_a_tooltip_names_the_act_under_the_pointer(qtbot, table):
    assert tip_at(qtbot, table, table.act_place(0, "remove")) == "Remove it"


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "a<img src='/dev/zero'>", "<br", "a & <i>b</i>", "<!-- -->", "&lt;b&gt;", "x\u202ey<a>"]
)
def test_no_tooltip_is_taken_for_markup(text):
    assert not GuiQt.mightBeRichText(plain_tip(text))
    assert plain_tip(text).replace("\u200b", "") == text.replace("\u202e", "\\u202E")


def test_markup_in_a_cut_name_is_shown_as_it_is_written(qtbot, table):
    name = "<b>bold</b>" * 20
    table.rows.set_rows([Row(name)])
    assert tip_at(qtbot, table, middle(table, name)).replace("\u200b", "") == name


def test_a_screen_reader_hears_the_words_on_screen(table):
    at = row_of(table, "nginx")
    spoken = [table.model().index(at, n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(3)]
    assert spoken == ["nginx", "187 MB", "Run it, Remove it"]
    seen = QAccessible.queryAccessibleInterface(table)
    assert seen.text(QAccessible.Text.Name) == "Images"


def test_titles_stand_over_their_figures_and_explain_themselves(table):
    head, horizontal = table.model().headerData, Qt.Orientation.Horizontal
    sides = [head(n, horizontal, Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight for n in range(2)]
    assert [bool(side) for side in sides] == [False, True]
    assert head(1, horizontal, Qt.ItemDataRole.ToolTipRole) == "All its files"
    assert head(0, Qt.Orientation.Vertical, Qt.ItemDataRole.DisplayRole) is None


def test_a_click_on_a_title_sorts_and_a_second_one_turns_it_round(qtbot, table):
    assert names(table) == sorted(names(table))
    title = QPoint(table.head.sectionViewportPosition(1) + 30, 18)
    for wanted in ([5, 12, 117, 187], [187, 117, 12, 5]):
        qtbot.mouseClick(table.head.viewport(), LEFT, pos=title)
        assert [row.size for row in map(table.rows.index, range(4), [0] * 4) for row in [row.data(256)]] == wanted


def test_titles_sort_by_keyboard_alone(qtbot, table):
    table.button.setFocus()
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if table.head.hasFocus():
            break
    assert table.head.hasFocus()
    before = table.head.grab().toImage()
    qtbot.keyClick(table.head, Qt.Key.Key_Right)
    assert table.head.grab().toImage() != before  # where the keyboard is can be seen
    qtbot.keyClick(table.head, Qt.Key.Key_Space)
    assert [table.rows.index(at, 0).data(256).size for at in range(4)] == [5, 12, 117, 187]


def test_tab_into_a_table_chooses_a_row_and_shows_where_the_keyboard_is(qtbot, table):
    table.button.setFocus()
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if table.hasFocus():
            break
    assert len(table.chosen()) == 1
    by_keyboard = table.viewport().grab().toImage()
    table.whole.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
    assert table.viewport().grab().toImage() != by_keyboard


class Scrap:
    """A canvas that notes what it is asked to write and how much room there is for it."""

    def __init__(self):
        self.written = []

    def text(self, box, text, type="body", *args, **kwargs):
        self.written.append((text, box.width()))
        return min(box.width(), breadth(text, type))


@pytest.mark.parametrize("room", [400, 300, 200])
def test_a_lead_gives_way_before_the_name_it_leads(qapp, room):
    name, lead, scrap = "samples/nginx", "a-very-long-registry-name.azurecr.io", Scrap()
    Text(name, "text", "medium", lead=f"{lead}/").paint(scrap, QRect(0, 0, room, 40))
    written = dict(scrap.written)
    assert list(written) == [lead, "/", name]
    assert written[name] >= breadth(name, "medium")
    assert (written[lead] < breadth(lead, "body")) == (room < 350)


def test_where_even_the_name_does_not_fit_the_lead_is_still_seen(qapp):
    scrap = Scrap()
    Text("team/" + "x" * 80, "text", "medium", lead="contoso.azurecr.io/").paint(scrap, QRect(0, 0, 160, 40))
    assert 40 <= dict(scrap.written)["contoso.azurecr.io"] <= LEAST_LEAD


class Broken:
    text = "broken"

    def paint(self, canvas, box):
        raise ValueError(self.text)


@pytest.mark.parametrize("make", [lambda row: Broken(), lambda row: row.missing], ids=["paint", "make"])
def test_a_bug_in_a_cell_leaves_it_empty_and_is_logged_once(qtbot, caplog, make):
    model = TableModel([Column("", lambda r: r.name, lambda r: 0)], key=lambda r: r.name)
    table = Table(model, [make], (0,), "broken cells")
    qtbot.addWidget(table)
    model.set_rows(ROWS)
    table.show()
    for _ in range(3):
        assert not table.grab().isNull()
    assert [record.getMessage() for record in caplog.records] == ["a cell of broken cells cannot be shown"]


EVERY_KIND = [
    *(Text(""), Text("a", sub="b", icon="tag"), Text("a", lead="b/"), Text("a\nb\u202e" * 400)),
    *(State("", "good"), Pill(""), Pill("a", more="+2"), Link(""), Link("localhost:8080"), Actions(()), ACTS),
    *(Spark(""), Spark("1 %", (0.5,)), Spark("1 %", (0.1, 1.0))),
]


@pytest.mark.parametrize("cell", EVERY_KIND, ids=repr)
def test_every_cell_paints_in_any_room_there_is(qtbot, cell):
    model = TableModel([Column("", lambda r: r.name, lambda r: 0)], key=lambda r: r.name)
    table = Table(model, [lambda r: cell], (0,), "cells")
    qtbot.addWidget(table)
    model.set_rows([Row("x")])
    for width in (400, 60, 20):
        table.resize(width, 100)
        assert not table.grab().isNull()
