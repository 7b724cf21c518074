import pytest

from desktop.bridge.free_ports import FreePorts
from desktop.bridge.worker import Roster
from desktop.core.inventory import ImageDetails, PortMapping
from desktop.core.run_options import PortAnswer


class Ports:
    """A computer on which these ports are taken."""

    def __init__(self, *taken):
        self.taken = taken

    def port_is_free(self, port, protocol="tcp"):
        return port not in self.taken

    def close(self):
        pass


@pytest.fixture
def ports(qapp):
    roster = Roster()
    yield FreePorts(roster, lambda: Ports(8080, 8081))
    assert roster.close() == []


def image(*exposed):
    return ImageDetails("sha256:1", ("web",), (), 1, "", "", exposed, (), (), (), ())


def test_what_is_proposed_is_free_here_and_not_held_by_a_container(qtbot, ports):
    with qtbot.waitSignal(ports.proposed) as told:
        ports.propose(image("80/tcp"), {(8082, "tcp"): "web"})
    assert told.args == [(PortMapping(8083, 80),)]


def test_a_new_question_replaces_the_one_before(qtbot, ports):
    told = []
    ports.proposed.connect(told.append)
    ports.propose(image("80/tcp"), {})
    ports.propose(image("443/tcp"), {})
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(PortMapping(8443, 443),)]


@pytest.mark.parametrize(
    ("port", "answer"),
    [
        (9000, PortAnswer(9000, "tcp", True)),
        (8080, PortAnswer(8080, "tcp", False, "", 8083)),
        (8082, PortAnswer(8082, "tcp", False, "web", 8083)),
    ],
)
def test_a_taken_port_is_told_with_its_holder_and_a_way_out(qtbot, ports, port, answer):
    with qtbot.waitSignal(ports.checked) as told:
        ports.check(port, "tcp", {(8082, "tcp"): "web"})
    assert told.args == [answer]
