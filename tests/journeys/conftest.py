"""A person at the real window of a real program, on the lab's real engines and registries."""

import pytest
import requests
from PySide6.QtGui import QGuiApplication

from desktop.adapters.app_folders import HOME, app_folders
from desktop.app import Portside, Start
from desktop.core.reference import Reference
from desktop.core.transfers import State
from desktop.hands import Hands


class Person:
    """Clicks and types in the window of *portside*, and waits as long as a patient person does."""

    def __init__(self, qtbot, portside, pages):
        self.portside, self.pages, self._qtbot, self.hands = portside, pages, qtbot, Hands()

    @property
    def rooms(self):
        return self.portside.house.rooms

    @property
    def views(self):
        return self.portside.house.views

    def waits(self, ready, seconds=30):
        """Until *ready* says so."""
        self._qtbot.waitUntil(lambda: bool(ready()), timeout=int(seconds * 1000))

    def clicks(self, widget):
        self.waits(lambda: self.hands.reaches(widget))
        self.hands.click(widget)

    def types(self, field, text):
        self.hands.type(field, text)

    def goes_to(self, room):
        self.clicks(self.portside.window.sidebar.items[room])

    def holds(self, name):
        """Whether the list shows this image name."""
        return any(row.reference == Reference.parse(name) for row in self.rooms.images.rows)

    def chooses_image(self, name):
        self.goes_to("images")
        self.waits(lambda: self.holds(name))
        self.hands.choose(self.views.images.table, lambda row: row.reference == Reference.parse(name))

    def connects(self, host, user, password):
        self.goes_to("registries")
        view = self.views.registries
        self.clicks(view.blank_connect_button if view.blank_connect_button.isVisible() else view.connect_button)
        dialog = view.signin_dialog
        self.types(dialog.address_field, host)
        self.types(dialog.user_field, user)
        self.types(dialog.secret_field, password)
        self.clicks(dialog.main_button)

    def pulls(self, name):
        self.goes_to("images")
        view = self.views.images
        self.clicks(view.blank_pull_button if view.blank_pull_button.isVisible() else view.pull_button)
        dialog = self.views.images.dialogs.current
        self.types(dialog.name_field, name)
        self.clicks(dialog.main_button)
        return self.sees_arrive(name)

    def sees_arrive(self, name, number=-1):
        """The last transfer of *name*, once it is over; it must have arrived."""
        wanted = Reference.parse(name)
        mine = lambda: [t for t in self.rooms.transfers.transfers if t.wish.reference == wanted]  # noqa: E731
        self.waits(lambda: mine() and mine()[number].state.final, 120)
        last = mine()[number]
        assert last.state is State.DONE, (last.state, last.error, last.error and last.error.raw)
        return last

    def runs(self, name):
        """Run it with the port that is proposed, and return its container and the page that was opened."""
        self.chooses_image(name)
        self.clicks(self.views.images.run_button)
        self.waits(lambda: self.views.containers.run_dialog and self.views.containers.run_dialog.ports.rows)
        before = {container.id for container in self.rooms.containers.containers}
        self.clicks(self.views.containers.run_dialog.run_button)
        fresh = lambda: [c for c in self.rooms.containers.containers if c.alive and c.id not in before]  # noqa: E731
        self.waits(fresh)
        container, opened = fresh()[0], len(self.pages)
        self.waits(lambda: self.views.containers.table.act_place(0, "open"))
        self.hands.act(self.views.containers.table, lambda row: row.id == container.id, "open")
        self.waits(lambda: len(self.pages) > opened)
        return container, self.pages[-1]

    def stops(self, container):
        self.goes_to("containers")
        self.hands.act(self.views.containers.table, lambda row: row.id == container.id, "stop")
        self.waits(lambda: self.rooms.containers.find(container.id) is None)

    def removes(self, name):
        self.chooses_image(name)
        self.clicks(self.views.images.remove_button)
        self.clicks(self.views.images.dialogs.current.main_button)
        self.waits(lambda: not self.holds(name))


@pytest.fixture
def sits_down(qtbot, qapp, tmp_path, secret_service, monkeypatch):
    """Start the program on an engine and give its person; ends with every thread gone."""
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("left out: a journey needs a window on an X server")
    started = []

    def start(engine_url, expects_engine=True):
        pages, blocked = [], []
        portside = Portside(qapp, Start(app_folders({HOME: str(tmp_path / "portside")}), engine_url, pages.append))
        portside.left.connect(blocked.extend)
        started.append((portside, blocked))
        with qtbot.waitSignal(portside.furnished, timeout=10_000):
            portside.window.show()
        person = Person(qtbot, portside, pages)
        if expects_engine:
            person.waits(lambda: person.rooms.link.crew.connected)
        return person

    yield start
    for portside, blocked in started:
        portside.leave()
        assert blocked == []
        assert portside.roster.names == []
        portside.window.deleteLater()


def fetched(address):
    """A page, fetched a second way."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(address, timeout=10)
