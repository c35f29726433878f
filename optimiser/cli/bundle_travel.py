"""``compete --market``: travel of every set of batches that is bid for, from rounds of its packages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from geodata.travel import StraightLine, TravelMode
from geodata.travel.known_places import KnownPlaces
from instances.competition_file import competition_of
from instances.schema_batches import BATCH_PACKAGES
from instances.schema_competition import TRAVEL
from instances.travel_file import read_packages_of_batches, sets_asked, travel_bytes
from optimiser.cli.options import TravelAsked
from optimiser.cli.reading import read_market
from optimiser.cli.travel import travel_of
from optimiser.impact.bundle_travel import weekly_travel
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.progress import Reporter


def with_travel(
    files: Mapping[str, bytes],
    folder: Path,
    market: Path,
    asked: TravelAsked,
    *,
    seed: int,
    progress: Reporter,
) -> Mapping[str, bytes]:
    """A competition's files with ``travel.csv`` made anew; everything else in them is sound by then.

    Raises
    ------
    click.UsageError
        Where travel is stated already.
    InputError
        Where the competition, the market or ``batch_packages.csv`` is not sound.
    """
    if TRAVEL.file in files:
        raise click.UsageError(f"{folder} has a {TRAVEL.file}: take it out, or leave --market out")
    sets = sets_asked(files)
    nothing = {**files, TRAVEL.file: travel_bytes(dict.fromkeys(sets, 0), "")}
    competition, _ = competition_of(nothing)  # says what is wrong before minutes are spent on rounds
    known = frozenset(each.id for each in competition.batches)
    instance = read_market(market, None)
    travel = travel_of(asked, instance)
    bid_for = frozenset(each for batches in sets for each in batches) & known
    held = read_packages_of_batches(folder / BATCH_PACKAGES.file, bid_for, instance)
    warm_up(progress=progress)
    source = f"rounds of seven days, seed {seed}"
    if not isinstance(travel, StraightLine):
        homes = (instance.package_by_id[each].place for packages in held.values() for each in packages)
        travel = KnownPlaces.of(travel, homes, TravelMode.CAR)
        source += f", {travel.name}"
    weekly = weekly_travel(instance, held, sets, travel=travel, seed=seed, progress=progress)
    return {**files, TRAVEL.file: travel_bytes(weekly, source)}
