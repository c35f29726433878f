"""Why: who was asked in what order, who could not and with what figures, what is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from optimiser.allocation.capacity import Row, RowKind, Wants
from optimiser.allocation.policy import Seats
from optimiser.allocation.problem import Candidate, Need, Problem
from optimiser.allocation.room import Room
from optimiser.allocation.rules import Pairing, Terms, exclusions, flags
from optimiser.allocation.words import hours, part_of_week
from optimiser.model.allocation import Exclusion
from optimiser.model.identifiers import PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One eligible provider in the order it is asked.

    Attributes
    ----------
    outcome
        "has it", "full: …" with figures, or "not asked: room, but further down".
    """

    provider: ProviderId
    tier: TierCode
    position: int
    weekly_cost: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a package stands where it stands.

    Attributes
    ----------
    asked
        Eligible providers in the order they are asked.
    excluded
        Every reason of every other provider.
    flagged
        What the framework asks to be told and keeps nobody out; a price to be referred, as a rule.
    """

    package: PackageId
    asked: tuple[Asked, ...]
    excluded: tuple[Exclusion, ...]
    flagged: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a capacity row has left."""

    row: Row
    used: int

    @property
    def free(self) -> int:
        """Seconds a week."""
        return self.row.limit - self.used


def explain(instance: Instance, problem: Problem, seats: Seats, package: PackageId) -> Explanation:
    """Explanation of one package's seat.

    Raises
    ------
    KeyError
        For a package the instance does not have.
    """
    number = problem.number_of[package]
    need, seat, room = problem.needs[number], seats[number], Room(problem, seats)
    asked = tuple(
        Asked(
            provider=each.provider,
            tier=each.tier,
            position=each.position,
            weekly_cost=each.weekly_cost,
            outcome="has it" if place == seat else _outcome(problem, room, each),
        )
        for place, each in enumerate(need.candidates)
    )
    terms = Terms.of(instance)
    return Explanation(
        package=package,
        asked=asked,
        excluded=exclusions_of(instance, package, terms),
        flagged=flags_of(instance, package, terms),
    )


def _outcome(problem: Problem, room: Room, candidate: Candidate) -> str:
    short = shortage(problem, room, candidate)
    return f"full: {short}" if short else "not asked: room, but further down"


def exclusions_of(
    instance: Instance, package: PackageId, terms: Terms | None = None
) -> tuple[Exclusion, ...]:
    """Every reason of every provider that may not have a package, by provider, in the order of the rules."""
    terms, wanted = terms or Terms.of(instance), instance.package_by_id[package]
    wants = Wants.of(wanted)
    return tuple(
        reason
        for provider in instance.providers
        for reason in exclusions(Pairing.of(wanted, provider, wants, terms))
    )


def flags_of(instance: Instance, package: PackageId, terms: Terms | None = None) -> tuple[Exclusion, ...]:
    """What rules that only report say of a package, by provider, in the order of the rules."""
    terms, wanted = terms or Terms.of(instance), instance.package_by_id[package]
    wants = Wants.of(wanted)
    return tuple(
        reason
        for provider in instance.providers
        for reason in flags(Pairing.of(wanted, provider, wants, terms))
    )


def all_exclusions(instance: Instance) -> tuple[Exclusion, ...]:
    """Every reason of every provider for every package, in order of package and provider."""
    terms = Terms.of(instance)
    return tuple(
        reason
        for package in instance.packages
        for wants in (Wants.of(package),)
        for provider in instance.providers
        for reason in exclusions(Pairing.of(package, provider, wants, terms))
    )


def shortage(problem: Problem, room: Room, candidate: Candidate) -> str | None:
    """First row in which a candidate has no room, with figures; ``None`` where it has room."""
    for number, amount in candidate.uses:
        if amount > room.free(number):
            row, free = problem.rows[number], room.free(number)
            part, told = part_of_row(row), figure(row, free) if free else "none"
            return f"{figure(row, amount)} {part} wanted, {told} free"
    return None


