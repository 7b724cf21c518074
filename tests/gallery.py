"""Draw every screen and dialog to a folder: python tests/gallery.py FOLDER [NAME…].

Light and dark, at 100 % and 200 %, and once in a language whose words are half as long again; a contact sheet a room.
Text that got less room than it needs is printed, and the exit status is 1 then.
"""

import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from PySide6.QtCore import QRect, QRectF, Qt, QtMsgType, QTranslator, qInstallMessageHandler
from PySide6.QtGui import QColor, QFontDatabase, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

import gallery_containers  # noqa: F401  (its screens enter themselves)
import gallery_images  # noqa: F401
import gallery_parts  # noqa: F401
import gallery_registries  # noqa: F401
import gallery_transfers  # noqa: F401
from desktop.core.appearance import Appearance
from desktop.ui import theme
from desktop.ui.widgets.painted import Elided
from gallery_screens import SCREENS, Shot

TURNS = 6  #: of the event loop until layouts and polish are settled
THUMB = 560  #: pixels a picture is wide on a contact sheet
ACCENTS = str.maketrans("aeiouAEIOUnc", "àéîöûÀÉÎÖÛñç")


class Longer(QTranslator):
    """A language of the right letters and half as long again, so that what does not fit is seen."""

    def translate(self, context: str, text: str, note: str | None = None, n: int = -1) -> str:
        if not text or not any(letter.isalpha() for letter in text):
            return ""
        kept, depth = [], 0
        for letter in text:  # {name} is filled in later and keeps its letters
            depth += letter == "{"
            kept.append(letter if depth else letter.translate(ACCENTS))
            depth -= letter == "}"
        return f"[{''.join(kept)}{' ~' * max(1, len(text) // 5)}]"

    def isEmpty(self) -> bool:
        return False


def settle(widget: QWidget) -> QWidget:
    """Show *widget* and let layouts and polish finish."""
    widget.show()
    for _ in range(TURNS):
        QApplication.processEvents()
    return widget


def cut(root: QWidget) -> list[str]:
    """Labels and buttons that got less room than their text needs; a line that may be shortened is none."""
    found = []
    children: list[QLabel | QPushButton] = [*root.findChildren(QLabel), *root.findChildren(QPushButton)]
    for child in children:
        elsewhere = child.window() is not root.window()  # in a pop-up of its own
        if elsewhere or not child.isVisible() or isinstance(child, Elided) or not child.text():
            continue
        high = child.heightForWidth(child.width()) if isinstance(child, QLabel) and child.wordWrap() else 0
        if (not high and child.width() < child.sizeHint().width()) or child.height() < high:
            found.append(child.text())
        elif outside(child, root):
            found.append(f"{child.text()} (outside)")
    return found


def outside(child: QWidget, root: QWidget) -> bool:
    """Whether *child* reaches beyond its parents, where nobody can see or scroll to it."""
    at = child
    while not at.isWindow() and at is not root and (parent := at.parentWidget()) is not None:
        if parent.objectName() == "qt_scrollarea_viewport":
            return False
        box = QRect(child.mapTo(parent, child.rect().topLeft()), child.size())
        if box.right() > parent.width() or box.bottom() > parent.height():
            return True
        at = parent
    return False


def over(ground: QPixmap, dialog: QPixmap) -> QPixmap:
    """Lay a dialog on a dimmed window, as the systems do."""
    size = ground.deviceIndependentSize()
    box = QRectF(0, 0, *dialog.deviceIndependentSize().toTuple())
    box.moveCenter(QRectF(0, 0, size.width(), size.height()).center())
    box.moveTopLeft(box.topLeft().toPoint().toPointF())
    with QPainter(ground) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(0, 0, 0, 90))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 4))
        for grow in range(1, 24):
            painter.drawRoundedRect(box.adjusted(-grow, 8 - grow, grow, 8 + grow), 4 + grow, 4 + grow)
        painter.drawPixmap(box.topLeft(), dialog)
    return ground


