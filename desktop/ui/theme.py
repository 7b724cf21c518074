"""Tokens, and the one place that turns them into colours, fonts and the style sheet."""

import sys
from functools import lru_cache
from string import Template
from typing import Any, NamedTuple

from PySide6.QtCore import QDir, QFile, QObject, Qt, QTemporaryDir
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QProxyStyle, QWidget

from desktop import resources
from desktop.core.appearance import Appearance

S2, S3 = 8, 12  #: spacing inside a group and between groups; pages keep 24 at their edges
CONTROL, ROW = 32, 44  #: heights of a control and of a table row


class Tokens(NamedTuple):
    """Every colour of one appearance, named by what it is for."""

    name: str
    window: str  # sidebar, status bar
    surface: str  # pages
    raised: str  # cards, dialogs, menus
    sunken: str  # code, wells, table heads
    hover: str
    pressed: str
    selected: str
    border: str  # hairlines
    control: str  # outline of a button
    edge: str  # outline of a field, 3:1
    track: str  # the empty part of a meter
    text: str
    text2: str  # secondary
    text3: str  # tertiary, still 4.5:1
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    meter: str  # the filled part of a meter
    link: str  # the accent as text
    good: str
    good_tint: str
    warn: str
    warn_tint: str
    bad: str
    bad_tint: str
    bad_line: str
    console: str
    console_text: str
    console_dim: str
    console_warn: str


LIGHT = Tokens(
    "light", window="#F5F6F8", surface="#FFFFFF", raised="#FFFFFF", sunken="#F7F8FA", hover="#F1F3F6",
    pressed="#E7EAEF", selected="#E9F0FE", border="#E4E7EC", control="#CDD3DB", edge="#8A93A1", track="#E4E8EE",
    text="#191C22", text2="#4E5663", text3="#606977", accent="#2459D3", accent_hover="#1E4DBA",
    accent_pressed="#193F9B", on_accent="#FFFFFF", meter="#2459D3", link="#1F52C8", good="#15703E", good_tint="#E5F5EB",
    warn="#875000", warn_tint="#FDF1DB", bad="#BA2331", bad_tint="#FDF1F1", bad_line="#F0BFC3", console="#14171D",
    console_text="#D8DDE5", console_dim="#8E98A7", console_warn="#F0BE6A",
)  # fmt: skip
DARK = Tokens(
    "dark", window="#141619", surface="#1A1C20", raised="#202328", sunken="#1B1E22", hover="#25292F",
    pressed="#2E333A", selected="#1E2C4A", border="#2C3037", control="#414751", edge="#757E8C", track="#3A404A",
    text="#ECEEF1", text2="#B1B8C3", text3="#98A0AD", accent="#3B6FE0", accent_hover="#3264D2",
    accent_pressed="#2B58BC", on_accent="#FFFFFF", meter="#6696F5", link="#8DB2FF", good="#62CB91", good_tint="#183023",
    warn="#E8B660", warn_tint="#3A2F1A", bad="#FF9090", bad_tint="#351F22", bad_line="#6A3238", console="#101215",
    console_text="#D5DAE2", console_dim="#8B95A3", console_warn="#F0BE6A",
)  # fmt: skip

#: role: (pixels, weight). Sizes are logical pixels, so 200 % scale doubles them.
TYPE = {
    "display": (24, 600), "title": (20, 600), "heading": (15, 600), "strong": (13, 600), "medium": (13, 500),
    "body": (13, 400), "label": (12, 500), "small": (12, 400), "mono": (12, 400),
}  # fmt: skip
_SANS = ["Segoe UI Variable Text", "Segoe UI", "Inter", "Noto Sans", "DejaVu Sans"]
_MONO = ["Cascadia Mono", "SF Mono", "Menlo", "Consolas", "JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"]

#: pictures of the style sheet, which cannot tint: the name it uses, the icon, the token of its strokes
_PICTURES = (
    ("chevron-down", "chevron-down", "text2"), ("chevron-up", "chevron-up", "text2"), ("check", "check", "on_accent"),
    ("chevron-down-off", "chevron-down", "control"), ("chevron-up-off", "chevron-up", "control"),
)  # fmt: skip

_active = LIGHT
_tinted = QTemporaryDir()  # where those pictures are; gone with the process


