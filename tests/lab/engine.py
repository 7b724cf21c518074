"""Real Docker engines for tests: one for the whole run, one with raised limits, and one to break."""

import pytest

from engine_daemon import EngineDaemon
from lab.places import needs, running


class Dockerd(EngineDaemon):
    """A real engine; `url` for a client, `cli` for the second way of checking."""

    def cli(self, *words: str, seconds: float = 120) -> str:
        """What the docker command prints when asked of this engine. Raises CalledProcessError with its stderr."""
        return self.command(*words, seconds=seconds)


def _engine(folder, **limits):
    needs("dockerd", "containerd", "docker", "ip")
    return running(Dockerd(folder, **limits))


@pytest.fixture(scope="session")
def dockerd(lab_folder, mirror):
    """A real engine with its default limits; `docker pull nginx` works on it, from the lab's mirror."""
    with _engine(lab_folder / "engine", mirror=mirror.host) as engine:
        yield engine


@pytest.fixture(scope="session")
def dockerd_wide(lab_folder, mirror):
    """A real engine that moves up to 60 layers at once each way, so that only our own limits hold anything back."""
    with _engine(lab_folder / "wide", mirror=mirror.host, downloads=60, uploads=60) as engine:
        yield engine


@pytest.fixture
def own_dockerd(lab_folder, mirror):
    """A real engine for one test alone, to kill(), revive(), freeze(), thaw(), end() and start()."""
    with _engine(lab_folder / "own", mirror=mirror.host) as engine:
        yield engine
