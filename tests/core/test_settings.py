import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.appearance import Appearance
from desktop.core.registry import Account, Provider
from desktop.core.settings import Settings, plain, read

ACCOUNT = {"id": "a", "host": "contoso.azurecr.io", "user": "sp", "provider": "azure"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("appearance", "purple"),
        ("appearance", ["dark"]),
        ("engine", "javascript:alert(1)"),
        ("engine", 7),
        ("pulls", 0),
        ("pulls", 11),
        ("pulls", True),
        ("pulls", 3.5),
        ("pulls", "3"),
        ("pushes", 6),
        ("show_stopped", 1),
        ("accounts", {"id": "a"}),
        ("tour", "pull"),
        ("window", "x" * 10_000),
        ("window", "\x00"),
        ("window", "\ud800"),
        ("window", None),
    ],
)
def test_a_value_that_cannot_be_falls_back_alone(key, value):
    others = {"appearance": "dark", "pulls": 4, "pushes": 3, "engine": "npipe:////./pipe/docker_engine"}
    chosen = read({**others, key: value})
    assert getattr(chosen, key) == getattr(Settings(), key)
    for name in others.keys() - {key}:
        assert getattr(chosen, name) != getattr(Settings(), name)


def test_one_unsound_account_goes_and_the_others_stay():
    unsound = [
        {**ACCOUNT, "id": ""},
        {**ACCOUNT, "host": "Contoso.azurecr.io"},
        {**ACCOUNT, "host": "evil.example/x"},
        {**ACCOUNT, "scheme": "ftp"},
        {**ACCOUNT, "provider": "nobody"},
        {**ACCOUNT, "user": "a\nb"},
        {**ACCOUNT, "kept": "yes"},
        {"id": "b"},
        "text",
        None,
    ]
    assert read({"accounts": [*unsound, ACCOUNT]}).accounts == (
        Account("a", "contoso.azurecr.io", "sp", Provider.AZURE),
    )


def test_two_accounts_of_one_id_are_one():
    again = {**ACCOUNT, "user": "other"}
    assert [account.user for account in read({"accounts": [ACCOUNT, again]}).accounts] == ["other"]


def test_unknown_keys_are_kept_and_cannot_take_the_place_of_known_ones():
    chosen = read({"pulls": 4, "later": [1, {"x": None}], "unknown": 5})
    assert chosen.unknown == {"later": [1, {"x": None}], "unknown": 5}
    assert plain(chosen)["later"] == [1, {"x": None}]
    assert plain(Settings(unknown={"pulls": 99}))["pulls"] == 10


TEXT = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=50)
ACCOUNTS = st.builds(
    Account,
    id=TEXT.filter(bool),
    host=st.sampled_from(["contoso.azurecr.io", "docker.io", "localhost:5000", "registry.lan:5000"]),
    user=TEXT,
    provider=st.sampled_from(Provider),
    scheme=st.sampled_from(["http", "https"]),
    asks=st.booleans(),
    trusted_realm=TEXT,
    kept=st.booleans(),
)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=9).map(tuple)
SETTINGS = st.builds(
    Settings,
    appearance=st.sampled_from(Appearance),
    engine=st.sampled_from(["", "unix:///x", "tcp://127.0.0.1:2375"]),
    pulls=st.integers(1, 10),
    pushes=st.integers(1, 5),
    show_stopped=st.booleans(),
    accounts=st.lists(ACCOUNTS, max_size=5, unique_by=lambda account: account.id).map(tuple),
    tour=PAIRS,
    tour_made=PAIRS,
    window=TEXT,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=10,
)


@given(SETTINGS)
def test_all_settings_survive_being_written(chosen):
    assert read(json.loads(json.dumps(plain(chosen)))) == chosen


@given(st.dictionaries(st.sampled_from(sorted(plain(Settings()))), JSON))
def test_whatever_a_file_holds_there_are_settings_that_can_be_written(held):
    chosen = read(held)
    assert 1 <= chosen.pulls <= 10
    assert 1 <= chosen.pushes <= 5
    assert read(json.loads(json.dumps(plain(chosen)))) == chosen
