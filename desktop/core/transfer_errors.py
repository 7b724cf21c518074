"""Failures of pulls and pushes, and the one table that tells them by the engine's words."""

import re
from typing import NamedTuple

from desktop.core.engine_errors import DiskFull, ImageNotHere
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError, NextStep
from desktop.core.reference import Reference
from desktop.core.registry_errors import (
    AccessDenied,
    AddressUnknown,
    CertificateRejected,
    ImageNotFound,
    InvalidReference,
    NotARegistry,
    RegistryRateLimited,
    RegistryTroubled,
    RegistryUnreachable,
    SignInNeeded,
    WrongCredentials,
)


class TransferFailed(AppError):
    """The engine gave up on *name* for a cause we have no words for."""

    title = QT_TRANSLATE_NOOP("errors", "The transfer of {name} failed")
    reason = QT_TRANSLATE_NOOP("errors", "The engine gave up; its own words are in the details.")
    hint = QT_TRANSLATE_NOOP("errors", "Read the details, then try again.")
    step = NextStep.RETRY


class TransferInterrupted(AppError):
    """The connection to the engine ended before the transfer of *name* did."""

    title = QT_TRANSLATE_NOOP("errors", "The transfer of {name} was interrupted")
    reason = QT_TRANSLATE_NOOP("errors", "The engine stopped answering before the end.")
    hint = QT_TRANSLATE_NOOP("errors", "See that the engine runs, then try again. It may start from the beginning.")
    step = NextStep.RETRY


class PushUnproven(AppError):
    """The engine said that *name* was pushed, but *host* shows another manifest or none."""

    title = QT_TRANSLATE_NOOP("errors", "{host} does not show what was pushed")
    reason = QT_TRANSLATE_NOOP("errors", "The engine reported {name} as pushed, but the registry answers otherwise.")
    hint = QT_TRANSLATE_NOOP("errors", "Push it again; somebody else may have pushed the same name meanwhile.")
    step = NextStep.RETRY


class PushUnconfirmed(AppError):
    """The engine said that *name* was pushed, but *host* could not be asked for it."""

    title = QT_TRANSLATE_NOOP("errors", "{name} was sent, but not confirmed")
    reason = QT_TRANSLATE_NOOP("errors", "The engine reported the end of the push, then {host} could not be asked.")
    hint = QT_TRANSLATE_NOOP("errors", "Push it again: layers that are there are not sent a second time.")
    step = NextStep.RETRY


class NameMoved(AppError):
    """*name* meant one image when the push was asked for, and means another now."""

    title = QT_TRANSLATE_NOOP("errors", "{name} means another image now")
    reason = QT_TRANSLATE_NOOP("errors", "The name was given to another image after this push was asked for.")
    hint = QT_TRANSLATE_NOOP("errors", "Nothing was sent. To send the new image, push it from Images.")


class TagLocked(AppError):
    """*host* holds *name* already and never lets a tag be replaced."""

    title = QT_TRANSLATE_NOOP("errors", "{name} is there already and is locked")
    reason = QT_TRANSLATE_NOOP("errors", "{host} does not let a tag be replaced by another image.")
    hint = QT_TRANSLATE_NOOP("errors", "Give the image a name with a new tag, and push that.")


class LayerDamaged(AppError):
    """A layer of *name* arrived with other content than its digest says."""

    title = QT_TRANSLATE_NOOP("errors", "A layer of {name} arrived damaged")
    reason = QT_TRANSLATE_NOOP("errors", "What came is not what {host} had announced, so the engine threw it away.")
    hint = QT_TRANSLATE_NOOP("errors", "Try again. If it stays, tell whoever runs the registry.")
    step = NextStep.RETRY


class PlatformMissing(AppError):
    """*name* exists, but not for this kind of computer."""

    title = QT_TRANSLATE_NOOP("errors", "{name} is not made for this computer")
    reason = QT_TRANSLATE_NOOP("errors", "{host} has it for other platforms only.")
    hint = QT_TRANSLATE_NOOP("errors", "Ask who makes it for another platform, or choose another tag.")


