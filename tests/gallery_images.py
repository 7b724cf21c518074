"""The images' room and its dialogs for the gallery: full, chosen, empty, without an engine, failed."""

import time
from collections.abc import Callable

import gallery_data as data
from desktop.bridge.images import COLUMNS
from desktop.bridge.models import TableModel
from desktop.core.engine_errors import ImageInUse
from desktop.core.engines import EngineStatus
from desktop.core.inventory import Image, ImageDetails, NamedImage, named
from desktop.core.registry_errors import ImageNotFound
from desktop.ui.images_view import ImagesView
from desktop.ui.main_window import MainWindow
from gallery_screens import Shot, screen, window

MINUTE, HOUR, DAY = 60, 3600, 86_400
NOW = int(time.time())
API = "contoso.azurecr.io/shop/api:2.4.1"
LONG = "registry.westeurope.customer.example:5000/team/platform/service-with-a-long-name:2026.11.23-build.4711-rc1"


def image(number: int, size: int, age: int, *names: str) -> Image:
    """A made-up image that was built *age* seconds ago."""
    digests = tuple(f"{name.rpartition(':')[0]}@{data.DIGEST}" for name in names if "/" in name)
    return Image(f"sha256:{number:064x}", names, digests, size, NOW - age)


IMAGES = (
    image(1, 187_000_000, 3 * DAY, "nginx:latest", "contoso.azurecr.io/samples/nginx:v1"),
    image(2, 486_000_000, 26 * MINUTE, API, "contoso.azurecr.io/shop/api:latest"),
    image(3, 142_000_000, HOUR, "contoso.azurecr.io/shop/web:1.9.0"),
    image(4, 471_000_000, HOUR, "contoso.azurecr.io/shop/worker:2.4.1"),
    image(5, 278_000_000, 9 * DAY, "postgres:17-alpine"),
    image(6, 124_000_000, 15 * DAY, "python:3.12-slim"),
    image(7, 117_000_000, 22 * DAY, "redis:7.4"),
    image(8, 13_300, 40 * DAY, "localhost:5000/practice/hello:latest"),
    image(9, 1_120_000_000, 70 * DAY, "node:22-bookworm"),
    image(10, 77_000_000, 400 * DAY, LONG),
    image(11, 312_000_000, 71 * DAY),
)
USERS = {
    IMAGES[0].id: ("web",),
    IMAGES[1].id: ("shop-api",),
    IMAGES[2].id: ("shop-web", "shop-web-2", "a_container_with_a_long_name"),
    IMAGES[9].id: ("a_container_with_a_long_name",),
}
ROWS = named(IMAGES, USERS)
DETAILS = ImageDetails(
    IMAGES[1].id,
    IMAGES[1].names,
    IMAGES[1].digests,
    IMAGES[1].size,
    "",
    "linux/amd64",
    ("8000/tcp", "9000/udp"),
    ("shop.api", "--bind", "0.0.0.0:8000", "--workers", "4"),
    ("gunicorn",),
    (),
    tuple("abcdefghi"),
)


def room(chosen: str = API, engine: EngineStatus = data.RUNNING, empty: bool = False) -> tuple[MainWindow, ImagesView]:
    """The room with all images, or none."""
    model = TableModel(COLUMNS, lambda row: row.key)
    view = ImagesView(model)
    model.setParent(view)
    view.set_accounts(data.ACCOUNTS)
    view.show_engine(engine)
    model.set_rows([] if empty else ROWS)
    view.choose(chosen)
    view.show_details(DETAILS)
    return window("images", view, engine, busy=not empty), view


def row(name: str) -> NamedImage:
    """The row of that name."""
    return next(each for each in ROWS if each.name == name)


def asked(ask: Callable[[ImagesView], object]) -> Shot:
    """The dialog that *ask* opens, over the room."""
    made, view = room()
    ask(view)
    return Shot(made, view.dialogs.current)


@screen("3-images")
def images() -> Shot:
    return Shot(room()[0])


@screen("3-images-long")
def images_long() -> Shot:
    return Shot(room(LONG)[0])


@screen("3-images-narrow")
def images_narrow() -> Shot:
    made, _ = room()
    made.resize(880, 620)
    return Shot(made)


@screen("3-images-filter")
def images_filter() -> Shot:
    made, view = room()
    view.filter.setText("no such image")
    return Shot(made)


@screen("3-images-empty")
def images_empty() -> Shot:
    return Shot(room(empty=True)[0])


@screen("3-images-engine-off")
def images_engine_off() -> Shot:
    return Shot(room(engine=data.STOPPED)[0])


@screen("3-images-error")
def images_error() -> Shot:
    made, view = room()
    said = 'conflict: unable to remove repository reference "nginx:latest" (must force): container 4711 is using it'
    view.show_error(ImageInUse(said, name="nginx:latest", container="web"))
    view.banner.fold.click()
    return Shot(made)


@screen("3-pull")
def pull() -> Shot:
    def ask(view: ImagesView) -> None:
        view.ask_pull("contoso.azurecr.io/samples/nginx")
        view.dialogs.current.look_for_tags()
        view.show_suggestions("samples/nginx", ("latest", "v1", "v1.1", "2026.11.23-build.4711-rc1", "v2", "v3"))

    return asked(ask)


@screen("3-pull-refused")
def pull_refused() -> Shot:
    return asked(lambda view: view.ask_pull("Samples/My Nginx"))


@screen("3-pull-error")
def pull_error() -> Shot:
    def ask(view: ImagesView) -> None:
        view.ask_pull("nginx:lates")
        view.dialogs.current.show_error(ImageNotFound("manifest unknown", name="nginx:lates", host="docker.io"))

    return asked(ask)


@screen("3-add-name")
def add_name() -> Shot:
    return asked(lambda view: view.ask_name(row("nginx:latest"), "contoso.azurecr.io", "samples/web"))


@screen("3-add-name-taken")
def add_name_taken() -> Shot:
    return asked(lambda view: view.ask_name(row("nginx:latest"), "contoso.azurecr.io", "Shop/API"))


@screen("3-send")
def send() -> Shot:
    def ask(view: ImagesView) -> None:
        view.choose("redis:7.4")
        view.push_button.click()

    return asked(ask)


@screen("3-send-elsewhere")
def send_elsewhere() -> Shot:
    return asked(lambda view: view.ask_send(row(LONG)))


@screen("3-remove")
def remove() -> Shot:
    return asked(lambda view: view.ask_remove(row("node:22-bookworm")))


@screen("3-remove-name")
def remove_name() -> Shot:
    return asked(lambda view: view.ask_remove(row("nginx:latest")))


@screen("3-remove-used")
def remove_used() -> Shot:
    return asked(lambda view: view.ask_remove(row("contoso.azurecr.io/shop/web:1.9.0")))
