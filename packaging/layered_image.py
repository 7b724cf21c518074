"""Images made by hand from folders: the same files give the same digests, and no engine is needed to make one."""

import gzip
import hashlib
import http.client
import io
import json
import platform
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
EPOCH = "2024-01-01T00:00:00Z"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "ppc64le": "ppc64le", "s390x": "s390x"}


class UploadRefused(Exception):
    """A registry did not take a part of an image; the message holds its answer."""


def digest_of(data: bytes) -> str:
    """The digest that registries and engines name *data* by."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@dataclass(frozen=True)
class ImageLayer:
    """One layer: a tar of files, owned by root, with no times."""

    tar: bytes
    created_by: str = ""

    @cached_property
    def packed(self) -> bytes:
        """The tar compressed, as a registry holds it."""
        return gzip.compress(self.tar, compresslevel=6, mtime=0)


def layer_of(folder: Path, created_by: str = "") -> ImageLayer:
    """A layer of all that is in *folder*."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            entry = archive.gettarinfo(path, str(path.relative_to(folder)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = 0
            if entry.isfile():
                with path.open("rb") as content:
                    archive.addfile(entry, content)
            else:
                archive.addfile(entry)
    return ImageLayer(written.getvalue(), created_by)


@dataclass(frozen=True)
class LayeredImage:
    """Layers, lowest first, and how a container of them runs (*settings*: Cmd, Env, ExposedPorts and so on)."""

    layers: Sequence[ImageLayer]
    settings: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def configuration(self) -> bytes:
        """The image's configuration; its digest is the image's id."""
        described = {
            "architecture": ARCHITECTURES.get(platform.machine(), "amd64"),
            "os": "linux",
            "created": EPOCH,
            "config": dict(self.settings),
            "rootfs": {"type": "layers", "diff_ids": [digest_of(layer.tar) for layer in self.layers]},
            "history": [{"created": EPOCH, "created_by": layer.created_by} for layer in self.layers],
        }
        return json.dumps(described, sort_keys=True).encode()

    @cached_property
    def manifest(self) -> bytes:
        """What a registry keeps under a tag (Image Manifest Version 2, Schema 2)."""
        layers = [
            {"mediaType": LAYER, "size": len(layer.packed), "digest": digest_of(layer.packed)} for layer in self.layers
        ]
        config = {"mediaType": CONFIG, "size": len(self.configuration), "digest": digest_of(self.configuration)}
        described = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
        return json.dumps(described, sort_keys=True).encode()

    def save(self, path: Path, name: str) -> None:
        """Write an archive that `docker load` takes, which then has the image under *name*."""
        config_name = f"{hashlib.sha256(self.configuration).hexdigest()}.json"
        layers = {f"{hashlib.sha256(layer.tar).hexdigest()}/layer.tar": layer.tar for layer in self.layers}
        index = [{"Config": config_name, "RepoTags": [name], "Layers": list(layers)}]
        with tarfile.open(path, "w") as archive:
            for member, data in {config_name: self.configuration, **layers, "manifest.json": _json(index)}.items():
                entry = tarfile.TarInfo(member)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))

    def upload(self, host: str, repository: str, tag: str = "latest", authorization: str = "") -> str:
        """Put it into the registry *host* (plain http) and return its digest. Raises UploadRefused."""
        headers = {"Authorization": authorization} if authorization else {}
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            for blob in (self.configuration, *(layer.packed for layer in self.layers)):
                _upload_blob(connection, repository, blob, headers)
            path = f"/v2/{repository}/manifests/{tag}"
            _exchange(connection, "PUT", path, self.manifest, {**headers, "Content-Type": MANIFEST})
        finally:
            connection.close()
        return digest_of(self.manifest)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _upload_blob(
    connection: http.client.HTTPConnection, repository: str, blob: bytes, headers: Mapping[str, str]
) -> None:
    """Start an upload and finish it in one piece (distribution spec, "Pushing a blob monolithically")."""
    place = urlsplit(_exchange(connection, "POST", f"/v2/{repository}/blobs/uploads/", b"", headers))
    query = f"{place.query}&digest={digest_of(blob)}" if place.query else f"digest={digest_of(blob)}"
    content = {**headers, "Content-Type": "application/octet-stream"}
    _exchange(connection, "PUT", f"{place.path}?{query}", blob, content)


def _exchange(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> str:
    """Send a request and return the Location it is answered with."""
    connection.request(method, path, body, dict(headers))
    response = connection.getresponse()
    answer = response.read()
    if response.status not in (201, 202):
        raise UploadRefused(f"{method} {path}: {response.status} {answer[:500].decode(errors='replace')}")
    return response.getheader("Location", "")
