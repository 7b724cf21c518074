"""The lab itself: each of its daemons is real, answers, and refuses what it must."""

import contextlib
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import secretstorage

from daemons import accepts, free_port
from lab.images import busybox_image

pytestmark = pytest.mark.lab


def fetch(url, seconds=10):
    """A page, once its server is up."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return requests.get(url, timeout=5)
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise


def test_the_engine_pulls_nginx_from_the_mirror(dockerd):
    said = dockerd.cli("pull", "nginx")
    assert "docker.io/library/nginx:latest" in said
    assert (
        dockerd.cli("image", "inspect", "nginx", "--format", "{{json .Config.ExposedPorts}}").strip() == '{"80/tcp":{}}'
    )


def test_a_page_of_nginx_answers_on_its_published_port(dockerd, nginx_image):
    port = free_port()
    dockerd.cli("run", "--detach", "--rm", "--name", "page", "--publish", f"127.0.0.1:{port}:80", nginx_image)
    assert "Welcome to nginx" in fetch(f"http://127.0.0.1:{port}/").text
    assert "GET / HTTP/1.1" in dockerd.cli("logs", "page")
    started = time.monotonic()
    dockerd.cli("stop", "page")
    assert time.monotonic() - started < 5, "it hears the signal to stop"
    assert not accepts(port)


def test_the_small_image_runs_until_it_is_stopped(dockerd, small_image):
    dockerd.cli("run", "--detach", "--rm", "--name", "small", small_image)
    assert dockerd.cli("ps", "--format", "{{.Names}}").split() == ["small"]
    dockerd.cli("stop", "small")


def test_the_engine_with_raised_limits_is_another_engine(dockerd, dockerd_wide):
    assert dockerd.cli("info", "--format", "{{.ID}}") != dockerd_wide.cli("info", "--format", "{{.ID}}")


@pytest.mark.parametrize("name", ["open_registry", "registry", "token_registry", "home_token_registry"])
def test_an_image_goes_into_a_registry_and_is_deleted_again(request, name):
    registry = request.getfixturevalue(name)
    digest = registry.put(busybox_image(), "samples/small")
    assert registry.holds("samples/small") == digest
    assert "samples/small" in registry.get("/v2/_catalog").json()["repositories"]
    assert registry.get(f"/v2/samples/small/manifests/{digest}", "DELETE").status_code == 202
    assert registry.holds("samples/small") == ""


@pytest.mark.parametrize(("name", "challenge"), [("registry", "Basic"), ("token_registry", "Bearer")])
def test_a_registry_turns_a_stranger_away(request, name, challenge):
    registry = request.getfixturevalue(name)
    answer = requests.get(f"{registry.url}/v2/", timeout=5)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith(challenge)


@pytest.mark.parametrize("name", ["registry", "token_registry", "home_token_registry"])
def test_the_engine_pushes_with_the_password(request, dockerd, small_image, name):
    registry = request.getfixturevalue(name)
    target = f"{registry.host}/lab/{name}"
    dockerd.cli("tag", small_image, target)
    dockerd.cli("login", registry.host, "--username", registry.user, "--password", registry.password)
    dockerd.cli("push", target)
    dockerd.cli("logout", registry.host)
    assert registry.holds(f"lab/{name}").startswith("sha256:")


def test_the_engine_does_not_push_without_the_password(dockerd, small_image, registry):
    """Not tried on the token registries: the engine asks their token server five times, over 50 s."""
    target = f"{registry.host}/lab/refused"
    dockerd.cli("tag", small_image, target)
    with pytest.raises(subprocess.CalledProcessError) as refused:
        dockerd.cli("push", target)
    assert "no basic auth credentials" in refused.value.stderr
    assert registry.holds("lab/refused") == ""


def test_the_token_registry_sends_a_stranger_elsewhere_and_the_home_one_does_not(token_registry, home_token_registry):
    assert token_registry.host not in requests.get(f"{token_registry.url}/v2/", timeout=5).headers["WWW-Authenticate"]
    assert (
        home_token_registry.host
        in requests.get(f"{home_token_registry.url}/v2/", timeout=5).headers["WWW-Authenticate"]
    )


def test_the_proxy_answers_a_status_as_often_as_told(fault_proxy):
    fault_proxy.answer(429, "_catalog", times=2, headers={"Retry-After": "7"}, body=b"slow down")
    answers = [requests.get(f"{fault_proxy.url}/v2/_catalog", timeout=5) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 401]
    assert answers[0].headers["Retry-After"] == "7"
    assert [request.path for request in fault_proxy.requests] == ["/v2/_catalog"] * 3


def test_the_proxy_resets_a_connection_midway(fault_proxy, registry):
    digest = registry.put(busybox_image("reset", filler=2_000_000), "faults/reset")
    layer = registry.get(f"/v2/faults/reset/manifests/{digest}", headers={"Accept": "*/*"}).json()["layers"][1][
        "digest"
    ]
    fault_proxy.reset(300_000, "/blobs/")
    with pytest.raises(requests.RequestException):
        requests.get(
            f"{fault_proxy.url}/v2/faults/reset/blobs/{layer}", auth=(registry.user, registry.password), timeout=5
        )
    fault_proxy.clear()
    whole = requests.get(
        f"{fault_proxy.url}/v2/faults/reset/blobs/{layer}", auth=(registry.user, registry.password), timeout=5
    )
    assert len(whole.content) > 2_000_000


def test_the_proxy_falls_silent_until_it_is_cleared(fault_proxy):
    fault_proxy.silence("/v2/$")
    with ThreadPoolExecutor(1) as one:
        asked = one.submit(requests.get, f"{fault_proxy.url}/v2/", timeout=0.5)
        assert isinstance(asked.exception(), requests.Timeout)
    fault_proxy.clear()
    assert requests.get(f"{fault_proxy.url}/v2/", timeout=5).status_code == 401


def test_the_proxy_is_as_slow_as_told(fault_proxy, registry):
    digest = registry.put(busybox_image("slow", filler=100_000), "faults/slow")
    layer = registry.get(f"/v2/faults/slow/manifests/{digest}", headers={"Accept": "*/*"}).json()["layers"][1]["digest"]
    fault_proxy.slow(200_000, "/blobs/")
    started = time.monotonic()
    requests.get(f"{fault_proxy.url}/v2/faults/slow/blobs/{layer}", auth=(registry.user, registry.password), timeout=9)
    assert 0.4 < time.monotonic() - started < 5


def test_the_engine_pushes_through_a_sound_proxy(dockerd, small_image, fault_proxy):
    target = f"{fault_proxy.host}/lab/through"
    dockerd.cli("tag", small_image, target)
    dockerd.cli("login", fault_proxy.host, "--username", fault_proxy.user, "--password", fault_proxy.password)
    assert "digest: sha256:" in dockerd.cli("push", target)
    assert {request.method for request in fault_proxy.requests} >= {"POST", "PATCH", "PUT", "HEAD"}


def test_the_secret_service_keeps_a_secret_and_refuses_it_when_locked(secret_service):
    with contextlib.closing(secretstorage.dbus_init()) as bus:
        item = secretstorage.get_default_collection(bus).create_item("lab", {"service": "portside/lab"}, b"secret")
        secret_service.lock()
        with pytest.raises(secretstorage.exceptions.LockedException):
            item.get_secret()
        secret_service.unlock()
        assert item.get_secret() == b"secret"


def test_podman_pulls_nginx_from_the_mirror_and_its_page_answers(podman):
    podman.cli("pull", "nginx")
    port = free_port()
    podman.cli("run", "--detach", "--name", "page", "--publish", f"127.0.0.1:{port}:80", "nginx")
    try:
        assert "Welcome to nginx" in fetch(f"http://127.0.0.1:{port}/").text
    finally:
        podman.cli("rm", "--force", "--time", "0", "page")


def test_an_engine_of_ones_own_can_be_killed_frozen_and_brought_back(own_dockerd):
    own_dockerd.kill()
    with pytest.raises(subprocess.CalledProcessError):
        own_dockerd.cli("ps")
    own_dockerd.revive()
    own_dockerd.freeze()
    own_dockerd.thaw()
    assert own_dockerd.cli("ps", "--quiet") == ""
