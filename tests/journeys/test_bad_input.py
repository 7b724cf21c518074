"""What people get wrong: each a clear sentence where the act was, the form as it was typed, nothing half done."""

import http.server
import socket
import threading

import pytest

from desktop.core.registry_errors import ImageUnknown, WrongCredentials
from desktop.core.transfers import State

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]


@pytest.fixture
def web_site():
    """A web server that is no registry."""

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b"<html><h1>Welcome</h1></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_wrong_password_is_said_in_the_form_and_nothing_is_kept(dockerd, registry, sits_down):
    person = sits_down(dockerd.url)
    person.connects(registry.host, registry.user, "wrong-canary-password")
    dialog = person.views.registries.signin_dialog
    person.waits(lambda: dialog.banner.error)
    assert isinstance(dialog.banner.error, WrongCredentials)
    assert dialog.isVisible()
    assert (dialog.address_field.text(), dialog.user_field.text()) == (registry.host, registry.user)
    assert person.rooms.registries.accounts == ()
    assert person.portside.house.rooms.preferences.settings.accounts == ()

    person.types(dialog.secret_field, registry.password)
    person.clicks(dialog.main_button)
    person.waits(lambda: person.rooms.registries.account_for(registry.host))
    person.waits(lambda: person.views.registries.signin_dialog is None)


def test_a_web_site_is_not_taken_for_a_registry(dockerd, web_site, sits_down):
    person = sits_down(dockerd.url)
    person.goes_to("registries")
    person.clicks(person.views.registries.blank_connect_button)
    dialog = person.views.registries.signin_dialog
    person.types(dialog.address_field, web_site)
    person.waits(lambda: "is not a registry" in dialog.address.found.text)
    assert not dialog.main_button.isEnabled()
    assert dialog.address_field.text() == web_site


def test_a_registry_that_never_asks_for_a_password_is_told_as_one(dockerd, open_registry, sits_down):
    person = sits_down(dockerd.url)
    person.goes_to("registries")
    person.clicks(person.views.registries.blank_connect_button)
    dialog = person.views.registries.signin_dialog
    person.types(dialog.address_field, open_registry.host)
    person.clicks(dialog.main_button)
    person.waits(lambda: person.rooms.registries.account_for(open_registry.host))
    assert not person.rooms.registries.account_for(open_registry.host).asks


def test_an_image_that_does_not_exist_fails_with_its_cause(dockerd, registry, sits_down):
    person = sits_down(dockerd.url)
    person.connects(registry.host, registry.user, registry.password)
    person.waits(lambda: person.rooms.registries.account_for(registry.host))
    person.goes_to("images")
    view = person.views.images
    person.clicks(view.blank_pull_button if view.blank_pull_button.isVisible() else view.pull_button)
    dialog = view.dialogs.current
    person.types(dialog.name_field, f"{registry.host}/no/such-image")
    person.clicks(dialog.main_button)
    person.waits(lambda: [t for t in person.rooms.transfers.transfers if t.state.final])
    (transfer,) = person.rooms.transfers.transfers
    assert transfer.state is State.FAILED
    assert isinstance(transfer.error, ImageUnknown)
    assert person.views.window.room == "transfers"


@pytest.mark.parametrize("typed", ["Nginx UPPER", "UPPER/Case", "a b", "nginx::latest"])
def test_what_is_no_image_name_is_refused_while_it_is_typed(dockerd, sits_down, typed):
    person = sits_down(dockerd.url)
    person.goes_to("images")
    view = person.views.images
    person.clicks(view.blank_pull_button if view.blank_pull_button.isVisible() else view.pull_button)
    dialog = view.dialogs.current
    person.types(dialog.name_field, typed)
    assert not dialog.main_button.isEnabled()
    assert dialog.meaning.text
    assert dialog.name_field.text() == typed
    person.clicks(dialog.cancel_button)


def test_a_taken_port_is_said_before_and_after_and_a_free_one_offered(dockerd, nginx_image, sits_down):
    person = sits_down(dockerd.url)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        person.chooses_image(nginx_image)
        person.clicks(person.views.images.run_button)
        person.waits(lambda: person.views.containers.run_dialog and person.views.containers.run_dialog.ports.rows)
        dialog = person.views.containers.run_dialog
        person.waits(lambda: person.hands.reaches(dialog.ports.rows[0].host_field))
        first = dialog.ports.rows[0]
        person.types(first.host_field, port)
        person.waits(lambda: "taken" in first.note.text)
        person.clicks(first.another_button)
        person.waits(lambda: first.host_field.text() not in ("", port))
        person.clicks(dialog.cancel_button)
    assert person.rooms.containers.containers == ()


def test_without_an_engine_registries_still_work_and_the_images_say_why_not(tmp_path, registry, sits_down):
    person = sits_down(f"unix://{tmp_path}/no-engine.sock", expects_engine=False)
    person.goes_to("images")
    person.waits(lambda: person.views.images.notice.isVisible())
    person.connects(registry.host, registry.user, registry.password)
    person.waits(lambda: person.rooms.registries.account_for(registry.host))
