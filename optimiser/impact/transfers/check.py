"""Are transfers what they say, and is every rule kept? Shares nothing with what found them.

T1 to T4, consent, who may have whom, the room of every provider, and the savings from the plans themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from optimiser.allocation.check import Breach, Duty
from optimiser.allocation.check import check as check_allocation
from optimiser.impact.transfers.plan import Transfers
from optimiser.model.allocation import Allocation, Placement, Unplaced
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import SourceRoute
from optimiser.model.rounds import RoundPlan

_NOISE = 0.062
"""Share by which one week of rounds exceeds another of the same people in all but one case of twenty."""
_ENDS = (SourceRoute.HANDBACK, SourceRoute.PROVIDER_EXIT)

Built = Mapping[tuple[int, Weekday, ProviderId], RoundPlan]


@dataclass(frozen=True, slots=True)
class TransferBreach:
    """A rule that is not kept, and where."""

    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was asked, in the checker's own words: per cent, seconds a week, moves, weeks, share of travel."""

    phase_share: float = 5.0
    least_saving: int = 1800
    longest: int = 3
    guard_weeks: int = 12
    beyond_noise: float = 0.0


def check_transfers(
    instance: Instance, found: Transfers, before: Built, after: Built, terms: Terms
) -> tuple[TransferBreach, ...]:
    """Every breach; empty where all is sound."""
    return (
        *_people(instance, found, terms),
        *_size(instance, found, terms),
        *_room(instance, found),
        *_savings(found, before, after),
        *_sides(found, before, after, terms),
    )


def _people(instance: Instance, found: Transfers, terms: Terms) -> Iterator[TransferBreach]:
    """T1 and T2 for each person; nobody is moved twice, nor from a provider that does not have them."""
    packages, seen = instance.package_by_id, Counter(t.package for d in found.deals for t in d.transfers)
    yield from (TransferBreach("once", f"{p} moves {n} times") for p, n in seen.items() if n > 1)
    for each in (t for deal in found.deals for t in deal.transfers):
        package = packages[each.package]
        if package.current_provider != each.giver or each.giver == each.taker:
            yield TransferBreach("giver", f"{each.package} is not with {each.giver}, or stays there")
        if package.transfer_consent is not True:
            yield TransferBreach("T1 consent", f"{each.package} has no consent on record")
        if package.transfer_bar is not None or "end_of_life" in package.skills:
            yield TransferBreach("T2 barred", f"{each.package} is not to be asked")
        since = package.with_provider_since
        if since is not None and instance.as_of - since < timedelta(weeks=terms.guard_weeks):
            yield TransferBreach("T2 twelve weeks", f"{each.package} has changed provider on {since}")
        together = {
            other.id
            for other in instance.packages
            if package.household is not None
            and (other.household, other.lot, other.service)
            == (package.household, package.lot, package.service)
            and other.current_provider == each.giver
        }
        if not together <= seen.keys() and len(together) > 1:
            yield TransferBreach(
                "B5 household", f"{each.package} is parted from {sorted(together - seen.keys())}"
            )


def _size(instance: Instance, found: Transfers, terms: Terms) -> Iterator[TransferBreach]:
    """T3 and T4: enough is saved for each person, and few enough are moved."""
    live = sum(p.current_provider is not None and p.route not in _ENDS for p in instance.packages)
    moved = sum(len(deal.transfers) for deal in found.deals)
    if moved * 100 > terms.phase_share * live:
        yield TransferBreach("T4 churn", f"{moved} of {live} packages are moved")
    for deal in found.deals:
        if deal.saving < terms.least_saving * len(deal.transfers):
            yield TransferBreach("T3 worth it", f"exchange {deal.number} saves {deal.saving} s a week")
        households = {instance.package_by_id[t.package].household or t.package for t in deal.transfers}
        if len(households) > terms.longest:
            yield TransferBreach("length", f"exchange {deal.number} has {len(households)} moves")


def _room(instance: Instance, found: Transfers) -> Iterator[TransferBreach]:
    """Every rule of the contract for those who move, and no provider over what it has that was not before."""
    to = {t.package: t.taker for deal in found.deals for t in deal.transfers}
    now = {
        p.id: p.current_provider
        for p in instance.packages
        if p.current_provider is not None and p.route not in _ENDS
    }
    old = {_key(each) for each in _breaches(instance, now)}
    for each in _breaches(instance, {**now, **to}):
        if _key(each) not in old:
            yield TransferBreach("contract", str(each))


def _breaches(instance: Instance, book: Mapping[PackageId, ProviderId]) -> list[Breach]:
    """What the checker of allocations says of a book; price and rank on record are none of ours."""
    held = _allocation(instance, book)
    return [b for b in check_allocation(instance, held, rank_faithful=False) if b.rule is not Duty.RECORD]


def _key(each: Breach) -> tuple[object, ...]:
    return each.rule, each.package, each.provider


def _allocation(instance: Instance, book: Mapping[PackageId, ProviderId]) -> Allocation:
    """The book as placements, without price and rank."""
    packages = instance.package_by_id
    return Allocation(
        policy="as it stands",
        placements=tuple(
            Placement(
                package=each,
                provider=who,
                lot=packages[each].lot,
                tier=TierCode(""),
                position=1,
                weekly_cost=0,
            )
            for each, who in book.items()
        ),
        unplaced=tuple(
            Unplaced(package=each, reason="", weekly_cost=0) for each in packages if each not in book
        ),
    )


def _savings(found: Transfers, before: Built, after: Built) -> Iterator[TransferBreach]:
    """Savings stated add up to what the plans come to."""
    for name, plans, said in (("before", before, found.before), ("after", after, found.after)):
        true = tuple(
            sum(
                sum(stop.travel_seconds for stop in each.stops) + each.home_seconds
                for (of, _, _), plan in plans.items()
                if of == seed
                for each in plan.rounds
            )
            for seed in found.seeds
        )
        if true != said:
            yield TransferBreach("saving", f"rounds {name} travel {true} s, {said} s is stated")
    saved = (sum(found.before) - sum(found.after)) / max(1, len(found.seeds))
    stated = sum(deal.saving for deal in found.deals)
    if found.deals and stated > saved + len(found.deals):
        yield TransferBreach("saving", f"{stated} s a week is stated, {saved:.0f} s is saved")


def _sides(found: Transfers, before: Built, after: Built, terms: Terms) -> Iterator[TransferBreach]:
    """Figures of providers are those of the plans; whoever is worse off on them is named, and nobody else.

    That nobody is was asked of the weeks that the list was chosen by, which are not looked at here.
    """
    allowed = 1 + terms.beyond_noise + _NOISE / max(1, len(found.seeds)) ** 0.5
    worse = set()
    for each in found.sides:
        ways = [
            sum(plan.travel_seconds for (_, _, who), plan in plans.items() if who == each.provider)
            / len(found.seeds)
            for plans in (before, after)
        ]
        if any(abs(x - y) > 1 for x, y in zip(ways, (each.travel_before, each.travel_after), strict=True)):
            yield TransferBreach("provider", f"{each.provider} travels {ways}, other figures are stated")
        more = ways[1] > ways[0] * allowed
        if more and ways[1] * each.contact_before > ways[0] * allowed * each.contact_after:
            worse.add(each.provider)
    if worse != set(found.worse_off):
        yield TransferBreach("worse off", f"{sorted(worse)} drive more, {sorted(found.worse_off)} are named")
