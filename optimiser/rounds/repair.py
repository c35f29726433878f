"""Repair a planned day: somebody is away, somebody new has come, somebody's care has ended.

What need not change stays: rounds begin as they were planned, another carer for a person costs points, and a
visit keeps its time within half an hour. Only what is affected is placed anew, and what must make way for it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from geodata.travel import StraightLine, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import MINUTE
from optimiser.model.identifiers import CarerId, PackageId, ProviderId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan, Round, RoundPlan
from optimiser.rounds.build_rounds import BrokenPlanError, RoundSettings, prepare_days
from optimiser.rounds.carry import carried
from optimiser.rounds.changes import Repaired, changes_between
from optimiser.rounds.check import Breach, check_day
from optimiser.rounds.prepare import Day
from optimiser.rounds.problem import FORBIDDEN, Plan, Problem
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.usual import with_usual_times
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy
from optimiser.solving.solver import Solver


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairSettings:
    """How a repair is asked for.

    Attributes
    ----------
    rounds
        As for a day built from nothing.
    solver
        Must keep what is good about its start.
    other_carer
        Points for each carer-visit by another carer than planned. An hour and a half of travel:
        people mind more than the road does.
    usual_time
        A planned visit starts within so many seconds of its planned time, where that leaves it served.
    relief
        Whether nameless carers who are not on the plan may step in, at the price of a round.
    """

    rounds: RoundSettings = field(default_factory=RoundSettings)
    solver: Solver[Problem, Plan] = field(default_factory=lambda: RuinAndRecreate(warm=4.0))
    other_carer: int = 54_000
    usual_time: int = 30 * MINUTE
    relief: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRun:
    """One provider's day to repair: what a worker is handed."""

    day: Day
    planned: tuple[Round, ...]
    settings: RepairSettings
    limits: Limits
    seed: int


