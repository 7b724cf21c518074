"""Transfers on real engines and registries, with a proxy between them that goes wrong when told."""

import time

import pytest

from desktop.adapters.docker_engine import DockerEngine
from desktop.adapters.registry_directory import RegistryDirectory
from desktop.bridge.crew import EngineCrew
from desktop.bridge.errand import settled
from desktop.bridge.models import RowRole
from desktop.bridge.transfers import TransferRoom
from desktop.bridge.worker import Roster
from desktop.core.engine_errors import ImageNotHere
from desktop.core.ports import Credential
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.core.registry_errors import (
    ImageUnknown,
    RegistryRateLimited,
    RegistryTroubled,
    RegistryUnreachable,
    SignInNeeded,
    WrongCredentials,
)
from desktop.core.secret import Secret
from desktop.core.transfer_errors import NameMoved, TransferInterrupted
from desktop.core.transfers import State
from lab.images import busybox_image, load

pytestmark = pytest.mark.lab
API = "1.40"  # what Docker 20.10 and Podman 4.3 both speak


class Desk:
    """A room of transfers at one engine, signed in to one registry."""

    def __init__(self, engine, registry, password=""):
        self.engine, self.roster = engine, Roster()
        self.crew = EngineCrew(self.roster)
        self.crew.connect_to(lambda: DockerEngine(engine.url, API))
        self._user, self._secret = registry.user, Secret(password or registry.password)
        self._clerk = self.roster.hire(RegistryDirectory, "registry-1")
        self.room = TransferRoom(self.crew, self._credential, self._look_up)
        self.most = 0
        self.room.changed.connect(self._count)

    def _credential(self, account_id, host):
        if not account_id:
            return settled(None)
        return self._clerk.submit(lambda *_: Credential(self._user, self._secret))

    def _look_up(self, account_id, reference):
        account, credential = Account(account_id, reference.registry), Credential(self._user, self._secret)

        def work(registries, token, report):
            session = registries.open(account, registries.greet(reference.registry, token), credential)
            return session.details(reference.path, reference.tag, token)

        return self._clerk.submit(work)

    def _count(self):
        summary = self.room.summary
        self.most = max(self.most, summary.out, summary.coming)

    def image_id(self, name):
        """What the list of images says the name means, as where a push begins."""
        engine = DockerEngine(self.engine.url, API)
        found = [image.id for image in engine.images() if name in image.names]
        engine.close()
        assert len(found) == 1
        return found[0]

    def pull(self, name, account="me"):
        return self.room.pull(Reference.parse(name), account)

    def push(self, name, image_id="", account="me"):
        return self.room.push(Reference.parse(name), account, image_id or self.image_id(name))

    def of(self, number):
        return next(t for t in self.room.transfers if t.id == number)


@pytest.fixture
def desk(qtbot):
    """Make a desk; at the end its threads are gone within the three seconds of a quit."""
    made = []

    def make(engine, registry, password=""):
        made.append(Desk(engine, registry, password))
        return made[-1]

    yield make
    for each in made:
        assert each.roster.close(3.0) == []


@pytest.fixture
def over(qtbot):
    def wait(desk, number, seconds=60):
        qtbot.waitUntil(lambda: desk.of(number).state.final, timeout=seconds * 1000)
        return desk.of(number)

    return wait


def test_nginx_comes_from_docker_hub_without_an_account(desk, over, dockerd, registry):
    here = desk(dockerd, registry)
    transfer = over(here, here.pull("nginx", ""))
    assert transfer.state is State.DONE, transfer.error
    assert transfer.receipt.digest in dockerd.cli("image", "inspect", "nginx", "--format", "{{.RepoDigests}}")
    assert transfer.receipt.platforms == ("linux/amd64",)
    assert transfer.receipt.size == int(dockerd.cli("image", "inspect", "nginx", "--format", "{{.Size}}"))
    assert transfer.snapshot.part == 1.0
    assert transfer.snapshot.layers


def test_a_push_is_proved_by_the_registry_and_the_image_comes_back(desk, over, dockerd, small_image, registry):
    here, name = desk(dockerd, registry), f"{registry.host}/proved/app:v1"
    dockerd.cli("tag", small_image, name)
    pushed = over(here, here.push(name))
    assert pushed.state is State.DONE, pushed.error
    assert pushed.receipt.digest == registry.holds("proved/app", "v1")
    assert pushed.receipt.platforms == ("linux/amd64",)
    assert pushed.receipt.size > 0
    dockerd.cli("rmi", name)
    pulled = over(here, here.pull(name))
    assert (pulled.state, pulled.receipt.digest) == (State.DONE, pushed.receipt.digest)
    again = over(here, here.push(name))
    assert again.state is State.DONE, "all layers are there already"


