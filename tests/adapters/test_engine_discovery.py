import hashlib
import json
import os
import socket
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from adapters.engine_stand_in import StandIn
from desktop.adapters import engine_discovery
from desktop.adapters.docker_probe import Answer
from desktop.adapters.engine_discovery import Discovery
from desktop.adapters.engine_places import PLACES, STEPS
from desktop.adapters.engine_system import System
from desktop.core.cancel import CancelToken
from desktop.core.engines import CHOSEN, USUAL, EngineState, choose
from desktop.core.errors import Cancelled

RUNS = Answer(EngineState.RUNNING, "Docker", "27.0", "1.44", "linux/amd64")
NOTHING = Answer(EngineState.ABSENT, said="No such file")
SILENT = Answer(EngineState.STOPPED, said="Connection refused")
CLOSED = Answer(EngineState.DENIED, said="Permission denied")
LINUX = "unix:///var/run/docker.sock"
WINDOWS = "npipe:////./pipe/docker_engine"
DESKTOP_EXE = r"C:\Program Files\Docker\Docker\Docker Desktop.exe"


def computer(platform="linux", *, environ=None, programs=(), files=(), sockets=(), uid=1000):
    """A computer that holds just these programs and files."""
    home = {"linux": "/home/ada", "darwin": "/Users/ada", "win32": r"C:\Users\ada"}[platform]
    return System(
        platform,
        environ or {},
        home,
        "ada",
        uid,
        which=lambda program, path: f"/bin/{program}" if program in programs else "",
        exists=lambda path: path in files,
        matching=lambda pattern: [path for path in sockets if pattern.split("*")[0] in path],
    )


def probes(system, answers=None, wanted="", identify=lambda *_: ""):
    """What is found where *answers* are given by address."""
    found = Discovery({}, system, lambda url, *_: (answers or {}).get(url, NOTHING), identify).probe(
        wanted, CancelToken()
    )
    return {probe.url: probe for probe in found}


@pytest.mark.parametrize(
    ("platform", "addresses"),
    [
        (
            "linux",
            [
                LINUX,
                "unix:///run/user/1000/docker.sock",
                "unix:///home/ada/.docker/desktop/docker.sock",
                "unix:///run/user/1000/podman/podman.sock",
                "unix:///run/podman/podman.sock",
                "unix:///home/ada/.colima/default/docker.sock",
                "unix:///home/ada/.lima/docker/sock/docker.sock",
                "unix:///home/ada/.rd/docker.sock",
            ],
        ),
        (
            "darwin",
            [
                "unix:///Users/ada/.docker/run/docker.sock",
                LINUX,
                "unix:///Users/ada/.local/share/containers/podman/machine/podman.sock",
                "unix:///Users/ada/.colima/default/docker.sock",
                "unix:///Users/ada/.lima/docker/sock/docker.sock",
                "unix:///Users/ada/.rd/docker.sock",
                "unix:///Users/ada/.orbstack/run/docker.sock",
            ],
        ),
        ("win32", [WINDOWS, "npipe:////./pipe/dockerDesktopLinuxEngine", "npipe:////./pipe/podman-machine-default"]),
    ],
)
def test_each_system_has_its_own_usual_places(platform, addresses):
    found = probes(computer(platform))
    assert list(found) == addresses
    assert {probe.state for probe in found.values()} == {EngineState.ABSENT}


def test_machines_of_other_names_are_found_too():
    system = computer("darwin", environ={"TMPDIR": "/var/t/"}, sockets=["/Users/ada/.colima/work/docker.sock"])
    assert "unix:///Users/ada/.colima/work/docker.sock" in probes(system)


def test_the_order_is_the_choice_then_docker_host_then_contexts_then_the_usual_places(tmp_path):
    context(tmp_path, "zeta", "tcp://10.0.0.9:2375")
    context(tmp_path, "work", "tcp://10.0.0.8:2375")
    (tmp_path / "config.json").write_text('{"currentContext": "work"}')
    environ = {"DOCKER_HOST": "tcp://10.0.0.7", "DOCKER_CONFIG": str(tmp_path)}
    found = probes(computer(environ=environ), wanted="unix:///mine.sock")
    assert [(probe.url, probe.origin) for probe in found.values()][:5] == [
        ("unix:///mine.sock", CHOSEN),
        ("tcp://10.0.0.7:2375", "DOCKER_HOST"),
        ("tcp://10.0.0.8:2375", "context work"),
        ("tcp://10.0.0.9:2375", "context zeta"),
        (LINUX, USUAL),
    ]


