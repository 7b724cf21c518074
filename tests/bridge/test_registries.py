import gc
import threading
from dataclasses import replace

import pytest

from desktop.bridge.registries import RegistryRoom
from desktop.bridge.worker import Roster
from desktop.core.address import understand
from desktop.core.ports import Credential
from desktop.core.reference import Reference
from desktop.core.registry import Account, Greeting, KeyringState, Page, Provider, SignIn
from desktop.core.registry_errors import (
    AddressUnknown,
    KeyringRefused,
    SignInNeeded,
    SignInSentElsewhere,
    WrongCredentials,
)
from desktop.core.secret import Secret
from registry_fakes import FakeKeychain, RegistryWorld

BASIC = Greeting("reg.example", "https", SignIn.BASIC)
FOREIGN = Greeting("far.example", "https", SignIn.BEARER, "https://auth.example/t", "s", "auth.example")
ROBOT = Account("1", "reg.example", "robot")


@pytest.fixture
def roster(qapp):
    roster = Roster()
    yield roster
    assert roster.close() == []
    gc.collect()  # here, not on the next test's worker


@pytest.fixture
def world():
    return RegistryWorld()


@pytest.fixture
def keychain():
    return FakeKeychain()


@pytest.fixture
def make_room(roster, world, keychain):
    return lambda *accounts: RegistryRoom(roster, world.make, keychain.make, accounts)


@pytest.fixture
def room(make_room):
    return make_room()


@pytest.fixture
def signed_in(make_room, keychain):
    keychain.items["reg.example", "1"] = Secret("right")
    return make_room(ROBOT)


def connect(qtbot, room, greeting=BASIC, user="robot", secret="right", keep=True, realm="", ends="connected"):
    with qtbot.waitSignal(getattr(room, ends)) as told:
        room.connect_to(greeting, user, Secret(secret), keep, realm)
    return told.args[0]


def at_rest(room):
    """Nothing is left of a sign-in: no account, no secret in memory, no worker that holds one."""
    return room.accounts == () and not room._credentials._memory and room._enrolment._desk is None


# meeting


def test_a_greeting_is_told(qtbot, room, world):
    with qtbot.waitSignal(room.greeted) as told:
        room.greet(understand("https://Reg.example/"))
    assert told.args == [BASIC]
    assert world.asked("greet") == [["reg.example", ""]]


def test_http_is_asked_for_only_where_it_was_typed(qtbot, room, world):
    with qtbot.waitSignal(room.greeted):
        room.greet(understand("http://reg.example"))
    assert world.asked("greet") == [["reg.example", "http"]]


def test_a_greeting_that_fails_is_told_in_words(qtbot, room, world):
    world.faults["greet"] = AddressUnknown(host="reg.example")
    with qtbot.waitSignal(room.greet_failed) as told:
        room.greet(understand("reg.example"))
    assert isinstance(told.args[0], AddressUnknown)


def test_only_the_address_asked_for_last_is_answered(qtbot, room, world):
    gate = world.gates["greet"] = threading.Event()
    world.greetings["other.example"] = other = replace(BASIC, host="other.example")
    heard = []
    room.greeted.connect(heard.append)
    room.greet(understand("reg.example"))
    qtbot.waitUntil(lambda: len(world.calls) == 1)
    room.greet(understand("other.example"))
    gate.set()
    qtbot.waitUntil(lambda: heard != [])
    assert heard == [other]


# signing in


def test_a_sign_in_is_proven_before_anything_is_kept(qtbot, room, world, keychain):
    with qtbot.waitSignal(room.accounts_changed) as changed:
        account = connect(qtbot, room)
    assert changed.args == [(account,)]
    assert room.accounts == (account,)
    assert (account.host, account.user, account.provider, account.scheme) == (
        "reg.example",
        "robot",
        Provider.OTHER,
        "https",
    )
    assert account.asks
    assert account.kept
    assert keychain.items == {("reg.example", account.id): Secret("right")}
    assert [verb for verb, *_ in world.calls] == ["greet", "sign_in"]
    assert world.asked("greet") == [["reg.example", "https"]], "never by an open line once it answered over https"


