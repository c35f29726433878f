"""A provider's Monday: our search and other engines on 300 visits of named carers, one core each.

``python -m benchmarks.monday --seconds 60 --seeds 5 --days 5 --out benchmarks/results/monday.json``

The case is told in :mod:`benchmarks.monday_days`. All engines are given the same seconds, one after another;
VROOM stops by itself once it has converged. Engines without seeds run once a day. Every plan is held against
the rules and priced by code that belongs to no engine; an engine that leaves somebody out, finds no plan or
breaks a rule has no ratio on that day, and the table says so.

The ratio is our travel over theirs, day by day and seed by seed. Seeds of one day are not independent of
each other, so its 95 % interval is Student's over the means of days.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean

import numpy as np
from scipy import stats

from benchmarks.machine import machine
from benchmarks.monday_days import monday
from benchmarks.peers.sound import faults
from benchmarks.peers.with_pyvrp import WithPyvrp
from benchmarks.peers.with_vroom import WithVroom
from optimiser.rounds.objective import components
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.warm_up import warm_up
from optimiser.rounds.with_ortools import WithOrtools
from optimiser.solving.limits import Limits
from optimiser.solving.solver import Solver

Engine = Solver[Problem, Plan]
OURS: Engine = RuinAndRecreate()
VROOM, PYVRP = WithVroom(), WithPyvrp()
# Made to serve everybody, its insertion ends in a corner on variant A and returns nothing.
ORTOOLS = WithOrtools(optional=True)
SEEDLESS: tuple[Engine, ...] = (ORTOOLS, VROOM)
PEERS: dict[str, tuple[Engine, ...]] = {"A": (ORTOOLS,), "B": (VROOM, PYVRP, ORTOOLS)}
"""Which engines can state which variant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One engine on one day.

    Attributes
    ----------
    seconds
        That it took, reading its own form of the problem included.
    travel_seconds, rounds, unserved
        ``None`` where the engine found no plan. ``unserved`` counts visits.
    faults
        Rules that the plan breaks.
    """

    variant: str
    day: int
    engine: str
    seed: int
    seconds: float
    travel_seconds: int | None
    rounds: int | None
    unserved: int | None
    faults: int

    @property
    def counts(self) -> bool:
        """Whether everybody is served and nothing broken."""
        return self.unserved == 0 and self.faults == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Our travel over a peer's: mean over days, and its 95 % interval where there are two days or more."""

    mean: float
    low: float | None
    high: float | None
    days: int


def measure(variant: str, k: int, engine: Engine, seed: int, seconds: float) -> Run:
    """One run."""
    day = monday(k)
    problem = (day.whole if variant == "A" else day.plain).problem
    result = engine.solve(problem, limits=Limits(seconds=seconds), seed=seed)
    plan = result.found
    return Run(
        variant=variant,
        day=k,
        engine=engine.name,
        seed=seed,
        seconds=round(result.seconds, 2),
        travel_seconds=None
        if plan is None
        else components(problem, plan)["travel"] // problem.weights.travel,
        rounds=None if plan is None else len(plan.rounds),
        unserved=None if plan is None else len(plan.unserved),
        faults=0 if plan is None else len(faults(problem, plan)),
    )


def all_runs(variants: str, days: int, seeds: int, seconds: float) -> Iterator[Run]:
    """Day by day, ours and each peer beside it."""
    for variant in variants:
        for k in range(days):
            for engine in (OURS, *PEERS[variant]):
                for seed in range(1 if engine in SEEDLESS else seeds):
                    yield measure(variant, k, engine, seed, seconds)


