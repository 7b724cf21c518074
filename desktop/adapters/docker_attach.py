"""A container's output from its first word on: listened to before it is started.

What it wrote can be read back later, but not of a container that ended at once and was removed then.
"""

import socket
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPConnection, HTTPResponse

from desktop.adapters.docker_output import pieces
from desktop.adapters.docker_socket import BROKEN, connection, cut
from desktop.core.cancel import CancelToken
from desktop.core.inventory import OutputPiece

CHUNK_BYTES = 65536
PATIENCE_S = 5.0  #: for the engine to begin listening


class Listening:
    """An open ear: iterate over it once, or close it. As with the docker command, a container waits for its reader."""

    def __init__(self, answer: HTTPResponse, token: CancelToken) -> None:
        self._answer, self._token = answer, token

    def __iter__(self) -> Iterator[OutputPiece]:
        """What it says, to its end; Cancelled."""
        return pieces(self._chunks(), terminal=False)

    def close(self) -> None:
        """Listen no more."""
        self._answer.close()

    def _chunks(self) -> Iterator[bytes]:
        with closing(self._answer):
            try:
                while chunk := self._answer.read1(CHUNK_BYTES):
                    self._token.check()
                    yield chunk
            except BROKEN:  # the engine ended, or we were cut: what was said until then is all there is
                pass
        self._token.check()


def listen(url: str, version: str, tls: str, container_id: str, token: CancelToken) -> Listening | None:
    """Listen to a container that was created and not yet started; None where the engine does not let us. Cancelled."""
    with closing(connection(url, tls, PATIENCE_S)) as opened:
        try:
            opened.connect()
            held: socket.socket = opened.sock  # the answer takes it along
            token.on_cancel(partial(cut, held))
            answer = _ask(opened, f"/v{version}/containers/{container_id}/attach?stream=1&stdout=1&stderr=1")
            held.settimeout(None)  # it may be silent as long as it likes
        except BROKEN:
            token.check()
            return None
    if answer.status < 400:
        return Listening(answer, token)
    answer.close()
    return None


def _ask(opened: HTTPConnection, target: str) -> HTTPResponse:
    opened.request("POST", target)
    return opened.getresponse()
