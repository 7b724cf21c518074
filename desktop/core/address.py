"""The address of a registry, understood as people type it."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.reference import DOCKER_HUB_HOSTS
from desktop.core.registry_errors import InvalidAddress

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[a-f0-9:]+\])(?::(?P<port>[0-9]{{1,5}}))?")
_AZURE = re.compile(r"[a-z0-9-]+\.azurecr\.(?:io|cn|us)")
_LOGIN_HOSTS = {host: "docker.io" for host in DOCKER_HUB_HOSTS | {"hub.docker.com", "www.docker.com"}}


class WhyNot:
    """Why an address was refused, one sentence each (context "addresses")."""

    EMPTY = QT_TRANSLATE_NOOP("addresses", "Type the registry's address.")
    SPACE = QT_TRANSLATE_NOOP("addresses", "There is a space inside it.")
    LETTERS = QT_TRANSLATE_NOOP(
        "addresses", "Only letters from a to z, digits, dots, dashes and a port can stand here."
    )
    USER = QT_TRANSLATE_NOOP("addresses", "It holds a user name. The user has a field of its own below.")
    SCHEME = QT_TRANSLATE_NOOP("addresses", "Registries are reached by https.")
    PORT = QT_TRANSLATE_NOOP("addresses", "A port is a number from 1 to 65535.")
    SHAPE = QT_TRANSLATE_NOOP("addresses", "This is no host name. One looks like myregistry.azurecr.io")
    NO_DOT = QT_TRANSLATE_NOOP("addresses", "A registry's name has a dot, as in myregistry.azurecr.io, or a port.")


@dataclass(frozen=True, slots=True)
class Address:
    """A registry's host[:port] in lower case; *typed* is what was entered, *scheme* what stood before it."""

    host: str
    typed: str
    scheme: str = ""

    @property
    def corrected(self) -> bool:
        """Whether what was typed had to be changed."""
        return self.typed != self.host

    @property
    def azure(self) -> bool:
        """Whether it is an Azure registry: the exact form and nothing like it."""
        return is_azure(self.host)

    @property
    def loopback(self) -> bool:
        """Whether it is on this computer, where engines trust plain http."""
        return is_loopback(self.host)


def understand(text: str) -> Address:
    """The address meant by *text*: scheme, path, upper case and outer spaces are taken off.

    Raises InvalidAddress with facts *address* and *why* (one of WhyNot).
    """
    typed = text.strip()
    found = _SCHEME.match(typed)
    scheme = found["scheme"].lower() if found else ""
    rest = typed[found.end() :] if found else typed
    host = rest.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0].lower().rstrip(".")
    why = _why_not(typed, scheme, rest, host)
    if why:
        raise InvalidAddress(address=typed[:300], why=why)
    host = host.removesuffix(":443") if scheme != "http" else host.removesuffix(":80")
    return Address(_LOGIN_HOSTS.get(host, host), text, scheme)


def is_azure(host: str) -> bool:
    """Whether *host* is exactly a name that Azure gives its registries (look-alikes are not)."""
    return bool(_AZURE.fullmatch(host))


def is_loopback(host: str) -> bool:
    """Whether *host* (with or without a port) is this computer."""
    name = _HOST.fullmatch(host)
    if not name:
        return False
    bare = name["host"].strip("[]")
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def twin(host: str, known: Iterable[str]) -> str:
    """The one of *known* that *host* could be mistaken for, one or two letters apart; "" where there is none."""
    return next((other for other in known if other != host and _nearly(host, other)), "")


def _nearly(one: str, other: str, most: int = 2) -> bool:
    """Whether *most* letters or fewer have to be changed, added or left out (Levenshtein's distance)."""
    if abs(len(one) - len(other)) > most:
        return False
    before = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        now = [at]
        for place, there in enumerate(other, 1):
            now.append(min(before[place] + 1, now[-1] + 1, before[place - 1] + (letter != there)))
        before = now
    return before[-1] <= most


def _why_not(typed: str, scheme: str, rest: str, host: str) -> str:
    authority = rest.split("/", 1)[0]
    if not host:
        return WhyNot.EMPTY if not typed else WhyNot.SHAPE
    if scheme not in ("", "https", "http", "docker", "oci"):
        return WhyNot.SCHEME
    if any(letter.isspace() for letter in authority):
        return WhyNot.SPACE
    if "@" in authority:
        return WhyNot.USER
    if not authority.isascii() or not authority.isprintable():
        return WhyNot.LETTERS
    found = _HOST.fullmatch(host)
    if not found:
        _, colon, port = host.rpartition(":")
        if colon and "]" not in port and (not port.isdigit() or len(port) > 5):
            return WhyNot.PORT
        return WhyNot.LETTERS if re.search(r"[^a-z0-9.:\[\]-]", host) else WhyNot.SHAPE
    if found["port"] is not None and not 0 < int(found["port"]) < 65536:
        return WhyNot.PORT
    dotted = "." in host or found["port"] or host.startswith(("[", "localhost"))
    return "" if dotted else WhyNot.NO_DOT
