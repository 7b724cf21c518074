import pytest

from desktop.adapters.registry_auth import Authorizer, challenges, greeting
from desktop.adapters.registry_http import Answer, RegistryHttp
from desktop.core.cancel import CancelToken
from desktop.core.ports import Credential
from desktop.core.registry import Greeting, SignIn
from desktop.core.registry_errors import (
    AccessDenied,
    NotARegistry,
    RegistryAnswerUnreadable,
    RegistryRateLimited,
    RegistryTroubled,
    SignInInsecure,
    SignInNeeded,
    WrongCredentials,
)
from desktop.core.secret import Secret
from hostile_registry import MARK, hostile_registry

WHO = Credential("robot", Secret("canary"))


def answer(status=401, challenge="", body=b"{}", **headers):
    from requests.structures import CaseInsensitiveDict

    told = {name.replace("_", "-"): value for name, value in headers.items()}
    asks = {"WWW-Authenticate": challenge} if challenge else {}
    return Answer("", status, CaseInsensitiveDict({**told, **asks}), body)


def bearer(realm):
    return answer(challenge=f'Bearer realm="{realm}",service="s"', **MARK)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ('Basic realm="Registry Realm"', [("basic", {"realm": "Registry Realm"})]),
        ("BEARER  Realm = x , service=y", [("bearer", {"realm": "x", "service": "y"})]),
        (
            'Basic realm="a, b", Bearer realm="https://x/t",scope="a:b:pull,push"',
            [("basic", {"realm": "a, b"}), ("bearer", {"realm": "https://x/t", "scope": "a:b:pull,push"})],
        ),
        (r'Bearer realm="a\"b"', [("bearer", {"realm": 'a"b'})]),
        ('Bearer realm="first",realm="second"', [("bearer", {"realm": "first"})]),
        ("=,;", []),
    ],
)
def test_a_challenge_is_read_as_the_rfc_writes_it(header, expected):
    assert challenges(header) == expected


def test_a_monstrous_challenge_is_cut_and_not_choked_on():
    assert challenges('Bearer realm="' + "\\" * 1_000_000)[0] == ("bearer", {})


@pytest.mark.parametrize(
    ("host", "scheme", "realm", "foreign"),
    [
        ("reg.example", "https", "https://reg.example/token", ""),
        ("reg.example", "https", "https://REG.example:443/token", ""),
        ("contoso.azurecr.io", "https", "https://contoso.azurecr.io/oauth2/token", ""),
        ("docker.io", "https", "https://auth.docker.io/token", ""),
        ("docker.io", "https", "https://registry-1.docker.io/token", ""),
        ("reg.example", "https", "https://auth.docker.io/token", "auth.docker.io"),
        ("docker.io", "https", "https://auth.docker.io.evil.example/token", "auth.docker.io.evil.example"),
        ("reg.example", "https", "https://reg.example:8443/token", "reg.example:8443"),
        ("reg.example:5000", "https", "https://reg.example/token", "reg.example"),
        ("reg.example", "https", "https://reg.example.evil.example/", "reg.example.evil.example"),
        ("127.0.0.1:5000", "http", "http://127.0.0.1:5000/token", ""),
        ("127.0.0.1:5000", "http", "http://127.0.0.1:5001/token", "127.0.0.1:5001"),
        ("reg.example", "http", "http://reg.example/token", ""),
        ("reg.example", "http", "http://other.example/token", "other.example"),
    ],
)
def test_a_realm_is_the_registrys_own_or_in_the_table_or_named_as_foreign(host, scheme, realm, foreign):
    found = greeting(host, scheme, bearer(realm))
    assert (found.sign_in, found.realm, found.service, found.realm_host) == (SignIn.BEARER, realm, "s", foreign)


@pytest.mark.parametrize(
    ("host", "scheme", "realm"),
    [
        ("reg.example", "https", "http://reg.example/token"),
        ("docker.io", "https", "http://auth.docker.io/token"),
        ("127.0.0.1:5000", "https", "http://127.0.0.1:5000/token"),
        ("127.0.0.1:5000", "http", "http://reg.example/token"),
    ],
)
def test_an_open_line_behind_a_closed_one_is_refused(host, scheme, realm):
    with pytest.raises(SignInInsecure):
        greeting(host, scheme, bearer(realm))


