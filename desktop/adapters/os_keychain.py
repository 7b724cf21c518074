"""The Keychain port on the operating system's keyring."""

import hashlib
import importlib
import logging
import secrets
import sys
from collections.abc import Iterator
from typing import cast

from keyring.backend import KeyringBackend
from keyring.core import recommended
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError

from desktop.core.registry import KeyringState
from desktop.core.registry_errors import KeyringRefused
from desktop.core.secret import Secret

log = logging.getLogger(__name__)
#: The keyrings that are trusted, by platform. What a user's keyringrc names is not asked for: it may be a plain file.
BACKENDS = {
    "win32": ("keyring.backends.Windows:WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS:Keyring",),
    "linux": (
        "keyring.backends.SecretService:Keyring",
        "keyring.backends.libsecret:Keyring",
        "keyring.backends.kwallet:DBusKeyring",
    ),
}
PART = 1200  #: UTF-16 units of one item: Windows takes 2,560 bytes, 1,280 units
GENERATIONS = ("a", "b")  #: a long secret is written beside the old one, so there are never more than two
_USER = "portside"  # one for every item: two users of one service make the Windows backend rewrite the first
_WHOLE, _PARTS = "p1:", "m1:"
_MOST_PARTS = 100


class OsKeychain:
    """One item per account under "portside/<host>/<account id>", a long secret in numbered parts beside it.

    Used by one thread; every call may wait for an unlock prompt.
    """

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        self._backend = backend or trusted_backend()

    def state(self) -> KeyringState:
        """Whether secrets can be kept: proved by a real write, read and delete."""
        if not self._backend:
            return KeyringState.ABSENT
        service, probe = f"portside/probe/{secrets.token_hex(4)}", secrets.token_hex(8)
        try:
            self._backend.set_password(service, _USER, probe)
            kept = self._backend.get_password(service, _USER)
            self._backend.delete_password(service, _USER)
        except KeyringLocked:
            return KeyringState.LOCKED
        except Exception as bad:  # pywin32 and D-Bus raise their own
            log.warning("the keyring does not work: %s", type(bad).__name__)
            return KeyringState.ABSENT
        return KeyringState.READY if kept == probe else KeyringState.ABSENT

    def get(self, host: str, account_id: str) -> Secret | None:
        """The stored secret; None where there is none or it is damaged. KeyringRefused."""
        service = _service(host, account_id)
        text = self._joined(service, self._read(service) or "")
        return None if text is None else Secret(text)

    def set(self, host: str, account_id: str, secret: Secret) -> None:
        """Store it, read it back, compare. KeyringRefused, with nothing of it left behind; an older one stays."""
        service = _service(host, account_id)
        before = self._read(service)
        try:
            self._store(service, before or "", secret.reveal())
        except KeyringRefused:
            self._undo(service, before)
            raise
        if not self._came_back(host, account_id, secret):
            self._undo(service, None)
            raise KeyringRefused("another text came back")

    def delete(self, host: str, account_id: str) -> None:
        """Remove every trace of it; quiet where there is none. KeyringRefused."""
        service = _service(host, account_id)
        if not self._backend:
            return
        self._drop(service)
        for generation in GENERATIONS:
            self._drop_parts(service, generation)

    def close(self) -> None:
        """Nothing is left open."""

    def _came_back(self, host: str, account_id: str, secret: Secret) -> bool:
        try:
            return self.get(host, account_id) == secret
        except KeyringRefused:
            return False

    def _store(self, service: str, item: str, text: str) -> None:
        before = _generation(item)
        if _units(text) + len(_WHOLE) <= PART:
            self._write(service, _WHOLE + text)
        else:
            after = GENERATIONS[before == GENERATIONS[0]]
            self._drop_parts(service, after)  # left by an end in the midst of it
            parts = list(_split(text))
            for number, part in enumerate(parts):
                self._write(f"{service}/{after}/{number}", part)
            self._write(service, f"{_PARTS}{after}:{len(parts)}:{_hash(text)}")  # only now the new one counts
        if before:
            self._drop_parts(service, before)

    def _joined(self, service: str, item: str) -> str | None:
        """The secret that *item* holds or stands for."""
        if item.startswith(_WHOLE):
            return item.removeprefix(_WHOLE)
        generation = _generation(item)
        count, _, expected = item.removeprefix(f"{_PARTS}{generation}:").partition(":")
        if not generation or not count.isdecimal() or not count.isascii() or int(count) > _MOST_PARTS:
            return None
        parts = [self._read(f"{service}/{generation}/{number}") for number in range(int(count))]
        text = "".join(part or "" for part in parts)
        return text if _hash(text) == expected else None

    def _undo(self, service: str, before: str | None) -> None:
        """Go back to the item *before* as far as the keyring lets us; the failure that led here is what gets told."""
        try:
            if before is None:
                self._drop(service)
            for generation in GENERATIONS:
                if generation != _generation(before or ""):
                    self._drop_parts(service, generation)
        except KeyringRefused:
            log.warning("the keyring did not let go of what it did not keep")

    def _drop_parts(self, service: str, generation: str) -> None:
        count = 0
        while count < _MOST_PARTS and self._read(f"{service}/{generation}/{count}") is not None:
            count += 1
        for number in reversed(range(count)):  # the last first: what an end in the midst leaves has no gap
            self._drop(f"{service}/{generation}/{number}")

    def _read(self, service: str) -> str | None:
        try:
            return self._usable().get_password(service, _USER)
        except Exception as bad:
            refusal = _refusal(bad)
        raise refusal

    def _write(self, service: str, text: str) -> None:
        try:
            return self._usable().set_password(service, _USER, text)
        except Exception as bad:
            refusal = _refusal(bad)
        raise refusal

    def _drop(self, service: str) -> None:
        try:
            return self._usable().delete_password(service, _USER)
        except PasswordDeleteError:
            return  # there was none
        except Exception as bad:
            refusal = _refusal(bad)
        raise refusal

    def _usable(self) -> KeyringBackend:
        if not self._backend:
            raise KeyringRefused("there is no keyring on this computer")
        return self._backend


def trusted_backend(platform: str = sys.platform) -> KeyringBackend | None:
    """The best keyring of this platform that is on our list and works here; None where there is none."""
    found = [made for name in BACKENDS.get(platform, ()) if (made := _made(name))]
    return max(found, key=lambda backend: float(backend.priority), default=None)


def _made(name: str) -> KeyringBackend | None:
    module, _, kind = name.partition(":")
    try:
        backend = cast(type[KeyringBackend], getattr(importlib.import_module(module), kind))
        return backend() if recommended(backend) else None
    except (ImportError, RuntimeError, KeyringError, OSError):  # how a backend says that it is not for this computer
        return None


def _service(host: str, account_id: str) -> str:
    return f"portside/{host}/{account_id}"


def _refusal(bad: Exception) -> KeyringRefused:
    """Its text stays unread: it may quote what it was given."""
    return bad if isinstance(bad, KeyringRefused) else KeyringRefused(type(bad).__name__)


def _generation(item: str) -> str:
    found = item.removeprefix(_PARTS)[:1] if item.startswith(_PARTS) else ""
    return found if found in GENERATIONS else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _split(text: str) -> Iterator[str]:
    """*text* in parts of at most PART units, no character broken."""
    begin = size = 0
    for at, letter in enumerate(text):
        size += _units(letter)
        if size > PART:
            yield text[begin:at]
            begin, size = at, _units(letter)
    yield text[begin:]
