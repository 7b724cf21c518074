"""Asks one address whether an engine answers there, and which."""

import json
import logging
import os
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from desktop.adapters.docker_socket import BROKEN, connection, cut, why
from desktop.adapters.docker_values import engine_name, facts
from desktop.core.cancel import CancelToken
from desktop.core.engines import EngineState

log = logging.getLogger(__name__)
NEWEST_API = "1.44"  #: what we speak: the oldest that engines of 2026 take, and Docker 24 is the first to know
ANSWER_BYTES = 1 << 20
DEAF: tuple[type[Exception], ...] = (*BROKEN, ValueError)
_NOT_THERE, _CLOSED = 2, 5  #: Windows' numbers for a pipe that does not exist, and one that is not for us


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it. STOPPED: something is there and silent. ABSENT: nothing is, or no engine."""

    state: EngineState
    name: str = ""
    version: str = ""
    api_version: str = ""
    platform: str = ""
    said: str = ""


def ask(url: str, tls: str, limit_s: float, token: CancelToken) -> Answer:
    """Who answers at *url*; a cancelled *token* ends it at once, with what is known by then. Raises nothing."""
    if url.startswith("unix://") and not os.path.exists(url.removeprefix("unix://")):
        return Answer(EngineState.ABSENT, said="No such file")
    try:
        with closing(connection(url, tls, limit_s)) as opened:
            _connect(opened, token)
            return _meet(opened)
    except BROKEN as lost:
        return Answer(_meaning(lost), said=why(lost))
    except ValueError as bad:
        return Answer(EngineState.ABSENT, said=str(bad))
    except Exception as bug:  # one odd address must not hide the others
        log.exception("asking %s", url)
        return Answer(EngineState.ABSENT, said=type(bug).__name__)


def identity(url: str, tls: str, limit_s: float, token: CancelToken) -> str:
    """The number an engine gives itself, "" where it tells none; two addresses may lead to one engine."""
    try:
        with closing(connection(url, tls, limit_s)) as opened:
            _connect(opened, token)
            status, _, told = _get(opened, "/info")
    except DEAF:
        return ""
    found = told.get("ID") if status == 200 and isinstance(told, dict) else ""
    return found if isinstance(found, str) else ""


def spoken(newest: str, oldest: str) -> str:
    """The version of the API to speak with an engine that knows those from *oldest* to *newest*."""
    chosen = min(_number(newest), _number(NEWEST_API))
    return ".".join(map(str, max(chosen, _number(oldest or "1.0"))))


def _meet(opened: HTTPConnection) -> Answer:
    status, answer, _ = _get(opened, "/_ping")
    if status in (401, 403):
        return Answer(EngineState.DENIED, said=f"HTTP {status}")
    if status != 200 or not answer.getheader("Api-Version"):
        return Answer(EngineState.ABSENT, said=f"It answers, but not as an engine does (HTTP {status})")
    _, _, told = _get(opened, "/version")
    known = told if isinstance(told, dict) else {}
    who = facts(known)
    newest = str(known.get("ApiVersion") or answer.getheader("Api-Version"))
    api = spoken(newest, str(known.get("MinAPIVersion") or ""))
    return Answer(EngineState.RUNNING, engine_name(known), who.version, api, who.platform)


def _connect(opened: HTTPConnection, token: CancelToken) -> None:
    opened.connect()
    token.on_cancel(partial(cut, opened.sock))


def _get(opened: HTTPConnection, path: str) -> tuple[int, HTTPResponse, Any]:
    opened.request("GET", path)
    answer = opened.getresponse()
    body = answer.read(ANSWER_BYTES)
    try:
        return answer.status, answer, json.loads(body)
    except (ValueError, RecursionError):
        return answer.status, answer, None


def _meaning(lost: BaseException) -> EngineState:
    code = getattr(lost, "winerror", None)
    if isinstance(lost, PermissionError) or code == _CLOSED:
        return EngineState.DENIED
    if isinstance(lost, FileNotFoundError | NotADirectoryError) or code == _NOT_THERE:
        return EngineState.ABSENT
    return EngineState.STOPPED


def _number(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else (1, 24)
