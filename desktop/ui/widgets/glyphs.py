"""The icons: SVG strokes tinted with a token, sharp at every scale, following a change of appearance."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.ui import theme


@lru_cache(maxsize=512)
def pixmap(name: str, hue: str, size: int, ratio: float) -> QPixmap:
    """The icon *name* drawn in *hue*, *size* logical pixels, sharp at *ratio*."""
    text = theme.icon_source(name).replace("currentColor", hue)
    made = QPixmap(QSize(size, size) * ratio)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(made.rect()))
    made.setDevicePixelRatio(ratio)
    return made


def draw(painter: QPainter, at: QPoint, name: str, token: str, size: int = 16) -> None:
    """Paint an icon in the colour of *token*."""
    hue = getattr(theme.active(), token)
    painter.drawPixmap(at, pixmap(name, hue, size, painter.device().devicePixelRatioF()))


class _Tinted(QIconEngine):
    """Asks for the colour when painted, so nothing has to be set again when the appearance changes."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token

    def clone(self) -> QIconEngine:
        return _Tinted(self._name, self._token)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = min(rect.width(), rect.height())
        draw(painter, rect.topLeft(), self._name, self._token_of(mode), size)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # the size is in logical pixels (seen in Qt 6.8 and 6.11)
        return pixmap(self._name, getattr(theme.active(), self._token_of(mode)), size.height(), scale)

    def _token_of(self, mode: QIcon.Mode) -> str:
        return "text3" if mode == QIcon.Mode.Disabled else self._token


def icon(name: str, token: str = "text2") -> QIcon:
    """An icon for a button, in a colour of the tokens."""
    return QIcon(_Tinted(name, token))
