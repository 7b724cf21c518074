"""The whole tutorial, done by the program itself in its real window, on a stage of its own."""

import argparse
import tempfile
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop.adapters.app_folders import HOME, AppFolders, app_folders
from desktop.app import Portside, Start, run
from desktop.core.inventory import Container, NamedImage
from desktop.core.onboarding import PAGE_PORT
from desktop.core.reference import Reference
from desktop.core.registry import RegistryEntry
from desktop.core.transfers import Direction, State, Transfer
from desktop.director import Director, Report, Script, Step, StepFailed, Wait, ask, pause
from desktop.furniture import Rooms, Views
from desktop.hands import Hands
from desktop.stage import Stage
from desktop.ui.container_cells import OPEN, STOP
from desktop.ui.repository_cells import TOGGLE
from desktop.ui.words import short_digest

PACE_S = 0.7  #: between two clicks, so that an onlooker can follow
MANIFESTS = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
NGINX = "nginx:latest"


class Walkthrough:
    """The steps of the tutorial: each clicks, waits for what should happen, and has it checked a second way."""

    def __init__(self, stage: Stage, hands: Hands, picture: Callable[[str], object]) -> None:
        self._stage, self._hands, self._picture = stage, hands, picture
        self._target = Reference.of(stage.registry, "samples/nginx")
        self._portside: Portside | None = None
        self._opened: list[str] = []  # pages that the browser was asked to show
        self._container, self._image_id = "", ""

    def steps(self) -> list[tuple[str, Step]]:
        """Each step with its name, in the order of the tutorial."""
        return [
            ("Find the engine", self.find_engine),
            ("Connect a registry", self.connect),
            ("Pull nginx", self.pull),
            ("Run it and open the page", self.run_pulled),
            ("Stop it", self.stop),
            ("Give it a name in the registry", self.name),
            ("Push it", self.push),
            ("Remove the local copies", self.clear),
            ("Pull it from the registry", self.pull_back),
            ("Run what came back", self.run_returned),
            ("Stop that too", self.stop),
            ("Remove the image", self.remove),
            ("See the tour done", self.see_tour),
        ]

    def play_in(self, portside: Portside) -> None:
        """Use this program's window."""
        self._portside = portside

    def open_page(self, address: str) -> None:
        """Stand in for the browser: note which page was to be opened."""
        self._opened.append(address)

    def find_engine(self, report: Report) -> Script:
        """The window is there and says which engine it talks to."""
        yield Wait("room", lambda: self._portside and self._portside.house)
        yield Wait("engine", lambda: self._rooms.link.crew.connected)
        yield from pause(PACE_S)
        bar = self._views.window.bar
        report.detail = f"{bar.engine.text()} {bar.state.text()}"
        version = yield from self._docker(report, "version", "--format", "{{.Server.Version}}")
        _must(version in report.detail, "the docker command sees another engine")

    def connect(self, report: Report) -> Script:
        """The address is typed as people do, with scheme and path, and is set right where one sees it."""
        yield from self._go("registries")
        view = self._views.registries
        first = view.blank_connect_button
        yield from self._click(first if first.isVisible() else view.connect_button)
        dialog = view.signin_dialog
        assert dialog is not None
        yield from self._type(dialog.address_field, f"http://{self._stage.registry}/")
        yield from self._type(dialog.user_field, self._stage.user)
        yield from self._type(dialog.secret_field, self._stage.password.reveal())
        yield Wait("answer of the registry", dialog.main_button.isEnabled)
        yield from self._pose("sign-in form")
        yield from self._click(dialog.main_button)
        yield Wait("account", lambda: self._rooms.registries.account_for(self._stage.registry))
        report.detail = f"connected to {self._stage.registry} as {self._stage.user}"
        code = ("-o", "/dev/null", "-w", "%{http_code}")
        stranger = yield from ask("curl", ["-sS", *code, self._url("/v2/")], report)
        known = yield from self._curl(report, "/v2/", *code)
        _must((stranger, known) == ("401", "200"), "the registry does not ask for this password")

    def pull(self, report: Report) -> Script:
        """nginx, typed as in the tutorial."""
        yield from self._go("images")
        view = self._views.images
        yield from self._click(view.blank_pull_button if view.blank_pull_button.isVisible() else view.pull_button)
        dialog = self._views.images.dialogs.current
        assert dialog is not None
        yield from self._type(dialog.name_field, "nginx")  # type: ignore[attr-defined]
        yield from self._pose("pull form")
        yield from self._click(dialog.main_button)
        yield from self._arrival(report, Direction.PULL, Reference.parse("nginx"))
        answer = yield from self._docker(report, "image", "inspect", NGINX, "--format", "{{.Id}} {{.RepoDigests}}")
        self._image_id = answer.split()[0]
        _must(self._image_id.startswith("sha256:"), "the engine has no nginx")

    def run_pulled(self, report: Report) -> Script:
        """Run it from the list of images."""
        yield from self._choose_image(NGINX)
        yield from self._click(self._views.images.run_button)
        yield from self._run(report, NGINX)

    def stop(self, report: Report) -> Script:
        """Stop the container; it was to be removed then."""
        yield from self._go("containers")
        self._hands.act(self._views.containers.table, self._is_mine, STOP)
        yield Wait("end of the container", lambda: self._rooms.containers.find(self._container) is None)
        yield from pause(PACE_S)
        rest = yield from self._docker(report, "ps", "--all", "--quiet", "--no-trunc")
        _must(self._container not in rest, "the container is still there")
        report.detail = "stopped, and removed as it was asked for"

    def name(self, report: Report) -> Script:
        """Give it the registry's name; the old name stays."""
        yield from self._choose_image(NGINX)
        yield from self._click(self._views.images.name_button)
        dialog = self._views.images.dialogs.current
        assert dialog is not None
        yield from self._type(dialog.path_field, self._target.path)  # type: ignore[attr-defined]
        yield from self._pose("name form")
        yield from self._click(dialog.main_button)
        yield Wait("new name", lambda: self._rows(str(self._target)))
        report.detail = f"{NGINX} is {self._target} as well"
        form = "{{.ID}} {{.Repository}}:{{.Tag}}"
        listed = yield from self._docker(report, "image", "ls", "--no-trunc", "--format", form)
        both = {f"{self._image_id} {name}" for name in (NGINX, self._target)}
        _must(both <= set(listed.splitlines()), "the image does not have both names")

    def push(self, report: Report) -> Script:
        """Push it; the end is the registry's own answer."""
        yield from self._choose_image(str(self._target))
        yield from self._click(self._views.images.push_button)
        transfer = yield from self._arrival(report, Direction.PUSH, self._target)
        tags = yield from self._curl(report, f"/v2/{self._target.path}/tags/list")
        _must('"latest"' in tags, "the registry has no such tag")
        head = yield from self._curl(
            report, f"/v2/{self._target.path}/manifests/latest", "-I", "-H", f"Accept: {MANIFESTS}"
        )
        digest = transfer.receipt.digest if transfer.receipt else "no receipt"
        _must(digest in head, f"the registry has another digest than {digest}")

    def clear(self, report: Report) -> Script:
        """Remove both names here, so that pulling back is no mere look."""
        for name in (str(self._target), NGINX):
            yield from self._remove_image(name)
        held = yield from self._docker(report, "image", "ls", "--all", "--quiet", "--no-trunc")
        _must(self._image_id not in held, "the image is still here")
        report.detail = "the image is gone from this computer; the registry still has it"

    def pull_back(self, report: Report) -> Script:
        """Pull it out of the list of what the registry holds."""
        yield from self._go("registries")
        table = self._views.registries.table
        yield Wait("repository", lambda: table.choose(self._is_repository))
        if not table.choose(self._is_tag):
            self._hands.act(table, self._is_repository, TOGGLE)
        yield Wait("tag", lambda: table.choose(self._is_tag))
        self._hands.choose(table, self._is_tag)
        yield Wait("details of the tag", self._views.registries.details.pull_button.isEnabled)
        yield from self._pose("tag")
        yield from self._click(self._views.registries.details.pull_button)
        yield from self._arrival(report, Direction.PULL, self._target)
        answer = yield from self._docker(report, "image", "inspect", str(self._target), "--format", "{{.Id}}")
        _must(answer == self._image_id, "another image came back")

    def run_returned(self, report: Report) -> Script:
        """Run what came back."""
        yield from self._choose_image(str(self._target))
        yield from self._click(self._views.images.run_button)
        yield from self._run(report, str(self._target))

    def remove(self, report: Report) -> Script:
        """Remove it from this computer."""
        yield from self._remove_image(str(self._target))
        held = yield from self._docker(report, "image", "ls", "--all", "--quiet", "--no-trunc")
        _must(self._image_id not in held, "the image is still here")
        report.detail = f"{self._target} is gone from this computer"

    def see_tour(self, report: Report) -> Script:
        """Home has ticked its seven steps by itself."""
        yield from self._go("home")
        lines = self._rooms.tour.lines
        open_steps = [line.step.value for line in lines if not line.done]
        _must(not open_steps, f"not ticked: {', '.join(open_steps)}")
        report.detail = f"{len(lines)} of {len(lines)} steps ticked"
        repositories = yield from self._curl(report, "/v2/_catalog")
        _must(self._target.path in repositories, "the registry lost what was pushed")

    # What the steps are made of

    @property
    def _rooms(self) -> Rooms:
        assert self._portside and self._portside.house
        return self._portside.house.rooms

    @property
    def _views(self) -> Views:
        assert self._portside and self._portside.house
        return self._portside.house.views

    def _run(self, report: Report, name: str) -> Script:
        """Fill in the run form, run, open the page, have it fetched by curl."""
        view = self._views.containers
        yield Wait("proposed port", lambda: view.run_dialog and view.run_dialog.ports.rows)
        dialog = view.run_dialog
        assert dialog is not None
        port = dialog.ports.rows[0].host_field.text()
        yield from self._pose(f"run form {_short(name)}")
        before = {container.id for container in self._rooms.containers.containers}
        yield Wait("free port", dialog.run_button.isEnabled)
        yield from self._click(dialog.run_button)
        yield Wait("container", lambda: self._fresh(before))
        self._container = self._fresh(before)
        yield Wait("row of the container", lambda: view.table.choose(self._is_mine))
        yield from pause(PACE_S)
        opened = len(self._opened)
        self._hands.act(view.table, self._is_mine, OPEN)
        yield Wait("page", lambda: len(self._opened) > opened)
        yield Wait("output", lambda: view.console.lines.end > view.console.lines.first)
        taken = "" if port == str(PAGE_PORT) else f" ({PAGE_PORT} is taken)"
        report.detail = f"{self._opened[-1]} answered{taken}"
        page = yield from ask("curl", ["-sS", "-i", self._opened[-1]], report)
        _must("200 OK" in page and "nginx" in page.lower(), "the page is not nginx's")
        running = yield from self._docker(report, "ps", "--no-trunc", "--format", "{{.ID}} {{.Image}} {{.Ports}}")
        _must(f"{self._container} {name.removesuffix(':latest')}" in running.replace(":latest", ""), "it does not run")

    def _fresh(self, before: set[str]) -> str:
        return next((c.id for c in self._rooms.containers.containers if c.id not in before and c.alive), "")

    def _arrival(self, report: Report, direction: Direction, reference: Reference) -> Generator[Wait, None, Transfer]:
        """Wait in the room of transfers until this one is over; it must be done."""
        yield Wait("transfers", lambda: self._views.window.room == "transfers")

        def last() -> Transfer | None:
            known = self._rooms.transfers.transfers
            fitting = [t for t in known if t.wish.direction is direction and t.wish.reference == reference]
            return fitting[-1] if fitting and fitting[-1].state.final else None

        yield Wait(f"end of the {direction.value}", last, 180)
        transfer = last()
        assert transfer is not None
        why = f"{type(transfer.error).__name__} {transfer.error.raw}" if transfer.error else ""
        _must(transfer.state is State.DONE, f"{transfer.state.value}: {why}")
        digest = short_digest(transfer.receipt.digest) if transfer.receipt else "no receipt"
        report.detail = f"{reference}: {digest}"
        yield from pause(PACE_S)
        return transfer

    def _remove_image(self, name: str) -> Script:
        yield from self._choose_image(name)
        yield from self._click(self._views.images.remove_button)
        dialog = self._views.images.dialogs.current
        assert dialog is not None
        yield from self._pose(f"remove form {_short(name)}")
        yield from self._click(dialog.main_button)
        yield Wait(f"end of {name}", lambda: not self._rows(name))
        yield from pause(PACE_S)

    def _choose_image(self, name: str) -> Script:
        yield from self._go("images")
        yield Wait(f"row of {name}", lambda: self._rows(name))
        yield from pause(PACE_S / 2)
        self._hands.choose(self._views.images.table, lambda row: isinstance(row, NamedImage) and row.name == name)
        yield from pause(PACE_S)

    def _rows(self, name: str) -> bool:
        return any(row.name == name for row in self._rooms.images.rows)

    def _is_mine(self, row: object) -> bool:
        return isinstance(row, Container) and row.id == self._container

    def _is_repository(self, row: object) -> bool:
        return isinstance(row, RegistryEntry) and row.repository == self._target.path and not row.tag

    def _is_tag(self, row: object) -> bool:
        return isinstance(row, RegistryEntry) and row.repository == self._target.path and row.tag == "latest"

    def _go(self, room: str) -> Script:
        yield from self._click(self._views.window.sidebar.items[room])

    def _click(self, widget: QWidget) -> Script:
        yield Wait("place to click", lambda: self._hands.reaches(widget), 10)
        self._hands.click(widget)
        yield from pause(PACE_S)

    def _type(self, field: QLineEdit, text: str) -> Script:
        self._hands.type(field, text)
        yield from pause(PACE_S / 2)

    def _pose(self, name: str) -> Script:
        """Leave a picture in the middle of a step."""
        yield from pause(PACE_S)
        self._picture(name)

    def _url(self, path: str) -> str:
        return f"http://{self._stage.registry}{path}"

    def _curl(self, report: Report, path: str, *options: str) -> Generator[Wait, None, str]:
        """The registry's answer to the signed-in user; the password goes through curl's standard input."""
        secret = f'user = "{self._stage.user}:{self._stage.password.reveal()}"\n'
        return ask("curl", ["-sS", "-K", "-", *options, self._url(path)], report, secret)

    def _docker(self, report: Report, *words: str) -> Generator[Wait, None, str]:
        return ask("docker", ["--host", self._stage.engine, *words], report)


