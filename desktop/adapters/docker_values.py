"""Rows of the engine's answers as values of the core. Nothing an engine may leave out or get wrong raises here."""

from typing import Any

from desktop.core.inventory import (
    Container,
    ContainerState,
    EngineEvent,
    EngineFacts,
    Image,
    ImageDetails,
    PublishedPort,
    Subject,
)

_NO_NAME = "<none>"  #: how engines write that there is none
_OTHER_STATES = {  #: Podman's own words
    "configured": ContainerState.CREATED,
    "initialized": ContainerState.CREATED,
    "stopping": ContainerState.RUNNING,
}


def facts(version: Any) -> EngineFacts:
    """Who answers, from GET /version."""
    row = _dict(version)
    platform = "/".join(part for part in (_text(row, "Os"), _text(row, "Arch")) if part)
    return EngineFacts(engine_name(row), _text(row, "Version"), platform)


def engine_name(version: Any) -> str:
    """The name people call the engine by: "Podman", "Docker Desktop" or "Docker"."""
    row = _dict(version)
    parts = [_text(part, "Name") for part in _list(row, "Components")]
    if any("podman" in part.lower() for part in parts):
        return "Podman"
    return "Docker Desktop" if _text(_dict(row.get("Platform")), "Name").startswith("Docker Desktop") else "Docker"


def image(row: Any) -> Image:
    """A row of GET /images/json."""
    return Image(
        _text(row, "Id"),
        _names(row, "RepoTags"),
        _names(row, "RepoDigests"),
        _whole(row, "Size"),
        _whole(row, "Created"),
    )


def container(row: Any) -> Container:
    """A row of GET /containers/json."""
    return Container(
        id=_text(row, "Id"),
        name=_own_name(_texts(row, "Names")),
        image=_text(row, "Image"),
        image_id=_text(row, "ImageID"),
        state=state(_text(row, "State")),
        status=_text(row, "Status"),
        created=_whole(row, "Created"),
        ports=tuple(_port(part) for part in _list(row, "Ports")),
        command=_text(row, "Command"),
    )


def state(word: str) -> ContainerState:
    """Where a container is in its life; a word nobody knows counts as exited, so that nothing is offered in vain."""
    try:
        return ContainerState(word.lower())
    except ValueError:
        return _OTHER_STATES.get(word.lower(), ContainerState.EXITED)


def exit_code(inspected: Any) -> int | None:
    """The code a container ended with; None while it runs and before it ever did."""
    told = _dict(_dict(inspected).get("State"))
    code = told.get("ExitCode")
    over = state(_text(told, "Status")) in (ContainerState.EXITED, ContainerState.DEAD)
    return code if over and isinstance(code, int) else None


def lives(inspected: Any) -> bool:
    """Whether a container's program runs, or is about to again."""
    told = _dict(_dict(inspected).get("State"))
    return any(told.get(word) is True for word in ("Running", "Paused", "Restarting"))


def has_terminal(inspected: Any) -> bool:
    """Whether a container writes to a terminal, which knows no standard error."""
    return _dict(_dict(inspected).get("Config")).get("Tty") is True


def details(row: Any) -> ImageDetails:
    """GET /images/…/json."""
    config = _dict(_dict(row).get("Config"))
    platform = [_text(row, part) for part in ("Os", "Architecture", "Variant")]
    return ImageDetails(
        id=_text(row, "Id"),
        names=_names(row, "RepoTags"),
        digests=_names(row, "RepoDigests"),
        size=_whole(row, "Size"),
        created=_text(row, "Created"),
        platform="/".join(part for part in platform if part),
        ports=tuple(sorted(_dict(config.get("ExposedPorts")), key=_by_number)),
        command=_texts(config, "Cmd"),
        entrypoint=_texts(config, "Entrypoint"),
        environment=_texts(config, "Env"),
        layers=_texts(_dict(_dict(row).get("RootFS")), "Layers"),
        labels=tuple(sorted((key, str(text)) for key, text in _dict(config.get("Labels")).items())),
    )


def event(row: Any) -> EngineEvent:
    """A line of GET /events."""
    kind, actor = _text(row, "Type"), _dict(_dict(row).get("Actor"))
    subject = Subject(kind) if kind in ("image", "container") else Subject.OTHER
    told, found = _dict(actor.get("Attributes")), _text(actor, "ID") or _text(row, "id")
    if subject is Subject.IMAGE and len(found) == 64:
        found = f"sha256:{found}"  # Podman leaves that out, here alone
    action = _text(row, "Action") or _text(row, "status")
    code = _text(told, "exitCode") or _text(told, "containerExitCode")
    ended = int(code) if action == "die" and code.isdecimal() else None
    return EngineEvent(subject, action, found, _text(told, "name"), ended)


def _own_name(names: tuple[str, ...]) -> str:
    """The container's own name; those with a second slash were given by a link from another."""
    own = [name.removeprefix("/") for name in names]
    return next((name for name in own if "/" not in name), own[0] if own else "")


def _port(row: Any) -> PublishedPort:
    return PublishedPort(
        _whole(row, "PrivatePort"), _text(row, "Type") or "tcp", _text(row, "IP"), _whole(row, "PublicPort")
    )


def _by_number(port: str) -> tuple[int, str]:
    number = port.partition("/")[0]
    return int(number) if number.isdecimal() else 0, port


def _names(row: Any, key: str) -> tuple[str, ...]:
    return tuple(name for name in _texts(row, key) if not name.startswith(_NO_NAME))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(row: Any, key: str) -> list[Any]:
    value = _dict(row).get(key)
    return value if isinstance(value, list) else []  # Go writes an empty list as null


def _text(row: Any, key: str) -> str:
    value = _dict(row).get(key)
    return value if isinstance(value, str) else ""


def _texts(row: Any, key: str) -> tuple[str, ...]:
    return tuple(value for value in _list(row, key) if isinstance(value, str))


def _whole(row: Any, key: str) -> int:
    value = _dict(row).get(key)
    return max(0, min(value, (1 << 63) - 1)) if isinstance(value, int) else 0
