"""Writes output to a file in turns, so that sixty megabytes hold nobody up."""

from PySide6.QtCore import QIODevice, QObject, QSaveFile, QTimer, Signal

from desktop.core.output_lines import OutputLines, OutputNotSaved

TURN = 5_000  #: lines written at once: a few milliseconds


class OutputFile(QObject):
    """One file in the making: all of the lines kept when it began, or no file at all."""

    saved = Signal(str)  # its path
    failed = Signal(object)  # OutputNotSaved

    def __init__(self, lines: OutputLines, path: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines, self._path, self._next, self._end = lines, path, lines.first, lines.end
        self._file = QSaveFile(path)
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._take_turn)

    def start(self) -> None:
        """Begin; saved or failed follows."""
        if self._file.open(QIODevice.OpenModeFlag.WriteOnly):
            self._turns.start()
        else:
            self._fail()

    def _take_turn(self) -> None:
        stop = min(self._next + TURN, self._end)
        text = "".join(f"{line}\n" for line in self._lines.texts(self._next, stop)).encode(errors="replace")
        self._next = stop
        if self._file.write(text) != len(text):
            self._fail()
        elif self._next >= self._end:
            self._turns.stop()
            if self._file.commit():
                self.saved.emit(self._path)
            else:
                self._fail()

    def _fail(self) -> None:
        self._turns.stop()
        why = self._file.errorString()
        self._file.cancelWriting()
        self.failed.emit(OutputNotSaved(why, path=self._path))
