import base64
import json
import threading
import time

import pytest

from adapters.engine_stand_in import StandIn, Stream
from desktop.adapters.docker_engine import DockerEngine
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import ImageNotHere
from desktop.core.errors import Cancelled
from desktop.core.ports import Credential
from desktop.core.progress import LayerProgress, Phase
from desktop.core.reference import Reference
from desktop.core.registry_errors import (
    ImageNotFound,
    RegistryRateLimited,
    RegistryUnreachable,
    SignInNeeded,
    WrongCredentials,
)
from desktop.core.secret import Secret
from desktop.core.transfer_errors import TransferFailed, TransferInterrupted
from lab.images import busybox_image, load

ALPINE = Reference.parse("127.0.0.1:5000/alpine:3")
ME = Credential("me", Secret("top secret"))
DIGEST = "sha256:" + "7d" * 32
PULL, PUSH = "/images/create", "/images/127.0.0.1:5000/alpine/push"
CLOSING = {"status": "Status: Downloaded newer image for alpine:3"}
PUSHED = {"status": f"3: digest: {DIGEST} size: 528"}


def line(status, layer="0123456789ab", **detail):
    return {"id": layer, "status": status, "progressDetail": detail}


@pytest.fixture
def stand_in():
    stand_in = StandIn()
    yield stand_in
    stand_in.end()


@pytest.fixture
def engine(stand_in):
    engine = DockerEngine(stand_in.url, "1.41")
    yield engine
    engine.close()


def pull(engine, reference=ALPINE, credential=None, token=None):
    return list(engine.pull(reference, credential, token or CancelToken()))


def push(engine, reference=ALPINE, credential=None, token=None):
    return list(engine.push(reference, credential, token or CancelToken()))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (line("Pulling fs layer"), LayerProgress("0123456789ab", Phase.WAITING)),
        (line("Waiting"), LayerProgress("0123456789ab", Phase.WAITING)),
        (line("Downloading", current=7, total=9), LayerProgress("0123456789ab", Phase.MOVING, 7, 9)),
        (line("Downloading", current=7), LayerProgress("0123456789ab", Phase.MOVING, 7, 0)),
        (line("Pushing", current=10, total=9), LayerProgress("0123456789ab", Phase.MOVING, 9, 9)),
        (line("Pushing", current=-1, total="9"), LayerProgress("0123456789ab", Phase.MOVING, 0, 0)),
        (line("Verifying Checksum"), LayerProgress("0123456789ab", Phase.CHECKING)),
        (line("Download complete"), LayerProgress("0123456789ab", Phase.MOVED)),
        (line("Extracting", current=3, units="s"), LayerProgress("0123456789ab", Phase.EXTRACTING)),
        (line("Pull complete"), LayerProgress("0123456789ab", Phase.DONE)),
        (line("Already exists"), LayerProgress("0123456789ab", Phase.EXISTS)),
        (line("Preparing"), LayerProgress("0123456789ab", Phase.WAITING)),
        (line("Pushed"), LayerProgress("0123456789ab", Phase.DONE)),
        (line("Layer already exists"), LayerProgress("0123456789ab", Phase.EXISTS)),
        (line("Mounted from samples/x"), LayerProgress("0123456789ab", Phase.MOUNTED)),
        (line("Retrying in 5 seconds"), LayerProgress("0123456789ab", Phase.RETRYING, retry_s=5)),
        (line("Retrying in 1 second"), LayerProgress("0123456789ab", Phase.RETRYING, retry_s=1)),
        (line("Pulling from alpine", layer="3"), None),
        (line("The schema is old", layer="WARNING"), None),
        (line("Words nobody knows"), None),
        ({"status": f"Digest: {DIGEST}"}, LayerProgress("", Phase.DONE, digest=DIGEST)),
    ],
    ids=lambda value: str(value.get("status")) if isinstance(value, dict) else "",
)
def test_every_line_of_an_engine_means_one_thing(stand_in, engine, said, meant):
    stand_in.answers[PULL] = Stream(said, CLOSING)
    assert pull(engine) == ([meant] if meant else [])


