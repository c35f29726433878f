"""``carerounds rounds``: an allocation to carers' rounds."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from optimiser.cli import options


@click.command()
@options.instance
@click.option(
    "--allocation",
    type=options.PATH,
    required=True,
    help="Folder that allocate wrote, or its allocation.csv.",
)
@options.out
@options.day
@click.option(
    "--week",
    is_flag=True,
    help="All seven days as a week that repeats: few carers for each person, at steady times.",
)
@options.steps
@options.travel
@options.seed
@options.postcodes
@options.overwrite
def rounds(
    instance: Path,
    allocation: Path,
    out: Path,
    day: str,
    week: bool,
    steps: int,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
    travel: options.TravelAsked,
) -> None:
    """Build every provider's rounds for one day, or for a week, and check them.

    Without --roads or --osrm travel times are estimated from straight lines; real roads, estuaries and
    closures are not known to them.
    """
    from instances.results import missing_packages, read_allocation
    from optimiser.cli.outputs import write_rounds_folder, write_week_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import read_market
    from optimiser.cli.show import show_rounds, show_week
    from optimiser.cli.staging import staged
    from optimiser.cli.travel import travel_of
    from optimiser.rounds.build_rounds import build_rounds
    from optimiser.rounds.week import build_week
    from optimiser.solving.limits import Limits

    given = click.get_current_context().get_parameter_source("day")
    if week and given is not ParameterSource.DEFAULT:
        raise click.UsageError("--week is of all seven days: leave --day out")
    market = read_market(instance, postcodes)
    by = travel_of(travel, market)
    placed = read_allocation(allocation, market)
    missing_packages(placed, market).raise_if_any()
    limits = Limits(iterations=steps)
    with (
        staged(out, overwrite=overwrite, inputs=(instance, allocation, *travel.files)) as folder,
        on_stderr() as progress,
    ):
        if week:
            built = build_week(market, placed, travel=by, limits=limits, seed=seed, progress=progress)
            write_week_folder(folder, market, built, by)
        else:
            result = build_rounds(
                market, placed, day=day, travel=by, limits=limits, seed=seed, progress=progress
            )
            write_rounds_folder(folder, market, result, by)
    if week:
        show_week(market, built, by)
    else:
        show_rounds(market, result, by)
    print(f"written to {out}: rounds.csv, summary.json")
