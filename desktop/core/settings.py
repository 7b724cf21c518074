"""What the person chose, with the defaults; read from and written to plain values that any file format can hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from desktop.core.address import understand
from desktop.core.appearance import Appearance
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError, NextStep
from desktop.core.registry import Account, Provider
from desktop.core.registry_errors import InvalidAddress

SCHEMA = 1  #: of the settings file; raised when the meaning of a key changes
MOST_PULLS, MOST_PUSHES = 10, 5  #: the documented ceiling per registry; limits go down from here, never up
_MOST_ROWS, _MOST_TEXT = 200, 2_000  #: accounts or tour lines, and characters of one text, that a file may hold
_ENGINES = ("unix://", "npipe://", "tcp://", "http://", "https://", "ssh://")
Value = TypeVar("Value")


class SettingsNotSaved(AppError):
    """The settings could not be written to *path*."""

    title = QT_TRANSLATE_NOOP("errors", "Your settings were not saved")
    reason = QT_TRANSLATE_NOOP("errors", "{path} could not be written: the disk is full, or the folder is closed.")
    hint = QT_TRANSLATE_NOOP("errors", "They hold until Portside quits. Make room there, then change one again.")
    step = NextStep.NONE


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. *engine* is the address of the chosen engine, "" for the first found; limits are per registry."""

    appearance: Appearance = Appearance.SYSTEM
    engine: str = ""
    pulls: int = 10
    pushes: int = 5
    show_stopped: bool = False
    accounts: tuple[Account, ...] = ()
    tour: tuple[tuple[str, str], ...] = ()  # steps done, each with its proof
    tour_made: tuple[tuple[str, str], ...] = ()  # what they made: kind and name or id
    window: str = ""  # the window's place, as Qt writes it
    unknown: dict[str, object] = field(default_factory=dict, compare=False)  # keys of a newer Portside, kept


def read(plain: Mapping[str, object]) -> Settings:
    """The settings that *plain* values hold: each on its own, with the default where one is missing or impossible."""
    d = Settings()
    return Settings(
        appearance=_one(plain, "appearance", d.appearance, lambda value: Appearance(value)),
        engine=_one(plain, "engine", d.engine, _engine),
        pulls=_one(plain, "pulls", d.pulls, lambda value: _number(value, MOST_PULLS)),
        pushes=_one(plain, "pushes", d.pushes, lambda value: _number(value, MOST_PUSHES)),
        show_stopped=_one(plain, "show_stopped", d.show_stopped, _flag),
        accounts=tuple({account.id: account for account in _rows(plain.get("accounts"), _account)}.values()),
        tour=tuple(_rows(plain.get("tour"), _pair)),
        tour_made=tuple(_rows(plain.get("tour_made"), _pair)),
        window=_one(plain, "window", d.window, _text),
        unknown={key: value for key, value in plain.items() if key not in _KNOWN},
    )


def plain(settings: Settings) -> dict[str, object]:
    """*settings* as plain values that read() understands, with what a newer Portside had put there. No secrets."""
    known = {
        "schema": SCHEMA,
        "appearance": settings.appearance.value,
        "engine": settings.engine,
        "pulls": settings.pulls,
        "pushes": settings.pushes,
        "show_stopped": settings.show_stopped,
        "accounts": [_plain_account(account) for account in settings.accounts],
        "tour": [list(pair) for pair in settings.tour],
        "tour_made": [list(pair) for pair in settings.tour_made],
        "window": settings.window,
    }
    return {**settings.unknown, **known}


_KNOWN = {"schema", *(found.name for found in fields(Settings))} - {"unknown"}


def _one(plain: Mapping[str, object], key: str, default: Value, check: Callable[[object], Value]) -> Value:
    try:
        return check(plain[key])
    except (KeyError, ValueError):
        return default


def _rows(value: object, check: Callable[[object], Value]) -> list[Value]:
    """The rows of a list that are sound; the others go, one by one."""
    sound: list[Value] = []
    for row in value[:_MOST_ROWS] if isinstance(value, list) else ():
        try:
            sound.append(check(row))
        except (KeyError, ValueError, InvalidAddress):
            continue
    return sound


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT or any(ord(letter) < 32 for letter in value):
        raise ValueError
    value.encode()  # half a character is a ValueError too
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _number(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError
    return value


def _engine(value: object) -> str:
    address = _text(value)
    if address and not address.startswith(_ENGINES):
        raise ValueError
    return address


def _pair(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError
    return _text(value[0]), _text(value[1])


def _account(value: object) -> Account:
    if not isinstance(value, dict):
        raise ValueError
    host, scheme, id = _text(value["host"]), _text(value.get("scheme", "https")), _text(value["id"])
    if not id or understand(host).host != host or scheme not in ("https", "http"):
        raise ValueError
    return Account(
        id=id,
        host=host,
        user=_text(value.get("user", "")),
        provider=Provider(value.get("provider", Provider.OTHER.value)),
        scheme=scheme,
        asks=_flag(value.get("asks", True)),
        trusted_realm=_text(value.get("trusted_realm", "")),
        kept=_flag(value.get("kept", True)),
    )


def _plain_account(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "host": account.host,
        "user": account.user,
        "provider": account.provider.value,
        "scheme": account.scheme,
        "asks": account.asks,
        "trusted_realm": account.trusted_realm,
        "kept": account.kept,
    }
