"""Registries and accounts, and what they hold, as plain values."""

from dataclasses import dataclass
from enum import Enum

from desktop.core.address import is_azure, is_loopback
from desktop.core.errors import AppError


class Provider(Enum):
    """Whose registry it is, as far as Portside treats them differently."""

    AZURE = "azure"
    DOCKER_HUB = "docker-hub"
    PRACTICE = "practice"
    OTHER = "other"


class SignIn(Enum):
    """How a registry asks for a sign-in."""

    NONE = "none"  # it never asks: any password would seem right
    BASIC = "basic"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a registry answers to a stranger: how it wants a sign-in, and where (*realm*, a full URL, Bearer only)."""

    host: str
    scheme: str  # https or http
    sign_in: SignIn
    realm: str = ""
    service: str = ""
    realm_host: str = ""  # host[:port] of the realm where it is not the registry's own, else ""

    @property
    def insecure(self) -> bool:
        """Whether a secret would travel unencrypted beyond this computer."""
        return self.scheme == "http" and not is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Account:
    """A registry somebody is connected to. Holds no secret: that is in the keyring under *host* and *id*."""

    id: str
    host: str  # login server, host[:port] in lower case
    user: str = ""
    provider: Provider = Provider.OTHER
    scheme: str = "https"
    asks: bool = True  # False: this registry did not ask for a password
    trusted_realm: str = ""  # a foreign realm host the person agreed to
    kept: bool = True  # False: the secret is in memory only, until Portside quits


def provider_of(host: str) -> Provider:
    """The provider that *host* belongs to by its exact name."""
    if is_azure(host):
        return Provider.AZURE
    return Provider.DOCKER_HUB if host == "docker.io" else Provider.OTHER


@dataclass(frozen=True, slots=True)
class Page:
    """One page of names; *more* is what to ask for the next one with, "" at the end."""

    names: tuple[str, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as the manifest tells it: digest of the compressed blob, bytes compressed."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class TagDetails:
    """What a registry holds under a tag. *size* is compressed bytes; *platforms* as "linux/amd64", empty if unknown."""

    digest: str
    media_type: str
    size: int
    platforms: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    created: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    config_digest: str = ""  # the image id on engines with the classic store


class KeyringState(Enum):
    """Whether secrets can be kept on this computer."""

    READY = "ready"
    ABSENT = "absent"  # no keyring, or only ones Portside does not trust
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """A row of the registry's table: a repository, or a tag of it (*tag* not empty), or its "more" line."""

    repository: str
    tag: str = ""
    more: bool = False  # the line below a repository's tags that fetches more of them
    open: bool = False
    count: int = -1  # tags known of a repository, -1 before they are
    unfinished: bool = False  # the repository has more tags than *count*
    loading: bool = False
    size: int = -1  # compressed bytes of a tag, -1 before somebody looked
    created: str = ""  # as TagDetails has it

    @property
    def key(self) -> tuple[str, str, bool]:
        """Which row it is, whatever else changes."""
        return self.repository, self.tag, self.more


@dataclass(frozen=True, slots=True)
class Listing:
    """How far the list of an account's repositories is: how many are *shown*, whether there are *more*, what failed."""

    account_id: str
    shown: int = 0
    more: bool = False
    loading: bool = False
    error: AppError | None = None
