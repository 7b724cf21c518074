"""A real nginx image in three layers, made from Debian's own packages, for where Docker Hub can't be reached."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from layered_image import ImageLayer, LayeredImage, layer_of

PACKAGES = ("nginx-light", "nginx")
TAKEN = ("nginx", "lib", "zlib")  # of what they depend on; the rest serves their installation only
SERVER_PARTS = ("usr/sbin", "usr/lib/nginx", "usr/share/nginx", "etc/nginx")
CONFIGURATION = """\
worker_processes 1;
pid /run/nginx.pid;
error_log /dev/stderr notice;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    access_log /dev/stdout;
    server {
        listen 80;
        root /usr/share/nginx/html;
        location / { index index.html; }
    }
}
"""


class NoPackages(Exception):
    """Debian's packages of nginx can't be had here; the message says why."""


def fetch(folder: Path) -> None:
    """Put Debian's packages of nginx and its libraries into *folder*, once. Raises NoPackages."""
    if list(folder.glob("nginx_*.deb")):
        return
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as fresh:
            names = _names()
            subprocess.run(["apt-get", "-q", "download", *names], cwd=fresh, check=True, capture_output=True, text=True)
            for package in Path(fresh).glob("*.deb"):
                package.replace(folder / package.name)
    except OSError as error:
        raise NoPackages(f"apt-get: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        raise NoPackages(error.stderr.strip() or str(error)) from error


def _names() -> list[str]:
    """nginx and all libraries it depends on, by the names that this release gives them."""
    names: set[str] = set()
    fresh = set(PACKAGES)
    while fresh:
        done = subprocess.run(["apt-cache", "depends", *sorted(fresh)], check=True, capture_output=True, text=True)
        words = [line.split() for line in done.stdout.splitlines()]
        needed = {pair[1] for pair in words if len(pair) == 2 and pair[0].lstrip("|") == "Depends:"}
        fresh = {name for name in needed if name.startswith(TAKEN)} - names
        names |= fresh
    if "nginx" not in names:
        raise NoPackages("apt knows no nginx-light")
    return sorted(names)


def build(folder: Path, origin: str) -> LayeredImage:
    """The image, from the packages in *folder*; *origin* is written into each layer, so that no two share one."""
    with tempfile.TemporaryDirectory() as scratch:
        libraries, server, site = (Path(scratch) / name for name in ("libraries", "server", "site"))
        for package in sorted(folder.glob("*.deb")):
            subprocess.run(["dpkg-deb", "--extract", str(package), str(libraries)], check=True)
        for part in SERVER_PARTS:
            if (libraries / part).exists():
                shutil.move(libraries / part, _room(server / part))
        for unneeded in ("usr/share", "etc", "usr/lib/*/gconv", "usr/lib/systemd", "lib/systemd", "var"):
            for folder_of in libraries.glob(unneeded):
                shutil.rmtree(folder_of)
        for name in ("lib", "lib64"):  # merged into /usr from Debian 13 on, where another package makes these links
            if (libraries / "usr" / name).exists() and not (libraries / name).exists():
                (libraries / name).symlink_to(f"usr/{name}")
        _site(site, (server / "etc/nginx/mime.types").read_text())
        shutil.rmtree(server / "etc")
        return LayeredImage(
            [_layer(libraries, "libraries", origin), _layer(server, "server", origin), _layer(site, "site", origin)],
            {
                "Cmd": ["/usr/sbin/nginx", "-g", "daemon off;"],
                "Env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
                "ExposedPorts": {"80/tcp": {}},
                "Labels": {"org.opencontainers.image.title": "nginx", "org.opencontainers.image.source": "Debian"},
                "StopSignal": "SIGQUIT",
            },
        )


def _layer(folder: Path, name: str, origin: str) -> ImageLayer:
    (_room(folder / "usr/share/image-origin" / name)).write_text(f"{origin}\n")
    return layer_of(folder, f"{name} from Debian's packages")


def _site(site: Path, mime_types: str) -> None:
    """The configuration, the accounts and the folders that the packages' scripts would have made."""
    contents = {
        "etc/nginx/nginx.conf": CONFIGURATION,
        "etc/nginx/mime.types": mime_types,
        "etc/passwd": "root:x:0:0::/:\nnobody:x:65534:65534::/:\nwww-data:x:33:33::/:\n",
        "etc/group": "root:x:0:\nnogroup:x:65534:\nwww-data:x:33:\n",
        "var/log/nginx/.keep": "",
        "var/lib/nginx/.keep": "",
        "run/.keep": "",
        "tmp/.keep": "",
    }
    for name, text in contents.items():
        _room(site / name).write_text(text)


def _room(path: Path) -> Path:
    """*path*, its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
