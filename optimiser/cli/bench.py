"""``carerounds bench``: the engine on published days, one file or all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimiser.cli import options
from optimiser.cli.bench_allocation import allocation
from optimiser.cli.bench_batching import batching
from optimiser.cli.bench_competition import competition
from optimiser.cli.bench_roads import roads as roads_bench

if TYPE_CHECKING:
    from instances.published import BestKnown, PublishedDay
    from optimiser.solving.limits import Limits

FORMATS = ("mankowska", "kummer", "italian", "uhhc", "solomon")
SECONDS = 60.0
"""What the published tables are measured at, and the default."""


@click.group()
def bench() -> None:
    """Measure the engine on published benchmarks."""


bench.add_command(allocation)
bench.add_command(batching)
bench.add_command(competition)
bench.add_command(roads_bench)


@bench.command()
@click.option("--case", type=options.PATH, help="One published file to solve, or to check a result of.")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Format of that file.")
@click.option("--suite", type=click.Choice((*FORMATS, "all")), help="All registered files of a set instead.")
@click.option(
    "--seconds",
    type=options.Finite(0, min_open=True),
    help=f"Search time for each file, compiling not counted; {SECONDS:g} unless --iterations is given.",
)
@click.option(
    "--processor",
    is_flag=True,
    help="Count the seconds in processor time, for a fair figure on a busy machine.",
)
@click.option(
    "--iterations",
    type=click.IntRange(0),
    help="Search steps instead of seconds: the same seed then gives the same rounds.",
)
@options.seed
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="Suite: seeds a file.")
@click.option(
    "--carers",
    type=click.IntRange(1),
    help="Solomon: most vehicles. Otherwise as many as the best-known solution uses, or as the file has.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Suite: files side by side, one core each. Never more than there are idle cores.",
)
@click.option(
    "--every",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Suite: only every Nth file of a set, for a quick look.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Suite: only files whose names fit, as '*_200_*'. May be repeated.",
)
@click.option("--solutions", is_flag=True, help="Suite: keep the rounds of every run too.")
@click.option("--check", type=options.PATH, help="A result to verify against --case, without solving.")
@click.option("--out", type=options.PATH, help="Result file for --case; folder for --suite.")
@options.overwrite
@click.pass_context
def rounds(
    context: click.Context,
    case: Path | None,
    format_: str | None,
    suite: str | None,
    seconds: float | None,
    processor: bool,
    iterations: int | None,
    seed: int,
    seeds: int,
    carers: int | None,
    processes: int,
    every: int,
    only: tuple[str, ...],
    solutions: bool,
    check: Path | None,
    out: Path | None,
    overwrite: bool,
) -> None:
    """Solve published home-care days and say how far from the best known they end.

    One file: --case FILE --format F --out RESULT.json. A result again, by the evaluator alone: --check
    RESULT.json --case FILE --format F. Whole sets: --suite NAME --out FOLDER; the same command goes on where
    it was interrupted.
    """
    _refuse_mixtures(context)
    if suite is not None and out is not None:
        _measure_suite(
            suite,
            out,
            limits=_limits(seconds, iterations, processor),
            seeds=range(seed, seed + seeds),
            processes=processes,
            every=every,
            only=only,
            solutions=solutions,
        )
    elif case is not None and format_ is not None and check is not None:
        _check(case, format_, check)
    elif case is not None and format_ is not None and out is not None:
        _solve(case, format_, out, _limits(seconds, iterations, processor), seed, carers, overwrite)


ONLY = {
    "suite": {"seeds", "processes", "every", "only", "solutions"},
    "case": {"format_", "carers", "check", "overwrite"},
}
"""Options that mean something only beside another."""


def _refuse_mixtures(context: click.Context) -> None:
    """A usage error, before any work, where options do not go together or one is missing."""
    from click.core import ParameterSource

    given = {
        name
        for name in context.params
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
        and context.params[name] is not None
    }

    def flag(name: str) -> str:
        return "--" + name.strip("_")

    if len(given & {"case", "suite"}) != 1:
        raise click.UsageError("give either --case FILE or --suite NAME")
    if {"seconds", "iterations"} <= given:
        raise click.UsageError("give either --seconds or --iterations")
    if {"processor", "iterations"} <= given:
        raise click.UsageError("--processor counts seconds; it does not go with --iterations")
    for owner, names in ONLY.items():
        for name in sorted(given & names):
            if owner not in given:
                raise click.UsageError(f"{flag(name)} goes with {flag(owner)}")
    if "check" in given:
        solving = {"out", "seconds", "processor", "iterations", "seed", "carers", "overwrite"}
        for name in sorted(given & solving):
            raise click.UsageError(f"{flag(name)} does not go with --check, which solves nothing")
    elif "out" not in given:
        raise click.UsageError("--out is missing: where the result goes")
    if "case" in given and "format_" not in given:
        raise click.UsageError(f"--format is missing: one of {', '.join(FORMATS)}")
    if "carers" in given and context.params["format_"] != "solomon":
        raise click.UsageError("--carers goes with --format solomon, whose vehicles are all alike")


def _limits(seconds: float | None, iterations: int | None, processor: bool) -> Limits:
    from optimiser.solving.limits import Limits

    return Limits(
        seconds=SECONDS if seconds is None and iterations is None else seconds,
        iterations=iterations,
        processor=processor,
    )


def _solve(
    case: Path, format_: str, out: Path, limits: Limits, seed: int, carers: int | None, overwrite: bool
) -> None:
    from instances.published import answer, best_known, read_day, write_result
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show_bench import show_answer
    from optimiser.rounds.kernels.cache import is_warm
    from optimiser.rounds.warm_up import warm_up

    _refuse_to_lose(case, out, overwrite)
    day = read_day(case, format_)
    best = best_known(case)
    allowed = _carers(day, best, carers)
    with on_stderr() as progress:
        was_warm = is_warm()
        compiling = warm_up(progress=progress)
        found = answer(day, limits=limits, seed=seed, carers=allowed, progress=progress)
    kernels = {"warm": was_warm, "seconds": round(compiling, 3)}
    provenance = {**found.provenance(case), "kernels": kernels}
    write_result(out, found.solution, provenance=provenance, overwrite=True)
    show_answer(found, best, compiling=compiling, was_warm=was_warm)
    print(f"written to {out}")


def _refuse_to_lose(case: Path, out: Path, overwrite: bool) -> None:
    """Before any work: a result replaces nothing unasked, and never the file it was made from."""
    if out.is_dir():
        raise IsADirectoryError(f"{out} is a folder: name a file for the result")
    if out.exists() and case.exists() and out.samefile(case):
        raise FileExistsError(f"{out} is what is being read: name another file for the result")
    if out.exists() and out.stat().st_size and not overwrite:
        raise FileExistsError(f"{out} is there already: name another file, or add --overwrite")


def _carers(day: PublishedDay, best: BestKnown | None, asked: int | None) -> int | None:
    """How many vehicles of Solomon's may be used; ``None`` for all carers."""
    if day.format != "solomon":
        return None
    if asked is not None and asked > len(day.carers):
        raise click.UsageError(f"--carers {asked}: the file has {len(day.carers)}")
    return asked if asked is not None else best.carers if best is not None else None


