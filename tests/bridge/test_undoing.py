import pytest

from desktop.bridge.undoing import undoing
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import ContainerGone, ImageInUse, ImageNotHere
from desktop.core.onboarding import Undo

UNDO = Undo(("contoso.azurecr.io/samples/nginx:v1", "nginx:latest"), (("c1", "web"), ("c2", "old")))


class Engine:
    """Notes what it is told; *gone* containers and names raise as a real one does."""

    def __init__(self, gone=(), used=()):
        self.told, self.gone, self.used = [], gone, used

    def stop(self, container_id):
        self.told.append(("stop", container_id))
        if container_id in self.gone:
            raise ContainerGone(name=container_id)

    def remove_container(self, container_id):
        self.told.append(("remove", container_id))
        raise ContainerGone(name=container_id)  # it removed itself when it was stopped

    def remove_name(self, name):
        self.told.append(("name", name))
        if name in self.gone:
            raise ImageNotHere(name=name)
        if name in self.used:
            raise ImageInUse(name=name, container="other")


def run(engine):
    return undoing(UNDO)(engine, CancelToken(), lambda value: None)


def test_containers_go_before_the_names_they_hold():
    engine = Engine()
    assert run(engine) == UNDO
    assert engine.told == [
        ("stop", "c1"),
        ("remove", "c1"),
        ("stop", "c2"),
        ("remove", "c2"),
        ("name", "contoso.azurecr.io/samples/nginx:v1"),
        ("name", "nginx:latest"),
    ]


def test_what_is_gone_already_is_no_failure():
    engine = Engine(gone=("c1", "nginx:latest", "contoso.azurecr.io/samples/nginx:v1"))
    assert run(engine) == UNDO
    assert ("remove", "c1") not in engine.told


def test_what_somebody_else_uses_stays_and_says_so():
    with pytest.raises(ImageInUse):
        run(Engine(used=("nginx:latest",)))
