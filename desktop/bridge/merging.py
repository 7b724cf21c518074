"""Many touches in a short time, told as few."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SETTLED = 0.8  #: the part of the pause that must lie between a touch and the telling


class Merged(QObject):
    """Tells a pause after the first touch, and once more where another came shortly before it was told.

    An engine tells of a change before its lists show it: Docker 20.10 was seen to list a container as running 12 ms
    after it had told that it died. So what is asked for just after the news may be old, and is asked for again.
    """

    told = Signal()

    def __init__(self, pause_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._late = False
        self._timer = QTimer(self, singleShot=True, interval=pause_ms)
        self._timer.timeout.connect(self._on_timer_timeout)

    @Slot()
    def touch(self) -> None:
        """Something changed. A steady stream of touches does not put the telling off."""
        if not self._timer.isActive():
            self._timer.start()
        elif self._timer.remainingTime() < self._timer.interval() * SETTLED:
            self._late = True

    @Slot()
    def stop(self) -> None:
        """Tell nothing more of what was touched."""
        self._timer.stop()
        self._late = False

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._late:
            self._late = False
            self._timer.start()
        self.told.emit()