def main(arguments: Sequence[str]) -> int:
    """Play the walkthrough in a window of its own, with folders of its own; 0 only if every step passed."""
    parser = argparse.ArgumentParser(prog="portside")
    parser.add_argument("--walkthrough", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--stage", type=Path, required=True, metavar="FILE")
    asked = parser.parse_args(arguments)
    app = QApplication(["portside"])
    app.setApplicationName("Portside")
    stage = Stage.read(asked.stage)
    with tempfile.TemporaryDirectory(prefix="portside-walkthrough-") as home:
        return _play(app, stage, asked.walkthrough, app_folders({HOME: home}))


def _must(so: bool, otherwise: str) -> None:
    if not so:
        raise StepFailed(otherwise)


def _short(name: str) -> str:
    return name.rpartition("/")[2].partition(":")[0]


def _play(app: QApplication, stage: Stage, folder: Path, folders: AppFolders) -> int:
    passed: list[bool] = []
    pictures: list[Callable[[str], object]] = []
    play = Walkthrough(stage, Hands(show_pointer=True), lambda name: pictures[0](name))
    portside = Portside(app, Start(folders, stage.engine, play.open_page))
    play.play_in(portside)
    director = Director(play.steps(), folder, portside.window, stage.notes)
    pictures.append(director.picture)
    director.finished.connect(passed.append)
    director.finished.connect(portside.leave)
    portside.furnished.connect(director.start)
    portside.window.show()
    status = run(app, portside)
    return status or (0 if passed == [True] else 1)
