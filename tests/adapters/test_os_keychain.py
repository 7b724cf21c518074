"""The keychain before a backend as strict as Windows', and before a real Secret Service."""

import gc
import random
import warnings

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from desktop.adapters import os_keychain
from desktop.adapters.os_keychain import BACKENDS, PART, OsKeychain, trusted_backend
from desktop.core.registry import KeyringState
from desktop.core.registry_errors import KeyringRefused
from desktop.core.secret import Secret

LONG = [PART - 3, PART - 2, PART, 2 * PART, 2 * PART + 1, 3250, 30_000]
WHO = ("contoso.azurecr.io", "7")


class BlobTooLong(Exception):
    """What pywin32 raises for error 1783: not a KeyringError."""


class Vault(KeyringBackend):
    """As strict as the Windows credential store: 2,560 bytes of UTF-16, one user per service."""

    priority = 5

    def __init__(self):
        self.items, self.written = {}, 0
        self.fail_at, self.locked, self.forgets = None, False, False

    def set_password(self, service, username, password):
        self._step()
        if len(password.encode("utf-16-le", "surrogatepass")) > 2560:
            raise BlobTooLong(password)
        assert self.items.get(service, (username,))[0] == username, "a second user would move the first"
        self.items[service] = (username, password[:-1] if self.forgets else password)

    def get_password(self, service, username):
        self._check()
        return self.items[service][1] if service in self.items else None

    def delete_password(self, service, username):
        self._check()
        if service not in self.items:
            raise PasswordDeleteError
        del self.items[service]

    def _check(self):
        if self.locked:
            raise KeyringLocked

    def _step(self):
        self._check()
        self.written += 1
        if self.written == self.fail_at:
            raise BlobTooLong("the secret itself")


@pytest.fixture
def vault():
    return Vault()


@pytest.fixture
def keychain(vault):
    return OsKeychain(vault)


def text_of(size, seed=0):
    return "".join(random.Random(f"{size}{seed}").choices("abcdefghijkæ€", k=size))


@pytest.mark.parametrize("size", [1, 40, *LONG])
def test_a_secret_of_any_length_comes_back_as_it_was(vault, keychain, size):
    secret = Secret(text_of(size))
    keychain.set(*WHO, secret)
    assert keychain.get(*WHO) == secret
    assert all(service.startswith("portside/contoso.azurecr.io/7") for service in vault.items)


def test_no_character_is_broken_between_two_parts(keychain):
    secret = Secret("a" * (PART - 1) + "🔑" * PART)
    keychain.set(*WHO, secret)
    assert keychain.get(*WHO) == secret


def test_signing_out_leaves_no_trace(vault, keychain):
    for size in (40, 30_000):
        keychain.set(*WHO, Secret(text_of(size)))
        keychain.delete(*WHO)
        assert vault.items == {}
    keychain.delete(*WHO)


@pytest.mark.parametrize("sizes", [(30_000, 5000), (30_000, 40), (40, 30_000), (3000, 3000)])
def test_a_new_secret_replaces_every_part_of_the_old_one(vault, keychain, sizes):
    for number, size in enumerate(sizes):
        keychain.set(*WHO, Secret(text_of(size, number)))
    assert keychain.get(*WHO) == Secret(text_of(sizes[1], 1))
    alone = Vault()
    OsKeychain(alone).set(*WHO, Secret(text_of(sizes[1], 1)))
    assert len(vault.items) == len(alone.items)


def test_an_end_between_the_parts_and_the_manifest_keeps_the_old_one_and_is_cleared_later(vault, keychain):
    keychain.set(*WHO, Secret(text_of(5000)))
    vault.fail_at = vault.written + 3
    keychain._undo = lambda service, before: None  # as if the program had ended there
    with pytest.raises(KeyringRefused):
        keychain.set(*WHO, Secret(text_of(9000, 1)))
    again = OsKeychain(vault)
    assert again.get(*WHO) == Secret(text_of(5000))
    again.set(*WHO, Secret(text_of(40)))
    again.delete(*WHO)
    assert vault.items == {}


@pytest.mark.parametrize("sizes", [(40, 4500), (4500, 4500), (4500, 40), (40, 41)])
def test_a_new_secret_that_cannot_be_kept_spares_the_old_one(vault, keychain, sizes):
    old = Secret(text_of(sizes[0]))
    keychain.set(*WHO, old)
    items = dict(vault.items)
    steps = 1 if sizes[1] < PART else 5
    for step in range(1, steps + 1):
        vault.fail_at = vault.written + step
        with pytest.raises(KeyringRefused):
            keychain.set(*WHO, Secret(text_of(sizes[1], 1)))
        assert keychain.get(*WHO) == old
        assert vault.items == items


@pytest.mark.parametrize("step", range(1, 6))
def test_a_failure_at_any_write_leaves_nothing_half_done(vault, keychain, step):
    vault.fail_at = step
    with pytest.raises(KeyringRefused) as caught:
        keychain.set(*WHO, Secret(text_of(4500)))
    assert vault.items == {}
    assert caught.value.raw == "BlobTooLong"
    assert caught.value.__context__ is None


