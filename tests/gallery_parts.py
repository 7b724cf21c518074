"""The parts on one sheet, in every state: type, buttons, input, marks, icons, colours."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLayout,
    QPushButton,
    QRadioButton,
    QWidget,
)

from desktop import resources
from desktop.ui import theme
from desktop.ui.widgets.controls import FocusRing, Segments, Switch
from desktop.ui.widgets.painted import Badge, Dot, Elided, Icon, Meter, Painted
from desktop.ui.widgets.parts import Item, button, column, field, frame, label, number_field, row
from gallery_screens import Shot, screen

STATES = ("Rest", "Pressed", "Keyboard", "Disabled")
KINDS = ("primary", "", "quiet", "danger", "link", "plain")


class Swatch(Painted):
    """A square of a colour."""

    def __init__(self, token: str) -> None:
        super().__init__(22, 22)
        self._token = token

    def draw(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("control")))
        painter.setBrush(theme.colour(self._token))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def section(title: str, *items: Item, gap: int = 12) -> QLayout:
    """A part of the sheet under its title."""
    return column(label(title, "label", "text3"), *items, gap=gap)


def types() -> QLayout:
    """The type scale."""
    named = (label(f"{role.title()} {size} / {weight}", role) for role, (size, weight) in theme.TYPE.items())
    return section("Type", *named, gap=7)


def buttons() -> tuple[QLayout, QPushButton]:
    """Each kind in each state; the one the keyboard goes to."""
    grid, held = QGridLayout(), button("Pull")
    grid.setSpacing(12)
    for across, state in enumerate(STATES):
        grid.addWidget(label(state, "small", "text2"), 0, across)
        for down, kind in enumerate(KINDS, 1):
            danger = kind == "danger"
            made = button("Remove…" if danger else "Pull", "trash" if danger else "download", kind)
            made.setDown(state == "Pressed")
            made.setEnabled(state != "Disabled")
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            if state == "Keyboard" and kind == "primary":
                held = made
                held.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            grid.addWidget(made, down, across, Qt.AlignmentFlag.AlignLeft)
    return section("Buttons", grid), held


def inputs() -> QLayout:
    """Fields, lists, switches, segments, meters, marks."""
    good, bad, off = field("contoso.azurecr.io"), field("My Registry"), field("not now")
    good.setProperty("state", "good")
    bad.setProperty("state", "bad")
    off.setEnabled(False)
    choice, number = QComboBox(), number_field("Number", 1, 10)
    choice.addItems(["The first one found", "Docker 27.3.1"])
    number.setValue(3)
    on, unset, dead = Switch("On"), Switch("Off"), Switch("Not now")
    on.setChecked(True)
    dead.setEnabled(False)
    ticked, chosen = QCheckBox("Ticked"), QRadioButton("Chosen")
    ticked.setChecked(True)
    chosen.setChecked(True)
    states = (("good", "Running"), ("warn", "Waiting"), ("bad", "Failed"), ("edge", "Stopped"))
    dots: list[Item] = [part for tone, word in states for part in (Dot(tone), label(word), 8)]
    return section(
        "Fields and marks",
        row(field(hint="Filter", icon="search"), good, gap=12),
        row(bad, off, gap=12),
        row(choice, number, Segments("All 9", "Moving 5", "Failed 1"), None, gap=12),
        row(on, unset, dead, ticked, chosen, None, gap=16),
        row(Badge(1, "done"), Badge(2, "current"), Badge(3, "open"), 8, *dots, None),
        Meter(0.62),
        Meter(0.3, "edge"),
        Elided("registry.example/team/platform/a-service-with-a-very-long-name-that-nobody-types:2.4.1", middle=True),
    )


def colours() -> QLayout:
    """The tokens, as swatches with their names."""
    grid = QGridLayout()
    grid.setSpacing(8)
    for number, name in enumerate(theme.Tokens._fields[1:]):
        grid.addLayout(row(Swatch(name), label(name, "small", "text2"), None), number // 5, number % 5)
    return section("Colours", grid)


def icons() -> QLayout:
    """Every icon of the folder."""
    grid = QGridLayout()
    grid.setSpacing(12)
    names = sorted(entry.name.removesuffix(".svg") for entry in (resources.root() / "icons").iterdir())
    for number, name in enumerate(names):
        grid.addWidget(Icon(name, "accent" if name == "mark" else "text", 20), number // 15, number % 15)
    return section("Icons", grid)


@screen("0-parts")
def parts() -> Shot:
    rows, held = buttons()
    left, right = column(types(), rows, None, gap=24), column(inputs(), colours(), icons(), None, gap=24)
    made: QWidget = frame("page", row(left, right, gap=48, margins=(32, 28, 32, 28)))
    FocusRing(made)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    held.clearFocus()
    held.setFocus(Qt.FocusReason.ShortcutFocusReason)  # as by a key: that marks the window as driven by keyboard
    return Shot(made)
