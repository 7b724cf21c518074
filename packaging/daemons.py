"""Processes that serve others: started, waited for until they answer, and ended by their own pid."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

START_SECONDS = 60.0
END_SECONDS = 15.0


class DaemonFailed(Exception):
    """A daemon ended, or gave no answer in time; the message holds the end of its log."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    """Whether something listens on *port* of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Daemon:
    """One process in a session of its own, its output in a log file; *told* is what it reads at its start."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, *, env: Mapping[str, str] | None = None, told: str = ""
    ) -> None:
        self.name, self.log = name, log
        self._command, self._env, self._told = list(command), env, told
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id, 0 before the start and after the end."""
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Start it and return once *ready* says so. Raises DaemonFailed."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE if self._told else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self._env) if self._env is not None else None,
                start_new_session=True,
            )
        if self._process.stdin:
            with self._process.stdin as told:
                told.write(self._told.encode())
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.alive:
                self._process = None
                raise DaemonFailed(f"{self.name} ended at once.\n{self.tail()}")
            if time.monotonic() > deadline:
                self.end()
                raise DaemonFailed(f"{self.name} gave no answer within {seconds:.0f} s.\n{self.tail()}")
            time.sleep(0.05)

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    def end(self, seconds: float = END_SECONDS) -> None:
        """Ask it to end, and make it after *seconds*."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End it without notice, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stop it from answering, its sockets open."""
        if sys.platform != "win32":
            os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen one go on."""
        if sys.platform != "win32":
            os.kill(self.pid, signal.SIGCONT)
