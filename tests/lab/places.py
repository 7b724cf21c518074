"""Where a run's daemons live: one temporary folder, with a short path because sockets hang below it."""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DEBIAN_PACKAGES = ROOT / ".venv-tests" / "debian-packages"  # run.py fills it while the network is there


@pytest.fixture(scope="session")
def lab_folder():
    """A folder for this run alone, gone at its end."""
    folder = Path(tempfile.mkdtemp(prefix="portside-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def needs(*programs: str, root: bool = True) -> None:
    """Leave a test out, with a plain reason, where the lab can't be had."""
    if not sys.platform.startswith("linux"):
        pytest.skip("left out: the lab runs on Linux only")
    if root and os.geteuid() != 0:
        pytest.skip("left out: the lab's engine needs root")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [program for program in programs if not shutil.which(program, path=path)]
    if missing:
        pytest.skip(f"left out: {', '.join(missing)} not installed (tests/run.py installs the lab)")


@contextlib.contextmanager
def running(daemon):
    """*daemon* started, and ended with all that it kept, whatever happens in between."""
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.end_and_forget()
