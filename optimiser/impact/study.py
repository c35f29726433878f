"""A travel-impact study: the same day under a baseline and a proposal, several seeds, paired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from optimiser.impact.interval import Interval, paired_interval
from optimiser.impact.measures import Measures
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId
from optimiser.model.rounds import RoundPlan
from optimiser.solving.provenance import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A way of doing things, with the allocation it leads to."""

    name: str
    allocation: Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBuilt:
    """One scenario's day, built with one seed: every provider's plan and the figures of all together."""

    scenario: str
    seed: int
    plans: tuple[RoundPlan, ...]
    measures: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Two scenarios on the same day, run by run.

    Attributes
    ----------
    baseline, proposal
        Days built, in the order of ``seeds``: run ``i`` of each had the same seed, so differences are paired.
    travel_source, is_estimate
        How travel times are known, and whether they are estimates.
    checks
        What was checked and how it came out, ``"passed"`` each.
    left_out
        Packages that only one of the scenarios places; neither day has them.
    """

    day: Weekday
    seeds: tuple[int, ...]
    baseline: tuple[DayBuilt, ...]
    proposal: tuple[DayBuilt, ...]
    travel_source: str
    is_estimate: bool
    checks: Mapping[str, str]
    provenance: Provenance
    left_out: tuple[PackageId, ...] = ()

    def mean(
        self, scenario: tuple[DayBuilt, ...], figure: Callable[[Measures], float | None]
    ) -> float | None:
        """Mean of a figure over a scenario's runs; ``None`` where a run does not have it."""
        values = [figure(built.measures) for built in scenario]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None

    def saving(self, figure: Callable[[Measures], float | None]) -> Interval | None:
        """Per cent by which the proposal lowers a figure, paired by seed, with a 95 % interval."""
        return paired_interval(
            [figure(built.measures) for built in self.baseline],
            [figure(built.measures) for built in self.proposal],
        )
