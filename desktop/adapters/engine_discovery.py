"""The EngineFinder port: every place an engine may be, asked at once."""

import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from desktop.adapters import docker_probe
from desktop.adapters.docker_probe import Answer
from desktop.adapters.engine_contexts import contexts
from desktop.adapters.engine_places import PLACES, Place
from desktop.adapters.engine_start import reap, start_engine
from desktop.adapters.engine_system import System
from desktop.core.cancel import CancelToken
from desktop.core.engines import CHOSEN, USUAL, EngineState, Probe

LIMIT_S, CUT_S = 2.0, 0.5  #: for all places together; for those that are cut to end
MOST_AT_ONCE = 16  #: threads, which end with the look
PLAIN_PORT, TLS_PORT = 2375, 2376
Result = TypeVar("Result")
Ask = Callable[[str, str, float, CancelToken], Answer]
Identify = Callable[[str, str, float, CancelToken], str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address to be asked, and why; *place* where it is a usual one."""

    url: str
    origin: str
    tls: str = ""
    place: Place | None = None


class Discovery:
    """Finds engines for the person whose *environ* it is, and starts those that are stopped."""

    def __init__(
        self,
        environ: Mapping[str, str],
        system: System | None = None,
        ask: Ask = docker_probe.ask,
        identify: Identify = docker_probe.identity,
    ) -> None:
        self._system, self._ask, self._identify = system or System.here(environ), ask, identify

    def probe(self, wanted: str, token: CancelToken) -> Sequence[Probe]:
        """Every candidate, asked at once, in the order of preference; *wanted* (an URL) first."""
        reap()
        candidates = self.candidates(wanted)
        answers = _at_once(
            [partial(self._ask, each.url, each.tls, LIMIT_S) for each in candidates],
            Answer(EngineState.STOPPED, said=f"No answer within {LIMIT_S:.0f} seconds"),
            token,
        )
        token.check()
        return self._told_apart([self._judged(*pair) for pair in zip(candidates, answers, strict=True)], token)

    def start(self, probe: Probe, token: CancelToken) -> None:
        """Start a stopped engine by its own command; EngineStartFailed where that fails."""
        start_engine(self._system, probe.start, probe.name, token)

    def close(self) -> None:
        """Nothing is left open."""

    def candidates(self, wanted: str) -> list[Candidate]:
        """What is to be asked, each address once under its best reason."""
        best: dict[str, Candidate] = {}
        for each in self._all(wanted):
            key = _key(each.url)
            first = best.get(key, each)
            best[key] = replace(first, tls=first.tls or each.tls, place=_richer(first.place, each.place, self._system))
        return list(best.values())

    def _all(self, wanted: str) -> Iterator[Candidate]:
        system, environ = self._system, self._system.environ
        if wanted:
            yield Candidate(_tidy(wanted), CHOSEN)
        if environ.get("DOCKER_HOST"):
            tls = environ.get("DOCKER_CERT_PATH") or system.fill("{home}/.docker")
            yield Candidate(
                _tidy(environ["DOCKER_HOST"]), "DOCKER_HOST", tls if environ.get("DOCKER_TLS_VERIFY") else ""
            )
        for context in contexts(environ, system.home):
            yield Candidate(_tidy(context.url), f"context {context.name}", context.tls)
        for place in PLACES[system.platform]:
            if place.root in (None, system.root):
                yield Candidate(system.fill(place.address), USUAL, place=place)
                for path in sorted(system.matching(system.fill(place.others)) if place.others else ()):
                    yield Candidate(f"unix://{path}", USUAL, place=place)

    def _judged(self, candidate: Candidate, answer: Answer) -> Probe:
        """What *answer* means for the person, who may have the engine installed but stopped."""
        place, state = candidate.place, answer.state
        start = ""
        if state in (EngineState.STOPPED, EngineState.ABSENT) and place and self._system.has(place):
            state, start = EngineState.STOPPED, place.start if self._system.steps(place.start) else ""
        elif state is EngineState.STOPPED and candidate.origin == USUAL:
            state = EngineState.ABSENT  # what an engine left behind that is gone
        return Probe(
            candidate.url,
            _name(place, answer),
            candidate.origin,
            state,
            answer.version,
            answer.api_version,
            platform=answer.platform,
            start=start,
            said=answer.said,
            remedy=self._remedy(candidate.url) if state is EngineState.DENIED else "",
            tls=candidate.tls,
        )

    def _told_apart(self, probes: list[Probe], token: CancelToken) -> list[Probe]:
        """*probes*, those that run with the engine's own number where there is more than one address."""
        running = [probe for probe in probes if probe.state is EngineState.RUNNING and probe.name != "Podman"]
        if len(running) < 2:  # Podman gives itself a new number with each answer
            return probes
        numbers = _at_once([partial(self._identify, each.url, each.tls, LIMIT_S) for each in running], "", token)
        known = dict(zip(running, numbers, strict=True))
        return [replace(probe, engine_id=known.get(probe, "")) for probe in probes]

    def _remedy(self, url: str) -> str:
        """The command that lets this user in, for an administrator; "" where no group would."""
        if self._system.platform == "win32":
            return f'net localgroup docker-users "{self._system.user}" /add'
        group = _group(url.removeprefix("unix://"))
        return f"sudo usermod -aG {group} {self._system.user}" if group and self._system.platform == "linux" else ""


def _at_once(works: Sequence[Callable[[CancelToken], Result]], late: Result, token: CancelToken) -> list[Result]:
    """What each of *works* gives within LIMIT_S, *late* for those that need longer; these are cut, none is left."""
    inner, results, rest = CancelToken(), [late] * len(works), iter(range(len(works)))
    token.on_cancel(inner.cancel)

    def work() -> None:
        for at in rest:  # one step of an iterator is atomic
            if inner.cancelled:
                return
            results[at] = works[at](inner)

    threads = [threading.Thread(target=work, name="engine-ask", daemon=True) for _ in works[:MOST_AT_ONCE]]
    for thread in threads:
        thread.start()
    limit = time.monotonic() + LIMIT_S
    for thread in threads:
        thread.join(max(0.0, limit - time.monotonic()))
    in_time = list(results)
    inner.cancel()
    for thread in threads:
        thread.join(CUT_S)
    return in_time


def _tidy(url: str) -> str:
    """*url* as clients take it: with a port, and as tcp."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("tcp", "http", "https") or not parts.netloc:
        return url.strip()
    secure = parts.scheme == "https" or parts.port == TLS_PORT
    host = parts.netloc if parts.port else f"{parts.netloc}:{TLS_PORT if secure else PLAIN_PORT}"
    return f"tcp://{host}"


def _key(url: str) -> str:
    """The same for two spellings of one address."""
    if url.startswith("unix://"):
        return os.path.realpath(url.removeprefix("unix://"))
    return url.lower().rstrip("/")


def _richer(first: Place | None, second: Place | None, system: System) -> Place | None:
    """Of two engines that use the same address, the one that is installed."""
    return first if first and (second is None or system.has(first)) else second


def _name(place: Place | None, answer: Answer) -> str:
    """Engines in a machine of their own all say Docker: there the place knows better."""
    if place and place.name != "Docker" and answer.name in ("", "Docker"):
        return place.name
    return answer.name or "Docker"


def _group(path: str) -> str:
    """The group that may use the socket at *path*; "" if it is root's own."""
    if sys.platform == "win32":
        return ""
    import grp

    try:
        found = os.stat(path)
        name = grp.getgrgid(found.st_gid).gr_name
    except (OSError, KeyError):
        return ""
    return name if found.st_mode & stat.S_IWGRP and name != "root" else ""
