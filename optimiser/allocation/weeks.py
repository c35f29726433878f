"""For how long a tier may hold a package: placements that end, and when the package comes back."""

from __future__ import annotations

from datetime import date, timedelta

from optimiser.model.allocation import Placement, Rule
from optimiser.model.contract import RuleKind
from optimiser.model.instance import Instance


def last_day(instance: Instance, placement: Placement) -> date | None:
    """O10: a tier holds a package for its weeks, or to the package's own end, and then gives it back.

    ``None`` for long-term care that no tier bounds.

    Weeks count from the day the care is needed by, or else from the instance's day; a placement of six weeks
    that begins on a Monday ends on a Sunday. From the day after, the package is to be placed again – with the
    first tier first, as every package is – and the capacity it took is free.
    """
    package = instance.package_by_id[placement.package]
    weeks = instance.framework.tier(placement.tier).max_weeks
    if weeks is None or instance.framework.kind_of(Rule.WEEKS) is RuleKind.OFF:
        return package.planned_end
    begins = max(instance.as_of, package.needed_by or instance.as_of)
    ends = begins + timedelta(weeks=weeks, days=-1)
    return ends if package.planned_end is None else min(ends, package.planned_end)