def test_a_wrong_secret_leaves_nothing_half_done(qtbot, room, keychain):
    error = connect(qtbot, room, secret="wrong", ends="connect_failed")
    assert isinstance(error, WrongCredentials)
    qtbot.waitUntil(lambda: at_rest(room))
    assert keychain.items == {}


def test_a_keyring_that_refuses_leaves_nothing_half_done(qtbot, room, keychain):
    keychain.fault = KeyringRefused()
    assert isinstance(connect(qtbot, room, ends="connect_failed"), KeyringRefused)
    qtbot.waitUntil(lambda: at_rest(room))


def test_without_a_keyring_the_secret_stays_in_memory(qtbot, room, keychain):
    keychain.fault = KeyringRefused()
    account = connect(qtbot, room, keep=False)
    assert not account.kept
    with qtbot.waitSignal(room.credential(account.id, account.host).succeeded) as told:
        pass
    assert told.args == [Credential("robot", Secret("right"))]


def test_a_registry_that_never_asks_is_connected_without_user_and_secret(qtbot, room, world, keychain):
    world.greetings["reg.example"] = open_one = replace(BASIC, sign_in=SignIn.NONE)
    account = connect(qtbot, room, open_one, secret="whatever")
    assert (account.asks, account.user, account.kept) == (False, "", True)
    assert keychain.items == {}
    assert world.asked("sign_in") == []
    again = connect(qtbot, room, open_one, user="other")
    assert room.accounts == (again,)


@pytest.mark.parametrize("agreed", ["", "another.example"])
def test_a_foreign_realm_needs_consent_for_exactly_that_host(qtbot, room, world, agreed):
    world.greetings["far.example"] = FOREIGN
    with qtbot.waitSignal(room.connect_failed) as told:
        room.connect_to(FOREIGN, "robot", Secret("right"), True, agreed)
    assert isinstance(told.args[0], SignInSentElsewhere)
    assert world.calls == []
    assert connect(qtbot, room, FOREIGN, realm="auth.example").trusted_realm == "auth.example"


def test_signing_in_again_replaces_the_secret_and_not_the_account(qtbot, signed_in, world, keychain):
    world.secret = "new"
    account = connect(qtbot, signed_in, secret="new")
    assert account.id == "1"
    assert signed_in.accounts == (account,)
    assert keychain.items == {("reg.example", "1"): Secret("new")}


def test_signing_in_again_with_a_wrong_secret_spares_the_old_one(qtbot, signed_in, keychain):
    connect(qtbot, signed_in, secret="wrong", ends="connect_failed")
    assert signed_in.accounts == (ROBOT,)
    assert keychain.items == {("reg.example", "1"): Secret("right")}


def test_a_secret_now_kept_in_memory_does_not_leave_the_old_one_in_the_keyring(qtbot, signed_in, keychain):
    account = connect(qtbot, signed_in, keep=False)
    assert (account.id, account.kept) == ("1", False)
    qtbot.waitUntil(lambda: keychain.items == {})
    keychain.fault = KeyringRefused()
    with qtbot.waitSignal(signed_in.signed_out):
        signed_in.sign_out(account)


@pytest.mark.parametrize("stage", ["greet", "sign_in", "keyring"])
def test_a_sign_in_given_up_leaves_nothing_at_any_stage(qtbot, room, world, keychain, stage):
    gate = threading.Event()
    if stage == "keyring":
        keychain.gate = gate
    else:
        world.gates[stage] = gate
    heard = []
    for signal in (room.connected, room.connect_failed, room.accounts_changed):
        signal.connect(heard.append)
    room.connect_to(BASIC, "robot", Secret("right"), True, "")
    qtbot.waitUntil(lambda: room._enrolment._storing is not None if stage == "keyring" else world.asked(stage) != [])

    room.cancel_connect()
    gate.set()

    with qtbot.waitSignal(room._credentials._desk.submit(lambda *_: None).finished):
        pass
    assert (heard, keychain.items) == ([], {})
    assert at_rest(room)


