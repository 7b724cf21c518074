"""Where engines usually listen, how one knows that they are installed, and what starts them: tables, per system."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Place:
    """An engine's usual address; {home} and the like are filled in by the system, *others* is a pattern for more.

    It is installed if one of *programs* is found or one of *files* exists. *root*: only where one (or no one) is root.
    """

    name: str
    address: str
    start: str = ""
    programs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    others: str = ""
    root: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A command that starts an engine, for systems where the rest holds; one that does not *end* by itself is left."""

    words: tuple[str, ...]
    root: bool | None = None
    systemd: bool | None = None
    without: str = ""  # this program is not there
    ends: bool = True


_DESKTOP_APP = r"{programs}\Docker\Docker\Docker Desktop.exe"
PLACES: Mapping[str, tuple[Place, ...]] = MappingProxyType(
    {
        "linux": (
            Place("Docker", "unix:///var/run/docker.sock", "docker", ("dockerd",)),
            Place(
                "Docker",
                "unix://{runtime}/docker.sock",
                "docker-rootless",
                files=("{home}/.config/systemd/user/docker.service",),
                root=False,
            ),
            Place(
                "Docker Desktop",
                "unix://{home}/.docker/desktop/docker.sock",
                "docker-desktop",
                files=("/opt/docker-desktop/bin/docker-desktop", "/usr/lib/systemd/user/docker-desktop.service"),
            ),
            Place("Podman", "unix://{runtime}/podman/podman.sock", "podman-user", ("podman",), root=False),
            Place("Podman", "unix:///run/podman/podman.sock", "podman", ("podman",), root=True),
            Place("Podman", "unix:///run/podman/podman.sock", root=False),
            Place(
                "Colima",
                "unix://{home}/.colima/default/docker.sock",
                "colima",
                ("colima",),
                others="{home}/.colima/*/docker.sock",
            ),
            Place("Lima", "unix://{home}/.lima/docker/sock/docker.sock", others="{home}/.lima/*/sock/docker.sock"),
            Place("Rancher Desktop", "unix://{home}/.rd/docker.sock", "rancher", ("rdctl",)),
        ),
        "darwin": (
            Place(
                "Docker Desktop",
                "unix://{home}/.docker/run/docker.sock",
                "docker-desktop",
                files=("/Applications/Docker.app", "{home}/Applications/Docker.app"),
            ),
            Place("Docker", "unix:///var/run/docker.sock"),
            Place(
                "Podman",
                "unix://{home}/.local/share/containers/podman/machine/podman.sock",
                "podman-machine",
                ("podman",),
                others="{temp}/podman/*-api.sock",
            ),
            Place(
                "Colima",
                "unix://{home}/.colima/default/docker.sock",
                "colima",
                ("colima",),
                others="{home}/.colima/*/docker.sock",
            ),
            Place("Lima", "unix://{home}/.lima/docker/sock/docker.sock", others="{home}/.lima/*/sock/docker.sock"),
            Place(
                "Rancher Desktop",
                "unix://{home}/.rd/docker.sock",
                "rancher",
                ("rdctl",),
                ("/Applications/Rancher Desktop.app",),
            ),
            Place(
                "OrbStack",
                "unix://{home}/.orbstack/run/docker.sock",
                "orbstack",
                ("orb",),
                ("/Applications/OrbStack.app",),
            ),
        ),
        "win32": (
            Place("Docker", "npipe:////./pipe/docker_engine"),
            Place(
                "Docker Desktop", "npipe:////./pipe/dockerDesktopLinuxEngine", "docker-desktop", files=(_DESKTOP_APP,)
            ),
            Place("Podman", "npipe:////./pipe/podman-machine-default", "podman-machine", ("podman",)),
            Place("Rancher Desktop", "npipe:////./pipe/docker_engine", "rancher", ("rdctl",)),
        ),
    }
)

#: how an engine is started: the first step that fits this system and works
STEPS: Mapping[tuple[str, str], tuple[Step, ...]] = MappingProxyType(
    {
        ("docker", "linux"): (
            Step(("systemctl", "start", "docker"), root=True, systemd=True),
            Step(("service", "docker", "start"), root=True, systemd=False),
            Step(("pkexec", "systemctl", "start", "docker"), root=False, systemd=True),
            Step(("systemctl", "start", "docker"), root=False, systemd=True, without="pkexec"),
        ),
        ("docker-rootless", "linux"): (Step(("systemctl", "--user", "start", "docker"), systemd=True),),
        ("docker-desktop", "linux"): (
            Step(("docker", "desktop", "start")),
            Step(("systemctl", "--user", "start", "docker-desktop"), systemd=True),
        ),
        ("docker-desktop", "darwin"): (Step(("docker", "desktop", "start")), Step(("open", "-a", "Docker"))),
        ("docker-desktop", "win32"): (
            Step(("docker", "desktop", "start")),  # since 4.37
            Step((_DESKTOP_APP,), ends=False),
        ),
        ("podman", "linux"): (Step(("systemctl", "start", "podman.socket"), systemd=True),),
        ("podman-user", "linux"): (Step(("systemctl", "--user", "start", "podman.socket"), systemd=True),),
        ("podman-machine", "darwin"): (Step(("podman", "machine", "start")),),
        ("podman-machine", "win32"): (Step(("podman", "machine", "start")),),
        ("colima", "linux"): (Step(("colima", "start")),),
        ("colima", "darwin"): (Step(("colima", "start")),),
        ("rancher", "linux"): (Step(("rdctl", "start")),),
        ("rancher", "darwin"): (Step(("rdctl", "start")), Step(("open", "-a", "Rancher Desktop"))),
        ("rancher", "win32"): (Step(("rdctl", "start")),),
        ("orbstack", "darwin"): (Step(("orb", "start")), Step(("open", "-a", "OrbStack"))),
    }
)

#: where programs are that a desktop's own short PATH leaves out
EXTRA_PATH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "linux": ("/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/sbin", "{home}/.local/bin", "{home}/.rd/bin"),
        "darwin": (
            "/usr/local/bin",
            "/opt/homebrew/bin",
            "/opt/podman/bin",
            "/Applications/Docker.app/Contents/Resources/bin",
            "{home}/.docker/bin",
            "{home}/.rd/bin",
            "{home}/.orbstack/bin",
        ),
        "win32": (
            r"{programs}\Docker\Docker\resources\bin",
            r"{programs}\RedHat\Podman",
            r"{local}\Programs\Podman",
            r"{programs}\Rancher Desktop\resources\resources\win32\bin",
            r"{local}\Programs\Rancher Desktop\resources\resources\win32\bin",
        ),
    }
)
