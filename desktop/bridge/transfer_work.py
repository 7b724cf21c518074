"""What a worker does for one transfer, on its thread."""

import threading
import time

from desktop.bridge.worker import Report
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import EngineUnreachable
from desktop.core.inventory import ImageDetails
from desktop.core.ports import Credential, Engine
from desktop.core.progress import LayerProgress, Progress, Snapshot
from desktop.core.reference import Reference
from desktop.core.registry_errors import InvalidReference, SignInNeeded, WrongCredentials
from desktop.core.transfer_errors import NameMoved, TransferInterrupted
from desktop.core.transfers import Direction, Receipt, Wish


class ProgressMeter:
    """Merges the engine's lines on the worker's thread; the UI thread reads as often as it paints.

    Read instead of sent: the last line before a silence shows as soon as any other, and a speed can fade without one.
    """

    def __init__(self) -> None:
        self._lock, self._progress = threading.Lock(), Progress()
        self.begun = False  # whether the engine said anything

    def feed(self, line: LayerProgress) -> None:
        """Take in one line. On the worker's thread."""
        with self._lock:
            self.begun = True
            self._progress.feed(line)

    def snapshot(self) -> Snapshot:
        """How far it is now. From any thread."""
        with self._lock:
            return self._progress.snapshot(time.monotonic())

    def finish(self) -> Snapshot:
        """How it looks when it succeeded. From any thread."""
        with self._lock:
            return self._progress.finish(time.monotonic())


def carry_out(
    wish: Wish, credential: Credential | None, meter: ProgressMeter, engine: Engine, token: CancelToken, report: Report
) -> Receipt | str:
    """Pull or push, on the worker's thread; return a Receipt (pull) or the digest the engine reported (push)."""
    move = _pull if wish.direction is Direction.PULL else _push
    name, host = str(wish.reference), wish.reference.registry
    try:
        return move(wish, credential, meter, engine, token)
    except WrongCredentials as refused:
        if credential:
            raise
        raise SignInNeeded(refused.raw, name=name, host=host) from None
    except EngineUnreachable as lost:
        if not meter.begun:
            raise
        raise TransferInterrupted(lost.raw, name=name, host=host) from None


def _pull(
    wish: Wish, credential: Credential | None, meter: ProgressMeter, engine: Engine, token: CancelToken
) -> Receipt:
    for line in engine.pull(wish.reference, credential, token):
        meter.feed(line)
    token.check()
    return _receipt(wish.reference, engine.image_details(str(wish.reference)))


def _push(wish: Wish, credential: Credential | None, meter: ProgressMeter, engine: Engine, token: CancelToken) -> str:
    name = str(wish.reference)
    if wish.image_id and engine.image_details(name).id != wish.image_id:
        raise NameMoved(name=name, host=wish.reference.registry)
    digest = ""
    for line in engine.push(wish.reference, credential, token):
        digest = line.digest or digest
        meter.feed(line)
    token.check()
    return digest


def _receipt(reference: Reference, details: ImageDetails) -> Receipt:
    """What the engine holds now: the digest under which this registry knows it, where the engine tells one."""
    digest = next((d.rpartition("@")[2] for d in details.digests if _repository(d) == reference.repository), "")
    return Receipt(reference.digest or digest, details.size, (details.platform,) if details.platform else ())


def _repository(name: str) -> str:
    try:
        return Reference.parse(name).repository
    except InvalidReference:
        return ""
