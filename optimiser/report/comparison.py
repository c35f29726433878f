"""Baseline against proposal, measure by measure and seed by seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimiser.impact.interval import Interval, paired_difference
from optimiser.impact.measures import Measures
from optimiser.impact.study import DayBuilt, Study
from optimiser.model.calendar import HOUR, MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure of a built day, as people read it.

    Attributes
    ----------
    key
        Stable name, as in ``summary.json`` and ``measures.csv``.
    figure
        Of the measures; ``None`` where a day does not have it.
    places
        Decimals worth showing.
    less_is_better
        ``None`` where neither is.
    is_rare
        Whether it counts rare events: a change in per cent of next to nothing says nothing.
    """

    key: str
    name: str
    unit: str
    figure: Callable[[Measures], float | None]
    places: int = 0
    less_is_better: bool | None = True
    is_rare: bool = False


MEASURES: tuple[Measure, ...] = (
    Measure(
        key="travel_minutes_per_contact_hour",
        name="Travel for each hour of care",
        unit="minutes",
        figure=lambda of: of.travel_minutes_per_contact_hour,
        places=2,
    ),
    Measure(
        key="travel_hours",
        name="Travel in the day",
        unit="hours",
        figure=lambda of: of.travel_seconds / HOUR,
        places=1,
    ),
    Measure(key="miles", name="Distance", unit="miles", figure=lambda of: of.miles),
    Measure(key="rounds", name="Rounds", unit="rounds", figure=lambda of: of.rounds, places=1),
    Measure(
        key="waiting_hours",
        name="Paid waiting",
        unit="hours",
        figure=lambda of: of.waiting_seconds / HOUR,
        places=1,
    ),
    Measure(
        key="paid_hours", name="Paid time", unit="hours", figure=lambda of: of.paid_seconds / HOUR, places=1
    ),
    Measure(
        key="cost_pounds", name="Carers' pay and miles", unit="pounds a day", figure=lambda of: of.cost / 100
    ),
    Measure(key="carbon_kg", name="Carbon", unit="kg CO2e", figure=lambda of: of.grams / 1000, places=1),
    Measure(
        key="late_visits",
        name="Late visits",
        unit="visits",
        figure=lambda of: of.late_visits,
        places=1,
        is_rare=True,
    ),
    Measure(
        key="unserved",
        name="Visits no round could take",
        unit="visits",
        figure=lambda of: of.unserved,
        places=1,
        is_rare=True,
    ),
    Measure(
        key="visits",
        name="Visits made",
        unit="visits",
        figure=lambda of: of.visits,
        places=1,
        less_is_better=None,
    ),
    Measure(
        key="contact_hours",
        name="Time with people",
        unit="hours",
        figure=lambda of: of.contact_seconds / HOUR,
        places=1,
        less_is_better=None,
    ),
    Measure(
        key="contact_percent_of_paid",
        name="Paid time spent with people",
        unit="per cent",
        figure=lambda of: None if of.contact_ratio is None else 100 * of.contact_ratio,
        places=1,
        less_is_better=False,
    ),
)

HEADLINE = MEASURES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One measure under both scenarios.

    Attributes
    ----------
    baseline, proposal
        Value of each run, in the order of the study's seeds.
    difference
        Proposal less baseline in the measure's own unit, with a 95 % interval; ``None`` where a value is
        missing.
    saving
        The same as a share of the baseline, in per cent, positive where the proposal is lower; ``None``
        where it has no meaning.
    """

    measure: Measure
    baseline: tuple[float | None, ...]
    proposal: tuple[float | None, ...]
    difference: Interval | None
    saving: Interval | None

    @property
    def baseline_mean(self) -> float | None:
        """Mean over runs; ``None`` where a run does not have the figure."""
        return _mean(self.baseline)

    @property
    def proposal_mean(self) -> float | None:
        """Mean over runs; ``None`` where a run does not have the figure."""
        return _mean(self.proposal)

    @property
    def savings(self) -> tuple[float, ...]:
        """Per cent saved in each pair of runs; empty where that has no meaning."""
        pairs = list(zip(self.baseline, self.proposal, strict=True))
        if any(before is None or after is None or before == 0 for before, after in pairs):
            return ()
        return tuple(
            100 * (before - after) / before
            for before, after in pairs
            if before is not None and after is not None
        )

    @property
    def verdict(self) -> str:
        """``better``, ``worse``, or ``unclear`` where the interval holds nought or there is none."""
        less = self.measure.less_is_better
        if self.difference is None or self.difference.low is None or self.difference.high is None:
            return "unclear"
        if less is None or self.difference.low <= 0 <= self.difference.high:
            return "unclear"
        return "better" if (self.difference.mean < 0) == less else "worse"


def compare(study: Study) -> tuple[Compared, ...]:
    """Every measure of a study, in the order people should read them."""
    return tuple(_compare(study, measure) for measure in MEASURES)


def _compare(study: Study, measure: Measure) -> Compared:
    baseline = _values(study.baseline, measure)
    proposal = _values(study.proposal, measure)
    return Compared(
        measure=measure,
        baseline=baseline,
        proposal=proposal,
        difference=paired_difference(baseline, proposal),
        saving=study.saving(measure.figure),
    )


def _values(days: tuple[DayBuilt, ...], measure: Measure) -> tuple[float | None, ...]:
    return tuple(measure.figure(each.measures) for each in days)


def _mean(values: tuple[float | None, ...]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def in_minutes(seconds: int) -> float:
    """Minutes, for columns that speak of one round."""
    return seconds / MINUTE
