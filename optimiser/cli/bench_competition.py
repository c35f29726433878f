"""``carerounds bench competition``: the packing core on published auctions."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options

SECONDS = 60.0
"""Default: what the table of engines is measured at."""


@click.command()
@click.option("--case", type=options.PATH, required=True, help="One published file to solve, or to check.")
@click.option(
    "--format", "format_", type=click.Choice(["cats", "lau-goh"]), required=True, help="Format of that file."
)
@click.option(
    "--seconds",
    type=options.Finite(0, min_open=True),
    help=f"Solving time, compiling not counted; {SECONDS:g} unless --iterations is given.",
)
@click.option(
    "--iterations",
    type=click.IntRange(0),
    help="Waves instead of seconds: the same seed then gives the same answer.",
)
@options.seed
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="Cores to use.")
@click.option("--check", type=options.PATH, help="A result to verify against --case, without solving.")
@click.option("--out", type=options.PATH, help="Result file.")
@options.overwrite
def competition(
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
    """Solve a published winner determination problem: which bids to accept, of the most value, and a proof.

    --case FILE --format cats --out RESULT.json; a result again, by the checker alone: --check RESULT.json.
    """
    if (check is None) == (out is None):
        raise click.UsageError("give either --out, where the result goes, or --check, a result to verify")
    if seconds is not None and iterations is not None:
        raise click.UsageError("give either --seconds or --iterations")
    if check is not None:
        _check(case, format_, check)
    elif out is not None:
        seconds = SECONDS if seconds is None and iterations is None else seconds
        _solve(case, format_, out, seconds, iterations, seed, processes, overwrite)


def _solve(
    case: Path,
    format_: str,
    out: Path,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    processes: int,
    overwrite: bool,
) -> None:
    from instances.auctions import read_auction, write_auction_result
    from optimiser.cli.progress import on_stderr
    from optimiser.packing.solve import CliqueSearch
    from optimiser.packing.warm_up import warm_up
    from optimiser.solving.limits import Limits

    if out.exists() and not overwrite:
        raise FileExistsError(f"{out} is there already: name another file, or add --overwrite")
    auction = read_auction(case, format_)
    with on_stderr() as progress:
        compiling = warm_up()
        result = CliqueSearch(processes=processes).solve(
            auction.problem,
            limits=Limits(seconds=seconds, iterations=iterations),
            seed=seed,
            progress=progress,
        )
    worth = auction.told(result.objective or 0)
    bound = None if result.bound is None else auction.told(result.bound)
    write_auction_result(
        out,
        objective=worth,
        bound=bound,
        seconds=result.seconds,
        winners=[auction.numbers[each] for each in result.solution.sets],
        provenance=result.provenance.as_dict() | {"stopped_by": result.stopped_by.value},
        overwrite=True,
    )
    print(f"{case.name}: {auction.problem.sets} bids, {auction.problem.items} goods")
    _worth(worth, bound)
    print(
        f"  {result.status.value}; {len(result.solution.sets)} bids accepted; {result.seconds:.2f} s, stopped"
        f" by {result.stopped_by.value}; kernels ready in {compiling:.1f} s; checked independently: passed"
    )
    print(f"written to {out}")


def _check(case: Path, format_: str, result: Path) -> None:
    from instances.auctions import look_again_auction, read_auction, read_auction_result

    auction, said = read_auction(case, format_), read_auction_result(result)
    worth, report = look_again_auction(auction, said, str(result))
    report.raise_if_any()
    _worth(worth, said.bound)
    print(
        "  no good is sold twice; " + ("as claimed" if said.objective is not None else "nothing was claimed")
    )


def _worth(worth: float, bound: float | None) -> None:
    """Objective, bound and gap, a line each."""
    print(f"  objective    {worth:>18,.3f}")
    if bound is not None:
        gap = f"gap {100 * (bound - worth) / worth:.4f} %" if worth else ""
        print(f"  bound        {bound:>18,.3f}   {gap}")
