"""Made-up but realistic values for the gallery: one company, one registry, one afternoon."""

import time

from desktop.core.engine_errors import DiskFull
from desktop.core.engines import EngineState, EngineStatus, Probe
from desktop.core.onboarding import Step, TourPlan, TourStep, Undo
from desktop.core.progress import LayerProgress, Phase, Snapshot
from desktop.core.reference import Reference
from desktop.core.registry import Account, Provider
from desktop.core.registry_errors import AccessDenied
from desktop.core.transfers import Direction, Receipt, State, Transfer, Wait, Wish

MB = 1_000_000
ENDED = time.mktime((2026, 11, 23, 14, 1, 0, 0, 0, -1))  #: one minute past two, wherever the pictures are made
DIGEST = "sha256:9f2c71d4b0aa4c51e6a3e7f1d2b8c9e0f5a6b7c8d9e0f1a2b3c4d5e6e08b41ab"

CONTOSO = Account("1", "contoso.azurecr.io", "sp-portside", Provider.AZURE)
HUB = Account("2", "docker.io", "kim", Provider.DOCKER_HUB)
PRACTICE = Account("3", "localhost:5000", "learner", Provider.PRACTICE, scheme="http")
OPEN = Account("4", "registry.lan:5000", "", asks=False, kept=False)
ACCOUNTS = (CONTOSO, HUB, PRACTICE, OPEN)

DOCKER = Probe(
    "unix:///var/run/docker.sock", "Docker", "default", EngineState.RUNNING, "27.3.1", "1.47", "ABCD", "linux/amd64"
)
PODMAN = Probe("unix:///run/user/1000/podman/podman.sock", "Podman", "probe", EngineState.STOPPED, start="podman")
RUNNING = EngineStatus(EngineState.RUNNING, DOCKER, (DOCKER, PODMAN))
STOPPED = EngineStatus(EngineState.STOPPED, PODMAN, (PODMAN,))
DENIED = EngineStatus(EngineState.DENIED, Probe("unix:///var/run/docker.sock", "Docker", "default", EngineState.DENIED))
ABSENT = EngineStatus(EngineState.ABSENT)
SEARCHING = EngineStatus(EngineState.SEARCHING)

TARGET = Reference.parse("contoso.azurecr.io/samples/nginx:v1")
UNDO = Undo((str(TARGET), "nginx:latest"), (("f00d", "web"), ("beef", "a_container_with_a_long_name")), (str(TARGET),))
PROOFS = {
    Step.CONNECT: "contoso.azurecr.io, signed in as sp-portside",
    Step.PULL: "nginx:latest from Docker Hub, 71.8 MB",
    Step.RUN: "localhost:8080 answered in 1.2 s",
    Step.NAME: "contoso.azurecr.io/samples/nginx:v1",
    Step.PUSH: "contoso.azurecr.io/samples/nginx:v1 arrived, sha256:9f2c71d4b0aa",
    Step.RETURN: "contoso.azurecr.io/samples/nginx:v1 came back, localhost:8080 answered in 0.9 s",
    Step.TIDY: "contoso.azurecr.io/samples/nginx:v1, nginx:latest removed from this computer",
}
PLAN = TourPlan("contoso.azurecr.io", "sp-portside", "nginx", "nginx:latest", "1", TARGET, UNDO)


def tour(done: int) -> list[TourStep]:
    """The tour after *done* steps."""
    return [TourStep(step, PROOFS[step] if n < done else "", n == done) for n, step in enumerate(Step)]


def transfer(number: int, direction: Direction, name: str, state: State = State.ACTIVE, **more: object) -> Transfer:
    """One transfer with two layers; *done* of *total* MB at *speed* MB/s."""
    done, total, speed = (float(more.pop(key, 0)) for key in ("done", "total", "speed"))  # type: ignore[arg-type]
    layers = (
        LayerProgress("a2abf6c4d29d", Phase.DONE if done else Phase.WAITING, int(done * MB / 2), int(done * MB / 2)),
        LayerProgress("e36f8b1c90d1", Phase.MOVING, int(done * MB / 2), int((total - done / 2) * MB)),
    )
    shot = Snapshot(
        int(done * MB), int(total * MB), layers, speed * MB, (total - done) / speed if speed else None,
        done / total if total else 0.0, bool(total),
    )  # fmt: skip
    wish = Wish(direction, Reference.parse(name), CONTOSO.id)
    return Transfer(number, wish, state, shot, **more)  # type: ignore[arg-type]


PULL, PUSH = Direction.PULL, Direction.PUSH
REFUSED = AccessDenied(
    "denied: requested access to the resource is denied", host="contoso.azurecr.io", name="samples/report:dev"
)
TRANSFERS = [
    transfer(1, PUSH, "contoso.azurecr.io/shop/api:2.4.1", done=88, total=199.5, speed=1.96),
    transfer(2, PUSH, "contoso.azurecr.io/samples/nginx:v1", done=58.2, total=71.8, speed=2.1),
    transfer(3, PUSH, "contoso.azurecr.io/shop/checkout:2.4.1", State.PROVING, done=64, total=64),
    transfer(4, PULL, "contoso.azurecr.io/base/python:3.12-slim", done=30.4, total=42.2, speed=11.2),
    transfer(5, PUSH, "contoso.azurecr.io/shop/worker:2.4.1", State.QUEUED, total=310),
    transfer(6, PULL, "docker.io/library/postgres:17", State.QUEUED, waits=Wait.SLOT),
    transfer(7, PUSH, "contoso.azurecr.io/samples/report:dev", State.FAILED, error=REFUSED, done=2, total=21),
    transfer(8, PULL, "ghcr.io/open/model-server:nightly", State.FAILED, error=DiskFull("no space left on device")),
    transfer(
        9,
        PULL,
        "nginx",
        State.DONE,
        done=71.8,
        total=71.8,
        receipt=Receipt(DIGEST, 71_800_000, ("linux/amd64",)),
        ended=ENDED,
    ),
    transfer(10, PULL, "docker.io/library/redis:7", State.CANCELLED, done=4, total=40, ended=ENDED),
]
