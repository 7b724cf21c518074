"""What is out of the way until it is wanted: folds, and a sheet that scrolls before it leaves the screen."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.widgets import glyphs
from desktop.ui.widgets.painted import Elided
from desktop.ui.widgets.parts import button, column, frame


class Fold(QWidget):
    """A part of a form under its own title; *head* and *tally* are laid out by who uses it, above the fold itself."""

    unfolded = Signal(bool)

    def __init__(self, title: str, inside: QVBoxLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head, self.tally = button(title, "chevron-right", "plain"), Elided("", "small", "text2")
        self.head.setAccessibleName(title)
        self.setLayout(column(frame("well", inside)))
        self.head.clicked.connect(self._on_head_clicked)
        self._show(False)

    @property
    def is_open(self) -> bool:
        """Whether its content is on show."""
        return not self.isHidden()

    def open(self) -> None:
        """Unfold it."""
        if not self.is_open:
            self._on_head_clicked()

    def _on_head_clicked(self) -> None:
        self._show(not self.is_open)
        self.unfolded.emit(self.is_open)

    def _show(self, shown: bool) -> None:
        self.setVisible(shown)
        self.head.setIcon(glyphs.icon("chevron-down" if shown else "chevron-right"))
        self.head.setAccessibleDescription(self.tr("open") if shown else self.tr("folded"))


class Sheet(QScrollArea):
    """As high as its content is in *width* pixels; where the window has no room for that, it scrolls."""

    grown = Signal()  # the content wants another height

    def __init__(self, inside: QVBoxLayout, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._width = width
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside, content = inside, QWidget()
        content.setLayout(inside)
        self.setWidget(content)
        content.installEventFilter(self)

    def sizeHint(self) -> QSize:
        flexible = self._inside.hasHeightForWidth()
        high = self._inside.totalHeightForWidth(self._width) if flexible else self._inside.totalSizeHint().height()
        return QSize(self._width, high)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 64)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.grown.emit()
        return super().eventFilter(watched, event)
