"""The registries' room and its dialogs for the gallery: full, narrow, closed, empty, failed, each kind of sign-in."""

import hashlib
from datetime import UTC, datetime, timedelta

import gallery_data as data
from desktop.bridge.models import TableModel
from desktop.bridge.registry_rows import COLUMNS, rows
from desktop.core.engines import EngineStatus
from desktop.core.errors import AppError
from desktop.core.name_list import NameList
from desktop.core.registry import Greeting, KeyringState, Layer, Listing, Page, SignIn, TagDetails
from desktop.core.registry_errors import (
    AddressUnknown,
    KeyringRefused,
    ListingNotAllowed,
    RegistryTroubled,
    WrongCredentials,
)
from desktop.ui.main_window import MainWindow
from desktop.ui.registries_view import RegistriesView
from desktop.ui.signin_dialog import SigninDialog
from gallery_screens import Shot, screen, window

HOST = data.CONTOSO.host
LONG = "team/platform/service-with-a-very-long-name-that-nobody-would-type"
REPOSITORIES = (
    "base/node",
    "base/python",
    "samples/nginx",
    "shop/api",
    "shop/web",
    "shop/worker",
    "tools/report",
)
LABELS = (
    ("maintainer", "NGINX Docker Maintainers <docker-maint@nginx.com>"),
    ("org.opencontainers.image.version", "1.29.1"),
)


def details(size: int, sizes: tuple[int, ...] = (28_200_000, 42_600_000, 4_600, 1_100_000), **ago: int) -> TagDetails:
    """What a tag of an image built that long ago stands for."""
    made = (datetime.now(UTC) - timedelta(**ago)).isoformat()
    layers = tuple(Layer(f"sha256:{hashlib.sha256(str(each).encode()).hexdigest()}", each) for each in sizes)
    platforms = ("linux/amd64", "linux/arm64")
    return TagDetails(data.DIGEST, "application/vnd.oci.image.index.v1+json", size, platforms, layers, made, LABELS)


TAGS = {
    ("samples/nginx", "v1"): details(71_800_000, minutes=2),
    ("samples/nginx", "v0.9"): details(70_900_000, weeks=3),
    ("samples/nginx", "stable"): details(70_900_000, weeks=3),
    ("samples/nginx", "debug"): details(94_200_000, days=63),
}


def model(*repositories: str) -> TableModel:
    """These repositories, samples/nginx open."""
    tags = NameList()
    tags.add(Page(tuple(tag for _, tag in TAGS), "more"))
    made = TableModel(COLUMNS, key=lambda entry: entry.key)
    made.set_rows(list(rows(repositories, {"samples/nginx": tags}, (), TAGS)))
    return made


def room(
    *repositories: str, listing: Listing | None = None, engine: EngineStatus = data.RUNNING
) -> tuple[MainWindow, RegistriesView]:
    """The room with four accounts."""
    view = RegistriesView(model(*repositories))
    view.show_engine(engine)
    made = window("registries", view, engine)
    made.show()
    view.set_accounts(data.ACCOUNTS)
    view.show_listing(listing or Listing("1", len(repositories), True))
    return made, view


def chosen(view: RegistriesView) -> None:
    """Choose samples/nginx:v1."""
    view.table.choose(lambda entry: entry.tag == "v1")
    view.show_details("1", "samples/nginx", "v1", TAGS["samples/nginx", "v1"])


def form(address: str, keyring: KeyringState = KeyringState.READY) -> tuple[MainWindow, SigninDialog]:
    """The sign-in form over the room."""
    made, view = room(*REPOSITORIES)
    view.ask_connect(address)
    dialog = view.signin_dialog
    assert dialog
    dialog.show_keyring(keyring)
    return made, dialog


def filled(dialog: SigninDialog, greeting: Greeting, user: str) -> None:
    """Somebody answered, and the rest is typed."""
    dialog.address_field.editingFinished.emit()
    dialog.show_greeting(greeting)
    dialog.user_field.setText(user)
    dialog.secret_field.setText("correct-horse-battery-staple")


@screen("2-registries")
def registries_full() -> Shot:
    made, view = room(*REPOSITORIES)
    chosen(view)
    return Shot(made)


@screen("2-registries-long")
def registries_long() -> Shot:
    made, view = room(LONG, "samples/nginx", f"{LONG}-too")
    chosen(view)
    return Shot(made)


@screen("2-registries-narrow")
def registries_narrow() -> Shot:
    made, view = room(*REPOSITORIES, engine=data.STOPPED)
    made.resize(880, 600)
    chosen(view)
    return Shot(made)


@screen("2-registries-first")
def registries_first() -> Shot:
    return Shot(window("registries", RegistriesView(model()), busy=False))


@screen("2-registries-loading")
def registries_loading() -> Shot:
    return Shot(room(listing=Listing("1", loading=True))[0])


@screen("2-registries-empty")
def registries_empty() -> Shot:
    return Shot(room(listing=Listing("1"))[0])


@screen("2-registries-closed")
def registries_closed() -> Shot:
    return Shot(room(listing=Listing("1", error=ListingNotAllowed(host=HOST)))[0])


@screen("2-registries-nothing")
def registries_nothing() -> Shot:
    made, view = room(*REPOSITORIES)
    view.filter.setText("ghost/app")
    return Shot(made)


@screen("2-registries-error")
def registries_error() -> Shot:
    made, view = room(*REPOSITORIES)
    view.show_error(RegistryTroubled(f"{HOST}: HTTP 502 upstream", host=HOST))
    return Shot(made)


@screen("7-connect")
def connect() -> Shot:
    return Shot(*form(""))


@screen("7-connect-azure")
def connect_azure() -> Shot:
    made, dialog = form("https://Contoso.azurecr.io/")
    filled(dialog, Greeting(HOST, "https", SignIn.BEARER), "3f1c9a42-7d0e-4b55-9a61-0c8be2f4d7a1")
    return Shot(made, dialog)


@screen("7-connect-questions")
def connect_questions() -> Shot:
    made, dialog = form("http://registry.lan:5000", KeyringState.ABSENT)
    filled(dialog, Greeting("registry.lan:5000", "http", SignIn.BEARER, "http://auth.lan/t", "", "auth.lan"), "maria")
    dialog.help_button.click()
    return Shot(made, dialog)


@screen("7-connect-open")
def connect_open() -> Shot:
    made, dialog = form("registry.lan")
    dialog.show_greeting(Greeting("registry.lan", "https", SignIn.NONE))
    return Shot(made, dialog)


@screen("7-connect-nobody")
def connect_nobody() -> Shot:
    made, dialog = form("contosso.azurecr.io")
    dialog.show_greet_error(AddressUnknown(host="contosso.azurecr.io"))
    return Shot(made, dialog)


def refused(error: AppError) -> Shot:
    """The form after *error*."""
    made, dialog = form("quay.io")
    filled(dialog, Greeting("quay.io", "https", SignIn.BEARER), "maria")
    dialog.show_error(error)
    return Shot(made, dialog)


@screen("7-connect-wrong")
def connect_wrong() -> Shot:
    return refused(WrongCredentials("quay.io: HTTP 401 at the sign-in", host="quay.io"))


@screen("7-connect-keyring")
def connect_keyring() -> Shot:
    return refused(KeyringRefused("KeyringLocked"))


@screen("7-sign-out")
def sign_out() -> Shot:
    made, view = room(*REPOSITORIES)
    view.ask_sign_out(data.CONTOSO)
    return Shot(made, view.sign_out_dialog)
