import pytest

from desktop.adapters import docker_values as values
from desktop.core.inventory import ContainerState, EngineEvent, EngineFacts, Image, PublishedPort, Subject

ODD = [None, [], "text", 7, {}, {"Id": 5, "RepoTags": "x", "Names": None, "Ports": [None], "Config": [], "State": 1}]


@pytest.mark.parametrize("row", ODD, ids=repr)
@pytest.mark.parametrize(
    "read", [values.image, values.container, values.details, values.event, values.facts, values.exit_code, values.lives]
)
def test_an_odd_row_is_never_an_accident(read, row):
    read(row)


def test_an_image_without_a_name_has_none_whatever_the_engine_writes():
    assert values.image({"Id": "sha256:1", "RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"]}) == Image(
        "sha256:1"
    )


def test_sizes_beyond_two_gigabytes_stay_what_they_are():
    assert values.image({"Id": "1", "Size": 5_000_000_000, "Created": 7}) == Image("1", (), (), 5_000_000_000, 7)


@pytest.mark.parametrize(
    ("names", "own"), [(["/web"], "web"), (["/other/link", "/web"], "web"), (["/a/b"], "a/b"), (None, "")]
)
def test_a_container_goes_by_its_own_name(names, own):
    assert values.container({"Names": names}).name == own


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("running", ContainerState.RUNNING),
        ("Exited", ContainerState.EXITED),
        ("configured", ContainerState.CREATED),
        ("stopping", ContainerState.RUNNING),
        ("unheard of", ContainerState.EXITED),
    ],
)
def test_every_word_for_a_state_means_one(word, state):
    assert values.state(word) is state


def test_a_port_that_is_not_published_is_nowhere():
    row = {
        "Ports": [{"PrivatePort": 80, "Type": "tcp"}, {"IP": "::", "PrivatePort": 53, "PublicPort": 5, "Type": "udp"}]
    }
    assert values.container(row).ports == (PublishedPort(80), PublishedPort(53, "udp", "::", 5))


def test_exposed_ports_come_in_their_numbers_order():
    row = {"Config": {"ExposedPorts": {"443/tcp": {}, "80/tcp": {}, "8080/tcp": {}}}}
    assert values.details(row).ports == ("80/tcp", "443/tcp", "8080/tcp")


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"Status": "exited", "ExitCode": 3}, 3),
        ({"Status": "dead", "ExitCode": 0}, 0),
        ({"Status": "running", "ExitCode": 0}, None),
        ({"Status": "created", "ExitCode": 0}, None),
    ],
)
def test_only_what_has_ended_has_an_exit_code(state, code):
    assert values.exit_code({"State": state}) == code


@pytest.mark.parametrize(
    ("version", "facts"),
    [
        (
            {
                "Platform": {"Name": "linux/amd64/debian-12"},
                "Components": [{"Name": "Podman Engine"}],
                "Version": "4.3.1",
            },
            EngineFacts("Podman", "4.3.1"),
        ),
        (
            {"Platform": {"Name": "Docker Desktop 4.37.0"}, "Version": "27.4.0", "Os": "linux", "Arch": "arm64"},
            EngineFacts("Docker Desktop", "27.4.0", "linux/arm64"),
        ),
        ({"Platform": {"Name": ""}, "Version": "20.10.24+dfsg1"}, EngineFacts("Docker", "20.10.24+dfsg1")),
    ],
)
def test_an_engine_is_called_what_people_call_it(version, facts):
    assert values.facts(version) == facts


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            {"Type": "image", "Action": "tag", "Actor": {"ID": "a" * 64, "Attributes": {"name": "box:2"}}},
            EngineEvent(Subject.IMAGE, "tag", "sha256:" + "a" * 64, "box:2"),
        ),
        (
            {
                "Type": "container",
                "Action": "die",
                "Actor": {"ID": "c1", "Attributes": {"exitCode": "3", "name": "web"}},
            },
            EngineEvent(Subject.CONTAINER, "die", "c1", "web", 3),
        ),
        (
            {"Type": "container", "Action": "die", "Actor": {"ID": "c1", "Attributes": {"containerExitCode": "0"}}},
            EngineEvent(Subject.CONTAINER, "die", "c1", "", 0),
        ),
        (
            {"Type": "container", "Action": "start", "id": "c1", "Actor": {"Attributes": {"exitCode": "0"}}},
            EngineEvent(Subject.CONTAINER, "start", "c1"),
        ),
        ({"Type": "network", "Action": "connect"}, EngineEvent(Subject.OTHER, "connect")),
    ],
)
def test_an_event_says_what_happened_to_whom(line, event):
    assert values.event(line) == event
