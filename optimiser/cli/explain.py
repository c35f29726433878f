"""``carerounds explain``: why a planned day is as it is."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@options.instance
@click.option("--allocation", type=options.PATH, required=True, help="That the rounds were built from.")
@click.option(
    "--rounds", type=options.PATH, required=True, help="Folder that rounds wrote, or its rounds.csv."
)
@click.option("--out", type=options.PATH, help="Folder for the whole of it as tables; made if missing.")
@click.option("--provider", multiple=True, help="Whose rounds; once for each. Everybody's by default.")
@click.option(
    "--package", multiple=True, help="Whose wishes to price; once for each. Everybody's by default."
)
@click.option(
    "--steps",
    type=click.IntRange(0),
    default=500,
    show_default=True,
    help="Search steps to price a wish: the rounds are sought with it and without. 0 prices none.",
)
@click.option(
    "--shown",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Lines of each to print.",
)
@options.day
@options.travel
@options.seed
@options.postcodes
@options.overwrite
def explain(
    instance: Path,
    allocation: Path,
    rounds: Path,
    out: Path | None,
    provider: tuple[str, ...],
    package: tuple[str, ...],
    steps: int,
    shown: int,
    day: str,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
    travel: options.TravelAsked,
) -> None:
    """Say why visits are not made, what each wish costs, and when most carers are needed.

    A wish is a carer of one gender, or one who speaks a language. With --out everything is written to
    unserved.csv, wishes.csv and busiest.csv.
    """
    from contextlib import nullcontext

    from instances.results import missing_packages, read_allocation
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import day_of, of_this_market, read_market
    from optimiser.cli.show import show_explained
    from optimiser.cli.staging import staged
    from optimiser.cli.travel import travel_of
    from optimiser.model.identifiers import PackageId
    from optimiser.report.tables import write_explained
    from optimiser.rounds.explain_day import explain_day
    from optimiser.solving.limits import Limits

    market = read_market(instance, postcodes)
    by = travel_of(travel, market)
    placed = read_allocation(allocation, market)
    missing_packages(placed, market).raise_if_any()
    planned = day_of(rounds, day, market)
    options.known("--provider", provider, (each.provider for each in planned.plans))
    options.known("--package", package, market.package_by_id)
    inputs = (instance, allocation, rounds, *travel.files)
    place = nullcontext() if out is None else staged(out, overwrite=overwrite, inputs=inputs)
    with of_this_market(rounds), place as folder, on_stderr() as progress:
        explained = explain_day(
            market,
            placed,
            [each for each in planned.plans if not provider or each.provider in provider],
            packages=[PackageId(each) for each in package] or None,
            travel=by,
            limits=Limits(iterations=steps) if steps else None,
            seed=seed,
            progress=progress,
        )
        if folder is not None:
            write_explained(folder, explained)
    show_explained(market, explained, by, shown=shown)
    if out is not None:
        print(f"written to {out}: busiest.csv, unserved.csv, wishes.csv")
