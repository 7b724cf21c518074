import gzip
import hashlib
import json

import pytest

from desktop.adapters.registry_client import ACCEPT, CONFIGS, IMAGES, INDEXES, RegistryClient
from desktop.core.cancel import CancelToken
from desktop.core.ports import Credential
from desktop.core.registry import Greeting, Layer, Page, SignIn
from desktop.core.registry_errors import (
    AccessDenied,
    ImageNotFound,
    InvalidReference,
    ListingNotAllowed,
    RegistryAnswerUnreadable,
    RegistryRateLimited,
    RegistryTroubled,
    SignInNeeded,
    WrongCredentials,
)
from desktop.core.secret import Secret
from hostile_registry import hostile_registry

WHO = Credential("robot", Secret("canary"))
TOKEN = CancelToken()
MANIFEST, INDEX = IMAGES[1], INDEXES[0]


def digest_of(body):
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def image(config=None, layers=(100, 50)):
    """A manifest and its config blob, as bytes."""
    told = {"os": "linux", "architecture": "amd64", "created": "2026-01-02T03:04:05Z"} if config is None else config
    blob = json.dumps(told).encode()
    parts = [{"digest": digest_of(b"%d" % size), "size": size} for size in layers]
    made = {"mediaType": MANIFEST, "config": {"mediaType": CONFIGS[1], "digest": digest_of(blob)}, "layers": parts}
    return json.dumps(made).encode(), blob


@pytest.fixture
def server():
    with hostile_registry() as server:
        server.be_a_registry('Basic realm="x"')
        yield server


@pytest.fixture
def client(server):
    client = RegistryClient(Greeting(server.host, "http", SignIn.BASIC), WHO)
    yield client
    client.close()


def hold(server, path, body, media_type=MANIFEST, status=200, **headers):
    server.route(path, body, status, Content_Type=media_type, **headers)


# listing


def test_pages_follow_the_link_until_there_is_none(server, client):
    server.route("/v2/_catalog?n=100", {"repositories": ["a", "b"]}, Link='</v2/_catalog?last=b&n=100>; rel="next"')
    server.route("/v2/_catalog?last=b&n=100", {"repositories": ["c"]})

    first = client.repositories("", TOKEN)
    assert first == Page(("a", "b"), "/v2/_catalog?last=b&n=100")
    assert client.repositories(first.more, TOKEN) == Page(("c",))


def test_a_link_that_leads_in_a_circle_ends(server, client):
    server.route("/v2/_catalog", {"repositories": ["a"]}, Link='</v2/_catalog?last=a>; rel="next"')
    first = client.repositories("", TOKEN)
    assert first.more
    assert client.repositories(first.more, TOKEN).more == ""


def test_a_page_without_names_is_the_last(server, client):
    server.route("/v2/_catalog", {"repositories": None}, Link='</v2/_catalog?last=a>; rel="next"')
    assert client.repositories("", TOKEN) == Page(())


def test_a_link_to_another_host_is_asked_of_the_registry_itself(server, client):
    with hostile_registry() as elsewhere:
        link = f'<{elsewhere.url}/v2/_catalog?last=a>; rel="next"'
        server.route("/v2/_catalog", {"repositories": ["a"]}, Link=link)
        server.route("/v2/_catalog?last=a", {"repositories": ["b"]})
        more = client.repositories("", TOKEN).more

        assert client.repositories(more, TOKEN).names == ("b",)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "link", ["</elsewhere?last=a>; rel=next", "<//[>; rel=next", '<x>; rel="prev"', "rel=next", ">"]
)
def test_a_link_that_is_no_next_page_ends_the_list(server, client, link):
    server.route("/v2/_catalog", {"repositories": ["a"]}, Link=link)
    assert client.repositories("", TOKEN) == Page(("a",))


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_registry_that_lists_nothing_says_so(server, client, status):
    server.route("/v2/_catalog", {"errors": [{"message": "no <b>listing</b>"}]}, status)
    server.route("/v2/")
    with pytest.raises(ListingNotAllowed) as caught:
        client.repositories("", TOKEN)
    assert caught.value.raw == f"{server.host}: HTTP {status} no <b>listing</b>"


