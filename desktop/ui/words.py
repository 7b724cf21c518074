"""Figures in words: sizes, speeds, times, as the whole program writes them."""

import time

from PySide6.QtCore import QCoreApplication

from desktop.core.errors import QT_TRANSLATE_NOOP

UNITS = ("B", "KB", "MB", "GB", "TB")
#: seconds, one of them in words, several of them (context "words")
_SPANS = (
    (31_536_000, QT_TRANSLATE_NOOP("words", "{n} year"), QT_TRANSLATE_NOOP("words", "{n} years")),
    (2_592_000, QT_TRANSLATE_NOOP("words", "{n} month"), QT_TRANSLATE_NOOP("words", "{n} months")),
    (604_800, QT_TRANSLATE_NOOP("words", "{n} week"), QT_TRANSLATE_NOOP("words", "{n} weeks")),
    (86_400, QT_TRANSLATE_NOOP("words", "{n} day"), QT_TRANSLATE_NOOP("words", "{n} days")),
    (3_600, QT_TRANSLATE_NOOP("words", "{n} hour"), QT_TRANSLATE_NOOP("words", "{n} hours")),
    (60, QT_TRANSLATE_NOOP("words", "{n} minute"), QT_TRANSLATE_NOOP("words", "{n} minutes")),
)


def size(count: float) -> str:
    """*count* bytes with three figures that matter: "71.8 MB", "187 MB", "13.3 KB"."""
    value, unit = float(max(0.0, count)), 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    shown = f"{value:.0f}" if unit == 0 or value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
    return f"{shown} {UNITS[unit]}"


def rate(count: float) -> str:
    """*count* bytes a second: "2.1 MB/s"."""
    return f"{size(count)}/s"


def age(created: int, now: float | None = None) -> str:
    """How long ago *created* (seconds since 1970) was: "2 minutes", "3 weeks"; "" for 0."""
    passed = (time.time() if now is None else now) - created
    if not created:
        return ""
    for seconds, one, many in _SPANS:
        if passed >= seconds:
            number = int(passed // seconds)
            return QCoreApplication.translate("words", one if number == 1 else many).format(n=number)
    return QCoreApplication.translate("words", "moments")


def left(seconds: float) -> str:
    """A time to wait: "7 s", "2 min", "1 h 5 min"."""
    whole = max(1, round(seconds))
    if whole < 60:
        return QCoreApplication.translate("words", "{n} s").format(n=whole)
    if whole < 3600:
        return QCoreApplication.translate("words", "{n} min").format(n=round(whole / 60))
    return QCoreApplication.translate("words", "{h} h {m} min").format(h=whole // 3600, m=whole % 3600 // 60)


def short_digest(digest: str) -> str:
    """A digest as people compare it: "sha256:9f2c71d4…e08b41ab"."""
    kind, _, hexes = digest.partition(":")
    return f"{kind}:{hexes[:8]}…{hexes[-8:]}" if len(hexes) > 20 else digest
