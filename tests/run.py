#!/usr/bin/env python3
"""Sets up what the tests need and runs them all; `tests/run.py -- ARGUMENTS` runs pytest alone, with these."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "packaging"), str(ROOT / "tests")]

import namespaces  # noqa: E402
import nginx_image  # noqa: E402
import system_packages  # noqa: E402
from environment import Environment, EnvironmentFailed, can_be_made  # noqa: E402
from lowest import LowestEnvironment  # noqa: E402
from stages import Stages, python_tool  # noqa: E402
from system_packages import Need  # noqa: E402

LAB = (
    *system_packages.QT_WINDOW,
    *system_packages.SCREEN,
    *system_packages.ENGINE_OF_OUR_OWN,
    *system_packages.REGISTRY,
    *system_packages.SECRET_SERVICE,
    Need("apache2-utils", command="htpasswd"),
    Need("busybox-static", command="busybox"),
    Need("curl", command="curl"),
    Need("dbus-bin", command="dbus-send"),
    Need("podman", command="podman"),
    Need("containernetworking-plugins", file="/usr/lib/cni/bridge"),
    Need("runc", command="runc"),
    Need("util-linux", command="unshare"),
    Need("xdotool", command="xdotool"),
    system_packages.FONT,
)
DEBIAN_PACKAGES = ROOT / ".venv-tests" / "debian-packages"


class Run:
    """One run: the interpreter it uses, the right it has, and what it could not set up."""

    def __init__(self, python: Path | None) -> None:
        self.own = Environment(ROOT / ".venv-tests", ROOT / "packaging" / "requirements-dev.txt")
        self.python = python or self.own.python
        self.notes: list[str] = []
        self.stages = Stages(ROOT)
        self.scratch = tempfile.mkdtemp(prefix="ps-")  # TMPDIR for all that runs; short, for sockets hang below it
        os.chmod(self.scratch, 0o711)  # tests become somebody else, who must find the way
        self.prefix = system_packages.right_to_install(sys.stdin.isatty())
        self._make = python is None

    def prepare(self) -> None:
        """Set up what is missing. Raises EnvironmentFailed."""
        if sys.platform.startswith("linux"):
            self._prepare_system()
        if self._make:
            self.own.make(_say)
        if sys.platform.startswith("linux") and system_packages.can_install_here():
            try:
                nginx_image.fetch(DEBIAN_PACKAGES)
            except nginx_image.NoPackages as error:
                self.notes.append(f"no packages of nginx for the lab's images: {error}")

    def _prepare_system(self) -> None:
        packages = system_packages.missing(LAB)
        if self._make and not self.own.current and not can_be_made():
            packages.append("python3-venv")
        if not packages:
            return
        if not system_packages.can_install_here() or self.prefix is None:
            command = " ".join(system_packages.install_command(packages))
            self.notes.append(f"without the right to install, what needs these is left out; as root: {command}")
            return
        _say(f"Installing what the tests need: {' '.join(packages)}")
        try:
            system_packages.install(packages, self.prefix, _say)
        except system_packages.InstallFailed as error:
            self.notes.append(f"not installed: {error}")

    def end(self) -> None:
        """Remove what runs left, also one that was killed; with sudo some of it is root's."""
        subprocess.run([*(self.prefix or []), "rm", "-rf", self.scratch])

    def inside(self, command: list[str], **environment: str) -> tuple[list[str], dict[str, str]]:
        """*command* in namespaces of its own where we may make them, and the environment to start it with."""
        kept = {"PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("", "tests", "packaging"))}
        kept |= {"PYTHONDONTWRITEBYTECODE": "1", "PATH": system_packages.SYSTEM_PATH, "TMPDIR": self.scratch}
        kept |= environment
        whole = {**os.environ, **kept}
        if self.prefix is None or not namespaces.available(self.prefix):
            return command, whole
        return namespaces.wrapped(self.python, command, self.prefix, kept if self.prefix else {}), whole

    def pytest(self, name: str, python: Path, *arguments: str, **environment: str) -> None:
        """A stage of pytest."""
        report = Path(self.scratch) / f"report-{len(self.stages.results)}.xml"
        command = [*self.pytest_command(python), "--quiet", f"--junitxml={report}", *arguments]
        self.stages.run(name, *self.inside(command, **environment), report)

    def pytest_command(self, python: Path) -> list[str]:
        """pytest; with sudo it leaves no files of root's in the tree."""
        return [str(python), "-m", "pytest", *(["-p", "no:cacheprovider"] if self.prefix else [])]

    def checks(self) -> None:
        """The stages that read the code."""
        ruff, mypy, linter = (python_tool(self.python, name) for name in ("ruff", "mypy", "lint-imports"))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.stages.run("ruff format", [ruff, "format", "--check"], environment)
        self.stages.run("ruff check", [ruff, "check"], environment)
        for platform in ("linux", "win32", "darwin"):
            self.stages.run(f"mypy for {platform}", [mypy, "--platform", platform], environment)
        self.stages.run("import contracts", [linter], environment)

    def everything(self) -> None:
        """All stages."""
        self.checks()
        self.pytest("tests", self.python, "--ignore=tests/journeys")
        if list(ROOT.glob("tests/journeys/test_*.py")):
            self.pytest("journeys in a real window", self.python, "tests/journeys", QT_QPA_PLATFORM="xcb")
        self.lower_bounds()

    def lower_bounds(self) -> None:
        """The oldest libraries we admit: the floors without Qt in an environment without Qt, then the others."""
        oldest = LowestEnvironment(ROOT / ".venv-lowest", ROOT / "packaging" / "requirements-lowest.txt")
        try:
            oldest.make(_say)
        except EnvironmentFailed as error:
            return self.stages.fail("lower bounds", str(error))
        self.pytest("lower bounds, without Qt", oldest.python, "tests/core", "tests/adapters")
        places = [str(ROOT / "tests"), str(ROOT / "packaging"), str(ROOT), str(oldest.qt)]
        path = os.pathsep.join(places)
        self.pytest("lower bounds, with Qt", oldest.python, "tests/bridge", "tests/ui", PYTHONPATH=path)

    def benchmarks(self, name: str) -> None:
        """The benchmarks, or the one of that name."""
        chosen = sorted(ROOT.glob(f"tests/benchmarks/{name or '[!_]*'}.py"))
        if not chosen:
            self.stages.fail("benchmarks", f"there is no tests/benchmarks/{name or '*'}.py")
        for benchmark in chosen:
            command, environment = self.inside([str(self.python), str(benchmark)])
            self.stages.run(f"benchmark {benchmark.stem}", command, environment)

    def soak(self, hours: float) -> None:
        """All tests again and again, each round with another seed and more examples, for *hours* or to a failure."""
        end, seed = time.monotonic() + hours * 3600, int(time.time())
        examples = ["--hypothesis-profile=soak", "--timeout=3600"]
        while self.stages.sound and (time.monotonic() < end or not self.stages.results):
            seed += 1
            self.pytest(f"seed {seed}", self.python, "--ignore=tests/journeys", f"--hypothesis-seed={seed}", *examples)
            self.pytest("journeys", self.python, "tests/journeys", QT_QPA_PLATFORM="xcb")


def main() -> int:
    """Parse, set up, run; 0 only if all that ran passed."""
    own, rest = _split(sys.argv[1:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="use this interpreter, which has all packages, and set none up")
    parser.add_argument("--checks", action="store_true", help="run what reads the code, instead")
    parser.add_argument("--gallery", type=Path, metavar="FOLDER", help="render every screen into FOLDER instead")
    parser.add_argument("--bench", nargs="?", const="", metavar="NAME", help="run the benchmarks, or one, instead")
    parser.add_argument(
        "--soak", nargs="?", const=8.0, type=float, metavar="HOURS", help="run the long figures instead"
    )
    parser.add_argument("--nothing-left-out", action="store_true", help="fail if any test could not run here")
    asked = parser.parse_args(own)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and so end what runs in the namespaces
    run = Run(asked.python)
    try:
        run.prepare()
        return _only_pytest(run, rest) if rest is not None else _stages(run, asked)
    except EnvironmentFailed as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        run.end()


def _stages(run: Run, asked: argparse.Namespace) -> int:
    """What was asked for, with the closing line; 0 only if all that ran passed."""
    if asked.checks:
        run.checks()
    elif asked.gallery:
        run.stages.run("gallery", *run.inside([str(run.python), "tests/gallery.py", str(asked.gallery.resolve())]))
    elif asked.bench is not None:
        run.benchmarks(asked.bench)
    elif asked.soak is not None:
        run.soak(asked.soak)
    else:
        run.everything()
    run.stages.close(run.notes)
    complete = not (run.stages.counts.left_out or run.notes) or not asked.nothing_left_out
    return 0 if run.stages.sound and complete else 1


def _split(words: list[str]) -> tuple[list[str], list[str] | None]:
    """The words before "--" and those after it, None where there is none."""
    if "--" not in words:
        return words, None
    place = words.index("--")
    return words[:place], words[place + 1 :]


def _only_pytest(run: Run, arguments: list[str]) -> int:
    """pytest in the namespaces, in a real window if a journey is asked for; its exit code."""
    for note in run.notes:
        _say(note)
    platform = {"QT_QPA_PLATFORM": "xcb"} if any("journeys" in argument for argument in arguments) else {}
    command, environment = run.inside([*run.pytest_command(run.python), *arguments], **platform)
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def _say(text: str) -> None:
    print(f"-- {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
