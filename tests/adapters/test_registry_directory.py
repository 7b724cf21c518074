"""Greetings and sessions, with real registries where the words say so."""

import time
from dataclasses import replace

import pytest

from desktop.adapters.registry_directory import RegistryDirectory
from desktop.core.cancel import CancelToken
from desktop.core.ports import Credential
from desktop.core.registry import Account, Greeting, SignIn
from desktop.core.registry_errors import (
    AddressUnknown,
    ImageNotFound,
    NotARegistry,
    NotHttps,
    RegistryUnreachable,
    SignInNeeded,
    SignInSentElsewhere,
    WrongCredentials,
)
from desktop.core.secret import Secret
from hostile_registry import hostile_registry

TOKEN = CancelToken()
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@pytest.fixture
def directory():
    directory = RegistryDirectory()
    yield directory
    directory.close()


@pytest.fixture
def web_site():
    with hostile_registry() as server:
        server.route("/v2/", b"<html>hello</html>")
        yield server


def image_of(folder, *sizes):
    from layered_image import LayeredImage, layer_of

    layers = []
    for size in sizes:
        inside = folder / str(size)
        inside.mkdir()
        (inside / f"file-{size}").write_bytes(bytes(size))
        layers.append(layer_of(inside))
    return LayeredImage(layers, {"Labels": {"made-for": "a test"}})


def enter(directory, lab, secret=None, trusted=""):
    met = directory.greet(lab.host, TOKEN)
    account = Account("1", lab.host, lab.user, trusted_realm=trusted)
    credential = Credential(lab.user, Secret(lab.password if secret is None else secret)) if lab.user else None
    return directory.open(account, met, credential)


def test_a_web_site_is_no_registry(directory, web_site):
    with pytest.raises(NotARegistry):
        directory.greet(web_site.host, TOKEN)


def test_http_is_tried_on_this_computer_only(directory, web_site, monkeypatch):
    web_site.be_a_registry()
    assert directory.greet(web_site.host, TOKEN).scheme == "http"
    monkeypatch.setattr("desktop.adapters.registry_directory.is_loopback", lambda host: False)
    with pytest.raises(NotHttps):
        directory.greet(web_site.host, TOKEN)
    with pytest.raises(NotHttps):
        directory.greet(web_site.host, TOKEN, "https")
    assert directory.greet(web_site.host, TOKEN, "http").scheme == "http"


def test_a_greeting_sends_no_secret(directory, web_site, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("default login mallory password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    web_site.be_a_registry('Basic realm="x"')
    directory.greet(web_site.host, TOKEN)
    assert web_site.secrets_at("/v2/") == [""]


def test_names_and_ports_where_nobody_is(directory):
    with pytest.raises(AddressUnknown):
        directory.greet("no-such-registry.invalid", TOKEN)
    with pytest.raises(RegistryUnreachable):
        directory.greet("127.0.0.1:9", TOKEN)


@pytest.mark.parametrize("trusted", ["", "another.example"])
def test_a_foreign_realm_gets_no_secret_unless_it_was_agreed_to(directory, trusted):
    foreign = Greeting("reg.example", "https", SignIn.BEARER, "https://auth.example/t", "s", "auth.example")
    account, who = Account("1", "reg.example", "robot", trusted_realm=trusted), Credential("robot", Secret("x"))
    with pytest.raises(SignInSentElsewhere) as caught:
        directory.open(account, foreign, who)
    assert caught.value.facts == {"host": "reg.example", "realm": "auth.example"}
    directory.open(replace(account, trusted_realm="auth.example"), foreign, who)


@pytest.mark.lab
def test_a_real_registry_that_never_asks_is_known_as_one(directory, open_registry):
    met = directory.greet(open_registry.host, TOKEN)
    assert (met.scheme, met.sign_in, met.insecure) == ("http", SignIn.NONE, False)


@pytest.mark.lab
def test_a_real_registry_accepts_the_right_secret_only(directory, registry):
    enter(directory, registry).sign_in(TOKEN)
    with pytest.raises(WrongCredentials):
        enter(directory, registry, "wrong").sign_in(TOKEN)
    nobody = directory.open(Account("", registry.host), directory.greet(registry.host, TOKEN), None)
    with pytest.raises(SignInNeeded):
        nobody.sign_in(TOKEN)


@pytest.mark.lab
def test_a_real_token_server_on_another_port_is_asked_about_first(directory, token_registry):
    met = directory.greet(token_registry.host, TOKEN)
    assert (met.sign_in, met.realm_host) == (SignIn.BEARER, token_registry.tokens.host)
    with pytest.raises(SignInSentElsewhere):
        enter(directory, token_registry)
    enter(directory, token_registry, trusted=met.realm_host).sign_in(TOKEN)
    with pytest.raises(WrongCredentials):
        enter(directory, token_registry, "wrong", met.realm_host).sign_in(TOKEN)


@pytest.mark.lab
def test_a_real_token_server_at_home_needs_no_question(directory, home_token_registry):
    assert directory.greet(home_token_registry.host, TOKEN).realm_host == ""
    enter(directory, home_token_registry).sign_in(TOKEN)


@pytest.mark.lab
@pytest.mark.parametrize("kind", ["open_registry", "registry", "home_token_registry"])
def test_a_real_registry_lists_what_it_holds_and_describes_it(directory, kind, request, tmp_path):
    lab, image = request.getfixturevalue(kind), image_of(tmp_path, 2000, 1000)
    names = [f"listing/{number:03}" for number in range(3)]
    digests = [lab.put(image, name, "v1") for name in names]
    client = enter(directory, lab)

    found, more = [], ""
    while not found or more:
        page = client.repositories(more, TOKEN)
        found, more = [*found, *page.names], page.more
    assert set(names) <= set(found)
    assert client.tags(names[0], "", TOKEN).names == ("v1",)
    details = client.details(names[0], "v1", TOKEN)
    assert details.digest == digests[0] == lab.holds(names[0], "v1")
    assert (
        details.size == sum(layer.size for layer in details.layers) == sum(len(layer.packed) for layer in image.layers)
    )
    assert details.platforms[0].startswith("linux/")
    assert (details.labels, details.created) == ((("made-for", "a test"),), "2024-01-01T00:00:00Z")
    assert client.details(names[0], details.digest, TOKEN).digest == details.digest
    with pytest.raises(ImageNotFound):
        client.details(names[0], "v2", TOKEN)
    with pytest.raises(ImageNotFound):
        client.tags("listing/none", "", TOKEN)


@pytest.mark.lab
def test_pages_of_a_real_registry_hold_every_name_once(directory, own_registry, tmp_path):
    image = image_of(tmp_path, 10)
    wanted = [f"many/{number:03}" for number in range(120)]
    for name in wanted:
        own_registry.put(image, name)
    client, found, more, pages = enter(directory, own_registry), [], "", 0
    begin = time.monotonic()
    while not pages or more:
        page = client.repositories(more, TOKEN)
        found, more, pages = [*found, *page.names], page.more, pages + 1
    assert found == wanted
    assert pages == 2
    assert time.monotonic() - begin < 20
