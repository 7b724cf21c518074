"""Small native widgets, dressed by the theme; every screen is made of these."""

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui import theme
from desktop.ui.widgets import glyphs

Item = QWidget | QLayout | int | None  #: a widget, a layout, a gap in pixels, or None for "the rest"
Margins = tuple[int, int, int, int]
NO_ALIGNMENT = Qt.AlignmentFlag(0)
Box = TypeVar("Box", bound=QBoxLayout)


def row(*items: Item, gap: int = theme.S2, margins: Margins = (0, 0, 0, 0), top: bool = False) -> QHBoxLayout:
    """Lay *items* out from left to right, centred on one line or (*top*) hung from the top."""
    # not a stretch under each: that would make the frame around it greedy for height
    return _fill(QHBoxLayout(), items, gap, margins, Qt.AlignmentFlag.AlignTop if top else NO_ALIGNMENT)


def column(*items: Item, gap: int = theme.S2, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Lay *items* out from top to bottom."""
    return _fill(QVBoxLayout(), items, gap, margins)


def _fill(box: Box, items: tuple[Item, ...], gap: int, margins: Margins, align: Qt.AlignmentFlag = NO_ALIGNMENT) -> Box:
    box.setContentsMargins(*margins)
    box.setSpacing(gap)
    for item in items:
        if item is None:
            box.addStretch(1)
        elif isinstance(item, int):
            box.addSpacing(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        elif isinstance(item, QPushButton) and isinstance(box, QVBoxLayout):
            box.addWidget(item, alignment=Qt.AlignmentFlag.AlignLeft)  # a fixed width would cap the whole column
        else:
            box.addWidget(item, alignment=align)
    return box


def frame(name: str, inside: QLayout) -> QFrame:
    """A box of the style sheet: card, well, banner, dialog, console, page, pane."""
    made = QFrame()
    made.setObjectName(name)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setLayout(inside)
    return made


def divider(vertical: bool = False) -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setObjectName("divider")
    made.setFixedWidth(1) if vertical else made.setFixedHeight(1)
    return made


def label(text: str, type: str = "body", tone: str = "", wrap: bool = False) -> QLabel:
    """Text of a role of the type scale. Always plain: it may come from a stranger."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("type", type)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)  # sets height-for-width; a setSizePolicy after it would take that away again
    return made


def button(text: str, icon: str = "", kind: str = "") -> QPushButton:
    """A push button; *kind* is primary, quiet, danger, link or nothing."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAutoDefault(True)  # so that Return presses it in a window too, not only in a dialog
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    if icon:
        token = {"primary": "on_accent", "danger": "bad", "link": "link"}.get(kind, "text2")
        made.setIcon(glyphs.icon(icon, token))
        made.setIconSize(QSize(16, 16))
        made.setText(f" {text}")
    return made


def icon_button(name: str, tip: str, token: str = "text2", size: int = theme.CONTROL) -> QToolButton:
    """A button of an icon alone: named for the tooltip and for screen readers."""
    made = QToolButton()
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setIcon(glyphs.icon(name, token))
    made.setIconSize(QSize(16, 16))
    made.setFixedSize(size, size)
    return made


def field(text: str = "", hint: str = "", icon: str = "", width: int = 0) -> QLineEdit:
    """A line of input, with an icon inside if it searches."""
    made = QLineEdit(text, placeholderText=hint)
    if icon:
        made.addAction(glyphs.icon(icon, "text3"), QLineEdit.ActionPosition.LeadingPosition)
        made.setProperty("look", "search")
    if width:
        made.setFixedWidth(width)
    return made


def outline(typed: QWidget, state: str) -> None:
    """Give a field the outline of *state*: good, bad, or "" for neither."""
    if typed.property("state") != state:
        typed.setProperty("state", state)
        typed.style().unpolish(typed)  # a property that changes later is not noticed by itself
        typed.style().polish(typed)


def number_field(name: str, least: int, most: int) -> QSpinBox:
    """A whole number from *least* to *most*, called *name* for screen readers."""
    made = QSpinBox()
    made.setRange(least, most)
    made.setAccessibleName(name)
    made.setFixedSize(76, theme.CONTROL)
    made.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not reach the text of a spin box
    return made
