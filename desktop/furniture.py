"""The rooms of the bridge and the views on the screen of one running program, by name."""

from dataclasses import dataclass

from desktop.bridge.containers import ContainerRoom
from desktop.bridge.engine import EngineLink
from desktop.bridge.images import ImageRoom
from desktop.bridge.preferences import Preferences
from desktop.bridge.registries import RegistryRoom
from desktop.bridge.tour import TourGuide
from desktop.bridge.transfers import TransferRoom
from desktop.ui.containers_view import ContainersView
from desktop.ui.home_view import HomeView
from desktop.ui.images_view import ImagesView
from desktop.ui.main_window import MainWindow
from desktop.ui.registries_view import RegistriesView
from desktop.ui.transfers_view import TransfersView


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the program knows and does."""

    preferences: Preferences
    link: EngineLink
    images: ImageRoom
    containers: ContainerRoom
    registries: RegistryRoom
    transfers: TransferRoom
    tour: TourGuide


@dataclass(frozen=True, slots=True)
class Views:
    """What is on the screen."""

    window: MainWindow
    home: HomeView
    registries: RegistriesView
    images: ImagesView
    containers: ContainersView
    transfers: TransfersView
