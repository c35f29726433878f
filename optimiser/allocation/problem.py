"""The allocation problem: packages, who may have each of them in the order they are asked, and what they use.

Built from an instance by the rules; everything that follows – solvers, promotion, compactness – reads this
and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from geodata.place import Place
from optimiser.allocation.capacity import Row, Wants
from optimiser.allocation.rules import Pairing, Terms, is_eligible
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.price import last_resort_cost, weekly_cost

STEP = 5
"""Pence an hour that a step down the order of call-off counts at the least."""
TIER_STEP = 100
"""Pence an hour that a tier further down counts on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A provider that may have a package.

    Attributes
    ----------
    tier_order
        0 for the framework's first tier.
    position
        In the order of call-off, from 1.
    weekly_cost
        Pence.
    ordered_cost
        Pence, raised where the order of call-off asks it: see :func:`ordered_costs`.
    is_choice
        Whether it is the person's own recorded choice (rule O8), asked before all others.
    uses
        ``(row, seconds a week)`` of every capacity row the package would use.
    """

    provider: ProviderId
    tier: TierCode
    tier_order: int
    position: int
    weekly_cost: int
    ordered_cost: int
    is_choice: bool
    uses: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A package as the problem sees it.

    Attributes
    ----------
    weight
        Its carer-seconds of care a week; 1 where no visit is known yet, so that it still counts.
    last_resort_cost, last_resort_ordered_cost
        Pence a week, as of a candidate.
    last_position
        One past the last line of the order of call-off: where the provider of last resort stands.
    candidates
        In the order they are asked: the person's choice, then the order of call-off.
    """

    package: PackageId
    lot: LotCode
    place: Place
    requested_on: date
    weight: int
    last_resort_cost: int
    last_resort_ordered_cost: int
    last_position: int
    candidates: tuple[Candidate, ...]

    @property
    def has_choice(self) -> bool:
        """Whether the person chose a provider that may have the package."""
        return bool(self.candidates) and self.candidates[0].is_choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Packages to providers, each whole, within every capacity row.

    Attributes
    ----------
    tiers
        How many the framework has; last resort counts as one more.
    needs
        In order of package.
    rows
        Capacity rows, in the order :func:`~optimiser.allocation.capacity.rows_of` gives them.
    hours_only
        Providers held to hours a week alone (rule E5 asks that they be flagged).
    """

    county: str
    as_of: date
    tiers: int
    needs: tuple[Need, ...]
    rows: tuple[Row, ...]
    hours_only: frozenset[ProviderId] = field(default_factory=frozenset)

    @property
    def number_of(self) -> Mapping[PackageId, int]:
        """Number of each package in ``needs``."""
        return {need.package: number for number, need in enumerate(self.needs)}


def build_problem(instance: Instance, terms: Terms | None = None) -> Problem:
    """Problem of an instance."""
    terms = terms or Terms.of(instance)
    return Problem(
        county=instance.county,
        as_of=instance.as_of,
        tiers=len(instance.framework.tiers),
        needs=tuple(_need(instance, package, terms) for package in instance.packages),
        rows=terms.supply.rows,
        hours_only=terms.supply.hours_only,
    )


def ordered_costs(weight: int, costs: Sequence[int], tiers: Sequence[int]) -> list[int]:
    """Weekly costs of a package, raised so that they rise with every step down the order it is offered in.

    No provider further down is counted as cheaper than one before it: each costs at least as much as the one
    before plus :data:`STEP` an hour, and :data:`TIER_STEP` an hour more for each tier between them. An
    allocation with the least sum of these is rank-faithful, since moving any package up would lower it; and
    among the rank-faithful it is the cheapest as far as the order lets price speak.

    Parameters
    ----------
    weight
        Carer-seconds a week.
    costs, tiers
        Pence a week and tier of each in the order they are asked, last resort at the end.
    """
    found: list[int] = []
    for cost, tier, before in zip(costs, tiers, [None, *tiers], strict=False):
        if before is None:
            found.append(cost)
            continue
        step = -(-weight * (STEP + TIER_STEP * max(0, tier - before)) // HOUR)
        found.append(max(cost, found[-1] + step))
    return found


def _need(instance: Instance, package: Package, terms: Terms) -> Need:
    order = terms.call_offs[package.lot, package.service]
    candidates = sorted(_candidates(package, terms), key=lambda each: (not each.is_choice, each.position))
    weight, last_resort = max(1, package.weekly_care), last_resort_cost(package, instance.framework)
    tiers = [0 if each.is_choice else each.tier_order for each in candidates]
    *ordered, at_last = ordered_costs(
        weight,
        [*(each.weekly_cost for each in candidates), last_resort],
        [*tiers, len(instance.framework.tiers)],
    )
    return Need(
        package=package.id,
        lot=package.lot,
        place=package.place,
        requested_on=package.requested_on,
        weight=weight,
        last_resort_cost=last_resort,
        last_resort_ordered_cost=at_last,
        last_position=len(order.lines) + 1,
        candidates=tuple(
            replace(each, ordered_cost=cost) for each, cost in zip(candidates, ordered, strict=True)
        ),
    )


def _candidates(package: Package, terms: Terms) -> list[Candidate]:
    wants = Wants.of(package)
    found = []
    for line in terms.call_offs[package.lot, package.service].lines:
        admission = line.admission
        pairing = Pairing.of(package, terms.providers[admission.provider], wants, terms)
        if pairing.line is not line or not is_eligible(pairing):
            continue
        found.append(
            Candidate(
                provider=admission.provider,
                tier=admission.tier,
                tier_order=line.tier_order,
                position=line.position,
                weekly_cost=weekly_cost(package, admission),
                ordered_cost=0,
                is_choice=package.chosen_provider == admission.provider,
                uses=tuple(terms.supply.uses(package, admission.provider, wants)),
            )
        )
    return found
