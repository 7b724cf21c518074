import datetime
import gzip
import ipaddress
import threading
import time
import zlib

import pytest

from desktop.adapters.registry_http import RegistryHttp, api_host, origin
from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled
from desktop.core.registry_errors import (
    AddressUnknown,
    CertificateRejected,
    NotHttps,
    RegistryAnswerUnreadable,
    RegistryUnreachable,
)
from hostile_registry import hostile_registry

SECRET = {"Authorization": "Basic canary"}


@pytest.fixture
def server():
    with hostile_registry() as server:
        yield server


@pytest.fixture
def elsewhere():
    with hostile_registry() as server:
        yield server


@pytest.fixture
def http(server):
    http = RegistryHttp(server.host)
    yield http
    http.close()


def ask(http, url, headers=SECRET, limit_s=5, **options):
    with http.call(CancelToken(), limit_s):
        return http.get(url, headers, **options)


def drip(server, head=b""):
    """Send *head*, then a byte every now and then, for ever."""

    def act(handler):
        handler.wfile.write(head)
        while not server.gone.wait(0.02):
            handler.wfile.write(b"x")

    return act


def certificate_of(folder, name):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, form, serialization.NoEncryption()))
    return str(path)


def test_a_redirect_on_the_same_origin_is_followed_with_the_header(server, http):
    server.route("/a", status=307, Location="/b")
    server.route("/b", b"there")

    assert ask(http, f"{server.url}/a").body == b"there"
    assert server.secrets_at("/b") == ["Basic canary"]


def test_a_redirect_to_another_port_is_an_answer_and_no_journey(server, elsewhere, http):
    server.route("/a", status=307, Location=f"{elsewhere.url}/b")

    assert ask(http, f"{server.url}/a").status == 307
    assert elsewhere.asked == []


def test_what_may_roam_leaves_the_secret_behind_and_never_takes_it_up_again(server, elsewhere, http):
    server.route("/a", status=307, Location=f"{elsewhere.url}/b")
    elsewhere.route("/b", status=307, Location=f"{server.url}/c")
    server.route("/c", b"home")

    assert ask(http, f"{server.url}/a", roam=True).body == b"home"
    assert elsewhere.secrets_at("/b") == [""]
    assert server.secrets_at("/c") == [""]


def test_redirects_in_a_circle_end(server, http):
    server.route("/a", status=302, Location="/a")
    with pytest.raises(RegistryAnswerUnreadable):
        ask(http, f"{server.url}/a")


@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "gzip"])
def test_an_answer_is_capped_before_and_after_it_is_unpacked(server, http, packed):
    body = bytes(100_000)
    extra = {"Content_Encoding": "gzip"} if packed else {}
    server.route("/a", gzip.compress(body) if packed else body, **extra)

    assert ask(http, f"{server.url}/a", cap=100_000).body == body
    with pytest.raises(RegistryAnswerUnreadable):
        ask(http, f"{server.url}/a", cap=99_999)


@pytest.mark.parametrize("body", [b"not gzip", gzip.compress(b"x" * 999)[:-9]], ids=["no gzip", "cut"])
def test_a_damaged_compression_is_unreadable(server, http, body):
    server.route("/a", body, Content_Encoding="gzip")
    with pytest.raises(RegistryAnswerUnreadable):
        ask(http, f"{server.url}/a")


def test_an_encoding_that_nobody_asked_for_is_unreadable(server, http):
    server.route("/a", zlib.compress(b"x"), Content_Encoding="deflate")
    with pytest.raises(RegistryAnswerUnreadable):
        ask(http, f"{server.url}/a")


def test_an_endless_body_ends_at_the_cap(server, http):
    server.play("/a", lambda handler: [handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")] and flood(server, handler))
    with pytest.raises(RegistryAnswerUnreadable):
        ask(http, f"{server.url}/a", cap=1 << 20)


def flood(server, handler):
    while not server.gone.is_set():
        handler.wfile.write(bytes(65536))


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["line", "head", "body"]
)
def test_slow_bytes_end_at_the_deadline_of_the_call(server, http, head):
    server.play("/a", drip(server, head))
    begin = time.monotonic()
    with pytest.raises(RegistryUnreachable):
        ask(http, f"{server.url}/a", limit_s=0.3)
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], ids=["no head", "no body"])
def test_a_cancel_ends_a_silent_answer_at_once(server, http, head):
    reached, token = threading.Event(), CancelToken()

    def silent(handler):
        handler.wfile.write(head)
        reached.set()
        server.gone.wait(20)

    server.play("/a", silent)
    threading.Thread(target=lambda: reached.wait(5) and token.cancel()).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled), http.call(token):
        http.get(f"{server.url}/a", {})
    assert time.monotonic() - begin < 2


