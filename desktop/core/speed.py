"""Bytes a second, as a person can read them: neither jumping nor late."""

from math import exp

AVERAGE_S = 5.0  #: seconds the speed is averaged over; after as many without a byte it is 0


class Speed:
    """Bytes a second, averaged over about AVERAGE_S with the weight of what is older fading away."""

    def __init__(self) -> None:
        self.moved = 0  # bytes seen moving so far
        self._since = self._asked_at = self._moved_at = 0.0
        self._counted = -1  # bytes the average knows of; -1 before the first
        self._sum = self._weight = 0.0

    def passed(self, now: float) -> float:
        """Seconds since the first byte."""
        return now - self._since if self._counted >= 0 else 0.0

    def at(self, now: float) -> float:
        """The average at *now*. Asked more often than five times a second it answers as before."""
        if self._counted < 0:
            if self.moved:
                self._since = self._asked_at = self._moved_at = now
                self._counted = self.moved  # nobody timed the first ones
            return 0.0
        if now - self._asked_at >= 0.2:
            self._average(now)
        silent = now - self._moved_at >= AVERAGE_S
        return 0.0 if silent or not self._weight else self._sum / self._weight

    def _average(self, now: float) -> None:
        passed, came = now - self._asked_at, self.moved - self._counted
        fade = exp(-passed / AVERAGE_S)
        self._sum = self._sum * fade + came / passed * (1 - fade)
        self._weight = self._weight * fade + 1 - fade  # below 1 at first, so that early averages are not too low
        self._asked_at, self._counted = now, self.moved
        if came:
            self._moved_at = now
