"""The settings of the running program: changed on the UI thread, written on a worker, the newest always last."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge.worker import Report, Roster
from desktop.core.cancel import CancelToken
from desktop.core.ports import SettingsStore
from desktop.core.settings import Settings


class _Newest:
    """The settings that wait to be written: the newest ones only. Shared by two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Settings | None = None
        self._written = threading.Event()
        self._written.set()

    def put(self, settings: Settings) -> None:
        """Have *settings* written in place of any that wait."""
        with self._lock:
            self._waiting = settings
            self._written.clear()

    def write(self, store: SettingsStore, token: CancelToken, report: Report) -> None:
        """Work for the worker: write what waits, if anything does."""
        with self._lock:
            settings, self._waiting = self._waiting, None
        try:
            if settings is not None:
                store.save(settings)
        finally:
            with self._lock:
                if self._waiting is None:
                    self._written.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether nothing waits any more, after *timeout_s* at most."""
        return self._written.wait(timeout_s)


class Preferences(QObject):
    """Holds the settings and keeps them. A failed write is told once and spares the settings in use."""

    changed = Signal(object)  # Settings
    failed = Signal(object)  # AppError: what was changed is not kept

    def __init__(
        self,
        settings: Settings,
        roster: Roster,
        make_store: Callable[[], SettingsStore],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._newest = settings, _Newest()
        worker = roster.hire(make_store, "settings")
        assert worker, "the settings come first, so that they never lack a thread"
        self._worker = worker

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    def change(self, **fields: object) -> None:
        """Change these fields of Settings, tell it, and have it written."""
        self.apply(fields)

    @Slot(object)
    def apply(self, fields: Mapping[str, object]) -> None:
        """Change the named *fields* of Settings, as a dialog wishes it."""
        new = replace(self._settings, **fields)  # type: ignore[arg-type]
        if new == self._settings:
            return
        self._settings = new
        self._newest.put(new)
        self._worker.submit(self._newest.write).failed.connect(self.failed)
        self.changed.emit(new)

    def settle(self, timeout_s: float = 1.0) -> bool:
        """Wait until all is written, before the workers are told to stop; False where that takes longer."""
        return self._newest.wait(timeout_s)
