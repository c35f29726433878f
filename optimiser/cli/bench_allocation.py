"""``carerounds bench allocation``: the assignment core on published files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimiser.cli import options

if TYPE_CHECKING:
    from instances.gap import BestKnown

SECONDS = 60.0
"""Default: what the published tables are measured at."""


@click.command()
@click.option("--case", type=options.PATH, required=True, help="One published file to solve, or to check.")
@click.option("--format", "format_", type=click.Choice(["gap"]), required=True, help="Format of that file.")
@click.option(
    "--seconds",
    type=options.Finite(0, min_open=True),
    help=f"Solving time, compiling not counted; {SECONDS:g} unless --iterations is given.",
)
@click.option(
    "--iterations",
    type=click.IntRange(0),
    help="Cycles instead of seconds: the same seed then gives the same answer.",
)
@options.seed
@click.option(
    "--processes",
    type=click.IntRange(1, 2),
    default=2,
    show_default=True,
    help="2 prove and improve side by side, a core each.",
)
@click.option("--check", type=options.PATH, help="A result to verify against --case, without solving.")
@click.option("--out", type=options.PATH, help="Result file.")
@options.overwrite
def allocation(
    case: Path,
    format_: str,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    processes: int,
    check: Path | None,
    out: Path | None,
    overwrite: bool,
) -> None:
    """Solve a published generalised assignment problem and say how far from the best known it ends.

    --case FILE --format gap --out RESULT.json; a result again, by the checker alone: --check RESULT.json.
    """
    if (check is None) == (out is None):
        raise click.UsageError("give either --out, where the result goes, or --check, a result to verify")
    if seconds is not None and iterations is not None:
        raise click.UsageError("give either --seconds or --iterations")
    if check is not None:
        _check(case, check)
    elif out is not None:
        _solve(case, out, seconds, iterations, seed, processes, overwrite)


def _solve(
    case: Path,
    out: Path,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    processes: int,
    overwrite: bool,
) -> None:
    from instances.gap import best_known_gap, read_gap, write_gap_result
    from optimiser.assignment.solve import LagrangianDives
    from optimiser.assignment.warm_up import warm_up
    from optimiser.cli.progress import on_stderr
    from optimiser.solving.limits import Limits

    if out.exists() and not overwrite:
        raise FileExistsError(f"{out} is there already: name another file, or add --overwrite")
    problem, best = read_gap(case), best_known_gap(case)
    limits = Limits(
        seconds=SECONDS if seconds is None and iterations is None else seconds, iterations=iterations
    )
    with on_stderr() as progress:
        compiling = warm_up()
        result = LagrangianDives(processes=processes).solve(
            problem, limits=limits, seed=seed, progress=progress
        )
    found = result.solution
    write_gap_result(
        out,
        objective=result.objective or 0,
        bound=result.bound,
        seconds=result.seconds,
        agents=found.agents(problem),
        provenance=result.provenance.as_dict() | {"stopped_by": result.stopped_by.value},
        overwrite=True,
    )
    print(f"{case.name}: {problem.agents} agents, {problem.jobs} jobs")
    _worth(result.objective or 0, result.bound, best)
    print(
        f"  {result.status.value}; {result.seconds:.1f} s, {result.iterations} cycles, stopped by "
        f"{result.stopped_by.value}; kernels ready in {compiling:.1f} s; checked independently: passed"
    )
    print(f"written to {out}")


def _check(case: Path, result: Path) -> None:
    from instances.gap import best_known_gap, look_again_gap, read_gap, read_gap_result

    problem, said = read_gap(case), read_gap_result(result)
    cost, report = look_again_gap(problem, said, str(result))
    report.raise_if_any()
    _worth(cost, said.bound, best_known_gap(case))
    print("  no rule is broken; " + ("as claimed" if said.objective is not None else "nothing was claimed"))


def _worth(cost: int, bound: float | None, best: BestKnown | None) -> None:
    """Objective, bound and gaps, a line each."""
    print(f"  objective    {cost:>12,}")
    if bound is not None:
        gap = f"gap {100 * (cost - bound) / abs(cost):.4f} %" if cost else ""
        print(f"  bound        {bound:>12,.0f}   {gap}")
    if best is None:
        print("  best known     none listed beside the file")
    else:
        share = best.gap(cost)
        print(
            f"  best known   {best.value:>12,}   "
            + ("no gap to 0" if share is None else f"gap {100 * share:+.4f} %; {best.source}")
        )
