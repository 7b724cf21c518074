"""The Engine port on docker-py."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from docker import APIClient
from docker.errors import APIError
from docker.tls import TLSConfig

from desktop.adapters import docker_values as values
from desktop.adapters.docker_attach import listen
from desktop.adapters.docker_output import pieces
from desktop.adapters.docker_streams import EngineStreams, Meaning, Request, said
from desktop.adapters.docker_transfers import Transfers
from desktop.adapters.docker_unix import UnixAdapter
from desktop.adapters.docker_words import in_words
from desktop.adapters.json_stream import objects, rows
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import (
    ContainerGone,
    ContainerNameInvalid,
    ContainerRuns,
    EngineUnreachable,
    ImageInUse,
    refusal,
)
from desktop.core.errors import AppError, Cancelled
from desktop.core.inventory import (
    Container,
    EngineEvent,
    EngineFacts,
    Image,
    ImageDetails,
    OutputPiece,
    PortMapping,
    RunOptions,
)
from desktop.core.ports import Credential
from desktop.core.progress import LayerProgress
from desktop.core.reference import Reference

ACT_S, LIST_S = 60, 30  #: seconds an engine may be silent; stop and restart have their grace on top
TRIES = 3  #: to start a container, where the engine loses it before it tells why it did not start
GOING = "is already in progress"  #: the engine's words about a container that is removing itself
THIS_COMPUTER, EVERYONE = "127.0.0.1", ""


class DockerEngine:
    """One engine at *url*, speaking API *version*, used by one thread. *tls* is a folder of ca, cert and key.pem."""

    def __init__(self, url: str, version: str, tls: str = "") -> None:
        with in_words():  # the version is negotiated once, not by a request per client
            self._api = APIClient(base_url=url, version=version, timeout=ACT_S, tls=_tls(tls))
        if url.startswith("unix://"):
            self._api.mount("http+docker://", UnixAdapter(f"http+{url}", timeout=ACT_S))
        self._api.trust_env = False  # no proxy between us and an engine, and no password out of a .netrc
        self._place = url, version, tls
        self._streams = EngineStreams(url, version, tls)
        self._transfers = Transfers(self._streams, self.image_details)

    def facts(self) -> EngineFacts:
        """Who answers."""
        with in_words():
            return values.facts(self._api.version())

    def images(self) -> list[Image]:
        """Every local image, by one request, without the sizes that cost the engine seconds."""
        return [values.image(row) for row in self._rows("/images/json")]

    def containers(self) -> list[Container]:
        """Every container, stopped ones too, by one request."""
        return [values.container(row) for row in self._rows("/containers/json", all="true")]

    def image_details(self, name: str) -> ImageDetails:
        """What the image *name* (or id) says of itself; ImageNotHere if there is none."""
        with in_words(name=name):
            return values.details(self._api.inspect_image(name))

    def add_name(self, image_id: str, reference: Reference) -> None:
        """Give the image one more name; the old ones stay. ImageNotHere."""
        with in_words(name=image_id):
            self._api.tag(image_id, reference.repository, reference.tag)

    def remove_name(self, name: str) -> None:
        """Remove a name, never by force; the image goes with its last name. ImageInUse, ImageNotHere."""
        try:
            with in_words(name=name):
                self._api.remove_image(name, force=False)
        except ImageInUse as used:
            used.facts["container"] = self._name_of(used.facts["container"])
            raise

    def run(self, options: RunOptions) -> str:
        """Create a container and start it; return its id. Where the start fails nothing is left behind."""
        made = self._create(options)
        with self._or_removed(made), in_words(name=options.image):
            self._api.start(made)
        return made

    def run_and_listen(self, options: RunOptions, token: CancelToken) -> tuple[str, Iterable[OutputPiece]]:
        """As run(), with its output from the first word on. Cancelled before it starts, nothing is left behind."""
        for _ in range(TRIES - 1):
            with suppress(ContainerGone):  # Podman 4 may take a container away before it has said why it did not start
                return self._run_listening(options, token)
            token.check()
        return self._run_listening(options, token)

    def _run_listening(self, options: RunOptions, token: CancelToken) -> tuple[str, Iterable[OutputPiece]]:
        made = self._create(options)
        with self._or_removed(made):
            heard = listen(*self._place, made, token)
            try:
                with in_words(name=options.image):
                    self._api.start(made)
            except AppError:
                if heard:
                    heard.close()
                raise
        return made, heard or self.output(made, token)

    def start(self, container_id: str) -> None:
        """Start a stopped container. PortTaken, CommandNotFound, ContainerGone."""
        with self._about(container_id):
            self._api.start(container_id)

    def stop(self, container_id: str, grace_s: int = 10) -> None:
        """Ask it to end, and end it after *grace_s* seconds. ContainerGone."""
        with self._about(container_id):
            self._api.stop(container_id, timeout=grace_s)

    def restart(self, container_id: str, grace_s: int = 10) -> None:
        """Stop and start it. ContainerGone."""
        with self._about(container_id):
            self._api.restart(container_id, timeout=grace_s)

    def remove_container(self, container_id: str) -> None:
        """Remove a stopped container, never by force; it is gone on return. ContainerRuns, ContainerGone."""
        with self._about(container_id):
            if values.lives(self._api.inspect_container(container_id)):  # Podman 4 removes a running one unasked
                raise ContainerRuns(name=container_id)
            try:
                self._api.remove_container(container_id, force=False)
            except APIError as refused:
                if GOING not in str(refused.explanation):
                    raise
                self._api.wait(container_id, timeout=ACT_S, condition="removed")  # until then it holds its image

    def exit_code(self, container_id: str) -> int | None:
        """The code it ended with; None while it runs and before it ever did. ContainerGone."""
        with self._about(container_id):
            return values.exit_code(self._api.inspect_container(container_id))

    def output(self, container_id: str, token: CancelToken, last_lines: int = 1000) -> Iterator[OutputPiece]:
        """Its latest output, then what follows, until it ends or *token* is cancelled. ContainerGone."""
        with self._about(container_id):
            found = self._api.inspect_container(container_id)
        meaning = Meaning(partial(refusal, name=container_id[:12]), EngineUnreachable)
        wanted = {"stdout": "true", "stderr": "true", "tail": str(last_lines)}
        if values.lives(found):  # Podman 4 may wait for ever for more from one that has just ended
            wanted["follow"] = "true"
        request = Request("GET", f"/containers/{container_id}/logs", wanted)
        yield from pieces(self._streams.chunks(request, token, meaning), values.has_terminal(found))

    def watch(self, token: CancelToken) -> Iterator[EngineEvent]:
        """What happens to images and containers, as it happens, until cancelled; EngineUnreachable when it ends."""
        meaning = Meaning(refusal, EngineUnreachable)
        request = Request("GET", "/events", {"filters": '{"type":["image","container"]}'})
        for line in objects(self._streams.chunks(request, token, meaning)):
            yield values.event(line)
        raise EngineUnreachable("the engine ended its events")

    def pull(self, reference: Reference, credential: Credential | None, token: CancelToken) -> Iterator[LayerProgress]:
        """Pull; the image is there when the iterator ends without an error."""
        return self._transfers.pull(reference, credential, token)

    def push(self, reference: Reference, credential: Credential | None, token: CancelToken) -> Iterator[LayerProgress]:
        """Push the one name *reference*; it was sent when the iterator ends without an error."""
        return self._transfers.push(reference, credential, token)

    def close(self) -> None:
        """Let the connections go."""
        self._api.close()

    def _rows(self, path: str, **query: str) -> Iterator[Any]:
        """The rows of a list, by one request (docker-py's own objects cost one each), decoded one by one."""
        with in_words():
            url = f"{self._api.base_url}/v{self._api.api_version}{path}"
            answer = self._api.get(url, params=query, timeout=LIST_S)
        if answer.status_code >= 400:
            raise refusal(said(answer.content))
        return rows(answer.content.decode(errors="replace"))

    def _create(self, options: RunOptions) -> str:
        with self._naming(options), in_words(name=options.image):
            return str(self._api.create_container(**_wanted(options, self._api))["Id"])

    @contextmanager
    def _or_removed(self, made: str) -> Iterator[None]:
        """Leave nothing of the container *made* where what is done within fails or is cancelled."""
        try:
            yield
        except (AppError, Cancelled):
            with suppress(AppError), in_words():  # one that removes itself is gone already
                self._api.remove_container(made, v=True, force=True)  # ours, and nobody saw it run
            raise

    @contextmanager
    def _about(self, container_id: str) -> Iterator[None]:
        """Word what fails within, with the name of the container."""
        try:
            with in_words(name=container_id[:12]):
                yield
        except AppError as error:
            if not isinstance(error, EngineUnreachable | ContainerGone):
                error.facts["name"] = self._name_of(container_id)
            raise

    @contextmanager
    def _naming(self, options: RunOptions) -> Iterator[None]:
        try:
            yield
        except ContainerNameInvalid as error:
            error.facts["name"] = options.name
            raise

    def _name_of(self, container_id: str) -> str:
        """The container's name, or the first of its number where it has none any more."""
        with suppress(AppError), in_words():
            return str(self._api.inspect_container(container_id)["Name"]).removeprefix("/")
        return container_id[:12]


def _wanted(options: RunOptions, api: APIClient) -> dict[str, Any]:
    """What create_container is asked. The secrets are revealed here, for this one call."""
    bindings: dict[int | str, list[tuple[str, int]]] = {}
    for mapping in options.ports:
        bindings.setdefault(f"{mapping.port}/{mapping.protocol}", []).append(_host(mapping))
    return {
        "image": options.image,
        "command": list(options.command) or None,
        "name": options.name or None,
        "environment": [f"{name}={secret.reveal()}" for name, secret in options.environment],
        "ports": [(mapping.port, mapping.protocol) for mapping in options.ports],
        "tty": False,
        "host_config": api.create_host_config(port_bindings=bindings, auto_remove=options.remove_when_stopped),
    }


def _host(mapping: PortMapping) -> tuple[str, int]:
    return EVERYONE if mapping.everyone else THIS_COMPUTER, mapping.host_port


def _tls(folder: str) -> TLSConfig | bool:
    if not folder:
        return False
    files = {name: Path(folder) / f"{name}.pem" for name in ("ca", "cert", "key")}
    pair = (str(files["cert"]), str(files["key"])) if files["cert"].exists() else None
    ca = str(files["ca"]) if files["ca"].exists() else None
    return TLSConfig(client_cert=pair, ca_cert=ca, verify=True)
