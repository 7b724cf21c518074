"""Cyclic garbage, collected on the UI thread alone."""

import gc
from itertools import count

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 1_000
WORTH_IT = 700  #: new objects below which there is nothing to gain
OLDER, OLDEST = 10, 60  #: every how many collections the older generations are looked at too


class GarbageCollector(QObject):
    """While it lives, Python collects only here.

    By itself Python collects on whichever thread allocates: on a worker it destroys QObjects that belong to the UI
    thread ("Timers cannot be stopped from another thread"), and the process ends. Make one on the UI thread at start.
    """

    def __init__(self, every_ms: int = EVERY_MS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what start-up made stays for good, and need not be looked at again and again
        self._turns = count(1)
        self._timer = QTimer(self, interval=every_ms)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def stop(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def _on_timer_timeout(self) -> None:
        if gc.get_count()[0] >= WORTH_IT:
            turn = next(self._turns)
            gc.collect(2 if turn % OLDEST == 0 else 1 if turn % OLDER == 0 else 0)
