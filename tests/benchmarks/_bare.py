"""The least that can be: a window of PySide6 with one label. Writes the time of its first paint and ends."""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow


class Window(QMainWindow):
    """Notes when it is painted."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        Path(sys.argv[1]).write_text(str(time.monotonic_ns()), encoding="utf-8")
        QTimer.singleShot(0, QApplication.quit)


app = QApplication(sys.argv[:1])
window = Window()
window.setCentralWidget(QLabel("One label"))
window.resize(1180, 760)
window.show()
sys.exit(app.exec())