def test_the_rooms_last_sign_in_counts(qtbot, room, world):
    gate = world.gates["sign_in"] = threading.Event()
    room.connect_to(BASIC, "first", Secret("right"), True, "")
    qtbot.waitUntil(lambda: world.asked("sign_in") != [])
    del world.gates["sign_in"]
    connect(qtbot, room, user="second")
    gate.set()
    assert [account.user for account in room.accounts] == ["second"]


def test_the_keyrings_state_is_told(qtbot, room, keychain):
    with qtbot.waitSignal(room.keyring_known) as told:
        room.learn_keyring()
    assert told.args == [KeyringState.READY]


# signing out


def test_signing_out_removes_secret_and_account(qtbot, signed_in, keychain):
    with qtbot.waitSignals([signed_in.signed_out, signed_in.accounts_changed]):
        signed_in.sign_out(ROBOT)
    assert signed_in.accounts == ()
    assert keychain.items == {}


def test_a_sign_out_that_fails_keeps_the_account_and_says_so(qtbot, signed_in, keychain):
    keychain.fault = KeyringRefused()
    with qtbot.waitSignal(signed_in.failed) as told, qtbot.assertNotEmitted(signed_in.signed_out):
        signed_in.sign_out(ROBOT)
    assert isinstance(told.args[0], KeyringRefused)
    assert signed_in.accounts == (ROBOT,)


def test_signing_out_empties_the_list_that_was_on_show(qtbot, signed_in):
    shelf(qtbot, signed_in)
    with qtbot.waitSignal(signed_in.signed_out):
        signed_in.sign_out(ROBOT)
    assert signed_in.model.rowCount() == 0


# asking


def shelf(qtbot, room, account_id="1"):
    """Show an account and wait for its list; return the rows."""
    with qtbot.waitSignal(room.listed, check_params_cb=lambda listing: not listing.loading):
        room.show(account_id)
    return labels(room)


def labels(room):
    return [
        f"  {row.tag or 'more'}" if row.tag or row.more else ("- " if row.open else "+ ") + row.repository
        for row in room.model.rows
    ]


def test_one_worker_an_account_greets_once_and_is_asked_again_and_again(qtbot, roster, signed_in, world):
    shelf(qtbot, signed_in)
    with qtbot.waitSignal(signed_in.look_up("1", Reference.of("reg.example", "samples/nginx", "v1")).succeeded):
        pass
    with qtbot.waitSignal(signed_in.tags_of("1", "samples/nginx").succeeded) as told:
        pass
    assert told.args == [Page(("v1", "v2"))]
    assert (len(world.asked("greet")), world.opened) == (1, 1)
    assert [name for name in roster.names if name.startswith("registry-")] == ["registry-reg.example"]


def test_a_name_is_looked_up_by_nobody_too(qtbot, room, world):
    with qtbot.waitSignal(room.look_up("", Reference.of("reg.example", "nginx", "1")).succeeded):
        pass
    assert world.asked("details") == [["nginx", "1"]]
    assert world.asked("greet") == [["reg.example", ""]]


def test_a_digest_is_looked_up_as_one(qtbot, room, world):
    digest = "sha256:" + "a" * 64
    with qtbot.waitSignal(room.look_up("", Reference.of("reg.example", "nginx", "", digest)).succeeded):
        pass
    assert world.asked("details") == [["nginx", digest]]


def test_an_account_whose_secret_is_gone_asks_for_a_sign_in(qtbot, make_room):
    room = make_room(ROBOT)
    with qtbot.waitSignal(room.failed) as told:
        room.show("1")
    assert isinstance(told.args[0], SignInNeeded)
    with qtbot.waitSignal(room.look_up("1", Reference.of("reg.example", "nginx")).failed):
        pass
    with qtbot.waitSignal(room.tags_of("unknown", "nginx").failed):
        pass


