from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.core.engine_errors import EngineRefused, PortTaken
from desktop.core.inventory import ImageDetails, PortMapping, RunOptions
from desktop.core.run_options import PortAnswer
from desktop.ui.run_dialog import WIDE, RunDialog

LEFT = Qt.MouseButton.LeftButton
CANARY = "c4n4ry-5ecret"
NGINX = ImageDetails(
    "sha256:1", ("nginx:latest", "contoso.azurecr.io/samples/nginx:v1"), (), 1, "", "linux/amd64", ("80/tcp",),
    ("nginx", "-g", "daemon off;"), ("/docker-entrypoint.sh",), ("PATH=/usr/bin", "NGINX_VERSION=1.27"), (),
)  # fmt: skip


@pytest.fixture
def make(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()

    def open_form(details=NGINX, name=""):
        dialog = RunDialog(details, name, owner)
        dialog.told = []
        dialog.run_requested.connect(lambda options: dialog.told.append(options))
        dialog.checks = []
        dialog.port_check_requested.connect(lambda *asked: dialog.checks.append(asked))
        with qtbot.waitExposed(dialog):
            dialog.open()
        dialog.activateWindow()
        return dialog

    yield open_form


@pytest.fixture
def dialog(make):
    dialog = make()
    dialog.show_ports((PortMapping(8080, 80),))
    return dialog


def run(qtbot, dialog):
    qtbot.mouseClick(dialog.run_button, LEFT)
    return dialog.told[-1] if dialog.told else None


def words(dialog):
    return [each.text() for each in dialog.findChildren(QLabel) if not each.isHidden()]


def test_as_it_opens_it_runs_the_image_on_a_free_port_for_this_computer_alone_and_leaves_nothing(qtbot, dialog):
    assert run(qtbot, dialog) == RunOptions("nginx:latest", "", (PortMapping(8080, 80),), (), True, ())
    assert dialog.isVisible(), "it stays until the container has started"
    assert not dialog.run_button.isEnabled()
    dialog.succeeded()
    assert not dialog.isVisible()


def test_it_asks_for_ports_only_if_the_image_listens_on_some(qtbot, make):
    asked = []
    for details in (NGINX, replace(NGINX, ports=())):
        dialog = RunDialog(details)
        qtbot.addWidget(dialog)
        dialog.ports_requested.connect(lambda each: asked.append(each))
        dialog.open()
        dialog.reject()
    assert asked == [NGINX]


def test_another_of_its_names_is_run_by_that_name(qtbot, make):
    dialog = make(name="contoso.azurecr.io/samples/nginx:v1")
    assert dialog.title.text() == "Run contoso.azurecr.io/samples/nginx:v1"
    assert run(qtbot, dialog).image == "contoso.azurecr.io/samples/nginx:v1"


def test_everything_typed_is_asked_for(qtbot, dialog):
    dialog.name_field.setText(" web ")
    dialog.ports.add_button.click()
    second = dialog.ports.rows[1]
    second.host_field.setText("8053")
    second.port_field.setText("53")
    second.protocol.setCurrentText("udp")
    dialog.only_here.click()
    dialog.remove_when_stopped.click()
    dialog.settings.rows[0].name_field.setText("PASSWORD")
    dialog.settings.rows[0].value_field.setText(f" {CANARY}")
    dialog.command_field.setText("sh -c 'echo $HOME'")
    options = run(qtbot, dialog)
    assert replace(options, environment=()) == RunOptions(
        "nginx:latest",
        "web",
        (PortMapping(8080, 80, everyone=True), PortMapping(8053, 53, "udp", everyone=True)),
        (),
        False,
        ("sh", "-c", "echo $HOME"),
    )
    assert [(name, value.reveal()) for name, value in options.environment] == [("PASSWORD", f" {CANARY}")]


def test_others_on_the_network_are_let_in_only_with_a_warning(dialog):
    assert dialog.reach_note.isHidden()
    dialog.only_here.click()
    assert "network" in dialog.reach_note.text
    dialog.only_here.click()
    assert dialog.reach_note.isHidden()


def test_a_proposed_port_is_said_to_be_free_and_why_it_is_there(dialog):
    row = dialog.ports.rows[0]
    assert row.note.text == "8080 is free. The image says that it listens on 80."
    assert row.host_field.property("state") == "good"


def test_what_the_person_typed_is_not_overwritten_by_a_late_proposal(make):
    dialog = make()
    dialog.ports.add_button.click()
    QTest.keyClicks(dialog.ports.rows[0].host_field, "9000")
    dialog.show_ports((PortMapping(8080, 80),))
    assert [row.host_field.text() for row in dialog.ports.rows] == ["9000"]


def test_a_typed_port_is_looked_at_when_the_keys_rest(qtbot, dialog):
    row = dialog.ports.rows[0]
    row.host_field.selectAll()
    QTest.keyClicks(row.host_field, "8090")
    assert row.note.isHidden()
    qtbot.waitUntil(lambda: dialog.checks == [(8090, "tcp")])
    dialog.show_port(PortAnswer(8090, "tcp", False, "<b>shop</b>", 8091))
    assert row.note.text == "8090 is taken by <b>shop</b>."
    assert row.host_field.property("state") == "bad"
    dialog.show_port(PortAnswer(8080, "tcp", True))
    assert "taken" in row.note.text, "an answer about another port changes nothing"
    dialog.show_port(PortAnswer(8090, "tcp", True))
    assert row.note.text.startswith("8090 is free.")


def test_use_a_free_port_really_does_it(qtbot, dialog):
    row = dialog.ports.rows[0]
    dialog.show_port(PortAnswer(8080, "tcp", False, "", 8082))
    assert row.note.text == "8080 is taken by another program."
    qtbot.mouseClick(row.another_button, LEFT)
    assert dialog.checks == [(8081, "tcp")]
    dialog.show_port(PortAnswer(8081, "tcp", False, "", 8082))
    assert row.host_field.text() == "8082"
    assert row.note.text.startswith("8082 is free.")
    assert run(qtbot, dialog).ports == (PortMapping(8082, 80),)


def test_the_engine_s_word_about_a_port_counts_and_its_button_finds_another(qtbot, dialog):
    dialog.name_field.setText("web")
    run(qtbot, dialog)
    dialog.show_error(PortTaken("address already in use", port="8080"))
    assert dialog.ports.rows[0].note.text == "8080 is taken."
    assert dialog.banner.act.text() == "Use a free port"
    qtbot.mouseClick(dialog.banner.act, LEFT)
    assert (dialog.checks, dialog.banner.isVisible()) == ([(8081, "tcp")], False)
    dialog.show_port(PortAnswer(8081, "tcp", True))
    assert run(qtbot, dialog).ports == (PortMapping(8081, 80),)
    assert dialog.told[-1].name == "web"


def test_a_free_port_is_never_one_of_another_line(dialog):
    dialog.ports.add_button.click()
    dialog.ports.rows[1].host_field.setText("8081")
    dialog.ports.rows[1].port_field.setText("81")
    dialog.ports.rows[0].take_another()
    dialog.show_port(PortAnswer(8081, "tcp", True))
    assert dialog.checks == [(8081, "tcp"), (8082, "tcp")]
    dialog.show_port(PortAnswer(8082, "tcp", True))
    assert [row.host_field.text() for row in dialog.ports.rows] == ["8082", "8081"]


@pytest.mark.parametrize(
    ("host", "inside", "says"),
    [
        ("80a", "80", "80a is not a port. A port is a whole number from 1 to 65535."),
        ("8081", "", "— is not a port. A port is a whole number from 1 to 65535."),
        ("8080", "81", "8080 stands in another line too."),
    ],
)
def test_a_port_that_cannot_be_is_said_at_its_line_and_nothing_is_run(qtbot, dialog, host, inside, says):
    dialog.ports.add_button.click()
    dialog.ports.rows[1].host_field.setText(host)
    dialog.ports.rows[1].port_field.setText(inside)
    assert run(qtbot, dialog) is None
    assert dialog.ports.rows[1].note.text == says or dialog.ports.rows[0].note.text == says
    assert dialog.run_button.isEnabled()


def test_a_line_is_taken_away_and_a_blank_one_says_nothing(qtbot, dialog):
    dialog.ports.add_button.click()
    qtbot.mouseClick(dialog.ports.rows[0].remove_button, LEFT)
    assert run(qtbot, dialog).ports == ()


def test_without_a_port_it_says_that_nothing_reaches_the_container(make):
    dialog = make(replace(NGINX, ports=()))
    assert "No port is published" in dialog.ports.none.text
    assert not dialog.ports.none.isHidden()
    dialog.ports.add_button.click()
    assert dialog.ports.none.isHidden()


@pytest.mark.parametrize(("name", "says"), [("web server", "cannot be a container's name"), ("shop", "is taken")])
def test_a_name_that_cannot_be_is_said_while_it_is_typed(qtbot, dialog, name, says):
    dialog.set_taken_names({"shop"})
    dialog.name_field.setText(name)
    assert says in dialog.name_note.text
    assert run(qtbot, dialog) is None
    assert dialog.name_field.hasFocus()
    dialog.name_field.setText("web")
    assert dialog.name_note.isHidden()
    assert run(qtbot, dialog).name == "web"


def test_values_are_hidden_until_they_are_asked_for(qtbot, dialog):
    dialog.settings_fold.head.click()
    rows = dialog.settings.rows
    rows[0].name_field.setText("PASSWORD")
    rows[0].value_field.setText(CANARY)
    dialog.settings.add_button.click()
    assert {row.value_field.echoMode() for row in rows} == {QLineEdit.EchoMode.Password}
    dialog.settings.show_button.click()
    dialog.settings.add_button.click()
    assert {row.value_field.echoMode() for row in rows} == {QLineEdit.EchoMode.Normal}
    dialog.settings.show_button.click()
    assert {row.value_field.echoMode() for row in rows} == {QLineEdit.EchoMode.Password}
    assert dialog.settings_fold.tally.text() == "1 set"


@pytest.mark.parametrize("text", ["A=1\nB=two words", "# of a file\nexport A='1'\nB=two words\n"])
def test_pasted_lines_are_spread_over_rows(qtbot, dialog, text):
    QGuiApplication.clipboard().setText(text)
    dialog.settings_fold.head.click()
    dialog.settings.rows[0].name_field.setFocus()
    dialog.settings.rows[0].name_field.paste()
    QGuiApplication.clipboard().clear()
    assert [(name, value.reveal()) for name, value in run(qtbot, dialog).environment] == [
        ("A", "1"),
        ("B", "two words"),
    ]


def test_a_setting_without_a_sound_name_is_shown_even_if_it_was_folded(qtbot, dialog):
    dialog.settings.rows[0].value_field.setText("lost")
    assert run(qtbot, dialog) is None
    assert dialog.settings_fold.is_open
    assert "cannot be the name of a setting" in dialog.settings.rows[0].note.text


def test_what_the_image_sets_itself_is_shown_and_not_sent(qtbot, dialog):
    assert dialog.settings.own.toPlainText() == "PATH=/usr/bin\nNGINX_VERSION=1.27"
    assert run(qtbot, dialog).environment == ()


def test_the_images_own_command_is_named_and_another_can_be_had(qtbot, dialog):
    dialog.command_fold.head.click()
    assert "The image starts: /docker-entrypoint.sh nginx -g 'daemon off;'" in words(dialog)
    assert dialog.command_field.placeholderText() == "nginx -g 'daemon off;'"
    assert dialog.command_fold.tally.text() == "the image's own"
    dialog.command_field.setText("nginx -T")
    assert dialog.command_fold.tally.text() == "another"
    assert run(qtbot, dialog).command == ("nginx", "-T")


def test_an_open_quote_is_said_at_the_command(qtbot, dialog):
    dialog.command_field.setText("sh -c 'echo")
    assert "quotation mark" in dialog.command_note.text
    assert run(qtbot, dialog) is None
    assert dialog.command_fold.is_open
    assert dialog.command_field.hasFocus()


def test_the_command_follows_the_form_and_leaves_values_out(qtbot, dialog):
    qtbot.mouseClick(dialog.command_button, LEFT)
    dialog.settings.rows[0].name_field.setText("PASSWORD")
    dialog.settings.rows[0].value_field.setText(CANARY)
    dialog.name_field.setText("web")
    line = "docker run -d --rm --name web -p 127.0.0.1:8080:80 -e PASSWORD=… nginx:latest"
    assert dialog.command_text.text() == line
    dialog.command_field.setText("'")
    dialog.ports.rows[0].host_field.setText("x")
    assert "--name web -e PASSWORD=… nginx:latest" in dialog.command_text.text()
    qtbot.mouseClick(dialog.copy_button, LEFT)
    assert CANARY not in QGuiApplication.clipboard().text()
    assert "docker run" in QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().clear()
    assert not any(CANARY in text for text in words(dialog))


def test_a_refusal_keeps_everything_typed(qtbot, dialog):
    dialog.name_field.setText("web")
    run(qtbot, dialog)
    dialog.show_error(EngineRefused("<b>oh</b>"))
    assert dialog.banner.isVisible()
    assert (dialog.name_field.text(), dialog.ports.rows[0].host_field.text()) == ("web", "8080")
    assert run(qtbot, dialog).name == "web"
    assert not dialog.banner.isVisible()


def test_it_is_as_high_as_its_content_and_never_higher_than_the_screen(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.sheet.verticalScrollBar().maximum() == 0)
    folded = dialog.height()
    dialog.command_fold.head.click()
    qtbot.waitUntil(lambda: dialog.height() > folded)
    dialog.settings_fold.head.click()
    for _ in range(8):
        dialog.settings.add_button.click()
    qtbot.waitUntil(lambda: dialog.sheet.verticalScrollBar().maximum() > 0)
    assert dialog.height() < dialog.screen().availableGeometry().height()
    assert dialog.width() == WIDE
    assert dialog.run_button.visibleRegion().boundingRect().size() == dialog.run_button.size()


def test_nothing_that_would_run_privileged_is_on_it(dialog):
    assert {field for field in RunOptions.__dataclass_fields__} == {
        "image", "name", "ports", "environment", "remove_when_stopped", "command",
    }  # fmt: skip
    assert not any("privileged" in text.lower() for text in words(dialog))


def test_every_field_has_a_name_for_screen_readers(dialog):
    dialog.settings_fold.head.click()
    dialog.command_fold.head.click()
    fields = dialog.findChildren(QLineEdit)
    assert len(fields) >= 6
    assert [each for each in fields if not each.accessibleName()] == []
    for switch in (dialog.only_here, dialog.remove_when_stopped):
        assert switch.accessibleName()


def test_the_sentence_beside_the_switch_is_never_the_opposite_of_what_holds(dialog):
    calm, danger = "Others on your network cannot open the page.", "Everybody who reaches this computer over a network"
    said = words(dialog)
    assert calm in said
    dialog.only_here.setChecked(False)
    said = words(dialog)
    assert calm not in said
    assert any(each.startswith(danger) for each in said)


def test_a_taken_name_is_outlined_where_it_stands(dialog):
    dialog.set_taken_names({"web"})
    dialog.name_field.setText("web")
    assert dialog.name_field.property("state") == "bad"
    dialog.name_field.setText("web-2")
    assert not dialog.name_field.property("state")
