"""Runs a command in network, mount and process namespaces of its own, so that two runs never meet.

As a script it is the first process in there: it brings the loopback device up, starts a screen and runs the command.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
UNSHARE = ("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")
UP = 0x1 | 0x40  # IFF_UP | IFF_RUNNING (netdevice(7))
GET_FLAGS, SET_FLAGS = 0x8913, 0x8914  # SIOCGIFFLAGS, SIOCSIFFLAGS


def wrapped(python: Path, command: list[str], prefix: list[str], kept: dict[str, str]) -> list[str]:
    """*command* in namespaces of its own; *prefix* is what gives the right (sudo), *kept* the environment it keeps."""
    words = [f"{name}={value}" for name, value in kept.items()]
    environment = ["env", *words] if words else []
    return [*prefix, *environment, *UNSHARE, str(python), str(Path(__file__)), *command]


def available(prefix: list[str]) -> bool:
    """Whether this machine lets us make them."""
    if not sys.platform.startswith("linux") or not shutil.which("unshare"):
        return False
    return subprocess.run([*prefix, *UNSHARE, "true"], capture_output=True).returncode == 0


def main(command: list[str]) -> int:
    """Run *command* with a loopback device and, where there is Xvfb, a screen; return its exit code."""
    import virtual_screen

    _bring_loopback_up()
    folder = Path(tempfile.mkdtemp(prefix="portside-screen-"))
    screen = virtual_screen.VirtualScreen(folder / "screen")
    environment = dict(os.environ)
    try:
        if shutil.which("Xvfb"):
            screen.start()
            environment |= screen.environment
        return subprocess.run(command, env=environment).returncode
    finally:
        screen.end()
        shutil.rmtree(folder, ignore_errors=True)


def _bring_loopback_up() -> None:
    import fcntl
    import socket
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(device, GET_FLAGS, request))[1]
        fcntl.ioctl(device, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "packaging"))
    sys.exit(main(sys.argv[1:]))
