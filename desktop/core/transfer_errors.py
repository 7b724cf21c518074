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
    RegistryRateLimited,
    RegistryTroubled,
    RegistryUnreachable,
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


#: The first row that matches counts. Messages as Docker 20 to 29, containerd and Podman word them.
FAILURES: tuple[Failure, ...] = (
    Failure(r"no space left on device|disk quota exceeded|not enough space", DiskFull),
    Failure(r"toomanyrequests|too many requests|rate limit|\b429\b", RegistryRateLimited),
    Failure(r"no matching manifest for|image operating system", PlatformMissing),
    Failure(r"no image found in (manifest list|image index) for", PlatformMissing),
    Failure(r"server gave http response to https client", InsecureRegistry),
    Failure(r"x509:|certificate (is not|has expired|signed by)|tls: failed to verify", CertificateRejected),
    Failure(r"no such host|name or service not known|temporary failure in name resolution", AddressUnknown),
    Failure(r"an image does not exist locally|tag does not exist|no such image", ImageNotHere),
    Failure(r"pull access denied for|does not exist or may require|does not exist or no pull access", ImageNotFound),
    Failure(
        r"requested access to the resource is denied|insufficient_scope|\bdenied\b|\b403\b|forbidden", AccessDenied
    ),
    Failure(r"unauthorized|authentication required|no basic auth", WrongCredentials),
    Failure(r"incorrect username or password|\b401\b", WrongCredentials),
    Failure(r"manifest unknown|manifest for .* not found|name unknown", ImageNotFound),
    Failure(r"repository .*not found|not found|does not exist", ImageNotFound),
    Failure(
        r"connection refused|connection reset|timeout|tls handshake|no route to host|\beof\b|broken pipe",
        RegistryUnreachable,
    ),
    Failure(r"\b50[0234]\b|internal server error|bad gateway|service unavailable", RegistryTroubled),
    Failure(r"unexpected http status", RegistryTroubled),
)


def failure(message: str, reference: Reference) -> AppError:
    """The error that the engine's *message* about *reference* means; TransferFailed where no row knows it."""
    words = message.lower()
    for row in FAILURES:
        if re.search(row.pattern, words):
            return row.error(message, name=str(reference), host=reference.registry)
    return TransferFailed(message, name=str(reference), host=reference.registry)
