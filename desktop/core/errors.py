"""What every failure has in common: words for the person, a next step, and the other side's own text apart."""

from enum import Enum
from typing import ClassVar


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802  (lupdate looks for this name)
    """Mark text for translation without importing Qt."""
    return text


class NextStep(Enum):
    """The one button beside an error; the value is its caption."""

    NONE = ""
    RETRY = QT_TRANSLATE_NOOP("errors", "Try again")
    SIGN_IN = QT_TRANSLATE_NOOP("errors", "Sign in…")
    CONNECT = QT_TRANSLATE_NOOP("errors", "Connect a registry…")
    CHOOSE_ENGINE = QT_TRANSLATE_NOOP("errors", "Choose another engine…")
    START_ENGINE = QT_TRANSLATE_NOOP("errors", "Start the engine")
    GET_ENGINE = QT_TRANSLATE_NOOP("errors", "Get an engine")
    GRANT_ACCESS = QT_TRANSLATE_NOOP("errors", "Show what to do")
    ANOTHER_PORT = QT_TRANSLATE_NOOP("errors", "Use a free port")
    SHOW_CONTAINER = QT_TRANSLATE_NOOP("errors", "Show the container")
    SHOW_OUTPUT = QT_TRANSLATE_NOOP("errors", "Show the output")
    PULL_IMAGE = QT_TRANSLATE_NOOP("errors", "Pull it…")


class Cancelled(Exception):
    """The person asked for the work to stop; never shown."""


class AppError(Exception):
    """A failure in words: what happened, why, what to do. *raw* is what the other side said, shown only on request.

    The words are templates filled from *facts*; they are translated where they are shown (context "errors").
    """

    title: ClassVar[str] = QT_TRANSLATE_NOOP("errors", "Something went wrong")
    reason: ClassVar[str] = QT_TRANSLATE_NOOP("errors", "Portside met a case it does not know.")
    hint: ClassVar[str] = QT_TRANSLATE_NOOP("errors", "Try again. If it happens again, send the details to us.")
    step: ClassVar[NextStep] = NextStep.NONE

    def __init__(self, raw: str = "", **facts: str) -> None:
        super().__init__(type(self).__name__)
        self.raw, self.facts = raw, facts


def family(base: type[AppError] = AppError) -> list[type[AppError]]:
    """*base* and every error derived from it, so that tests can look at all of them."""
    return [base, *(found for child in base.__subclasses__() for found in family(child))]
