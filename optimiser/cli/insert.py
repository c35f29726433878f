"""``carerounds insert``: which rounds could take a new person."""

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
@click.option("--package", required=True, help="Whose visits; one of the instance that is not on the rounds.")
@click.option(
    "--shown", type=click.IntRange(1), default=3, show_default=True, help="Rounds told for a visit."
)
@options.day
@options.travel
@options.postcodes
def insert(
    instance: Path,
    allocation: Path,
    rounds: Path,
    package: str,
    shown: int,
    day: str,
    postcodes: Path | None,
    travel: options.TravelAsked,
) -> None:
    """Say which rounds could take a package's visits, when, and for how much more travel.

    Providers and rounds come cheapest first, by what the whole plan would cost more: travel, waiting, rounds
    begun, lateness. Whether one may have the package at all is for allocate to say.
    """
    from instances.results import read_allocation
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import day_of, of_this_market, read_market
    from optimiser.cli.show import show_fits
    from optimiser.cli.travel import travel_of, travel_words
    from optimiser.model.calendar import Weekday
    from optimiser.model.identifiers import PackageId
    from optimiser.rounds.insert import insert as asked
    from optimiser.rounds.room_found import TooLargeToAskError

    market = read_market(instance, postcodes)
    by = travel_of(travel, market)
    placed = read_allocation(allocation, market)
    plan = day_of(rounds, day, market)
    options.known("--package", (package,), market.package_by_id)
    whose = market.package_by_id[PackageId(package)]
    on_rounds = {stop.visit.rpartition("/")[0] for each in plan.rounds for stop in each.stops}
    if package in on_rounds:
        raise click.UsageError(f"{package} is on the rounds already")
    if not any(plan.day in visit.days for visit in whose.visits):
        days = [each.value for each in Weekday if any(each in visit.days for visit in whose.visits)]
        there = ", ".join(days) or "none"
        raise click.UsageError(f"{package} has no visit on {plan.day.value}; its days: {there}")
    plans = [each for each in plan.plans if each.provider not in whose.excluded_providers]
    try:
        with of_this_market(rounds), on_stderr() as progress:
            found = asked(market, placed, plans, whose, travel=by, progress=progress)
    except TooLargeToAskError as error:
        raise click.UsageError(str(error)) from None
    show_fits(market, found, shown=shown)
    print("in order of all that the plan would cost more: travel, waiting, rounds begun, lateness")
    print(f"travel is {travel_words(by)}")
