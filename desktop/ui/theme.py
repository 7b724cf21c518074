"""Tokens, and the one place that turns them into colours, fonts and the style sheet."""

import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop import resources
from desktop.core.settings import Appearance

S2, S3 = 8, 12  #: spacing inside a group and between groups; pages keep 24 at their edges
CONTROL, ROW = 32, 44  #: heights of a control and of a table row


@dataclass(frozen=True)
class Tokens:
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

QSS = Template("""
* { outline: none; }
QWidget { color: $text; font-size: 13px; }
QToolTip { background: $raised; color: $text; border: 1px solid $control; padding: 6px 8px; }
#window, #sidebar, #statusbar { background: $window; }
#sidebar { border-right: 1px solid $border; }
#statusbar { border-top: 1px solid $border; }
#page, #pane { background: $surface; }
#divider { background: $border; }
#card { background: $raised; border: 1px solid $border; border-radius: 10px; }
#well { background: $sunken; border: 1px solid $border; border-radius: 8px; }
#current { background: $sunken; border-top: 1px solid $border; border-bottom: 1px solid $border; }
#dialog { background: $raised; border: 1px solid $control; border-radius: 12px; }
#chosen { background: $selected; border-radius: 8px; }
#banner { background: $bad_tint; border: 1px solid $bad_line; border-radius: 8px; }
#choice { background: $raised; border: 1px solid $control; border-radius: 8px; }
#choice:hover { background: $hover; }
#choice[state="chosen"] { background: $selected; border-color: $accent; }
#raw { background: $raised; border: 1px solid $border; border-radius: 6px; padding: 6px; font-family: $mono;
  font-size: 12px; }
#console { background: $console; border: 1px solid $border; border-radius: 8px; }
QLabel { background: transparent; }
QLabel[type="display"] { font-size: 24px; font-weight: 600; }
QLabel[type="title"] { font-size: 20px; font-weight: 600; }
QLabel[type="heading"] { font-size: 15px; font-weight: 600; }
QLabel[type="strong"] { font-weight: 600; }
QLabel[type="medium"] { font-weight: 500; }
QLabel[type="label"] { font-size: 12px; font-weight: 500; }
QLabel[type="small"] { font-size: 12px; }
QLabel[type="mono"] { font-family: $mono; font-size: 12px; }
QLabel[tone="text2"] { color: $text2; }
QLabel[tone="text3"] { color: $text3; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="link"] { color: $link; }
QPushButton { background: $raised; border: 1px solid $control; border-radius: 6px; padding: 0 12px;
  min-height: 30px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:disabled { color: $text3; background: $sunken; border-color: $border; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; }
QPushButton[kind="primary"]:disabled { background: $pressed; border-color: $pressed; color: $text3; }
QPushButton[kind="danger"] { color: $bad; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; padding: 0 8px; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed { background: $pressed; }
QPushButton[kind="danger"]:disabled, QPushButton[kind="quiet"]:disabled { color: $text3; }
QPushButton[kind="plain"], QPushButton[kind="link"] { background: transparent; border: none; padding: 0;
  min-height: 20px; }
QPushButton[kind="plain"]:hover { color: $link; }
QPushButton[kind="link"] { color: $link; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QToolButton { background: transparent; border: none; border-radius: 6px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QLineEdit, QComboBox, QSpinBox { background: $surface; border: 1px solid $edge; border-radius: 6px; padding: 0 10px;
  min-height: 30px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit[look="search"] { padding-left: 2px; }
QLineEdit:focus, QComboBox:focus { border-color: $accent; }
QLineEdit[state="good"] { border-color: $good; }
QLineEdit:disabled { background: $sunken; color: $text3; border-color: $border; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url(tint:chevron-down-$name.svg); width: 14px; height: 14px; }
QTableView { background: $surface; border: none; }
QTableView[console="true"] { background: $console; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; border: none; border-bottom: 1px solid $border; color: $text2;
  font-size: 12px; font-weight: 500; padding: 0 12px; height: 35px; }
QHeaderView::section:first { padding-left: 24px; }
QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab { background: transparent; color: $text2; border: none; border-bottom: 2px solid transparent;
  padding: 0; margin-right: 24px; height: 38px; font-weight: 500; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar::handle:vertical { background: $control; border: 3px solid $surface; border-radius: 6px; min-height: 40px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; height: 0; }
""")

_active = LIGHT
_tinted = TemporaryDirectory(prefix="portside-")  # pictures a style sheet needs; gone with the process


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
    return system + [name for name in _SANS if name in QFontDatabase.families()]


@lru_cache(maxsize=1)
def mono_families() -> list[str]:
    """Windows answers Courier New when asked for the fixed font, so the list decides."""
    return [name for name in _MONO if name in QFontDatabase.families()]


def apply(app: QApplication, tokens: Tokens) -> None:
    """Dress the whole application in *tokens*. Only app-wide, only here."""
    global _active
    _active = tokens
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font("body"))
    app.setPalette(_palette(tokens))
    folder = Path(_tinted.name)
    arrow = icon_source("chevron-down").replace("currentColor", tokens.text2)
    (folder / f"chevron-down-{tokens.name}.svg").write_text(arrow, encoding="utf-8")  # Qt caches pictures by name
    QDir.setSearchPaths("tint", [str(folder)])
    mono = ", ".join(f'"{name}"' for name in mono_families())
    app.setStyleSheet(QSS.substitute(asdict(tokens), mono=mono))


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
