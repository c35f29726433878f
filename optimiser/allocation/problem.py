"""The allocation problem: packages, who may have each of them in the order they are asked, and what they use.

Built from an instance by the rules; everything that follows – solvers, promotion, compactness – reads this
and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from geodata.place import Place
from optimiser.allocation.call_off import Line
from optimiser.allocation.capacity import Row, Wants
from optimiser.allocation.contract_rows import Book, ContractRows
from optimiser.allocation.guarantees import Promise, promises
from optimiser.allocation.held import held_by, holdings
from optimiser.allocation.households import household, units
from optimiser.allocation.rules import Pairing, Terms, choice, is_eligible
from optimiser.model.allocation import Rule
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
class Part:
    """One package of a need with a candidate, as it goes on record.

    Attributes
    ----------
    position
        In the order of call-off, from 1.
    weekly_cost
        Pence.
    """

    package: PackageId
    tier: TierCode
    position: int
    weekly_cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A provider that may have a need: a package, or those of a household together.

    Attributes
    ----------
    tier, tier_order, position
        Of the need's first package; ``tier_order`` is 0 for the framework's first tier.
    weekly_cost
        Pence, for all its packages.
    ordered_cost
        Pence, raised where the order of call-off asks it: see :func:`ordered_costs`.
    score
        Tenths of a point of 100, as evaluated for the list in force.
    is_choice
        Whether it is the person's own recorded choice (rule O8), asked before all others.
    uses
        ``(row, amount)`` of every row, of capacity or of the contract, that it would use.
    parts
        A record for each package of the need.
    """

    provider: ProviderId
    tier: TierCode
    tier_order: int
    position: int
    weekly_cost: int
    ordered_cost: int
    score: int
    is_choice: bool
    uses: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A package as the problem sees it, or the packages of a household that go together (rule B5).

    Attributes
    ----------
    package
        The longest-waiting of ``members``: the order of call-off is its.
    weight
        Its carer-seconds of care a week; 1 where no visit is known yet, so that it still counts.
    last_resort_cost, last_resort_ordered_cost
        Pence a week, as of a candidate.
    urgency
        Days by which care is due sooner than in a fortnight, of the member most urgent.
    held
        Carer-seconds a week of members whose work goes on, by the provider that has it.
    last_position
        One past the last line of the order of call-off: where the provider of last resort stands.
    candidates
        In the order they are asked: the person's choice, then the order of call-off.
    """

    package: PackageId
    members: tuple[PackageId, ...]
    lot: LotCode
    place: Place
    requested_on: date
    weight: int
    urgency: int
    held: tuple[tuple[ProviderId, int], ...]
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
    """Packages to providers, each whole, within every row of capacity and of the contract.

    Attributes
    ----------
    tiers
        How many the framework has; last resort counts as one more.
    needs
        In order of package.
    rows
        Capacity rows, in the order :func:`~optimiser.allocation.capacity.rows_of` gives them; then those of
        the contract (:mod:`~optimiser.allocation.contract_rows`).
    hours_only
        Providers held to hours a week alone (rule E5 asks that they be flagged).
    promises
        Hours that providers are to have: guaranteed by the contract, where their shortfall is part of the
        weekly cost, and what they hold today, for the spread of change.
    """

    county: str
    as_of: date
    tiers: int
    needs: tuple[Need, ...]
    rows: tuple[Row, ...]
    hours_only: frozenset[ProviderId] = field(default_factory=frozenset)
    promises: tuple[Promise, ...] = ()

    @property
    def number_of(self) -> Mapping[PackageId, int]:
        """Number in ``needs`` of each package."""
        return {package: number for number, need in enumerate(self.needs) for package in need.members}


def build_problem(instance: Instance, terms: Terms | None = None) -> Problem:
    """Problem of an instance."""
    terms = terms or Terms.of(instance)
    return _problem(instance, terms, book_of(instance, terms))


def book_of(instance: Instance, terms: Terms) -> Book:
    """Who may have each package."""
    return Book.of(instance, [(package, eligible_lines(package, terms)) for package in instance.packages])


def _problem(instance: Instance, terms: Terms, book: Book) -> Problem:
    contract = ContractRows.of(book, first=len(terms.supply.rows))
    maker = _Maker(
        instance=instance,
        terms=terms,
        contract=contract,
        rows=(*terms.supply.rows, *contract.rows),
        lines={
            package.id: {line.admission.provider: line for line in lines} for package, lines in book.eligible
        },
        wants={package.id: Wants.of(package) for package in instance.packages},
    )
    return Problem(
        county=instance.county,
        as_of=instance.as_of,
        tiers=len(instance.framework.tiers),
        needs=tuple(sorted(maker.needs(), key=lambda need: need.package)),
        rows=maker.rows,
        hours_only=terms.supply.hours_only,
        promises=(*promises(instance), *holdings(book)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An instance's contract and problem, to be worked out once for everything that is asked of them."""

    terms: Terms
    book: Book
    problem: Problem

    @classmethod
    def of(cls, instance: Instance) -> Prepared:
        """Of an instance."""
        terms = Terms.of(instance)
        book = book_of(instance, terms)
        return cls(terms=terms, book=book, problem=_problem(instance, terms, book))