def repair(
    instance: Instance,
    allocation: Allocation,
    plan: DayPlan,
    *,
    absent: Collection[CarerId] = (),
    ended: Collection[PackageId] = (),
    travel: TravelModel | None = None,
    settings: RepairSettings | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> Result[Repaired]:
    """Change a planned day as little as what has happened asks for, and say what changed for whom.

    Parameters
    ----------
    instance, allocation
        As they are now. What the allocation places and the plan does not have is new; what the plan has and
        nobody holds any more has ended.
    plan
        As it was built or published. Providers that nothing has happened to keep theirs untouched.
    absent
        Carers who do not work that day, by the name they have in the plan.
    ended
        Packages to leave out though the allocation still has them.
    limits
        For each provider that something has happened to.

    Raises
    ------
    BrokenPlanError
        Where the repaired plan fails the independent check: a fault of this program.
    KeyError
        For an absent carer whom neither plan nor instance knows.
    """
    began = time.perf_counter()
    travel = travel or StraightLine(kinds=instance.area_kinds)
    settings = settings or RepairSettings()
    limits = limits or Limits()
    away = frozenset(absent)
    known = {each.carer for each in plan.rounds} | {each.id for each in instance.carers}
    if away - known:
        raise KeyError(f"no carer called {', '.join(sorted(away - known))}")
    gone = set(ended)
    now = replace(
        allocation, placements=tuple(each for each in allocation.placements if each.package not in gone)
    )
    before = {each.provider: each for each in plan.plans}
    days = prepare_days(
        instance,
        now,
        day=plan.day,
        travel=travel,
        settings=settings.rounds,
        providers={*before, *(each.provider for each in now.placements)},
    )
    # Rounds that no longer hold, for whatever has changed, are mended like those of an absent carer.
    unsound = {
        each.provider for each in check_day(instance, now, plan, travel=travel, rules=settings.rounds.rules)
    }
    runs = {
        day.provider: RepairRun(
            day=_without_absent(day, before.get(day.provider), away, settings.relief),
            planned=before[day.provider].rounds if day.provider in before else (),
            settings=settings,
            limits=limits,
            seed=seed,
        )
        for day in days
        if day.provider in unsound or _is_affected(day, before.get(day.provider), away)
    }
    warm_up(progress=progress)
    results = fan_out(repair_day, list(runs.values()), executor=executor, progress=progress, name="repairs")
    after: dict[ProviderId, RoundPlan] = {
        **before,
        **{
            run.day.provider: to_round_plan(run.day, r.solution)
            for run, r in zip(runs.values(), results, strict=True)
        },
    }
    repaired = DayPlan(day=plan.day, plans=tuple(after.values()))
    breaches = [
        *check_day(instance, now, repaired, travel=travel, rules=settings.rounds.rules),
        *_absent_at_work(repaired, away),
    ]
    if breaches:
        raise BrokenPlanError(breaches)
    components: dict[str, int] = {}
    for result in results:
        for name, value in result.components.items():
            components[name] = components.get(name, 0) + value
    return Result(
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.TIME
        if any(each.stopped_by is StoppedBy.TIME for each in results)
        else StoppedBy.ITERATIONS,
        found=Repaired(plan=repaired, changes=changes_between(plan.plans, repaired.plans), absent=away),
        objective=sum(components.values()),
        bound=None,
        components=components,
        seconds=time.perf_counter() - began,
        iterations=sum(each.iterations for each in results),
        provenance=Provenance(
            solver=f"repair by {settings.solver.name}",
            settings={
                "rules": settings.rounds.rules,
                "weights": settings.rounds.weights,
                "travel": travel.name,
                "other_carer": settings.other_carer,
                "usual_time": settings.usual_time,
                "relief": settings.relief,
            },
            seed=seed,
            limits=limits,
            input_hash=canonical_hash([instance, now, plan, sorted(away)]),
            versions=versions(),
            start="given plan",
        ),
    )


def repair_day(run: RepairRun) -> Result[Plan]:
    """Repair one provider's day; a top-level function, so that it can be sent to any process."""
    day, settings = run.day, run.settings
    priced = _with_planned_carers(day, run.planned, settings.other_carer)
    start = carried(day, priced, run.planned)
    times = {stop.visit: stop.start for each in run.planned for stop in each.stops}
    narrowed = with_usual_times(day, priced, times, start, settings.usual_time)
    result = settings.solver.solve(narrowed, limits=run.limits, seed=run.seed, start=start)
    if not result.solution.unserved:
        return result
    # A planned time is no reason to leave anybody out.
    return settings.solver.solve(priced, limits=run.limits, seed=run.seed, start=result.solution)


def _is_affected(day: Day, plan: RoundPlan | None, away: frozenset[CarerId]) -> bool:
    if plan is None:
        return bool(day.visits)
    if any(each.carer in away for each in plan.rounds):
        return True
    needed = {visit: need.carers_needed for visit, (_, need) in zip(day.visits, day.needs, strict=True)}
    made: dict[VisitId, int] = {}
    for each in plan.rounds:
        for stop in each.stops:
            made[stop.visit] = made.get(stop.visit, 0) + 1
    return made != {visit: count for visit, count in needed.items() if visit not in plan.unserved} or (
        not set(plan.unserved) <= set(needed)
    )


def _without_absent(day: Day, plan: RoundPlan | None, away: frozenset[CarerId], relief: bool) -> Day:
    """The day without the shifts of who is away, and without nameless carers who are not planned at all."""
    on_plan = {each.carer for each in plan.rounds} if plan is not None else set()
    stays = [
        r
        for r, duty in enumerate(day.duties)
        if duty.carer not in away
        and (relief or plan is None or duty.skills is not None or duty.carer in on_plan)
    ]
    if len(stays) == len(day.duties):
        return day
    problem = day.problem
    by_shift = (
        *("shift_start", "shift_end", "shift_due", "depot_from", "depot_to", "mode", "alike", "carer"),
        *("rest", "rest_after", "rest_from", "rest_to", "rest_price", "capacity", "locked"),
    )
    kept = {name: getattr(problem, name)[stays] for name in by_shift}
    kept["preference"] = np.ascontiguousarray(problem.preference[:, stays])
    return replace(day, problem=replace(problem, **kept), duties=tuple(day.duties[r] for r in stays))


def _with_planned_carers(day: Day, planned: Iterable[Round], other_carer: int) -> Problem:
    """Prices for every carer but those the plan sends; a visit that lost its carer prefers nobody."""
    problem = day.problem
    makers: dict[VisitId, set[CarerId]] = {}
    for each in planned:
        for stop in each.stops:
            makers.setdefault(stop.visit, set()).add(each.carer)
    there = {duty.carer for duty in day.duties}
    price = np.zeros((len(day.visits), problem.shifts), np.int64)
    for v, visit in enumerate(day.visits):
        mine = makers.get(visit, set()) & there
        if mine:
            price[v] = [0 if duty.carer in mine else other_carer for duty in day.duties]
    named = {carer for carers in makers.values() for carer in carers}
    alike = problem.alike.copy()
    own = [r for r, duty in enumerate(day.duties) if duty.carer in named]
    alike[own] = int(alike.max(initial=0)) + 1 + np.arange(len(own))
    table = np.where(problem.preference == FORBIDDEN, FORBIDDEN, problem.preference + price[problem.visit])
    return replace(problem, preference=np.ascontiguousarray(table), alike=alike)


def _absent_at_work(plan: DayPlan, away: frozenset[CarerId]) -> list[Breach]:
    return [
        Breach(rule="absent", provider=each.provider, message=f"{each.carer} is away and has a round")
        for each in plan.rounds
        if each.carer in away
    ]
