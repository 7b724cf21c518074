"""The containers' room and its dialogs for the gallery: running, stopped, empty, failed; the run form in each state."""

import time

import gallery_data as data
from desktop.bridge.containers import COLUMNS
from desktop.bridge.models import TableModel
from desktop.core.engine_errors import EngineRefused, PortTaken
from desktop.core.engines import EngineStatus
from desktop.core.inventory import Container, ContainerState, Doing, ImageDetails, OutputPiece, PortMapping
from desktop.core.inventory import PublishedPort as Published
from desktop.core.run_options import PortAnswer
from desktop.ui.containers_view import ContainersView
from desktop.ui.main_window import MainWindow
from desktop.ui.run_dialog import RunDialog
from gallery_screens import Shot, screen, window

MINUTE, HOUR, DAY = 60, 3600, 86_400
NOW = int(time.time())
LONG = "a_container_with_a_name_that_nobody_would_type_twice"


def container(
    name: str,
    image: str,
    age: int,
    *ports: int,
    state: ContainerState = ContainerState.RUNNING,
    status: str = "Up 2 hours",
    doing: Doing = Doing.NOTHING,
) -> Container:
    """A made-up container, its ports open for this computer."""
    published = tuple(Published(80, "tcp", "127.0.0.1", port) for port in ports)
    return Container(f"id-{name}", name, image, "sha256:1", state, status, NOW - age, published, doing=doing)


RUNNING = (
    container("web", "nginx:latest", 12 * MINUTE, 8080),
    container("shop-api", "contoso.azurecr.io/shop/api:2.4.1", 26 * MINUTE, 8000, 8443),
    container("shop-db", "postgres:17-alpine", 9 * HOUR, 5432),
    container("shop-cache", "redis:7.4", 9 * HOUR, doing=Doing.STOPPING),
)
STOPPED = (
    container("report", "python:3.12-slim", 2 * DAY, state=ContainerState.EXITED, status="Exited (3) 2 days ago"),
    container(
        LONG,
        "registry.westeurope.customer.example:5000/team/platform/service-with-a-long-name:2026.11.23-build.4711-rc1",
        30 * DAY,
        state=ContainerState.EXITED,
        status="Exited (0) 4 weeks ago",
    ),
)
OUTPUT = (
    "Booting worker with pid: 11\n"
    "Connected to postgresql://shop-db:5432/shop in 31 ms\n"
    "Cache ready at shop-cache:6379\n"
    "GET /health 200 2 ms\n"
    "POST /orders 201 48 ms\n"
    "GET /orders/8841 200 9 ms\n"
    "GET /health 200 2 ms\n"
)
SLOW = "slow query: 1,204 ms in orders_by_customer (customer=2207)\n"
AFTER = "GET /customers/2207/orders 200 1,231 ms\nPOST /orders 201 51 ms\nGET /orders/8842 200 8 ms\n"
NGINX = ImageDetails(
    "sha256:1", ("nginx:latest",), (), 187_000_000, "", "linux/amd64", ("80/tcp",), ("nginx", "-g", "daemon off;"),
    ("/docker-entrypoint.sh",), ("PATH=/usr/local/sbin:/usr/local/bin:/usr/bin", "NGINX_VERSION=1.29.1"), (),
)  # fmt: skip


def room(
    *containers: Container, stopped: bool = False, engine: EngineStatus = data.RUNNING
) -> tuple[MainWindow, ContainersView]:
    """The room with these containers, and some output of the one that is chosen."""
    model = TableModel(COLUMNS, key=lambda each: each.id)
    view = ContainersView(model)
    model.setParent(view)
    made = window("containers", view, engine, busy=bool(containers))
    made.show()
    view.set_show_stopped(stopped)
    view.show_engine(engine)
    model.set_rows([each for each in containers if each.alive or stopped])
    view.show_containers(containers)
    return made, view


def chosen(view: ContainersView, of: Container) -> None:
    """Choose a container; it has said something."""
    view.choose(of.id)
    view.begin_output(of.id)
    view.show_output(of.id, [OutputPiece(OUTPUT), OutputPiece(SLOW, error=True), OutputPiece(AFTER)])