def test_a_listing_refused_because_the_sign_in_ended_says_that(server, client):
    server.route("/v2/_catalog", status=401)
    with pytest.raises(WrongCredentials):
        client.repositories("", TOKEN)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, ImageNotFound),
        (401, AccessDenied),
        (403, AccessDenied),
        (429, RegistryRateLimited),
        (502, RegistryTroubled),
        (302, RegistryAnswerUnreadable),
        (200, RegistryAnswerUnreadable),
    ],
)
def test_refused_tags_say_why(server, client, status, error):
    server.route("/v2/a/b/tags/list", b"<html>", status, Location="https://elsewhere.example/")
    with pytest.raises(error):
        client.tags("a/b", "", TOKEN)


def test_without_a_sign_in_a_refusal_asks_for_one(server):
    client = RegistryClient(Greeting(server.host, "http", SignIn.BASIC), None)
    server.route("/v2/a/tags/list", status=401)
    with pytest.raises(SignInNeeded):
        client.tags("a", "", TOKEN)
    client.close()


@pytest.mark.parametrize("name", ["../etc", "a b", "A", "a?n=1", "a#b", "a/tags/list?x=", "", "é"])
def test_a_name_that_is_none_never_becomes_a_path(server, client, name):
    with pytest.raises(InvalidReference):
        client.tags(name, "", TOKEN)
    assert server.asked == []


def test_a_next_page_from_anywhere_else_is_not_asked_for(server, client):
    with pytest.raises(RegistryAnswerUnreadable):
        client.repositories("@evil.example/v2/", TOKEN)
    assert server.asked == []


# details


def test_a_tag_tells_digest_size_layers_and_what_the_config_says(server, client):
    manifest, blob = image({"os": "linux", "architecture": "arm64", "variant": "v8", "config": {"Labels": {"a": "b"}}})
    hold(server, "/v2/a/b/manifests/v1", manifest)
    server.route(f"/v2/a/b/blobs/{digest_of(blob)}", blob)

    found = client.details("a/b", "v1", TOKEN)

    assert (found.digest, found.size, found.platforms) == (digest_of(manifest), 150, ("linux/arm64/v8",))
    assert found.layers == (Layer(digest_of(b"100"), 100), Layer(digest_of(b"50"), 50))
    assert found.labels == (("a", "b"),)
    assert found.config_digest == digest_of(blob)
    assert server.asked[0][1]["accept"] == ACCEPT


def test_all_four_kinds_of_manifest_are_asked_for_in_one_header():
    assert all(kind in ACCEPT for kind in (*IMAGES, *INDEXES))


