"""What a whole run consists of, each stage with its time and result, and the sum of all tests."""

import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Counts:
    """Tests by outcome; *left_out* holds why some could not run here, *skipped* why some do not apply here."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, report: Path) -> None:
        """Count what pytest wrote into *report* (JUnit's form); nothing where it wrote none."""
        if not report.exists():
            return
        for case in ElementTree.parse(report).iter("testcase"):
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            elif skipped is not None:
                reason = skipped.get("message", "no reason given")
                (self.left_out if reason.startswith("left out: ") else self.skipped)[reason] += 1
            else:
                self.passed += 1


@dataclass
class Stages:
    """Runs one after another, goes on after a failure, and remembers."""

    folder: Path  # where it works
    results: list[tuple[str, bool, float]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    tests: bool = False  # whether tests were among them; if not, the stages themselves are counted at the end

    @property
    def sound(self) -> bool:
        """Whether all that ran so far passed."""
        return all(passed for _, passed, _ in self.results)

    def run(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], report: Path | None = None
    ) -> None:
        """Run one; pytest's numbers are taken from *report*."""
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run(list(command), cwd=self.folder, env=dict(environment)).returncode
        self.results.append((name, code == 0, time.monotonic() - started))
        if report:
            self.tests = True
            self.counts.add(report)

    def fail(self, name: str, reason: str) -> None:
        """Note a stage that could not even start."""
        print(f"\n== {name}\n{reason}", flush=True)
        self.results.append((name, False, 0.0))

    def close(self, notes: Sequence[str] = ()) -> None:
        """Print what each stage came to, what did not run and why, and the closing line."""
        print("\n== What this run came to")
        for name, passed, seconds in self.results:
            print(f"{'passed' if passed else 'FAILED':8}{seconds:7.1f} s  {name}")
        not_run = self.counts.left_out + self.counts.skipped
        for reason, number in sorted(not_run.items()):
            print(f"not run {number:7}    {reason}")
        for note in notes:
            print(f"note: {note}")
        broken = sum(not passed for _, passed, _ in self.results)
        failed = max(self.counts.failed, broken)  # a stage that breaks off without a test's name failed too
        passed = self.counts.passed if self.tests else len(self.results) - broken
        print(f"{passed} passed, {failed} failed, {not_run.total()} skipped", flush=True)


def python_tool(python: Path, name: str) -> str:
    """The program *name* that was installed beside *python*."""
    return str(python.parent / (f"{name}.exe" if sys.platform == "win32" else name))