@screen("4-containers")
def containers_full() -> Shot:
    made, view = room(*RUNNING, *STOPPED)
    chosen(view, RUNNING[1])
    return Shot(made)


@screen("4-containers-stopped")
def containers_stopped() -> Shot:
    made, view = room(*RUNNING, *STOPPED, stopped=True)
    chosen(view, STOPPED[0])
    view.list.table.scrollToBottom()
    return Shot(made)


@screen("4-containers-found")
def containers_found() -> Shot:
    made, view = room(*RUNNING)
    chosen(view, RUNNING[1])
    view.console.find_field.setText("orders")
    return Shot(made)


@screen("4-containers-narrow")
def containers_narrow() -> Shot:
    made, view = room(*RUNNING)
    made.resize(880, 560)
    chosen(view, RUNNING[1])
    return Shot(made)


@screen("4-containers-gone")
def containers_gone() -> Shot:
    made, view = room(RUNNING[0])
    chosen(view, RUNNING[0])
    view.show_containers([])
    view.table.model().set_rows([])
    view.show_removed(RUNNING[0])
    return Shot(made)


@screen("4-containers-empty")
def containers_empty() -> Shot:
    return Shot(room()[0])


@screen("4-containers-resting")
def containers_resting() -> Shot:
    return Shot(room(*STOPPED)[0])


@screen("4-containers-engine-off")
def containers_engine_off() -> Shot:
    return Shot(room(engine=data.STOPPED)[0])


@screen("4-containers-error")
def containers_error() -> Shot:
    made, view = room(*RUNNING)
    chosen(view, RUNNING[0])
    view.show_error(EngineRefused("cannot stop container: web: permission denied", name="web"))
    return Shot(made)


@screen("4-remove-container")
def remove_container() -> Shot:
    made, view = room(*RUNNING)
    chosen(view, RUNNING[1])
    view.ask_remove(RUNNING[1])
    return Shot(made, view.removal_dialog)


def form(details: ImageDetails = NGINX, name: str = "") -> tuple[MainWindow, RunDialog]:
    """The run form over the room."""
    made, view = room(*RUNNING)
    chosen(view, RUNNING[0])
    view.ask_run(details, name)
    assert view.run_dialog
    view.run_dialog.show_ports((PortMapping(8081, 80),))
    return made, view.run_dialog


@screen("6-run")
def run() -> Shot:
    return Shot(*form())


@screen("6-run-folds")
def run_folds() -> Shot:
    made, dialog = form(name="contoso.azurecr.io/samples/nginx:v1")
    row = dialog.settings.rows[0]
    row.name_field.setText("SHOP_MODE")
    row.value_field.setText("practice")
    dialog.settings_fold.open()
    dialog.command_fold.open()
    dialog.command_button.click()
    return Shot(made, dialog)


@screen("6-run-wrong")
def run_wrong() -> Shot:
    made, dialog = form()
    dialog.name_field.setText("web")
    dialog.only_here.setChecked(False)
    first = dialog.ports.rows[0]
    first.host_field.setText("8080")
    dialog.show_port(PortAnswer(8080, "tcp", False, "web", 8082))
    dialog.ports.add_button.click()
    second = dialog.ports.rows[1]
    second.host_field.setText("99999")
    second.port_field.setText("443")
    second.complain()
    return Shot(made, dialog)


@screen("6-run-error")
def run_error() -> Shot:
    made, dialog = form()
    dialog.show_error(PortTaken("Bind for 127.0.0.1:8081 failed: port is already allocated", port="8081"))
    return Shot(made, dialog)


@screen("6-run-no-ports")
def run_no_ports() -> Shot:
    made, view = room(*RUNNING)
    chosen(view, RUNNING[0])
    view.ask_run(ImageDetails("sha256:2", ("busybox:1.37",), (), 1, "", "linux/amd64", (), ("sh",), (), (), ()))
    return Shot(made, view.run_dialog)