def test_a_push_ends_with_the_digest_the_engine_reported(stand_in, engine):
    stand_in.answers[PUSH] = Stream(line("Pushed"), PUSHED, {"aux": {"Tag": "3", "Digest": DIGEST, "Size": 528}})
    assert push(engine)[-1] == LayerProgress("", Phase.DONE, digest=DIGEST)


def test_a_push_names_one_tag_and_a_pull_the_digest_where_there_is_one(stand_in, engine):
    stand_in.answers |= {PUSH: Stream(PUSHED), PULL: Stream(CLOSING)}
    push(engine)
    pull(engine)
    pull(engine, Reference.parse(f"127.0.0.1:5000/alpine@{DIGEST}"))
    assert [query for _, _, query, _ in stand_in.asked] == [
        {"tag": "3"},
        {"fromImage": "127.0.0.1:5000/alpine", "tag": "3"},
        {"fromImage": "127.0.0.1:5000/alpine", "tag": DIGEST},
    ]


@pytest.mark.parametrize(
    ("reference", "credential", "told"),
    [
        (ALPINE, None, {}),
        (ALPINE, ME, {"username": "me", "password": "top secret", "serveraddress": "127.0.0.1:5000"}),
        (
            Reference.parse("nginx"),
            ME,
            {"username": "me", "password": "top secret", "serveraddress": "https://index.docker.io/v1/"},
        ),
    ],
)
def test_a_sign_in_is_always_sent_and_anonymous_is_one(stand_in, engine, reference, credential, told):
    stand_in.answers[PULL] = Stream(CLOSING)
    pull(engine, reference, credential)
    headers = stand_in.asked[-1][3]
    assert json.loads(base64.urlsafe_b64decode(headers["X-Registry-Auth"])) == told


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("toomanyrequests: slow down", RegistryRateLimited),
        ("manifest unknown", ImageNotFound),
        ("nobody ever said this", TransferFailed),
    ],
)
@pytest.mark.parametrize("form", [lambda m: {"errorDetail": {"message": m}, "error": "old"}, lambda m: {"error": m}])
def test_an_error_in_the_stream_fails_it_even_before_a_closing_line(stand_in, engine, message, error, form):
    stand_in.answers |= {
        PULL: Stream(line("Downloading"), form(message), CLOSING),
        PUSH: Stream(line("Pushing"), form(message), PUSHED),
    }
    for move in (pull, push):
        with pytest.raises(error) as caught:
            move(engine)
        assert caught.value.raw == message


def test_a_refusal_before_the_stream_is_worded_too(stand_in, engine):
    stand_in.answers[PULL] = 500, {"message": "Get https://127.0.0.1:5000/v2/: toomanyrequests"}
    with pytest.raises(RegistryRateLimited):
        pull(engine)


@pytest.mark.parametrize("lines", [[line("Downloading")], [line("Pull complete"), CLOSING], [line("Pushed"), PUSHED]])
def test_a_cut_connection_is_never_done(stand_in, engine, lines):
    stand_in.answers |= {PULL: Stream(*lines, cut=True), PUSH: Stream(*lines, cut=True)}
    for move in (pull, push):
        with pytest.raises(TransferInterrupted):
            move(engine)


def test_a_pull_without_a_closing_line_is_done_only_if_the_name_is_there(stand_in, engine):
    stand_in.answers[PULL] = Stream(line("Download complete"))
    stand_in.answers[f"/images/{ALPINE}/json"] = 404, {"message": f"No such image: {ALPINE}"}
    with pytest.raises(ImageNotHere):
        pull(engine)
    stand_in.answers[f"/images/{ALPINE}/json"] = 200, {"Id": "sha256:1"}
    assert len(pull(engine)) == 1


def test_a_push_without_a_digest_is_never_done(stand_in, engine):
    stand_in.answers[PUSH] = Stream(line("Pushed"))
    with pytest.raises(TransferInterrupted):
        push(engine)


