"""Image names, by the grammar of github.com/distribution/reference."""

import re
from dataclasses import dataclass
from typing import Self

from desktop.core.registry_errors import InvalidReference

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REST = re.compile(
    rf"(?P<path>{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[a-f0-9]{64}))?"
)
_BARE_ID = re.compile(r"[a-f0-9]{64}")
DOCKER_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


@dataclass(frozen=True, slots=True)
class Reference:
    """An image name in full: every part that may be left out is filled in."""

    registry: str  # host[:port] in lower case, the key of everything kept per registry
    path: str
    tag: str  # empty where a digest says more
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a name as the docker command does; raise InvalidReference if it is none."""
        first, slash, rest = text.partition("/")
        named = bool(slash) and (first == "localhost" or first != first.lower() or bool({".", ":"} & set(first)))
        host, rest = (first, rest) if named else ("docker.io", text)
        found = _REST.fullmatch(rest)
        if not found or not _HOST.fullmatch(host) or _BARE_ID.fullmatch(text) or len(text) > 500:
            raise InvalidReference(name=text)
        host = "docker.io" if host.lower() in DOCKER_HUB_HOSTS else host.lower()
        path = found["path"] if host != "docker.io" or "/" in found["path"] else f"library/{found['path']}"
        digest = found["digest"] or ""
        return cls(host, path, found["tag"] or ("" if digest else "latest"), digest)

    @classmethod
    def of(cls, registry: str, path: str, tag: str = "latest", digest: str = "") -> Self:
        """The name of *path* in *registry*; raise InvalidReference if the parts make none."""
        return cls.parse(f"{registry}/{path}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else ""))

    @property
    def familiar(self) -> str:
        """The name as the docker command lists it: Docker Hub and its library folder left out."""
        short = str(self).removeprefix("docker.io/")
        return short.removeprefix("library/") if short != str(self) else short

    @property
    def repository(self) -> str:
        """The name without tag and digest."""
        return f"{self.registry}/{self.path}"

    def __str__(self) -> str:
        return self.repository + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")
