"""The engine on every published day at hand: the suite behind ``carerounds bench rounds --suite``.

Each run is one file with one seed on one core, judged by the evaluator that shares no code with the solver,
and kept as one line of ``runs.jsonl`` the moment it is done: an interrupted suite goes on where it stopped.
When all runs are there, ``table.md`` and ``results.json`` say what came of them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import instances.published
import optimiser.rounds
import optimiser.rounds.kernels
from benchmarks.cases import Case
from benchmarks.gaps import rows, table
from benchmarks.kernels import start_up
from benchmarks.machine import machine
from benchmarks.runs import Run
from geodata.report import Report
from instances.new_files import write_file
from instances.published import (
    BrokenSolutionError,
    Format,
    answer,
    best_known,
    read_day,
    write_result,
)
from optimiser.rounds.kernels.cache import source_hash
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import canonical, versions
from optimiser.solving.result import NoSolutionError

RUNS = "runs.jsonl"
SOURCES = (optimiser.rounds, optimiser.rounds.kernels, instances.published)
"""Whose code decides what comes out: runs of different code do not stand in one table."""


class BrokenRunsError(Exception):
    """Runs whose rounds broke a rule: a fault of ours. The table is written all the same and names them."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "; ".join(self.faults[:5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run to do, and the file that keeps it.

    Attributes
    ----------
    rounds
        Where the rounds themselves go; ``None`` where they are not kept.
    """

    case: Case
    seed: int
    limits: Limits
    solver: RuinAndRecreate
    runs: Path
    rounds: Path | None

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from the other runs of a suite."""
        return self.case.set, self.case.path.stem, self.seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a suite is run; runs made otherwise are not mixed in.

    Attributes
    ----------
    processes
        Files side by side, one core each.
    keep_rounds
        Whether the rounds of every run are written too, under ``rounds``.
    """

    limits: Limits
    processes: int = 1
    keep_rounds: bool = False
    solver: RuinAndRecreate = field(default_factory=RuinAndRecreate)

    def heading(self) -> dict[str, Any]:
        """All that makes runs comparable: limits, settings, source code, versions, machine."""
        return {
            "limits": canonical(self.limits),
            "processes": self.processes,
            "solver": {"name": self.solver.name, **canonical(self.solver)},
            "sources": [source_hash(Path(str(each.__file__)).parent) for each in SOURCES],
            "versions": versions(),
            "machine": machine(),
        }


def run_suite(
    cases: Sequence[Case],
    out: Path,
    *,
    settings: Settings,
    seeds: Iterable[int],
    progress: Reporter = silent,
) -> str:
    """Do every run that ``out`` does not hold yet, write table and results, and return the table.

    Raises
    ------
    geodata.report.InputError
        Where a case is damaged (E281–E289), or ``out`` holds runs made otherwise (E295).
    BrokenRunsError
        At the end, where rounds broke a rule.
    """
    kept, heading = out / RUNS, settings.heading()
    done: list[Run] = []
    if kept.exists():
        start, done = _held(kept, heading)
    else:
        progress(Progress(task="compiling the round kernels into an empty cache, to time it"))
        start = start_up()
        first = json.dumps({**heading, "start": start})
        write_file(kept, f"{first}\n".encode(), overwrite=False)
    known = {(run.set, run.instance, run.seed): run for run in done}
    asked = [_task(case, seed, settings, out) for seed in seeds for case in cases]
    missing = [task for task in asked if task.key not in known]
    warm_up(progress=progress)
    for run in fan_out(do, missing, processes=settings.processes, progress=progress, name="runs"):
        known[run.set, run.instance, run.seed] = run
    runs = [known[task.key] for task in asked]
    written = table(runs, heading=heading, start=start)
    content = {**heading, "start": start, "families": rows(runs), "runs": [asdict(run) for run in runs]}
    write_file(out / "table.md", written.encode(), overwrite=True)
    write_file(out / "results.json", f"{json.dumps(content, indent=1)}\n".encode(), overwrite=True)
    broken = [f"{run.instance}, seed {run.seed}: {run.fault}" for run in runs if run.broken]
    if broken:
        raise BrokenRunsError(broken)
    return written


def _task(case: Case, seed: int, settings: Settings, out: Path) -> Task:
    kept = out / "rounds" / case.set / f"{case.path.stem}-{seed}.json" if settings.keep_rounds else None
    return Task(
        case=case,
        seed=seed,
        limits=settings.limits,
        solver=settings.solver,
        runs=out / RUNS,
        rounds=kept,
    )


def do(task: Task) -> Run:
    """One run, kept the moment it is done; a top-level function, so that it can be sent to any process."""
    warm_up()
    run = _measure(task)
    line = json.dumps(asdict(run)) + "\n"
    # One write to a file opened for appending: lines of processes side by side do not mix.
    number = os.open(task.runs, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(number, line.encode())
    finally:
        os.close(number)
    return run


def _measure(task: Task) -> Run:
    path, day = task.case.path, read_day(task.case.path, task.case.format)
    best = best_known(path)
    cap = best.carers if best is not None and day.format is Format.SOLOMON else None
    run = Run(
        set=task.case.set,
        instance=path.stem,
        patients=len(day.patients),
        carers=len(day.carers) if cap is None else cap,
        seed=task.seed,
        best_known=None if best is None else float(best.value),
    )
    clocks = time.perf_counter(), time.process_time()
    try:
        found = answer(day, limits=task.limits, seed=task.seed, carers=cap, solver=task.solver)
    except (BrokenSolutionError, NoSolutionError) as error:
        return replace(run, fault=str(error), broken=isinstance(error, BrokenSolutionError))
    core = (time.process_time() - clocks[1]) / (time.perf_counter() - clocks[0])
    if task.rounds is not None:
        write_result(task.rounds, found.solution, provenance=found.provenance(path), overwrite=True)
    gap = None if best is None else best.gap(found.evaluation.objective)
    return replace(
        run,
        objective=float(found.evaluation.objective),
        gap=None if gap is None else float(gap),
        components={name.value: float(worth) for name, worth in (found.solution.components or {}).items()},
        seconds=round(found.result.seconds, 3),
        core=round(core, 3),
        iterations=found.result.iterations,
        rounds=sum(1 for each in found.solution.rounds if each.stops),
    )


def _held(kept: Path, heading: Mapping[str, Any]) -> tuple[dict[str, float], list[Run]]:
    """What a folder holds already; a line torn by whatever ended the run before is taken off."""
    report = Report()
    whole, newline, torn = kept.read_text(encoding="utf-8").rpartition("\n")
    if torn:
        write_file(kept, f"{whole}{newline}".encode(), overwrite=True)
    try:
        first, *lines = [json.loads(line) for line in whole.splitlines()]
        start = {str(name): float(seconds) for name, seconds in first.pop("start").items()}
        runs = [Run(**line) for line in lines]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        report.add("E295", str(kept), f"this is no file of runs: {error}", cure="name another folder")
        report.raise_if_any()
        raise AssertionError("a finding is raised") from error
    other = sorted(name for name in {*first, *heading} if first.get(name) != heading.get(name))
    if other:
        report.add(
            "E295",
            str(kept),
            f"its runs were made otherwise ({', '.join(other)})",
            row=1,
            cure="name another folder for the new runs",
        )
    report.raise_if_any()
    return start, runs