def _check(case: Path, format_: str, result: Path) -> None:
    from instances.published import best_known, look_again, read_day, read_result
    from optimiser.cli.show_bench import show_checked

    day = read_day(case, format_)
    solution = read_result(result)
    found, report = look_again(day, solution, str(result))
    report.raise_if_any()
    show_checked(day, solution, found, best_known(case))


def _measure_suite(
    suite: str,
    out: Path,
    *,
    limits: Limits,
    seeds: range,
    processes: int,
    every: int,
    only: tuple[str, ...],
    solutions: bool,
) -> None:
    from benchmarks.cases import SETS, registered
    from benchmarks.published import Settings, run_suite
    from optimiser.cli.progress import on_stderr

    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"{out} is a file: name a folder")
    cases = registered(suite, every=every, only=only)
    if not cases:
        raise click.BadParameter(f"no file of {suite} fits {' or '.join(only)}", param_hint="--only")
    wanted = set() if only else {name for name, kind in SETS.items() if suite in ("all", kind.value)}
    for absent in sorted(wanted - {case.set for case in cases}):
        print(f"no files of {absent}: left out")
    with on_stderr() as progress:
        table = run_suite(
            cases,
            out,
            settings=Settings(limits=limits, processes=processes, keep_rounds=solutions),
            seeds=seeds,
            progress=progress,
        )
    print(table, end="")
    print(f"written to {out}: table.md, results.json, runs.jsonl")
