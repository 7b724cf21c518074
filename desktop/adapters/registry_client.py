"""The Registry port over the OCI distribution API (distribution-spec, 1.1)."""

import hashlib
import platform
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from desktop.adapters.registry_answers import document, mapping, names, objects, text, whole
from desktop.adapters.registry_auth import Authorizer, raise_for_trouble
from desktop.adapters.registry_http import LIST_CAP, MANIFEST_CAP, Answer, RegistryHttp, api_host
from desktop.core.cancel import CancelToken
from desktop.core.display import display
from desktop.core.errors import AppError
from desktop.core.ports import Credential
from desktop.core.reference import Reference
from desktop.core.registry import Greeting, Layer, Page, TagDetails
from desktop.core.registry_errors import (
    AccessDenied,
    ImageNotFound,
    ListingNotAllowed,
    RegistryAnswerUnreadable,
    SignInNeeded,
    WrongCredentials,
)

PAGE = 100  #: names asked for at a time
INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
IMAGES = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
CONFIGS = ("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json")
ACCEPT = ", ".join(INDEXES + IMAGES)  # all in one header: one that is left out may be converted or refused
_NEXT = re.compile(r"""<(?P<url>[^<>]*)>\s*;[^,<]*\brel\s*=\s*"?next\b""", re.IGNORECASE)
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}")
_ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "ARM64": "arm64"}


