import gc
import threading

import pytest

from desktop.bridge.credentials import Credentials
from desktop.bridge.worker import Roster
from desktop.core.ports import Credential
from desktop.core.registry import Account, KeyringState
from desktop.core.registry_errors import KeyringRefused, SignInNeeded
from desktop.core.secret import Secret
from registry_fakes import FakeKeychain

KEPT = Account("1", "reg.example", "robot")
UNKEPT = Account("2", "reg.example", "maria", kept=False)
OPEN = Account("3", "open.example", asks=False)
SECRET = Secret("right")


@pytest.fixture
def roster(qapp):
    roster = Roster()
    yield roster
    assert roster.close() == []
    gc.collect()  # here, not on the next test's worker


@pytest.fixture
def keychain():
    keychain = FakeKeychain()
    keychain.items["reg.example", "1"] = SECRET
    return keychain


@pytest.fixture
def credentials(roster, keychain):
    return Credentials(roster, keychain.make)


def result(qtbot, job):
    with qtbot.waitSignal(job.succeeded) as told:
        pass
    return told.args[0]


def failure(qtbot, job):
    with qtbot.waitSignal(job.failed) as told:
        pass
    return told.args[0]


def test_a_kept_secret_is_read_once_for_many(qtbot, credentials, keychain):
    assert result(qtbot, credentials.get(KEPT)) == Credential("robot", SECRET)
    for _ in range(5):
        result(qtbot, credentials.get(KEPT))
    assert keychain.reads == 1


def test_nothing_is_read_before_somebody_asks(roster, credentials):
    assert roster.names == []


def test_a_secret_from_the_keyring_is_held_for_a_while_only(qtbot, roster, keychain):
    credentials = Credentials(roster, keychain.make, held_ms=30)
    with qtbot.waitSignal(credentials.forgotten) as told:
        result(qtbot, credentials.get(KEPT))
    assert told.args == ["1"]
    result(qtbot, credentials.get(KEPT))
    assert keychain.reads == 2


def test_a_registry_that_never_asks_gets_no_credential(qtbot, credentials, keychain):
    assert result(qtbot, credentials.get(OPEN)) is None
    assert keychain.reads == 0


def test_a_secret_that_is_gone_asks_for_a_sign_in(qtbot, credentials, keychain):
    keychain.items.clear()
    assert isinstance(failure(qtbot, credentials.get(KEPT)), SignInNeeded)
    assert isinstance(failure(qtbot, credentials.get(UNKEPT)), SignInNeeded)


def test_a_keyring_that_refuses_is_told(qtbot, credentials, keychain):
    keychain.fault = KeyringRefused()
    assert isinstance(failure(qtbot, credentials.get(KEPT)), KeyringRefused)


def test_a_secret_that_is_not_to_be_kept_stays_in_memory_and_nowhere_else(qtbot, roster, keychain):
    credentials = Credentials(roster, keychain.make, held_ms=1)
    result(qtbot, credentials.keep(UNKEPT, SECRET))
    with qtbot.assertNotEmitted(credentials.forgotten, wait=50):
        pass
    assert result(qtbot, credentials.get(UNKEPT)) == Credential("maria", SECRET)
    assert list(keychain.items) == [("reg.example", "1")]


def test_dropping_removes_it_everywhere(qtbot, credentials, keychain):
    result(qtbot, credentials.get(KEPT))
    result(qtbot, credentials.keep(UNKEPT, SECRET))
    for account in (KEPT, UNKEPT):
        with qtbot.waitSignal(credentials.forgotten):
            result(qtbot, credentials.drop(account))
        assert isinstance(failure(qtbot, credentials.get(account)), SignInNeeded)
    assert keychain.items == {}


def test_what_was_being_read_while_it_was_dropped_is_not_held(qtbot, credentials, keychain):
    keychain.gate = threading.Event()
    reading, dropping = credentials.get(KEPT), credentials.drop(KEPT)
    with qtbot.waitSignals([reading.finished, dropping.finished]):
        keychain.gate.set()
    assert isinstance(failure(qtbot, credentials.get(KEPT)), SignInNeeded)


def test_the_keyrings_state_is_found_out_on_its_worker(qtbot, credentials, keychain):
    keychain.answer = KeyringState.LOCKED
    with qtbot.waitSignal(credentials.keyring_known) as told:
        credentials.learn_keyring()
    assert told.args == [KeyringState.LOCKED]


@pytest.mark.parametrize("account", [KEPT, UNKEPT])
def test_a_secret_is_announced_before_anybody_gets_it(qtbot, credentials, account):
    heard = []
    credentials.held.connect(lambda secret: heard.append(secret))
    job = credentials.keep(account, SECRET)
    job.succeeded.connect(lambda credential: heard.append("given"))
    result(qtbot, job)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == [SECRET, "given"]
