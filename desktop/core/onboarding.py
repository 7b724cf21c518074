"""The tour: seven steps of the tutorial, each ticked by what really happened."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from desktop.core.reference import Reference

FIRST_IMAGE = "nginx"  #: what the tour pulls where nothing else was
PAGE_PORT = 8080  #: where the tour's page answers on this computer
_MOST_MADE = 100  #: things the tour remembers having made


class Step(Enum):
    """The seven steps, in order; the value is kept in the settings."""

    CONNECT = "connect"
    PULL = "pull"
    RUN = "run"
    NAME = "name"
    PUSH = "push"
    RETURN = "return"  # pull it from the registry and run it
    TIDY = "tidy"


class Kind(Enum):
    """What the tour can have made on this computer; the value is kept in the settings."""

    NAME = "name"  # of an image, as people type it
    CONTAINER = "container"  # by its id


@dataclass(frozen=True, slots=True)
class TourStep:
    """One line of the checklist: *proof* is what showed that it happened ("" while it did not)."""

    step: Step
    proof: str = ""
    current: bool = False

    @property
    def done(self) -> bool:
        """Whether it happened."""
        return bool(self.proof)


@dataclass(frozen=True, slots=True)
class Undo:
    """What undoing the tour takes from this computer: *names* of images, *containers* as (id, name).

    *stays* are the names that were pushed: those stay in their registry.
    """

    names: tuple[str, ...] = ()
    containers: tuple[tuple[str, str], ...] = ()
    stays: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.containers)


@dataclass(frozen=True, slots=True)
class TourPlan:
    """What the open steps would act on, so that forms can be filled; "" or None where nothing is known yet."""

    host: str = ""  # the registry somebody is connected to
    user: str = ""
    image: str = FIRST_IMAGE  # what to pull
    source: str = ""  # the image on this computer that gets a name, as people type it
    source_id: str = ""
    target: Reference | None = None  # the name it gets, or has got
    undo: Undo = Undo()

    @property
    def page(self) -> str:
        """Where the running image's page is to answer."""
        return f"localhost:{PAGE_PORT}"


class Tour:
    """Which steps have happened, and what they made. Facts come in any order; a step keeps its first proof."""

    def __init__(self, proofs: Mapping[str, str] | None = None, made: Iterable[tuple[str, str]] = ()) -> None:
        known, kinds = {step.value for step in Step}, {kind.value for kind in Kind}
        self._proofs = {Step(key): proof for key, proof in (proofs or {}).items() if key in known and proof}
        self._made = {(Kind(kind), what): None for kind, what in made if kind in kinds and what}

    def happened(self, step: Step, proof: str) -> bool:
        """Tick *step* with its *proof*; return whether that is news."""
        if step in self._proofs or not proof:
            return False
        self._proofs[step] = proof
        return True

    def done(self, step: Step) -> bool:
        """Whether *step* has happened."""
        return step in self._proofs

    def steps(self) -> list[TourStep]:
        """The seven lines; the first that is open is the current one."""
        current = next((step for step in Step if step not in self._proofs), None)
        return [TourStep(step, self._proofs.get(step, ""), step is current) for step in Step]

    def proofs(self) -> dict[str, str]:
        """What to keep in the settings."""
        return {step.value: proof for step, proof in self._proofs.items()}

    def made(self, kind: Kind) -> list[str]:
        """What the steps made of *kind*, the oldest first."""
        return [what for made, what in self._made if made is kind]

    def make(self, kind: Kind, what: str) -> bool:
        """Remember that a step made *what*, so that it can be undone; return whether that is news."""
        if (kind, what) in self._made:
            return False
        self._made[kind, what] = None
        for oldest in list(self._made)[:-_MOST_MADE]:
            del self._made[oldest]
        return True

    def unmake(self, kind: Kind, what: str) -> bool:
        """*what* is gone; return whether it was the tour's."""
        known = (kind, what) in self._made
        self._made.pop((kind, what), None)
        return known

    def kept(self) -> tuple[tuple[str, str], ...]:
        """What was made, to keep in the settings."""
        return tuple((kind.value, what) for kind, what in self._made)

    def forget(self) -> None:
        """Begin again; what was made is not forgotten, so that it can still be undone."""
        self._proofs.clear()


def place_for(source: Reference, host: str, user: str = "") -> Reference:
    """The name the tour gives *source* in the registry *host*: samples/nginx, or one's own folder on Docker Hub.

    Raises InvalidReference where *host* or *user* cannot be part of a name.
    """
    folder = user.lower() if host == "docker.io" and user else "samples"
    return Reference.of(host, f"{folder}/{source.path.rpartition('/')[2]}", source.tag or "latest")


def command(step: Step, plan: TourPlan) -> str:
    """*step* as the docker command, one line each; no secret is ever part of it."""
    target = plan.target.familiar if plan.target else f"{plan.host or 'myregistry.azurecr.io'}/samples/{plan.image}"
    source = plan.source or plan.image
    run = f"docker run -it --rm -p 127.0.0.1:{PAGE_PORT}:80"  # this computer only, as Portside does it
    user = shlex.quote(plan.user) if plan.user else "USER"
    lines: dict[Step, tuple[str, ...]] = {
        Step.CONNECT: (f"docker login {plan.host or 'myregistry.azurecr.io'} -u {user} --password-stdin",),
        Step.PULL: (f"docker pull {plan.image}",),
        Step.RUN: (f"{run} {source}",),
        Step.NAME: (f"docker tag {source} {target}",),
        Step.PUSH: (f"docker push {target}",),
        Step.RETURN: (f"docker pull {target}", f"{run} {target}"),
        Step.TIDY: _tidying(plan.undo) or (f"docker rmi {target}",),
    }
    return "\n".join(lines[step])


def _tidying(undo: Undo) -> tuple[str, ...]:
    stop = [f"docker rm -f {shlex.quote(name)}" for _, name in undo.containers]
    return (*stop, *(f"docker rmi {name}" for name in undo.names))
