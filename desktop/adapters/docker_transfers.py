"""Pulls and pushes through an engine: what its lines mean, and when one is really done."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from desktop.adapters.docker_streams import EngineStreams, Meaning, Request
from desktop.adapters.json_stream import objects
from desktop.core.cancel import CancelToken
from desktop.core.ports import Credential
from desktop.core.progress import LayerProgress, Phase
from desktop.core.reference import Reference
from desktop.core.transfer_errors import TransferInterrupted, failure

#: the engine's words for what happens to a layer; those of a pull, then those of a push
PHASES: Mapping[str, Phase] = MappingProxyType(
    {
        "Pulling fs layer": Phase.WAITING,
        "Waiting": Phase.WAITING,
        "Downloading": Phase.MOVING,
        "Verifying Checksum": Phase.CHECKING,
        "Download complete": Phase.MOVED,
        "Extracting": Phase.EXTRACTING,
        "Pull complete": Phase.DONE,
        "Already exists": Phase.EXISTS,
        "Preparing": Phase.WAITING,
        "Pushing": Phase.MOVING,
        "Pushed": Phase.DONE,
        "Layer already exists": Phase.EXISTS,
    }
)
_LAYER = re.compile(r"[0-9a-f]{12}")
_DIGEST = re.compile(r"\bdigest: (sha256:[0-9a-f]{64})\b", re.IGNORECASE)
_RETRY = re.compile(r"Retrying in (\d+) seconds?")
_HUB_KEY = "https://index.docker.io/v1/"  #: the name every engine keeps Docker Hub's sign-in under


class Transfers:
    """Moves images between one engine and registries."""

    def __init__(self, streams: EngineStreams, must_hold: Callable[[str], object]) -> None:
        """*must_hold* raises an AppError where the engine holds no image of that name."""
        self._streams, self._must_hold = streams, must_hold

    def pull(self, reference: Reference, credential: Credential | None, token: CancelToken) -> Iterator[LayerProgress]:
        """Pull; the image is there when the iterator ends without an error."""
        wanted, closed = {"fromImage": reference.repository, "tag": reference.digest or reference.tag}, False
        for line in self._lines("/images/create", wanted, reference, credential, token):
            closed = closed or _status(line).startswith("Status: ")
            yield from _progress(line)
        if not closed:  # Podman ends without that line: the name itself must answer
            self._must_hold(str(reference))

    def push(self, reference: Reference, credential: Credential | None, token: CancelToken) -> Iterator[LayerProgress]:
        """Push the one name *reference*; it was sent when the iterator ends without an error."""
        path, closed = f"/images/{reference.repository}/push", False
        for line in self._lines(path, {"tag": reference.tag}, reference, credential, token):
            for step in _progress(line):
                closed = closed or bool(step.digest)
                yield step
        if not closed:
            raise TransferInterrupted("the engine ended without a digest", name=str(reference))

    def _lines(
        self,
        path: str,
        query: Mapping[str, str],
        reference: Reference,
        credential: Credential | None,
        token: CancelToken,
    ) -> Iterator[dict[str, Any]]:
        meaning = Meaning(partial(failure, reference=reference), partial(TransferInterrupted, name=str(reference)))
        headers = {"X-Registry-Auth": _sign_in(reference, credential), "Content-Type": "application/json"}
        for line in objects(self._streams.chunks(Request("POST", path, query, headers), token, meaning)):
            message = _error(line)
            if message is not None:  # after the headers failures arrive as data
                raise failure(message, reference)
            yield line


def _sign_in(reference: Reference, credential: Credential | None) -> str:
    """The header's value. Anonymous is said too: where nothing is, Podman would use a sign-in of its own."""
    told: dict[str, str] = {}
    if credential:
        told = {
            "username": credential.user,
            "password": credential.secret.reveal(),
            "serveraddress": _HUB_KEY if reference.on_docker_hub else reference.registry,
        }
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _error(line: dict[str, Any]) -> str | None:
    detail = line.get("errorDetail")
    if isinstance(detail, dict):
        return str(detail.get("message", ""))
    return str(line["error"]) if "error" in line else None


def _status(line: dict[str, Any]) -> str:
    return str(line.get("status", ""))


def _progress(line: dict[str, Any]) -> Iterator[LayerProgress]:
    """What *line* says of a layer or of the whole; nothing for greetings, warnings and words nobody knows."""
    status, layer = _status(line), str(line.get("id", ""))
    digest = _DIGEST.search(status)
    if digest and not layer:
        yield LayerProgress("", Phase.DONE, digest=digest[1])
    phase, retry = PHASES.get(status), _RETRY.match(status)
    if status.startswith("Mounted from "):
        phase = Phase.MOUNTED
    if not _LAYER.fullmatch(layer):  # the first line's is the tag, a warning's is WARNING
        return
    if retry:
        yield LayerProgress(layer, Phase.RETRYING, retry_s=int(retry[1]))
    elif phase is Phase.MOVING:
        yield LayerProgress(layer, phase, *_bytes(line.get("progressDetail")))
    elif phase:  # bytes only while it moves: newer engines count the seconds of an extraction there
        yield LayerProgress(layer, phase)


def _bytes(detail: Any) -> tuple[int, int]:
    """How many are over, and of how many; a push may count more than there are."""
    figures = detail if isinstance(detail, dict) else {}
    done, total = (figures.get(key) for key in ("current", "total"))
    whole = total if isinstance(total, int) and total > 0 else 0
    over = done if isinstance(done, int) and done > 0 else 0
    return min(over, whole) if whole else over, whole
