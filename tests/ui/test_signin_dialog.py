import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop.core.address import understand
from desktop.core.registry import Account, Greeting, KeyringState, SignIn
from desktop.core.registry_errors import (
    AddressUnknown,
    KeyringRefused,
    NotARegistry,
    RegistryUnreachable,
    WrongCredentials,
)
from desktop.core.secret import Secret
from desktop.ui.registry_address import AddressField
from desktop.ui.signin_dialog import ADMIN, SigninDialog

BASIC = Greeting("reg.example", "https", SignIn.BASIC)
FOREIGN = Greeting("reg.example", "https", SignIn.BEARER, "https://auth.example/t", "s", "auth.example")


@pytest.fixture
def dialog(qtbot):
    dialog = SigninDialog()
    qtbot.addWidget(dialog)
    dialog.show_keyring(KeyringState.READY)
    dialog.ask()
    return dialog


@pytest.fixture
def found(dialog):
    """The form with an address that was found, a user and a secret."""
    fill(dialog)
    return dialog


def fill(dialog, address="reg.example", greeting=BASIC, user="robot", secret="canary"):
    dialog.address_field.setText(address)
    dialog.show_greeting(greeting)
    dialog.user_field.setText(user)
    dialog.secret_field.setText(secret)


def wished(qtbot, dialog):
    with qtbot.waitSignal(dialog.connect_requested) as told:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    return told.args


# the address


def test_an_address_is_looked_for_after_a_pause_and_not_at_each_key(qtbot, dialog):
    asked = []
    dialog.greet_requested.connect(asked.append)
    qtbot.keyClicks(dialog.address_field, "reg.example")
    assert asked == []
    qtbot.waitUntil(lambda: asked != [])
    assert [address.host for address in asked] == ["reg.example"]
    assert dialog.address.found.text == "Looking for it…"


def test_what_was_typed_is_set_right_visibly(qtbot, dialog):
    qtbot.keyClicks(dialog.address_field, " HTTPS://Contoso.azurecr.io/samples ")
    assert dialog.address.corrected.text == "This means contoso.azurecr.io"
    qtbot.keyPress(dialog.address_field, Qt.Key.Key_Tab)
    assert dialog.address_field.text() == "contoso.azurecr.io"
    assert dialog.address.corrected.text == "Set right from what you typed: HTTPS://Contoso.azurecr.io/samples"
    assert dialog.address.address.host == "contoso.azurecr.io"


def test_what_is_right_as_it_stands_is_not_talked_about(qtbot, dialog):
    qtbot.keyClicks(dialog.address_field, "contoso.azurecr.io")
    qtbot.keyPress(dialog.address_field, Qt.Key.Key_Tab)
    assert dialog.address.corrected.text == ""


def test_http_stays_where_it_was_typed_since_it_changes_what_is_done(qtbot, dialog):
    dialog.address_field.setText("HTTP://reg.example:5000/")
    qtbot.keyPress(dialog.address_field, Qt.Key.Key_Tab)
    assert dialog.address_field.text() == "http://reg.example:5000"
    assert dialog.address.address.scheme == "http"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("my registry.example", "There is a space inside it."),
        ("ftp://reg.example", "Registries are reached by https."),
        ("maria@reg.example", "It holds a user name. The user has a field of its own below."),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_with_its_reason_and_never_asked(qtbot, dialog, typed, why):
    with qtbot.assertNotEmitted(dialog.greet_requested):
        dialog.address_field.setText(typed)
        qtbot.waitUntil(lambda: dialog.address.found.text == why)
    assert not dialog.connect_button.isEnabled()
    assert dialog.address_field.property("state") == "bad"


def test_an_empty_field_is_no_mistake(qtbot, dialog):
    dialog.address_field.setText("x")
    dialog.address_field.clear()
    dialog.address.look()
    assert dialog.address.found.text == ""


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (BASIC, "Found. It asks for a sign-in over https."),
        (
            Greeting("reg.example", "http", SignIn.BASIC),
            "Found, but it speaks plain http: nothing sent there is encrypted.",
        ),
        (Greeting("reg.example", "https", SignIn.NONE), "Found. This registry did not ask for a password."),
    ],
)
def test_who_answered_is_said_plainly(dialog, greeting, words):
    dialog.address_field.setText("reg.example")
    dialog.show_greeting(greeting)
    assert dialog.address.found.text == words


def test_on_this_computer_http_is_fine(dialog):
    dialog.address_field.setText("localhost:5000")
    dialog.show_greeting(Greeting("localhost:5000", "http", SignIn.BASIC))
    assert dialog.address.found.text == "Found on this computer. It asks for a sign-in."
    assert dialog.open_question.isHidden()


