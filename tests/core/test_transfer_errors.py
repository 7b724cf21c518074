import re

import pytest

from desktop.core.engine_errors import DiskFull, ImageNotHere
from desktop.core.errors import NextStep, family
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
from desktop.core.transfer_errors import (
    FAILURES,
    InsecureRegistry,
    LayerDamaged,
    NameMoved,
    PlatformMissing,
    PushUnconfirmed,
    PushUnproven,
    TagLocked,
    TransferFailed,
    TransferInterrupted,
    _without_names,
    failure,
)

BLOB = "sha256:2af5a9f013bc7471bffa005443587155c715b0db48dd92c40586c24002a453f5"
OF = Reference.parse("reg.example:5000/t/app:v1")
LIMIT = "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating"
SCOPE = "server message: insufficient_scope: authorization failed"

#: said by Docker 20.10.24 (classic image store) to an API client, about reg.example:5000/t/app:v1
DOCKER_20 = [
    ("no basic auth credentials", SignInNeeded),
    ('Head "http://reg.example:5000/v2/t/app/manifests/v1": no basic auth credentials', SignInNeeded),
    ("unauthorized: authentication required", WrongCredentials),
    ("manifest for reg.example:5000/t/app:v1 not found: manifest unknown: manifest unknown", ImageNotFound),
    ("tag does not exist: reg.example:5000/t/app:v1", ImageNotHere),
    ("An image does not exist locally with the tag: reg.example:5000/t/app", ImageNotHere),
    (
        'Get "https://reg.example:5000/v2/": dial tcp: lookup reg.example on 127.0.0.53:53: dial udp 127.0.0.53:53: '
        "connect: network is unreachable",
        AddressUnknown,
    ),
    (
        'Get "http://reg.example:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
        RegistryUnreachable,
    ),
    (
        'Get "https://reg.example:5000/v2/": dial tcp 10.99.0.77:5000: connect: network is unreachable',
        RegistryUnreachable,
    ),
    ("invalid reference format: repository name must be lowercase", InvalidReference),
    ("received unexpected HTTP status: 500 Internal Server Error", RegistryTroubled),
    ("received unexpected HTTP status: 503 Service Unavailable", RegistryTroubled),
    ("toomanyrequests: slow down", RegistryRateLimited),
    (
        "error parsing HTTP 429 response body: invalid character '<' looking for beginning of value: "
        '"<html>slow</html>"',
        RegistryRateLimited,
    ),
    ("denied", AccessDenied),
    ("denied: requested access to the resource is denied", AccessDenied),
    (
        "error parsing HTTP 404 response body: invalid character '<' looking for beginning of value: "
        '"<html>no registry</html>"',
        NotARegistry,
    ),
    ("name unknown", ImageNotFound),
    (
        'Head "http://reg.example:5000/v2/t/app/manifests/v1": net/http: HTTP/1.x transport connection broken: '
        "unexpected EOF",
        RegistryUnreachable,
    ),
    ('Get "https://reg.example:5000/v2/": tls: first record does not look like a TLS handshake', InsecureRegistry),
    ('Get "https://reg.example:5000/v2/": http: server gave HTTP response to HTTPS client', InsecureRegistry),
    ('Get "https://reg.example:5000/v2/": x509: certificate signed by unknown authority', CertificateRejected),
    (
        "pull access denied for t/app, repository does not exist or may require 'docker login': denied: requested "
        "access to the resource is denied",
        ImageNotFound,
    ),
    (LIMIT + ": https://www.docker.com/increase-rate-limit", RegistryRateLimited),
    ("no matching manifest for linux/arm64/v8 in the manifest list entries", PlatformMissing),
    ('image operating system "windows" cannot be used on this platform', PlatformMissing),
    (
        "failed to register layer: Error processing tar file(exit status 1): write /data: no space left on device",
        DiskFull,
    ),
    (f"filesystem layer verification failed for digest {BLOB}", LayerDamaged),
    ('Get "https://reg.example:5000/v2/": net/http: TLS handshake timeout', RegistryUnreachable),
    (
        'Get "https://reg.example:5000/v2/": net/http: request canceled while waiting for connection (Client.Timeout '
        "exceeded while awaiting headers)",
        RegistryUnreachable,
    ),
    ('Get "https://reg.example:5000/v2/": dial tcp 10.0.0.9:5000: connect: no route to host', RegistryUnreachable),
    ('Get "https://reg.example:5000/v2/": dial tcp: lookup reg.example: no such host', AddressUnknown),
    ("write tcp 10.0.0.2:41822->10.0.0.9:5000: write: connection reset by peer", RegistryUnreachable),
    ("write tcp 10.0.0.2:41822->10.0.0.9:5000: write: broken pipe", RegistryUnreachable),
    ("blob unknown: blob unknown to registry", RegistryTroubled),
]

