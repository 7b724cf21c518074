"""Image names, by the grammar of github.com/distribution/reference."""

import re
from dataclasses import dataclass
from typing import Self

from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.registry_errors import InvalidReference

MOST = 255  #: characters of registry and path together; newer engines count the path alone
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}")
_BARE_ID = re.compile(r"[a-f0-9]{64}")
_COMMAND = re.compile(r"(?:(?:docker|podman)(?: image)? pull |[a-z]+://)\s*", re.IGNORECASE)
DOCKER_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


class WhyNot:
    """Why a name was refused, one sentence each (context "references")."""

    EMPTY = QT_TRANSLATE_NOOP("references", "Type the name of an image.")
    SPACE = QT_TRANSLATE_NOOP("references", "There is a space inside it.")
    UPPER = QT_TRANSLATE_NOOP("references", "Names are in lower case. Only a tag may have capitals.")
    LETTERS = QT_TRANSLATE_NOOP(
        "references", "Only letters from a to z, digits, dots, dashes, underscores and slashes can stand here."
    )
    SLASH = QT_TRANSLATE_NOOP("references", "A slash stands between two parts, never first, last or twice.")
    EDGE = QT_TRANSLATE_NOOP(
        "references", "Each part begins and ends with a letter or a digit, with one sign at a time between them."
    )
    HOST = QT_TRANSLATE_NOOP("references", "What stands before the first slash is no registry's address.")
    TAG = QT_TRANSLATE_NOOP(
        "references", "A tag has up to 128 letters, digits, dots, dashes and underscores; no dot or dash comes first."
    )
    DIGEST = QT_TRANSLATE_NOOP("references", "After the @ belongs a whole digest, sha256: and 64 signs.")
    ID = QT_TRANSLATE_NOOP("references", "This is an image's number, not a name.")
    LONG = QT_TRANSLATE_NOOP("references", "It is too long: a name has up to 255 characters.")


@dataclass(frozen=True, slots=True)
class Reference:
    """An image name in full: every part that may be left out is filled in."""

    registry: str  # host[:port] in lower case, the key of everything kept per registry
    path: str
    tag: str  # empty where a digest says more
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a name as the docker command does.

        Raises InvalidReference with facts *name* and *why* (one of WhyNot). Newer engines take Team/app for the host
        Team; in lower case that would be another image, on Docker Hub, so it is refused as older ones do.
        """
        first, slash, rest = text.partition("/")
        named = bool(slash) and (first == "localhost" or bool({".", ":"} & set(first)))
        host, rest = (first, rest) if named else ("docker.io", text)
        path, tag, digest = _parts(rest)
        why = _why_not(text, host, path, tag, digest)
        if why:
            raise InvalidReference(name=text[:300], why=why)
        host = "docker.io" if host.lower() in DOCKER_HUB_HOSTS else host.lower()
        path = path if host != "docker.io" or "/" in path else f"library/{path}"
        if len(host) + 1 + len(path) > MOST:
            raise InvalidReference(name=text[:300], why=WhyNot.LONG)
        return cls(host, path, tag or ("latest" if digest is None else ""), digest or "")

    @classmethod
    def of(cls, registry: str, path: str, tag: str = "latest", digest: str = "") -> Self:
        """The name of *path* in *registry*; raise InvalidReference if the parts make none."""
        return cls.parse(f"{registry}/{path}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else ""))

    @property
    def familiar(self) -> str:
        """The name as the docker command lists it: Docker Hub and its library folder left out."""
        if self.registry != "docker.io":
            return str(self)
        folder, _, last = self.path.partition("/")
        return (last if folder == "library" and "/" not in last else self.path) + self._suffix

    @property
    def repository(self) -> str:
        """The name without tag and digest."""
        return f"{self.registry}/{self.path}"

    @property
    def on_docker_hub(self) -> bool:
        """Whether no registry was named, or Docker Hub was."""
        return self.registry == "docker.io"

    @property
    def _suffix(self) -> str:
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    def __str__(self) -> str:
        return self.repository + self._suffix


def understand(text: str) -> Reference:
    """The name meant by what was typed or pasted: outer spaces, "docker pull" and https:// are taken off.

    Raises InvalidReference as Reference.parse() does.
    """
    typed = " ".join(text.split())
    found = _COMMAND.match(typed)
    return Reference.parse(typed[found.end() :] if found else typed)


def _parts(rest: str) -> tuple[str, str | None, str | None]:
    """Path, tag and digest of what follows the registry; None where there is none (not "": a mark without a word)."""
    name, at, digest = rest.partition("@")
    path, colon, tag = name.partition(":")
    return path, tag if colon else None, digest if at else None


def _why_not(text: str, host: str, path: str, tag: str | None, digest: str | None) -> str:
    if len(text) > 3 * MOST:
        return WhyNot.LONG
    if not text:
        return WhyNot.EMPTY
    if any(letter.isspace() for letter in text):
        return WhyNot.SPACE
    if _BARE_ID.fullmatch(text):
        return WhyNot.ID
    if not _HOST.fullmatch(host):
        return WhyNot.HOST if host else WhyNot.SLASH
    if not _PATH.fullmatch(path):
        return _wrong_in(path)
    if tag is not None and not _TAG.fullmatch(tag):
        return WhyNot.TAG
    return WhyNot.DIGEST if digest is not None and not _DIGEST.fullmatch(digest) else ""


def _wrong_in(path: str) -> str:
    if not path:
        return WhyNot.EMPTY
    if re.search(r"[^A-Za-z0-9._/-]", path):
        return WhyNot.LETTERS
    if "" in path.split("/"):
        return WhyNot.SLASH
    return WhyNot.UPPER if path != path.lower() else WhyNot.EDGE
