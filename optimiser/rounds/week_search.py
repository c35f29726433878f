"""Build one provider's week: a reference day first, the others after it, then again with what is usual.

The day whose visits repeat most is built on its own. Each other day begins as a copy of it, so that the same
carers go the same way, and is searched at a low temperature with a price on every other carer and with
windows narrowed around the usual time. Then every day, the first one too, is gone over again with the usual
carers and times of the whole week.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optimiser.model.calendar import MINUTE, Weekday
from optimiser.model.identifiers import CarerId
from optimiser.model.rounds import Round, RoundPlan
from optimiser.model.supply import Carer
from optimiser.rounds.between_days import overworked, with_hours_left, with_rest_between
from optimiser.rounds.build_rounds import RoundSettings
from optimiser.rounds.carry import carried
from optimiser.rounds.prepare import Day
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.usual import seen, usual_times, with_usual_carers, with_usual_times
from optimiser.solving.limits import Limits
from optimiser.solving.result import Result, StoppedBy
from optimiser.solving.solver import Solver

STEPS = 4000
"""Steps of search for each day where the limits name neither iterations nor seconds."""
FIRST_SHARE = 0.45
"""Share of the week's steps spent on the first day: the others are as good as what they copy."""
AGAIN_ALONE = 2
"""How often the first day is gone over again before it is copied, to draw a person's visits together."""
ALONE_SHARE = 0.2
"""Of the first day's steps, for going over it again alone."""
SWEEP_SHARE = 0.3
"""Share of the week's steps spent on going over it again."""
SCARCE = (0.75, 0.5, 0.25, 0.0)
"""Shares of the hours left that are tried as time with people, until nobody works too long a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSettings:
    """How a week is asked for.

    Attributes
    ----------
    rounds
        As for one day.
    refiner
        Solver of a day that has a start: it must keep what is good about it.
    usual_time
        A visit starts within so many seconds of its usual time, where that leaves it served.
    sweeps
        How often the whole week is gone over again.
    """

    rounds: RoundSettings = field(default_factory=RoundSettings)
    refiner: Solver[Problem, Plan] = field(default_factory=RuinAndRecreate)
    usual_time: int = 30 * MINUTE
    sweeps: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRun:
    """One provider's week to solve with one seed: what a worker is handed."""

    days: tuple[Day, ...]
    carers: Mapping[CarerId, Carer]
    settings: WeekSettings
    limits: Limits
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBuilt:
    """One provider's week: a plan for each day that was handed in, what they cost, and the effort."""

    plans: tuple[RoundPlan, ...]
    components: Mapping[str, int]
    iterations: int
    stopped_by: StoppedBy


def solve_week(run: WeekRun) -> WeekBuilt:
    """Build one provider's week; a top-level function, so that it can be sent to any process."""
    order = by_what_repeats(run.days)
    week: dict[Weekday, RoundPlan] = {}
    costs: dict[Weekday, Mapping[str, int]] = {}
    iterations, stops = 0, set()
    first, alone, other, again = shared_limits(run.limits, len(order), run.settings.sweeps)
    one_day = [(order[0], first), *[(order[0], alone)] * AGAIN_ALONE]
    together = [(day, other) for day in order[1:]]
    swept = [(day, again) for _ in range(run.settings.sweeps) for day in order]
    for day, limits in one_day + together + swept:
        plan, result = _plan_day(run, day, week, limits, reference=order[0])
        iterations += result.iterations
        stops.add(result.stopped_by)
        if plan is not None:
            week[day.day] = plan
            costs[day.day] = result.components
    total: Counter[str] = Counter()
    for each in costs.values():
        total.update(each)
    return WeekBuilt(
        plans=tuple(week[day.day] for day in run.days),
        components=dict(total),
        iterations=iterations,
        stopped_by=StoppedBy.TIME if StoppedBy.TIME in stops else StoppedBy.ITERATIONS,
    )


def by_what_repeats(days: Sequence[Day]) -> list[Day]:
    """Days, first those whose carer-visits are made on most other days as well; ties in the week's order."""
    made = Counter(visit for day in days for visit in day.visits)
    worth = {day.day: sum((made[day.visits[v]] - 1) for v in day.problem.visit.tolist()) for day in days}
    order = list(Weekday)
    return sorted(days, key=lambda day: (-worth[day.day], order.index(day.day)))


def shared_limits(limits: Limits, days: int, sweeps: int) -> tuple[Limits, Limits, Limits, Limits]:
    """The budget of so many days shared out: first day, the same again alone, another day, one in a sweep.

    Together they cost no more than the days would one by one.
    """
    if limits.iterations is None and limits.seconds is None:
        limits = Limits(iterations=STEPS)
    first = FIRST_SHARE * days if days > 1 else 1.0
    again = SWEEP_SHARE / sweeps if days > 1 and sweeps else 0.0
    other = (days - first - again * days * sweeps) / max(1, days - 1)

    def part(of: float) -> Limits:
        return Limits(
            iterations=None if limits.iterations is None else int(limits.iterations * of),
            seconds=None if limits.seconds is None else limits.seconds * of,
        )

    return (
        part(first * (1 - ALONE_SHARE)),
        part(first * ALONE_SHARE / AGAIN_ALONE),
        part(other),
        part(again),
    )


def _plan_day(
    run: WeekRun, day: Day, week: Mapping[Weekday, RoundPlan], limits: Limits, *, reference: Day
) -> tuple[RoundPlan | None, Result[Plan]]:
    """A day's new plan beside the others, or ``None`` where it would make a week too long for a carer."""
    planned = {each: plan.rounds for each, plan in week.items()}
    before = planned.get(day.day, planned.get(reference.day))
    rules = run.settings.rounds.rules
    for scarce in SCARCE:
        problem = with_rest_between(day, day.problem, planned, rules)
        problem = with_hours_left(day, problem, planned, run.carers, rules, scarce)
        result = solve_beside(run, day, problem, planned, before, limits)
        plan = to_round_plan(day, result.solution)
        if not overworked({**planned, day.day: plan.rounds}, run.carers, rules):
            return plan, result
        if day.day in week:
            return None, result
    raise AssertionError("a carer with no hours left was given work")


def solve_beside(
    run: WeekRun,
    day: Day,
    problem: Problem,
    planned: Mapping[Weekday, Sequence[Round]],
    before: Sequence[Round] | None,
    limits: Limits,
) -> Result[Plan]:
    """Solve a day as like ``before`` and the rest of the week as pays."""
    settings = run.settings
    if before is None:
        return settings.rounds.solver.solve(problem, limits=limits, seed=run.seed)
    known = seen(each for rounds in planned.values() for each in rounds)
    today = planned.get(day.day, ())
    priced = with_usual_carers(day, problem, known, today, settings.rounds.weights.carer_change)
    start = carried(day, priced, before)
    times = usual_times(planned.values())
    narrowed = with_usual_times(day, priced, times, start, settings.usual_time)
    result = settings.refiner.solve(narrowed, limits=limits, seed=run.seed, start=start)
    if not result.solution.unserved:
        return result
    # A usual time is no reason to leave anybody out.
    return settings.refiner.solve(priced, limits=limits, seed=run.seed, start=result.solution)
