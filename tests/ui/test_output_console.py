import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from desktop.core import output_selection
from desktop.core.inventory import OutputPiece
from desktop.core.output_lines import OutputNotSaved
from desktop.ui import theme
from desktop.ui.output_console import OutputConsole
from desktop.ui.widgets.output_text import ROW, SIDE
from desktop.ui.widgets.ruler import CHUNK, Ruler

LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def console(qtbot):
    console = OutputConsole()
    qtbot.addWidget(console)
    console.resize(972, 400)
    with qtbot.waitExposed(console):
        console.show()
    console.activateWindow()
    console.show_container("web")
    return console


@pytest.fixture
def clipboard(qapp):
    board = QGuiApplication.clipboard()
    board.clear()
    yield board
    board.clear()


def say(console, *lines, error=False):
    console.append([OutputPiece("".join(f"{line}\n" for line in lines), error)])


def numbered(count, first=0):
    return [f"line {number}" for number in range(first, first + count)]


def spot(console, line, column):
    """Where a character stands on the viewport."""
    text = console.text
    x = text._ruler.x(console.lines.line(line).text, column) + SIDE - text.horizontalScrollBar().value()
    return QPoint(round(x), (line - console.lines.first) * ROW - text.verticalScrollBar().value() + ROW // 2)


def drag(console, begin, end):
    view = console.text.viewport()
    QTest.mousePress(view, LEFT, NONE, begin)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, NONE, end)


def wheel(console, up):
    view = console.text.viewport()
    at = view.rect().center().toPointF()
    delta = QPoint(0, 240 if up else -2400)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), delta, Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(view, event)


def searched(qtbot, console, words):
    console.find_field.setText(words)
    qtbot.waitUntil(lambda: not console._turns.isActive())
    return console.count.text()


def colours(console):
    picture = console.text.viewport().grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 1) for y in range(0, 3 * ROW, 2)}


def test_the_newest_line_stays_in_sight_until_the_person_looks_back(qtbot, console):
    say(console, *numbered(100))
    bar = console.text.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    wheel(console, up=True)
    assert not console.follow_switch.isChecked()
    top = console.text.first_in_sight()
    say(console, *numbered(100))
    assert console.text.first_in_sight() == top
    wheel(console, up=False)
    for _ in range(20):
        wheel(console, up=False)
    assert console.follow_switch.isChecked()
    assert bar.value() == bar.maximum()


def test_the_switch_goes_back_to_the_newest_line(qtbot, console):
    say(console, *numbered(100))
    console.text.verticalScrollBar().setValue(0)
    assert not console.follow_switch.isChecked()
    qtbot.mouseClick(console.follow_switch, LEFT)
    assert console.text.verticalScrollBar().value() == console.text.verticalScrollBar().maximum()


def test_what_the_person_looks_at_stays_where_it_is_while_old_lines_drop_out(console):
    console.lines._most = 100_000
    say(console, *numbered(1500))
    console.text.show_line(1400)
    console.text.set_following(False)
    seen = console.lines.line(console.text.first_in_sight()).text
    say(console, *numbered(20, 1500))
    assert console.lines.first > 0
    assert console.lines.line(console.text.first_in_sight()).text == seen


def test_a_million_lines_are_shown_without_a_stall(qtbot, console):
    worst, lines = 0.0, 0
    while lines < 1_000_000:
        piece = OutputPiece("".join(f"12:00:00 GET /orders/{lines + n} 200 9 ms\n" for n in range(5000)))
        begun = time.perf_counter()
        console.append([piece])
        QApplication.processEvents()
        worst, lines = max(worst, time.perf_counter() - begun), lines + 5000
    assert console.lines.end == 1_000_000
    assert worst < 0.2, "seconds, on a machine that may be busy; it takes 4 ms on an idle one"


def test_each_kind_of_line_has_its_colour_and_markup_is_text(console):
    say(console, "<b>plain</b>")
    assert QColor(theme.LIGHT.console_warn).name() not in colours(console)
    say(console, "<img src=x> bad", error=True)
    console.note("web has stopped.")
    assert {QColor(getattr(theme.LIGHT, name)).name() for name in ("console", "console_warn")} <= colours(console)
    assert [console.lines.line(n).text for n in range(3)] == ["<b>plain</b>", "<img src=x> bad", "web has stopped."]


