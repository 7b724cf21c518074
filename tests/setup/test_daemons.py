import subprocess
import sys

import pytest

import bridge_device
import nginx_image
import stage
from bridge_device import BridgeDevice
from daemons import Daemon, DaemonFailed, accepts, free_port
from lab.places import needs
from virtual_screen import VirtualScreen


def daemon(tmp_path, code, **more):
    return Daemon("daemon", [sys.executable, "-c", code], tmp_path / "log", **more)


def test_a_daemon_is_waited_for_and_ended(tmp_path):
    port = free_port()
    code = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    served = daemon(tmp_path, code)
    served.start(lambda: accepts(port))
    assert served.alive
    served.end()
    assert not served.alive
    assert not accepts(port)


def test_one_that_ends_at_once_is_told_with_the_end_of_its_log(tmp_path):
    with pytest.raises(DaemonFailed, match="no space left"):
        daemon(tmp_path, "raise SystemExit('no space left')").start(lambda: False)


def test_one_that_never_answers_is_ended(tmp_path):
    silent = daemon(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(DaemonFailed, match="gave no answer within"):
        silent.start(lambda: False, seconds=0.2)
    assert not silent.alive


def test_what_it_is_told_at_its_start_reaches_it(tmp_path):
    told = daemon(tmp_path, "import sys, time; print(sys.stdin.read(), flush=True); time.sleep(60)", told="unlock me")
    told.start(lambda: "unlock me" in told.tail())
    told.end()


def test_one_that_does_not_listen_to_the_signal_is_made_to_end(tmp_path):
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    deaf = daemon(tmp_path, code)
    deaf.start(lambda: "up" in deaf.tail())
    deaf.end(seconds=0.2)
    assert not deaf.alive


def test_a_bridge_keeps_off_the_networks_that_are_there(monkeypatch):
    taken = "10.214.0.0/17 dev tun0\n 2: eth0 inet 10.214.130.7/24 brd\n"
    monkeypatch.setattr(bridge_device, "_ip", lambda *_: taken)
    for pid in (5, 130, 255):
        monkeypatch.setattr("os.getpid", lambda pid=pid: pid)
        assert bridge_device._free_subnet().network_address.packed[2] >= 128
        assert bridge_device._free_subnet().network_address.packed[2] != 130


@pytest.mark.lab
def test_a_bridge_comes_and_goes():
    needs("ip")
    bridge = BridgeDevice()
    bridge.create()
    try:
        assert "inet 10.214." in bridge_device._ip("address", "show", "dev", bridge.name)
    finally:
        bridge.remove()
    assert bridge.name not in bridge_device._ip("link")
    bridge.remove()


@pytest.mark.lab
def test_nobody_without_its_cookie_looks_at_a_virtual_screen(tmp_path):
    needs("Xvfb", "xdotool", root=False)
    screen = VirtualScreen(tmp_path)
    screen.start()
    try:
        ask = ["xdotool", "getmouselocation"]
        stranger = {**screen.environment, "XAUTHORITY": str(tmp_path / "none")}
        assert subprocess.run(ask, env=screen.environment, capture_output=True).returncode == 0
        assert subprocess.run(ask, env=stranger, capture_output=True).returncode != 0
    finally:
        screen.end()


def test_where_there_is_no_apt_the_packages_of_nginx_are_told_to_be_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(nginx_image.NoPackages, match="apt-get"):
        nginx_image.fetch(tmp_path / "debs")


@pytest.mark.lab
@pytest.mark.parametrize(("status", "reached"), [(401, True), (200, True), (503, False), (0, False)])
def test_docker_hub_is_reached_where_it_asks_for_a_token(fault_proxy, monkeypatch, status, reached):
    if status:
        fault_proxy.answer(status, "/v2/")
    else:
        fault_proxy.reset(0)
    monkeypatch.setattr(stage, "HUB", f"{fault_proxy.url}/v2/")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert stage.hub_answers() is reached


@pytest.mark.lab
def test_a_secret_service_is_seen_while_there_is_one(secret_service, monkeypatch):
    assert stage.secret_service_answers()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    assert not stage.secret_service_answers()
