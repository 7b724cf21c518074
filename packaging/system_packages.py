"""The distribution's packages: what is missing, who may install, and how, each step told before it is done."""

import ctypes
import glob
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

SYSTEM_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"


class InstallFailed(Exception):
    """The distribution's installer gave up; the message is its own."""


@dataclass(frozen=True)
class Need:
    """A Debian package, and what shows that it is there: a command, a shared library, or a file (a glob)."""

    package: str
    command: str = ""
    library: str = ""
    file: str = ""

    @property
    def met(self) -> bool:
        """Whether this machine has it, from whatever source."""
        if self.command:
            return shutil.which(self.command, path=SYSTEM_PATH) is not None
        return any(glob.iglob(self.file, recursive=True)) if self.file else _loads(self.library)


def _splits_docker() -> bool:
    """Whether this distribution has the docker command in a package of its own: Debian does from 13 on."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return False
    return system.get("ID") == "debian" and int(system.get("VERSION_ID", "99").partition(".")[0]) >= 13


QT_OFFSCREEN = (
    Need("libegl1", library="libEGL.so.1"),
    Need("libgl1", library="libGL.so.1"),
    Need("libxkbcommon0", library="libxkbcommon.so.0"),
    Need("libdbus-1-3", library="libdbus-1.so.3"),
    Need("libfontconfig1", library="libfontconfig.so.1"),
    Need("libglib2.0-0", library="libglib-2.0.so.0"),
    Need("fonts-dejavu-core", file="/usr/share/fonts/**/*.?tf"),  # any font will do, but without one there are boxes
)
QT_WINDOW = (
    *QT_OFFSCREEN,
    Need("libxcb-cursor0", library="libxcb-cursor.so.0"),
    Need("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    Need("libxcb-icccm4", library="libxcb-icccm.so.4"),
    Need("libxcb-image0", library="libxcb-image.so.0"),
    Need("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    Need("libxcb-render-util0", library="libxcb-render-util.so.0"),
    Need("libxcb-shape0", library="libxcb-shape.so.0"),
    Need("libxcb-xkb1", library="libxcb-xkb.so.1"),
    Need("libx11-xcb1", library="libX11-xcb.so.1"),
    Need("libxcb-randr0", library="libxcb-randr.so.0"),
    Need("libxcb-sync1", library="libxcb-sync.so.1"),
    Need("libxcb-xfixes0", library="libxcb-xfixes.so.0"),
)
FONT = Need("fonts-inter", file="/usr/share/fonts/**/Inter*.?tf")  # the face it is drawn for
SCREEN = (Need("xvfb", command="Xvfb"),)
SECRET_SERVICE = (Need("dbus", command="dbus-daemon"), Need("gnome-keyring", command="gnome-keyring-daemon"))
ENGINE = (Need("docker.io", command="dockerd"),)
REGISTRY = (Need("docker-registry", command="docker-registry"),)
NETWORK = (Need("iproute2", command="ip"),)
ENGINE_OF_OUR_OWN = (
    *ENGINE,
    Need("docker-cli" if _splits_docker() else "docker.io", command="docker"),
    Need("containerd", command="containerd"),
    *NETWORK,
)


def missing(needs: Iterable[Need]) -> list[str]:
    """The packages that would meet what this machine lacks, each once, in order."""
    return list(dict.fromkeys(need.package for need in needs if not need.met))


def can_install_here() -> bool:
    """Whether this is a system whose installer we speak to: Debian and its children."""
    return sys.platform.startswith("linux") and shutil.which("apt-get") is not None


def right_to_install(ask: bool) -> list[str] | None:
    """What stands before an install command (nothing for root, sudo), or None without the right to install."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    silently = subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    return ["sudo"] if silently or ask else None


def install_command(packages: Iterable[str]) -> list[str]:
    """The command that installs *packages*, to run as root or to show to a person."""
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def install(packages: Iterable[str], prefix: list[str], say: Callable[[str], None], *, update: bool = True) -> None:
    """Install *packages*, the distribution's lists read first (*update*). Raises InstallFailed."""
    words = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdin": subprocess.DEVNULL}
    quiet = ["-o", "Dpkg::Use-Pty=0", "-q"]
    commands = [["apt-get", "update"]] if update else []
    for command in (*commands, install_command(packages)):
        say(f"$ {' '.join([*prefix, *command])}")
        kept = ["env", "DEBIAN_FRONTEND=noninteractive"] if prefix else []  # sudo drops the environment
        whole = [*prefix, *kept, command[0], *quiet, *command[1:]]
        done = subprocess.run(whole, capture_output=True, text=True, **words)  # type: ignore[call-overload]
        if done.returncode and command[1] == "install":  # one unreachable source of many does not matter
            raise InstallFailed(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()[-2000:]}")


def _loads(library: str) -> bool:
    """Whether the dynamic linker finds *library*."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def display_answers() -> bool:
    """Whether a window can open: outside Linux always, there if an X server or a Wayland compositor answers."""
    if not sys.platform.startswith("linux"):
        return True
    if wayland := os.environ.get("WAYLAND_DISPLAY"):
        return os.path.exists(os.path.join(os.environ.get("XDG_RUNTIME_DIR", "/run"), wayland))
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # its library comes with the packages; believe the variable
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    broken: int = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return broken == 0
