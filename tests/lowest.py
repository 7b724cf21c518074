"""An environment of the oldest versions we admit, with Qt in a folder aside, so that it can be left out."""

import re
import tempfile
from pathlib import Path

from environment import Environment

QT = ("pyside6", "shiboken6", "pytest-qt")


class LowestEnvironment(Environment):
    """The lock's packages but Qt's; these go to the folder *qt*, for PYTHONPATH."""

    @property
    def qt(self) -> Path:
        """The folder that adds PySide6 and pytest-qt to the environment."""
        return self.folder / "qt"

    def install(self, *options: str, lock: Path | None = None) -> None:
        """Install both parts of the lock, checking every hash. Raises EnvironmentFailed."""
        with tempfile.TemporaryDirectory() as folder:
            for qt, more in ((False, ()), (True, ("--target", str(self.qt)))):
                part = Path(folder) / f"{'qt' if qt else 'rest'}.txt"
                part.write_text("".join(entry for entry in self._entries() if entry.startswith(QT) is qt))
                super().install(*options, *more, lock=part)

    def _entries(self) -> list[str]:
        """The lock's entries, each with its hashes."""
        return re.findall(r"^\w.*\n(?:[ \t]+.*\n)*", self.lock.read_text(), re.MULTILINE)
