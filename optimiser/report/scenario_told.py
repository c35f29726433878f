"""A study of scenarios as people read it: measures with their intervals, and sentences to be read aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optimiser.impact.continuity import Continuity
from optimiser.impact.figures import Figures
from optimiser.impact.interval import Interval, paired_difference, widened
from optimiser.impact.measures import METRES_PER_MILE, Measures
from optimiser.impact.scenario_study import ScenarioStudy, WorldRuns
from optimiser.impact.travel_error import error_of_difference
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.report.comparison import MEASURES
from optimiser.report.wording import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One measure of a scenario beside the base.

    Attributes
    ----------
    base, scenario
        Means over runs; ``None`` where a run does not have it.
    difference
        Scenario less base, paired by seed.
    with_travel
        The same with what is not known of travel itself; ``None`` where that plays no part or is not known.
    less_is_better
        ``None`` where neither is.
    """

    key: str
    name: str
    unit: str
    places: int
    base: float | None
    scenario: float | None
    difference: Interval | None
    with_travel: Interval | None
    less_is_better: bool | None

    @property
    def is_clear(self) -> bool:
        """Whether the widest interval there is leaves nought out."""
        widest = self.with_travel or self.difference
        if widest is None or widest.low is None or widest.high is None:
            return False
        return widest.low > 0 or widest.high < 0

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``unclear``."""
        if not self.is_clear or self.less_is_better is None or self.difference is None:
            return "unclear"
        return "better" if (self.difference.mean < 0) == self.less_is_better else "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Travel for an hour of some people's care, and what of the change in travel is theirs."""

    name: str
    contact_share: float | None
    told: Told
    hours: Told


_CONTINUITY: tuple[tuple[str, str, str, int, Callable[[Continuity], float | None], bool], ...] = (
    ("carers_per_person", "Different carers a person sees in 14 days", "carers", 2,
     lambda of: of.carers_per_person, True),
    ("usual_carer_share", "Visits by the person's usual carer", "of 1", 3,
     lambda of: of.usual_carer_share, False),
    ("bice_boxerman", "Continuity (Bice–Boxerman)", "of 1", 3, lambda of: of.bice_boxerman, False),
)  # fmt: skip


def told(study: ScenarioStudy, scenario: WorldRuns) -> tuple[Told, ...]:
    """Every measure of a scenario, in the order people should read them."""
    base = study.base
    found = [
        _told(
            each.key, each.name, each.unit, each.places,
            [each.figure(run.whole) for run in base.figures],
            [each.figure(run.whole) for run in scenario.figures],
            each.less_is_better,
            _travel_error(each.key, base.figures, scenario.figures),
        )
        for each in MEASURES
    ]  # fmt: skip
    found.insert(1, _with_own_ways(study, scenario))
    if all(run.continuity for run in (*base.figures, *scenario.figures)):
        found += [
            _told(
                key, name, unit, places, _continuous(base, figure), _continuous(scenario, figure), less, None
            )
            for key, name, unit, places, figure, less in _CONTINUITY
        ]
    below = "Carers under the minimum wage, were contact alone paid"
    found.append(
        _told(
            "below_if_contact_paid", below, "carers", 1,
            [run.below_if_contact_paid for run in base.figures],
            [run.below_if_contact_paid for run in scenario.figures], True, None,
        )
    )  # fmt: skip
    return tuple(found)


def own_way(study: ScenarioStudy) -> int:
    """Seconds that a round is taken to cost its carer on the way to the first visit and home again.

    Rounds whose carer nobody knows begin at the first visit: without this, more carers with shorter rounds
    would look like less travel. It is what the search itself puts on a round.
    """
    weights = study.plan.rounds.weights
    return weights.round // weights.travel if weights.travel else 0


def _with_own_ways(study: ScenarioStudy, scenario: WorldRuns) -> Told:
    way = own_way(study)

    def figure(run: Figures) -> float | None:
        hours = run.whole.contact_seconds / HOUR
        return (run.whole.travel_seconds + way * run.whole.rounds) / MINUTE / hours if hours else None

    base, then = study.base.figures, scenario.figures
    return _told(
        "road_minutes_per_contact_hour", "The same with carers' own ways", "minutes", 2,
        [figure(run) for run in base], [figure(run) for run in then], True,
        _travel_error("travel_minutes_per_contact_hour", base, then),
    )  # fmt: skip


def as_driven_sentence(scenario: WorldRuns) -> str | None:
    """What today's rounds would take on a scenario's roads; ``None`` where the roads are the same."""
    found = [run.as_driven for run in scenario.figures if run.as_driven is not None]
    if not found or len(found) < len(scenario.figures):
        return None
    before = sum(each.before_seconds for each in found) / len(found) / HOUR
    after = sum(each.travel_seconds for each in found) / len(found) / HOUR
    miles = sum(each.metres - each.before_metres for each in found) / len(found) / METRES_PER_MILE
    cut_off = sum(each.cut_off for each in found) / len(found)
    if round(after, 1) == round(before, 1) and not cut_off:
        return (
            f"If nobody changed a round, today's would take as long: {number(before, 1)} hours on the road."
        )
    share = f", {number(abs(100 * (after / before - 1)), 1)} per cent" if before else ""
    text = (
        f"If nobody changed a round, today's would take {number(after, 1)} hours on the road instead of "
        f"{number(before, 1)}: {change(after - before, 1)}{share}, over {change(miles, 0, 'fewer')} miles"
    )
    lost = f"; {number(cut_off, 1)} ways between homes would be cut off altogether" if cut_off else ""
    return f"{text} (means over seeds){lost}."