def ratio(runs: Sequence[Run], variant: str, peer: str) -> Ratio | None:
    """Our travel over a peer's, or ``None`` where they can be compared on no day."""
    by_day: dict[int, list[float]] = {}
    for ours in runs:
        if (ours.variant, ours.engine) != (variant, OURS.name) or not ours.counts:
            continue
        theirs = [run for run in runs if (run.variant, run.day, run.engine) == (variant, ours.day, peer)]
        same = [run for run in theirs if run.seed == ours.seed] or theirs
        if same and same[0].counts and ours.travel_seconds and same[0].travel_seconds:
            by_day.setdefault(ours.day, []).append(ours.travel_seconds / same[0].travel_seconds)
    means = [fmean(each) for each in by_day.values()]
    if not means:
        return None
    mean = fmean(means)
    if len(means) == 1:
        return Ratio(mean=mean, low=None, high=None, days=1)
    half = float(stats.t.ppf(0.975, len(means) - 1) * np.std(means, ddof=1) / np.sqrt(len(means)))
    return Ratio(mean=mean, low=mean - half, high=mean + half, days=len(means))


def table(runs: Sequence[Run]) -> str:
    """What was found, as a Markdown table."""
    lines = [
        "| variant | engine | travel, s | unserved visits | no sound plan | seconds | ours over theirs |",
        "|---|---|---|---|---|---|---|",
    ]
    for variant, engine in dict.fromkeys((run.variant, run.engine) for run in runs):
        mine = [run for run in runs if (run.variant, run.engine) == (variant, engine)]
        known = [run.travel_seconds for run in mine if run.counts and run.travel_seconds is not None]
        left_out = [run.unserved for run in mine if run.unserved is not None]
        unsound = sum(run.unserved is None or run.faults > 0 for run in mine)
        compared = None if engine == OURS.name else ratio(runs, variant, engine)
        lines.append(
            f"| {variant} | {engine} | {f'{fmean(known):,.0f}' if known else '–'} | "
            f"{f'{fmean(left_out):.2f}' if left_out else '–'} | {unsound} of {len(mine)} | "
            f"{fmean(run.seconds for run in mine):.1f} | {_in_words(compared)} |"
        )
    return "\n".join(lines)


def _in_words(compared: Ratio | None) -> str:
    if compared is None:
        return "–"
    if compared.low is None or compared.high is None:
        return f"{compared.mean:.3f}"
    return f"{compared.mean:.3f} ({compared.low:.3f} to {compared.high:.3f}, {compared.days} days)"


def main() -> None:
    """Run, print the table, write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--variants", default="AB", choices=("A", "B", "AB"))
    parser.add_argument("--out", type=Path, help="the runs, as JSON; the table goes beside it, as .md")
    given = parser.parse_args()
    print(f"kernels: {warm_up():.1f} s")
    runs = []
    for run in all_runs(given.variants, given.days, given.seeds, given.seconds):
        runs.append(run)
        print(
            f"{run.variant} day {run.day} seed {run.seed}  {run.engine:18} travel {run.travel_seconds} s  "
            f"rounds {run.rounds}  unserved {run.unserved}  faults {run.faults}  {run.seconds} s",
            flush=True,
        )
        if given.out is not None:
            _write(given.out, given, runs)
    print(table(runs))


def _write(path: Path, given: argparse.Namespace, runs: Sequence[Run]) -> None:
    """Write all runs so far, so that an interrupted benchmark is not lost."""
    compared = {
        f"{variant} {peer.name}": each
        for variant, peers in PEERS.items()
        for peer in peers
        if (each := ratio(runs, variant, peer.name)) is not None
    }
    content = {
        "machine": {**machine(), **_versions_of_peers()},
        "settings": {"seconds": given.seconds, "seeds": given.seeds, "days": given.days},
        "ours over theirs": {name: asdict(each) for name, each in compared.items()},
        "runs": [asdict(run) for run in runs],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(table(runs) + "\n", encoding="utf-8")


def _versions_of_peers() -> dict[str, str]:
    found = {}
    for name in ("pyvrp", "pyvroom"):
        try:
            found[f"version of {name}"] = version(name)
        except PackageNotFoundError:
            found[f"version of {name}"] = "not installed"
    return found


if __name__ == "__main__":
    main()
