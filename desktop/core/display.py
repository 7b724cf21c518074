"""Text from strangers, made safe to show: registry names, tags, labels, errors, logs."""

import re

NAME_LIMIT, ERROR_LIMIT, LINE_LIMIT = 300, 2_000, 10_000  #: characters
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def display(text: str, limit: int = ERROR_LIMIT) -> str:
    """*text* with control, bidi, zero-width and broken characters as visible marks, at most *limit* characters."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04X}", cut)


def one_line(text: str, limit: int = NAME_LIMIT) -> str:
    """*text* as display() gives it, on a single line."""
    return display(" ".join(text.split()), limit)
