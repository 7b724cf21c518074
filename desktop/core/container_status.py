"""What the engine's one line about a container says: "Up 2 minutes", "Exited (137) About an hour ago"."""

import re
from itertools import islice

MOST_CODES = 200
#: github.com/docker/go-units, HumanDuration; Podman words it the same
_AGE = re.compile(r"(?:About an?|an?|[0-9]{1,6}|Less than a) (second|minute|hour|day|week|month|year)s?")
_CODE = re.compile(r"Exited \((-?[0-9]{1,5})\)")
_SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000,
}  # fmt: skip


def age(status: str) -> int | None:
    """For about how many seconds it has been so; None where the line does not say."""
    found = _AGE.search(status)
    if not found:
        return None
    number = found[0].split()[0]
    return _SECONDS[found[1]] * (int(number) if number.isdigit() else 1)


def exit_code(status: str) -> int | None:
    """The code it ended with; None where the line does not say."""
    found = _CODE.match(status)
    return int(found[1]) if found else None


class ExitCodes:
    """With which codes containers died, the latest of them: one removed when it stops can't be asked any more."""

    def __init__(self, most: int = MOST_CODES) -> None:
        self._most = most
        self._codes: dict[str, int] = {}

    def note(self, container_id: str, code: int) -> None:
        """It died with *code*."""
        self._codes.pop(container_id, None)
        self._codes[container_id] = code
        for oldest in list(islice(self._codes, max(0, len(self._codes) - self._most))):
            del self._codes[oldest]

    def of(self, container_id: str) -> int | None:
        """The code it died with, if that was told."""
        return self._codes.get(container_id)
