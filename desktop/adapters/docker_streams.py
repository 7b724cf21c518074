"""Answers of the engine that come as they happen, each over a connection of its own that can be cut at any moment."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from typing import NamedTuple
from urllib.parse import quote, urlencode

from desktop.adapters.docker_socket import BROKEN, connection, cut, mind_silence, why
from desktop.core.cancel import CancelToken
from desktop.core.errors import AppError

CHUNK_BYTES = 65536
MESSAGE_BYTES = 1 << 20  #: of an error's text that are read


@dataclass(frozen=True, slots=True)
class Request:
    """What the engine is asked; *path* without the version. The headers may hold a secret."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Meaning(NamedTuple):
    """What it means for the person that the engine refused (with its message), or was lost (with the system's word)."""

    refused: Callable[[str], AppError]
    lost: Callable[[str], AppError]


class EngineStreams:
    """Opens streams to one engine. Nothing is open between two of them."""

    def __init__(self, url: str, version: str, tls: str = "") -> None:
        self._url, self._version, self._tls = url, version, tls

    def chunks(self, request: Request, token: CancelToken, meaning: Meaning) -> Iterator[bytes]:
        """The body of the answer to *request* as it comes, to its very end.

        A cancelled *token* frees a blocked read at once, before the first byte too, and raises Cancelled. A connection
        that ends before the answer does is lost.
        """
        token.check()
        try:
            with closing(connection(self._url, self._tls)) as opened:
                with closing(self._ask(opened, request, token)) as answer:
                    if answer.status >= 400:
                        raise meaning.refused(said(answer.read(MESSAGE_BYTES)))
                    while chunk := answer.read1(CHUNK_BYTES):
                        token.check()
                        yield chunk
        except Exception as bad:
            token.check()  # cut by ourselves: whatever that raised means nothing
            if isinstance(bad, BROKEN):
                raise meaning.lost(why(bad)) from bad
            raise
        token.check()

    def _ask(self, opened: HTTPConnection, request: Request, token: CancelToken) -> HTTPResponse:
        opened.connect()
        mind_silence(opened.sock)  # no failure: a push may wait for other pushes, a log for a word
        token.on_cancel(partial(cut, opened.sock))
        target = f"/v{self._version}{quote(request.path, safe='/:@')}?{urlencode(request.query)}"
        opened.request(request.method, target, headers=dict(request.headers))
        return opened.getresponse()


def said(body: bytes) -> str:
    """The message in an engine's answer to what it refused."""
    text = body.decode(errors="replace").strip()
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return str(answer["message"]) if isinstance(answer, dict) and "message" in answer else text