def test_the_same_socket_by_two_ways_is_asked_once_for_its_best_reason(tmp_path):
    real = tmp_path / "docker.sock"
    real.touch()
    (tmp_path / "link.sock").symlink_to(real)
    system = computer(environ={"DOCKER_HOST": f"unix://{tmp_path}/link.sock"})
    found = probes(system, wanted=f"unix://{real}")
    assert [url for url in found if str(tmp_path) in url] == [f"unix://{real}"]


def test_one_engine_behind_two_addresses_is_known_by_its_number():
    other = "npipe:////./pipe/dockerDesktopLinuxEngine"
    found = probes(computer("win32"), {WINDOWS: RUNS, other: RUNS}, identify=lambda url, *_: "number-1")
    assert [found[url].engine_id for url in (WINDOWS, other)] == ["number-1"] * 2
    assert [probe.url for probe in choose(list(found.values())).tried if probe.engine_id] == [WINDOWS]


def test_what_runs_is_told_with_its_name_and_the_api_to_speak():
    probe = probes(computer(), {LINUX: RUNS})[LINUX]
    assert (probe.state, probe.name, probe.version, probe.api_version, probe.platform) == (
        EngineState.RUNNING,
        "Docker",
        "27.0",
        "1.44",
        "linux/amd64",
    )


def test_an_engine_in_a_machine_is_called_by_its_place():
    colima = "unix:///Users/ada/.colima/default/docker.sock"
    assert probes(computer("darwin"), {colima: RUNS})[colima].name == "Colima"
    podman = replace(RUNS, name="Podman")
    assert probes(computer("linux"), {LINUX: podman})[LINUX].name == "Podman"


@pytest.mark.parametrize(
    ("system", "url", "start"),
    [
        (computer(programs=["dockerd", "systemctl", "pkexec"], files=["/run/systemd/system"]), LINUX, "docker"),
        (computer(programs=["dockerd", "service"], uid=0), LINUX, "docker"),
        (computer(programs=["dockerd"], uid=1000), LINUX, ""),  # nobody knows how
        (
            computer(programs=["podman", "systemctl"], files=["/run/systemd/system"]),
            "unix:///run/user/1000/podman/podman.sock",
            "podman-user",
        ),
        (
            computer("darwin", programs=["open"], files=["/Applications/Docker.app"]),
            "unix:///Users/ada/.docker/run/docker.sock",
            "docker-desktop",
        ),
        (computer("darwin", programs=["colima"]), "unix:///Users/ada/.colima/default/docker.sock", "colima"),
        (
            computer("darwin", programs=["orb"], files=["/Applications/OrbStack.app"]),
            "unix:///Users/ada/.orbstack/run/docker.sock",
            "orbstack",
        ),
        (computer("win32", files=[DESKTOP_EXE]), "npipe:////./pipe/dockerDesktopLinuxEngine", "docker-desktop"),
        (computer("win32", programs=["podman"]), "npipe:////./pipe/podman-machine-default", "podman-machine"),
        (computer("win32", programs=["rdctl"]), WINDOWS, "rancher"),
    ],
)
@pytest.mark.parametrize("answer", [NOTHING, SILENT], ids=["nothing there", "silent"])
def test_what_is_installed_and_does_not_answer_is_stopped(system, url, start, answer):
    probe = probes(system, {url: answer})[url]
    assert (probe.state, probe.start, probe.said) == (EngineState.STOPPED, start, answer.said)


def test_a_socket_left_behind_by_an_engine_that_is_gone_means_nothing():
    assert probes(computer(), {LINUX: SILENT})[LINUX].state is EngineState.ABSENT


def test_an_address_somebody_set_on_purpose_is_stopped_when_it_is_silent():
    system = computer(environ={"DOCKER_HOST": "tcp://10.0.0.7:2375"})
    probe = probes(system, {"tcp://10.0.0.7:2375": SILENT})["tcp://10.0.0.7:2375"]
    assert (probe.state, probe.start) == (EngineState.STOPPED, "")


def test_a_context_at_a_usual_place_can_be_started_as_that(tmp_path):
    context(tmp_path, "colima", "unix:///home/ada/.colima/default/docker.sock")
    system = computer(environ={"DOCKER_CONFIG": str(tmp_path)}, programs=["colima"])
    probe = next(probe for probe in probes(system).values() if probe.origin == "context colima")
    assert (probe.name, probe.state, probe.start) == ("Colima", EngineState.STOPPED, "colima")


def test_being_shut_out_is_neither_stopped_nor_absent():
    system = computer(programs=["dockerd", "systemctl"], files=["/run/systemd/system"])
    found = probes(system, {LINUX: CLOSED})
    assert found[LINUX].state is EngineState.DENIED
    assert choose(list(found.values())).state is EngineState.DENIED


