import pytest
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.hands import Hands, OutOfReach


@pytest.fixture
def sheet(qtbot):
    sheet = QWidget()
    qtbot.addWidget(sheet)
    sheet.clicks = []
    sheet.push, sheet.field = QPushButton("Go"), QLineEdit("old")
    sheet.push.clicked.connect(lambda: sheet.clicks.append("go"))
    layout = QVBoxLayout(sheet)
    layout.addWidget(sheet.push)
    layout.addWidget(sheet.field)
    with qtbot.waitExposed(sheet):
        sheet.show()
    sheet.activateWindow()
    return sheet


def test_a_click_reaches_the_button_under_the_pointer(sheet):
    Hands(show_pointer=True).click(sheet.push)
    assert sheet.clicks == ["go"]


def test_typing_replaces_what_stood_there(sheet):
    Hands().type(sheet.field, "http://Registry:5000 ü")
    assert sheet.field.text() == "http://Registry:5000 ü"
    Hands().type(sheet.field, "")
    assert sheet.field.text() == ""


@pytest.mark.parametrize("way", ["hidden", "disabled", "covered", "behind a dialog"])
def test_what_a_person_could_not_click_is_refused(qtbot, sheet, way):
    if way == "hidden":
        sheet.push.hide()
    elif way == "disabled":
        sheet.push.setEnabled(False)
    elif way == "covered":
        sheet.cover = QFrame(sheet)
        sheet.cover.setGeometry(sheet.rect())
        sheet.cover.show()
    else:
        sheet.dialog = QDialog(sheet)
        sheet.dialog.open()
    with pytest.raises(OutOfReach):
        Hands().click(sheet.push)
    assert sheet.clicks == []