#: said by engines with containerd's image store (Docker 25 to 29)
CONTAINERD = [
    (
        'failed to resolve reference "reg.example:5000/t/app:v1": reg.example:5000/t/app:v1: not found',
        ImageNotFound,
    ),
    (
        f"pull access denied, repository does not exist or may require authorization: {SCOPE}",
        ImageNotFound,
    ),
    (
        "pull access denied, repository does not exist or may require authorization: authorization status: 401: "
        "authorization failed",
        ImageNotFound,
    ),
    (
        "pull access denied, repository does not exist or may require authorization: authorization failed: "
        "no basic auth credentials",
        SignInNeeded,
    ),
    (f"push access denied, repository does not exist or may require authorization: {SCOPE}", AccessDenied),
    (
        "failed to copy: httpReadSeeker: failed open: unexpected status code "
        f"https://registry-1.docker.io/v2/library/rust/manifests/{BLOB}: 429 Too Many Requests - Server message: "
        f"{LIMIT}: https://www.docker.com/increase-rate-limit",
        RegistryRateLimited,
    ),
    (
        'failed to resolve reference "docker.io/library/nginx:latest": unexpected status from HEAD request to '
        "https://registry-1.docker.io/v2/library/nginx/manifests/latest: 429 Too Many Requests",
        RegistryRateLimited,
    ),
    (
        "failed to authorize: failed to fetch oauth token: unexpected status from POST request to "
        "https://auth.docker.io/token: 401 Unauthorized",
        WrongCredentials,
    ),
    (
        "unexpected status from PUT request to https://reg.example:5000/v2/t/app/manifests/v1: 403 Forbidden",
        AccessDenied,
    ),
    (
        "unexpected status from HEAD request to https://reg.example:5000/v2/t/app/manifests/v1: "
        "503 Service Unavailable",
        RegistryTroubled,
    ),
    (
        "no match for platform in manifest: not found",
        PlatformMissing,
    ),
    (
        'failed to do request: Head "https://reg.example:5000/v2/t/app/manifests/v1": tls: failed to verify '
        "certificate: x509: certificate signed by unknown authority",
        CertificateRejected,
    ),
    (
        'failed to do request: Head "https://reg.example:5000/v2/t/app/manifests/v1": dial tcp: lookup reg.example '
        "on 127.0.0.11:53: server misbehaving",
        AddressUnknown,
    ),
    (
        f'failed commit on ref "layer-{BLOB}": unexpected commit digest {BLOB}, expected {BLOB}: failed precondition',
        LayerDamaged,
    ),
    ('failed to copy: failed to do request: Put "https://reg.example:5000/v2/x": EOF', RegistryUnreachable),
    ("error from registry: denied: requested access to the resource is denied", AccessDenied),
    ("context deadline exceeded", RegistryUnreachable),
]

READING = "initializing source docker://reg.example:5000/t/app:v1: reading manifest v1 in reg.example:5000/t/app: "
PINGING = "initializing source docker://reg.example:5000/t/app:v1: pinging container registry reg.example:5000: "
REUSING = f"trying to reuse blob {BLOB} at destination: "
UPLOADING = "writing manifest: uploading manifest v1 to reg.example:5000/t/app: "

#: said by Podman 4.3.1's service
PODMAN = [
    (READING + "unauthorized: authentication required", WrongCredentials),
    (
        f"{REUSING}checking whether a blob {BLOB} exists in reg.example:5000/t/app: unauthorized: "
        "authentication required",
        WrongCredentials,
    ),
    (READING + "manifest unknown: manifest unknown", ImageNotFound),
    (READING + "name unknown", ImageNotFound),
    (
        "failed to find image reg.example:5000/t/app:v1: reg.example:5000/t/app:v1: image not known",
        ImageNotHere,
    ),
    (
        PINGING + 'Get "https://reg.example:5000/v2/": dial tcp: lookup reg.example on 127.0.0.1:53: no such host',
        AddressUnknown,
    ),
    (
        REUSING + "pinging container registry reg.example:5000: "
        'Get "http://reg.example:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
        RegistryUnreachable,
    ),
    ("normalizing image: normalizing name for compat API: repository name must be lowercase", InvalidReference),
    (READING + "received unexpected HTTP status: 500 Internal Server Error", RegistryTroubled),
    (READING + "toomanyrequests: slow down", RegistryRateLimited),
    (READING + "StatusCode: 429, <html>slow</html>", RegistryRateLimited),
    (READING + "StatusCode: 404, <html>no registry</html>", NotARegistry),
    (READING + "StatusCode: 502, <html>bad</html>", RegistryTroubled),
    (READING + "denied", AccessDenied),
    (PINGING + "invalid status code from registry 404 (Not Found)", NotARegistry),
    (PINGING + 'Get "https://reg.example:5000/v2/": http: server gave HTTP response to HTTPS client', InsecureRegistry),
    (
        PINGING + 'Get "https://reg.example:5000/v2/": x509: certificate signed by unknown authority',
        CertificateRejected,
    ),
    (UPLOADING + "denied", AccessDenied),
    (UPLOADING + "toomanyrequests: slow down", RegistryRateLimited),
    (UPLOADING + "received unexpected HTTP status: 500 Internal Server Error", RegistryTroubled),
    (
        "writing blob: initiating layer upload to /v2/t/app/blobs/uploads/ in reg.example:5000: denied",
        AccessDenied,
    ),
    (
        'choosing image instance: no image found in manifest list for architecture arm64, variant "v8", OS linux',
        PlatformMissing,
    ),
    (f"writing blob: storing blob to file: Digest did not match, expected {BLOB}, got {BLOB}", LayerDamaged),
    ("writing blob: adding layer with blob: write /var/tmp/x: no space left on device", DiskFull),
]

