"""What the bridge needs from the outside world. Each is built and used on one worker thread."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.core.cancel import CancelToken
from desktop.core.engines import Probe
from desktop.core.inventory import Container, EngineEvent, EngineFacts, Image, ImageDetails, OutputPiece, RunOptions
from desktop.core.progress import LayerProgress
from desktop.core.reference import Reference
from desktop.core.registry import Account, Greeting, KeyringState, Page, TagDetails
from desktop.core.secret import Secret
from desktop.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Credential:
    """User and secret for one registry, as an engine or a registry takes them; never stored, never logged."""

    user: str
    secret: Secret


class Engine(Protocol):
    """One connection to a container engine. All failures are AppErrors, a cancelled stream raises Cancelled."""

    def facts(self) -> EngineFacts:
        """Who answers."""

    def images(self) -> list[Image]:
        """Every local image, by one request."""

    def containers(self) -> list[Container]:
        """Every container, stopped ones too, by one request."""

    def image_details(self, name: str) -> ImageDetails:
        """What the image *name* (or id) says of itself; ImageNotHere if there is none."""

    def add_name(self, image_id: str, reference: Reference) -> None:
        """Give the image one more name; the old ones stay."""

    def remove_name(self, name: str) -> None:
        """Remove a name (or the id of a nameless image), never by force; the image goes with its last name.

        ImageInUse where a container holds it, ImageNotHere where it is gone.
        """

    def run(self, options: RunOptions) -> str:
        """Create a container and start it; return its id. Where the start fails nothing is left behind.

        PortTaken, ContainerNameTaken, ContainerNameInvalid, ImageNotHere, CommandNotFound.
        """

    def run_and_listen(self, options: RunOptions, token: CancelToken) -> tuple[str, Iterable[OutputPiece]]:
        """As run(), with its output from the first word on, until it ends or *token* is cancelled.

        Of a container that ends at once and is removed then nothing could be read back.
        """

    def start(self, container_id: str) -> None:
        """Start a stopped container."""

    def stop(self, container_id: str, grace_s: int = 10) -> None:
        """Ask it to end, and end it after *grace_s* seconds."""

    def restart(self, container_id: str, grace_s: int = 10) -> None:
        """Stop and start it."""

    def remove_container(self, container_id: str) -> None:
        """Remove a stopped container, never by force."""

    def exit_code(self, container_id: str) -> int | None:
        """The code it ended with; None while it runs. ContainerGone if there is none."""

    def output(self, container_id: str, token: CancelToken, last_lines: int = 1000) -> Iterator[OutputPiece]:
        """Its latest output, then what follows, until it ends or *token* is cancelled."""

    def watch(self, token: CancelToken) -> Iterator[EngineEvent]:
        """What happens, as it happens, until cancelled; EngineUnreachable when the engine ends."""

    def pull(self, reference: Reference, credential: Credential | None, token: CancelToken) -> Iterator[LayerProgress]:
        """Pull; the image is there when the iterator ends without an error."""

    def push(self, reference: Reference, credential: Credential | None, token: CancelToken) -> Iterator[LayerProgress]:
        """Push the one name *reference*; it was sent when the iterator ends without an error."""

    def close(self) -> None:
        """Let the connection go."""


class EngineFinder(Protocol):
    """Looks for engines on this computer."""

    def probe(self, wanted: str, token: CancelToken) -> Sequence[Probe]:
        """Every candidate tried at once (about 2 s at most), in the order of preference; *wanted* (an URL) first."""

    def start(self, probe: Probe, token: CancelToken) -> None:
        """Start a stopped engine by its own command; EngineStartFailed where that fails."""

    def close(self) -> None:
        """Nothing is left open."""


class Registry(Protocol):
    """One HTTP session with one registry, signed in as one account."""

    def sign_in(self, token: CancelToken) -> None:
        """Prove that the credentials are accepted; WrongCredentials if not."""

    def repositories(self, more: str, token: CancelToken) -> Page:
        """A page of repository names; *more* as the page before gave it, "" for the first. ListingNotAllowed."""

    def tags(self, repository: str, more: str, token: CancelToken) -> Page:
        """A page of tags; ImageNotFound where the registry knows no such repository."""

    def details(self, repository: str, reference: str, token: CancelToken) -> TagDetails:
        """What a tag or digest stands for; ImageNotFound if nothing."""

    def close(self) -> None:
        """Let the session go."""


class Registries(Protocol):
    """Makes acquaintance with registries."""

    def greet(self, host: str, token: CancelToken, scheme: str = "") -> Greeting:
        """Ask *host* who it is, without any secret: by https, then by http on this computer or where *scheme* says so.

        With *scheme* https nothing else is tried. AddressUnknown, RegistryUnreachable, CertificateRejected, NotHttps,
        NotARegistry, SignInInsecure.
        """

    def open(self, account: Account, greeting: Greeting, credential: Credential | None) -> Registry:
        """A session with *account*'s registry."""

    def close(self) -> None:
        """Let what is open go."""


class Keychain(Protocol):
    """The operating system's keyring; one item per account. May wait for an unlock prompt."""

    def state(self) -> KeyringState:
        """Whether secrets can be kept: proved by a real write, read and delete."""

    def get(self, host: str, account_id: str) -> Secret | None:
        """The stored secret; None where there is none or it is damaged. KeyringRefused."""

    def set(self, host: str, account_id: str, secret: Secret) -> None:
        """Store it, read it back, compare. KeyringRefused, with nothing left behind."""

    def delete(self, host: str, account_id: str) -> None:
        """Remove every trace of it; quiet where there is none."""

    def close(self) -> None:
        """Nothing is left open."""


class SettingsStore(Protocol):
    """Where settings stay between two runs."""

    def load(self) -> Settings:
        """What was saved; defaults where nothing was. A damaged file is kept aside and named in *damaged*."""

    def save(self, settings: Settings) -> None:
        """Write all at once or nothing."""

    @property
    def damaged(self) -> str:
        """Where the damaged file of the last load() is kept, "" if it was sound."""

    def close(self) -> None:
        """Nothing is left open."""


class PageProbe(Protocol):
    """Asks a web page whether it is there."""

    def wait(self, address: str, limit_s: float, token: CancelToken) -> float | None:
        """Seconds until http://*address* gave any HTTP answer; None if it did not within *limit_s*."""

    def port_is_free(self, port: int, protocol: str = "tcp") -> bool:
        """Whether a program could listen on *port* (tcp or udp) of this computer now."""

    def close(self) -> None:
        """Nothing is left open."""


@dataclass(frozen=True, slots=True)
class PracticePlace:
    """A running practice registry: where it is and how to sign in."""

    host: str
    user: str
    secret: Secret


class PracticeRegistry(Protocol):
    """A real registry on this computer, with a password, for practising."""

    def start(self, token: CancelToken) -> PracticePlace:
        """Start it (once) and wait until it answers; PracticeRegistryFailed."""

    def stop(self) -> None:
        """End it; what was pushed stays."""

    def remove(self) -> None:
        """End it and delete all that was pushed."""

    def close(self) -> None:
        """The same as stop()."""