def groups(study: ScenarioStudy, scenario: WorldRuns, kind: str) -> tuple[Group, ...]:
    """Who pays for the change: each group of ``by_area`` or ``by_hands``."""
    base = [getattr(run, kind) for run in study.base.figures]
    then = [getattr(run, kind) for run in scenario.figures]
    contact = sum(each.contact_seconds for run in then for each in run.values())
    names = sorted({name for run in (*base, *then) for name in run})
    return tuple(
        Group(
            name=name,
            contact_share=_share(then, name, contact),
            told=_told(
                "travel_minutes_per_contact_hour", name, "minutes", 2,
                _of(base, name, lambda of: of.travel_minutes_per_contact_hour),
                _of(then, name, lambda of: of.travel_minutes_per_contact_hour), True, None,
            ),
            hours=_told(
                "travel_hours", name, "hours", 1,
                _of(base, name, lambda of: of.travel_seconds / HOUR),
                _of(then, name, lambda of: of.travel_seconds / HOUR), True, None,
            ),
        )
        for name in names
    )  # fmt: skip


def _share(runs: Sequence[Mapping[str, Measures]], name: str, contact: int) -> float | None:
    mine = sum(run[name].contact_seconds for run in runs if name in run)
    return mine / contact if contact else None


def _of(
    runs: Sequence[Mapping[str, Measures]], name: str, figure: Callable[[Measures], float | None]
) -> list[float | None]:
    return [figure(run[name]) if name in run else None for run in runs]


def _continuous(world: WorldRuns, figure: Callable[[Continuity], float | None]) -> list[float | None]:
    return [None if run.continuity is None else figure(run.continuity) for run in world.figures]


def _told(
    key: str,
    name: str,
    unit: str,
    places: int,
    before: Sequence[float | None],
    after: Sequence[float | None],
    less: bool | None,
    error: float | None,
) -> Told:
    difference = paired_difference(before, after)
    return Told(
        key=key,
        name=name,
        unit=unit,
        places=places,
        base=mean(before),
        scenario=mean(after),
        difference=difference,
        with_travel=None if difference is None or error is None else widened(difference, error),
        less_is_better=less,
    )


def mean(values: Sequence[float | None]) -> float | None:
    """Mean; ``None`` where a value is missing or there is none."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _travel_error(key: str, before: Sequence[Figures], after: Sequence[Figures]) -> float | None:
    """Standard error, in a measure's own unit, of its difference by what is not known of travel."""
    if key not in ("travel_minutes_per_contact_hour", "travel_hours"):
        return None
    seconds = error_of_difference(
        [run.travel_by_error for run in before], [run.travel_by_error for run in after]
    )
    if seconds is None or key == "travel_hours":
        return None if seconds is None else seconds / HOUR
    contact = mean([float(run.whole.contact_seconds) for run in (*before, *after)])
    return None if not contact else (seconds / MINUTE) / (contact / HOUR)


def sentence_of(each: Told) -> str:
    """A measure in words: from what to what, how much more or less, between what and what."""
    if each.base is None or each.scenario is None or each.difference is None:
        return f"{each.name}: not to be compared."
    begun = (
        f"{each.name} would go from {number(each.base, each.places)} to "
        f"{number(each.scenario, each.places)} {each.unit}"
    )
    found = each.difference
    if found.mean == 0 and found.low in (0, None):
        return f"{each.name} would not change: {number(each.base, each.places)} {each.unit}."
    share = f", {number(abs(100 * found.mean / each.base), 1)} per cent" if each.base else ""
    less = "fewer" if each.unit in COUNTED else "less"
    text = f"{begun}: {change(found.mean, each.places, less)}{share}"
    widest = each.with_travel or found
    if widest.low is None or widest.high is None:
        return f"{text} (one run: nothing is known of chance)."
    between = f"between {change(widest.low, each.places, less)} and {change(widest.high, each.places, less)}"
    known = "chance and what is not known of travel taken together" if each.with_travel else "19 times in 20"
    if not each.is_clear:
        return f"{text}; that is no difference that can be told from chance ({between}, {known})."
    return f"{text} ({between}, {known})."


COUNTED = frozenset({"miles", "rounds", "visits", "carers"})
"""Units of which there are fewer, and of the others less."""


def change(value: float, places: int, less: str = "less") -> str:
    """``0.30 more``, ``2 fewer``; ``none`` where it cannot be told from nought in so many places."""
    if round(value, places) == 0:
        return "none"
    return f"{number(abs(value), places)} {'more' if value > 0 else less}"
