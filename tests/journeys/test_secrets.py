"""A secret through sign-in, wrong password, push and sign-out; then no trace of it anywhere but where it belongs."""

import base64
import contextlib
import logging
import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtGui import QAccessible, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.core.reference import Reference
from desktop.core.registry_errors import WrongCredentials

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]
CANARY = "wrong-canary/pass word+1"


def forms(user, secret):
    """How *secret* may be written: plain, in an address, in UTF-16, in a header after *user*."""
    told = {
        secret.encode(),
        quote(secret, safe="").encode(),
        secret.encode("utf-16-le"),
        secret.encode().hex().encode(),
    }
    for before in ("", "x", "xx", f"{user}:"):
        coded = base64.b64encode(f"{before}{secret}".encode())
        told |= {coded[4 : len(coded) - 4], base64.urlsafe_b64encode(f"{before}{secret}".encode())[4:-4]}
    return told


def files_below(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def processes():
    """Argument lists and environments of every process that this user may look at."""
    found = {}
    for place in (*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")):
        with contextlib.suppress(OSError):
            found[str(place)] = place.read_bytes()
    return found


def screen():
    """What windows and widgets say of themselves to the window system and to screen readers, and the clipboard."""
    found = {"clipboard": QGuiApplication.clipboard().text()}
    for widget in QApplication.allWidgets():
        heard = QAccessible.queryAccessibleInterface(widget)
        said = [heard.text(kind) for kind in QAccessible.Text if kind is not QAccessible.Text.UserText] if heard else []
        found[repr(widget)] = "\n".join([widget.windowTitle(), widget.toolTip(), widget.accessibleName(), *said])
    return {name: text.encode() for name, text in found.items()}


class Sweep:
    """Everywhere a secret could have been left by a program whose folders are below *folder*."""

    def __init__(self, folder, wanted, caplog, capfd):
        self._folder, self.wanted, self._caplog, self._capfd = folder, wanted, caplog, capfd
        self._written = ""

    def hits(self):
        self._written += "".join(self._capfd.readouterr())
        told = {"log records": self._caplog.text.encode(), "standard streams": self._written.encode()}
        places = {**files_below(self._folder), **processes(), **screen(), **told}
        return [name for name, content in places.items() if any(form in content for form in self.wanted)]


@pytest.fixture
def sweep(tmp_path, registry, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    wanted = forms(registry.user, CANARY) | forms(registry.user, registry.password)
    return Sweep(tmp_path, {form for form in wanted if len(form) >= 8}, caplog, capfd)


def test_a_secret_stands_nowhere_but_in_the_keyring_and_with_the_engine(
    dockerd, registry, small_image, sits_down, sweep
):
    person = sits_down(dockerd.url)
    person.connects(registry.host, registry.user, CANARY)
    dialog = person.views.registries.signin_dialog
    person.waits(lambda: isinstance(dialog.banner.error, WrongCredentials))
    QTest.keySequence(dialog.secret_field, QKeySequence(QKeySequence.StandardKey.SelectAll))
    QTest.keySequence(dialog.secret_field, QKeySequence(QKeySequence.StandardKey.Copy))
    assert sweep.hits() == []

    field = dialog.secret_field
    person.waits(lambda: QApplication.widgetAt(field.mapToGlobal(field.rect().center())) is field)  # the form has grown
    person.types(field, registry.password)
    person.clicks(dialog.main_button)
    person.waits(lambda: person.rooms.registries.account_for(registry.host))
    target = f"{registry.host}/samples/canary:latest"
    dockerd.cli("tag", small_image, target)
    person.chooses_image(target)
    person.clicks(person.views.images.push_button)
    person.sees_arrive(target)
    assert Reference.parse(target).path in registry.get("/v2/_catalog").text
    assert sweep.hits() == []

    person.goes_to("registries")
    person.views.registries.ask_sign_out(person.rooms.registries.account_for(registry.host))
    person.clicks(person.views.registries.sign_out_dialog.main_button)
    person.waits(lambda: not person.rooms.registries.accounts)
    person.portside.leave()
    assert sweep.hits() == []


@pytest.mark.parametrize("sink", ["file", "log", "stdout", "argv", "environ", "clipboard", "title", "accessible"])
def test_the_sweep_would_see_it(sink, sweep, tmp_path, registry, qtbot):
    window = QLineEdit()
    qtbot.addWidget(window)
    planted = base64.b64encode(f"{registry.user}:{CANARY}".encode()).decode()
    child = None
    if sink == "file":
        (tmp_path / "left").write_text(f'{{"auth": "{planted}"}}')
    elif sink == "log":
        logging.getLogger("desktop").debug("Authorization: Basic %s", planted)
    elif sink == "stdout":
        print(CANARY)
    elif sink in ("argv", "environ"):
        words = ["sh", "-c", "read line", CANARY if sink == "argv" else ""]
        child = subprocess.Popen(words, stdin=subprocess.PIPE, env={**os.environ, "SEEN": CANARY * (sink == "environ")})
        qtbot.waitUntil(lambda: Path(f"/proc/{child.pid}/cmdline").read_bytes().startswith(b"sh"))
    elif sink == "clipboard":
        QGuiApplication.clipboard().setText(CANARY)
    elif sink == "title":
        window.setWindowTitle(CANARY)
    else:
        window.setText(CANARY)
    hits = sweep.hits()
    QGuiApplication.clipboard().clear()
    if child:
        child.communicate(timeout=10)
    assert len(hits) == 1
