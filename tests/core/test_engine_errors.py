import pytest

from desktop.core.engine_errors import (
    REFUSALS,
    CommandNotFound,
    ContainerGone,
    ContainerNameInvalid,
    ContainerNameTaken,
    ContainerRuns,
    DiskFull,
    EngineRefused,
    ImageInUse,
    ImageNotHere,
    PortTaken,
    refusal,
)

ID = "34edda9e4fb857bdec3a7977c61d11b75da0a00fc1ec1af7cf26d0ceb9c97566"
RUNC = "runc create failed: unable to start container process"
SHIM = f"failed to create shim task: OCI runtime create failed: {RUNC}"
BIND = "driver failed programming external connectivity on endpoint laughing_easley (de65)"
#: what engines really said: Docker 20.10 and Podman 4.3 recorded here, the rest from their sources and issue trackers
SAID = [
    ("Docker 20", "No such image: nosuch:1", ImageNotHere, {}),
    ("Docker 20", "no such image: sha256:00: No such image: sha256:00", ImageNotHere, {}),
    ("Podman 4", "failed to find image nosuch:1: docker.io/library/nosuch:1: No such image", ImageNotHere, {}),
    ("Podman 4", "no such image: docker.io/library/nosuch:1: image not known", ImageNotHere, {}),
    ("Docker 20", f"No such container: {ID}", ContainerGone, {}),
    ("Podman 4", f'no container with name or ID "{ID}" found: no such container', ContainerGone, {}),
    ("Docker 20", f"removal of container {ID} is already in progress", ContainerGone, {}),
    ("Docker 20", "container is marked for removal and cannot be started", ContainerGone, {}),
    (
        "Docker 20",
        "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        ContainerNameInvalid,
        {},
    ),
    (
        "Podman 4",
        "container create: running container create option: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: "
        "invalid argument",
        ContainerNameInvalid,
        {},
    ),
    (
        "Docker 20",
        f'Conflict. The container name "/holder" is already in use by container "{ID}". You have to remove (or rename) '
        "that container to be able to reuse that name.",
        ContainerNameTaken,
        {"name": "holder"},
    ),
    (
        "Podman 4",
        f'container create: creating container storage: the container name "holder" is already in use by {ID}. You '
        "have to remove that container to be able to reuse that name: that name is already in use",
        ContainerNameTaken,
        {"name": "holder"},
    ),
    (
        "Docker 20",
        f'conflict: unable to remove repository reference "box:1" (must force) - container {ID[:12]} is using its '
        "referenced image 9a2a2bb95a9d",
        ImageInUse,
        {"container": ID[:12]},
    ),
    (
        "Docker 20",
        "conflict: unable to delete 9a2a2bb95a9d (cannot be forced) - image is being used by running container "
        f"{ID[:12]}",
        ImageInUse,
        {"container": ID[:12]},
    ),
    (
        "Docker 20",
        "conflict: unable to delete 9a2a2bb95a9d (must be forced) - image is being used by stopped container "
        f"{ID[:12]}",
        ImageInUse,
        {"container": ID[:12]},
    ),
    (
        "Podman 4",
        f"image localhost/box:1 is in use: image used by {ID}: image is in use by a container: consider listing "
        "external containers and force-removing image",
        ImageInUse,
        {"container": ID},
    ),
    (
        "Docker 20",
        f"You cannot remove a running container {ID}. Stop the container before attempting removal or force remove",
        ContainerRuns,
        {},
    ),
    (
        "Docker 25",
        'cannot remove container "/web": container is running: stop the container before removing or force remove',
        ContainerRuns,
        {},
    ),
    (
        "Podman 5",
        f"cannot remove container {ID} as it is running - running or paused containers cannot be removed without "
        "force: container state improper",
        ContainerRuns,
        {},
    ),
    (
        "Docker 20",
        f"{BIND}: Bind for 127.0.0.1:18080 failed: port is already allocated",
        PortTaken,
        {"port": "18080"},
    ),
    (
        "Docker 20",
        f"{BIND}: Error starting userland proxy: listen tcp4 0.0.0.0:18080: bind: address already in use",
        PortTaken,
        {"port": "18080"},
    ),
    (
        "Podman 4",
        "cannot listen on the TCP port: listen tcp4 127.0.0.1:39457: bind: address already in use",
        PortTaken,
        {"port": "39457"},
    ),
    (
        "Docker Desktop",
        "Ports are not available: exposing port TCP 127.0.0.1:80 -> 0.0.0.0:0: listen tcp 127.0.0.1:80: bind: Only one "
        "usage of each socket address (protocol/network address/port) is normally permitted.",
        PortTaken,
        {"port": "80"},
    ),
    ("Docker 20", f'{SHIM}: exec: "nosuch": executable file not found in $PATH: unknown', CommandNotFound, {}),
    ("Docker 20", f'{SHIM}: exec: "/nosuch": stat /nosuch: no such file or directory: unknown', CommandNotFound, {}),
    ("Docker 20", f'{SHIM}: exec: "/bin": permission denied: unknown', CommandNotFound, {}),
    (
        "Podman 4",
        f'runc: {RUNC}: exec: "nosuch": executable file not found in $PATH: OCI runtime attempted to invoke a command '
        "that was not found",
        CommandNotFound,
        {},
    ),
    ("Podman 4", f'runc: {RUNC}: exec: "/bin": permission denied: OCI permission denied', CommandNotFound, {}),
    ("Podman 4", "crun: open executable: Permission denied: OCI permission denied", CommandNotFound, {}),
    ("Docker 20", "standard_init_linux.go:228: exec user process caused: exec format error", CommandNotFound, {}),
    (
        "Docker 20",
        "Error processing tar file(exit status 1): write /big: no space left on device",
        DiskFull,
        {},
    ),
    ("Docker 20", "invalid environment variable: =x", EngineRefused, {}),
    (
        "Docker 20",
        f"{BIND}: Error starting userland proxy: listen tcp4 10.9.9.9:80: bind: cannot assign requested address",
        EngineRefused,
        {},
    ),
]
WORDS = [f"{engine}: {message[:60]}" for engine, message, _, _ in SAID]


@pytest.mark.parametrize(("engine", "message", "error", "facts"), SAID, ids=WORDS)
def test_what_an_engine_says_means_one_thing(engine, message, error, facts):
    meant = refusal(message, name="box:1")
    assert type(meant) is error
    assert meant.raw == message
    assert meant.facts == {"name": "box:1", **facts}
    for text in (meant.title, meant.reason, meant.hint):
        text.format_map(meant.facts | {"container": "web"})  # every fact its sentences speak of is there


def test_every_row_of_the_table_is_somebodys_words():
    met = {type(refusal(message)) for _, message, _, _ in SAID}
    assert {row.error for row in REFUSALS} <= met


@pytest.mark.parametrize("row", range(len(REFUSALS)))
def test_no_row_is_there_in_vain(row, monkeypatch):
    """Without it one of the recorded messages would mean something else."""
    rest = REFUSALS[:row] + REFUSALS[row + 1 :]
    monkeypatch.setattr("desktop.core.engine_errors.REFUSALS", rest)
    assert any(type(refusal(message)) is not error for _, message, error, _ in SAID)