def draw(shot: Shot) -> tuple[QPixmap, list[str]]:
    """One picture, and the texts that were cut in it."""
    picture = settle(shot.window).grab()
    wrong = cut(shot.window)
    if shot.dialog:
        picture = over(picture, settle(shot.dialog).grab())
        wrong = cut(shot.dialog)
        shot.dialog.close()
    if shot.popup:
        popup = settle(shot.popup)
        with QPainter(picture) as painter:
            painter.drawPixmap(shot.window.mapFromGlobal(popup.pos()), popup.grab())
        wrong += cut(popup)
        popup.close()
    close = getattr(shot.window, "allow_close", None)
    if close:
        close()
    shot.window.close()
    shot.window.deleteLater()
    return picture, wrong


def contact(pictures: dict[str, QPixmap], across: int = 3) -> QPixmap:
    """All *pictures* on one sheet, small and in one scale, each with its name."""
    widest = max(picture.width() for picture in pictures.values())
    small = {name: _thumb(picture, THUMB / widest) for name, picture in pictures.items()}
    across, tall = min(across, len(small)), max(each.height() for each in small.values()) + 34
    down = -(-len(small) // across)
    sheet = QPixmap(across * (THUMB + 16) + 16, down * tall + 16)
    sheet.fill(theme.colour("pressed"))
    with QPainter(sheet) as painter:
        painter.setFont(theme.font("label"))
        painter.setPen(theme.colour("text"))
        for number, (name, picture) in enumerate(small.items()):
            left, top = 16 + number % across * (THUMB + 16), 16 + number // across * tall
            painter.drawText(left, top + 14, name)
            painter.drawPixmap(left, top + 22, picture)
    return sheet


def _thumb(picture: QPixmap, scale: float) -> QPixmap:
    small = picture.scaledToWidth(round(picture.width() * scale), Qt.TransformationMode.SmoothTransformation)
    small.setDevicePixelRatio(1)
    return small


def render(folder: Path, only: set[str], suffix: str) -> list[str]:
    """Draw all screens in the appearance in force; return what was wrong."""
    wrong: list[str] = []
    pictures: dict[str, QPixmap] = {}
    for name, make in sorted(SCREENS.items()):
        if only and name not in only:
            continue
        pictures[name], found = draw(make())
        pictures[name].save(str(folder / f"{name}-{suffix}.png"))
        wrong += [f"{name}-{suffix}: cut: {text!r}" for text in found]
    if not only:
        for room, names in groupby(pictures, key=lambda name: name.split("-")[0]):
            contact({name: pictures[name] for name in names}).save(str(folder / f"contact-{room}-{suffix}.png"))
    return wrong


def main(folder: Path, only: set[str]) -> int:
    """Draw everything; the pictures of 200 % by a second process, for the scale holds for a process."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if (
        "QT_SCALE_FACTOR" in os.environ
    ):  # Qt's own screen of 800 pixels would then be half as high, and hold dialogs low
        os.environ["QT_QPA_PLATFORM"] += f":configfile={Path(__file__).with_name('gallery_screen.json')}"
    app = QApplication(sys.argv[:1])
    assert QFontDatabase.families(), "no fonts: every letter would be a box"
    dresser, big = theme.Dresser(app), app.devicePixelRatio() > 1
    wrong = complaints = list[str]()
    qInstallMessageHandler(lambda kind, _, text: complaints.append(text) if grave(kind, text) else None)
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        dresser.dress(appearance)
        wrong += render(folder, only, f"{appearance.value}{'-200' if big else ''}")
    if not big:
        longer = Longer()
        app.installTranslator(longer)
        dresser.dress(Appearance.LIGHT)
        wrong += render(folder, only, "long")
        app.removeTranslator(longer)
    print(*wrong, sep="\n")
    print(f"{len(only or SCREENS)} screens at {'200' if big else '100'} %, {len(wrong)} findings")
    status = 1 if wrong else 0
    if not big:
        again = subprocess.run(
            [sys.executable, __file__, str(folder), *only], env={**os.environ, "QT_SCALE_FACTOR": "2"}
        )
        status = max(status, again.returncode)
    return status


def grave(kind: QtMsgType, text: str) -> bool:
    """Whether Qt complains of us, and not of the screen it is given."""
    return kind != QtMsgType.QtDebugMsg and not text.startswith("This plugin does not support")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python tests/gallery.py FOLDER [NAME…]")
    sys.exit(main(Path(sys.argv[1]), set(sys.argv[2:])))
