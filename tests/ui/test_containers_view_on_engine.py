"""Room and view together on a real engine: the form is filled in by what is really free, the page really answers."""

import socket
from contextlib import suppress
from functools import partial
from subprocess import CalledProcessError

import pytest
import requests
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.adapters.docker_engine import DockerEngine
from desktop.adapters.page_probe import HttpPageProbe
from desktop.bridge.containers import ContainerRoom
from desktop.bridge.engine import EngineLink
from desktop.bridge.worker import Roster
from desktop.core.engines import EngineState, Probe
from desktop.core.run_options import page_address
from desktop.ui.containers_view import ContainersView

pytestmark = pytest.mark.lab
LEFT = Qt.MouseButton.LeftButton
SECONDS = 20_000  #: of patience, in ms, on a machine that may be busy


class OneEngine:
    """A finder that knows one engine."""

    def __init__(self, url):
        self._probe = Probe(url, "Docker", "test", EngineState.RUNNING, api_version="1.41")

    def probe(self, wanted, token):
        return [self._probe]

    def close(self):
        pass


@pytest.fixture
def view(qtbot, dockerd):
    roster = Roster()
    link = EngineLink(roster, partial(OneEngine, dockerd.url), lambda probe: DockerEngine(probe.url, probe.api_version))
    room = ContainerRoom(link.crew, roster, HttpPageProbe)
    view = ContainersView(room.model)
    qtbot.addWidget(view)
    view.opened, view.link, before = [], link, set(dockerd.cli("ps", "-aq").split())
    view.left = lambda: [each for each in dockerd.cli("ps", "-aq").split() if each not in before]
    _wire(view, room, link)
    view.resize(972, 728)
    view.show()
    link.look()
    qtbot.waitUntil(lambda: link.crew.connected, timeout=SECONDS)
    yield view
    room.unfollow()
    link.close()
    while ids := view.left():
        with suppress(CalledProcessError):  # some of them are just removing themselves
            dockerd.cli("rm", "-f", *ids)
    assert roster.close() == [], "still blocked after 3 s"


def _wire(view, room, link):
    """As the program wires them."""

    def show_run(container_id, options):
        view.run_succeeded()
        view.choose(container_id)
        if address := page_address(options):
            room.open_page(container_id, address)

    for signal, slot in (
        (link.status_changed, view.show_engine),
        (link.containers_touched, room.refresh),
        (link.event_seen, room.see),
        (room.changed, view.show_containers),
        (room.removed, view.show_removed),
        (room.pages_awaited, view.show_awaited),
        (room.output_began, view.begin_output),
        (room.output_arrived, view.show_output),
        (room.failed, view.show_error),
        (room.run_failed, view.run_failed),
        (room.run_started, show_run),
        (room.ports_proposed, view.show_ports),
        (room.port_checked, view.show_port),
        (room.page_answered, lambda container_id, address, seconds: view.opened.append(address)),
        (view.run_requested, room.run),
        (view.ports_requested, room.propose_ports),
        (view.port_check_requested, room.check_port),
        (view.stop_requested, room.stop),
        (view.remove_requested, room.remove),
        (view.follow_requested, room.follow),
        (view.open_requested, lambda container, address: room.open_page(container.id, address)),
    ):
        signal.connect(slot)


def ask(qtbot, view, image):
    with qtbot.waitSignal(view.link.crew.read(lambda engine, *_: engine.image_details(image)).succeeded) as told:
        pass
    view.ask_run(told.args[0])
    return view.run_dialog


def output(view):
    return "\n".join(view.console.lines.texts(view.console.lines.first, view.console.lines.end))


def act(view, name):
    QTest.mouseClick(view.table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, view.table.act_place(0, name))


def wait(qtbot, ready):
    qtbot.waitUntil(ready, timeout=SECONDS)


def test_a_web_server_is_run_from_the_form_read_opened_and_stopped(qtbot, view, nginx_image):
    form = ask(qtbot, view, nginx_image)
    wait(qtbot, lambda: bool(form.ports.rows))
    port = form.ports.rows[0].host_field.text()
    assert form.ports.rows[0].port_field.text() == "80"
    QTest.keyClicks(form.name_field, "web")
    qtbot.mouseClick(form.run_button, LEFT)
    wait(qtbot, lambda: view.run_dialog is None)
    wait(qtbot, lambda: view.opened == [f"localhost:{port}"])
    assert requests.get(f"http://localhost:{port}/written-down").status_code == 404
    wait(qtbot, lambda: "written-down" in output(view))
    wait(qtbot, lambda: view.list.cells.word(view.table.chosen()[0]) == "Running")
    act(view, "open")
    wait(qtbot, lambda: len(view.opened) == 2)
    act(view, "stop")
    assert view.table.spoken(view.table.model().index(0, 0)) == "Stopping…"
    wait(qtbot, lambda: output(view).endswith("web has stopped and was removed."))
    assert view.left() == []
    assert not view.banner.isVisible()


def test_a_port_that_is_taken_when_it_comes_to_it_is_replaced_by_one_click(qtbot, view, nginx_image):
    form = ask(qtbot, view, nginx_image)
    wait(qtbot, lambda: bool(form.ports.rows))
    port = int(form.ports.rows[0].host_field.text())
    with socket.create_server(("127.0.0.1", port)):
        qtbot.mouseClick(form.run_button, LEFT)
        wait(qtbot, form.banner.isVisible)
        assert form.banner.title.text() == f"Port {port} is taken"
        qtbot.mouseClick(form.banner.act, LEFT)
        wait(qtbot, lambda: form.ports.rows[0].host_field.text() not in ("", str(port)))
        qtbot.mouseClick(form.run_button, LEFT)
        wait(qtbot, lambda: bool(view.opened))
    assert view.opened[0] != f"localhost:{port}"


def test_why_one_ended_at_once_can_be_read_though_it_removed_itself(qtbot, view, small_image):
    form = ask(qtbot, view, small_image)
    QTest.keyClicks(form.name_field, "short")
    form.ports.add_button.click()
    for field in (form.ports.rows[0].host_field, form.ports.rows[0].port_field):
        QTest.keyClicks(field, "9099")
    form.command_fold.head.click()
    QTest.keyClicks(form.command_field, "sh -c 'echo no configuration; exit 3'")
    qtbot.mouseClick(form.run_button, LEFT)
    wait(qtbot, view.banner.isVisible)
    assert view.banner.title.text() == "short stopped by itself"
    assert "code 3" in view.banner.words.text()
    wait(qtbot, lambda: output(view) == "no configuration\nshort has stopped with code 3 and was removed.")
