"""How much better any plan of a provider's Monday could be: ours, PyVRP's, and what none can undercut.

``python -m benchmarks.bounds --seconds 60 --days 0 1 --out benchmarks/results/bounds.json``

Days are variant B of :mod:`benchmarks.monday_days`, where only travel is priced once everybody is served. The
bound is column generation's (:mod:`optimiser.rounds.columns`); it is proven for every plan that serves
everybody, whoever makes it. ``chosen`` is a plan from the rounds that column generation finds, in the same
seconds; it makes its own start.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.monday_days import monday
from benchmarks.peers.sound import faults
from benchmarks.peers.with_pyvrp import WithPyvrp
from optimiser.rounds.columns.lower_bound import bound
from optimiser.rounds.columns.polish import ChooseRounds
from optimiser.rounds.objective import components
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.limits import Limits
from optimiser.solving.solver import Solver


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBound:
    """One day; travel in seconds.

    Attributes
    ----------
    ours, chosen, pyvrp
        ``None`` where somebody is not served, or a rule is broken.
    bound
        No plan that serves everybody travels less. Whole seconds, rounded up.
    converged
        Whether the relaxation was solved; else more time would give a higher bound.
    cpu_seconds
        Processor time of each, in the order ours, chosen, PyVRP, bound.
    """

    day: int
    seed: int
    ours: int | None
    chosen: int | None
    pyvrp: int | None
    bound: int | None
    converged: bool
    cpu_seconds: tuple[float, ...]


def measure(k: int, seed: int, seconds: float, most: float) -> DayBound:
    """All engines on one day, then the bound in at most so many seconds, from the best plan of them."""
    problem = monday(k).plain.problem
    engines: tuple[Solver[Problem, Plan], ...] = (RuinAndRecreate(), ChooseRounds(), WithPyvrp())
    plans, cpu = [], []
    for engine in engines:
        began = time.process_time()
        plans.append(engine.solve(problem, limits=Limits(seconds=seconds), seed=seed).found)
        cpu.append(round(time.process_time() - began, 1))
    sound = [plan for plan in plans if plan is not None and travel(problem, plan) is not None]
    best = min(sound, key=lambda plan: components(problem, plan)["travel"], default=None)
    began = time.process_time()
    proven = bound(problem, plan=best, limits=Limits(seconds=most))
    cpu.append(round(time.process_time() - began, 1))
    ours, chosen, pyvrp = (None if plan is None else travel(problem, plan) for plan in plans)
    return DayBound(
        day=k,
        seed=seed,
        ours=ours,
        chosen=chosen,
        pyvrp=pyvrp,
        bound=None if proven.value is None else -(-proven.value // problem.weights.travel),
        converged=proven.converged,
        cpu_seconds=tuple(cpu),
    )


def travel(problem: Problem, plan: Plan) -> int | None:
    """Seconds of travel of a sound plan that serves everybody."""
    if plan.unserved or faults(problem, plan):
        return None
    return components(problem, plan)["travel"] // problem.weights.travel


def table(days: Sequence[DayBound]) -> str:
    """What was found, as a Markdown table."""
    lines = [
        "| day | ours, s | chosen, s | PyVRP, s | bound, s | bound / ours | bound / chosen | bound / PyVRP |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for day in days:
        travels = " | ".join(_whole(each) for each in (day.ours, day.chosen, day.pyvrp, day.bound))
        shares = " | ".join(_share(day.bound, each) for each in (day.ours, day.chosen, day.pyvrp))
        lines.append(f"| {day.day}{'' if day.converged else '*'} | {travels} | {shares} |")
    if not all(day.converged for day in days):
        lines += ["", "\\* More time would give a higher bound."]
    return "\n".join(lines)


def _whole(seconds: int | None) -> str:
    return "–" if seconds is None else f"{seconds:,}"


def _share(proven: int | None, travelled: int | None) -> str:
    return "–" if proven is None or not travelled else f"{proven / travelled:.4f}"


def main() -> None:
    """Run, print the table, write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each engine")
    parser.add_argument("--most", type=float, default=300.0, help="seconds of the bound")
    parser.add_argument("--days", type=int, nargs="+", default=[0, 1, 2, 3, 4], help="which")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="the days, as JSON; the table goes beside it, as .md")
    given = parser.parse_args()
    print(f"kernels: {warm_up():.1f} s")
    days = []
    for k in given.days:
        days.append(measure(k, given.seed, given.seconds, given.most))
        print(days[-1], flush=True)
        if given.out is not None:
            _write(given.out, given, days)
    print(table(days))


def _write(path: Path, given: argparse.Namespace, days: Sequence[DayBound]) -> None:
    content = {
        "machine": {**machine(), "version of pyvrp": version("pyvrp")},
        "settings": {"seconds": given.seconds, "most": given.most, "seed": given.seed},
        "days": [asdict(day) for day in days],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(table(days) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