class InsecureRegistry(AppError):
    """The engine insists on https, and *host* speaks http."""

    title = QT_TRANSLATE_NOOP("errors", "The engine does not trust {host}")
    reason = QT_TRANSLATE_NOOP("errors", "The registry speaks plain http, which the engine accepts only when told so.")
    hint = QT_TRANSLATE_NOOP("errors", "Add {host} to insecure-registries in the engine's settings.")
    step = NextStep.RETRY


class Failure(NamedTuple):
    """A row of the table: the engine's words (a pattern over them, lower case) and the error they mean."""

    pattern: str
    error: type[AppError]


#: The first row that matches counts. Messages as Docker 20 to 29, containerd and Podman word them; those of the
#: registry come through them as they are, with names, tags and addresses taken out before (see failure()).
FAILURES: tuple[Failure, ...] = (
    Failure(r"no space left on device|disk quota exceeded|not enough space", DiskFull),
    Failure(r"too ?many ?requests|rate limit|(http|statuscode:?|status code|status:) 429\b", RegistryRateLimited),
    Failure(r"no matching manifest for|no image found in (manifest list|image index) for", PlatformMissing),
    Failure(r"image operating system .* cannot be used|no match for platform", PlatformMissing),
    Failure(r"server gave http response to https client|first record does not look like a tls", InsecureRegistry),
    Failure(r"x509:|certificate (is not|has expired|signed by)|failed to verify certificate", CertificateRejected),
    Failure(r"no such host|\blookup \S+|name resolution|name or service not known", AddressUnknown),
    Failure(r"image does not exist locally|tag does not exist|no such image|image not known", ImageNotHere),
    Failure(r"invalid reference format|repository name must be lowercase", InvalidReference),
    Failure(r"is immutable|configured as immutable", TagLocked),
    Failure(r"verification failed for digest|unexpected commit digest|digest did not match", LayerDamaged),
    Failure(r"no basic auth credentials", SignInNeeded),
    Failure(r"authorization token has expired|incorrect username or password", WrongCredentials),
    Failure(r"pull access denied", ImageNotFound),  # what an absent repository and a closed one both are to strangers
    Failure(r"push access denied|insufficient.scope|(?<!permission )\bdenied\b|403 forbidden", AccessDenied),
    Failure(r"unauthorized to access|is not authorized|(statuscode:?|status:) 403\b", AccessDenied),
    Failure(r"unauthorized|authentication required|(http|statuscode:?|status:) 401\b", WrongCredentials),
    Failure(r"blob unknown|unknown blob", RegistryTroubled),
    Failure(r"manifest unknown|name unknown|manifest for .* not found", ImageNotFound),
    Failure(r"(http|statuscode:?|from registry) 404\b", NotARegistry),  # a page where a registry has an answer
    Failure(r"not found", ImageNotFound),
    Failure(r"connection re(fused|set)|timeout|timed out|deadline exceeded|unreachable|no route", RegistryUnreachable),
    Failure(r"\beof\b|broken pipe|handshake failure|connection closed", RegistryUnreachable),
    Failure(r"unexpected http status|internal server error|bad gateway|service unavailable", RegistryTroubled),
    Failure(r"(http|statuscode:?|status code|status:) 5\d\d\b", RegistryTroubled),
)
_ADDRESS = re.compile(r"https?://[^\s\"]+")


def failure(message: str, reference: Reference) -> AppError:
    """The error that the engine's *message* about *reference* means; TransferFailed where no row knows it."""
    words = _without_names(message.lower(), reference)
    error = next((row.error for row in FAILURES if re.search(row.pattern, words)), TransferFailed)
    return error(message, name=str(reference), host=reference.registry)


def _without_names(words: str, reference: Reference) -> str:
    """*words* without what somebody chose freely: an image may well be called denied:429."""
    words = _ADDRESS.sub("…", words).replace(f"manifest {reference.tag.lower()} ", "manifest ")
    repository = reference.familiar.removesuffix(f":{reference.tag}")
    names = {str(reference), reference.familiar, reference.repository, f"{reference.path}:{reference.tag}"}
    names |= {name for name in (repository, reference.path) if "/" in name} | {reference.registry}
    for name in sorted((name.lower() for name in names), key=len, reverse=True):
        words = words.replace(name, "…")
    return words
