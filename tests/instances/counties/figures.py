"""Counting over an instance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from optimiser.model.calendar import Band
from optimiser.model.instance import Instance
from optimiser.model.need import Package, ServiceKind
from optimiser.model.supply import ProviderStatus


def hours(packages: Iterable[Package], *services: ServiceKind) -> float:
    """A week, of some kinds of service, or of all."""
    return sum(p.weekly_care for p in packages if not services or p.service in services) / 3600


def wanted_by_band(instance: Instance) -> Counter[Band]:
    wanted: Counter[Band] = Counter()
    for package in instance.packages:
        for (band, _), seconds in package.demand().items():
            wanted[band] += seconds
    return wanted


def usable_by_band(instance: Instance) -> Counter[Band | None]:
    """Capacity of providers that may be given work somewhere today; ``None`` for the whole week."""
    usable = {
        each.provider
        for each in instance.admissions
        if each.holds_on(instance.as_of)
        and each.rate + each.supplement <= instance.framework.ceilings[each.service]
    }
    for provider in instance.providers:
        gated = any(
            instance.framework.tiers[instance.framework.tier_order(each.tier)].needs_cqc_good
            for each in instance.admissions
            if each.provider == provider.id
        )
        ratings = (provider.cqc_overall, provider.cqc_safe, provider.cqc_well_led)
        if provider.status is not ProviderStatus.ACTIVE or (
            gated and not all(rating.is_good_or_better for rating in ratings)
        ):
            usable.discard(provider.id)
    have: Counter[Band | None] = Counter()
    for row in instance.capacities:
        if row.locality is None and row.provider in usable:
            have[row.band] += row.spare
    return have


def tightness(instance: Instance) -> float:
    """Care to be had over care wanted in the morning, when most is wanted."""
    return usable_by_band(instance)[Band.MORNING] / wanted_by_band(instance)[Band.MORNING]
