"""When a search is hot and when it is cold: one cooling, several, or generations of plans.

One slow cooling is best where there is time for little more. A day whose costs lie in many valleys, as they
do where lateness is paid for, has more to gain from some quick coolings and from what their plans can learn
from each other; a small day from another try.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

FOUNDERS, OFFSPRING = 4, 12
"""Plans cooled from nothing, and plans bred from two, where there is time for generations."""
FOUNDING = 0.4
"""Share of the time that the founders take."""
DEAR_FOR = 0.7
"""Share of a cooling during which rounds cost more than their price."""


class Origin(Enum):
    """Where a cooling begins."""

    ON = "where the last one ended"
    ANEW = "with a plan by insertion"
    BRED = "with a plan bred from two of the best"


@dataclass(frozen=True, slots=True)
class Cooling:
    """One fall of the temperature, until this share of the search is done.

    Where rounds have a price they cost ``dear`` times that as it begins, and no more than it when
    ``DEAR_FOR`` of it is gone.
    """

    origin: Origin
    until: float
    hot: float
    cold: float
    dear: float = 1.0

    def gone(self, begun: float, share: float) -> float:
        """How much of it is over at this share of a search, where it began at ``begun``."""
        return min(1.0, (share - begun) / (self.until - begun))

    def temperature(self, begun: float, share: float) -> float:
        """At this share of a search; geometric between ``begun`` and ``until``."""
        return self.hot * float((self.cold / self.hot) ** self.gone(begun, share))

    def price_of_rounds(self, begun: float, share: float) -> float:
        """How many times their price rounds cost at this share of a search; geometric, too."""
        return float(self.dear ** max(0.0, 1.0 - self.gone(begun, share) / DEAR_FOR))


def repeated(times: int, hot: float, cold: float, dear: float = 1.0) -> tuple[Cooling, ...]:
    """So many coolings one after another; one that is hot again has forgotten where it was.

    The last of several takes rounds at their price throughout: on a day of a few visits the best plan may
    have a round more than any that a search for few rounds comes by.
    """
    prices = [dear] * (times - 1) + [dear if times == 1 else 1.0]
    return tuple(Cooling(Origin.ON, (k + 1) / times, hot, cold, each) for k, each in enumerate(prices))


def generations(hot: float, warm: float, cold: float) -> tuple[Cooling, ...]:
    """Founders, and then offspring cooled from ``warm``: hot enough to mend what crossing has broken."""
    founders = [Cooling(Origin.ANEW, FOUNDING * (k + 1) / FOUNDERS, hot, cold) for k in range(FOUNDERS)]
    bred = [
        Cooling(Origin.BRED, FOUNDING + (1.0 - FOUNDING) * (k + 1) / OFFSPRING, warm, cold)
        for k in range(OFFSPRING)
    ]
    return (*founders, *bred)
