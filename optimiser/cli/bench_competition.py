"""``carerounds bench competition``: the packing core on published auctions."""

from __future__ import annotations

import click

from optimiser.cli.bench_file import Checking, Solving, borne_out, one_file, write


@click.command()
@one_file(formats=["cats", "lau-goh"], iterations="Waves", processes=click.IntRange(1), cores="Cores to use.")
def competition(asked: Solving | Checking) -> None:
    """Solve a published winner determination problem: which bids to accept, of the most value, and a proof.

    --case FILE --format cats --out RESULT.json; a result again, by the checker alone: --check RESULT.json.
    """
    if isinstance(asked, Checking):
        _check(asked)
    else:
        _solve(asked)


def _solve(asked: Solving) -> None:
    from instances.auctions import read_auction
    from optimiser.cli.progress import on_stderr
    from optimiser.packing.solve import CliqueSearch
    from optimiser.packing.warm_up import warm_up

    auction = read_auction(asked.case, asked.format)
    with on_stderr() as progress:
        compiling = warm_up()
        result = CliqueSearch(processes=asked.processes).solve(
            auction.problem, limits=asked.limits, seed=asked.seed, progress=progress
        )
    worth = auction.told(result.objective or 0)
    bound = None if result.bound is None else auction.told(result.bound)
    winners = [auction.numbers[each] for each in result.solution.sets]
    write(asked, result, objective=worth, bound=bound, chosen={"winners": winners})
    print(f"{asked.case.name}: {auction.problem.sets} bids, {auction.problem.items} goods")
    _worth(worth, bound)
    print(
        f"  {result.status.value}; {len(winners)} bids accepted; {result.seconds:.2f} s, stopped"
        f" by {result.stopped_by.value}; kernels ready in {compiling:.1f} s; checked independently: passed"
    )
    print(f"written to {asked.out}")


def _check(asked: Checking) -> None:
    from instances.auctions import look_again_auction, read_auction, read_auction_result

    auction, said = read_auction(asked.case, asked.format), read_auction_result(asked.result)
    worth, report = look_again_auction(auction, said, str(asked.result))
    report.raise_if_any()
    _worth(worth, said.bound)
    print(f"  no good is sold twice; {borne_out(said.objective)}")


def _worth(worth: float, bound: float | None) -> None:
    """Objective, bound and gap, a line each."""
    print(f"  objective    {worth:>18,.3f}")
    if bound is not None:
        gap = f"gap {100 * (bound - worth) / worth:.4f} %" if worth else ""
        print(f"  bound        {bound:>18,.3f}   {gap}")