def eligible_lines(package: Package, terms: Terms) -> list[Line]:
    """Lines, in the order of call-off, of the providers that no rule keeps from a package."""
    found, wants = [], Wants.of(package)
    for line in terms.call_offs[package.lot, package.service].lines:
        pairing = Pairing.of(package, terms.providers[line.admission.provider], wants, terms)
        if pairing.line is line and is_eligible(pairing):
            found.append(line)
    return found


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """What needs are made of."""

    instance: Instance
    terms: Terms
    contract: ContractRows
    rows: tuple[Row, ...]
    lines: Mapping[PackageId, Mapping[ProviderId, Line]]
    wants: Mapping[PackageId, Wants]

    def needs(self) -> Iterator[Need]:
        """A need for each package, or for a household that goes together."""
        framework = self.terms.framework
        for members in units(self.instance.packages, together=framework.binds(Rule.HOUSEHOLD)):
            if len(members) > 1:
                uses = household(
                    members,
                    self.lines,
                    self._uses,
                    self.rows,
                    choices_count=framework.binds(Rule.CHOICE),
                )
                if uses is not None:
                    yield self._need(members, uses)
                    continue
            for each in members:
                lines = self.lines[each.id]
                yield self._need(
                    (each,), {provider: self._uses(each, line) for provider, line in lines.items()}
                )

    def _uses(self, package: Package, line: Line) -> tuple[tuple[int, int], ...]:
        own: Iterable[tuple[int, int]] = ()
        if self.terms.framework.binds(Rule.CAPACITY):
            own = self.terms.supply.uses(package, line.admission.provider, self.wants[package.id])
        return (*own, *self.contract.uses(package, line.admission))

    def _need(
        self, members: Sequence[Package], uses: Mapping[ProviderId, tuple[tuple[int, int], ...]]
    ) -> Need:
        first, framework = members[0], self.terms.framework
        found = [self._candidate(members, provider, held) for provider, held in uses.items()]
        candidates = sorted(found, key=lambda each: (not each.is_choice, each.position))
        weight = max(1, sum(each.weekly_care for each in members))
        last_resort = sum(last_resort_cost(each, framework) for each in members)
        tiers = [0 if each.is_choice else each.tier_order for each in candidates]
        *ordered, at_last = ordered_costs(
            weight,
            [*(each.weekly_cost for each in candidates), last_resort],
            [*tiers, len(framework.tiers)],
        )
        return Need(
            package=first.id,
            members=tuple(each.id for each in members),
            lot=first.lot,
            place=first.place,
            requested_on=first.requested_on,
            weight=weight,
            urgency=max(each.urgency(self.instance.as_of) for each in members),
            held=held_by(members),
            last_resort_cost=last_resort,
            last_resort_ordered_cost=at_last,
            last_position=len(self.terms.call_offs[first.lot, first.service].lines) + 1,
            candidates=tuple(
                replace(each, ordered_cost=cost) for each, cost in zip(candidates, ordered, strict=True)
            ),
        )

    def _candidate(
        self, members: Sequence[Package], provider: ProviderId, uses: tuple[tuple[int, int], ...]
    ) -> Candidate:
        lines = [(each, self.lines[each.id][provider]) for each in members]
        parts = tuple(
            Part(
                package=each.id,
                tier=line.admission.tier,
                position=line.position,
                weekly_cost=weekly_cost(each, line.admission),
            )
            for each, line in lines
        )
        framework = self.terms.framework
        return Candidate(
            provider=provider,
            tier=parts[0].tier,
            tier_order=lines[0][1].tier_order,
            position=parts[0].position,
            weekly_cost=sum(part.weekly_cost for part in parts),
            ordered_cost=0,
            score=lines[0][1].score,
            is_choice=any(choice(each, provider, framework) for each in members),
            uses=uses,
            parts=parts,
        )
