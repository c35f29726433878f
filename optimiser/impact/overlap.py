"""How many providers pass one another: the effective number of providers in a postcode sector."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance


def providers_by_sector(instance: Instance, allocation: Allocation) -> Mapping[str, float]:
    """Effective number of providers of each sector, ``1 / Σ share²`` over shares of weekly hours.

    One provider is 1, two with half each are 2, two of which one has nearly all are little more than 1.
    Packages with nobody, nights and live-in care count for nothing.
    """
    return {sector: float(number) for sector, (number, _) in _numbers(instance, allocation).items()}


def providers_per_sector(instance: Instance, allocation: Allocation) -> float | None:
    """Mean over hours of care, so that a sector of one package counts for one package; ``None`` without."""
    numbers = _numbers(instance, allocation)
    care = sum(care for _, care in numbers.values())
    return float(sum(number * care for number, care in numbers.values()) / care) if care else None


def _numbers(instance: Instance, allocation: Allocation) -> Mapping[str, tuple[Fraction, int]]:
    """Effective number and weekly care of each sector."""
    care: dict[str, dict[ProviderId, int]] = {}
    for package, provider in allocation.provider_of.items():
        need = instance.package_by_id[package]
        if need.service.enters_day_rounds:
            held = care.setdefault(need.sector, {})
            held[provider] = held.get(provider, 0) + need.weekly_care
    numbers = {}
    for sector, held in sorted(care.items()):
        hours = sum(held.values())
        if hours:
            numbers[sector] = (Fraction(hours**2, sum(each * each for each in held.values())), hours)
    return numbers
