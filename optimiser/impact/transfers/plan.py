"""What comes of looking for transfers: exchanges with what each saves, and weeks before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from optimiser.impact.interval import Interval
from optimiser.model.identifiers import PackageId, ProviderId


class Kind(Enum):
    """What an exchange looks like from above."""

    MOVE = "single move"
    SWAP = "swap"
    CYCLE = "cycle"
    CHAIN = "chain"


NOISE = 0.10
"""Share by which a provider's travel may rise before it counts as worse off: rounds built anew trade travel
for rounds, and a lead's day was seen to differ by as much with a few people changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One package that changes provider.

    Attributes
    ----------
    exchange
        Number of the exchange it belongs to, from 1 in order of saving per person disturbed.
    visits
        Carer-visits a week that other carers will make: this person's continuity begins anew.
    """

    package: PackageId
    exchange: int
    giver: ProviderId
    taker: ProviderId
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An exchange that is made whole or not at all.

    Attributes
    ----------
    saving
        Seconds a week, as the estimate has it, corrected to what the rounds came to.
    """

    number: int
    kind: Kind
    transfers: tuple[Transfer, ...]
    saving: int

    @property
    def each(self) -> float:
        """Seconds a week saved for each person disturbed."""
        return self.saving / len(self.transfers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What a provider's week was and becomes, mean over the seeds.

    Attributes
    ----------
    travel_before, travel_after, contact_before, contact_after
        Seconds a week.
    """

    provider: ProviderId
    given: int
    taken: int
    travel_before: float
    travel_after: float
    contact_before: int
    contact_after: int

    @property
    def is_worse_off(self) -> bool:
        """Whether it drives more minutes a week and more for each hour of care, beyond the engine's noise."""
        allowed = self.travel_before * (1 + NOISE)
        more = self.travel_after > allowed
        return more and self.travel_after * self.contact_before > allowed * self.contact_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers:
    """Everything the list, the letters and the page are made of.

    Attributes
    ----------
    deals
        In order of saving per person disturbed.
    live, movable
        Packages with a provider, and those of them that the rules let move.
    held
        How many packages each reason keeps where they are.
    estimated, bound
        Seconds a week: what the packing estimates, and above which none of its kind comes.
    saving
        Per cent of travel, from the rounds before and after, paired by seed.
    before, after
        Seconds a week of all rounds, by seed.
    curve
        ``(packages moved, share saved)`` in the order of the list, corrected like the savings.
    """

    deals: tuple[Deal, ...]
    live: int
    movable: int
    held: Mapping[str, int]
    estimated: int
    bound: float
    saving: Interval | None
    before: tuple[int, ...]
    after: tuple[int, ...]
    sides: tuple[Side, ...]
    seeds: tuple[int, ...]
    curve: tuple[tuple[int, float], ...] = ()

    @property
    def moved(self) -> int:
        """Packages that change provider."""
        return sum(len(each.transfers) for each in self.deals)
