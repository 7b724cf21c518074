"""Starts an engine by its own command, without a console window, and gives its words where that fails."""

import subprocess
import time
from collections.abc import Sequence
from tempfile import TemporaryFile

from desktop.adapters.engine_system import System
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import EngineStartFailed

LIMIT_S = 60.0
LOOK_S = 0.1  #: between two looks whether the command has ended
OUTPUT_BYTES = 20_000
_left: list[subprocess.Popen[bytes]] = []  # nobody waits for these any more; reaped when they have ended


def start_engine(system: System, start: str, engine: str, token: CancelToken) -> None:
    """Run the steps of *start* until one works; EngineStartFailed with what they said where none does.

    A cancelled *token* only ends the waiting: an engine half started is worse than one that starts.
    """
    endless, told = system.left_running(start), list[str]()
    for command in system.steps(start):
        output = _run(command, system, command not in endless, token)
        if output is None:
            return
        told.append(f"{' '.join(command)}\n{output}".strip())
    raise EngineStartFailed("\n\n".join(told), engine=engine)


def reap() -> None:
    """Forget the commands that have ended meanwhile."""
    _left[:] = [process for process in _left if process.poll() is None]


def _run(command: Sequence[str], system: System, ends: bool, token: CancelToken) -> str | None:
    """None where it worked, else what it said."""
    with TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**system.environ, "PATH": system.path},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                start_new_session=True,  # it outlives us
            )
        except OSError as bad:
            return str(bad.strerror)
        code = _wait(process, token) if ends else 0
        if process.returncode is None:
            _left.append(process)  # it goes on without us
        if code == 0:
            return None
        output.seek(0)
        said = output.read(OUTPUT_BYTES).decode(errors="replace").strip()
        return f"{said}\nno end within {LIMIT_S:.0f} seconds" if code is None else f"{said}\nexit code {code}"


def _wait(process: subprocess.Popen[bytes], token: CancelToken) -> int | None:
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        try:
            return process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            if token.cancelled:
                _left.append(process)
                token.check()
    return None