class RegistryClient:
    """One registry as one account sees it. Used by one thread."""

    def __init__(self, greeting: Greeting, credential: Credential | None) -> None:
        self._host = greeting.host
        self._base = f"{greeting.scheme}://{api_host(greeting.host)}"
        self._http = RegistryHttp(greeting.host)
        self._authorizer = Authorizer(self._http, greeting, credential)
        self._pages: dict[str, set[str]] = {}  # listing: the pages it had, since a Link can lead in a circle

    def sign_in(self, token: CancelToken) -> None:
        """Prove that the credentials are accepted; WrongCredentials if not."""
        with self._http.call(token):
            answer = self._http.get(f"{self._base}/v2/", self._authorizer.headers())
        if answer.status in (401, 403):
            raise self._refused(answer)
        raise_for_trouble(answer, self._host)
        if answer.status != 200:
            raise RegistryAnswerUnreadable(self._raw(answer), host=self._host)

    def repositories(self, more: str, token: CancelToken) -> Page:
        """A page of repository names; *more* as the page before gave it, "" for the first. ListingNotAllowed."""
        with self._http.call(token):
            answer = self._ask(more or f"/v2/_catalog?n={PAGE}", "registry:catalog:*", LIST_CAP)
        if answer.status == 401:
            self.sign_in(token)  # raises where the sign-in itself has ended
        if answer.status in (401, 403, 404, 405):
            raise ListingNotAllowed(self._raw(answer), host=self._host)
        return self._page("", "repositories", more, answer)

    def tags(self, repository: str, more: str, token: CancelToken) -> Page:
        """A page of tags; ImageNotFound where the registry knows no such repository."""
        path = Reference.of(self._host, repository).path
        with self._http.call(token):
            answer = self._ask(more or f"/v2/{path}/tags/list?n={PAGE}", f"repository:{path}:pull", LIST_CAP)
        return self._page(path, "tags", more, self._held(answer, path))

    def details(self, repository: str, reference: str, token: CancelToken) -> TagDetails:
        """What a tag or digest stands for; ImageNotFound if nothing."""
        with self._http.call(token):
            digest, kind, manifest = self._manifest(repository, reference)
            if kind not in INDEXES:
                return self._image(repository, digest, kind, manifest)
            entries = _entries(manifest)
            platforms = tuple(dict.fromkeys(name for name, _ in entries if name))
            nearest = _nearest(entries)
            if not nearest:
                return TagDetails(digest, kind, 0, platforms)
            below, below_kind, image = self._manifest(repository, nearest)
            inside = self._image(repository, below, below_kind, image)
        return TagDetails(
            digest, kind, inside.size, platforms, inside.layers, inside.created, inside.labels, inside.config_digest
        )

    def close(self) -> None:
        """Let the session go."""
        self._http.close()

    def _ask(self, path: str, scope: str, cap: int, accept: str = "*/*", roam: bool = False) -> Answer:
        """GET *path* with a token for *scope*; one from before that is refused now is replaced once."""
        if not path.startswith("/v2/"):
            raise RegistryAnswerUnreadable(f"{self._host}: {path[:200]}", host=self._host)
        kept = self._authorizer.keeps(scope)
        answer = self._http.get(self._base + path, {"Accept": accept, **self._authorizer.headers(scope)}, cap, roam)
        if answer.status == 401 and kept:
            self._authorizer.forget(scope)
            answer = self._http.get(self._base + path, {"Accept": accept, **self._authorizer.headers(scope)}, cap, roam)
        raise_for_trouble(answer, self._host)
        return answer

    def _held(self, answer: Answer, path: str) -> Answer:
        """*answer* about the repository *path*, unless it is a refusal."""
        name = f"{self._host}/{path}"
        if answer.status == 404:
            raise ImageNotFound(self._raw(answer), host=self._host, name=name)
        if answer.status == 401 and not self._authorizer.signed:
            raise SignInNeeded(self._raw(answer), host=self._host)
        if answer.status in (401, 403):
            raise AccessDenied(self._raw(answer), host=self._host, name=name)
        return answer

    def _refused(self, answer: Answer) -> AppError:
        refused = WrongCredentials if self._authorizer.signed else SignInNeeded
        return refused(self._raw(answer), host=self._host)

    def _page(self, listing: str, key: str, more: str, answer: Answer) -> Page:
        if answer.status != 200:
            raise RegistryAnswerUnreadable(self._raw(answer), host=self._host)
        try:
            found = names(answer.body, key)
        except ValueError as bad:
            raise RegistryAnswerUnreadable(f"{self._host}: {bad}", host=self._host) from None
        seen = self._pages.setdefault(listing, set())
        if not more:
            seen.clear()
        seen.add(more)
        link = _NEXT.search(answer.headers.get("Link", ""))
        after = _path(answer.url, link["url"]) if link else ""
        return Page(found, after if found and after not in seen and after.startswith("/v2/") else "")

    def _manifest(self, repository: str, reference: str) -> tuple[str, str, dict[str, Any]]:
        """Digest, media type and content of a manifest, the digest worked out from what came."""
        tag, digest = ("", reference) if reference.startswith("sha256:") else (reference, "")
        named = Reference.of(self._host, repository, tag, digest)
        path = f"/v2/{named.path}/manifests/{digest or tag}"
        answer = self._ask(path, f"repository:{named.path}:pull", MANIFEST_CAP, ACCEPT)
        answer = self._held(answer, named.path if digest else f"{named.path}:{tag}")
        made = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        manifest = self._document(answer)
        kind = text(manifest.get("mediaType")) or answer.headers.get("Content-Type", "").split(";")[0].strip()
        told = answer.headers.get("Docker-Content-Digest", "")
        if answer.status != 200 or kind not in INDEXES + IMAGES or made != (digest or made) or told not in ("", made):
            raise RegistryAnswerUnreadable(self._raw(answer), host=self._host)
        return made, kind, manifest

    def _image(self, repository: str, digest: str, kind: str, manifest: Mapping[str, Any]) -> TagDetails:
        layers = tuple(Layer(text(e.get("digest")), whole(e.get("size"))) for e in objects(manifest.get("layers")))
        config = mapping(manifest.get("config"))
        of_image = text(config.get("mediaType")) in CONFIGS and _DIGEST.fullmatch(text(config.get("digest")))
        told = self._config(repository, text(config.get("digest"))) if of_image else {}
        labels = mapping(mapping(told.get("config")).get("Labels"))
        return TagDetails(
            digest,
            kind,
            whole(sum(layer.size for layer in layers)),
            tuple(filter(None, [_platform(told)])),
            layers,
            text(told.get("created")),
            tuple((key, text(value)) for key, value in labels.items()),
            text(config.get("digest")),
        )

    def _config(self, repository: str, digest: str) -> dict[str, Any]:
        """What the image says of itself, {} where the registry does not give it: it is not worth an error."""
        try:
            path = Reference.of(self._host, repository).path
            answer = self._ask(f"/v2/{path}/blobs/{digest}", f"repository:{path}:pull", MANIFEST_CAP, roam=True)
            sound = answer.status == 200 and hashlib.sha256(answer.body).hexdigest() == digest.partition(":")[2]
            return document(answer.body) if sound else {}
        except (AppError, ValueError):
            return {}

    def _document(self, answer: Answer) -> dict[str, Any]:
        try:
            return document(answer.body)
        except ValueError as bad:
            raise RegistryAnswerUnreadable(f"{self._host}: {bad}", host=self._host) from None

    def _raw(self, answer: Answer) -> str:
        """What the registry said, for the details, and who said it."""
        try:
            said = "; ".join(text(each.get("message")) for each in objects(document(answer.body).get("errors")))
        except ValueError:
            said = answer.body[:2000].decode(errors="replace")
        return display(f"{self._host}: HTTP {answer.status} {said}".strip())


def _path(here: str, link: str) -> str:
    """Path and query alone: a next page is asked of the registry itself, whatever host its *link* names."""
    try:
        parts = urlsplit(urljoin(here, link))
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _entries(index: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Platform and digest of each image in an index; attestations are of platform unknown and left out."""
    found = [(_platform(mapping(e.get("platform"))), text(e.get("digest"))) for e in objects(index.get("manifests"))]
    return [(name, digest) for name, digest in found if _DIGEST.fullmatch(digest) and "unknown" not in name]


def _nearest(entries: list[tuple[str, str]]) -> str:
    """The digest of the image for this kind of computer, else of the first one."""
    machine = platform.machine()
    wanted = f"linux/{_ARCHITECTURES.get(machine, machine)}"
    fitting = [digest for name, digest in entries if name.startswith(wanted)] or [digest for _, digest in entries]
    return fitting[0] if fitting else ""


def _platform(of: Mapping[str, Any]) -> str:
    parts = [text(of.get(key)) for key in ("os", "architecture", "variant")]
    return "/".join(filter(None, parts)) if parts[0] and parts[1] else ""
