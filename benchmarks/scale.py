"""One provider's day from 500 to 5,000 visits: time for each visit, memory, and what more time would give.

``python -m benchmarks.scale --out benchmarks/results/scale.json`` measures effort at the same steps for each
visit. ``python -m benchmarks.scale --visits 5000 --seconds 600 --ten-times --out FILE`` is the whole claim:
ten minutes against a hundred.

The day is drawn from the Essex generator: people of the county district by district, so that a larger day
covers more ground as densely, until so many visits fall on Monday. One provider has them all, and nobody
knows its carers. Sessions of more than ninety minutes are left out. Each run has a process of its own; its
memory and that of its workers is added up at the highest each has been.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.machine import machine
from geodata.travel import StraightLine
from optimiser.model.allocation import Allocation, Placement
from optimiser.model.calendar import MINUTE, Weekday
from optimiser.model.identifiers import TierCode
from optimiser.model.instance import Instance
from optimiser.rounds.build_rounds import RoundSettings, build_rounds
from optimiser.rounds.large_day import LargeDays
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits

LONGEST = 90 * MINUTE
"""Anything longer is a session, which is not a call on a round."""
SEED = 7
STEPS_EACH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run: what a process is handed."""

    instance: Instance
    allocation: Allocation
    visits: int
    seed: int
    limits: Limits
    processes: int
    large: LargeDays


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run gave.

    Attributes
    ----------
    cpu_seconds
        Of all processes.
    megabytes
        The most each process has held, added up; ``before_megabytes`` held by the first before the run.
    passes
        Objective after each pass over the parts.
    """

    visits: int
    services: int
    seed: int
    seconds_allowed: float | None
    processes: int
    objective: int
    travel_seconds: int
    rounds: int
    unserved: int
    seconds: float
    seconds_each: float
    cpu_seconds_each: float
    iterations: int
    megabytes: float
    before_megabytes: float
    passes: tuple[int, ...]


def day_of(county: Instance, visits: int) -> tuple[Instance, Allocation]:
    """One provider's Monday of so many visits, and the allocation that gives it to them."""
    provider = next(each for each in county.providers if len(each.genders) == 2)
    packages, count = [], 0
    for package in sorted(county.packages, key=lambda each: (each.district, each.requested_on, each.id)):
        calls = sum(Weekday.MONDAY in visit.days for visit in package.visits)
        short = all(visit.service_duration <= LONGEST for visit in package.visits)
        if package.service.enters_day_rounds and short and calls and count + calls <= visits:
            packages.append(package)
            count += calls
    placements = tuple(
        Placement(
            package=package.id,
            provider=provider.id,
            lot=package.lot,
            tier=TierCode("T1"),
            position=1,
            weekly_cost=1,
        )
        for package in packages
    )
    small = replace(county, packages=tuple(packages))
    return small, Allocation(policy="by hand", placements=placements, unplaced=())


def measure(case: Case) -> Run:
    """Do one run; a top-level function, so that it has a process of its own."""
    warm_up()
    before = _own_megabytes()
    cpu = _cpu()
    began = time.perf_counter()
    result = build_rounds(
        case.instance,
        case.allocation,
        day=Weekday.MONDAY,
        travel=StraightLine(kinds=case.instance.area_kinds),
        settings=RoundSettings(large=case.large),
        limits=case.limits,
        seed=case.seed,
        executor=SerialExecutor() if case.processes == 1 else None,
    )
    seconds = time.perf_counter() - began
    plan = result.solution
    services = sum(len(each.stops) for each in plan.rounds)
    return Run(
        visits=case.visits,
        services=services,
        seed=case.seed,
        seconds_allowed=case.limits.seconds,
        processes=case.processes,
        objective=result.objective or 0,
        travel_seconds=plan.travel_seconds,
        rounds=len(plan.rounds),
        unserved=len(plan.unserved),
        seconds=round(seconds, 1),
        seconds_each=round(seconds / case.visits, 4),
        cpu_seconds_each=round((_cpu() - cpu) / case.visits, 4),
        iterations=result.iterations,
        megabytes=round(_own_megabytes() + _childrens_megabytes(case.processes)),
        before_megabytes=round(before),
        passes=tuple(point.objective for point in result.trace),
    )


def _own_megabytes() -> float:
    """Most memory this process has held.

    Linux counts what a parent has held as its children's own maximum, so the figure is read elsewhere
    where it can be.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _childrens_megabytes(processes: int) -> float:
    """The most the largest worker has held, for each of them."""
    if processes == 1:
        return 0.0
    return processes * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _cpu() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def alone(case: Case) -> Run:
    """A run in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(measure, case).result()


def main() -> None:
    """Run, print the table, write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, nargs="+", default=[500, 1000, 2000, 5000])
    parser.add_argument("--steps-each", type=int, default=STEPS_EACH, help="steps for each visit")
    parser.add_argument("--seconds", type=float, help="seconds for the day, in place of steps")
    parser.add_argument("--ten-times", action="store_true", help="then once more with ten times as much")
    parser.add_argument("--processes", type=int, choices=(1, 2), default=2)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--passes", type=int, default=LargeDays().passes)
    parser.add_argument("--first-share", type=float, default=LargeDays().first_share)
    parser.add_argument("--part", type=int, default=LargeDays().part)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    warm_up()
    from instances import essex  # here, so that workers, which load this file, stay small

    county = essex(seed=SEED)
    large = LargeDays(passes=given.passes, first_share=given.first_share, part=given.part)
    runs: list[Run] = []
    ratios: list[dict[str, float]] = []
    print(
        "visits  seconds  a visit  CPU a visit  memory MB  rounds  unserved  travel h   objective", flush=True
    )
    for visits in given.visits:
        instance, allocation = day_of(county, visits)
        for seed in range(given.seeds):
            pair = []
            for times in (1, 10) if given.ten_times else (1,):
                limits = (
                    Limits(iterations=given.steps_each * visits * times)
                    if given.seconds is None
                    else Limits(seconds=given.seconds * times)
                )
                run = alone(
                    Case(
                        instance=instance,
                        allocation=allocation,
                        visits=visits,
                        seed=seed,
                        limits=limits,
                        processes=given.processes,
                        large=large,
                    )
                )
                pair.append(run)
                print(
                    f"{run.visits:6d} {run.seconds:8.1f} {run.seconds_each:8.4f} "
                    f"{run.cpu_seconds_each:12.4f} "
                    f"{run.megabytes:10.0f} {run.rounds:7d} {run.unserved:9d} "
                    f"{run.travel_seconds / 3600:9.1f} "
                    f"{run.objective:10d}",
                    flush=True,
                )
            runs += pair
            if given.ten_times:
                over = pair[0].objective / pair[1].objective - 1
                ratios.append({"visits": visits, "seed": seed, "over_ten_times": round(over, 4)})
                print(f"       {100 * over:.2f} % over ten times as much", flush=True)
    if given.out is not None:
        content = {
            "machine": machine(),
            "settings": {
                "steps_each": given.steps_each if given.seconds is None else None,
                "seconds": given.seconds,
                "processes": given.processes,
                "passes": large.passes,
                "first_share": large.first_share,
                "part": large.part,
            },
            "over_ten_times": ratios,
            "runs": [asdict(run) for run in runs],
        }
        given.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