@pytest.mark.parametrize("silent", ["before", "after"])
def test_cancel_frees_a_silent_transfer_at_once(stand_in, engine, silent):
    stand_in.answers[PULL] = Stream(line("Downloading"), silent=silent)
    token = CancelToken()
    timer = threading.Thread(target=lambda: stand_in.reached.wait(5) and token.cancel())
    timer.start()
    with pytest.raises(Cancelled):
        pull(engine, token=token)
    timer.join()


@pytest.fixture(scope="module", params=["dockerd", "podman"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def real(place):
    engine = DockerEngine(place.url, "1.41")
    yield engine
    engine.close()


@pytest.fixture
def image(place, lab_folder, registry):
    name = load(place, busybox_image("transfer", 300_000), f"{registry.host}/moved/box:1", lab_folder)
    yield Reference.parse(name)
    if name in place.cli("images", "--format", "{{.Repository}}:{{.Tag}}").split():
        place.cli("rmi", name)


@pytest.mark.lab
def test_an_image_goes_to_a_real_registry_and_comes_back(place, real, registry, image):
    me = Credential(registry.user, Secret(registry.password))
    sent = push(real, image, me)
    assert sent[-1].digest == registry.holds("moved/box", "1")
    place.cli("rmi", str(image))
    came = pull(real, image, me)
    assert real.image_details(str(image)).names == (str(image),)
    assert any(step.phase.over for step in came)


@pytest.mark.lab
def test_a_wrong_password_is_told_as_one(real, registry, image):
    with pytest.raises(WrongCredentials):
        push(real, image, Credential(registry.user, Secret("wrong")))


@pytest.mark.lab
def test_a_push_without_a_sign_in_is_told_as_one(real, image):
    with pytest.raises((SignInNeeded, WrongCredentials)):
        push(real, image)


@pytest.mark.lab
def test_what_is_not_there_is_told_as_one(real, registry, open_registry):
    me = Credential(registry.user, Secret(registry.password))
    with pytest.raises(ImageNotFound):
        pull(real, Reference.of(registry.host, "never/pushed"), me)
    with pytest.raises(ImageNotHere):
        push(real, Reference.of(open_registry.host, "never/tagged"), None)


@pytest.mark.lab
def test_a_registry_that_is_not_there_is_told_as_one(real):
    with pytest.raises(RegistryUnreachable):
        pull(real, Reference.parse("127.0.0.1:9/nobody/home:1"))


@pytest.mark.lab
def test_a_name_without_a_registry_comes_from_docker_hub(real):
    pull(real, Reference.parse("nginx"))
    names = [
        name for image in real.images() for name in image.names if Reference.parse(name) == Reference.parse("nginx")
    ]
    assert len(names) == 1
    real.remove_name(names[0])


@pytest.mark.lab
def test_an_engine_killed_midway_interrupts_the_push(own_dockerd, fault_proxy, lab_folder):
    name = Reference.of(fault_proxy.host, "killed/box", "1")
    load(own_dockerd, busybox_image("killed", 300_000), str(name), lab_folder)
    fault_proxy.silence("/blobs/uploads")
    engine = DockerEngine(own_dockerd.url, "1.41")
    moving = engine.push(name, Credential(fault_proxy.user, Secret(fault_proxy.password)), CancelToken())
    next(moving)
    own_dockerd.kill()
    with pytest.raises(TransferInterrupted):
        list(moving)
    engine.close()


@pytest.mark.lab
def test_a_cancelled_push_frees_its_thread_at_once_though_the_registry_is_silent(dockerd, fault_proxy, lab_folder):
    name = Reference.of(fault_proxy.host, "silent/box", "1")
    load(dockerd, busybox_image("silent", 300_000), str(name), lab_folder)
    engine = DockerEngine(dockerd.url, "1.41")
    fault_proxy.silence("/blobs/")
    token, begin = CancelToken(), []
    timer = threading.Timer(0.5, lambda: begin.append(time.monotonic()) or token.cancel())
    timer.start()
    with pytest.raises(Cancelled):
        push(engine, name, Credential(fault_proxy.user, Secret(fault_proxy.password)), token)
    assert time.monotonic() - begin[0] < 0.5
    engine.remove_name(str(name))
    engine.close()
