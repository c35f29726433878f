"""Rounds: our search and OR-Tools on the same provider's days, the same seconds, one core each.

``python -m benchmarks.rounds --seconds 10 --out benchmarks/results/rounds.json``

The days are those of the Maldon generator under today's cascade, rests left out, because OR-Tools cannot
state a rest that is due only in long days. Both plans are priced by ``optimiser.rounds.objective``, which
belongs to neither.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.machine import machine
from geodata.travel import StraightLine
from instances import essex
from optimiser.allocation.allocate import allocate
from optimiser.model.calendar import Weekday
from optimiser.rounds.build_rounds import RoundSettings, prepare_days
from optimiser.rounds.objective import components
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.rules import RoundRules
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.warm_up import warm_up
from optimiser.rounds.with_ortools import WithOrtools
from optimiser.solving.limits import Limits
from optimiser.solving.solver import Solver

ENGINES: tuple[Solver[Problem, Plan], ...] = (RuinAndRecreate(), WithOrtools())


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One engine on one day.

    Attributes
    ----------
    objective, travel_seconds
        ``None`` where the engine found no plan.
    """

    day: str
    services: int
    engine: str
    seed: int
    seconds: float
    objective: int | None
    travel_seconds: int | None
    rounds: int | None
    unserved: int | None


def days(limit: int) -> Iterator[tuple[str, Problem]]:
    """The largest provider days of Maldon's Monday, largest first."""
    market = essex(district="Maldon", seed=7)
    today = allocate(market, policy="cascade").solution
    prepared = prepare_days(
        market,
        today,
        day=Weekday.MONDAY,
        travel=StraightLine(kinds=market.area_kinds),
        settings=RoundSettings(rules=RoundRules(rest=0)),
    )
    for each in sorted(prepared, key=lambda day: -day.problem.services)[:limit]:
        yield each.provider, each.problem


def measure(name: str, problem: Problem, engine: Solver[Problem, Plan], seed: int, seconds: float) -> Run:
    """One run, priced by the independent objective."""
    result = engine.solve(problem, limits=Limits(seconds=seconds), seed=seed)
    parts = components(problem, result.found) if result.found is not None else None
    return Run(
        day=name,
        services=problem.services,
        engine=engine.name,
        seed=seed,
        seconds=round(result.seconds, 2),
        objective=sum(parts.values()) if parts else None,
        travel_seconds=parts["travel"] // problem.weights.travel if parts else None,
        rounds=len(result.found.rounds) if result.found is not None else None,
        unserved=len(result.found.unserved) if result.found is not None else None,
    )


def main() -> None:
    """Run, print the table, write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    cold = warm_up()
    warm = warm_up()
    print(f"kernels: {cold:.1f} s at first, {warm:.2f} s when warm")
    runs = []
    for name, problem in days(given.days):
        for engine in ENGINES:
            for seed in range(given.seeds):
                run = measure(name, problem, engine, seed, given.seconds)
                runs.append(run)
                print(
                    f"{run.day} {run.services:4d} services  {run.engine:18} objective {run.objective}  "
                    f"travel {run.travel_seconds} s  rounds {run.rounds}  unserved {run.unserved}",
                    flush=True,
                )
    ours, theirs = (_total(runs, engine.name) for engine in ENGINES)
    if ours is not None and theirs is not None:
        print(f"objective, ours over OR-Tools: {ours / theirs:.3f}")
    if given.out is not None:
        settings = {"seconds": given.seconds, "seeds": given.seeds}
        content = {"machine": machine(), "settings": settings, "runs": [asdict(run) for run in runs]}
        given.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _total(runs: list[Run], engine: str) -> int | None:
    values = [run.objective for run in runs if run.engine == engine]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


if __name__ == "__main__":
    main()
