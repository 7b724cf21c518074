#!/usr/bin/env python3
"""Sets up all that Portside needs and opens its window; a second start only opens it."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an older one is what this is here to tell
    sys.exit("Portside needs Python 3.11 or newer; this is " + sys.version.split()[0])

import argparse
import os
import signal
import subprocess
import threading
from pathlib import Path
from types import FrameType
from typing import NoReturn

import system_packages
from environment import Environment, EnvironmentFailed
from setup_plan import Plan
from stage import Stage, StageFailed, secret_service_answers

ROOT = Path(__file__).resolve().parent.parent
LINUX = sys.platform.startswith("linux")


def main() -> int:
    """Set up, then become the program, or do the walkthrough with it; the exit code is the program's."""
    asked = _arguments()
    virtual = not system_packages.display_answers()
    if virtual and not asked.walkthrough:
        say("There is no display here, so no window can open.")
        say("Instead the program does the whole tutorial by itself on a virtual screen, its pictures in ./walkthrough.")
        asked.walkthrough = Path("walkthrough")
    if asked.walkthrough and not LINUX:
        say("The walkthrough brings a Docker engine of its own, which works on Linux only.")
        return 2
    python = Environment(ROOT / ".venv", ROOT / "packaging" / "requirements.txt")
    plan = Plan(python, say)
    keyring = bool(asked.walkthrough) and not secret_service_answers()
    plan.look(bool(asked.walkthrough), virtual, keyring)
    try:
        if not plan.carry_out(asked.yes):
            return 1
    except EnvironmentFailed as error:
        say(f"That failed: {error}")
        return 1
    if not asked.walkthrough:
        _open_window(python)
    if plan.prefix is None:
        say("The walkthrough brings a Docker engine of its own, which needs root, or sudo.")
        return 1
    stage = Stage(python, plan.prefix, virtual, keyring, say)
    return _walk(stage, asked.walkthrough.resolve(), asked.keep)


def say(text: str) -> None:
    """Tell the person what comes next."""
    print(f"-- {text}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--yes", action="store_true", help="install system packages without asking")
    parser.add_argument(
        "--walkthrough",
        type=Path,
        metavar="FOLDER",
        help="let the program do the whole tutorial by itself, and leave a picture of each step in FOLDER",
    )
    parser.add_argument(
        "--keep", action="store_true", help="leave the walkthrough's engine and registry up until Enter or a signal"
    )
    return parser.parse_args()


def _open_window(python: Environment) -> NoReturn:
    """Become the program (POSIX), or wait for it (Windows)."""
    command = [str(python.python), "-m", "desktop"]
    os.chdir(ROOT)
    if sys.platform == "win32":
        sys.exit(subprocess.run(command).returncode)
    os.execv(command[0], command)


def _walk(stage: Stage, folder: Path, keep: bool) -> int:
    """Do the walkthrough on its stage; the program's exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, _interrupt)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with stage:
            say(f"The walkthrough begins; its pictures go to {folder}")
            command = [str(stage.python.python), "-m", "desktop", "--walkthrough", str(folder), "--stage"]
            environment = {**os.environ, **stage.environment}
            code = subprocess.run([*command, str(stage.file)], cwd=ROOT, env=environment).returncode
            say(f"The walkthrough {'passed' if code == 0 else 'FAILED'}: {folder / 'walkthrough.json'}")
            if keep:
                _wait_for_enter(stage)
            return code
    except StageFailed as error:
        say(f"The walkthrough could not begin: {error}")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


def _wait_for_enter(stage: Stage) -> None:
    say(f"The engine is still up: docker --host {stage.engine} images")
    say(f"So is the registry: http://{stage.registry}/v2/_catalog (user and password stand in {stage.file})")
    say("Enter, Ctrl+C or a signal ends both.")
    try:
        if not sys.stdin.readline():  # no standard input: a signal it is
            threading.Event().wait()
    except KeyboardInterrupt:
        return


def _interrupt(_number: int, _frame: "FrameType | None") -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
