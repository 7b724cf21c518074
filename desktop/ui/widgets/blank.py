"""What a room shows in place of a list: what would be here, and what to do next."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QWidget

from desktop.ui.widgets.painted import Icon
from desktop.ui.widgets.parts import column, frame, label, row

WIDE = 440  #: pixels a sentence may run before it breaks


class Blank(QFrame):
    """A centred message: an icon on a tile, a heading, one or two sentences, buttons, and something small below."""

    def __init__(
        self,
        icon: str,
        title: str,
        about: str,
        acts: Sequence[QAbstractButton] = (),
        after: QWidget | None = None,
        tone: str = "link",
        ground: str = "selected",
        parent: QWidget | None = None,
        wide: int = WIDE,
    ) -> None:
        super().__init__(parent)
        self._wide = wide
        middle = Qt.AlignmentFlag.AlignHCenter
        self.title: QLabel = label(title, "heading")
        self.about: QLabel = label(about, "body", "text2", wrap=True)
        self.about.setAlignment(middle)
        self.about.setFixedWidth(wide)
        box = column(None, gap=0)
        box.addWidget(Icon(icon, tone, 28, ground, 64), alignment=middle)
        box.addSpacing(20)
        box.addWidget(self.title, alignment=middle)
        box.addSpacing(6)
        box.addWidget(self.about, alignment=middle)
        box.addSpacing(20)
        box.addLayout(row(None, *acts, None))
        if after is not None:
            box.addSpacing(20)
            box.addLayout(row(None, after, None))
        box.addSpacing(64)
        box.addStretch(1)
        self.setLayout(column(frame("pane", box)))
        self.say(title, about)

    def say(self, title: str, about: str) -> None:
        """Change the heading and the sentences."""
        self.title.setText(title)
        self.about.setText(about)
        # a layout that centres an item asks for no height-for-width
        self.about.setMinimumHeight(max(0, self.about.heightForWidth(self._wide)))  # -1 for no words
