"""Engines on this computer: what was probed, what was found, and which one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class EngineState(Enum):
    """What the bar says about the engine."""

    SEARCHING = "searching"
    RUNNING = "running"
    STOPPED = "stopped"  # installed, nothing answers
    DENIED = "denied"  # runs, closed to this user
    ABSENT = "absent"  # nothing installed


@dataclass(frozen=True, slots=True)
class Probe:
    """One address that was tried. *origin* says why it was a candidate; *start* names how it could be started.

    *said* is what the system or the engine answered where it can't be used, *remedy* the command that lets this user
    in, *tls* a folder of ca, cert and key.pem.
    """

    url: str  # unix:///…, npipe:////./pipe/…, tcp://…
    name: str  # "Docker", "Docker Desktop", "Podman", …
    origin: str
    state: EngineState
    version: str = ""
    api_version: str = ""
    engine_id: str = ""
    platform: str = ""
    start: str = ""  # "" where Portside knows no way to start it
    said: str = ""
    remedy: str = ""
    tls: str = ""


CHOSEN, USUAL = "chosen", "usual"  #: origins in our own words; the others are names: DOCKER_HOST, "context colima"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The engine in use, or why there is none; *tried* are all probes, the best first."""

    state: EngineState
    chosen: Probe | None = None
    tried: tuple[Probe, ...] = ()


def choose(probes: Sequence[Probe], wanted: str = "") -> EngineStatus:
    """The engine to use: *wanted* if it runs, else the first that runs; else the most hopeful reason there is none.

    *probes* come in the order of preference; the same engine reached twice counts once.
    """
    seen: set[str] = set()
    tried: list[Probe] = []
    for probe in probes:
        if not probe.engine_id or probe.engine_id not in seen:
            tried.append(probe)
        seen.add(probe.engine_id)
    for state in (EngineState.RUNNING, EngineState.DENIED, EngineState.STOPPED):
        fitting = [probe for probe in tried if probe.state is state]
        if fitting:
            best = next((probe for probe in fitting if probe.url == wanted), fitting[0])
            return EngineStatus(state, best, tuple(tried))
    return EngineStatus(EngineState.ABSENT, None, tuple(tried))
