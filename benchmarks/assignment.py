"""The assignment core beside HiGHS, CP-SAT, SCIP and CBC on published GAP files.

``python -m benchmarks.assignment --out FOLDER``. Each run is a process of its own, judged by the checker and
kept as one line of ``runs.jsonl`` the moment it is done: the same command goes on where it was interrupted.
``table.md`` has the gaps to the best known by class.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import click

from benchmarks.assignment_engines import ENGINES, run_engine
from benchmarks.cases import data_folder
from benchmarks.machine import machine
from instances.gap import best_known_gap
from instances.new_files import write_file
from optimiser.assignment.check import check
from optimiser.assignment.problem import Assignment

HEADINGS = (
    "class", "engine", "files", "mean gap", "worst gap", "best known reached", "proven", "no answer", "cpu s",
)  # fmt: skip
LARGE = 1600
"""Jobs from which a file of Yagiura's is in a class of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One engine on one file with one seed.

    Attributes
    ----------
    objective, bound
        ``None`` where the engine has none.
    seconds, processor
        Of the clock and of processors, children's included; reading and building the model too.
    fault
        What is wrong with the answer; empty for a feasible one.
    """

    engine: str
    set: str
    instance: str
    jobs: int
    seed: int
    budget: float
    threads: int
    best_known: int | None
    objective: int | None
    bound: int | None
    seconds: float
    processor: float
    fault: str = ""

    @property
    def key(self) -> tuple[str, str, str, int, float, int]:
        """What tells it from other runs."""
        return self.engine, self.set, self.instance, self.seed, self.budget, self.threads

    @property
    def gap(self) -> float | None:
        """Share above the best known; ``None`` without an answer or a best known."""
        if self.objective is None or not self.best_known:
            return None
        return (self.objective - self.best_known) / self.best_known

    @property
    def family(self) -> str:
        """Class it is reported in: the set, and for Yagiura's its type and size."""
        if self.set != "yagiura2004":
            return self.set
        return f"yagiura {self.instance[0]}, " + (f"{LARGE} jobs" if self.jobs >= LARGE else "up to 900 jobs")


def measure(engine: str, path: Path, seconds: float, seed: int, threads: int) -> Run:
    """One run; a top-level function, so that it can be sent to a process of its own."""
    begun = time.perf_counter()
    problem, answer = run_engine(engine, path, seconds, seed, threads)
    took, best = time.perf_counter() - begun, best_known_gap(path)
    objective, fault = None, "no solution"
    if answer.chosen is not None:
        verdict = check(problem, Assignment.of(answer.chosen).candidates)
        objective, fault = (None if verdict.breaches else verdict.cost), "; ".join(verdict.breaches[:2])
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Run(
        engine=engine,
        set=path.parent.name,
        instance=path.name,
        jobs=problem.jobs,
        seed=seed,
        budget=seconds,
        threads=threads,
        best_known=None if best is None else best.value,
        objective=objective,
        bound=answer.bound,
        seconds=round(took, 2),
        processor=round(sum(each.ru_utime + each.ru_stime for each in used), 2),
        fault=fault,
    )


def table(runs: list[Run]) -> str:
    """Mean gap to the best known, runs that reach it, proofs and misses, by class and engine."""
    lines = [_line(HEADINGS), "|" + "---|" * len(HEADINGS)]
    by: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in runs:
        by[run.family, run.engine].append(run)
        by["all", run.engine].append(run)
    order = list(ENGINES)
    for family, engine in sorted(by, key=lambda each: (each[0] == "all", each[0], order.index(each[1]))):
        those = by[family, engine]
        gaps = [each.gap for each in those if each.gap is not None]
        mean, worst = (f"{100 * fmean(gaps):.4f} %", f"{100 * max(gaps):.4f} %") if gaps else ("–", "–")
        proven = sum(each.objective is not None and each.objective == each.bound for each in those)
        cells = (
            family,
            engine,
            len({each.instance for each in those}),
            mean,
            worst,
            sum(gap <= 0 for gap in gaps),
            proven,
            sum(each.objective is None for each in those),
            f"{fmean(each.processor for each in those):.0f}",
        )
        lines.append(_line(cells))
    about = machine()
    lines += ["", ", ".join(f"{name} {what}" for name, what in about.items())]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the runs.")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="Budget of a run.")
@click.option("--seconds-large", type=float, default=120.0, show_default=True, help="From 400 jobs.")
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--threads", type=int, default=2, show_default=True)
@click.option("--engine", "engines", multiple=True, type=click.Choice(list(ENGINES)), help="Default: all.")
@click.option("--only", default="*/*", show_default=True, help="Pattern of set/instance.")
def main(
    out: Path,
    seconds: float,
    seconds_large: float,
    seed: int,
    threads: int,
    engines: tuple[str, ...],
    only: str,
) -> None:
    """Do the runs that are missing, one at a time, and write the table."""
    kept, context = out / "runs.jsonl", multiprocessing.get_context("spawn")
    lines = kept.read_text().splitlines() if kept.exists() else []
    runs = {run.key: run for run in (Run(**json.loads(line)) for line in lines)}
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(each for each in (data_folder() / "allocation" / "gap").glob(only) if each.is_file()):
        jobs = int(path.read_text(encoding="utf-8").split(maxsplit=2)[1])
        budget = seconds if jobs < 400 else seconds_large
        for engine in engines or ENGINES:
            if (engine, path.parent.name, path.name, seed, budget, threads) in runs:
                continue
            # Spawned and ended for each run: engines do not share a process, nor leave memory behind.
            with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
                run = pool.submit(measure, engine, path, budget, seed, threads).result()
            runs[run.key] = run
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(run)) + "\n")
            click.echo(f"{run.instance} {engine}: {run.objective} ({run.bound}) {run.fault}", err=True)
    write_file(out / "table.md", table(list(runs.values())).encode(), overwrite=True)
    click.echo(table(list(runs.values())), nl=False)


if __name__ == "__main__":
    main()
