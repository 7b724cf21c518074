"""One running Portside per user: a second start rings a bell, and the first one comes to the front.

No socket: a lock file and a watched file, both of QtCore. The network module would cost start-up time and memory for
one word, and a socket in a shared folder could be taken by somebody else.
"""

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal, Slot

ANSWER_S = 3.0  #: seconds the first instance has to answer; it may still be starting
_TOKEN = "XDG_ACTIVATION_TOKEN"  #: what lets a window come to the front on Wayland
_MOST = 300  #: characters of a token


class SingleInstance(QObject):
    """Held by the first instance; called by those that come later. *folder* belongs to this user alone."""

    called = Signal()  # somebody started the program again

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bell = folder / "instance.call"
        self._lock = QLockFile(str(folder / "instance.lock"))
        self._lock.setStaleLockTime(0)  # age says nothing: a program may run for weeks
        self._watcher: QFileSystemWatcher | None = None

    def claim(self) -> bool:
        """Whether this is the first instance; also after one that was killed, even if its number lives on."""
        if self._lock.tryLock(0):
            return True
        if self._lock.error() is not QLockFile.LockError.LockFailedError:
            return True  # no lock can be had here; better two than none
        # Asks the system whether somebody really holds the file. The number in it may be another program's by now.
        return self._lock.removeStaleLockFile() and self._lock.tryLock(0)

    def listen(self) -> None:
        """Notice calls from now on, and those that came before. For the first instance, once its window is there."""
        self._watcher = QFileSystemWatcher([str(self._bell.parent)], self)
        self._watcher.directoryChanged.connect(self._on_folder_changed)
        self._on_folder_changed()

    def call_first(self, limit_s: float = ANSWER_S) -> bool:
        """Ask the first instance to show itself; False if it does not answer. Blocks up to *limit_s*."""
        self._allow_front()
        beside = self._bell.with_suffix(".new")
        try:
            beside.write_text(os.environ.get(_TOKEN, "")[:_MOST], encoding="utf-8")
            beside.replace(self._bell)  # so that it is never seen half written
        except OSError:
            return False
        until = time.monotonic() + limit_s
        while self._bell.exists():  # taking it away is the answer
            if time.monotonic() > until:
                self._bell.unlink(missing_ok=True)
                return False
            time.sleep(0.02)
        return True

    def release(self) -> None:
        """Let the next start be the first."""
        self._lock.unlock()

    def _allow_front(self) -> None:
        """Windows lets only the program in front hand that place on."""
        if sys.platform == "win32":
            import ctypes

            number, *_ = self._lock.getLockInfo()
            ctypes.windll.user32.AllowSetForegroundWindow(number)

    @Slot()
    def _on_folder_changed(self) -> None:
        try:
            token = self._bell.read_text(encoding="utf-8", errors="replace")
            self._bell.unlink()
        except OSError:
            return  # something else changed in the folder
        if token.isascii() and token.isprintable() and 0 < len(token) <= _MOST:
            os.environ[_TOKEN] = token  # Qt hands it to the compositor with the next wish for the front
        self.called.emit()