def test_a_call_that_is_cancelled_already_asks_nothing(server, http):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled), http.call(token):
        http.get(f"{server.url}/a", {})
    assert server.asked == []


def test_a_name_nobody_has_is_told_from_a_silent_host(http):
    with pytest.raises(AddressUnknown) as caught:
        ask(http, "https://no-such-host.invalid/v2/")
    assert caught.value.facts == {"host": "no-such-host.invalid"}
    with pytest.raises(RegistryUnreachable):
        ask(http, "http://127.0.0.1:9/v2/")


def test_a_certificate_nobody_vouches_for_is_rejected(tmp_path, http):
    with hostile_registry(certificate_of(tmp_path, "127.0.0.1")) as server:
        with pytest.raises(CertificateRejected):
            ask(http, f"{server.url}/a")
    assert server.asked == []


def test_a_certificate_that_the_system_trusts_is_accepted_for_its_own_name_only(tmp_path, http, monkeypatch):
    for name, trusted in (("127.0.0.1", True), ("127.0.0.9", False)):
        path = certificate_of(tmp_path, name)
        monkeypatch.setenv("SSL_CERT_FILE", path)
        with hostile_registry(path) as server:
            server.route("/a", b"safe")
            http = RegistryHttp(server.host)
            if trusted:
                assert ask(http, f"{server.url}/a").body == b"safe"
            else:
                with pytest.raises(CertificateRejected):
                    ask(http, f"{server.url}/a")
            http.close()


def test_plain_http_where_https_was_meant_is_told_as_that(server, http):
    with pytest.raises(NotHttps):
        ask(http, f"https://{server.host}/a")


def test_a_netrc_entry_never_takes_the_place_of_our_header(server, http, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login mallory password canary\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.route("/a")
    ask(http, f"{server.url}/a")
    ask(http, f"{server.url}/a", headers={})
    assert server.secrets_at("/a") == ["Basic canary", ""]


def test_cookies_are_not_kept(server, http):
    server.route("/a", Set_Cookie="session=1; Path=/")
    ask(http, f"{server.url}/a")
    ask(http, f"{server.url}/a")
    assert "cookie" not in server.asked[-1][1]


def test_the_systems_proxy_is_used_but_never_for_this_computer(server, elsewhere, http, monkeypatch):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, elsewhere.url)
    monkeypatch.delenv("no_proxy", raising=False)
    server.route("/a")
    elsewhere.route("http://registry.example/v2/", b"by proxy")

    assert ask(http, f"{server.url}/a").status == 200
    assert ask(http, "http://registry.example/v2/").body == b"by proxy"


def test_no_failure_holds_on_to_the_request_and_its_header(server, http):
    server.play("/a", lambda handler: None)
    with pytest.raises(RegistryUnreachable) as caught:
        ask(http, f"{server.url}/a")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "canary" not in repr(caught.value) + caught.value.raw


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Reg.Example/v2/", "https://reg.example:443"),
        ("http://[::1]:5000/x", "http://[::1]:5000"),
        ("https://reg.example:443", "https://reg.example:443"),
        ("https://user@reg.example/", ""),
        ("https://good.example\\@evil.example/", ""),
        ("https://reg.example:99999/", ""),
        ("ftp://reg.example/", ""),
        ("https://", ""),
        ("https://[half", ""),
        ("https://bücher.example/", ""),
        ("/v2/", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port_or_nothing(url, expected):
    assert origin(url) == expected


def test_docker_hub_answers_elsewhere_than_its_name():
    assert (api_host("docker.io"), api_host("quay.io")) == ("registry-1.docker.io", "quay.io")
