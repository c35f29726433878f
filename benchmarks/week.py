"""A week: continuity and travel against seven days built one by one; repair after absences; insert.

``python -m benchmarks.week --iterations 4000 --seeds 2 --out benchmarks/results/week.json``

Providers are the largest of Maldon under today's cascade. Both sides get the same seed and the same steps in
all. A day built alone names its nameless carers as it likes, so a second comparison first renames them: each
day's rounds are matched to the day before's by the people they share.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.machine import machine
from instances import essex
from optimiser.allocation.allocate import allocate
from optimiser.impact.continuity import continuity
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import Round, RoundPlan
from optimiser.rounds.build_rounds import build_rounds
from optimiser.rounds.changes import ChangeKind
from optimiser.rounds.loaded_day import load_day
from optimiser.rounds.repair import RepairSettings, repair
from optimiser.rounds.warm_up import warm_up
from optimiser.rounds.week import build_week
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One provider's week, built one way with one seed."""

    provider: str
    seed: int
    built: str
    carer_visits: int
    rounds: int
    travel_seconds: int
    unserved: int
    usual_carer_share: float
    bice_boxerman: float
    carers_per_person: float
    steady_share: float
    seconds: float


def run_of(provider: str, seed: int, built: str, plans: Sequence[RoundPlan], seconds: float) -> Run:
    """Figures of a week's plans."""
    found = continuity(plans)
    return Run(
        provider=provider,
        seed=seed,
        built=built,
        carer_visits=sum(len(each.stops) for plan in plans for each in plan.rounds),
        rounds=sum(len(plan.rounds) for plan in plans),
        travel_seconds=sum(plan.travel_seconds for plan in plans),
        unserved=sum(len(plan.unserved) for plan in plans),
        usual_carer_share=round(found.usual_carer_share or 0.0, 4),
        bice_boxerman=round(found.bice_boxerman or 0.0, 4),
        carers_per_person=round(found.carers_per_person or 0.0, 2),
        steady_share=round(found.steady_share or 0.0, 4),
        seconds=round(seconds, 1),
    )


def renamed(plans: Sequence[RoundPlan]) -> list[RoundPlan]:
    """The same rounds with nameless carers named after those of the days before whose people they see."""
    known: dict[tuple[int, str], dict[CarerId, Counter[str]]] = {}
    result = []
    for plan in plans:
        kinds: dict[tuple[int, str], list[Round]] = {}
        for each in plan.rounds:
            kinds.setdefault((each.shift_start, each.carer.rpartition(" ")[2][0]), []).append(each)
        rounds: list[Round] = []
        for kind, those in kinds.items():
            carers = known.setdefault(kind, {})
            while len(carers) < len(those):
                carers[CarerId(f"{plan.provider} {kind} {kind[1]}{len(carers) + 1:02d}")] = Counter()
            names = list(carers)
            people = [Counter(stop.visit.rpartition("/")[0] for stop in each.stops) for each in those]
            shared = np.array([[(carers[name] & mine).total() for name in names] for mine in people])
            rows, columns = linear_sum_assignment(-shared)
            for row, column in zip(rows, columns, strict=True):
                rounds.append(replace(those[row], carer=names[column]))
                carers[names[column]].update(people[row])
        result.append(replace(plan, rounds=tuple(rounds)))
    return result


