"""Contracts: what each provider is admitted to and at what price, and the ranked lists in their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from instances.counties.market import Flaw, Member, Site
from optimiser.model.identifiers import LotCode
from optimiser.model.need import ServiceKind
from optimiser.model.supply import Admission, RankedEntry, RankedList, RateUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """How one rate becomes the rates of every kind of service.

    Attributes
    ----------
    factors, additions
        Rate of a kind = personal care × factor + addition, in pence; a kind not named costs what
        personal care does.
    weekly
        Pence a week for live-in care of a provider whose personal care costs ``weekly_at``; in proportion.
    """

    factors: Mapping[ServiceKind, float]
    additions: Mapping[ServiceKind, int]
    weekly: int = 0
    weekly_at: int = 2400

    def rate(self, service: ServiceKind, personal_care: int) -> int:
        """Pence an hour, or a week for live-in care."""
        if service is ServiceKind.LIVE_IN:
            return round(self.weekly * personal_care / self.weekly_at)
        return round(personal_care * self.factors.get(service, 1.0)) + self.additions.get(service, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The two versions of a ranked list, and how it ranks.

    Attributes
    ----------
    price, quality
        Weights out of 100.
    before, now
        Names of the versions.
    began, changed
        First day of each.
    """

    price: int
    quality: int
    before: str
    now: str
    began: date
    changed: date


def admissions_of(
    members: Sequence[Member],
    sites: Sequence[Site],
    pricing: Pricing,
    review: Review,
    services: Sequence[ServiceKind],
    as_of: date,
) -> list[Admission]:
    """Admissions to the lots of ``sites``: that hold, that held before the review, that are to come."""
    shown = {site.code: site for site in sites}
    found = []
    for member in members:
        for lot in member.lots:
            if lot not in shown:
                continue
            for service in sorted(member.services & set(services), key=lambda each: each.value):
                found += _admissions(member, shown[lot], service, pricing, review, as_of)
    return found


def _admissions(
    member: Member, site: Site, service: ServiceKind, pricing: Pricing, review: Review, as_of: date
) -> list[Admission]:
    def admission(personal_care: int, first: date, last: date | None) -> Admission:
        is_weekly = service is ServiceKind.LIVE_IN
        return Admission(
            provider=member.id,
            lot=site.code,
            service=service,
            client_groups=member.groups,
            tier=member.plan.code,
            rate=pricing.rate(service, personal_care),
            rate_unit=RateUnit.WEEK if is_weekly else RateUnit.HOUR,
            supplement=0 if is_weekly or not service.enters_day_rounds else _supplement(member, site),
            effective_from=first,
            effective_to=last,
        )

    if member.flaw is Flaw.JOINS_LATER:
        return [admission(member.rate, as_of + timedelta(days=14), None)]
    held = []
    if _was_there(member):
        held.append(admission(member.old_rate, review.began, review.changed - timedelta(days=1)))
    if member.flaw is not Flaw.LEFT:
        held.append(admission(member.rate, review.changed, None))
    return held


def _was_there(member: Member) -> bool:
    return not member.is_newcomer and member.flaw is not Flaw.JOINS_LATER


def _supplement(member: Member, site: Site) -> int:
    """Most ask it, one in three does not: told by the identifier, so that it is the same in every run."""
    return site.supplement if int(member.id[2:]) % 3 else 0


def ranked_lists_of(
    members: Sequence[Member],
    sites: Sequence[Site],
    pricing: Pricing,
    review: Review,
    services: Sequence[ServiceKind],
) -> list[RankedList]:
    """Both versions of the list of each lot and kind of service: tier by tier, best total first.

    Price scores in full for the cheapest of the list and in proportion for the rest (rule R4); quality in
    proportion to its mark.
    """
    lists = []
    for site in sites:
        for service in services:
            here = [m for m in members if m.plan.is_ranked and site.code in m.lots and service in m.services]
            old = [m for m in here if _was_there(m)]
            new = [m for m in here if m.flaw not in (Flaw.JOINS_LATER, Flaw.LEFT)]
            until = review.changed - timedelta(days=1)
            if old:
                entries = _entries(old, site, service, pricing, review, is_now=False)
                lists.append(_list(review.before, site.code, service, review.began, until, entries))
            if new:
                entries = _entries(new, site, service, pricing, review, is_now=True)
                lists.append(_list(review.now, site.code, service, review.changed, None, entries))
    return lists


def _list(
    version: str,
    lot: LotCode,
    service: ServiceKind,
    first: date,
    last: date | None,
    entries: tuple[RankedEntry, ...],
) -> RankedList:
    return RankedList(
        version=version, lot=lot, service=service, effective_from=first, effective_to=last, entries=entries
    )


def _entries(
    members: Sequence[Member],
    site: Site,
    service: ServiceKind,
    pricing: Pricing,
    review: Review,
    *,
    is_now: bool,
) -> tuple[RankedEntry, ...]:
    tiers = list(dict.fromkeys(member.plan.code for member in members))
    prices = {
        m.id: pricing.rate(service, m.rate if is_now else m.old_rate) + _supplement(m, site) for m in members
    }
    cheapest = min(prices.values())
    scored = []
    for member in members:
        price = round(review.price * cheapest / prices[member.id], 2)
        quality = round(review.quality * (member.quality if is_now else member.old_quality) / 100, 2)
        scored.append((tiers.index(member.plan.code), -round(price + quality, 2), member.id, price, quality))
    return tuple(
        RankedEntry(rank=rank, provider=provider, price_score=price, quality_score=quality, total=-minus)
        for rank, (_, minus, provider, price, quality) in enumerate(sorted(scored), start=1)
    )
