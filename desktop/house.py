"""Everything behind the window of one running program: built after the first paint, closed before the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop import factories
from desktop.adapters.app_folders import AppFolders
from desktop.adapters.redacting_log import Redactor
from desktop.bridge import watchdog
from desktop.bridge.containers import ContainerRoom
from desktop.bridge.engine import EngineLink
from desktop.bridge.images import ImageRoom
from desktop.bridge.preferences import Preferences
from desktop.bridge.registries import RegistryRoom
from desktop.bridge.tour import TourGuide
from desktop.bridge.transfers import TransferRoom
from desktop.bridge.worker import Job, Roster
from desktop.core.onboarding import Tour
from desktop.core.ports import Credential, SettingsStore
from desktop.core.registry import Greeting
from desktop.core.secret import Secret
from desktop.core.settings import Settings
from desktop.errands import Errands
from desktop.furniture import Rooms, Views
from desktop.ui.containers_view import ContainersView
from desktop.ui.home_view import HomeView
from desktop.ui.images_view import ImagesView
from desktop.ui.main_window import MainWindow
from desktop.ui.quit_dialog import QuitDialog
from desktop.ui.registries_view import RegistriesView
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.theme import Dresser
from desktop.ui.transfers_view import TransfersView
from desktop.wiring import wire


@dataclass(frozen=True, slots=True)
class Ground:
    """What the house is built on."""

    folders: AppFolders
    environment: dict[str, str]  # the person's own, as it was before we changed ours
    store: SettingsStore
    settings: Settings
    dresser: Dresser
    engine: str  # to be used whatever the settings say
    open_page: Callable[[str], object]
    redactor: Redactor


class House(QObject):
    """The rooms, the views, and what connects them. UI thread only."""

    def __init__(self, window: MainWindow, roster: Roster, ground: Ground) -> None:
        super().__init__(window)
        self._ground = ground
        self.rooms = self._build_rooms(roster, ground)
        self._window = window
        self.views: Views
        self.errands: Errands
        self._watchdog = watchdog.Watchdog(roster, parent=self) if watchdog.wanted() else None

    def furnish(self) -> Iterator[None]:
        """Make the views, one in each turn, and connect everything at the end."""
        rooms, put = self.rooms, self._window.add_room
        if self._watchdog:
            self._watchdog.start()
        put("home", home := HomeView())
        yield
        put("registries", registries := RegistriesView(rooms.registries.model))
        yield
        put("images", images := ImagesView(rooms.images.model))
        yield
        put("containers", containers := ContainersView(rooms.containers.model))
        yield
        put("transfers", transfers := TransfersView(rooms.transfers.model))
        yield
        self.views = Views(self._window, home, registries, images, containers, transfers)
        self.errands = Errands(rooms, self.views, self._ground.open_page, self)
        self.views.registries.connect_requested.connect(self._on_secret_typed)  # before the room gets it
        wire(rooms, self.views, self.errands)
        self._window.settings_requested.connect(self.ask_settings)
        rooms.preferences.changed.connect(self._on_preferences_changed)
        rooms.preferences.failed.connect(self.errands.say)

    def open(self) -> None:
        """Begin: look for an engine, and for the keyring when somebody signs in."""
        self._on_preferences_changed(self.rooms.preferences.settings)
        self.errands.show_stopped(self.rooms.preferences.settings.show_stopped)
        self.rooms.link.look()

    def may_leave(self, leave: Callable[[], None]) -> bool:
        """Whether nothing moves; else ask, and call *leave* when that is agreed to."""
        summary = self.rooms.transfers.summary
        if not summary.out and not summary.coming:
            return True
        dialog = QuitDialog(summary.out, summary.coming, self.views.window)
        dialog.accepted.connect(leave)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return False

    def close(self) -> None:
        """Keep what is to be kept and begin nothing more; the workers end with the roster."""
        self.rooms.preferences.change(window=self.views.window.place())
        self.rooms.preferences.settle()
        self.rooms.link.close()
        if self._watchdog:
            self._watchdog.stop()

    @Slot()
    def ask_settings(self) -> None:
        """Open the settings."""
        rooms = self.rooms
        dialog = SettingsDialog(rooms.preferences.settings, self.views.window)
        dialog.show_engine(rooms.link.status)
        dialog.show_places(str(self._ground.folders.settings), str(self._ground.folders.logs))
        dialog.change_requested.connect(self._on_change_requested)
        dialog.look_requested.connect(rooms.link.look)
        dialog.folder_requested.connect(self._on_folder_requested)
        rooms.preferences.changed.connect(dialog.show_settings)
        rooms.link.status_changed.connect(dialog.show_engine)
        rooms.registries.keyring_known.connect(dialog.show_keyring)
        rooms.registries.learn_keyring()
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _build_rooms(self, roster: Roster, ground: Ground) -> Rooms:
        settings = ground.settings
        preferences = Preferences(settings, roster, lambda: ground.store, self)
        find = partial(factories.make_finder, ground.environment)
        link = EngineLink(roster, find, factories.make_engine, ground.engine or settings.engine, self)
        self._registries = registries = RegistryRoom(
            roster, factories.make_registries, factories.make_keychain, settings.accounts, self
        )
        registries.secret_held.connect(ground.redactor.register)  # before anybody uses it
        return Rooms(
            preferences,
            link,
            ImageRoom(link.crew, self),
            ContainerRoom(link.crew, roster, factories.make_page_probe, self),
            registries,
            TransferRoom(link.crew, self._credential, registries.look_up, parent=self),
            TourGuide(Tour(dict(settings.tour), settings.tour_made), self),
        )

    def _credential(self, account_id: str, host: str) -> Job:
        """The credential of an account; the log learns to leave its secret out before anybody uses it."""
        job = self._registries.credential(account_id, host)
        job.succeeded.connect(self._on_credential_read)
        return job

    @Slot(object)
    def _on_credential_read(self, credential: Credential | None) -> None:
        if credential:
            self._ground.redactor.register(credential.secret)

    @Slot(object, str, object)
    def _on_secret_typed(self, greeting: Greeting, user: str, secret: Secret) -> None:
        self._ground.redactor.register(secret)

    @Slot(object)
    def _on_preferences_changed(self, settings: Settings) -> None:
        self._ground.dresser.dress(settings.appearance)
        self.rooms.transfers.set_limits(settings.pulls, settings.pushes)

    @Slot(object)
    def _on_change_requested(self, fields: dict[str, object]) -> None:
        if "engine" in fields:
            self.errands.choose_engine(str(fields["engine"]))
        self.rooms.preferences.apply(fields)

    @Slot(str)
    def _on_folder_requested(self, folder: str) -> None:
        self._ground.open_page(folder)