@pytest.mark.parametrize("error", [AddressUnknown, NotARegistry, RegistryUnreachable])
def test_nobody_there_is_told_with_what_to_do_and_can_be_asked_again(qtbot, dialog, error):
    dialog.address_field.setText("reg.example")
    dialog.show_greet_error(error("raw <b>", host="reg.example"))
    assert dialog.address.found.text.startswith("reg.example ")
    assert "<b>" not in dialog.address.found.text
    with qtbot.waitSignal(dialog.greet_requested) as told:
        qtbot.mouseClick(dialog.address.again_button, Qt.MouseButton.LeftButton)
    assert told.args == [understand("reg.example")]


def test_an_answer_from_another_address_is_ignored(dialog):
    dialog.address_field.setText("other.example")
    dialog.show_greeting(BASIC)
    dialog.show_greet_error(AddressUnknown(host="reg.example"))
    assert dialog.greeting is None
    assert dialog.address.found.text == ""


def test_another_letter_makes_the_answer_void(found):
    assert found.connect_button.isEnabled()
    found.address_field.setText("reg.examples")
    assert found.greeting is None
    assert not found.connect_button.isEnabled()


def test_a_twin_of_a_connected_registry_is_pointed_out(dialog):
    dialog.set_accounts([Account("1", "contoso.azurecr.io", "robot")])
    dialog.address_field.setText("contosso.azurecr.io")
    assert "contoso.azurecr.io" in dialog.address.warned.text
    dialog.address_field.setText("contoso.azurecr.io")
    assert dialog.address.warned.text == ""


def test_the_address_field_stands_by_itself(qtbot):
    field = AddressField()
    qtbot.addWidget(field)
    field.look()
    assert field.found.text == ""


# who signs in


def test_azure_has_two_ways_to_sign_in_and_names_their_fields(qtbot, dialog):
    dialog.address_field.setText("contoso.azurecr.io")
    assert dialog.title.text() == "Connect to Azure"
    assert (dialog.user_title.text(), dialog.secret_title.text()) == ("Application ID", "Secret")
    qtbot.mouseClick(dialog.ways.buttons[ADMIN], Qt.MouseButton.LeftButton)
    assert (dialog.user_title.text(), dialog.secret_title.text()) == ("User", "Password")
    dialog.address_field.setText("contoso.azurecr.io.evil.example")
    assert dialog.title.text() == "Connect a registry"
    assert not dialog.ways.isVisible()


def test_the_wish_holds_all_that_was_typed(qtbot, found):
    assert wished(qtbot, found) == [BASIC, "robot", Secret("canary"), True, ""]


def test_nothing_can_be_changed_while_it_connects_and_cancel_works(qtbot, found):
    wished(qtbot, found)
    assert found.connect_button.text() == "Connecting…"
    assert not found.secret_field.isEnabled()
    assert found.cancel_button.isEnabled()
    with qtbot.waitSignal(found.cancelled):
        qtbot.mouseClick(found.cancel_button, Qt.MouseButton.LeftButton)


def test_closing_it_otherwise_gives_nothing_up(qtbot, found):
    with qtbot.assertNotEmitted(found.cancelled):
        found.reject()


@pytest.mark.parametrize(("user", "secret"), [("", "x"), ("  ", "x"), ("x", "")])
def test_without_user_and_secret_nothing_is_asked(dialog, user, secret):
    fill(dialog, user=user, secret=secret)
    assert not dialog.connect_button.isEnabled()


def test_return_connects_once_all_is_there(qtbot, found):
    with qtbot.waitSignal(found.connect_requested):
        qtbot.keyPress(found.secret_field, Qt.Key.Key_Return)


def test_a_registry_that_never_asks_needs_neither_user_nor_secret(qtbot, dialog):
    open_one = Greeting("reg.example", "https", SignIn.NONE)
    fill(dialog, greeting=open_one, user="left", secret="over")
    assert not dialog.user_field.isVisible()
    assert wished(qtbot, dialog) == [open_one, "", Secret(""), True, ""]


# where the secret goes


def test_a_foreign_realm_is_named_and_asked_about(qtbot, dialog):
    fill(dialog, greeting=FOREIGN)
    assert not dialog.connect_button.isEnabled()
    assert dialog.realm_question.switch.accessibleName() == "Send the secret to auth.example"
    qtbot.mouseClick(dialog.realm_question.switch, Qt.MouseButton.LeftButton)
    assert wished(qtbot, dialog) == [FOREIGN, "robot", Secret("canary"), True, "auth.example"]


def test_consent_holds_for_one_answer_only(dialog):
    fill(dialog, greeting=FOREIGN)
    dialog.realm_question.switch.setChecked(True)
    fill(
        dialog, "other.example", Greeting("other.example", "https", SignIn.BEARER, "https://x.example", "", "x.example")
    )
    assert not dialog.realm_question.switch.isChecked()
    assert not dialog.connect_button.isEnabled()


