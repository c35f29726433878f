"""What a package costs a week: the one place where care meets money."""

from __future__ import annotations

from optimiser.model.calendar import HOUR
from optimiser.model.market import Framework
from optimiser.model.need import Package, ServiceKind
from optimiser.model.supply import Admission, RateUnit


def weekly_cost(package: Package, admission: Admission) -> int:
    """Pence a week for a package at a provider's lot rate, supplement included; half a penny rounds up."""
    if admission.rate_unit is RateUnit.WEEK:
        return admission.rate
    return _hours_times(package.weekly_care, admission.rate + admission.supplement)


def last_resort_cost(package: Package, framework: Framework) -> int:
    """Pence a week that the council expects to pay where nobody could take the package.

    Raises
    ------
    KeyError
        Where the framework names no last-resort rate for this kind of service.
    """
    rate = framework.last_resort_rates[package.service]
    if package.service is ServiceKind.LIVE_IN:
        return rate
    return _hours_times(package.weekly_care, rate)


def _hours_times(seconds: int, pence_an_hour: int) -> int:
    return (2 * seconds * pence_an_hour + HOUR) // (2 * HOUR)