def test_the_command_that_lets_one_in_names_the_sockets_own_group(monkeypatch):
    monkeypatch.setattr(engine_discovery, "_group", lambda path: "engines" if path.endswith("docker.sock") else "")
    assert probes(computer(), {LINUX: CLOSED})[LINUX].remedy == "sudo usermod -aG engines ada"
    assert probes(computer("win32"), {WINDOWS: CLOSED})[WINDOWS].remedy == 'net localgroup docker-users "ada" /add'


@pytest.mark.skipif(os.geteuid() != 0, reason="left out: only root can give a file away")
@pytest.mark.parametrize(("group", "mode", "told"), [(1, 0o660, "daemon"), (1, 0o600, ""), (0, 0o660, "")])
def test_a_group_that_would_not_help_is_not_named(tmp_path, group, mode, told):
    path = tmp_path / "docker.sock"
    path.touch()
    os.chown(path, -1, group)
    path.chmod(mode)
    assert engine_discovery._group(str(path)) == told


def context(folder, name, host, tls=False):
    """A context as the docker command keeps it."""
    number = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts" / "meta" / number
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))
    if tls:
        (folder / "contexts" / "tls" / number / "docker").mkdir(parents=True)
    return meta / "meta.json"


def test_a_damaged_context_hides_no_other(tmp_path):
    context(tmp_path, "sound", "tcp://10.0.0.8:2375")
    for name, text in (("broken", "{"), ("list", "[]"), ("deep", "[" * 100_000), ("odd", '{"Name": 5}')):
        context(tmp_path, name, "tcp://10.0.0.1:1").write_text(text)
    (tmp_path / "config.json").write_text("not json")
    found = probes(computer(environ={"DOCKER_CONFIG": str(tmp_path)}))
    assert [probe.origin for probe in found.values() if probe.origin != USUAL] == ["context sound"]


def test_a_contexts_certificates_come_along(tmp_path):
    context(tmp_path, "secure", "tcp://10.0.0.8:2376", tls=True)
    found = probes(computer(environ={"DOCKER_CONFIG": str(tmp_path)}), wanted="tcp://10.0.0.8:2376")
    assert found["tcp://10.0.0.8:2376"].origin == CHOSEN
    assert found["tcp://10.0.0.8:2376"].tls.startswith(str(tmp_path / "contexts" / "tls"))


def test_docker_host_with_tls_uses_the_folder_it_names():
    environ = {"DOCKER_HOST": "tcp://10.0.0.7:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"}
    assert probes(computer(environ=environ))["tcp://10.0.0.7:2376"].tls == "/certs"


def test_programs_are_looked_for_where_a_desktop_does_not():
    mac = computer("darwin", environ={"PATH": "/usr/bin:/bin"}).path.split(":")
    assert mac[:2] == ["/usr/bin", "/bin"]
    assert {"/opt/homebrew/bin", "/Applications/Docker.app/Contents/Resources/bin", "/Users/ada/.docker/bin"} <= set(
        mac
    )
    windows = computer("win32", environ={"PATH": r"C:\Windows", "ProgramFiles": r"D:\Programs"}).path.split(";")
    assert r"D:\Programs\Docker\Docker\resources\bin" in windows


@pytest.mark.parametrize(
    ("platform", "place"), [(platform, place) for platform in PLACES for place in PLACES[platform] if place.start]
)
def test_whatever_can_be_installed_here_has_a_way_to_be_started(platform, place):
    assert STEPS[place.start, platform]
    assert place.programs or place.files


@pytest.mark.parametrize(
    ("system", "start", "commands"),
    [
        (
            computer(programs=["systemctl", "pkexec"], files=["/run/systemd/system"]),
            "docker",
            [("/bin/pkexec", "systemctl", "start", "docker")],
        ),
        (
            computer(programs=["systemctl"], files=["/run/systemd/system"]),
            "docker",
            [("/bin/systemctl", "start", "docker")],
        ),
        (
            computer(programs=["systemctl", "pkexec"], files=["/run/systemd/system"], uid=0),
            "docker",
            [("/bin/systemctl", "start", "docker")],
        ),
        (computer(programs=["service"], uid=0), "docker", [("/bin/service", "docker", "start")]),
        (
            computer("darwin", programs=["docker", "open"]),
            "docker-desktop",
            [("/bin/docker", "desktop", "start"), ("/bin/open", "-a", "Docker")],
        ),
        (
            computer("win32", programs=["docker"], files=[DESKTOP_EXE]),
            "docker-desktop",
            [("/bin/docker", "desktop", "start"), (DESKTOP_EXE,)],
        ),
        (computer("win32", programs=["podman"]), "podman-machine", [("/bin/podman", "machine", "start")]),
    ],
)
def test_an_engine_is_started_the_way_its_system_does(system, start, commands):
    assert system.steps(start) == commands


