import base64
import json
import logging
import os
import stat
import sys
from urllib.parse import quote

import pytest

from desktop.adapters.redacting_log import DOTS, MOST_BYTES, MOST_FILES, Redactor, start_log, stop_log
from desktop.core.secret import Secret

CANARY = 'k4nary/Pä"ss+w0rd='
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
LOG = logging.getLogger("desktop.test")


@pytest.fixture
def redactor(tmp_path):
    level = logging.getLogger().level
    yield start_log(tmp_path / "logs")
    stop_log()
    logging.getLogger().setLevel(level)


@pytest.fixture
def written(tmp_path):
    return lambda: (tmp_path / "logs" / "portside.log").read_text(encoding="utf-8")


def in_base64(coding, user):
    return base64.b64encode(f"{user}:{CANARY}".encode(coding)).decode()


WAYS = {
    "plain": CANARY,
    "as a URL": quote(CANARY, safe=""),
    "as JSON": json.dumps(CANARY),
    "as JSON, unescaped": json.dumps(CANARY, ensure_ascii=False),
    "as Python writes it": repr(CANARY),
    "in hexadecimal": CANARY.encode().hex(),
    **{f"base64 at offset {len(user)}": in_base64("utf-8", user) for user in ("", "a", "ab", "abc")},
    "base64 of UTF-16": base64.b64encode(CANARY.encode("utf-16-le")).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"me:{CANARY}".encode()).decode(),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_known_secret_is_taken_out_however_it_is_written(way):
    redactor = Redactor()
    redactor.register(Secret(CANARY))
    cleaned = redactor.clean(f"before {way} after")
    assert DOTS in cleaned
    assert cleaned.startswith("before ") and cleaned.endswith(" after")
    left = cleaned.removeprefix("before ").removesuffix(" after").replace(DOTS, "")
    assert len(left) <= 10, left  # at most what stands for the user name and the ends of a group of three


SHAPES = [
    f"Authorization: Basic {base64.b64encode(b'me:k4nary-shape').decode()}",
    "{'Authorization': 'Bearer k4nary-shape', 'Accept': '*/*'}",
    "{'Authorization': b'Basic k4nary-shape'}",
    'X-Registry-Auth: "k4nary-shape"',
    "Cookie: session=k4nary-shape",
    f"the answer was {JWT} and more",
    "https://me:k4nary-shape@registry.example/v2/",
    "password=k4nary-shape&user=me",
    "{'username': 'me', 'password': 'k4nary-shape with a space'}",
    '{"password": "k4nary-\\"shape"}',
    '"{\\"password\\": \\"k4nary-shape and more\\"}"',
    "password=b'k4nary-shape'",
    "identitytoken: k4nary-shape",
    '{"refresh_token":"k4nary-shape"}',
    "client_secret=k4nary-shape",
    "POSTGRES_PASSWORD=k4nary-shape",
    "docker login registry.example -u me -p k4nary-shape",
    "docker login --password k4nary-shape registry.example",
    '{"auths": {"registry.example": {"auth": "azRuYXJ5LXNoYXBl"}}}',
    "GET /blob?sv=1&sig=k4nary-shape",
    "-----BEGIN RSA PRIVATE KEY-----\nk4nary-shape\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("line", SHAPES)
def test_what_looks_like_a_secret_is_taken_out_though_nobody_knew_it(line):
    cleaned = Redactor().clean(line)
    assert DOTS in cleaned
    for trace in ("k4nary", "shape", "azRuYXJ5", "and more", "with a space"):
        assert trace not in cleaned.removesuffix("and more"), cleaned
    assert base64.b64encode(b"me:k4nary-shape").decode() not in cleaned


@pytest.mark.parametrize(
    "line",
    [
        'Www-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
        "docker login registry.example -u me --password-stdin",
        "pulled nginx:latest, sha256:9f2c71d4b0aa4c51e6a3e7f1d2b8c9e0",
        "the registry asks for a password over https",
        "http://127.0.0.1:5000/v2/ answered 200",
    ],
)
def test_what_holds_no_secret_is_left_as_it_is(line):
    redactor = Redactor()
    redactor.register(Secret("ab"))
    assert redactor.clean(line) == line


def test_a_secret_of_three_letters_is_found_where_it_stands_alone():
    redactor = Redactor()
    redactor.register(Secret("abc"))
    assert redactor.clean("abc, abcd, 'abc'") == f"{DOTS}, abcd, '{DOTS}'"


def test_a_forgotten_secret_is_no_longer_looked_for():
    redactor = Redactor()
    redactor.register(Secret(CANARY))
    redactor.forget(Secret(CANARY))
    assert redactor.clean(f"x {CANARY}") == f"x {CANARY}"


def test_arguments_and_the_text_of_exceptions_are_redacted_too(redactor, written):
    redactor.register(Secret(CANARY))
    try:
        raise ValueError(f"refused {CANARY}")
    except ValueError:
        LOG.exception("sign-in of %s with %s failed", "me", CANARY)
    text = written()
    assert "sign-in of me with ••• failed" in text
    assert "ValueError: refused •••" in text
    assert CANARY not in text


def test_nobody_outside_can_forge_a_line(redactor, written):
    LOG.warning("the registry says: %s", "no\n2026-01-01 00:00:00,000 ERROR x: forged\r\x1b[2J")
    lines = written().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("    ")
    assert "\x1b" not in lines[1] and "\r" not in lines[1]


def test_the_file_is_rotated_and_belongs_to_this_user_alone(redactor, tmp_path):
    for _ in range(4 * MOST_FILES):
        for _ in range(60):
            LOG.info("x" * (MOST_BYTES // 200))
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == MOST_FILES
    assert all(file.stat().st_size <= MOST_BYTES for file in files)
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_log_that_cannot_be_written_says_nothing_at_all(tmp_path, capsys):
    place = tmp_path / "taken"
    place.write_text("a file where a folder should be")
    start_log(place)
    try:
        LOG.warning("password=%s", CANARY)
    finally:
        stop_log()
    assert capsys.readouterr() == ("", "")


def test_a_record_of_ten_megabytes_is_cut_in_good_time(redactor, written):
    for filling in ("a-", "password ", '"', "docker login ", "\\"):
        LOG.warning(filling * (10_000_000 // len(filling)))
    assert all(len(line) < 21_000 for line in written().splitlines())


def test_another_handler_still_gets_its_own_trace(redactor):
    seen = []

    class Other(logging.Handler):
        def emit(self, record):
            seen.append(record.exc_text)

    other = Other()
    LOG.addHandler(other)
    try:
        try:
            raise ValueError
        except ValueError:
            LOG.exception("x")
    finally:
        LOG.removeHandler(other)
    assert seen == [None]
    assert sys.exc_info() == (None, None, None)
