"""The program's log: a rotating file of this user alone, with every secret taken out on the way."""

import base64
import json
import logging
import logging.handlers
import os
import re
import threading
from pathlib import Path
from urllib.parse import quote, quote_plus

from desktop.core.display import display
from desktop.core.secret import Secret

DOTS = "•••"
MOST_BYTES, MOST_FILES = 1_000_000, 3
_LINE = 20_000  #: characters of one record; a longer one is cut
_SHORTEST, _SHORTEST_CODED = 4, 8  #: characters a secret needs to be looked for anywhere, and in its base64 forms
_WORD = r"(?:password|passwd|passphrase|secret|token|pwd|api_?key|access_?key)"
_IS = r"""(\\*["']?\s*[:=]\s*)"""
#: A value: in quotes that are escaped themselves, in quotes of Python or JSON, or bare.
_VALUE = r"""(?:\\+["'](?:(?!\\+["']).)*|[a-z]{0,2}"(?:\\.|[^"\\])*"?|[a-z]{0,2}'(?:\\.|[^'\\])*'?|[^\s"',;&)}\]]+)"""
_HEADER = r"((?:proxy-)?authorization|x-registry-(?:auth|config)|(?:set-)?cookie)"
#: What secrets look like: each pattern, and what is left of it.
_SHAPES = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), left)
    for pattern, left in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", DOTS),
        (r"(://)[^\s/@:\"'<>]*:[^\s/@\"'<>]+@", rf"\1{DOTS}@"),  # a password in an address
        (r"\b(Basic|Bearer|Negotiate)\s+(?!realm\b)[\w.~+/=-]{4,}", rf"\1 {DOTS}"),
        (_HEADER + _IS + r"(?!\s*(?:Basic|Bearer|Negotiate)\b)" + _VALUE, rf"\1\2{DOTS}"),
        (rf"({_WORD}){_IS}{_VALUE}", rf"\1\2{DOTS}"),
        (rf"""(["']auth\\*["']\s*:\s*){_VALUE}""", rf"\1{DOTS}"),  # a login of the docker command
        (rf"(--?{_WORD}[ =])(?!-?stdin){_VALUE}", rf"\1{DOTS}"),
        (r"(\bdocker login\b[^\n]{0,500}?\s-p[ =]?)\S+", rf"\1{DOTS}"),
        (r"\b(sig|x-amz-signature|x-amz-credential|x-amz-security-token)=[^\s&\"']+", rf"\1={DOTS}"),
        (r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?", DOTS),  # a JSON web token
    )
)


class Redactor:
    """Knows the secrets of this session by value, and all others by shape. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: dict[Secret, list[str]] = {}
        self._known: re.Pattern[str] | None = None

    def register(self, secret: Secret) -> None:
        """Never let this value, or a usual way to write it, into the log."""
        if secret:
            with self._lock:
                self._forms[secret] = _forms(secret.reveal())
                self._compile()

    def forget(self, secret: Secret) -> None:
        """It is no longer in use; its shape still counts."""
        with self._lock:
            self._forms.pop(secret, None)
            self._compile()

    def clean(self, text: str) -> str:
        """*text* with dots in place of every secret."""
        known = self._known
        if known:
            text = known.sub(DOTS, text)
        for pattern, left in _SHAPES:
            text = pattern.sub(left, text)
        return text

    def _compile(self) -> None:
        found = sorted({form for forms in self._forms.values() for form in forms}, key=len, reverse=True)
        self._known = re.compile("|".join(found)) if found else None


def _forms(text: str) -> list[str]:
    """Patterns of the ways *text* may stand in a log; base64 at three offsets, since a user name goes before it.

    A very short text is looked for only where it stands alone: else it would eat parts of words.
    """
    if len(text) < _SHORTEST:
        return [rf"(?<!\w){re.escape(text)}(?!\w)"]
    written = {text, quote(text, safe=""), quote(text), quote_plus(text)}
    written |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}
    if len(text) >= _SHORTEST_CODED:
        for content in (text.encode("utf-8", "replace"), text.encode("utf-16-le", "replace")):
            written |= {_inside_base64(content, offset) for offset in range(3)}
        written |= {form.replace("+", "-").replace("/", "_") for form in written}
        written.add(text.encode("utf-8", "replace").hex())
    return [re.escape(form) for form in written if len(form) >= _SHORTEST]


def _inside_base64(content: bytes, offset: int) -> str:
    """The part of a base64 text that *content* alone decides, when *offset* bytes (modulo 3) stand before it."""
    coded = base64.b64encode(b"\0" * offset + content).decode().rstrip("=")
    start = -(-offset * 8 // 6)
    return coded[start : (offset + len(content)) * 8 // 6]


class _Formatter(logging.Formatter):
    """One record, on lines that nobody outside can forge: its own lines are indented, and secrets are dots."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("{asctime} {levelname:7} {threadName} {name}: {message}", style="{")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        kept, record.exc_text = record.exc_text, None  # the trace is never left on the record: another handler sees it
        try:
            text = super().format(record)[: 4 * _LINE]  # a secret at the very cut is cut away below
        finally:
            record.exc_text = kept
        return display(self._redactor.clean(text), _LINE).replace("\n", "\n    ")


class _File(logging.handlers.RotatingFileHandler):
    """A file of this user alone. Trouble with it is nobody's trouble, and never printed: that would show the record."""

    def _open(self):  # type: ignore[no-untyped-def]
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        """Quiet: a full disk must not become a flood of traces with secrets in them."""


def start_log(folder: Path, level: int = logging.INFO) -> Redactor:
    """Send every logger's records to *folder*/portside.log; return what knows the secrets. Never raises."""
    redactor = Redactor()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        pass  # each record then fails quietly
    handler = _File(folder / "portside.log", maxBytes=MOST_BYTES, backupCount=MOST_FILES - 1, delay=True)
    handler.setFormatter(_Formatter(redactor))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("urllib3", "docker", "keyring", "requests"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return redactor


def stop_log() -> None:
    """Take our handler away again and close its file."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _File)]:
        root.removeHandler(handler)
        handler.close()
