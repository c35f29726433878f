"""Where the allocation fell short, and why: tiers, spot, last resort, exclusions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimiser.model.allocation import Allocation, Exclusion, Rule
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance

LAST_RESORT = "last_resort"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierUse:
    """What went to one tier, or to the provider of last resort, under both allocations.

    Attributes
    ----------
    baseline_care, proposal_care
        Carer-seconds a week.
    baseline_cost, proposal_cost
        Pence a week.
    """

    code: str
    name: str
    on_framework: bool
    is_last_resort: bool
    baseline: int
    proposal: int
    baseline_care: int
    proposal_care: int
    baseline_cost: int
    proposal_cost: int


def tier_use(instance: Instance, baseline: Allocation, proposal: Allocation) -> tuple[TierUse, ...]:
    """Tiers in the order of call-off, last resort at the end."""
    before, after = _held(instance, baseline), _held(instance, proposal)
    steps = [(str(tier.code), tier.name, tier.on_framework, False) for tier in instance.framework.tiers]
    steps.append((LAST_RESORT, instance.framework.last_resort_name, False, True))
    return tuple(
        TierUse(
            code=code,
            name=name,
            on_framework=on_framework,
            is_last_resort=is_last,
            baseline=before[code][0],
            proposal=after[code][0],
            baseline_care=before[code][1],
            proposal_care=after[code][1],
            baseline_cost=before[code][2],
            proposal_cost=after[code][2],
        )
        for code, name, on_framework, is_last in steps
    )


def _held(instance: Instance, allocation: Allocation) -> Mapping[str, tuple[int, int, int]]:
    care = {package.id: package.weekly_care for package in instance.packages}
    held: defaultdict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    rows = [(str(each.tier), each.package, each.weekly_cost) for each in allocation.placements]
    rows += [(LAST_RESORT, each.package, each.weekly_cost) for each in allocation.unplaced]
    for code, package, cost in rows:
        packages, seconds, pence = held[code]
        held[code] = (packages + 1, seconds + care[package], pence + cost)
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A package of last resort, and every provider that could not have it.

    Attributes
    ----------
    care
        Carer-seconds a week.
    weekly_cost
        Pence at the last-resort rate.
    refusals
        Provider's name, rule and reason.
    """

    package: PackageId
    lot: str
    service: str
    sector: str
    care: int
    weekly_cost: int
    reason: str
    refusals: tuple[tuple[str, str, str], ...]


def left_over(
    instance: Instance, allocation: Allocation, exclusions: Sequence[Exclusion]
) -> tuple[LeftOver, ...]:
    """Packages of last resort, in order of package."""
    packages, providers = instance.package_by_id, instance.provider_by_id
    by_package: defaultdict[PackageId, list[Exclusion]] = defaultdict(list)
    for each in exclusions:
        by_package[each.package].append(each)
    rows = []
    for left in allocation.unplaced:
        package = packages[left.package]
        refusals = sorted(
            (providers[each.provider].name, each.rule.value, each.reason) for each in by_package[left.package]
        )
        rows.append(
            LeftOver(
                package=package.id,
                lot=instance.lot_by_code[package.lot].name,
                service=package.service.value,
                sector=package.sector,
                care=package.weekly_care,
                weekly_cost=left.weekly_cost,
                reason=left.reason,
                refusals=tuple(refusals),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionCounts:
    """How often each rule kept each provider from a package.

    Attributes
    ----------
    rules
        Those that kept anybody from anything, in the order the rules are tried.
    rows
        Provider and a count for each of ``rules``; those kept from most come first.
    totals
        A count for each of ``rules``.
    """

    rules: tuple[Rule, ...]
    rows: tuple[tuple[ProviderId, tuple[int, ...]], ...]
    totals: tuple[int, ...]


def exclusion_counts(exclusions: Sequence[Exclusion]) -> ExclusionCounts:
    """Count exclusions by rule and provider."""
    counted = Counter((each.provider, each.rule) for each in exclusions)
    rules = tuple(rule for rule in Rule if any(key[1] is rule for key in counted))
    providers = {key[0] for key in counted}
    rows = [(provider, tuple(counted[provider, rule] for rule in rules)) for provider in providers]
    rows.sort(key=lambda row: (-sum(row[1]), row[0]))
    totals = tuple(sum(counts[column] for _, counts in rows) for column in range(len(rules)))
    return ExclusionCounts(rules=rules, rows=tuple(rows), totals=totals)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotUse:
    """Packages with providers off the framework, and where most of them are.

    Attributes
    ----------
    places
        Lot's name and packages there, most first.
    """

    packages: int
    care: int
    places: tuple[tuple[str, int], ...]


def spot_use(instance: Instance, allocation: Allocation) -> SpotUse:
    """Where the framework ran out and spot providers were used (last resort is not spot)."""
    off = {tier.code for tier in instance.framework.tiers if not tier.on_framework}
    care = {package.id: package.weekly_care for package in instance.packages}
    spot = [each for each in allocation.placements if each.tier in off]
    where = Counter(instance.lot_by_code[each.lot].name for each in spot)
    return SpotUse(
        packages=len(spot),
        care=sum(care[each.package] for each in spot),
        places=tuple(sorted(where.items(), key=lambda item: (-item[1], item[0]))),
    )
