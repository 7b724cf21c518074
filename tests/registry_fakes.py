"""Registries and a keyring that answer from memory, by the ports, with every thread's calls on record."""

import threading

from desktop.core.errors import AppError
from desktop.core.registry import Greeting, KeyringState, Layer, Page, SignIn, TagDetails
from desktop.core.registry_errors import ImageNotFound, SignInSentElsewhere, WrongCredentials


class RegistryWorld:
    """What all fake registries share: greetings by host, the right secret, what is held, and who asked what."""

    def __init__(self):
        self.greetings = {"reg.example": Greeting("reg.example", "https", SignIn.BASIC)}
        self.secret = "right"
        self.repositories = {"": Page(("base/node", "samples/nginx"))}
        self.tags = {("samples/nginx", ""): Page(("v1", "v2"))}
        self.details = {}
        self.faults = {}  # verb: the error it raises
        self.calls, self.opened, self.closed = [], 0, 0
        self.gates = {}  # verb: an Event that it waits for

    def make(self):
        return FakeRegistries(self)

    def note(self, verb, *facts, token=None):
        self.calls.append((verb, *facts))
        gate = self.gates.get(verb)
        if gate:
            if token:
                token.on_cancel(gate.set)
            gate.wait(10)
        if token:
            token.check()
        if verb in self.faults:
            raise self.faults[verb]

    def asked(self, verb):
        return [facts for name, *facts in self.calls if name == verb]


class FakeRegistries:
    def __init__(self, world):
        self.world, self.thread = world, threading.get_ident()

    def greet(self, host, token, scheme=""):
        assert threading.get_ident() == self.thread, "a client stays on its thread"
        self.world.note("greet", host, scheme, token=token)
        if host not in self.world.greetings:
            raise AppError(host=host)
        return self.world.greetings[host]

    def open(self, account, greeting, credential):
        if credential and greeting.realm_host not in ("", account.trusted_realm):
            raise SignInSentElsewhere(host=greeting.host, realm=greeting.realm_host)
        self.world.opened += 1
        return FakeRegistry(self.world, account, greeting, credential)

    def close(self):
        self.world.closed += 1


class FakeRegistry:
    def __init__(self, world, account, greeting, credential):
        self.world, self.account, self.credential = world, account, credential

    def sign_in(self, token):
        self.world.note("sign_in", self.account.host, token=token)
        if not self.credential or self.credential.secret.reveal() != self.world.secret:
            raise WrongCredentials(host=self.account.host)

    def repositories(self, more, token):
        self.world.note("repositories", self.account.host, more, token=token)
        return self.world.repositories[more]

    def tags(self, repository, more, token):
        self.world.note("tags", repository, more, token=token)
        try:
            return self.world.tags[repository, more]
        except KeyError:
            raise ImageNotFound(host=self.account.host, name=repository) from None

    def details(self, repository, reference, token):
        self.world.note("details", repository, reference, token=token)
        return self.world.details.get((repository, reference)) or details_of(repository, reference)

    def close(self):
        pass


class FakeKeychain:
    """A keyring in memory, shared by all workers that are given it."""

    def __init__(self):
        self.items, self.answer, self.fault = {}, KeyringState.READY, None
        self.reads, self.gate = 0, None

    def make(self):
        return self

    def state(self):
        return self.answer

    def get(self, host, account_id):
        self._pass()
        self.reads += 1
        return self.items.get((host, account_id))

    def set(self, host, account_id, secret):
        self._pass()
        self.items[host, account_id] = secret

    def delete(self, host, account_id):
        self._pass()
        self.items.pop((host, account_id), None)

    def close(self):
        pass

    def _pass(self):
        if self.gate:
            self.gate.wait(10)
        if self.fault:
            raise self.fault


def details_of(repository, reference, size=71_800_000):
    """Details that anybody can tell apart."""
    digest = f"sha256:{hash((repository, reference)) & (1 << 64) - 1:064x}"
    layers = (Layer("sha256:" + "a" * 64, size * 2 // 3), Layer("sha256:" + "b" * 64, size // 3))
    made = "2026-01-02T03:04:05.678901234Z"
    return TagDetails(digest, "application/vnd.oci.image.manifest.v1+json", size, ("linux/amd64",), layers, made)
