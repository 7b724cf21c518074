"""A container's output, taken apart: the engine sends standard output and standard error in one stream."""

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

from desktop.core.engine_errors import EngineAnswerUnreadable
from desktop.core.inventory import OutputPiece

HEADER_BYTES = 8  #: which of the two (0 and 1: output, 2: error), three zeros, the length of what follows
FRAME_LIMIT = 1 << 24  #: bytes; the engine's own are 16 kB
_decoder = getincrementaldecoder("utf-8")


def pieces(chunks: Iterable[bytes], terminal: bool) -> Iterator[OutputPiece]:
    """The text in *chunks*, however they are cut; with a *terminal* the engine does not tell the two apart."""
    decoders = _decoder(errors="replace"), _decoder(errors="replace")
    frames = _whole(chunks) if terminal else _frames(chunks)
    for error, data in frames:
        text = decoders[error].decode(data)  # a character may be cut by two frames
        if text:
            yield OutputPiece(text, error)
    for error in (False, True):
        rest = decoders[error].decode(b"", final=True)
        if rest:
            yield OutputPiece(rest, error)


def _whole(chunks: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    for chunk in chunks:
        yield False, chunk


def _frames(chunks: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        at, ready = 0, list[tuple[bool, bytes]]()
        while len(held) - at >= HEADER_BYTES:
            end = at + HEADER_BYTES + _length(held[at : at + HEADER_BYTES])
            if end > len(held):
                break
            ready.append((held[at] == 2, bytes(held[at + HEADER_BYTES : end])))
            at = end
        del held[:at]
        yield from _joined(ready)


def _length(header: bytearray) -> int:
    length = int.from_bytes(header[4:], "big")
    if header[0] > 2 or any(header[1:4]) or length > FRAME_LIMIT:
        raise EngineAnswerUnreadable(f"output that begins with {bytes(header)!r}")
    return length


def _joined(frames: list[tuple[bool, bytes]]) -> Iterator[tuple[bool, bytes]]:
    """*frames* with neighbours of one kind made one: a flood comes as one frame per line."""
    at = 0
    while at < len(frames):
        end = at
        while end < len(frames) and frames[end][0] == frames[at][0]:
            end += 1
        yield frames[at][0], b"".join(data for _, data in frames[at:end])
        at = end