def test_a_session_goes_when_its_secret_may_no_longer_be_held(qtbot, signed_in, world):
    shelf(qtbot, signed_in)
    signed_in._credentials.forget("1")
    qtbot.waitUntil(lambda: world.closed == 1)
    shelf(qtbot, signed_in)
    assert len(world.asked("greet")) == 2


def test_the_account_for_a_host_is_exact_and_the_one_on_show_comes_first(qtbot, make_room, keychain):
    maria = Account("2", "reg.example", "maria")
    room = make_room(ROBOT, maria)
    assert room.account_for("reg.example") == ROBOT
    assert room.account_for("reg.example:5000") is None
    keychain.items["reg.example", "2"] = Secret("right")
    shelf(qtbot, room, "2")
    assert room.account_for("reg.example") == maria


def test_jobs_do_not_pile_up(qtbot, signed_in):
    from desktop.bridge.worker import Job

    def alive():
        gc.collect()
        return sum(isinstance(each, Job) for each in gc.get_objects())

    shelf(qtbot, signed_in)
    before = alive()
    for _ in range(20):
        shelf(qtbot, signed_in)
        with qtbot.waitSignal(signed_in.look_up("1", Reference.of("reg.example", "nginx")).finished):
            pass
    qtbot.waitUntil(lambda: alive() <= before + 2)


# the shelf


def test_an_open_repository_has_its_tags_below_it(qtbot, signed_in):
    assert shelf(qtbot, signed_in) == ["+ base/node", "+ samples/nginx"]
    signed_in.open("samples/nginx")
    qtbot.waitUntil(lambda: labels(signed_in) == ["+ base/node", "- samples/nginx", "  v1", "  v2"])
    assert signed_in.model.rows[1].count == 2
    signed_in.close("samples/nginx")
    assert labels(signed_in) == ["+ base/node", "+ samples/nginx"]


def test_pages_are_added_without_a_reset(qtbot, signed_in, world):
    world.repositories = {"": Page(("a", "b"), "2"), "2": Page(("c",))}
    heard = []
    signed_in.model.modelReset.connect(lambda: heard.append("reset"))
    assert shelf(qtbot, signed_in) == ["+ a", "+ b"]
    with qtbot.waitSignal(signed_in.listed, check_params_cb=lambda listing: not listing.loading) as told:
        signed_in.more()
    assert labels(signed_in) == ["+ a", "+ b", "+ c"]
    assert (told.args[0].shown, told.args[0].more) == (3, False)
    signed_in.more()
    assert world.asked("repositories") == [["reg.example", ""], ["reg.example", "2"]]
    assert heard == []


def test_tags_come_page_by_page_too(qtbot, signed_in, world):
    world.tags = {("a/b", ""): Page(("1", "2"), "x"), ("a/b", "x"): Page(("3",))}
    shelf(qtbot, signed_in)
    signed_in.open("a/b")
    qtbot.waitUntil(lambda: labels(signed_in)[2:] == ["- a/b", "  1", "  2", "  more"])
    assert signed_in.model.rows[2].unfinished
    signed_in.more_tags("a/b")
    qtbot.waitUntil(lambda: labels(signed_in)[2:] == ["- a/b", "  1", "  2", "  3"])


def test_a_repository_that_is_not_listed_can_be_opened_by_name(qtbot, signed_in, world):
    world.tags["hidden/one", ""] = Page(("v1",))
    shelf(qtbot, signed_in)
    signed_in.open("hidden/one")
    qtbot.waitUntil(lambda: labels(signed_in)[2:] == ["- hidden/one", "  v1"])


