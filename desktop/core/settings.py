"""What the person chose, with the defaults."""

from dataclasses import dataclass, field
from enum import Enum

from desktop.core.registry import Account

SCHEMA = 1  #: of the settings file; raised when the meaning of a key changes


class Appearance(Enum):
    """Light, dark, or as the system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


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
    window: str = ""  # the window's place, as Qt writes it
    unknown: dict[str, object] = field(default_factory=dict, compare=False)  # keys of a newer Portside, kept


MOST_PULLS, MOST_PUSHES = 10, 5  #: the documented ceiling per registry; limits go down from here, never up
