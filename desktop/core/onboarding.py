"""The tour: seven steps of the tutorial, each ticked by what really happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Step(Enum):
    """The seven steps, in order; the value is kept in the settings."""

    CONNECT = "connect"
    PULL = "pull"
    RUN = "run"
    NAME = "name"
    PUSH = "push"
    RETURN = "return"  # pull it from the registry and run it
    TIDY = "tidy"


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


class Tour:
    """Which steps have happened. Facts come in any order; a step is ticked once and keeps its first proof."""

    def __init__(self, proofs: Mapping[str, str] | None = None) -> None:
        known = {step.value for step in Step}
        self._proofs = {Step(key): proof for key, proof in (proofs or {}).items() if key in known and proof}

    def happened(self, step: Step, proof: str) -> bool:
        """Tick *step* with its *proof*; return whether that is news."""
        if step in self._proofs or not proof:
            return False
        self._proofs[step] = proof
        return True

    def steps(self) -> list[TourStep]:
        """The seven lines; the first that is open is the current one."""
        current = next((step for step in Step if step not in self._proofs), None)
        return [TourStep(step, self._proofs.get(step, ""), step is current) for step in Step]

    def proofs(self) -> dict[str, str]:
        """What to keep in the settings."""
        return {step.value: proof for step, proof in self._proofs.items()}

    def forget(self) -> None:
        """Begin again."""
        self._proofs.clear()
