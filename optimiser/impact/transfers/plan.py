"""What comes of looking for transfers: exchanges with what each saves, and weeks before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import sqrt

from optimiser.impact.interval import Interval
from optimiser.model.identifiers import PackageId, ProviderId


class Kind(Enum):
    """What an exchange looks like from above."""

    MOVE = "single move"
    SWAP = "swap"
    CYCLE = "cycle"
    CHAIN = "chain"


NOISE = 0.062
"""Share by which one week of a provider's rounds exceeds another of the same people with another seed, in all
but one case of twenty: Leicestershire's live book, 42 providers with work, three seeds, 2,000 steps a day."""


def tolerance(beyond: float, runs: int) -> float:
    """Share by which a provider's mean week may seem to rise: noise of so many runs, and what is allowed."""
    return beyond + NOISE / sqrt(runs)


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

    def is_worse_off(self, tolerance: float) -> bool:
        """Whether it drives more minutes a week and more for each hour of care, beyond a share of them."""
        allowed = self.travel_before * (1 + tolerance)
        more = self.travel_after > allowed
        return more and self.travel_after * self.contact_before > allowed * self.contact_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Different carers over a week that people see who do not move, with the providers concerned.

    Attributes
    ----------
    people
        Who are served on both weeks.
    before, after
        Mean carers of a person.
    low, high
        95 % interval of the rise, person by person.
    """

    people: int
    before: float
    after: float
    low: float
    high: float

    @property
    def falls(self) -> bool:
        """Whether continuity falls: people see more carers, beyond doubt."""
        return self.low > 0


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
    estimated
        Seconds a week that the estimate promises of the exchanges.
    packed, bound
        Seconds a week: what the packing came to by the estimate, and above which no packing of its exchanges
        comes.
    chosen_saving
        Per cent of travel on the weeks that the list was chosen by: fitted to them, and so flattered.
    saving
        Per cent of travel, from weeks that had no part in the choice, before and after, paired by seed.
    before, after
        Seconds a week of all rounds, by seed; of the weeks of ``saving``, as are ``sides``.
    seeds, chosen_on
        Of the weeks of ``saving``, and of those that the list was chosen by.
    beyond
        Share of travel that a provider's may rise by beyond noise.
    elsewhere
        ``None`` where nobody moves.
    curve
        ``(packages moved, share saved)`` in the order of the list, corrected like the savings.
    """

    deals: tuple[Deal, ...]
    live: int
    movable: int
    held: Mapping[str, int]
    estimated: int = 0
    packed: int = 0
    bound: float = 0.0
    chosen_saving: float | None = None
    saving: Interval | None = None
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    sides: tuple[Side, ...] = ()
    seeds: tuple[int, ...] = ()
    chosen_on: tuple[int, ...] = ()
    beyond: float = 0.0
    elsewhere: Elsewhere | None = None
    curve: tuple[tuple[int, float], ...] = ()

    @property
    def gap(self) -> float:
        """``|packed − bound| / packed``; 0 where nothing can be saved."""
        return abs(self.bound - self.packed) / self.packed if self.packed else 0.0

    @property
    def worse_off(self) -> tuple[ProviderId, ...]:
        """Providers that drive more on the weeks of ``saving``, beyond the tolerance of so many weeks."""
        allowed = tolerance(self.beyond, len(self.seeds)) if self.seeds else 0.0
        return tuple(each.provider for each in self.sides if each.is_worse_off(allowed))

    @property
    def moved(self) -> int:
        """Packages that change provider."""
        return sum(len(each.transfers) for each in self.deals)
