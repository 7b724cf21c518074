"""Failures of the engine, its images and its containers, and the table that tells them by the engine's words."""

import re
from typing import NamedTuple

from desktop.core.errors import QT_TRANSLATE_NOOP, AppError, NextStep


class EngineAbsent(AppError):
    """No engine was found on this computer."""

    title = QT_TRANSLATE_NOOP("errors", "No container engine was found")
    reason = QT_TRANSLATE_NOOP("errors", "Images and containers live in an engine such as Docker or Podman.")
    hint = QT_TRANSLATE_NOOP("errors", "Get one. Portside goes on by itself as soon as it answers.")
    step = NextStep.GET_ENGINE


class EngineStopped(AppError):
    """The engine *engine* is installed, but nothing answers."""

    title = QT_TRANSLATE_NOOP("errors", "{engine} is not running")
    reason = QT_TRANSLATE_NOOP("errors", "It is installed, but nothing answers. Nothing is lost.")
    hint = QT_TRANSLATE_NOOP("errors", "Start it. Registries can be browsed without it.")
    step = NextStep.START_ENGINE


class EnginePermissionDenied(AppError):
    """The engine runs, but this user may not talk to it at *address*."""

    title = QT_TRANSLATE_NOOP("errors", "You may not use the engine yet")
    reason = QT_TRANSLATE_NOOP("errors", "It runs, but its address {address} is closed to this user.")
    hint = QT_TRANSLATE_NOOP("errors", "An administrator adds you to a group once; then sign out and in again.")
    step = NextStep.GRANT_ACCESS


class EngineUnreachable(AppError):
    """The engine did not answer, or stopped answering."""

    title = QT_TRANSLATE_NOOP("errors", "The engine does not answer")
    reason = QT_TRANSLATE_NOOP("errors", "The connection to it was lost or could not be made.")
    hint = QT_TRANSLATE_NOOP("errors", "Portside connects again by itself when it is back.")
    step = NextStep.CHOOSE_ENGINE


class EngineStartFailed(AppError):
    """*engine* could not be started by us."""

    title = QT_TRANSLATE_NOOP("errors", "{engine} did not start")
    reason = QT_TRANSLATE_NOOP("errors", "Its own start command failed or may not be used by this user.")
    hint = QT_TRANSLATE_NOOP("errors", "Start it the way you usually do. Portside goes on by itself.")


class EngineAnswerUnreadable(AppError):
    """The engine sent what is not JSON, or one object beyond every sensible size."""

    title = QT_TRANSLATE_NOOP("errors", "The engine sent an unreadable answer")
    reason = QT_TRANSLATE_NOOP("errors", "A proxy in between, or another program at its address, may have answered.")
    hint = QT_TRANSLATE_NOOP("errors", "Check the engine's address in the settings.")
    step = NextStep.CHOOSE_ENGINE


class EngineRefused(AppError):
    """The engine refused an act for a cause we have no words for."""

    title = QT_TRANSLATE_NOOP("errors", "The engine refused")
    reason = QT_TRANSLATE_NOOP("errors", "Its own words are in the details.")
    hint = QT_TRANSLATE_NOOP("errors", "Read the details, then try again.")
    step = NextStep.RETRY


class NoThreadFree(AppError):
    """All threads the program allows itself are at work."""

    title = QT_TRANSLATE_NOOP("errors", "Too much is going on at once")
    reason = QT_TRANSLATE_NOOP("errors", "Portside does forty things at a time at most.")
    hint = QT_TRANSLATE_NOOP("errors", "Wait until a transfer is done, then try again.")


class DiskFull(AppError):
    """The engine has no room left."""

    title = QT_TRANSLATE_NOOP("errors", "The engine's disk is full")
    reason = QT_TRANSLATE_NOOP("errors", "There is no room for this image or container.")
    hint = QT_TRANSLATE_NOOP("errors", "Remove images you no longer need, then try again.")
    step = NextStep.RETRY


class ImageNotHere(AppError):
    """The engine holds no image *name* (any more)."""

    title = QT_TRANSLATE_NOOP("errors", "{name} is not on this computer")
    reason = QT_TRANSLATE_NOOP("errors", "It was removed meanwhile, or never pulled.")
    hint = QT_TRANSLATE_NOOP("errors", "Pull it first.")
    step = NextStep.PULL_IMAGE


class ImageInUse(AppError):
    """*container* was made from the image *name* and holds it."""

    title = QT_TRANSLATE_NOOP("errors", "{name} is in use")
    reason = QT_TRANSLATE_NOOP("errors", "The container {container} was made from it.")
    hint = QT_TRANSLATE_NOOP("errors", "Stop and remove that container, then remove the image.")
    step = NextStep.SHOW_CONTAINER


class ContainerGone(AppError):
    """There is no container *name* any more."""

    title = QT_TRANSLATE_NOOP("errors", "{name} is gone")
    reason = QT_TRANSLATE_NOOP("errors", "The container was removed meanwhile.")
    hint = QT_TRANSLATE_NOOP("errors", "Run its image again if you need it.")


