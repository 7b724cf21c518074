import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.core.engine_errors import ImageInUse
from desktop.core.inventory import Image, NamedImage, removal
from desktop.ui.remove_dialog import MOST, RemoveDialog

LEFT = Qt.MouseButton.LeftButton
NAMES = ("nginx:latest", "contoso.azurecr.io/samples/nginx:v1")


@pytest.fixture
def make(qtbot):
    def make(names=NAMES, name=NAMES[0], used_by=()):
        plan = removal(NamedImage(Image("sha256:" + "1" * 64, names, size=187_000_000), name, used_by))
        dialog = RemoveDialog(None, plan)
        qtbot.addWidget(dialog)
        dialog.plan, dialog.told = plan, []
        dialog.remove_requested.connect(dialog.told.append)
        dialog.open()
        return dialog

    return make


def words(dialog):
    return [each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog)]


def said(dialog, text):
    return any(text in each for each in words(dialog))


def test_the_last_name_says_that_the_image_goes_and_what_is_freed(make):
    dialog = make(NAMES[:1])
    assert said(dialog, "Remove nginx:latest?")
    assert said(dialog, "This frees up to 187 MB.")
    assert not said(dialog, "What stays")


def test_one_of_several_names_says_what_stays(make):
    dialog = make(used_by=("web",))
    assert said(dialog, "This name alone. Nothing is freed")
    assert NAMES[1] in words(dialog)
    assert said(dialog, "They keep the image")
    assert dialog.main_button.isEnabled()


def test_an_image_in_use_cannot_be_removed_and_says_what_to_stop(qtbot, make):
    dialog = make(NAMES[:1], used_by=("web", "old"))
    assert said(dialog, "Stop and remove these first")
    assert {"web", "old"} <= set(words(dialog))
    qtbot.mouseClick(dialog.main_button, LEFT)
    assert dialog.told == []


def test_an_image_without_a_name_is_named_by_its_number(make):
    assert said(make((), ""), "Remove sha256:11111111…11111111?")


def test_many_names_are_counted(make):
    dialog = make(tuple(f"app:{n}" for n in range(MOST + 4)), "app:0")
    assert said(dialog, "and 3 more")


def test_removing_takes_a_click_and_return_alone_removes_nothing(qtbot, make):
    dialog = make()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert (dialog.told, dialog.isVisible()) == ([], False)
    dialog = make()
    qtbot.mouseClick(dialog.main_button, LEFT)
    assert dialog.told == [dialog.plan]
    assert dialog.isVisible()


def test_a_refusal_is_shown_where_it_was_asked_for(make):
    dialog = make()
    dialog.show_error(ImageInUse(name="nginx", container="web"))
    assert dialog.banner.title.text() == "nginx is in use"


def test_a_name_is_never_markup(make):
    dialog = make(("<b>x</b>", "<i>y</i>"), "<b>x</b>")
    assert {"Remove <b>x</b>?", "<i>y</i>"} <= set(words(dialog))
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in dialog.findChildren(QLabel) if each.text())
