"""What was said lately, kept behind a bell in the bar: good news and bad, never in the way."""

from collections import deque

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.core.display import one_line
from desktop.ui.widgets.painted import Icon
from desktop.ui.widgets.parts import button, column, frame, label, row

KEPT, SHOWN = 30, 8  #: messages
WIDE = 380  #: pixels


class Messages(QObject):
    """The bell and its list; the newest message stands first."""

    def __init__(self) -> None:
        super().__init__()
        self.button = button("", "bell", "link")
        self.button.clicked.connect(self._on_button_clicked)
        self._said: deque[tuple[str, str]] = deque(maxlen=KEPT)
        self._unread = 0
        self.list: QFrame | None = None  # the one shown last
        self._show_count()

    def say(self, text: str, tone: str = "good") -> None:
        """Add one; *tone* is good, warn or bad."""
        self._said.appendleft((one_line(text, 500), tone))
        self._unread += 1
        self._show_count()

    @property
    def texts(self) -> list[str]:
        """What was said, the newest first."""
        return [text for text, _ in self._said]

    def _show_count(self) -> None:
        words = {0: self.tr("No new messages"), 1: self.tr("1 message")}
        self.button.setText(" " + words.get(self._unread, self.tr("{n} messages").format(n=self._unread)))
        self.button.setEnabled(bool(self._said))

    def _on_button_clicked(self) -> None:
        self._unread = 0
        self._show_count()
        self.list = self._made()
        self.list.show()  # only then is it known how high its words are
        self.list.setFixedHeight(self.list.heightForWidth(WIDE))
        corner = self.button.mapToGlobal(QPoint(self.button.width(), -10))
        self.list.move(corner - QPoint(WIDE, self.list.height()))

    def _made(self) -> QFrame:
        icons = {"good": "check", "warn": "info", "bad": "alert"}
        lines: QVBoxLayout = column(label(self.tr("Messages"), "heading"), gap=10, margins=(16, 14, 16, 14))
        for text, tone in list(self._said)[:SHOWN]:
            words = label(text, "body", wrap=True)
            line = row(Icon(icons[tone], tone, 16), words, gap=10, top=True)
            line.setStretch(1, 1)
            lines.addLayout(line)
        made = QFrame(self.button, Qt.WindowType.Popup)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.setFixedWidth(WIDE)
        made.setLayout(column(frame("popup", lines)))
        return made
