"""The two settings that the first paint needs, read without what it takes to understand all of them."""

from pathlib import Path

from desktop.core.appearance import Appearance

_MOST_BYTES = 1 << 20


def first_look(path: Path) -> tuple[Appearance, str]:
    """Appearance and the window's place as the settings file has them; the defaults where it is missing or damaged."""
    if not path.exists():
        return Appearance.SYSTEM, ""
    import json  # not needed at the very first start, which is the one that people judge

    try:
        with path.open("rb") as file:
            held = json.loads(file.read(_MOST_BYTES))
        return Appearance(held.get("appearance", Appearance.SYSTEM.value)), str(held.get("window", ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        return Appearance.SYSTEM, ""  # the settings file says later what is wrong with it
