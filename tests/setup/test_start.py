"""The run command, whole: a copy of it in a folder of its own, with a stand-in for the program."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from environment import Environment
from lab.places import DEBIAN_PACKAGES, ROOT, needs

PROGRAM = """\
import json, os, subprocess, sys
said = {"arguments": sys.argv[1:], "home": os.environ.get("PORTSIDE_HOME", ""), "display": os.environ["DISPLAY"]}
if "--stage" in sys.argv:
    path = sys.argv[sys.argv.index("--stage") + 1]
    stage = said["stage"] = json.load(open(path))
    said["mode"] = os.stat(path).st_mode
    docker = ["docker", "--host", stage["engine"]]
    said["pull"] = subprocess.run([*docker, "pull", "nginx"], capture_output=True, text=True).stdout
    run = ["run", "--detach", "--publish", "127.0.0.1:18080:80", "nginx"]
    said["run"] = subprocess.run([*docker, *run], capture_output=True, text=True).returncode
    page = ["curl", "--silent", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "http://127.0.0.1:18080/"]
    said["page"] = subprocess.run(page, capture_output=True, text=True).stdout
    user = ["--user", stage["user"] + ":" + stage["password"]]
    address = "http://" + stage["registry"] + "/v2/"
    for name, words in (("known", user), ("stranger", [])):
        ask = ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", *words, address]
        said[name] = subprocess.run(ask, capture_output=True, text=True).stdout
print("program:", json.dumps(said), flush=True)
sys.exit(7)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout whose lock asks for nothing, so that no network is needed."""
    needs(root=False)
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "packaging", folder / "packaging", ignore=shutil.ignore_patterns("__pycache__", "*.txt"))
    (folder / "packaging" / "requirements.txt").write_text("# nothing\n")
    (folder / "desktop").mkdir()
    (folder / "desktop" / "__init__.py").touch()
    (folder / "desktop" / "__main__.py").write_text(PROGRAM)
    return folder


@pytest.fixture
def stage_checkout(checkout):
    """The same, ready for a walkthrough: with what hashes a password, and nginx's packages."""
    needs("dockerd", "containerd", "docker", "ip", "docker-registry", "Xvfb", "dbus-daemon", "gnome-keyring-daemon")
    if not list(DEBIAN_PACKAGES.glob("nginx_*.deb")):
        pytest.skip("left out: no packages of nginx (tests/run.py fetches them)")
    python = Environment(checkout / ".venv", checkout / "packaging" / "requirements.txt")
    python.make(lambda _: None)
    (site,) = python.folder.glob("lib/python3*/site-packages")
    (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    shutil.copytree(DEBIAN_PACKAGES, python.folder / "debian-packages", dirs_exist_ok=True)
    return checkout


def environment(**more):
    ours = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "DBUS_SESSION_BUS_ADDRESS": "", **more}


def begin(checkout, *words, **more):
    command = [sys.executable, "packaging/start.py", *words]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=checkout, env=environment(**more), **pipes)


def start(checkout, *words, **more):
    with begin(checkout, *words, **more) as process:
        said, _ = process.communicate(timeout=90)
    return process.returncode, said


def program(said):
    """What the stand-in printed."""
    return json.loads(re.search(r"^program: (.*)$", said, re.MULTILINE)[1])


@pytest.fixture
def screen(lab_folder):
    """A display for the window."""
    from virtual_screen import VirtualScreen

    needs("Xvfb", root=False)
    virtual = VirtualScreen(lab_folder / "start-screen")
    virtual.start()
    yield virtual.environment
    virtual.end_and_forget()


@pytest.mark.lab
def test_the_first_start_sets_up_and_the_second_only_opens_the_window(checkout, screen):
    shutil.rmtree(checkout / ".venv", ignore_errors=True)
    there = {**screen, "DOCKER_HOST": "unix:///the/persons/own"}
    code, said = start(checkout, **there)
    assert code == 7, said
    assert said.startswith("-- Making the Python environment .venv\n-- Installing the packages")
    began = time.monotonic()
    code, said = start(checkout, **there)
    assert time.monotonic() - began < 1
    assert code == 7
    assert said.startswith("program:"), "nothing is set up, so nothing is said"
    assert program(said)["arguments"] == []


@pytest.mark.lab
def test_without_a_display_it_says_so_and_does_the_walkthrough_on_a_stage_of_its_own(stage_checkout):
    before = bridges()
    code, said = start(stage_checkout)
    assert code == 7, said
    assert "There is no display here" in said
    assert "Docker Hub can't be reached from here" in said
    assert "There is no Secret Service here" in said
    told = program(said)
    assert told["arguments"][:2] == ["--walkthrough", str(stage_checkout / "walkthrough")]
    assert stat.S_IMODE(told["mode"]) == 0o600
    assert "Status: Downloaded newer image for nginx:latest" in told["pull"]
    assert told["run"] == 0
    assert "Welcome to nginx" in told["page"]
    assert (told["known"], told["stranger"]) == ("200", "401")
    assert told["home"].startswith("/tmp/portside-"), "the person's own settings stay as they are"
    assert told["stage"]["password"] not in said.replace(json.dumps(told), ""), "no secret on the terminal"
    assert leftovers(told["stage"]["engine"]) == set()
    assert bridges() == before
    assert not Path(told["home"]).parent.exists()


@pytest.mark.lab
def test_keep_leaves_engine_and_registry_up_until_a_signal(stage_checkout):
    before = bridges()
    with begin(stage_checkout, "--walkthrough", "pictures", "--keep") as process:
        said = "".join(iter(process.stdout.readline, "-- Enter, Ctrl+C or a signal ends both.\n"))
        engine = re.search(r"docker --host (\S+) images", said)[1]
        registry = re.search(r"(http://\S+)/v2/_catalog", said)[1]
        images = subprocess.run(["docker", "--host", engine, "images"], capture_output=True, text=True)
        asked = subprocess.run(["curl", "--silent", "--include", f"{registry}/v2/"], capture_output=True, text=True)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert "nginx" in images.stdout
    assert "401" in asked.stdout
    assert leftovers(engine) == set()
    assert bridges() == before


def bridges():
    """The bridges of engines of our own, the lab's among them."""
    links = subprocess.run(["ip", "-oneline", "link"], capture_output=True, text=True).stdout
    return set(re.findall(r"portside[0-9a-f]{6}", links))


def leftovers(engine):
    """What a walkthrough with this *engine* would leave behind of its folder and its processes."""
    folder = Path(engine.removeprefix("unix://")).parent
    shown = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True).stdout
    left = {line for line in shown.splitlines() if str(folder) in line}
    return left | ({str(folder)} if folder.exists() else set())


def test_an_older_python_is_told_so():
    source = (ROOT / "packaging" / "start.py").read_text()
    check = source.partition("import argparse")[0].replace("sys.version_info <", "(3, 10) <")
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert done.returncode == 1
    assert "Portside needs Python 3.11 or newer" in done.stderr