def why_unplaced(instance: Instance, terms: Terms, problem: Problem, room: Room, need: Need) -> str:
    """One sentence on why nobody has a package: "2 of 9 providers serve this lot; both full at breakfast"."""
    package = instance.package_by_id[need.package]
    serve = {line.admission.provider for line in terms.call_offs[package.lot, package.service].lines}
    kind = package.service.value.replace("_", " ")
    if not serve:
        return f"none of {len(instance.providers)} providers serves this lot for {kind}"
    served = _verb(len(serve), "serve")
    lead = f"{len(serve)} of {len(instance.providers)} providers {served} this lot for {kind}"
    if not need.candidates:
        return f"{lead}; {_why_none(instance, terms, package, serve)}"
    full = _full(problem, room, need)
    count = len(need.candidates)
    if count == len(serve):
        who = {1: "it is full", 2: "both full"}.get(count, "all full")
    else:
        who = f"{count} may have it, " + {1: "full", 2: "both full"}.get(count, "all full")
    return f"{lead}; {who} {full}"


def _full(problem: Problem, room: Room, need: Need) -> str:
    """Where the candidates are full: ``at breakfast on weekdays (7 h wanted, at most 2 h 30 free)``."""
    parts: Counter[str] = Counter()
    free: dict[str, int] = {}
    wanted: dict[str, int] = {}
    of_part: dict[str, Row] = {}
    for candidate in need.candidates:
        for number, amount in candidate.uses:
            if amount > room.free(number):
                row = problem.rows[number]
                part = part_of_row(row)
                of_part[part] = row
                parts[part] += 1
                free[part] = max(free.get(part, 0), room.free(number))
                wanted[part] = max(wanted.get(part, 0), amount)
                break
    told = []
    for part, _ in sorted(parts.items(), key=lambda each: (-each[1], each[0]))[:2]:
        row = of_part[part]
        most = f"at most {figure(row, free[part])}" if free[part] else "none"
        told.append(f"{part} ({figure(row, wanted[part])} wanted, {most} free)")
    return " or ".join(told)


def part_of_row(row: Row) -> str:
    """Of what a row has no more: ``at breakfast on weekdays``, ``of the tier's share of lot MALDON``."""
    if row.kind.is_capacity:
        return part_of_week(row.band, row.day_type) + ("" if row.kind is RowKind.CARE else " with two carers")
    if row.kind is RowKind.STARTS:
        return "of its new starts this week"
    where = f"lot {row.lot}" if row.lot else f"locality {row.locality}"
    if row.kind is RowKind.PACKAGES:
        return f"of what one provider may have in {where}"
    return (
        f"of the share of tier {row.tier} in {where}" if row.provider is None else f"of its share of {where}"
    )


def figure(row: Row, amount: int) -> str:
    """Amount of a row in its own unit."""
    if row.kind in (RowKind.STARTS, RowKind.PACKAGES):
        return f"{amount} package" + ("" if amount == 1 else "s")
    return hours(amount)


def _why_none(instance: Instance, terms: Terms, package: Package, serve: set[ProviderId]) -> str:
    """The one reason that keeps out all who serve the lot, or else how many each first reason keeps out."""
    wants = Wants.of(package)
    reasons = [
        tuple(exclusions(Pairing.of(package, terms.providers[provider], wants, terms)))
        for provider in sorted(serve)
    ]
    for one in reasons[0]:
        if all(any(each.reason == one.reason for each in other) for other in reasons):
            return f"none may have it: {one.reason}"
    rules = Counter(each[0].rule.value.split(" ", 1)[1] for each in reasons)
    told = ", ".join(
        f"{count} by {rule}" for rule, count in sorted(rules.items(), key=lambda e: (-e[1], e[0]))
    )
    return f"none may have it ({told})"


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


def capacity_left(problem: Problem, seats: Seats) -> tuple[Left, ...]:
    """What every capacity row has left."""
    room = Room(problem, seats)
    return tuple(Left(row=row, used=used) for row, used in zip(problem.rows, room.loads, strict=True))


def seats_of(problem: Problem, provider_of: dict[PackageId, ProviderId]) -> Seats:
    """Seats of a saved allocation; a provider that may not have the package counts as last resort."""
    return tuple(
        next(
            (
                seat
                for seat, each in enumerate(need.candidates)
                if each.provider == provider_of.get(need.package)
            ),
            None,
        )
        for need in problem.needs
    )
