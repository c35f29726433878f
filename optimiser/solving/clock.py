"""Time left, on the clock that the limits count by."""

from __future__ import annotations

import time
from dataclasses import dataclass

from optimiser.solving.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A moment at which to stop.

    Attributes
    ----------
    limits
        Says which clock counts.
    ends
        Moment on that clock; ``None`` for never.
    """

    limits: Limits
    ends: float | None

    @classmethod
    def of(cls, limits: Limits) -> Clock:
        """The whole budget, from now."""
        return cls(limits=limits, ends=None if limits.seconds is None else limits.now() + limits.seconds)

    def left(self) -> float | None:
        """Seconds left, 0 when over; ``None`` without limit."""
        return None if self.ends is None else max(0.0, self.ends - self.limits.now())

    def deadline(self) -> float | None:
        """When time runs out, on the clock that all processes share; ``None`` without limit."""
        left = self.left()
        return None if left is None else time.time() + left

    def is_over(self) -> bool:
        """Whether time has run out."""
        return self.ends is not None and self.limits.now() >= self.ends


def seconds_to(deadline: float | None) -> float | None:
    """Seconds until a :meth:`Clock.deadline`, 0 when past; ``None`` without one."""
    return None if deadline is None else max(0.0, deadline - time.time())