@pytest.mark.parametrize(
    "realm", ["", "members only", "ftp://reg.example/", "https://user:pw@reg.example/", "https://a\\@reg.example/"]
)
def test_a_realm_that_is_no_address_is_no_registrys(realm):
    with pytest.raises(NotARegistry):
        greeting("reg.example", "https", bearer(realm))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answer(challenge='Basic realm="x"', **MARK), SignIn.BASIC),
        (answer(challenge='Basic realm="x"', body=b'{"errors": []}'), SignIn.BASIC),
        (answer(challenge='Basic realm="x", Bearer realm="https://r/t"', **MARK), SignIn.BEARER),
        (answer(200, body=b"", **MARK), SignIn.NONE),
        (answer(200, body=b"{}"), SignIn.NONE),
    ],
)
def test_a_registry_is_known_by_how_it_answers(said, expected):
    assert greeting("r", "https", said).sign_in is expected


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (answer(200, body=b"<html>hello</html>"), NotARegistry),
        (answer(200, body=b""), NotARegistry),
        (answer(404), NotARegistry),
        (answer(301, Location="https://elsewhere/"), NotARegistry),
        (answer(challenge='Basic realm="router"', body=b"<html>"), NotARegistry),
        (answer(challenge="Negotiate", **MARK), NotARegistry),
        (answer(), NotARegistry),
        (answer(429), RegistryRateLimited),
        (answer(503), RegistryTroubled),
    ],
)
def test_what_answers_otherwise_is_no_registry_or_has_trouble(said, error):
    with pytest.raises(error):
        greeting("r", "https", said)


class Desk:
    """A token server and an authorizer before it."""

    def __init__(self, server, credential=WHO, realm="/token?from=realm", sign_in=SignIn.BEARER):
        self.server, self.now = server, 1000.0
        self.http = RegistryHttp(server.host)
        met = Greeting(server.host, "http", sign_in, f"{server.url}{realm}", "the service")
        self.authorizer = Authorizer(self.http, met, credential, lambda: self.now)

    def headers(self, scope=""):
        with self.http.call(CancelToken(), 5):
            return self.authorizer.headers(scope)


@pytest.fixture
def server():
    with hostile_registry() as server:
        server.route("/token", {"token": "abc", "expires_in": 300})
        yield server


def test_a_token_is_asked_for_with_user_service_and_scope(server):
    assert Desk(server).headers("repository:a/b:pull") == {"Authorization": "Bearer abc"}
    path, headers = server.asked[0]
    assert path == "/token?from=realm&service=the+service&scope=repository%3Aa%2Fb%3Apull&account=robot"
    assert headers["authorization"] == "Basic cm9ib3Q6Y2FuYXJ5"


def test_nobody_asks_for_a_token_as_nobody(server):
    Desk(server, credential=None).headers()
    assert server.secrets_at("/token") == [""]


def test_a_token_is_kept_per_scope_until_it_ends(server):
    desk = Desk(server)
    for scope in ("a:b:pull", "a:b:pull", "a:c:pull"):
        desk.headers(scope)
    assert len(server.asked) == 2
    desk.now += 300
    desk.headers("a:b:pull")
    assert len(server.asked) == 3


@pytest.mark.parametrize("lasts", [None, -5, "long", 0])
def test_a_token_without_a_sensible_end_counts_a_minute(server, lasts):
    server.route("/token", {"access_token": "abc", "expires_in": lasts})
    desk = Desk(server)
    desk.headers()
    desk.now += 49
    desk.headers()
    assert len(server.asked) == 1
    desk.now += 2
    desk.headers()
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "scope", "error"),
    [
        (401, "", WrongCredentials),
        (403, "", WrongCredentials),
        (401, "repository:a/b:pull", WrongCredentials),
        (403, "repository:a/b:pull", AccessDenied),
        (429, "", RegistryRateLimited),
        (500, "", RegistryTroubled),
        (302, "", RegistryAnswerUnreadable),
    ],
)
def test_a_refused_token_says_why(server, status, scope, error):
    server.route("/token", status=status, Location="http://127.0.0.1:9/")
    with pytest.raises(error):
        Desk(server).headers(scope)


def test_a_token_refused_to_nobody_asks_for_a_sign_in(server):
    server.route("/token", status=401)
    with pytest.raises(SignInNeeded):
        Desk(server, credential=None).headers()


def test_the_token_server_cannot_send_the_secret_on(server):
    with hostile_registry() as elsewhere:
        server.route("/token", status=307, Location=f"{elsewhere.url}/token")
        with pytest.raises(RegistryAnswerUnreadable):
            Desk(server).headers()
        assert elsewhere.asked == []


@pytest.mark.parametrize("token", [None, 5, "", "with\nnewline", "with space", "ü", "x" * 70_000])
def test_a_token_that_no_header_can_carry_is_unreadable(server, token):
    server.route("/token", {"token": token})
    with pytest.raises(RegistryAnswerUnreadable):
        Desk(server).headers()


def test_basic_goes_as_utf_8_and_never_with_a_colon_in_the_user(server):
    import base64

    odd = Credential("rübe", Secret("pä:ss"))
    header = Desk(server, odd, sign_in=SignIn.BASIC).headers()["Authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "rübe:pä:ss"
    with pytest.raises(WrongCredentials):
        Desk(server, Credential("a:b", Secret("c")), sign_in=SignIn.BASIC).headers()


def test_a_registry_that_never_asks_gets_no_secret(server):
    desk = Desk(server, sign_in=SignIn.NONE)
    assert desk.headers() == {}
    assert not desk.authorizer.signed