def weeks(
    market: Instance, allocation: Allocation, providers: Iterable[ProviderId], seeds: int, limits: Limits
) -> Iterable[Run]:
    """Each provider's week, one day after the other and as a whole."""
    for provider in providers:
        for seed in range(seeds):
            days = [
                build_rounds(
                    market,
                    allocation,
                    day=day,
                    providers=[provider],
                    limits=limits,
                    seed=seed,
                    executor=SerialExecutor(),
                )
                for day in Weekday
            ]
            alone = [plan for day in days for plan in day.solution.plans]
            seconds = sum(day.seconds for day in days)
            yield run_of(provider, seed, "days", alone, seconds)
            yield run_of(provider, seed, "days, renamed", renamed(alone), seconds)
            week = build_week(
                market, allocation, providers=[provider], limits=limits, seed=seed, executor=SerialExecutor()
            )
            yield run_of(provider, seed, "week", week.solution.plans, week.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A provider's Tuesday repaired after one carer in twenty has fallen ill, at least one."""

    provider: str
    seed: int
    relief: bool
    absent: int
    same_carer_share: float
    unserved: int
    moved_in_time: int
    seconds: float


def repairs(
    market: Instance, allocation: Allocation, providers: Iterable[ProviderId], seeds: int, limits: Limits
) -> Iterable[Mended]:
    """Each provider's Tuesday built, then repaired with and without anybody to step in."""
    for provider in providers:
        theirs = tuple(each for each in allocation.placements if each.provider == provider)
        held = replace(allocation, placements=theirs)
        for seed in range(seeds):
            plan = build_rounds(
                market, held, day="tuesday", limits=limits, seed=seed, executor=SerialExecutor()
            ).solution
            carers = sorted({each.carer for each in plan.rounds})
            count = max(1, round(0.05 * len(carers)))
            absent = np.random.default_rng(seed).choice(carers, count, replace=False).tolist()
            for relief in (True, False):
                result = repair(
                    market,
                    held,
                    plan,
                    absent=absent,
                    settings=RepairSettings(relief=relief),
                    limits=limits,
                    seed=seed,
                    executor=SerialExecutor(),
                )
                done = result.solution
                yield Mended(
                    provider=provider,
                    seed=seed,
                    relief=relief,
                    absent=count,
                    same_carer_share=round(done.same_carer_share or 0.0, 4),
                    unserved=len(done.plan.unserved),
                    moved_in_time=sum(each.kind is ChangeKind.TIME for each in done.changes),
                    seconds=round(result.seconds, 1),
                )


def insertions(market: Instance, allocation: Allocation, count: int, limits: Limits) -> dict[str, float]:
    """Milliseconds of one question, package by package, on the two largest providers' Tuesdays as one."""
    one, other = largest(allocation, market, 2)
    theirs = [each for each in allocation.placements if each.provider in (one, other)]
    day = [each for each in theirs if market.package_by_id[each.package].service.enters_day_rounds]
    new = {each.package for each in day[:: max(1, len(day) // count)]}
    held = replace(
        allocation,
        placements=tuple(replace(each, provider=one) for each in theirs if each.package not in new),
    )
    plan = build_rounds(market, held, day="tuesday", limits=limits, executor=SerialExecutor()).solution
    began = time.perf_counter()
    loaded = load_day(market, held, plan.plans[0])
    ready = 1000 * (time.perf_counter() - began)
    loaded.insert(market.package_by_id[sorted(new)[0]])
    single: list[float] = []
    double: list[float] = []
    for package in (market.package_by_id[each] for each in sorted(new)):
        began = time.perf_counter()
        asked = loaded.insert(package)
        took = 1000 * (time.perf_counter() - began)
        if asked.visits:
            (double if package.is_double_handed else single).append(took)
    return {
        "visits": len(loaded.day.visits),
        "rounds": len(plan.rounds),
        "ready_ms": round(ready, 1),
        "single_handed_median_ms": round(float(np.median(single)), 1),
        "single_handed_most_ms": round(max(single), 1),
        "double_handed_median_ms": round(float(np.median(double)), 1),
        "double_handed_most_ms": round(max(double), 1),
    }


def largest(allocation: Allocation, market: Instance, count: int) -> list[ProviderId]:
    """Providers with the most carer-visits on day rounds."""
    held: Counter[ProviderId] = Counter()
    packages = market.package_by_id
    for placement in allocation.placements:
        package = packages[placement.package]
        if package.service.enters_day_rounds:
            held[placement.provider] += sum(len(v.days) * v.carers_needed for v in package.visits)
    return [provider for provider, _ in held.most_common(count)]


def total(runs: Sequence[Run], built: str) -> dict[str, float]:
    """Travel, rounds, and the usual-carer share weighed by carer-visits."""
    mine = [run for run in runs if run.built == built]
    visits = sum(run.carer_visits for run in mine)
    return {
        "travel_seconds": sum(run.travel_seconds for run in mine),
        "rounds": sum(run.rounds for run in mine),
        "usual_carer_share": sum(run.usual_carer_share * run.carer_visits for run in mine) / visits,
    }


def main() -> None:
    """Run, print the table, write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=4000)
    parser.add_argument("--providers", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    warm_up()
    market = essex(district="Maldon", seed=7)
    allocation = allocate(market, policy="cascade").solution
    runs = []
    limits = Limits(iterations=given.iterations)
    providers = largest(allocation, market, given.providers)
    for run in weeks(market, allocation, providers, given.seeds, limits):
        runs.append(run)
        print(
            f"{run.provider} seed {run.seed} {run.built:13} travel {run.travel_seconds:7d} s  "
            f"rounds {run.rounds}  unserved {run.unserved}  usual carer {run.usual_carer_share:.3f}  "
            f"carers {run.carers_per_person:5.2f}  steady {run.steady_share:.3f}  {run.seconds:.1f} s",
            flush=True,
        )
    whole = total(runs, "week")
    compared = {}
    for built in ("days", "days, renamed"):
        other = total(runs, built)
        compared[built] = {name: round(whole[name] / other[name], 4) for name in whole}
        print(f"week over {built}: " + ", ".join(f"{k} {v:.3f}" for k, v in compared[built].items()))
    mended = []
    for each in repairs(market, allocation, providers, given.seeds, limits):
        mended.append(each)
        print(
            f"{each.provider} seed {each.seed} repair, {each.absent} away, "
            f"{'with' if each.relief else 'without'} relief: "
            f"{100 * each.same_carer_share:.1f} % keep their carer, {each.unserved} unserved, "
            f"{each.moved_in_time} moved in time, {each.seconds:.1f} s",
            flush=True,
        )
    asked = insertions(market, allocation, 24, limits)
    print("insert: " + ", ".join(f"{name} {value}" for name, value in asked.items()))
    if given.out is not None:
        content = {
            "machine": machine(),
            "settings": {"iterations": given.iterations, "seeds": given.seeds},
            "week_over": compared,
            "runs": [asdict(run) for run in runs],
            "repairs": [asdict(each) for each in mended],
            "insert": asked,
        }
        given.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