def test_a_registry_with_tokens_of_its_own_takes_a_push(desk, over, dockerd, small_image, home_token_registry):
    here, name = desk(dockerd, home_token_registry), f"{home_token_registry.host}/token/app:v1"
    dockerd.cli("tag", small_image, name)
    pushed = over(here, here.push(name))
    assert pushed.state is State.DONE, pushed.error
    assert pushed.receipt.digest == home_token_registry.holds("token/app", "v1")


def test_a_wrong_password_is_told_as_one(desk, over, dockerd, small_image, registry):
    here, name = desk(dockerd, registry, "wrong"), f"{registry.host}/closed/app:v1"
    dockerd.cli("tag", small_image, name)
    assert type(over(here, here.push(name)).error) is WrongCredentials
    assert registry.holds("closed/app", "v1") == ""


def test_every_cause_is_told_as_what_it_is(desk, over, dockerd, small_image, registry):
    here = desk(dockerd, registry)
    dockerd.cli("tag", small_image, "127.0.0.1:1/team/app:v1")
    causes = {
        here.pull(f"{registry.host}/missing/app", ""): SignInNeeded,
        here.pull(f"{registry.host}/missing/app:v2"): ImageUnknown,
        here.push(f"{registry.host}/missing/local", "sha256:" + "1" * 64): ImageNotHere,
        here.push("127.0.0.1:1/team/app:v1"): RegistryUnreachable,
    }
    for number, error in causes.items():
        assert type(over(here, number).error) is error


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"", RegistryTroubled),
        (429, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}', RegistryRateLimited),
        (429, b"<html>slow down</html>", RegistryRateLimited),
    ],
)
def test_a_registry_in_trouble_is_told_as_one(desk, over, dockerd, registry, fault_proxy, status, body, error):
    registry.put(busybox_image(), "trouble/app")
    fault_proxy.answer(status, "/manifests/", body=body, headers={"Content-Type": "application/json"})
    here = desk(dockerd, registry)
    assert type(over(here, here.pull(f"{fault_proxy.host}/trouble/app")).error) is error


def test_a_name_that_was_given_to_another_image_is_not_pushed(desk, over, dockerd, small_image, registry, lab_folder):
    other = load(dockerd, busybox_image("moved"), "moved:latest", lab_folder)
    here, name = desk(dockerd, registry), f"{registry.host}/moved/app:v1"
    dockerd.cli("tag", small_image, name)
    meant = here.image_id(name)
    dockerd.cli("tag", other, name)
    assert type(over(here, here.push(name, meant)).error) is NameMoved
    assert registry.holds("moved/app", "v1") == ""


@pytest.mark.parametrize("verb", ["pull", "push"])
def test_cancelled_shows_within_a_second_on_a_silent_stream_and_its_thread_is_soon_free(
    qtbot, desk, dockerd, registry, fault_proxy, lab_folder, verb
):
    image = busybox_image(f"silent {verb}", filler=3_000_000)
    here, name = desk(dockerd, registry), f"{fault_proxy.host}/silent/{verb}:latest"
    if verb == "pull":
        registry.put(image, f"silent/{verb}")
        fault_proxy.silence("/blobs/sha256", after=20_000)
    else:
        load(dockerd, image, name, lab_folder)
        fault_proxy.silence("/blobs/uploads/", method="PATCH", after=20_000)
    number = here.pull(name) if verb == "pull" else here.push(name)
    qtbot.waitUntil(lambda: bool(here.of(number).snapshot.layers), timeout=20_000)
    begin = time.monotonic()
    here.room.cancel(number)
    qtbot.waitUntil(lambda: here.room.model.index(1, 0).data(RowRole).state is State.CANCELLED, timeout=1000)
    qtbot.waitUntil(lambda: not [n for n in here.roster.names if n.startswith("transfer-")], timeout=3000)
    assert time.monotonic() - begin < 3
    fault_proxy.clear()


def test_a_registry_that_never_answers_a_pull_holds_nothing_up_on_screen(qtbot, desk, dockerd, registry, fault_proxy):
    registry.put(busybox_image(), "silent/head")
    fault_proxy.silence("/manifests/")
    here = desk(dockerd, registry)
    number = here.pull(f"{fault_proxy.host}/silent/head")
    qtbot.waitUntil(lambda: any("/manifests/" in r.path for r in fault_proxy.requests), timeout=20_000)
    begin = time.monotonic()
    here.room.cancel(number)
    qtbot.waitUntil(lambda: here.room.model.index(1, 0).data(RowRole).state is State.CANCELLED, timeout=1000)
    assert time.monotonic() - begin < 1
    fault_proxy.clear()


