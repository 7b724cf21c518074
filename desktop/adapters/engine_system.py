"""The computer as the tables of engines need to know it."""

import glob
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from desktop.adapters.engine_places import EXTRA_PATH, PLACES, STEPS, Place, Step


def _which(program: str, path: str) -> str:
    return shutil.which(program, path=path) or ""


def _uid() -> int:
    if sys.platform == "win32":
        return -1
    return os.getuid()


@dataclass(frozen=True)
class System:
    """One person's computer: a *platform* of the tables, folders, programs. A test can be any of them."""

    platform: str
    environ: Mapping[str, str]
    home: str
    user: str = ""
    uid: int = 0
    which: Callable[[str, str], str] = _which
    exists: Callable[[str], bool] = os.path.exists
    matching: Callable[[str], list[str]] = glob.glob

    @classmethod
    def here(cls, environ: Mapping[str, str]) -> "System":
        """This computer, for the person whose *environ* it is."""
        platform = sys.platform if sys.platform in PLACES else "linux"
        home = environ.get("USERPROFILE" if platform == "win32" else "HOME") or os.path.expanduser("~")
        user = environ.get("USERNAME" if platform == "win32" else "USER") or environ.get("LOGNAME", "")
        return cls(platform, environ, home, user or os.path.basename(home), _uid())

    @property
    def root(self) -> bool:
        """Whether the person is the administrator."""
        return self.uid == 0

    @cached_property
    def path(self) -> str:
        """Where programs are looked for: the person's PATH, then what a desktop leaves out of it."""
        extra = [self.fill(folder) for folder in EXTRA_PATH[self.platform]]
        joint = ";" if self.platform == "win32" else ":"
        return joint.join(part for part in (self.environ.get("PATH", ""), *extra) if part)

    def fill(self, template: str) -> str:
        """*template* with this computer's own folders in it."""
        return template.format(
            home=self.home,
            runtime=self.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{self.uid}",
            temp=self.environ.get("TMPDIR", "/tmp").rstrip("/"),
            programs=self.environ.get("ProgramFiles", r"C:\Program Files"),
            local=self.environ.get("LOCALAPPDATA", rf"{self.home}\AppData\Local"),
        )

    def find(self, program: str) -> str:
        """The whole path of *program*, "" where there is none."""
        return self.which(program, self.path)

    def has(self, place: Place) -> bool:
        """Whether the engine of *place* is installed, running or not."""
        return any(map(self.find, place.programs)) or any(self.exists(self.fill(name)) for name in place.files)

    def steps(self, start: str) -> list[tuple[str, ...]]:
        """The commands that start the engine known as *start* here, the best first, with whole paths."""
        return [self._command(step) for step in self._fitting(start)]

    def left_running(self, start: str) -> set[tuple[str, ...]]:
        """Those among steps() that are the engine itself and don't end."""
        return {self._command(step) for step in self._fitting(start) if not step.ends}

    def _fitting(self, start: str) -> list[Step]:
        systemd = self.exists("/run/systemd/system")
        return [
            step
            for step in STEPS.get((start, self.platform), ())
            if step.root in (None, self.root)
            and step.systemd in (None, systemd)
            and not (step.without and self.find(step.without))
            and self._command(step)[0]
        ]

    def _command(self, step: Step) -> tuple[str, ...]:
        first = self.fill(step.words[0])
        found = first if self.exists(first) and first != step.words[0] else self.find(first)
        return found, *step.words[1:]
