"""A virtual environment that holds exactly what a lock names, remade when the lock changes."""

import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

STAMP = "lock.sha256"


class EnvironmentFailed(Exception):
    """The environment could not be made; the message says what failed."""


class Environment:
    """The virtual environment *folder*, for the packages of *lock*."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self.folder, self.lock = folder, lock
        programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = programs / ("python.exe" if sys.platform == "win32" else "python")

    @property
    def current(self) -> bool:
        """Whether it is there and made from this lock by this Python."""
        try:
            return self.python.exists() and (self.folder / STAMP).read_text() == self._stamp()
        except OSError:
            return False

    def make(self, say: Callable[[str], None]) -> None:
        """Make it anew if it is not current, telling each step. Raises EnvironmentFailed."""
        if self.current:
            return
        say(f"Making the Python environment {self.folder.name}")
        self._run([sys.executable, "-m", "venv", "--clear", str(self.folder)])
        say(f"Installing the packages of {self.lock.name} into it; this can take some minutes")
        self.install()
        (self.folder / STAMP).write_text(self._stamp())

    def install(self, *options: str, lock: Path | None = None) -> None:
        """Install what *lock* names, by default its own, checking every hash. Raises EnvironmentFailed."""
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        self._run([*pip, "--require-hashes", "--no-deps", *options, "--requirement", str(lock or self.lock)])

    def _run(self, command: Sequence[str]) -> None:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except OSError as error:
            raise EnvironmentFailed(f"{command[0]}: {error.strerror}") from error
        if done.returncode:
            raise EnvironmentFailed(f"{' '.join(command)}\n{(done.stderr or done.stdout).strip()[-3000:]}")

    def _stamp(self) -> str:
        """What a current environment is stamped with: the lock, and the Python it was made by, mended or not."""
        python = f"{sys.implementation.cache_tag} {sys.base_prefix}"
        return hashlib.sha256(self.lock.read_bytes() + python.encode()).hexdigest()


def can_be_made() -> bool:
    """Whether this Python can make one: Debian's lacks ensurepip without the package python3-venv."""
    return importlib.util.find_spec("ensurepip") is not None