def test_a_part_of_a_line_is_selected_by_dragging_and_copied(console, clipboard):
    say(console, "see http://127.0.0.1:8888/?token=abc now", "second")
    drag(console, spot(console, 0, 4), spot(console, 0, 36))
    QTest.keyClick(console.text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "http://127.0.0.1:8888/?token=abc"


def test_several_lines_are_selected_by_dragging_backwards(console, clipboard):
    say(console, "one", "two", "three")
    drag(console, spot(console, 2, 2), spot(console, 0, 1))
    console.copy()
    assert clipboard.text() == "ne\ntwo\nth"


def test_two_clicks_take_a_word_an_address_being_one_and_three_the_line(console, clipboard):
    say(console, "see http://127.0.0.1:8888/?token=abc now")
    view, at = console.text.viewport(), spot(console, 0, 10)
    QTest.mouseClick(view, LEFT, NONE, at)
    QTest.mouseDClick(view, LEFT, NONE, at)
    assert console.text.selected == "http://127.0.0.1:8888/?token=abc"
    QTest.mouseClick(view, LEFT, NONE, at)
    assert console.text.selected == "see http://127.0.0.1:8888/?token=abc now"


def test_wide_characters_are_selected_where_they_stand(console):
    say(console, "abc漢字かな交じり文def" * 30)
    drag(console, spot(console, 0, 3), spot(console, 0, 11))
    assert console.text.selected == "漢字かな交じり文"
    drag(console, spot(console, 0, CHUNK - 2), spot(console, 0, CHUNK + 3))
    assert console.text.selected == ("abc漢字かな交じり文def" * 30)[CHUNK - 2 : CHUNK + 3]


def test_the_keyboard_scrolls_selects_and_copies(console, clipboard):
    say(console, *numbered(100))
    bar = console.text.verticalScrollBar()
    QTest.keyClick(console.text, Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(console.text, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(console.text, Qt.Key.Key_Down, SHIFT)
    assert console.text.selected == "line 0\nline 1\n"
    QTest.keyClick(console.text, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    QTest.keyClick(console.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert console.text.selected == "\n".join(numbered(100))


def test_with_nothing_selected_the_whole_output_is_copied_its_latest_part_if_it_is_very_long(
    console, clipboard, monkeypatch
):
    say(console, *numbered(3))
    console.copy_button.click()
    assert clipboard.text() == "line 0\nline 1\nline 2"
    monkeypatch.setattr(output_selection, "MOST_COPIED", 14)
    console.copy_button.click()
    assert clipboard.text() == "line 1\nline 2"


def test_selected_lines_that_drop_out_are_no_longer_selected(console):
    console.lines._most = 100_000
    say(console, *numbered(3))
    console.text.select_all()
    say(console, *numbered(3000))
    assert "line 0\n" not in console.text.selected


def test_finding_counts_and_walks_through_the_hits_in_a_ring(qtbot, console):
    say(console, *numbered(100))
    assert searched(qtbot, console, "LINE 9") == "11"
    QTest.keyClick(console.find_field, Qt.Key.Key_Return)
    assert console.count.text() in ("1 of 11", "2 of 11"), "from what is in sight"
    qtbot.mouseClick(console.previous_button, LEFT)
    while console.count.text() != "1 of 11":
        qtbot.mouseClick(console.previous_button, LEFT)
    assert console._hit == 9
    QTest.keyClick(console.find_field, Qt.Key.Key_Return, SHIFT)
    assert (console.count.text(), console._hit) == ("11 of 11", 99)
    QTest.keyClick(console.find_field, Qt.Key.Key_Return)
    assert console._hit == 9
    assert console.text.first_in_sight() <= 9 < console.text.first_in_sight() + console.text.viewport().height() // ROW
    assert not console.follow_switch.isChecked(), "else new lines would carry it away"


def test_finding_goes_on_with_new_lines_and_says_when_there_is_nothing(qtbot, console):
    say(console, *numbered(3))
    assert searched(qtbot, console, "needle") == "not found"
    assert not console.next_button.isEnabled()
    say(console, "a needle")
    qtbot.waitUntil(lambda: console.count.text() == "1")
    assert console.next_button.isEnabled()
    QTest.keyClick(console.find_field, Qt.Key.Key_Escape)
    assert (console.find_field.text(), console.count.text()) == ("", "")


def test_a_hit_far_to_the_right_is_brought_into_sight(qtbot, console):
    say(console, "x" * 2000 + "needle")
    searched(qtbot, console, "needle")
    console.find_next()
    assert 0 < spot(console, 0, 2003).x() < console.text.viewport().width()


def test_the_find_key_goes_to_the_field(qtbot, console):
    console.text.setFocus()
    QTest.keyClick(console.text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert console.find_field.hasFocus()


def test_another_container_begins_with_nothing_and_follows(console):
    say(console, *numbered(100))
    console.text.verticalScrollBar().setValue(0)
    console.text.select_all()
    console.show_container("db")
    say(console, "from another")
    assert console.text.selected == ""
    console.begin()
    assert (console.lines.end, console.said.text()) == (0, "db")
    assert console.follow_switch.isChecked()
    assert console.text.hint == "db has said nothing yet."
    assert not console.save_button.isEnabled()


def test_a_note_stands_below_the_output_and_beside_the_tab(console):
    say(console, "last words")
    console.note("web has stopped and was removed.")
    assert [console.lines.line(n).text for n in range(2)] == ["last words", "web has stopped and was removed."]
    assert console.said.text() == "web has stopped and was removed."


def test_all_lines_are_saved_also_when_others_drop_out_meanwhile(qtbot, console, tmp_path):
    say(console, *numbered(30_000))
    console.save(str(tmp_path / "out.txt"))
    say(console, "not asked for")
    qtbot.waitUntil(lambda: console.said.text() == "Saved as out.txt")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8").splitlines() == numbered(30_000)


def test_a_file_that_cannot_be_written_is_told_and_nothing_half_done_is_left(qtbot, console, tmp_path):
    say(console, "x")
    with qtbot.waitSignal(console.failed) as told:
        console.save(str(tmp_path / "missing" / "out.txt"))
    assert type(told.args[0]) is OutputNotSaved
    assert list(tmp_path.iterdir()) == []


def test_where_to_save_is_asked_without_stopping_the_program(qtbot, console, tmp_path):
    say(console, "x")
    qtbot.mouseClick(console.save_button, LEFT)
    asks = console.findChild(QFileDialog)
    assert asks.isVisible()
    assert asks.selectedFiles()[0].endswith("web-output.txt")
    asks.fileSelected.emit(str(tmp_path / "web.txt"))
    asks.close()
    qtbot.waitUntil(lambda: (tmp_path / "web.txt").exists())


def test_its_menu_copies_and_selects(qtbot, console):
    say(console, "one")
    at = console.text.viewport().rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(console.text.viewport(), QContextMenuEvent(reason, at, console.text.mapToGlobal(at)))
    menu = console.text.findChild(QMenu)
    assert [(act.text(), act.isEnabled()) for act in menu.actions()] == [("Copy", False), ("Select all", True)]
    menu.actions()[1].trigger()
    menu.close()
    assert console.text.selected == "one"


def test_every_tool_has_a_name(console):
    for tool in (
        console.previous_button,
        console.next_button,
        console.copy_button,
        console.save_button,
        console.text,
        console.find_field,
    ):
        assert tool.accessibleName()


def test_a_screen_reader_gets_what_is_in_sight(console):
    say(console, "one", "two")
    console.find_field.setFocus()
    console.text.setFocus()
    assert console.text.accessibleDescription() == "one\ntwo"


@pytest.mark.parametrize("text", ["plain ascii " * 40, "漢字 mixed ẞ " * 60, "🙂" * 300, ""])
def test_the_ruler_finds_every_place_again(qapp, text):
    ruler = Ruler(theme.font("mono"))
    for column in range(0, len(text) + 1, 7):
        assert abs(ruler.column(text, ruler.x(text, column)) - column) <= 1
    first, end, x = ruler.part(text, 300, 600)
    assert (first, end) == (0, 0) or (x <= 300 and ruler.x(text, end) >= min(600, ruler.x(text, len(text))) - 1)
