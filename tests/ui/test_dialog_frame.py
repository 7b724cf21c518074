import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.core.engine_errors import PortTaken
from desktop.core.registry_errors import KeyringRefused
from desktop.ui.dialog_frame import DialogFrame, Note, named
from desktop.ui.page import Page
from desktop.ui.widgets.blank import Blank
from desktop.ui.widgets.parts import button, field


@pytest.fixture
def dialog(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = DialogFrame(parent, "Run nginx", "Starts it.", 520)
    dialog.owner, dialog.field = parent, field("8080")
    dialog.fill([named("Port", dialog.field)], button("Run", kind="primary"))
    dialog.open()
    return dialog


def test_an_error_is_shown_inside_and_everything_typed_stays(dialog):
    dialog.field.setText("9000")
    dialog.set_busy(True)
    dialog.show_error(PortTaken("raw", port="9000"))
    assert dialog.isVisible()
    assert dialog.banner.title.text() == "Port 9000 is taken"
    assert (dialog.field.text(), dialog.field.isEnabled()) == ("9000", True)


def test_to_try_again_does_in_a_dialog_what_its_main_button_does(qtbot, dialog):
    dialog.show_error(KeyringRefused())
    with qtbot.assertNotEmitted(dialog.step_requested), qtbot.waitSignal(dialog.main_button.clicked):
        dialog.banner.act.click()
    assert not dialog.banner.isVisible()


def test_any_other_step_is_taken_elsewhere(qtbot, dialog):
    dialog.show_error(PortTaken("raw", port="9000"))
    with qtbot.assertNotEmitted(dialog.main_button.clicked), qtbot.waitSignal(dialog.step_requested):
        dialog.banner.act.click()


def test_it_is_as_high_as_what_it_says_needs_and_no_higher(qtbot, dialog):
    before = dialog.height()
    dialog.show_error(PortTaken("raw", port="9000"))
    qtbot.waitUntil(lambda: dialog.height() == dialog.layout().totalHeightForWidth(520) > before)
    dialog.banner.clear()
    qtbot.waitUntil(lambda: dialog.height() == before)


@pytest.mark.parametrize(("kind", "default"), [("primary", "main_button"), ("danger", "cancel_button")])
def test_return_does_the_act_unless_it_destroys_something(qtbot, kind, default):
    dialog = DialogFrame(None, "Remove web?", "", 480)
    qtbot.addWidget(dialog)
    dialog.fill([], button("Remove", kind=kind))
    assert getattr(dialog, default).isDefault()


def test_while_the_act_runs_only_cancel_works(dialog):
    dialog.set_busy(True)
    assert not dialog.main_button.isEnabled()
    assert dialog.cancel_button.isEnabled()


def test_success_closes_and_cancel_closes(qtbot, dialog):
    dialog.succeeded()
    assert not dialog.isVisible()
    assert dialog.result() == 1
    dialog.open()
    qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert (dialog.isVisible(), dialog.result()) == (False, 0)


def test_a_field_is_named_for_screen_readers(dialog):
    assert dialog.field.accessibleName() == "Port"


def test_a_note_is_there_only_while_it_says_something(qtbot):
    note = Note()
    qtbot.addWidget(note)
    assert note.isHidden()
    note.say("<b>free</b>", "good", "check")
    assert not note.isHidden()
    assert note.text == "<b>free</b>"
    assert note.words.textFormat() is Qt.TextFormat.PlainText
    note.say("")
    assert note.isHidden()


def test_a_page_shows_one_body_at_a_time_and_errors_above_it(qtbot):
    page = Page("Images")
    qtbot.addWidget(page)
    first, second = page.put(QWidget()), page.put(Blank("image", "No images yet", "Pull one."))
    page.show()
    assert first.isVisible()
    page.place(second)
    assert (first.isVisible(), second.isVisible()) == (False, True)
    page.show_error(PortTaken("", port="80"))
    assert page.banner.isVisible()
    assert second.isVisible()
    with qtbot.waitSignal(page.step_requested) as asked:
        page.banner.act.click()
    assert isinstance(asked.args[0], PortTaken)


def test_a_blank_gives_its_sentences_the_room_they_need(qtbot):
    blank = Blank("image", "No images yet", "A long sentence that breaks, " * 8)
    qtbot.addWidget(blank)
    blank.show()
    assert blank.about.height() >= blank.about.heightForWidth(blank.about.width())