def repositories(fault_proxy, kind):
    """The repositories that were asked for, as the registry sees them."""
    return {r.path.split("/")[3] for r in fault_proxy.requests if r.path.startswith(f"/v2/{kind}/")}


def test_a_registry_never_sees_more_than_ten_pulls_and_five_pushes_at_once(
    qtbot, desk, over, dockerd_wide, registry, fault_proxy, lab_folder
):
    here = desk(dockerd_wide, registry)
    for number in range(12):
        registry.put(busybox_image(f"in {number}", filler=50_000), f"in/app{number}")
    for number in range(7):
        image = busybox_image(f"out {number}", filler=50_000)
        load(dockerd_wide, image, f"{fault_proxy.host}/out/app{number}:latest", lab_folder)
    fault_proxy.silence("/in/.*/blobs/")
    fault_proxy.silence("/out/.*/blobs/uploads/", method="POST")
    pulls = [here.pull(f"{fault_proxy.host}/in/app{n}") for n in range(12)]
    pushes = [here.push(f"{fault_proxy.host}/out/app{n}:latest") for n in range(7)]

    def seen():
        return len(repositories(fault_proxy, "in")), len(repositories(fault_proxy, "out"))

    def held():
        return [here.of(number).snapshot.layers for number in pulls + pushes].count(())

    qtbot.waitUntil(lambda: seen() == (10, 5) and held() == 4, timeout=30_000)
    lane = here.room.model.index(0, 0).data(RowRole)
    assert (lane.pulls, lane.pushes, here.room.summary.open) == (10, 5, 19)
    waiting = [number for number in pulls + pushes if here.of(number).state is State.QUEUED]
    assert waiting == pulls[10:] + pushes[5:]
    assert seen() == (10, 5)
    fault_proxy.clear()
    ended = [over(here, number, 100) for number in pulls + pushes]
    failed = [t for t in ended if t.state is State.FAILED]
    for transfer in failed:  # the silence may have ended as a reset for some
        here.room.retry(transfer.id)
    qtbot.waitUntil(lambda: here.room.summary.open == 0, timeout=60_000)
    assert {t.state for t in here.room.transfers} == {State.DONE}
    assert here.most <= 10
    assert all(registry.holds(f"out/app{n}") for n in range(7))


def test_a_quit_shuts_fifteen_silent_streams_within_its_limit(
    qtbot, desk, dockerd_wide, registry, fault_proxy, lab_folder
):
    here = desk(dockerd_wide, registry)
    for number in range(10):
        registry.put(busybox_image(f"quit in {number}", filler=50_000), f"quitin/app{number}")
    for number in range(5):
        image = busybox_image(f"quit out {number}", filler=50_000)
        load(dockerd_wide, image, f"{fault_proxy.host}/quitout/app{number}:latest", lab_folder)
    fault_proxy.silence("/quitin/.*/blobs/")
    fault_proxy.silence("/quitout/.*/blobs/uploads/", method="POST")
    numbers = [here.pull(f"{fault_proxy.host}/quitin/app{n}") for n in range(10)]
    numbers += [here.push(f"{fault_proxy.host}/quitout/app{n}:latest") for n in range(5)]
    qtbot.waitUntil(lambda: all(here.of(n).snapshot.layers for n in numbers), timeout=30_000)
    begin = time.monotonic()
    assert here.roster.close(3.0) == []
    assert time.monotonic() - begin < 3.0
    fault_proxy.clear()


def test_an_engine_that_dies_midway_interrupts_the_transfer(qtbot, desk, over, own_dockerd, registry, fault_proxy):
    registry.put(busybox_image("dying", filler=2_000_000), "dying/app")
    fault_proxy.silence("/blobs/", after=20_000)
    here = desk(own_dockerd, registry)
    number = here.pull(f"{fault_proxy.host}/dying/app")
    qtbot.waitUntil(lambda: bool(here.of(number).snapshot.layers), timeout=20_000)
    own_dockerd.kill()
    assert type(over(here, number).error) is TransferInterrupted
    fault_proxy.clear()


def test_podman_pushes_without_a_word_of_progress_and_the_registry_proves_it(desk, over, podman, registry, lab_folder):
    name = f"{registry.host}/podman/app:v1"
    load(podman, busybox_image("podman push"), name, lab_folder)
    here = desk(podman, registry)
    pushed = over(here, here.push(name))
    assert pushed.state is State.DONE, pushed.error
    assert pushed.receipt.digest == registry.holds("podman/app", "v1")
    podman.cli("rmi", name)
    pulled = over(here, here.pull(name))
    assert pulled.state is State.DONE, pulled.error
    assert pulled.snapshot.part == 1.0
