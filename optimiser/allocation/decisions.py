"""Every placement as a decision that can be put before a challenge, for a whole book at once.

For each package: who may have it in the order they are asked and what became of each; everybody else with the
rule and the figures; who has it; the next best and what choosing it would have cost; what room would have
changed the outcome. All of it is read off the answer, so that a county takes seconds. What choosing the next
best would *set off* among others is another matter, and solved anew by
:mod:`~optimiser.allocation.counterfactual`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from optimiser.allocation.capacity import Wants
from optimiser.allocation.explain import figure, part_of_row
from optimiser.allocation.policy import Seats
from optimiser.allocation.problem import Candidate, Need, Problem
from optimiser.allocation.room import Room
from optimiser.allocation.rules import Pairing, Terms, exclusions
from optimiser.model.allocation import Exclusion, Rule
from optimiser.model.identifiers import LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, Package, ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """Where an eligible provider lacks room for a package.

    Attributes
    ----------
    row
        Number in the problem.
    wanted, free
        Seconds a week, after everything else is counted.
    """

    row: int
    wanted: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An eligible provider, or the provider of last resort.

    Attributes
    ----------
    provider
        ``None`` for last resort.
    position
        In the order of call-off; last resort stands after the last.
    weekly_cost
        Pence.
    short
        Every row in which it has no room as things stand; none where it has room or has the package.
    """

    provider: ProviderId | None
    tier: TierCode | None
    position: int
    weekly_cost: int
    short: tuple[Short, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a package stands where it stands, with the household it goes together with (rule B5).

    Attributes
    ----------
    package
        The longest-waiting of ``members``.
    asked
        Eligible providers in the order they are asked.
    excluded
        Every reason of every other provider that serves the lot, by provider.
    outside
        Providers not admitted to the lot (rule E1).
    chosen
        Who has it.
    runner_up
        Of the others, the first in order that has room; last resort where none has.
    kept
        Whether it stands from before: nobody was asked anew.
    """

    package: PackageId
    members: tuple[PackageId, ...]
    lot: LotCode
    asked: tuple[Option, ...]
    excluded: tuple[Exclusion, ...]
    outside: tuple[ProviderId, ...]
    chosen: Option
    runner_up: Option
    kept: bool = False

    @property
    def margin(self) -> int:
        """Pence a week that the runner-up costs more than the chosen; negative where it costs less."""
        return self.runner_up.weekly_cost - self.chosen.weekly_cost

    @property
    def passed(self) -> tuple[Option, ...]:
        """Those asked before the one who has it: each was full."""
        names = [each.provider for each in self.asked]
        end = names.index(self.chosen.provider) if self.chosen.provider in names else len(names)
        return self.asked[:end]


def decide(
    instance: Instance, problem: Problem, seats: Seats, terms: Terms, *, kept: Collection[PackageId] = ()
) -> Iterator[Decision]:
    """A decision for each package, or for a household that goes together, in order.

    Parameters
    ----------
    kept
        Packages that stand from before.
    """
    room, packages = Room(problem, seats), instance.package_by_id
    serving = _Serving(instance, terms)
    for need, seat in zip(problem.needs, seats, strict=True):
        asked = _asked(problem, room, need, seat)
        last = Option(
            provider=None, tier=None, position=need.last_position, weekly_cost=need.last_resort_cost
        )
        chosen = last if seat is None else asked[seat]
        others = [each for place, each in enumerate(asked) if place != seat and not each.short]
        yield Decision(
            package=need.package,
            members=need.members,
            lot=need.lot,
            asked=asked,
            excluded=tuple(serving.kept_out([packages[each] for each in need.members], asked)),
            outside=serving.outside(need.lot),
            chosen=chosen,
            runner_up=others[0] if others else last,
            kept=all(each in kept for each in need.members),
        )


def _asked(problem: Problem, room: Room, need: Need, seat: int | None) -> tuple[Option, ...]:
    given_up = {} if seat is None else dict(need.candidates[seat].uses)
    return tuple(
        Option(
            provider=each.provider,
            tier=each.tier,
            position=each.position,
            weekly_cost=each.weekly_cost,
            short=() if place == seat else tuple(_short(room, each, given_up)),
        )
        for place, each in enumerate(need.candidates)
    )


def _short(room: Room, candidate: Candidate, given_up: Mapping[int, int]) -> Iterator[Short]:
    """Rows without room, once the package has left those where it is: a tier's providers share some."""
    for row, wanted in candidate.uses:
        free = room.free(row) + given_up.get(row, 0)
        if wanted > free:
            yield Short(row=row, wanted=wanted, free=free)


class _Serving:
    """Who serves which lot, and the line of each in its order of call-off, looked up once."""

    def __init__(self, instance: Instance, terms: Terms) -> None:
        self.terms = terms
        self.lots: dict[LotCode, tuple[ProviderId, ...]] = {
            lot.code: tuple(
                each.id for each in instance.providers if lot.code in terms.lots_of.get(each.id, frozenset())
            )
            for lot in instance.lots
        }
        self.everybody = tuple(each.id for each in instance.providers)
        self.pairings: dict[tuple[LotCode, ServiceKind, ClientGroup], Mapping[ProviderId, Pairing]] = {}

    def outside(self, lot: LotCode) -> tuple[ProviderId, ...]:
        """Providers not admitted to a lot."""
        inside = set(self.lots[lot])
        return tuple(each for each in self.everybody if each not in inside)

    def kept_out(self, members: Sequence[Package], asked: Sequence[Option]) -> Iterator[Exclusion]:
        """Every reason of every provider that serves the lot and may not have these packages together."""
        left = set(self.lots[members[0].lot]) - {each.provider for each in asked}
        for package in members:
            for reason in self.exclusions(package):
                left.discard(reason.provider)
                yield reason
        for provider in sorted(left):
            yield Exclusion(
                package=members[0].id,
                provider=provider,
                rule=Rule.HOUSEHOLD,
                reason="could have each of the household, and has not the capacity for them together",
            )

    def exclusions(self, package: Package) -> Iterator[Exclusion]:
        """Every reason of every provider that serves the lot and may not have the package."""
        key = (package.lot, package.service, package.client_group)
        if key not in self.pairings:
            wants = Wants.of(package)
            self.pairings[key] = {
                each: Pairing.of(package, self.terms.providers[each], wants, self.terms)
                for each in self.lots[package.lot]
            }
        wants = Wants.of(package)
        for pairing in self.pairings[key].values():
            yield from exclusions(replace(pairing, package=package, wants=wants))


def in_words(problem: Problem, decision: Decision) -> str:
    """A decision in a sentence: who has it, who was full before and by how much, the next best."""
    told = [_who(decision)]
    if decision.kept:
        return f"{told[0]}, from before: it was not opened again"
    told += [f"{each.provider} was asked before: {lacks(problem, each)}" for each in decision.passed[:2]]
    if len(decision.passed) > 2:
        told.append(f"{len(decision.passed) - 2} more before it, none with room")
    who = decision.runner_up.provider or "last resort"
    if decision.chosen.provider is not None:
        told.append(f"next best {who}, {_margin(decision.margin)}")
    return "; ".join(told)


def _who(decision: Decision) -> str:
    chosen = decision.chosen
    if chosen.provider is None:
        return "last resort"
    return f"{chosen.provider} has it, number {chosen.position} in the order of call-off"


def lacks(problem: Problem, option: Option) -> str:
    """``1 h 30 more at breakfast on weekdays would have been needed (2 h 30 wanted, 1 h free)``."""
    if not option.short:
        return "it has room now"
    told = []
    for each in option.short[:2]:
        row = problem.rows[each.row]
        where = f" in {row.locality}" if row.band and row.locality else ""
        free = figure(row, each.free) if each.free > 0 else "none"
        told.append(
            f"{figure(row, each.wanted - each.free)} more {part_of_row(row)}{where} needed "
            f"({figure(row, each.wanted)} wanted, {free} free)"
        )
    more = f" and in {len(option.short) - 2} more parts of the week" if len(option.short) > 2 else ""
    return " and ".join(told) + more


def _margin(pence: int) -> str:
    if not pence:
        return "at the same price"
    return f"£{abs(pence) / 100:,.2f} a week {'dearer' if pence > 0 else 'cheaper'}"


def by_rule(decision: Decision) -> Mapping[Rule, int]:
    """How many providers each rule keeps from the package; E1 counts all outside the lot."""
    kept: dict[Rule, set[ProviderId]] = {Rule.LOT: set(decision.outside)}
    for each in decision.excluded:
        kept.setdefault(each.rule, set()).add(each.provider)
    return {rule: len(kept[rule]) for rule in Rule if kept.get(rule)}
