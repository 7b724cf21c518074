"""Light or dark; a room of its own, because it is asked for before the first paint."""

from enum import Enum


class Appearance(Enum):
    """Light, dark, or as the system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
