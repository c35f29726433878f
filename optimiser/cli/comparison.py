"""Two ways of placing the same packages, and the same day built under both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geodata.travel import StraightLine, TravelModel
from optimiser.allocation.allocate import allocate
from optimiser.impact.study import Scenario, Study
from optimiser.impact.travel_impact import travel_impact
from optimiser.model.allocation import Allocation
from optimiser.model.instance import Instance
from optimiser.model.tariff import Tariff
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.fan_out import meanwhile
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter
from optimiser.solving.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What :func:`compare` found: both allocations, and the study of the day."""

    instance: Instance
    allocations: Mapping[str, Result[Allocation]]
    study: Study
    travel: TravelModel


def compare(
    instance: Instance,
    *,
    travel: TravelModel | None = None,
    baseline: str,
    proposal: str,
    day: str,
    seeds: Sequence[int],
    allocation_limits: Limits,
    round_limits: Limits,
    tariff: Tariff | None = None,
    progress: Reporter,
) -> Comparison:
    """Allocate under two policies and study one day under both; travel by straight lines where ``None``."""
    travel = travel or StraightLine(kinds=instance.area_kinds)
    allocations = {}
    with meanwhile(warm_up):
        for role, policy in (("baseline", baseline), ("proposal", proposal)):
            progress(Progress(task=f"placing packages: {policy}"))
            allocations[role] = allocate(
                instance,
                policy=policy,
                travel=travel,
                limits=allocation_limits,
                seed=seeds[0],
                progress=progress,
            )
    study = travel_impact(
        instance,
        Scenario(name=baseline, allocation=allocations["baseline"].solution),
        Scenario(name=proposal, allocation=allocations["proposal"].solution),
        day=day,
        seeds=seeds,
        travel=travel,
        tariff=tariff,
        limits=round_limits,
        progress=progress,
    )
    return Comparison(instance=instance, allocations=allocations, study=study, travel=travel)
