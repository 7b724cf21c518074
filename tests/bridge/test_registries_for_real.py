"""The registries' room on real registries and a real Secret Service."""

import gc

import pytest

from desktop.bridge.registries import RegistryRoom
from desktop.bridge.worker import Roster
from desktop.core.address import understand
from desktop.core.reference import Reference
from desktop.core.registry import KeyringState, SignIn
from desktop.core.registry_errors import (
    AccessDenied,
    ImageNotFound,
    KeyringRefused,
    NotARegistry,
    SignInNeeded,
    WrongCredentials,
)
from desktop.core.secret import Secret

pytestmark = pytest.mark.lab


@pytest.fixture
def room(qapp, secret_service):
    from desktop.adapters.os_keychain import OsKeychain
    from desktop.adapters.registry_directory import RegistryDirectory

    secret_service.unlock()
    roster = Roster()
    room = RegistryRoom(roster, RegistryDirectory, OsKeychain)
    yield room
    assert roster.close() == []
    gc.collect()


@pytest.fixture
def image(tmp_path):
    from layered_image import LayeredImage, layer_of

    (tmp_path / "file").write_bytes(bytes(1000))
    return LayeredImage([layer_of(tmp_path)])


def meet(qtbot, room, address):
    with qtbot.waitSignal(room.greeted, timeout=10_000) as told:
        room.greet(understand(address))
    return told.args[0]


def sign_in(qtbot, room, lab, password=None, keep=True, realm="", ends="connected"):
    greeting = meet(qtbot, room, f"http://{lab.host}/")
    secret = Secret(lab.password if password is None else password)
    with qtbot.waitSignal(getattr(room, ends), timeout=10_000) as told:
        room.connect_to(greeting, lab.user, secret, keep, realm)
    return told.args[0]


def sign_out(qtbot, room, account):
    with qtbot.waitSignal(room.signed_out, timeout=10_000):
        room.sign_out(account)


def kept(host):
    """Labels of what the keyring holds for *host*, asked of it directly."""
    import contextlib

    import secretstorage

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        items = secretstorage.get_default_collection(bus).get_all_items()
        return [item.get_label() for item in items if f"portside/{host}/" in item.get_label()]


def result(qtbot, job):
    with qtbot.waitSignal(job.succeeded, timeout=10_000) as told:
        pass
    return told.args[0]


def failure(qtbot, job):
    with qtbot.waitSignal(job.failed, timeout=10_000) as told:
        pass
    return told.args[0]


def test_from_an_address_to_a_tag_and_back_to_nothing(qtbot, room, registry, image):
    digest = registry.put(image, "room/app", "v1")
    account = sign_in(qtbot, room, registry)
    assert len(kept(registry.host)) == 1
    with qtbot.waitSignal(room.listed, timeout=10_000, check_params_cb=lambda listing: not listing.loading):
        room.show(account.id)
    room.open("room/app")
    qtbot.waitUntil(lambda: any((row.repository, row.tag) == ("room/app", "v1") for row in room.model.rows))
    with qtbot.waitSignal(room.described, timeout=10_000) as told:
        room.describe("room/app", "v1")
    assert told.args[3].digest == digest == registry.holds("room/app", "v1")
    name = Reference.of(registry.host, "room/app", "v1")
    assert result(qtbot, room.look_up(account.id, name)).digest == digest
    assert result(qtbot, room.tags_of(account.id, "room/app")).names == ("v1",)
    assert isinstance(
        failure(qtbot, room.look_up(account.id, Reference.of(registry.host, "room/app", "v2"))), ImageNotFound
    )
    sign_out(qtbot, room, account)
    assert kept(registry.host) == []
    assert isinstance(failure(qtbot, room.look_up("", name)), SignInNeeded | AccessDenied)


def test_a_wrong_password_leaves_nothing_in_the_keyring(qtbot, room, registry):
    assert isinstance(sign_in(qtbot, room, registry, "wrong", ends="connect_failed"), WrongCredentials)
    assert room.accounts == ()
    assert kept(registry.host) == []


def test_a_registry_behind_a_token_server_elsewhere(qtbot, room, token_registry):
    realm = meet(qtbot, room, token_registry.host).realm_host
    assert realm == token_registry.tokens.host
    before = len(token_registry.tokens.asked)
    sign_in(qtbot, room, token_registry, ends="connect_failed")
    assert len(token_registry.tokens.asked) == before, "no secret went there unasked"
    account = sign_in(qtbot, room, token_registry, realm=realm)
    assert account.trusted_realm == realm
    sign_out(qtbot, room, account)


def test_a_registry_that_never_asks_gets_no_secret_and_nothing_is_kept(qtbot, room, open_registry, image):
    open_registry.put(image, "room/free", "v1")
    assert meet(qtbot, room, open_registry.host).sign_in is SignIn.NONE
    account = sign_in(qtbot, room, open_registry, "whatever")
    assert not account.asks
    assert kept(open_registry.host) == []
    assert result(qtbot, room.look_up(account.id, Reference.of(open_registry.host, "room/free", "v1"))).size > 0
    sign_out(qtbot, room, account)


def test_a_web_site_is_no_registry(qtbot, room):
    from hostile_registry import hostile_registry

    with hostile_registry() as site:
        with qtbot.waitSignal(room.greet_failed, timeout=10_000) as told:
            room.greet(understand(site.host))
    assert isinstance(told.args[0], NotARegistry)


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_locked_keyring_is_told_and_memory_does_instead(qtbot, room, registry, secret_service, loose_ends):
    secret_service.lock()
    with qtbot.waitSignal(room.keyring_known, timeout=10_000) as told:
        room.learn_keyring()
    assert told.args == [KeyringState.LOCKED]
    assert isinstance(sign_in(qtbot, room, registry, ends="connect_failed"), KeyringRefused)
    assert room.accounts == ()
    account = sign_in(qtbot, room, registry, keep=False)
    assert result(qtbot, room.credential(account.id, account.host)).secret == Secret(registry.password)
    sign_out(qtbot, room, account)
    secret_service.unlock()
    assert kept(registry.host) == []


@pytest.fixture
def loose_ends():
    """Collect what keyring 25 leaves open when the collection is locked: its bus connection."""
    import warnings

    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