@pytest.mark.parametrize("name", ["no/such", "Not A Name"])
def test_a_typed_name_that_leads_nowhere_is_told_and_leaves_no_row(qtbot, signed_in, name):
    before = shelf(qtbot, signed_in)
    with qtbot.waitSignal(signed_in.failed):
        signed_in.open(name)
    qtbot.waitUntil(lambda: labels(signed_in) == before)


def test_a_listed_repository_whose_last_tag_is_gone_is_empty_and_no_failure(qtbot, signed_in):
    shelf(qtbot, signed_in)
    with qtbot.assertNotEmitted(signed_in.failed):
        signed_in.open("base/node")
        qtbot.waitUntil(lambda: signed_in.model.rows[0].count == 0)


def test_a_listing_that_is_refused_is_told_once_with_the_list(qtbot, signed_in, world):
    from desktop.core.registry_errors import ListingNotAllowed, RegistryTroubled

    world.faults["repositories"] = ListingNotAllowed(host="reg.example")
    with (
        qtbot.assertNotEmitted(signed_in.failed),
        qtbot.waitSignal(signed_in.listed, check_params_cb=lambda listing: listing.error is not None),
    ):
        signed_in.show("1")
    world.faults["repositories"] = RegistryTroubled(host="reg.example")
    with qtbot.waitSignal(signed_in.failed):
        signed_in.refresh()


def test_a_refresh_keeps_what_is_open_and_shows_what_is_new(qtbot, signed_in, world):
    shelf(qtbot, signed_in)
    signed_in.open("samples/nginx")
    qtbot.waitUntil(lambda: len(labels(signed_in)) == 4)
    world.repositories[""] = Page(("base/node", "new/one", "samples/nginx"))
    world.tags["samples/nginx", ""] = Page(("v2", "v3"))
    signed_in.refresh()
    expected = ["+ base/node", "+ new/one", "- samples/nginx", "  v2", "  v3"]
    qtbot.waitUntil(lambda: labels(signed_in) == expected)


def test_a_tag_is_described_and_its_row_says_so(qtbot, signed_in):
    shelf(qtbot, signed_in)
    signed_in.open("samples/nginx")
    qtbot.waitUntil(lambda: len(labels(signed_in)) == 4)
    with qtbot.waitSignal(signed_in.described) as told:
        signed_in.describe("samples/nginx", "v1")
    account_id, repository, tag, details = told.args
    assert (account_id, repository, tag, details.size) == ("1", "samples/nginx", "v1", 71_800_000)
    qtbot.waitUntil(lambda: signed_in.model.rows[2].size == 71_800_000)


def test_tags_in_sight_are_looked_at_by_themselves_once_each(qtbot, signed_in, world):
    shelf(qtbot, signed_in)
    signed_in.open("samples/nginx")
    qtbot.waitUntil(lambda: [row.size for row in signed_in.model.rows[2:]] == [71_800_000] * 2)
    with qtbot.waitSignal(signed_in.described):
        signed_in.describe("samples/nginx", "v1")
    assert sorted(world.asked("details")) == [["samples/nginx", "v1"], ["samples/nginx", "v2"]]


def test_only_as_many_tags_are_looked_at_as_are_in_sight(qtbot, signed_in, world):
    from desktop.bridge.tag_survey import MOST

    world.tags["samples/nginx", ""] = Page(tuple(f"v{number}" for number in range(200)))
    shelf(qtbot, signed_in)
    signed_in.open("samples/nginx")
    qtbot.waitUntil(lambda: sum(row.size > 0 for row in signed_in.model.rows) == MOST)
    with qtbot.waitSignal(signed_in.tags_of("1", "samples/nginx").finished):
        pass
    assert len(world.asked("details")) == MOST


def test_on_docker_hub_no_tag_is_looked_at_unasked(qtbot, make_room, world, keychain):
    hub = Account("9", "docker.io", "maria", Provider.DOCKER_HUB)
    keychain.items["docker.io", "9"] = Secret("right")
    world.greetings["docker.io"] = replace(BASIC, host="docker.io")
    world.tags["library/nginx", ""] = Page(("1",))
    room = make_room(hub)
    shelf(qtbot, room, "9")
    room.open("nginx")
    qtbot.waitUntil(lambda: "  1" in labels(room))
    with qtbot.waitSignal(room.tags_of("9", "library/nginx").finished):
        pass
    assert world.asked("details") == []