class ContainerRuns(AppError):
    """The container *name* can't be removed while it runs."""

    title = QT_TRANSLATE_NOOP("errors", "{name} is still running")
    reason = QT_TRANSLATE_NOOP("errors", "Only a stopped container can be removed.")
    hint = QT_TRANSLATE_NOOP("errors", "Stop it first, then remove it.")
    step = NextStep.SHOW_CONTAINER


class ContainerNameTaken(AppError):
    """Another container is called *name*."""

    title = QT_TRANSLATE_NOOP("errors", "The name {name} is taken")
    reason = QT_TRANSLATE_NOOP("errors", "Another container, perhaps a stopped one, has it.")
    hint = QT_TRANSLATE_NOOP("errors", "Choose another name, or leave it empty.")


class ContainerNameInvalid(AppError):
    """*name* cannot be the name of a container."""

    title = QT_TRANSLATE_NOOP("errors", "{name} cannot be a container's name")
    reason = QT_TRANSLATE_NOOP("errors", "A name has two or more letters, digits, dots, dashes or underscores.")
    hint = QT_TRANSLATE_NOOP("errors", "Correct the name, or leave it empty.")


class PortTaken(AppError):
    """Something else on this computer listens on *port*."""

    title = QT_TRANSLATE_NOOP("errors", "Port {port} is taken")
    reason = QT_TRANSLATE_NOOP("errors", "Another program or container on this computer uses it.")
    hint = QT_TRANSLATE_NOOP("errors", "Choose another port, or stop what uses it.")
    step = NextStep.ANOTHER_PORT


class CommandNotFound(AppError):
    """The image *name* has no program *command*."""

    title = QT_TRANSLATE_NOOP("errors", "{name} could not start its program")
    reason = QT_TRANSLATE_NOOP("errors", "The program to run was not found in the image, or may not be run.")
    hint = QT_TRANSLATE_NOOP("errors", "Check the command, or leave it to the image.")


class ContainerStopped(AppError):
    """The container *name* ended by itself with exit code *code* before its page answered."""

    title = QT_TRANSLATE_NOOP("errors", "{name} stopped by itself")
    reason = QT_TRANSLATE_NOOP("errors", "It ended with code {code} before its page answered.")
    hint = QT_TRANSLATE_NOOP("errors", "Its last lines of output usually say why.")
    step = NextStep.SHOW_OUTPUT


class ContainerVanished(AppError):
    """The container *name* ended before its page answered and was removed with its exit code, as it was to be."""

    title = QT_TRANSLATE_NOOP("errors", "{name} stopped by itself")
    reason = QT_TRANSLATE_NOOP("errors", "It ended before its page answered, and was removed then as was wished.")
    hint = QT_TRANSLATE_NOOP("errors", "Its last lines of output usually say why.")
    step = NextStep.SHOW_OUTPUT


class PageSilent(AppError):
    """Nothing answered at *address* within *seconds*."""

    title = QT_TRANSLATE_NOOP("errors", "{address} does not answer yet")
    reason = QT_TRANSLATE_NOOP("errors", "The container runs, but no page came within {seconds} seconds.")
    hint = QT_TRANSLATE_NOOP("errors", "It may still be starting, or listen on another port. See its output.")
    step = NextStep.SHOW_OUTPUT


class Refusal(NamedTuple):
    """A row of the table: the engine's words (a pattern over them, lower case) and the error they mean.

    Groups of the pattern become facts of the error.
    """

    pattern: str
    error: type[AppError]


#: The first row that matches counts. Messages as Docker 20 to 29 and Podman 4 and 5 word them.
REFUSALS: tuple[Refusal, ...] = (
    Refusal(r"no space left on device|disk quota exceeded|not enough space", DiskFull),
    Refusal(r":(?P<port>\d+)(?: failed)?: (?:port is already allocated|bind: address already in use)", PortTaken),
    Refusal(r"ports are not available:.*:(?P<port>\d+)\b", PortTaken),  # Docker Desktop's words for every port in use
    Refusal(r"container name \"/?(?P<name>[^\"]+)\" is already in use", ContainerNameTaken),
    Refusal(r"invalid container name|names must match \[", ContainerNameInvalid),
    Refusal(r"cannot remove (?:a running )?container.*(?:running|paused|stop the container)", ContainerRuns),
    Refusal(r"(?:container|image used by) (?P<container>[0-9a-f]{12,64})(?: is using|: image is in use)", ImageInUse),
    Refusal(r"image is being used by \w+ container (?P<container>[0-9a-f]{12,64})", ImageInUse),
    Refusal(
        r"executable file not found|exec: \".*\": (?:stat .*no such file|permission denied|is a dir)", CommandNotFound
    ),
    Refusal(r"exec format error|oci permission denied|runtime attempted to invoke a command", CommandNotFound),
    Refusal(r"no such container|no container with (?:name|id)", ContainerGone),
    Refusal(r"removal of container \S+ is already in progress|marked for removal", ContainerGone),
    Refusal(r"no such image|image not known", ImageNotHere),
)


def refusal(message: str, **facts: str) -> AppError:
    """The error that the engine's *message* means, with *facts*; EngineRefused where no row knows it."""
    for row in REFUSALS:
        found = re.search(row.pattern, message, re.IGNORECASE | re.DOTALL)
        if found:
            return row.error(message, **{**facts, **{key: text for key, text in found.groupdict().items() if text}})
    return EngineRefused(message, **facts)
