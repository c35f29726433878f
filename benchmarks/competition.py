"""The packing core beside HiGHS, CP-SAT and CBC on published auctions.

``python -m benchmarks.competition --out FOLDER``. One binary a bid, one inequality a good: the plain model.
Each run is a process of its own, judged by the checker and at once a line of ``runs.jsonl`` when it is
done: the same command goes on where it was interrupted. Seconds are those of the engine alone: reading,
building the model and compiling do not count. ``table.md`` has a line a file.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from math import floor, isfinite
from pathlib import Path
from types import MappingProxyType

import click
import numpy as np

from benchmarks.cases import data_folder
from benchmarks.machine import machine
from instances.auctions import Auction, read_auction
from instances.new_files import write_file
from optimiser.packing.check import check
from optimiser.packing.conflicts import holders
from optimiser.packing.problem import PackingProblem
from optimiser.packing.relaxation import columns

FOLDERS = {"cats": "cats", "lau_goh": "lau-goh"}
"""Format of the files of each folder."""
ALIKE = 1e-9
"""Values nearer than this share of one another are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Sets taken (``None`` without a solution), what nothing is worth more than, and the engine's seconds."""

    taken: tuple[int, ...] | None
    bound: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One engine on one file.

    Attributes
    ----------
    objective, bound
        In the file's own unit; ``None`` where the engine has none.
    fault
        What is wrong with the answer; empty for a sound one.
    """

    engine: str
    instance: str
    bids: int
    goods: int
    budget: float
    seed: int
    threads: int
    objective: float | None
    bound: float | None
    seconds: float
    fault: str = ""

    @property
    def key(self) -> tuple[str, str, float, int, int]:
        """What tells it from other runs."""
        return self.engine, self.instance, self.budget, self.seed, self.threads

    @property
    def is_proven(self) -> bool:
        """Whether nothing is worth more."""
        if self.objective is None or self.bound is None:
            return False
        return self.bound <= self.objective * (1 + ALIKE)


def ours(problem: PackingProblem, seconds: float, seed: int, threads: int) -> Answer:
    """The packing core."""
    from optimiser.packing.solve import CliqueSearch
    from optimiser.packing.warm_up import warm_up
    from optimiser.solving.limits import Limits

    warm_up()
    solver = CliqueSearch(processes=threads)
    result = solver.solve(problem, limits=Limits(seconds=seconds), seed=seed)
    return Answer(taken=result.solution.sets, bound=result.bound, seconds=result.seconds)


def highs(problem: PackingProblem, seconds: float, seed: int, threads: int) -> Answer:
    """HiGHS."""
    from optimiser.solving.with_highs import optimise

    model = columns(problem.value, list(holders(problem)))
    begun = time.perf_counter()
    solved = optimise(model, seconds=seconds, seed=seed, threads=threads)
    took = time.perf_counter() - begun
    taken = None if solved.values is None else tuple(np.flatnonzero(solved.values > 0.5).tolist())
    return Answer(taken=taken, bound=None if solved.bound is None else -solved.bound, seconds=took)


def cp_sat(problem: PackingProblem, seconds: float, seed: int, threads: int) -> Answer:
    """CP-SAT of OR-Tools."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in range(problem.sets)]
    for members in holders(problem):
        if len(members) > 1:
            model.add_at_most_one(takes[int(each)] for each in members)
    model.maximize(sum(int(v) * x for v, x in zip(problem.value, takes, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    begun = time.perf_counter()
    status = solver.solve(model)
    took = time.perf_counter() - begun
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    taken = tuple(n for n, x in enumerate(takes) if solver.boolean_value(x)) if found else None
    return Answer(taken=taken, bound=floor(solver.best_objective_bound + 1e-6), seconds=took)


def cbc(problem: PackingProblem, seconds: float, seed: int, threads: int) -> Answer:
    """CBC as PuLP brings it; it tells PuLP no bound, but whether it has proven its answer."""
    import pulp

    model = pulp.LpProblem("auction", pulp.LpMaximize)
    takes = [pulp.LpVariable(f"x{n}", cat="Binary") for n in range(problem.sets)]
    model += pulp.lpSum(int(v) * x for v, x in zip(problem.value, takes, strict=True))
    for members in holders(problem):
        model += pulp.lpSum(takes[int(each)] for each in members) <= 1
    options = [f"randomCbcSeed {seed}", "ratioGap 0"]
    begun = time.perf_counter()
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=threads, options=options))
    took = time.perf_counter() - begun
    if model.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return Answer(taken=None, bound=None, seconds=took)
    taken = tuple(n for n, x in enumerate(takes) if (x.varValue or 0.0) > 0.5)
    # PuLP calls an answer optimal that time cut short: only what ended well within it is believed.
    proven = model.sol_status == pulp.LpSolutionOptimal and took < 0.98 * seconds
    worth = float(sum(int(problem.value[n]) for n in taken))
    return Answer(taken=taken, bound=worth if proven else None, seconds=took)


Engine = Callable[[PackingProblem, float, int, int], Answer]
ENGINES: Mapping[str, Engine] = MappingProxyType({"ours": ours, "HiGHS": highs, "CP-SAT": cp_sat, "CBC": cbc})


def measure(engine: str, path: Path, seconds: float, seed: int, threads: int) -> Run:
    """One run; a top-level function, so that it can be sent to a process of its own."""
    auction = read_auction(path, FOLDERS[path.parent.name])
    answer = ENGINES[engine](auction.problem, seconds, seed, threads)
    objective, fault = _judged(auction, answer)
    bound = None if answer.bound is None or not isfinite(answer.bound) else auction.told(answer.bound)
    return Run(
        engine=engine,
        instance=f"{path.parent.name}/{path.name}",
        bids=auction.problem.sets,
        goods=auction.problem.items,
        budget=seconds,
        seed=seed,
        threads=threads,
        objective=objective,
        bound=bound,
        seconds=round(answer.seconds, 3),
        fault=fault,
    )


def _judged(auction: Auction, answer: Answer) -> tuple[float | None, str]:
    if answer.taken is None:
        return None, "no solution"
    verdict = check(auction.problem, answer.taken)
    if verdict.breaches:
        return None, "; ".join(verdict.breaches[:2])
    return auction.told(verdict.value), ""


def table(runs: Iterable[Run]) -> str:
    """A line a file: what each engine came to, how far from its bound, and how soon."""
    by: dict[str, dict[str, Run]] = {}
    for run in runs:
        by.setdefault(run.instance, {})[run.engine] = run
    engines = [each for each in ENGINES if any(each in those for those in by.values())]
    lines = [_line(("file", "bids", *engines)), "|" + "---|" * (len(engines) + 2)]
    for instance, those in sorted(by.items()):
        best = max((each.objective or 0.0 for each in those.values()), default=0.0)
        cells = [_cell(those[each], best) if each in those else "–" for each in engines]
        lines.append(_line((instance, next(iter(those.values())).bids, *cells)))
    lines.append("")
    for engine in engines:
        mine = [those[engine] for those in by.values() if engine in those]
        proven = sum(each.is_proven for each in mine)
        lines.append(
            f"{engine}: {proven} of {len(mine)} proven, {sum(r.seconds for r in mine):.0f} s in all. "
        )
    lines += ["", ", ".join(f"{name} {what}" for name, what in machine().items())]
    return "\n".join(lines) + "\n"


def _cell(run: Run, best: float) -> str:
    """Seconds where proven; else shares by which value and bound lie beside the best of all."""
    if run.objective is None:
        return run.fault
    if run.is_proven:
        return f"proven, {run.seconds:.2f} s"
    below = 100 * (best - run.objective) / best if best else 0.0
    above = "" if run.bound is None else f", bound +{100 * (run.bound - best) / best:.1f} %"
    return f"−{below:.2f} %{above}"


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the runs.")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="Budget of a run.")
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--threads", type=int, default=2, show_default=True)
@click.option("--engine", "engines", multiple=True, type=click.Choice(list(ENGINES)), help="Default: all.")
@click.option("--only", default="*/*", show_default=True, help="Pattern of folder/file.")
def main(out: Path, seconds: float, seed: int, threads: int, engines: tuple[str, ...], only: str) -> None:
    """Do the runs that are missing, one at a time, and write the table."""
    out.mkdir(parents=True, exist_ok=True)
    kept, context = out / "runs.jsonl", multiprocessing.get_context("spawn")
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    runs = {run.key: run for run in (Run(**json.loads(line)) for line in lines)}
    files = (data_folder() / "competition").glob(only)
    for path in sorted(each for each in files if each.is_file() and not each.name.startswith("LICENSE")):
        for engine in engines or ENGINES:
            if (engine, f"{path.parent.name}/{path.name}", seconds, seed, threads) in runs:
                continue
            # Spawned and ended for each run: engines do not share a process, nor leave memory behind.
            with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
                run = pool.submit(measure, engine, path, seconds, seed, threads).result()
            runs[run.key] = run
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(run)) + "\n")
            click.echo(f"{run.instance} {engine}: {run.objective} ({run.bound}) {run.seconds} s", err=True)
    write_file(out / "table.md", table(runs.values()).encode(), overwrite=True)
    click.echo(table(runs.values()), nl=False)


if __name__ == "__main__":
    main()