def test_the_first_failed_look_ends_the_looking_without_a_word(qtbot, signed_in, world):
    world.faults["details"] = WrongCredentials(host="reg.example")
    shelf(qtbot, signed_in)
    with qtbot.assertNotEmitted(signed_in.failed, wait=100):
        signed_in.open("samples/nginx")
        qtbot.waitUntil(lambda: world.asked("details") != [])
    assert len(world.asked("details")) == 1
    with qtbot.waitSignal(signed_in.failed):
        signed_in.describe("samples/nginx", "v1")


def test_another_account_on_show_hears_nothing_of_the_one_before(qtbot, make_room, world, keychain):
    other = Account("2", "other.example", "robot")
    world.greetings["other.example"] = replace(BASIC, host="other.example")
    keychain.items.update({("reg.example", "1"): Secret("right"), ("other.example", "2"): Secret("right")})
    room = make_room(ROBOT, other)
    gate = world.gates["repositories"] = threading.Event()
    room.show("1")
    qtbot.waitUntil(lambda: world.asked("repositories") != [])
    del world.gates["repositories"]
    seen = []
    room.listed.connect(lambda listing: seen.append(listing.account_id))
    shelf(qtbot, room, "2")
    gate.set()
    assert set(seen) == {"2"}


# for the engine


def credential(qtbot, room, account_id="1", host="reg.example", ends="succeeded"):
    with qtbot.waitSignal(getattr(room.credential(account_id, host), ends)) as told:
        pass
    return told.args[0]


def test_an_engine_is_given_a_secret_only_once_the_registry_said_where_it_goes(qtbot, signed_in, world):
    assert credential(qtbot, signed_in) == Credential("robot", Secret("right"))
    world.greetings["reg.example"] = replace(FOREIGN, host="reg.example")
    assert isinstance(credential(qtbot, signed_in, ends="failed"), SignInSentElsewhere)
    assert len(world.asked("greet")) == 2


def test_an_engine_is_given_no_secret_that_the_registry_refuses(qtbot, signed_in, world):
    world.secret = "another since"
    for _ in range(2):
        assert isinstance(credential(qtbot, signed_in, ends="failed"), WrongCredentials)


def test_a_secret_is_proven_once_for_many_transfers(qtbot, signed_in, world):
    for _ in range(3):
        credential(qtbot, signed_in)
    assert (len(world.asked("greet")), len(world.asked("sign_in")), world.opened) == (3, 1, 1)


def test_a_registry_that_asks_no_more_gets_no_secret_by_an_engine(qtbot, signed_in, world):
    world.greetings["reg.example"] = replace(BASIC, sign_in=SignIn.NONE)
    assert credential(qtbot, signed_in) is None


def test_who_signed_in_again_is_who_a_transfer_of_before_signs_in_as(qtbot, signed_in):
    assert credential(qtbot, signed_in, "gone") == Credential("robot", Secret("right"))
    assert credential(qtbot, signed_in, "") == Credential("robot", Secret("right"))
    assert credential(qtbot, signed_in, "1", "reg.example") == Credential("robot", Secret("right"))
    assert credential(qtbot, signed_in, "", "other.example") is None


def test_a_registry_is_asked_nothing_for_an_account_that_was_signed_out_meanwhile(qtbot, signed_in, keychain, world):
    keychain.gate = threading.Event()
    job = signed_in.tags_of("1", "samples/nginx")
    with qtbot.waitSignals([signed_in.signed_out, job.failed]):
        signed_in.sign_out(ROBOT)
        keychain.gate.set()
    assert world.calls == []
    assert signed_in._desks == {}
