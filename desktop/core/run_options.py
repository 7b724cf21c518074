"""What the run form works out: ports to propose, settings and commands as typed, the same run as a command."""

import re
import shlex
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from desktop.core.engine_errors import ContainerNameInvalid
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from desktop.core.inventory import Container, ImageDetails, PortMapping, PublishedPort, RunOptions
from desktop.core.secret import Secret

PROTOCOLS = ("tcp", "udp")
MOST_PROPOSED = 6  #: rows; an image may expose a thousand ports
FIRST_OPEN, LAST = 1024, 65535  #: ports below the first need rights on many systems
_USUAL = {80: 8080, 443: 8443}
_EXPOSED = re.compile(r"([0-9]{1,5})(?:/(tcp|udp))?")
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")  # github.com/moby/moby, daemon/names
_SETTING = re.compile(r"[^\s=\x00-\x1f\x7f]+")
_TLS = (443, 8443)

IsFree = Callable[[int, str], bool]  #: whether a program could listen on this port of this protocol


class PortInvalid(AppError):
    """*port* is no port number."""

    title = QT_TRANSLATE_NOOP("errors", "{port} is not a port")
    reason = QT_TRANSLATE_NOOP("errors", "A port is a whole number from 1 to 65535.")
    hint = QT_TRANSLATE_NOOP("errors", "Correct it, or remove the line.")


class SettingInvalid(AppError):
    """*name* can't be the name of an environment variable."""

    title = QT_TRANSLATE_NOOP("errors", "“{name}” cannot be the name of a setting")
    reason = QT_TRANSLATE_NOOP("errors", "A name is not empty and has no spaces and no =.")
    hint = QT_TRANSLATE_NOOP("errors", "Write it as NAME=value.")


class CommandUnclosed(AppError):
    """A quote in the command was opened and not closed, or it ends in a backslash."""

    title = QT_TRANSLATE_NOOP("errors", "The command is not complete")
    reason = QT_TRANSLATE_NOOP("errors", "A quotation mark is open at its end, or it ends in a backslash.")
    hint = QT_TRANSLATE_NOOP("errors", "Close it, or leave the command empty for the image's own.")


@dataclass(frozen=True, slots=True)
class PortAnswer:
    """Whether *port* can be published: *holder* is the container that has it, *instead* the next free one (0: none)."""

    port: int
    protocol: str
    free: bool
    holder: str = ""
    instead: int = 0


def exposed(details: ImageDetails) -> list[tuple[int, str]]:
    """The ports that an image says it listens on, each with its protocol, in its order."""
    found = [_EXPOSED.fullmatch(text) for text in details.ports]
    ports = [(int(match[1]), match[2] or "tcp") for match in found if match]
    return list(dict.fromkeys((port, protocol) for port, protocol in ports if 1 <= port <= LAST))


def usual_host_port(port: int) -> int:
    """Where people expect *port* of a container on their computer: 8080 for 80, no port that needs rights."""
    return _USUAL.get(port, port if port >= FIRST_OPEN else port + 8000)


def next_free(first: int, protocol: str, is_free: IsFree, without: Collection[int] = (), tries: int = 500) -> int:
    """The first free port from *first* on, none of *without*; 0 if none of the next *tries* is."""
    ports = range(max(1, first), min(LAST, first + tries) + 1)
    return next((port for port in ports if port not in without and is_free(port, protocol)), 0)


def propose(details: ImageDetails, is_free: IsFree) -> tuple[PortMapping, ...]:
    """A free port of this computer for each port the image listens on, MOST_PROPOSED at most."""
    made: list[PortMapping] = []
    for port, protocol in exposed(details)[:MOST_PROPOSED]:
        taken = {mapping.host_port for mapping in made}
        free = next_free(usual_host_port(port), protocol, is_free, taken)
        if free:
            made.append(PortMapping(free, port, protocol))
    return tuple(made)


def parse_port(text: str) -> int:
    """A port as typed; PortInvalid."""
    clean = text.strip()
    port = int(clean) if clean.isascii() and clean.isdigit() and len(clean) <= 5 else 0
    if not 1 <= port <= LAST:
        raise PortInvalid(port=clean or "—")
    return port


def check_name(text: str) -> str:
    """A container's name as typed, "" where it is left to the engine; ContainerNameInvalid."""
    clean = text.strip()
    if clean and not _NAME.fullmatch(clean):
        raise ContainerNameInvalid(name=clean)
    return clean


def parse_setting(name: str, value: str) -> tuple[str, Secret]:
    """One environment variable; SettingInvalid. The value is kept as it is, spaces too."""
    clean = name.strip()
    if not _SETTING.fullmatch(clean):
        raise SettingInvalid(name=clean)
    return clean, Secret(value)


def parse_environment(text: str) -> tuple[tuple[str, Secret], ...]:
    """Lines of NAME=value, as in an .env file: blank lines and # comments say nothing, "export" and quotes around a
    value are dropped, and the last line of a name counts. SettingInvalid.
    """
    made: dict[str, Secret] = {}
    for line in text.splitlines():
        clean = line.strip().removeprefix("export ").strip()
        if not clean or clean.startswith("#"):
            continue
        name, mark, value = clean.partition("=")
        if not mark:
            raise SettingInvalid(name=name)
        quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
        key, secret = parse_setting(name, value[1:-1] if quoted else value)
        made[key] = secret
    return tuple(made.items())


def split_command(text: str) -> tuple[str, ...]:
    """A command in words, as a shell would split it; CommandUnclosed."""
    try:
        return tuple(shlex.split(text))
    except ValueError:  # its only causes: an open quote, a backslash at the end
        raise CommandUnclosed from None


def join_command(words: Sequence[str]) -> str:
    """A command as one line that split_command() reads the same."""
    return shlex.join(words)


def docker_command(options: RunOptions) -> str:
    """The same run as a command to send to a colleague; the values of settings, which may be secret, left out."""
    words = ["docker", "run", "-d"]
    if options.remove_when_stopped:
        words.append("--rm")
    if options.name:
        words += ["--name", shlex.quote(options.name)]
    for mapping in options.ports:
        here = "" if mapping.everyone else "127.0.0.1:"
        end = "" if mapping.protocol == "tcp" else f"/{mapping.protocol}"
        words += ["-p", f"{here}{mapping.host_port}:{mapping.port}{end}"]
    for name, _ in options.environment:
        words += ["-e", f"{shlex.quote(name)}=…"]
    return " ".join([*words, shlex.quote(options.image), *map(shlex.quote, options.command)])


def page_address(options: RunOptions) -> str:
    """Where the page of this run will answer: "localhost:8080"; "" if it publishes no tcp port."""
    return next((f"localhost:{mapping.host_port}" for mapping in options.ports if mapping.protocol == "tcp"), "")


def page_url(address: str, ports: Sequence[PublishedPort | PortMapping]) -> str:
    """*address* ("localhost:8443") for a browser: https where it leads to a port that by custom speaks it."""
    inside = next((port.port for port in ports if address == f"localhost:{port.host_port}"), 0)
    return f"{'https' if inside in _TLS else 'http'}://{address}/"


def holders(containers: Sequence[Container]) -> dict[tuple[int, str], str]:
    """Which container holds which port of this computer, by port and protocol."""
    return {
        (port.host_port, port.protocol): container.name
        for container in containers
        for port in container.ports
        if port.host_port and container.alive
    }