def icon_source(name: str) -> str:
    """The SVG text of the icon *name*, its strokes in currentColor."""
    return (resources.root() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def tokens_for(appearance: Appearance, app: QApplication) -> Tokens:
    """The tokens that *appearance* means now; SYSTEM asks the system."""
    if appearance is Appearance.SYSTEM:
        return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if appearance is Appearance.DARK else LIGHT


def active() -> Tokens:
    """The tokens on screen now, for code that paints."""
    return _active


def colour(token: str) -> QColor:
    """The active colour called *token*."""
    return QColor(getattr(_active, token))


@lru_cache(maxsize=64)
def font(role: str, tabular: bool = False) -> QFont:
    """The font of a role of TYPE; *tabular* keeps digits in columns while numbers change."""
    made = QFont()
    made.setFamilies(mono_families() if role == "mono" else sans_families())
    made.setPixelSize(TYPE[role][0])
    made.setWeight(QFont.Weight(TYPE[role][1]))
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@lru_cache(maxsize=1)
def sans_families() -> list[str]:
    """The system's own face first on macOS, then what Windows and Linux have."""
    system = (
        [QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()] if sys.platform == "darwin" else []
    )
    return system + [name for name in _SANS if name in _installed()]


@lru_cache(maxsize=1)
def mono_families() -> list[str]:
    """Windows answers Courier New when asked for the fixed font, so the list decides."""
    return [name for name in _MONO if name in _installed()]


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    return frozenset(QFontDatabase.families())  # half a millisecond each time it is asked


def apply(app: QApplication, tokens: Tokens) -> None:
    """Dress the whole application in *tokens*. Only app-wide, only here."""
    global _active
    _active = tokens
    if not app.property("dressed"):
        app.setStyle(_Plain("Fusion"))  # before the palette, which it would replace
        app.setProperty("dressed", True)
    app.setFont(font("body"))
    app.setPalette(_palette(tokens))
    _tint(tokens)
    mono = ", ".join(f'"{name}"' for name in mono_families())
    sheet = (resources.root() / "styles" / "portside.qss").read_text(encoding="utf-8")
    app.setStyleSheet(Template(sheet).substitute(tokens._asdict(), mono=mono))


class Dresser(QObject):
    """Keeps the application dressed as the person chose, and as the system says where they left it to the system."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app, self._wanted = app, Appearance.SYSTEM
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    def dress(self, appearance: Appearance) -> None:
        """Follow *appearance* from now on."""
        self._wanted = appearance
        hints = self._app.styleHints()  # told too, so that the system's frame around the window fits
        if appearance is Appearance.SYSTEM:
            hints.unsetColorScheme()
        else:
            dark = appearance is Appearance.DARK
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        self._on_scheme_changed()

    def _on_scheme_changed(self) -> None:
        tokens = tokens_for(self._wanted, self._app)
        if tokens is not _active or not self._app.styleSheet():
            apply(self._app, tokens)


class _Plain(QProxyStyle):
    """Fusion, with which no label guesses that its text is markup, as those of tooltips and message boxes do.

    A style sees every widget once, when it is polished. An event filter on the application does as well, but every
    event then takes the way through Python: half as long again to build a room.
    """

    def polish(self, what: QWidget | QPalette | QApplication) -> Any:  # type: ignore[override]
        if isinstance(what, QLabel) and what.textFormat() is Qt.TextFormat.AutoText:
            what.setTextFormat(Qt.TextFormat.PlainText)
        return super().polish(what)


def _tint(tokens: Tokens) -> None:
    for name, source, token in _PICTURES:
        picture = QFile(_tinted.filePath(f"{name}-{tokens.name}.svg"))  # Qt caches pictures by name
        if picture.open(QFile.OpenModeFlag.WriteOnly):
            picture.write(icon_source(source).replace("currentColor", getattr(tokens, token)).encode())
            picture.close()
    QDir.setSearchPaths("tint", [_tinted.path()])


def _palette(t: Tokens) -> QPalette:
    role, made = QPalette.ColorRole, QPalette()
    pairs = {
        role.Window: t.surface, role.Base: t.surface, role.AlternateBase: t.sunken, role.Button: t.raised,
        role.WindowText: t.text, role.Text: t.text, role.ButtonText: t.text, role.PlaceholderText: t.text3,
        role.Highlight: t.accent, role.HighlightedText: t.on_accent, role.Accent: t.accent, role.Link: t.link,
        role.ToolTipBase: t.raised, role.ToolTipText: t.text, role.Mid: t.border, role.Dark: t.control,
    }  # fmt: skip
    for which, value in pairs.items():
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.text3))
    return made
