"""How long it takes to say which rounds could take a new person, on a provider's Monday of 300 visits.

``python -m benchmarks.insert --packages 100 --out benchmarks/results/insert.json``

The day is variant A of :mod:`benchmarks.monday_days`, double-handed visits and breaks included, under the
weights of every day, planned by a few seconds' search and then loaded once, as a program keeps it that is
asked all day long. Asked are people of the same district who are not on it, each with the place, gender,
skills and language they have, in four kinds: one visit or four of the day, each of one carer or of two.

Times are of the whole question, from the package to every round's answer and all visits together. CPU time is
what counts where the machine has other work too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.monday_days import RULES, Monday, calls_of, can_be_made, monday
from optimiser.model.need import Package
from optimiser.model.rounds import RoundPlan
from optimiser.rounds.build_rounds import RoundSettings
from optimiser.rounds.loaded_day import LoadedDay, load
from optimiser.rounds.prepare import Day
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.limits import Limits

KINDS = {
    "one visit": (1, 1),
    "four visits": (4, 1),
    "one visit of two carers": (1, 2),
    "four visits of two carers": (4, 2),
}
"""Visits a day, and carers at each."""
SETTINGS = RoundSettings(rules=RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Milliseconds: the middle one, the 95th of a hundred, the longest."""

    median: float
    most_of_20: float
    worst: float

    def __str__(self) -> str:
        return f"{self.median:6.2f} {self.most_of_20:6.2f} {self.worst:6.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What asking for one kind of package took.

    Attributes
    ----------
    packages
        How many were asked for.
    all_fit
        For how many of them every visit of the day found a place beside the others.
    price
        Points of those, together.
    """

    kind: str
    packages: int
    all_fit: int
    price: int
    cpu_ms: Spread
    wall_ms: Spread


def planned(days: Monday, iterations: int) -> tuple[Day, RoundPlan]:
    """The day under everyday weights, and a plan of it."""
    problem = replace(days.whole.problem, weights=SETTINGS.weights)
    day = replace(days.whole, problem=problem)
    result = RuinAndRecreate().solve(problem, limits=Limits(iterations=iterations), seed=days.seed)
    return day, to_round_plan(day, result.solution)


def newcomers(days: Monday, visits: int, carers: int, count: int) -> Iterator[Package]:
    """People who are not on the day, with the calls of somebody who has so many of them."""
    schedules = [calls for each in days.others if len(calls := calls_of(each)) == visits]
    schedules = [calls for calls in schedules if can_be_made(calls)]
    people = [each for each in days.others if calls_of(each)]
    for k in range(count):
        calls = schedules[k % len(schedules)]
        yield replace(people[k], visits=tuple(replace(call, carers_needed=carers) for call in calls))


def ask(loaded: LoadedDay, kind: str, packages: Sequence[Package]) -> Asked:
    """Ask for each package once."""
    cpu: list[float] = []
    wall: list[float] = []
    prices = []
    for package in packages:
        began = (time.process_time(), time.perf_counter())
        found = loaded.insert(package)
        ended = (time.process_time(), time.perf_counter())
        cpu.append(1000 * (ended[0] - began[0]))
        wall.append(1000 * (ended[1] - began[1]))
        if found.price is not None:
            prices.append(found.price)
    return Asked(
        kind=kind,
        packages=len(packages),
        all_fit=len(prices),
        price=sum(prices),
        cpu_ms=spread(cpu),
        wall_ms=spread(wall),
    )


def spread(milliseconds: Sequence[float]) -> Spread:
    """Median, 95th percentile and longest, to a hundredth."""
    median, most, worst = np.percentile(milliseconds, (50, 95, 100)).round(2).tolist()
    return Spread(median=median, most_of_20=most, worst=worst)


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds of some work."""
    began = time.process_time()
    work()
    return round(1000 * (time.process_time() - began), 2)


def main() -> None:
    """Run, print the table, write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--packages", type=int, default=100, help="of each kind")
    parser.add_argument("--iterations", type=int, default=20_000, help="of the search for the day's plan")
    parser.add_argument("--day", type=int, default=0, help="of the case")
    parser.add_argument("--out", type=Path, help="the figures, as JSON")
    given = parser.parse_args()
    print(f"kernels: {warm_up():.1f} s")
    days = monday(given.day)
    day, plan = planned(days, given.iterations)
    loaded = load(day, plan, travel=days.travel, settings=SETTINGS)
    loading = cpu_ms(lambda: load(day, plan, travel=days.travel, settings=SETTINGS))
    first = cpu_ms(lambda: loaded.insert(next(newcomers(days, 4, 2, 1))))
    print(
        f"{len(day.visits)} visits on {len(plan.rounds)} rounds, {len(plan.unserved)} unserved; "
        f"loading {loading} ms, first question {first} ms of CPU"
    )
    print(f"{'asked for':26} packages  all fit       price   CPU ms: median 95 % worst  elapsed ms")
    found = []
    for kind, (visits, carers) in KINDS.items():
        each = ask(loaded, kind, list(newcomers(days, visits, carers, given.packages)))
        found.append(each)
        print(
            f"{kind:26} {each.packages:8d} {each.all_fit:8d} {each.price:11d}   "
            f"{each.cpu_ms}  {each.wall_ms}",
            flush=True,
        )
    if given.out is not None:
        content = {
            "machine": machine(),
            "settings": {"day": given.day, "iterations": given.iterations},
            "visits": len(day.visits),
            "services": day.problem.services,
            "rounds": len(plan.rounds),
            "unserved": len(plan.unserved),
            "load_cpu_ms": loading,
            "first_question_cpu_ms": first,
            "asked": [asdict(each) for each in found],
        }
        given.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
