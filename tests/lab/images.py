"""Images for the lab: a tiny one from busybox and a real web server, both made without an engine or a network."""

import random
import shutil
import tempfile
from pathlib import Path

import pytest

import nginx_image as nginx_package
from lab.places import DEBIAN_PACKAGES, needs
from layered_image import LayeredImage, layer_of

APPLETS = ("sh", "sleep", "echo", "cat", "ls", "env", "seq", "yes", "head", "dd", "false", "true", "kill", "ps", "wget")
LONG_RUNNING = 'trap "exit 0" TERM INT; echo ready; while :; do sleep 3600 & wait $!; done'


def busybox_image(marker: str = "", filler: int = 0) -> LayeredImage:
    """An image of busybox that prints "ready" and waits for its end; *filler* adds a layer of that many bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        binaries = Path(scratch) / "base" / "bin"
        binaries.mkdir(parents=True)
        shutil.copy("/bin/busybox", binaries / "busybox")
        for applet in APPLETS:
            (binaries / applet).symlink_to("busybox")
        (Path(scratch) / "base" / "marker").write_text(marker)
        layers = [layer_of(binaries.parent, "busybox")]
        if filler:
            layers.append(_filler(Path(scratch) / "filler", filler, marker))
    return LayeredImage(layers, {"Cmd": ["/bin/sh", "-c", LONG_RUNNING], "Env": ["PATH=/bin"]})


def _filler(folder: Path, size: int, marker: str):
    """A layer that does not shrink when compressed, the same for the same marker."""
    folder.mkdir()
    (folder / "filler").write_bytes(random.Random(f"{marker}{size}").randbytes(size))
    return layer_of(folder, "filler")


def nginx(origin: str) -> LayeredImage:
    """A real nginx image whose layers no other *origin* shares; the test is left out where it can't be made."""
    needs("dpkg-deb")
    try:
        nginx_package.fetch(DEBIAN_PACKAGES)
    except nginx_package.NoPackages as error:
        pytest.skip(f"left out: no packages of nginx ({error})")
    return nginx_package.build(DEBIAN_PACKAGES, origin)


def load(engine, image: LayeredImage, name: str, folder: Path) -> str:
    """Load *image* into *engine* under *name*, and return the name."""
    archive = folder / "image.tar"
    image.save(archive, name)
    engine.cli("load", "--input", str(archive))
    archive.unlink()
    return name


@pytest.fixture(scope="session")
def small_image(dockerd, lab_folder):
    """The name of a tiny image in `dockerd` that prints "ready", waits, and ends at once when told."""
    return load(dockerd, busybox_image(), "small:latest", lab_folder)


@pytest.fixture(scope="session")
def nginx_image(dockerd, lab_folder):
    """The name of a real nginx image in `dockerd` that serves port 80."""
    return load(dockerd, nginx("loaded"), "web:latest", lab_folder)
