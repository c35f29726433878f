"""What ``publish`` works out before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click

from geodata.postcodes import PostcodeDirectory, registry_directory
from geodata.report import Report
from instances.results import missing_packages, read_allocation
from optimiser.cli.reading import day_of, of_this_market
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.publishing.cards import Cards, Sharing, made_cards, shared_cards
from optimiser.publishing.demand import locality_of, pieces_of
from optimiser.publishing.figures import Level, Table
from optimiser.publishing.history import Kept, LastCards, LastDemand, counted_now
from optimiser.publishing.live_demand import Counting, NotSafeError, live_demand
from optimiser.publishing.open_demand import open_packages, wanted
from optimiser.publishing.round_fit import RoundFit, round_fits
from optimiser.report.publication_areas import Areas
from optimiser.rounds.loaded_day import load_day
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.progress import Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A publication of one level, and what is kept once it is released."""

    as_of: date
    kept: Kept
    table: Table | None = None
    cards: Cards | None = None


def open_of(market: Instance, allocation: Path | None) -> tuple[Package, ...]:
    """Packages that want a provider."""
    if allocation is None:
        return open_packages(market)
    placed = read_allocation(allocation, market)
    missing_packages(placed, market).raise_if_any()
    return open_packages(market, placed)


def make_demand(
    market: Instance,
    packages: tuple[Package, ...],
    kept: Kept,
    *,
    levels: tuple[Level, ...],
    small: int,
    directory: PostcodeDirectory,
    progress: Reporter,
) -> Made:
    """Level A; an ``InputError`` (E476) where it cannot be made safe."""
    localities = locality_of(market)
    around = pieces_of(market, directory)
    districts = {each.district for each in around}
    counted, since = counted_now(map(wanted, packages), kept.demand, market.as_of, districts)
    asked = Counting(
        packages=tuple(each for those in counted.values() for each in those),
        localities=localities,
        levels=levels,
        as_of=market.as_of,
        since=since,
        around=around,
        services=frozenset(market.framework.last_resort_rates),
        small=small,
    )
    before = None if kept.demand is None else kept.demand.table
    try:
        table = live_demand(asked, before=before, progress=progress)
    except NotSafeError as error:
        report = Report()
        cure = "publish fewer kinds of area (--areas), or wait for more packages"
        report.add("E476", market.county, f"the publication is not safe: {error}", cure=cure)
        report.raise_if_any()
        raise AssertionError from error
    opened = frozenset(each.id for each in packages)
    now = LastDemand(table=table, open=opened, counted=counted)
    return Made(as_of=market.as_of, table=table, kept=replace(kept, demand=now))


def make_cards(market: Instance, packages: tuple[Package, ...], kept: Kept, *, alike: int) -> Made:
    """Level B."""
    before = {} if kept.cards is None else kept.cards.shown
    cards = shared_cards(Sharing(packages=packages, as_of=market.as_of, alike=alike, before=before))
    opened = frozenset(each.id for each in packages)
    now = LastCards(
        as_of=market.as_of,
        open=opened,
        alike=alike,
        shown=cards.shown,
        references=cards.references,
        digest=cards.digest,
    )
    return Made(as_of=market.as_of, cards=cards, kept=replace(kept, cards=now))


def cards_again(market: Instance, packages: tuple[Package, ...], kept: Kept) -> Made | None:
    """The cards released for the same day and packages, as they were; ``None`` where there are none.

    Nor are there where a package has changed since: what its card would say now was never held to be alike.
    """
    last = kept.cards
    opened = frozenset(each.id for each in packages)
    if last is None or last.as_of != market.as_of or last.open != opened:
        return None
    sharing = Sharing(packages=packages, as_of=market.as_of, alike=last.alike)
    cards = made_cards(sharing, last.shown, last.references)
    return Made(as_of=market.as_of, cards=cards, kept=kept) if cards.digest == last.digest else None


def fits_of(
    market: Instance,
    cards: Cards,
    areas: Areas,
    *,
    provider: str,
    allocation: Path,
    rounds: Path,
    day: str,
    progress: Reporter,
) -> Mapping[str, RoundFit]:
    """Fit of each card with a provider's rounds of a day; a usage error where it has none."""
    placed = read_allocation(allocation, market)
    plans = [each for each in day_of(rounds, day, market).plans if each.provider == provider]
    if not plans:
        raise click.UsageError(f"{provider} has no rounds on {day} in {rounds}: nothing can fit them")
    warm_up(progress=progress)
    with of_this_market(rounds):
        loaded = [load_day(market, placed, each) for each in plans]
    return round_fits(cards.cards, loaded, areas.middles)


def directory_of(market: Instance, own: PostcodeDirectory | None) -> PostcodeDirectory:
    """All postcodes around: a user's own, or those installed."""
    sectors = {each.sector for each in market.packages} | {
        sector for each in market.localities for sector in each.sectors
    }
    return registry_directory(sectors) if own is None else own
