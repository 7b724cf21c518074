import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QInputDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QProgressDialog,
    QTextBrowser,
    QTextEdit,
    QToolTip,
    QWidget,
)

from desktop.core.display import LINE_LIMIT, display
from desktop.core.engine_errors import EngineStopped, PortTaken
from desktop.core.errors import AppError, NextStep, family
from desktop.core.registry_errors import AccessDenied, NotARegistry
from desktop.ui.dialog_frame import DialogFrame, Note
from desktop.ui.notices import Banner, explain
from desktop.ui.widgets.painted import Elided
from desktop.ui.widgets.parts import button, field, icon_button, label

LONG = "x" * 300_000
PAYLOADS = [
    "<b>bold</b>",
    "<h1>Your session has ended</h1>",
    "<a href='https://evil.example'>sign in again</a>",
    "<img src='/dev/zero'>",
    "<img src='file:///etc/passwd' width=9999 height=9999>",
    "<img src='https://evil.example/x.png'>",
    "<IMG SRC=/dev/random>",
    "<svg onload=alert(1)>",
    "<script>alert(1)</script>",
    "<style>* { color: transparent }</style>",
    "<font size=7 color=white>invisible</font>",
    "<p style='font-size: 500px'>big</p>",
    "<table>" * 2_000 + "deep",
    "<table width=99999><tr><td>wide</table>",
    "<ul><li>" * 500,
    "<pre>" + "y" * 10_000 + "</pre>",
    "<hr>" * 1_000,
    "<br>" * 5_000,
    "<!DOCTYPE html><html><body>page</body></html>",
    "<?xml version='1.0'?><qt>qt</qt>",
    "<qt>rich by name</qt>",
    "<center><marquee>moving</marquee></center>",
    "<div background='/dev/zero'>ground</div>",
    "<body bgcolor=black text=black>dark</body>",
    "<input type=password>",
    "<iframe src='file:///'></iframe>",
    "<object data='/dev/zero'></object>",
    "<link rel=stylesheet href='/dev/zero'>",
    "<meta http-equiv=refresh content='0;url=/dev/zero'>",
    "<base href='file:///'>",
    "&lt;b&gt;twice&lt;/b&gt;",
    "&amp;&#60;b&#62;",
    "a & b && c &d",
    "{name} {host} {0} {} %n %1",
    "# Markdown\n\n[link](https://evil.example) ![x](/dev/zero)",
    "\u202egnp.exe\u202c and \u2066hidden\u2069",
    "zero\u200bwidth\ufeffjoiner\u00ad",
    "\x1b[31mred\x1b[0m \x07 \x00 \r over",
    "half a character \ud800 and \udfff",
    LONG,
]


def banner(text):
    made = Banner()
    made.show_error(AccessDenied(text, host=text, name=text))
    made.fold.click()
    return made


def dialog(text):
    made = DialogFrame(None, text, text, 420)
    made.fill([label(text, wrap=True), field(text), Note(text), Elided(text)], button(text))
    made.show_error(NotARegistry(text, host=text))
    return made


def box(text):
    made = QMessageBox(QMessageBox.Icon.Question, text, text, QMessageBox.StandardButton.Ok)
    made.setInformativeText(text)
    made.setDetailedText(text)
    return made


def tooltip(text):
    QToolTip.showText(QPoint(1, 1), text)
    return tooltip_now() or QWidget()


def tip_of(widget):
    """The tooltip as it really comes: by the event that the pointer causes."""
    widget.resize(60, 20)
    widget.show()
    QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(2, 2), widget.mapToGlobal(QPoint(2, 2))))
    tip = tooltip_now() or QWidget()
    tip.owner = widget  # it goes with the widget it belongs to
    return tip


def tooltip_now():
    return next((w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible()), None)


def waiting(text):
    return QProgressDialog(text, text, 0, 9)


def asking(text):
    made = QInputDialog()
    made.setLabelText(text)
    return made


def choice(text):
    made = QComboBox()
    made.addItem(text)
    return made


def menu(text):
    made = QMenu()
    made.addAction(text)
    return made


PLACES = {
    "label": lambda text: label(text, wrap=True),
    "a label somebody forgot": QLabel,
    "elided line": Elided,
    "note": lambda text: Note(text),
    "banner": banner,
    "dialog": dialog,
    "message box": box,
    "progress dialog": waiting,
    "input dialog": asking,
    "tooltip": tooltip,
    "tooltip of a shortened line": lambda text: tip_of(Elided(text)),
    "tooltip of a button": lambda text: tip_of(icon_button("copy", text)),
    "button": button,
    "field": field,
    "list": choice,
    "menu": menu,
    "read-only text": QPlainTextEdit,
}