def test_a_keyring_that_keeps_another_text_is_refused(vault, keychain):
    vault.forgets = True
    with pytest.raises(KeyringRefused):
        keychain.set(*WHO, Secret("abc"))
    assert vault.items == {}
    assert keychain.state() is KeyringState.ABSENT


@pytest.mark.parametrize("damage", ["part gone", "part changed", "count", "generation", "not ours"])
def test_a_damaged_secret_counts_as_absent(vault, keychain, damage):
    keychain.set(*WHO, Secret(text_of(5000)))
    service = "portside/contoso.azurecr.io/7"
    user, manifest = vault.items[service]
    if damage == "part gone":
        del vault.items[f"{service}/a/1"]
    elif damage == "part changed":
        vault.items[f"{service}/a/1"] = (user, "x")
    else:
        wrong = {"count": "m1:a:-1:0", "generation": manifest.replace("m1:a", "m1:z"), "not ours": "secret"}[damage]
        vault.items[service] = (user, wrong)
    assert keychain.get(*WHO) is None


def test_accounts_do_not_meet(keychain):
    keychain.set("a.example", "1", Secret("one"))
    keychain.set("a.example", "2", Secret(text_of(3000)))
    keychain.set("a.example:5000", "1", Secret("three"))
    keychain.delete("a.example", "1")
    assert keychain.get("a.example", "1") is None
    assert keychain.get("a.example", "2") == Secret(text_of(3000))
    assert keychain.get("a.example:5000", "1") == Secret("three")


def test_a_locked_keyring_refuses_and_is_not_absent(vault, keychain):
    vault.locked = True
    assert keychain.state() is KeyringState.LOCKED
    for act in (lambda: keychain.get(*WHO), lambda: keychain.set(*WHO, Secret("x")), lambda: keychain.delete(*WHO)):
        with pytest.raises(KeyringRefused):
            act()


def test_asking_for_the_state_leaves_nothing_behind(vault, keychain):
    assert keychain.state() is KeyringState.READY
    assert vault.written == 1
    assert vault.items == {}


def test_without_a_keyring_nothing_is_kept_and_signing_out_works(monkeypatch):
    monkeypatch.setattr(os_keychain, "trusted_backend", lambda: None)
    keychain = OsKeychain()
    assert keychain.state() is KeyringState.ABSENT
    keychain.delete(*WHO)
    with pytest.raises(KeyringRefused):
        keychain.set(*WHO, Secret("x"))


def test_only_keyrings_on_the_list_are_used_whatever_the_persons_settings_say(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setitem(BACKENDS, "linux", ())
    assert trusted_backend("linux") is None
    assert all("fail" not in name and "null" not in name for names in BACKENDS.values() for name in names)


def test_a_keyring_below_the_recommended_ones_is_refused(monkeypatch):
    monkeypatch.setitem(BACKENDS, "linux", (f"{__name__}:Vault",))
    monkeypatch.setattr(
        os_keychain.importlib, "import_module", lambda name: __import__("types").SimpleNamespace(Vault=Vault)
    )
    assert isinstance(trusted_backend("linux"), Vault)
    monkeypatch.setattr(Vault, "priority", 0.5)
    assert trusted_backend("linux") is None


def test_platforms_without_a_known_keyring_have_none():
    assert trusted_backend("plan9") is None


@pytest.mark.lab
def test_a_real_secret_service_keeps_short_and_long_secrets(secret_service):
    secret_service.unlock()
    keychain = OsKeychain()
    assert keychain.state() is KeyringState.READY
    for size in (40, 30_000):
        secret = Secret(text_of(size))
        keychain.set("real.example", "1", secret)
        assert OsKeychain().get("real.example", "1") == secret
    keychain.delete("real.example", "1")
    assert keychain.get("real.example", "1") is None
    assert left_in_the_secret_service() == []


@pytest.fixture
def loose_ends():
    """Collect what keyring 25 leaves open when the collection is locked: its bus connection."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.lab
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_real_secret_service_that_is_locked_says_so(secret_service, loose_ends):
    keychain = OsKeychain()
    secret_service.unlock()
    keychain.set("real.example", "1", Secret("x"))
    secret_service.lock()
    try:
        assert keychain.state() is KeyringState.LOCKED
        with pytest.raises(KeyringRefused):
            keychain.get("real.example", "1")
    finally:
        secret_service.unlock()
    assert keychain.get("real.example", "1") == Secret("x")
    keychain.delete("real.example", "1")


@pytest.mark.lab
def test_no_secret_service_at_all_is_absent(monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    assert OsKeychain().state() is KeyringState.ABSENT


def left_in_the_secret_service():
    import secretstorage

    bus = secretstorage.dbus_init()
    items = [item.get_label() for item in secretstorage.get_default_collection(bus).get_all_items()]
    bus.close()
    return [label for label in items if "portside" in label]