def test_only_the_application_itself_is_left_running():
    system = computer("win32", programs=["docker"], files=[DESKTOP_EXE])
    assert system.left_running("docker-desktop") == {(DESKTOP_EXE,)}


# How it asks.


def test_all_places_are_asked_at_once_and_a_slow_one_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(engine_discovery, "LIMIT_S", 0.3)
    cut = threading.Event()

    def ask(url, tls, limit_s, token):
        if url == LINUX:
            token.on_cancel(cut.set)
            cut.wait(10)
        return RUNS if "podman" in url else NOTHING

    begin = time.monotonic()
    found = Discovery({}, computer(programs=["dockerd"]), ask, lambda *_: "").probe("", CancelToken())
    assert time.monotonic() - begin < 1
    told = {probe.url: probe for probe in found}
    assert told[LINUX].state is EngineState.STOPPED
    assert "No answer" in told[LINUX].said
    assert told["unix:///run/user/1000/podman/podman.sock"].state is EngineState.RUNNING
    assert [thread.name for thread in threading.enumerate() if thread.name == "engine-ask"] == []


def test_a_cancelled_look_ends_at_once_and_leaves_nobody():
    token = CancelToken()

    def ask(url, tls, limit_s, inner):
        freed = threading.Event()
        inner.on_cancel(freed.set)
        token.cancel()
        freed.wait(10)
        return NOTHING

    begin = time.monotonic()
    with pytest.raises(Cancelled):
        Discovery({}, computer(), ask, lambda *_: "").probe("", token)
    assert time.monotonic() - begin < 1
    assert [thread.name for thread in threading.enumerate() if thread.name == "engine-ask"] == []


@pytest.fixture
def stand_in():
    stand_in = StandIn()
    yield stand_in
    stand_in.end()


@pytest.fixture
def quiet_tcp():
    """A port where somebody listens who never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        yield f"tcp://127.0.0.1:{held.getsockname()[1]}"


def really(url):
    """The probe of *url*, asked for real."""
    found = Discovery({}, computer(environ={"DOCKER_HOST": url})).probe("", CancelToken())
    return next(probe for probe in found if probe.origin == "DOCKER_HOST")


def test_a_listener_that_never_answers_is_given_up_in_time(quiet_tcp):
    begin = time.monotonic()
    probe = really(quiet_tcp)
    assert time.monotonic() - begin < 3
    assert probe.state is EngineState.STOPPED


@pytest.mark.parametrize("url", ["ssh://me@there", "nonsense", "unix:///nowhere.sock", "tcp://"])
def test_an_address_that_leads_nowhere_is_told_with_its_reason(url):
    probe = really(url)
    assert probe.state is EngineState.ABSENT
    assert probe.said


def test_a_web_page_is_no_engine(stand_in):
    probe = really(stand_in.url)
    assert (probe.state, probe.said) == (EngineState.ABSENT, "It answers, but not as an engine does (HTTP 404)")


@pytest.mark.lab
@pytest.mark.parametrize("engine", ["dockerd", "podman"])
def test_a_real_engine_is_found_with_its_version(request, engine):
    daemon = request.getfixturevalue(engine)
    probe = really(daemon.url)
    assert (probe.state, probe.name) == (EngineState.RUNNING, "Podman" if engine == "podman" else "Docker")
    assert probe.version
    assert probe.api_version == "1.41"
    assert probe.platform.startswith("linux/")


@pytest.mark.lab
def test_two_ways_to_one_real_engine_are_known_as_one(dockerd, tmp_path):
    other = dockerd.socket.with_name("other.sock")
    other.hardlink_to(dockerd.socket)
    context(tmp_path, "again", f"unix://{other}")
    environ = {"DOCKER_HOST": dockerd.url, "DOCKER_CONFIG": str(tmp_path)}
    found = Discovery({}, computer(environ=environ)).probe("", CancelToken())
    other.unlink()
    running = [probe for probe in found if probe.state is EngineState.RUNNING]
    assert {probe.engine_id for probe in running} == {dockerd.cli("info", "--format", "{{.ID}}").strip()}
    assert len(running) == 2
    assert [probe.url for probe in choose(found).tried if probe in running] == [dockerd.url]


@pytest.mark.lab
def test_a_frozen_engine_is_told_stopped_within_the_limit(own_dockerd):
    own_dockerd.freeze()
    begin = time.monotonic()
    probe = really(own_dockerd.url)
    own_dockerd.thaw()
    assert time.monotonic() - begin < 3
    assert probe.state is EngineState.STOPPED