def test_an_index_tells_its_platforms_and_the_image_for_this_computer(server, client, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    index = {"mediaType": INDEX, "manifests": []}
    bodies = {}
    for architecture, size in (("amd64", 10), ("arm64", 20), ("unknown", 30)):
        body, blob = image({"os": "linux", "architecture": architecture, "created": architecture}, (size,))
        bodies[architecture] = body
        hold(server, f"/v2/a/manifests/{digest_of(body)}", body)
        server.route(f"/v2/a/blobs/{digest_of(blob)}", blob)
        where = {"os": "unknown" if architecture == "unknown" else "linux", "architecture": architecture}
        index["manifests"].append({"digest": digest_of(body), "platform": where})
    whole = json.dumps(index).encode()
    hold(server, "/v2/a/manifests/latest", whole, INDEX)

    found = client.details("a", "latest", TOKEN)

    assert (found.digest, found.media_type) == (digest_of(whole), INDEX)
    assert found.platforms == ("linux/amd64", "linux/arm64")
    assert (found.size, found.created) == (20, "arm64")


def test_a_config_that_roams_to_a_storage_host_goes_there_without_the_secret(server, client):
    manifest, blob = image()
    hold(server, "/v2/a/manifests/v1", manifest)
    with hostile_registry() as storage:
        server.route(f"/v2/a/blobs/{digest_of(blob)}", status=307, Location=f"{storage.url}/blob")
        storage.route("/blob", blob)
        assert client.details("a", "v1", TOKEN).created == "2026-01-02T03:04:05Z"
        assert storage.secrets_at("/blob") == [""]
    assert server.secrets_at("/v2/a/manifests/v1") == ["Basic cm9ib3Q6Y2FuYXJ5"]


@pytest.mark.parametrize("blob", [None, b"{}", b"<html>"], ids=["absent", "another", "no JSON"])
def test_a_config_that_cannot_be_had_costs_only_what_it_would_tell(server, client, blob):
    manifest, true = image()
    hold(server, "/v2/a/manifests/v1", manifest)
    if blob is not None:
        server.route(f"/v2/a/blobs/{digest_of(true)}", blob)
    found = client.details("a", "v1", TOKEN)
    assert (found.size, found.created, found.platforms) == (150, "", ())


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"[]", {}),
        (b"{", {}),
        (b'{"mediaType": "application/vnd.docker.distribution.manifest.v1+prettyjws"}', {}),
        (b'{"layers": ' + b"[" * 100_000, {}),
        (image()[0], {"Docker_Content_Digest": digest_of(b"another")}),
        (gzip.compress(b" " * (5 << 20)), {"Content_Encoding": "gzip"}),
    ],
    ids=["no object", "no JSON", "unknown kind", "too deep", "another digest", "too long unpacked"],
)
def test_a_manifest_that_is_none_is_unreadable(server, client, body, headers):
    hold(server, "/v2/a/manifests/v1", body, **headers)
    with pytest.raises(RegistryAnswerUnreadable):
        client.details("a", "v1", TOKEN)


def test_a_manifest_asked_for_by_digest_must_have_it(server, client):
    manifest, _ = image()
    hold(server, f"/v2/a/manifests/{digest_of(b'x')}", manifest)
    with pytest.raises(RegistryAnswerUnreadable):
        client.details("a", digest_of(b"x"), TOKEN)


def test_odd_numbers_and_shapes_in_a_manifest_do_no_harm(server, client):
    odd = {"mediaType": MANIFEST, "config": None, "layers": [{"size": -5}, {"size": 1 << 80, "digest": 7}, None, "x"]}
    hold(server, "/v2/a/manifests/v1", json.dumps(odd).encode())
    found = client.details("a", "v1", TOKEN)
    assert found.size == (1 << 63) - 1
    assert [layer.digest for layer in found.layers] == ["", ""]


def test_an_index_of_nothing_has_no_size(server, client):
    hold(server, "/v2/a/manifests/v1", json.dumps({"mediaType": INDEX, "manifests": None}).encode(), INDEX)
    assert client.details("a", "v1", TOKEN).platforms == ()


def test_a_tag_that_is_not_there_is_named(server, client):
    with pytest.raises(ImageNotFound) as caught:
        client.details("a/b", "v1", TOKEN)
    assert caught.value.facts["name"] == f"{server.host}/a/b:v1"


# tokens


def test_a_token_that_ends_early_is_replaced_once(server):
    server.route("/token", {"token": "abc"})
    server.route("/v2/a/tags/list", {"tags": ["v1"]})
    client = RegistryClient(Greeting(server.host, "http", SignIn.BEARER, f"{server.url}/token", "s"), WHO)
    client.tags("a", "", TOKEN)
    server.route("/v2/a/tags/list", status=401)

    with pytest.raises(AccessDenied):
        client.tags("a", "", TOKEN)

    client.close()
    assert len(server.secrets_at("/token")) == 2
    assert len(server.secrets_at("/v2/a/tags/list")) == 3


def test_a_later_challenge_cannot_move_the_realm(server):
    with hostile_registry() as elsewhere:
        server.route("/token", {"token": "abc"})
        asks = f'Bearer realm="{elsewhere.url}/token"'
        server.route("/v2/a/tags/list", status=401, WWW_Authenticate=asks)
        client = RegistryClient(Greeting(server.host, "http", SignIn.BEARER, f"{server.url}/token", "s"), WHO)
        with pytest.raises(AccessDenied):
            client.tags("a", "", TOKEN)
        client.close()
        assert elsewhere.asked == []
