import gc
import json
import re
import socket
import threading
import time
import warnings
from contextlib import closing

import pytest
import requests

from adapters.engine_stand_in import StandIn
from desktop.adapters.docker_engine import DockerEngine
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import (
    CommandNotFound,
    ContainerGone,
    ContainerNameInvalid,
    ContainerNameTaken,
    ContainerRuns,
    EngineAnswerUnreadable,
    EngineRefused,
    EngineUnreachable,
    ImageInUse,
    ImageNotHere,
    PortTaken,
)
from desktop.core.errors import Cancelled
from desktop.core.inventory import ContainerState, EngineEvent, PortMapping, PublishedPort, RunOptions, Subject
from desktop.core.reference import Reference
from desktop.core.secret import Secret
from lab.images import busybox_image, load

GONE = "0" * 64


@pytest.fixture
def stand_in():
    stand_in = StandIn()
    yield stand_in
    stand_in.end()


@pytest.fixture
def scripted(stand_in):
    engine = DockerEngine(stand_in.url, "1.41")
    yield engine
    engine.close()


def test_making_one_asks_the_engine_nothing(stand_in, scripted):
    assert stand_in.asked == []


@pytest.mark.parametrize("url", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:9"])
def test_an_absent_engine_is_unreachable(url):
    engine = DockerEngine(url, "1.41")
    for ask in (engine.images, engine.facts, lambda: next(engine.watch(CancelToken()))):
        with pytest.raises(EngineUnreachable):
            ask()
    engine.close()


def test_nobody_there_leaves_no_socket_behind(tmp_path):
    engine = DockerEngine(f"unix://{tmp_path}/none.sock", "1.41")
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(EngineUnreachable):
            engine.images()
        with pytest.raises(EngineUnreachable):
            next(engine.watch(CancelToken()))
        gc.collect()
    assert left == []
    engine.close()


@pytest.mark.parametrize("url", ["ssh://me@there", "npipe:////./pipe/docker_engine", "nonsense://"])
def test_an_address_that_can_not_be_reached_from_here_is_unreachable(url):
    with pytest.raises(EngineUnreachable):
        DockerEngine(url, "1.41")


@pytest.mark.parametrize(("ask", "path"), [("images", "/images/json"), ("containers", "/containers/json")])
def test_a_list_is_one_request_however_long_and_never_asks_for_sizes(stand_in, scripted, ask, path):
    stand_in.answers[path] = 200, [{"Id": f"sha256:{n}"} for n in range(3000)]
    assert len(getattr(scripted, ask)()) == 3000
    assert [(method, asked, "size" in query) for method, asked, query, _ in stand_in.asked] == [("GET", path, False)]


@pytest.mark.parametrize(("body", "error"), [(b"<html>", EngineAnswerUnreadable), (b"[{", EngineAnswerUnreadable)])
def test_a_list_that_is_none_is_unreadable(stand_in, scripted, body, error):
    stand_in.answers["/images/json"] = 200, body
    with pytest.raises(error):
        scripted.images()


def test_an_empty_list_may_be_null(stand_in, scripted):
    stand_in.answers["/images/json"] = 200, b"null"
    assert scripted.images() == []


def test_a_refused_list_keeps_the_engines_words(stand_in, scripted):
    stand_in.answers["/images/json"] = 500, {"message": "the store is locked"}
    with pytest.raises(EngineRefused) as caught:
        scripted.images()
    assert caught.value.raw == "the store is locked"


def test_the_persons_own_passwords_and_proxies_are_not_used(stand_in, scripted, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password leak\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    stand_in.answers["/images/json"] = 200, []
    scripted.images()
    assert "Authorization" not in stand_in.asked[-1][3]


def test_removing_never_forces(stand_in, scripted):
    stand_in.answers |= {"/images/box:1": (200, []), "/containers/c1": (204, b"")}
    stand_in.answers["/containers/c1/json"] = 200, {"State": {"Running": False}}
    scripted.remove_name("box:1")
    scripted.remove_container("c1")
    deleted = [query for method, _, query, _ in stand_in.asked if method == "DELETE"]
    assert [query.get("force", "False") for query in deleted] == ["False", "False"]


def test_a_container_that_removes_itself_is_waited_for(stand_in, scripted):
    stand_in.answers["/containers/c1/json"] = 200, {"State": {"Running": False}}
    stand_in.answers["/containers/c1"] = 409, {"message": "removal of container c1 is already in progress"}
    stand_in.answers["/containers/c1/wait"] = 200, {"StatusCode": 0}
    scripted.remove_container("c1")
    assert [(path, query) for _, path, query, _ in stand_in.asked[-1:]] == [
        ("/containers/c1/wait", {"condition": "removed"})
    ]


# The rest is asked of real engines.


@pytest.fixture(scope="module", params=["dockerd", "podman"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def box(place, lab_folder):
    return load(place, busybox_image("engine"), "localhost/engine-test:1", lab_folder)


@pytest.fixture
def engine(place, box):
    engine = DockerEngine(place.url, "1.41")
    before = {container.id for container in engine.containers()}
    yield engine
    for container in engine.containers():
        if container.id not in before:
            place.cli("rm", "-f", container.id)
    engine.close()


def run(engine, box, *command, **options):
    options.setdefault("remove_when_stopped", False)
    return engine.run(RunOptions(box, command=tuple(command), **options))


def found(engine, container_id):
    return next((container for container in engine.containers() if container.id == container_id), None)


def ended(engine, container_id):
    """Its exit code, waited for, and all that it wrote to standard output."""
    for _ in range(200):
        if engine.exit_code(container_id) is not None:
            break
        threading.Event().wait(0.05)
    texts = list(engine.output(container_id, CancelToken()))
    return engine.exit_code(container_id), "".join(piece.text for piece in texts if not piece.error)


@pytest.fixture
def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        return held.getsockname()[1]


@pytest.fixture
def busy_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        yield held.getsockname()[1]


@pytest.mark.lab
def test_says_who_it_is(place, engine):
    facts = engine.facts()
    assert facts.name == ("Podman" if "podman" in place.url else "Docker")
    assert re.match(r"\d+\.\d+", facts.version)
    assert facts.platform.startswith("linux/")


@pytest.mark.lab
def test_lists_images_with_what_the_command_says_of_them(place, engine, box):
    image = next(image for image in engine.images() if box in image.names)
    told = place.cli("images", "--no-trunc", "--quiet", box).strip()
    assert image.id == told
    assert image.size > 1_000_000
    assert abs(image.created) < time.time() + 60


@pytest.mark.lab
def test_tells_what_an_image_says_of_itself(engine, box):
    details = engine.image_details(box)
    assert details.names == (box,)
    assert details.command[:2] == ("/bin/sh", "-c")
    assert details.environment == ("PATH=/bin",)
    assert len(details.layers) == 1
    assert engine.image_details(details.id) == details


@pytest.mark.lab
def test_a_new_name_leaves_the_old_and_goes_alone(engine, box):
    image_id = engine.image_details(box).id
    second = Reference.parse("127.0.0.1:5000/samples/second:2")
    engine.add_name(image_id, second)
    assert set(engine.image_details(box).names) == {box, str(second)}
    engine.remove_name(str(second))
    assert engine.image_details(box).names == (box,)


@pytest.mark.lab
def test_what_is_not_there_is_told_by_its_name(engine):
    asks = [
        lambda: engine.image_details("nosuch:1"),
        lambda: engine.remove_name("nosuch:1"),
        lambda: engine.run(RunOptions("nosuch:1")),
    ]
    for ask in asks:
        with pytest.raises(ImageNotHere) as caught:
            ask()
        assert caught.value.facts["name"] == "nosuch:1"
    with pytest.raises(ImageNotHere):
        engine.add_name(f"sha256:{GONE}", Reference.parse("a/b"))


@pytest.mark.lab
def test_a_container_that_is_gone_is_told_so(engine):
    for ask in (engine.start, engine.stop, engine.restart, engine.remove_container, engine.exit_code):
        with pytest.raises(ContainerGone):
            ask(GONE)
    with pytest.raises(ContainerGone):
        list(engine.output(GONE, CancelToken()))


@pytest.mark.lab
def test_a_used_image_is_not_removed_and_its_user_named(engine, box):
    run(engine, box, name="holder")
    with pytest.raises(ImageInUse) as caught:
        engine.remove_name(box)
    assert caught.value.facts == {"name": box, "container": "holder"}
    assert engine.image_details(box).names == (box,)


@pytest.mark.lab
def test_a_port_is_published_on_this_computer_only_unless_for_everyone(engine, box, free_port):
    run(engine, box, name="private", ports=(PortMapping(free_port, 80),))
    private = next(container for container in engine.containers() if container.name == "private")
    assert private.ports == (PublishedPort(80, "tcp", "127.0.0.1", free_port),)
    assert private.addresses == (f"localhost:{free_port}",)
    engine.stop(private.id, grace_s=1)
    engine.remove_container(private.id)
    run(engine, box, name="public", ports=(PortMapping(free_port, 80, everyone=True),))
    public = next(container for container in engine.containers() if container.name == "public")
    assert public.ports
    assert "127.0.0.1" not in {port.host_ip for port in public.ports}


@pytest.mark.lab
@pytest.mark.parametrize("leaves", [True, False], ids=["removed when it stops", "kept"])
def test_a_start_that_fails_leaves_nothing_behind(engine, box, busy_port, leaves):
    before = engine.containers()
    with pytest.raises(PortTaken) as caught:
        run(engine, box, ports=(PortMapping(busy_port, 80),), remove_when_stopped=leaves)
    assert caught.value.facts["port"] == str(busy_port)
    for command in (["nosuch"], ["/nosuch"], ["/bin"]):
        with pytest.raises(CommandNotFound) as missing:
            run(engine, box, *command, remove_when_stopped=leaves)
        assert missing.value.facts["name"] == box
    assert engine.containers() == before


@pytest.mark.lab
def test_a_run_cancelled_before_it_starts_leaves_nothing_behind(engine, box):
    before, token = engine.containers(), CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        engine.run_and_listen(RunOptions(box), token)
    assert engine.containers() == before


@pytest.mark.lab
def test_a_name_that_is_taken_or_none_is_refused(engine, box):
    run(engine, box, name="taken")
    with pytest.raises(ContainerNameTaken) as taken:
        run(engine, box, name="taken")
    assert taken.value.facts["name"] == "taken"
    with pytest.raises(ContainerNameInvalid) as invalid:
        run(engine, box, name="a b")
    assert invalid.value.facts["name"] == "a b"


@pytest.mark.lab
def test_the_form_s_environment_and_command_reach_the_program(engine, box):
    secret = Secret("it's 100% $HOME = ü")
    made = run(engine, box, "sh", "-c", 'echo "$TOKEN|$1"', "sh", "two words", environment=(("TOKEN", secret),))
    assert ended(engine, made) == (0, f"{secret.reveal()}|two words\n")


@pytest.mark.lab
def test_a_container_lives_and_ends_as_it_is_told(engine, box):
    made = run(engine, box, name="life")
    assert found(engine, made).state is ContainerState.RUNNING
    assert engine.exit_code(made) is None
    engine.stop(made, grace_s=5)
    assert (found(engine, made).state, engine.exit_code(made)) == (ContainerState.EXITED, 0)
    engine.start(made)
    assert found(engine, made).state is ContainerState.RUNNING
    engine.restart(made, grace_s=1)
    with pytest.raises(ContainerRuns) as caught:
        engine.remove_container(made)
    assert caught.value.facts["name"] == "life"
    engine.stop(made, grace_s=1)
    engine.remove_container(made)
    assert found(engine, made) is None


@pytest.mark.lab
def test_a_container_to_be_removed_when_it_stops_is_gone_then(engine, box):
    made = run(engine, box, remove_when_stopped=True)
    engine.stop(made, grace_s=1)
    token, thread = CancelToken(), threading.Event()
    for _ in range(100):
        if found(engine, made) is None or thread.wait(0.05) or token.cancelled:
            break
    assert found(engine, made) is None


@pytest.mark.lab
def test_output_is_told_apart_live_and_ends_with_the_program(engine, box):
    made = run(engine, box, "sh", "-c", "echo out; echo err >&2; sleep 1; echo ü; exit 3")
    begin, seen = time.monotonic(), []
    for piece in engine.output(made, CancelToken()):
        seen.append((time.monotonic() - begin, piece))
    out = "".join(piece.text for _, piece in seen if not piece.error)
    assert out == "out\nü\n"
    assert "".join(piece.text for _, piece in seen if piece.error) == "err\n"
    assert seen[-1][0] - seen[0][0] > 0.5, "the first lines came while it still ran"
    assert ended(engine, made)[0] == 3


@pytest.mark.lab
def test_only_the_latest_output_is_asked_for(engine, box):
    made = run(engine, box, "seq", "1", "500")
    ended(engine, made)
    told = "".join(piece.text for piece in engine.output(made, CancelToken(), last_lines=3))
    assert told.split() == ["498", "499", "500"]


@pytest.mark.lab
def test_output_of_a_terminal_is_read_as_it_is(place, engine, box):
    made = place.cli("run", "--detach", "--tty", box, "sh", "-c", "echo out; echo err >&2").strip()
    assert ended(engine, made)[1].split() == ["out", "err"]


@pytest.mark.lab
def test_cancel_frees_the_output_of_a_silent_program_at_once(engine, box):
    made = run(engine, box, "sleep", "30")
    assert cancelled_after(lambda token: list(engine.output(made, token))) < 0.5
    engine.stop(made, grace_s=0)


@pytest.mark.lab
def test_cancel_frees_the_watch_at_once(engine):
    assert cancelled_after(lambda token: list(engine.watch(token))) < 0.5


def cancelled_after(work):
    """Seconds between the cancel and the end of *work(token)*, which was at it for a moment."""
    token, begin = CancelToken(), []
    timer = threading.Timer(0.4, lambda: begin.append(time.monotonic()) or token.cancel())
    timer.start()
    with pytest.raises(Cancelled):
        work(token)
    return time.monotonic() - begin[0]


@pytest.fixture
def watched(place):
    """Events as they come, and a way to wait for one."""
    engine, token, seen, came = DockerEngine(place.url, "1.41"), CancelToken(), [], threading.Condition()

    def watch():
        try:
            for event in engine.watch(token):
                with came:
                    seen.append(event)
                    came.notify_all()
        except Cancelled:
            pass

    def wait(subject, action, **facts):
        def there():
            return [
                event
                for event in seen
                if (event.subject, event.action) == (subject, action)
                and all(getattr(event, key) == value for key, value in facts.items())
            ]

        with came:
            assert came.wait_for(there, 5), seen
            return there()[0]

    thread = threading.Thread(target=watch)
    thread.start()
    yield wait
    token.cancel()
    thread.join(5)
    assert not thread.is_alive()
    engine.close()


@pytest.mark.lab
def test_what_happens_is_told_as_it_happens(engine, watched, box):
    image_id = engine.image_details(box).id
    for _ in range(20):  # until the watch has begun
        engine.add_name(image_id, Reference.parse("localhost/watched:1"))
        try:
            watched(Subject.IMAGE, "tag", id=image_id, name="localhost/watched:1")
            break
        except AssertionError:
            continue
    engine.remove_name("localhost/watched:1")
    watched(Subject.IMAGE, "untag", id=image_id)
    made = run(engine, box, "sh", "-c", "exit 3", name="seen")
    watched(Subject.CONTAINER, "create", id=made, name="seen")
    watched(Subject.CONTAINER, "start", id=made)
    assert watched(Subject.CONTAINER, "die", id=made) == EngineEvent(Subject.CONTAINER, "die", made, "seen", 3)


@pytest.mark.lab
def test_an_engine_that_ends_ends_the_watch_as_unreachable(own_dockerd):
    engine = DockerEngine(own_dockerd.url, "1.41")
    timer = threading.Timer(0.4, own_dockerd.kill)
    timer.start()
    with pytest.raises(EngineUnreachable):
        list(engine.watch(CancelToken()))
    timer.join()
    engine.close()


@pytest.mark.lab
def test_a_published_page_answers(dockerd, nginx_image, free_port):
    engine = DockerEngine(dockerd.url, "1.41")
    made = engine.run(RunOptions(nginx_image, ports=(PortMapping(free_port, 80),)))
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(50):
            try:
                assert session.get(f"http://127.0.0.1:{free_port}", timeout=5).ok
                break
            except requests.ConnectionError:
                threading.Event().wait(0.1)
    engine.stop(made, grace_s=1)
    engine.close()
    assert json.loads(dockerd.cli("inspect", nginx_image))[0]["Config"]["ExposedPorts"] == {"80/tcp": {}}
