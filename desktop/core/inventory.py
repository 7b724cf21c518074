"""What the engine holds, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from desktop.core.reference import Reference
from desktop.core.registry_errors import InvalidReference
from desktop.core.secret import Secret


@dataclass(frozen=True, slots=True)
class Image:
    """One local image: *names* as "repository:tag", *digests* as "repository@sha256:…".

    *size* is in bytes, *created* in seconds since 1970.
    """

    id: str
    names: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    size: int = 0
    created: int = 0


@dataclass(frozen=True, slots=True)
class NamedImage:
    """One row of the images list: an image under one of its names ("" where it has none), and who uses it."""

    image: Image
    name: str
    used_by: tuple[str, ...] = ()  # names of containers

    @property
    def key(self) -> tuple[str, str]:
        """Which row it is, whatever else changes."""
        return self.image.id, self.name

    @property
    def tag(self) -> str:
        """What stands after the repository: "latest"."""
        _, colon, last = self.name.rpartition(":")
        return last if colon and "/" not in last else ""

    @property
    def reference(self) -> Reference | None:
        """Its name with every part filled in; None where it has none, or one that no grammar knows."""
        try:
            return Reference.parse(self.name)
        except InvalidReference:
            return None


Users = Mapping[str, tuple[str, ...]]  #: image ids, each with the names of the containers made from it


def users_of(containers: "Iterable[Container]") -> Users:
    """Who uses which image, stopped containers too."""
    users: dict[str, tuple[str, ...]] = {}
    for container in containers:
        users[container.image_id] = (*users.get(container.image_id, ()), container.name)
    return users


def named(images: Iterable[Image], users: Users) -> list[NamedImage]:
    """*images* as rows: one per name, a nameless image once, each with its *users*."""
    return [NamedImage(image, name, users.get(image.id, ())) for image in images for name in (image.names or ("",))]


@dataclass(frozen=True, slots=True)
class ImageDetails:
    """What an image says of itself: *ports* as "80/tcp", *environment* as "NAME=value", *layers* as diff ids."""

    id: str
    names: tuple[str, ...]
    digests: tuple[str, ...]
    size: int
    created: str
    platform: str
    ports: tuple[str, ...]
    command: tuple[str, ...]
    entrypoint: tuple[str, ...]
    environment: tuple[str, ...]
    layers: tuple[str, ...]
    labels: tuple[tuple[str, str], ...] = ()


class ContainerState(Enum):
    """The engine's own words for where a container is in its life."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"


class Doing(Enum):
    """What was asked of a container and has not happened yet."""

    NOTHING = ""
    STARTING = "starting"
    STOPPING = "stopping"
    RESTARTING = "restarting"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class PublishedPort:
    """A port of a container, and where on this computer it can be reached (*host_port* 0: nowhere)."""

    port: int
    protocol: str = "tcp"
    host_ip: str = ""
    host_port: int = 0


@dataclass(frozen=True, slots=True)
class Container:
    """One container; *created* in seconds since 1970, *status* in the engine's words ("Up 2 minutes").

    *doing* is Portside's, not the engine's.
    """

    id: str
    name: str
    image: str
    image_id: str
    state: ContainerState
    status: str = ""
    created: int = 0
    ports: tuple[PublishedPort, ...] = ()
    command: str = ""
    doing: Doing = Doing.NOTHING

    @property
    def alive(self) -> bool:
        """Whether its program runs, or will again without being asked."""
        return self.state in (ContainerState.RUNNING, ContainerState.PAUSED, ContainerState.RESTARTING)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its ports answer on this computer: "localhost:8080", each once, lowest port first."""
        reachable = {p.host_port for p in self.ports if p.host_port and p.protocol == "tcp"}
        return tuple(f"localhost:{port}" for port in sorted(reachable))


@dataclass(frozen=True, slots=True)
class PortMapping:
    """*port* of the container, published as *host_port* here; *everyone*: not on this computer only."""

    host_port: int
    port: int
    protocol: str = "tcp"
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run an image. Environment values may be secrets, so each is one. An empty *command*: the image's own."""

    image: str
    name: str = ""
    ports: tuple[PortMapping, ...] = ()
    environment: tuple[tuple[str, Secret], ...] = ()
    remove_when_stopped: bool = True
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputPiece:
    """Some output of a container; *error*: written to its standard error."""

    text: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """Who the engine is: *name* as people call it, *platform* as "linux/amd64"."""

    name: str
    version: str
    platform: str = ""


class Subject(Enum):
    """What an engine event is about."""

    IMAGE = "image"
    CONTAINER = "container"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """Something happened in the engine: *action* in its words (start, die, tag, untag, …), *name* if it told one.

    *exit_code* comes with "die" alone: a container removed when it stops can't be asked for it any more.
    """

    subject: Subject
    action: str
    id: str = ""
    name: str = ""
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing a name would do: the image *stays* under these other names, *used_by* are containers."""

    name: str
    image: Image
    stays: tuple[str, ...]
    used_by: tuple[str, ...]

    @property
    def deletes(self) -> bool:
        """Whether the image itself goes, not just this name of it."""
        return not self.stays

    @property
    def blocked(self) -> bool:
        """Whether the engine would refuse: a container holds the image by its last name."""
        return self.deletes and bool(self.used_by)


def removal(row: NamedImage) -> Removal:
    """What removing the name of *row* would take along and leave."""
    stays = tuple(name for name in row.image.names if name != row.name)
    return Removal(row.name or row.image.id, row.image, stays, row.used_by)