def rendering(root):
    """Widgets in *root* that would take their text for markup."""
    labels = [*root.findChildren(QLabel), *([root] if isinstance(root, QLabel) else [])]
    wrong = [found for found in labels if found.textFormat() != Qt.TextFormat.PlainText]
    rich = [found for kind in (QTextBrowser, QTextEdit) for found in root.findChildren(kind)]
    plain_detail = [found for found in rich if isinstance(found, QTextEdit) and not found.acceptRichText()]
    return [*wrong, *(found for found in rich if found not in plain_detail and found.document().allFormats()[3:])]


@pytest.mark.parametrize("place", PLACES)
def test_no_payload_is_rendered_or_holds_the_window_up(qtbot, place):
    assert len(PAYLOADS) == 40
    kept = []  # as in the program, where a window or a parent holds each: one without an owner is collected at any time
    for payload in PAYLOADS:
        begin = time.monotonic()
        widget = PLACES[place](display(payload, LINE_LIMIT))  # as everything from outside comes here
        if not widget.inherits("QTipLabel"):  # Qt's own, which it shows and deletes itself
            qtbot.addWidget(widget)
            kept.append(widget)
            widget.show()
            QApplication.processEvents()
        assert rendering(widget) == [], payload[:60]
        assert time.monotonic() - begin < 3, payload[:60]
        QToolTip.hideText()
        QApplication.processEvents()


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload[:20].encode("ascii", "replace").decode())
def test_facts_and_raw_text_are_shown_as_marks_not_obeyed(payload):
    notice = explain(AccessDenied(payload, host=payload, name=payload))
    for text in notice:
        assert text.isprintable() or set(text) - {letter for letter in text if letter.isprintable()} <= {"\n", "\t"}
        assert not any(letter in text for letter in "\u202e\u2066\u200b\ufeff\u00ad")
        assert len(text) <= 5_000
    assert "{name}" not in notice.title.replace("{name} {host}", "")


@pytest.mark.parametrize("error", family(), ids=lambda error: error.__name__)
def test_every_error_has_its_words_in_the_banner(qtbot, error):
    facts = {name: "x" for name in ("address", "host", "name", "user", "engine", "container", "port", "realm")}
    shown = Banner()
    qtbot.addWidget(shown)
    shown.show_error(error("raw", **facts, **{n: "1" for n in EXTRA - facts.keys()}))
    assert shown.title.text()
    assert shown.words.text().count(" ") > 3
    assert shown.act.isHidden() == (error.step is NextStep.NONE)
    assert "{" not in shown.title.text() + shown.words.text()


EXTRA = {"path", "code", "seconds", "why", "command", "wanted", "limit", "platform", "address", "setting", "value"}


class TestTheBanner:
    """One error, where the act was."""

    @pytest.fixture
    def shown(self, qtbot):
        made = Banner()
        qtbot.addWidget(made)
        made.resize(800, 200)
        made.show()
        return made

    def test_is_not_there_until_something_failed(self, qtbot):
        made = Banner()
        qtbot.addWidget(made)
        assert made.isHidden()
        assert made.error is None

    def test_keeps_the_raw_text_one_click_away(self, qtbot, shown):
        shown.show_error(PortTaken("bind: address already in use", port="8080"))
        assert not shown.raw.isVisible()
        qtbot.mouseClick(shown.fold, Qt.MouseButton.LeftButton)
        assert shown.raw.isVisible()
        assert shown.raw.toPlainText() == "bind: address already in use"
        qtbot.mouseClick(shown.fold, Qt.MouseButton.LeftButton)
        assert not shown.raw.isVisible()

    def test_has_nothing_to_unfold_where_nothing_was_said(self, shown):
        shown.show_error(PortTaken(port="8080"))
        assert not shown.fold.isVisible()

    def test_offers_the_next_step_with_its_error(self, qtbot, shown):
        error = EngineStopped(engine="Docker")
        shown.show_error(error)
        assert shown.act.text() == "Start the engine"
        with qtbot.waitSignal(shown.step_requested) as told:
            qtbot.mouseClick(shown.act, Qt.MouseButton.LeftButton)
        assert told.args == [error]

    def test_a_new_error_folds_and_replaces_the_old_one(self, qtbot, shown):
        shown.show_error(PortTaken("first", port="1"))
        shown.fold.click()
        shown.show_error(AppError("second"))
        assert not shown.raw.isVisible()
        assert shown.raw.toPlainText() == "second"
        assert shown.title.text() == AppError.title

    def test_can_be_put_away(self, shown):
        shown.show_error(AppError())
        shown.clear()
        assert shown.isHidden()
        assert shown.error is None
