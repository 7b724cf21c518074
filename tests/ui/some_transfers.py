"""Transfers as a person may see them."""

import time

from desktop.core.progress import LayerProgress, Phase, Snapshot
from desktop.core.reference import Reference
from desktop.core.registry_errors import AccessDenied
from desktop.core.transfers import Direction, Receipt, State, Transfer, Wish

PULL, PUSH = Direction.PULL, Direction.PUSH
MB = 1_000_000
DIGEST = "sha256:9f2c71d4b0aa4c51e6a3e7f1d2b8c9e0f5a6b7c8d9e0f1a2b3c4d5e6e08b41ab"
DENIED = AccessDenied("denied: <b>no</b>", host="reg.example", name="reg.example/team/app:v1")


def layer(number, phase, done=0, total=0, **more):
    return LayerProgress(f"{number:012x}", phase, done * MB, total * MB, **more)


def transfer(number=1, direction=PUSH, name="reg.example/team/app:v1", state=State.ACTIVE, layers=(), **more):
    done, total = sum(each.done for each in layers), sum(each.total for each in layers)
    speed, left, certain = more.pop("speed", 0.0), more.pop("left", None), more.pop("certain", True)
    shot = Snapshot(done, total, tuple(layers), speed, left, done / total if total else 0.0, certain)
    return Transfer(number, Wish(direction, Reference.parse(name)), state, shot, place=number, **more)


MOVING = transfer(
    1,
    layers=[layer(1, Phase.EXISTS), layer(2, Phase.DONE, 22, 22), layer(3, Phase.MOVING, 36, 50)],
    speed=2.1 * MB,
    left=7.0,
)
FAILED = transfer(2, name="reg.example/team/web:v1", state=State.FAILED, error=DENIED)
ARRIVED = transfer(
    3,
    name="reg.example/team/api:v1",
    state=State.DONE,
    receipt=Receipt(DIGEST, 13_300, ("linux/amd64",)),
    ended=time.time(),
)