def test_an_open_line_is_asked_about_before_a_secret_goes(qtbot, dialog):
    fill(dialog, "http://reg.example", Greeting("reg.example", "http", SignIn.BASIC))
    assert not dialog.connect_button.isEnabled()
    qtbot.mouseClick(dialog.open_question.switch, Qt.MouseButton.LeftButton)
    assert dialog.connect_button.isEnabled()


def test_where_no_secret_goes_nothing_is_asked(dialog):
    fill(dialog, "http://reg.example", Greeting("reg.example", "http", SignIn.NONE))
    assert dialog.open_question.isHidden()
    assert dialog.connect_button.isEnabled()


@pytest.mark.parametrize(
    ("state", "words", "keep"),
    [
        (KeyringState.READY, "Kept in this computer's keyring, and only there.", True),
        (
            KeyringState.ABSENT,
            "This computer has no keyring to be trusted. It is kept in memory, until Portside quits.",
            False,
        ),
        (
            KeyringState.LOCKED,
            "The keyring of this computer is locked. It is kept in memory, until Portside quits.",
            False,
        ),
    ],
)
def test_where_the_secret_is_kept_is_said_before_it_is_typed(qtbot, found, state, words, keep):
    found.show_keyring(state)
    assert found.keep_note.text == words
    assert wished(qtbot, found)[3] is keep


def test_a_keyring_that_refused_can_be_done_without(qtbot, found):
    assert not found.memory_switch.isVisible()
    found.show_error(KeyringRefused())
    qtbot.mouseClick(found.memory_switch, Qt.MouseButton.LeftButton)
    assert found.keep_note.text == "Kept in memory, and only until Portside quits."
    assert wished(qtbot, found)[3] is False


# failures


def test_a_wrong_secret_keeps_all_that_was_typed_and_goes_to_the_secret(qtbot, found):
    wished(qtbot, found)
    found.show_error(WrongCredentials("<b>unauthorized</b>", host="reg.example"))
    assert found.isVisible()
    assert (found.address_field.text(), found.user_field.text(), found.secret_field.text()) == (
        "reg.example",
        "robot",
        "canary",
    )
    assert found.banner.title.text() == "reg.example did not accept this sign-in"
    assert not found.banner.act.isVisible(), "it can be done right here"
    assert found.secret_field.hasFocus()
    assert found.secret_field.hasSelectedText(), "the next letter replaces it"
    assert wished(qtbot, found)[2] == Secret("canary")


def test_trying_again_is_one_click(qtbot, found):
    found.show_error(RegistryUnreachable(host="reg.example"))
    with qtbot.waitSignal(found.connect_requested):
        qtbot.mouseClick(found.banner.act, Qt.MouseButton.LeftButton)


def test_success_closes_it(qtbot, found):
    wished(qtbot, found)
    with qtbot.assertNotEmitted(found.cancelled), qtbot.waitSignal(found.accepted):
        found.succeeded()


# secrets


def test_the_secret_is_never_shown_or_given_out(found):
    field = found.secret_field
    assert field.echoMode() is QLineEdit.EchoMode.Password
    field.selectAll()
    field.copy()
    assert "canary" not in QGuiApplication.clipboard().text()
    spoken = QAccessible.queryAccessibleInterface(field)
    texts = [
        spoken.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description)
    ]
    texts += [label.text() for label in found.findChildren(QLabel)] + [found.windowTitle(), field.displayText()]
    assert not any("canary" in text for text in texts)


def test_a_secret_pasted_with_a_space_is_pointed_out(found):
    found.secret_field.setText("canary ")
    assert found.secret_note.text == "It begins or ends with a space."
    found.secret_field.setText("canary")
    assert found.secret_note.text == ""


@pytest.mark.parametrize("end", ["accept", "reject"])
def test_nothing_of_the_secret_stays_in_a_closed_form(found, end):
    getattr(found, end)()
    assert found.secret_field.text() == ""


def test_who_can_help_is_said_on_request(qtbot, dialog):
    dialog.address_field.setText("contoso.azurecr.io")
    qtbot.mouseClick(dialog.help_button, Qt.MouseButton.LeftButton)
    assert "AcrPull" in dialog.help_note.text
    qtbot.mouseClick(dialog.help_button, Qt.MouseButton.LeftButton)
    assert dialog.help_note.text == ""


def test_every_field_has_a_name_for_a_screen_reader(found):
    names = [
        found.address_field.accessibleName(),
        found.user_field.accessibleName(),
        found.secret_field.accessibleName(),
        found.memory_switch.text(),
    ]
    assert all(names)