#: said by registries of providers, through any engine
PROVIDERS = [
    ("unauthorized: access to the requested resource is not authorized", AccessDenied),  # Quay
    (
        "unauthorized: unauthorized to access repository: t/app, action: push: unauthorized to access repository: "
        "t/app, action: push",
        AccessDenied,  # Harbor
    ),
    ("denied: Your authorization token has expired. Reauthenticate and try again.", WrongCredentials),  # ECR
    (
        "tag invalid: The image tag 'v1' already exists in the 't/app' repository and cannot be overwritten because "
        "the repository is immutable.",
        TagLocked,  # ECR
    ),
    ("denied: Failed to process request due to 'app:v1' configured as immutable.", TagLocked),  # Harbor
    ("denied: permission_denied: write_package", AccessDenied),  # GitHub
    ("denied: access forbidden", AccessDenied),  # GitLab
    ("unauthorized: incorrect username or password", WrongCredentials),  # Docker Hub
    (
        "name unknown: The repository with name 't/app' does not exist in the registry with id '1234'",
        ImageNotFound,  # ECR
    ),
]
SAID = DOCKER_20 + CONTAINERD + PODMAN + PROVIDERS


@pytest.mark.parametrize(("message", "error"), SAID)
def test_what_engines_say_is_understood(message, error):
    found = failure(message, OF)
    assert type(found) is error
    assert found.raw == message
    assert found.facts == {"name": "reg.example:5000/t/app:v1", "host": "reg.example:5000"}


def test_every_row_of_the_table_is_needed_by_something_an_engine_said():
    first = set()
    for message, _ in SAID:
        words = _without_names(message.lower(), OF)
        first |= {next(row for row in FAILURES if re.search(row.pattern, words))}
    assert set(FAILURES) == first


def test_words_that_no_row_knows_are_shown_as_they_are():
    found = failure("open /var/lib/docker/x: permission denied", OF)
    assert type(found) is TransferFailed
    assert found.raw == "open /var/lib/docker/x: permission denied"


@pytest.mark.parametrize(
    ("name", "message", "error"),
    [
        ("reg.example/app:429", "manifest for reg.example/app:429 not found: manifest unknown", ImageNotFound),
        (
            "reg.example/app:denied",
            READING.replace("v1", "denied").replace(":5000/t", "") + "manifest unknown",
            ImageNotFound,
        ),
        ("reg.example/denied:v1", "tag does not exist: reg.example/denied:v1", ImageNotHere),
        (
            "reg.example/eof/app:v1",
            'Get "https://reg.example/v2/eof/app/manifests/v1": x509: expired',
            CertificateRejected,
        ),
        ("team/unauthorized:v1", "manifest for team/unauthorized:v1 not found", ImageNotFound),
        ("team/timeout", "pull access denied for team/timeout, repository does not exist", ImageNotFound),
        ("timeout.example/app", "unexpected HTTP status: 500 from timeout.example", RegistryTroubled),
        ("reg.example/app:v1", 'Post "https://denied.example/token?scope=unauthorized": EOF', RegistryUnreachable),
        ("reg.example/app:503", "denied: no right to push app:503", AccessDenied),
    ],
)
def test_the_name_of_an_image_is_not_taken_for_a_cause(name, message, error):
    assert type(failure(message, Reference.parse(name))) is error


@pytest.mark.parametrize("error", {row.error for row in FAILURES} | {PushUnconfirmed, PushUnproven, NameMoved})
def test_every_failure_of_a_transfer_reads_as_whole_sentences_with_the_facts_it_is_given(error):
    for text in (error.title, error.reason, error.hint):
        assert text.format_map({"name": "N", "host": "H"})
    assert error.reason.endswith(".")
    assert error.hint.endswith(".")


def test_what_may_go_well_the_next_time_offers_to_try_again():
    passing = [RegistryRateLimited, RegistryUnreachable, RegistryTroubled, TransferInterrupted, PushUnproven, DiskFull]
    assert {error.step for error in passing} == {NextStep.RETRY}
    assert {WrongCredentials.step, SignInNeeded.step, AccessDenied.step} == {NextStep.SIGN_IN}
    assert NameMoved.step is NextStep.NONE
    assert all(issubclass(row.error, tuple(family())) for row in FAILURES)
