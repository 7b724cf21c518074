import pytest
from PySide6.QtCore import Qt

from desktop.core.engine_errors import EngineUnreachable
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.ui.pull_dialog import MOST_SHOWN, PullDialog

AZURE = Account("a1", "contoso.azurecr.io", "sp-portside")
OPEN = Account("a2", "localhost:5000")
HUB = Account("a3", "docker.io", "ann")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def make(qtbot):
    def make(text="", accounts=(AZURE, OPEN)):
        dialog = PullDialog(None, accounts, text)
        qtbot.addWidget(dialog)
        dialog.asked, dialog.pulled = [], []
        dialog.suggestions_requested.connect(lambda *what: dialog.asked.append(what))
        dialog.pull_requested.connect(lambda *what: dialog.pulled.append(what))
        dialog._pause.setInterval(0)
        dialog.open()
        return dialog

    return make


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("nginx", "docker.io/library/nginx:latest, from Docker Hub"),
        ("contoso.azurecr.io/samples/nginx:v1", "contoso.azurecr.io/samples/nginx:v1, from contoso.azurecr.io"),
        (" docker pull redis ", "docker.io/library/redis:latest, from Docker Hub"),
        ("localhost:5000/a", "localhost:5000/a:latest, from localhost:5000"),
    ],
)
def test_while_typing_it_says_what_the_name_stands_for(qtbot, make, typed, meaning):
    dialog = make()
    qtbot.keyClicks(dialog.name_field, typed)
    assert dialog.meaning.text == meaning
    assert dialog.main_button.isEnabled()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Nginx", "Names are in lower case. Only a tag may have capitals."),
        ("my image", "There is a space inside it."),
        ("nginx:+", "A tag has up to 128 letters"),
        ("a" * 500, "It is too long"),
    ],
)
def test_while_typing_it_says_why_a_name_is_none_and_pulls_nothing(qtbot, make, typed, why):
    dialog = make(typed)
    assert dialog.meaning.text.startswith(why)
    assert dialog.name_field.property("state") == "bad"
    qtbot.keyClick(dialog.name_field, Qt.Key.Key_Return)
    qtbot.mouseClick(dialog.main_button, LEFT)
    assert dialog.pulled == []
    assert dialog.isVisible()


def test_nothing_typed_is_no_mistake(make):
    dialog = make()
    assert (dialog.name_field.property("state"), dialog.main_button.isEnabled()) == ("", False)
    assert "nginx" in dialog.meaning.text


@pytest.mark.parametrize("typed", ["nginx:", "contoso.azurecr.io/", "a-", "app@"])
def test_what_is_half_typed_is_no_mistake_and_no_name_yet(make, typed):
    dialog = make(typed)
    assert (dialog.name_field.property("state"), dialog.main_button.isEnabled()) == ("", False)


@pytest.mark.parametrize(
    ("typed", "accounts", "said", "account_id"),
    [
        ("nginx", (AZURE,), "Pulls without signing in.", ""),
        ("nginx", (AZURE, HUB), "Signs in as ann.", "a3"),
        ("contoso.azurecr.io/a", (HUB, AZURE), "Signs in as sp-portside.", "a1"),
        ("localhost:5000/a", (OPEN,), "Pulls without signing in.", "a2"),
        ("evil.contoso.azurecr.io.example/a", (AZURE,), "Pulls without signing in.", ""),
    ],
)
def test_who_signs_in_goes_by_the_registry_and_is_shown(qtbot, make, typed, accounts, said, account_id):
    dialog = make(typed, accounts)
    assert dialog.signing.text == said
    qtbot.keyClick(dialog.name_field, Qt.Key.Key_Return)
    assert dialog.pulled == [(Reference.parse(typed), account_id)]


def test_tags_are_asked_for_after_a_pause_and_where_the_registry_is_connected(qtbot, make):
    dialog = make()
    dialog._pause.setInterval(60_000)
    qtbot.keyClicks(dialog.name_field, "contoso.azurecr.io/samples/nginx")
    assert dialog._pause.isActive()
    assert dialog.asked == []
    dialog._pause.start(0)
    qtbot.waitUntil(lambda: dialog.asked == [("a1", "samples/nginx")])
    qtbot.keyClicks(dialog.name_field, ":v1")
    assert not dialog._pause.isActive()  # the same repository: its tags are on their way
    dialog.name_field.setText("nginx")
    assert not dialog._pause.isActive()  # nobody is connected to Docker Hub
    assert len(dialog.asked) == 1


def test_tags_that_come_can_be_clicked_and_complete_what_is_typed(qtbot, make):
    dialog = make("contoso.azurecr.io/samples/nginx:old")
    qtbot.waitUntil(lambda: bool(dialog.asked))
    tags = ("latest", "v1", "<b>v2</b>", "v3", "v4", "x&y")
    dialog.show_suggestions("samples/nginx", tags)
    assert len(dialog.tags.buttons) == MOST_SHOWN
    qtbot.mouseClick(dialog.tags.buttons[1], LEFT)
    assert dialog.name_field.text() == "contoso.azurecr.io/samples/nginx:v1"
    assert dialog.name_field.completer().model().stringList()[-1] == "contoso.azurecr.io/samples/nginx:x&y"
    assert not dialog.tags.isHidden()


def test_tags_of_what_is_no_longer_typed_are_not_offered(qtbot, make):
    dialog = make("contoso.azurecr.io/samples/nginx")
    qtbot.waitUntil(lambda: bool(dialog.asked))
    dialog.name_field.setText("contoso.azurecr.io/shop/api")
    dialog.show_suggestions("samples/nginx", ("v1",))
    assert dialog.tags.isHidden()
    dialog.show_suggestions("", ("v1",))
    assert dialog.tags.isHidden()


def test_other_tags_go_when_another_repository_is_typed(qtbot, make):
    dialog = make("contoso.azurecr.io/samples/nginx")
    qtbot.waitUntil(lambda: bool(dialog.asked))
    dialog.show_suggestions("samples/nginx", ("v1",))
    dialog.name_field.end(False)
    qtbot.keyClicks(dialog.name_field, "x")
    assert dialog.tags.isHidden()
    qtbot.waitUntil(lambda: dialog.asked[-1] == ("a1", "samples/nginxx"))


def test_a_failure_keeps_the_form_and_what_was_typed(qtbot, make):
    dialog = make("nginx")
    qtbot.mouseClick(dialog.main_button, LEFT)
    assert not dialog.main_button.isEnabled()
    dialog.show_error(EngineUnreachable())
    assert dialog.banner.isVisible()
    assert (dialog.name_field.text(), dialog.main_button.isEnabled()) == ("nginx", True)
