"""A registry that stands for Docker Hub: it holds library/nginx, and the lab's engines ask it first."""

import pytest

from lab.images import busybox_image, nginx
from lab.places import needs, running
from registry_daemon import RegistryDaemon


@pytest.fixture(scope="session")
def mirror(lab_folder):
    """The mirror's `host`; on it library/nginx and library/busybox, both :latest."""
    needs("docker-registry", root=False)
    web, small = nginx("mirror"), busybox_image("mirror")
    with running(RegistryDaemon(lab_folder / "mirror")) as registry:
        web.upload(registry.host, "library/nginx")
        small.upload(registry.host, "library/busybox")
        yield registry
