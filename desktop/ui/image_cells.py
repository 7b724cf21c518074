"""How an image is shown in one row: name, tag, size, age, who uses it."""

from PySide6.QtCore import QDateTime, QLocale

from desktop.core.inventory import NamedImage
from desktop.ui.naming import short, title
from desktop.ui.widgets.cells import Pill, Text
from desktop.ui.words import age, size


def name_cell(row: NamedImage) -> Text:
    """The repository, led by its registry."""
    reference = row.reference
    if reference is None:
        return Text(title(row), "text" if row.name else "text3", tip="" if row.name else row.image.id)
    lead = "" if reference.on_docker_hub else f"{reference.registry}/"
    return Text(short(reference), "text", "medium", lead=lead)


def tag_cell(row: NamedImage) -> Text:
    """The tag; nothing where there is no name."""
    return Text(row.tag, "text2")


def size_cell(row: NamedImage) -> Text:
    """Bytes in words."""
    return Text(size(row.image.size), "text2", right=True)


def age_cell(row: NamedImage) -> Text:
    """How long ago it was built; the date is in the tooltip."""
    if row.image.created <= 0:
        return Text("")
    made = QLocale().toString(QDateTime.fromSecsSinceEpoch(row.image.created), QLocale.FormatType.ShortFormat)
    return Text(age(row.image.created), "text2", tip=made)


def users_cell(row: NamedImage) -> Pill:
    """The first container made from it, and how many more."""
    first, *others = row.used_by or ("",)
    return Pill(first, more=f"+{len(others)}" if others else "", tip=", ".join(row.used_by) if others else "")


CELLS = (name_cell, tag_cell, size_cell, age_cell, users_cell)
WIDTHS = (0, 112, 80, 100, 112)
