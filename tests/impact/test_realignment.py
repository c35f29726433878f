"""Zones redrawn over a market: whose package changes zone, and whose provider may go on."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pandas as pd
import pytest

from geodata.localities import sector_graph
from geodata.postcodes import registry_directory
from geodata.zones.zoning import Listed, Unit, Zoning
from instances import leicestershire
from optimiser.impact.realignment import (
    Holders,
    Outcome,
    Realignment,
    holders_of,
    homes_of,
    lots_as_zoning,
    realign,
)
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance


@pytest.fixture(scope="module")
def market() -> Instance:
    """Leicestershire with 240 packages, each held by a provider admitted to its lot."""
    return leicestershire(packages=240)


@pytest.fixture(scope="module")
def ground(market: Instance) -> pd.DataFrame:
    directory = registry_directory({each.postcode for each in market.packages})
    return directory.only({code for lot in market.lots for code in lot.districts}).table


@pytest.fixture(scope="module")
def graph(market: Instance) -> nx.Graph:
    directory = registry_directory({each.postcode for each in market.packages})
    return sector_graph(directory.only({code for lot in market.lots for code in lot.districts}))


@pytest.fixture(scope="module")
def holders(market: Instance) -> Holders:
    """The first provider admitted to each package's lot for its kind of service and group."""
    found = {}
    for package in market.packages:
        able = [
            each.provider for each in market.admissions
            if each.lot == package.lot and each.service is package.service
            and package.client_group in each.client_groups and each.holds_on(market.as_of)
        ]  # fmt: skip
        found[package.id] = able[0]
    return found


def moved(market: Instance, *sectors: str) -> Listed:
    """The lots with some sectors given to the lot that comes first by code among the others."""
    now = lots_as_zoning(market)
    zones = dict(now.zone_by_unit)
    for sector in sectors:
        zones[sector] = min(set(zones.values()) - {now.zone_by_unit[sector]})
    return replace(now, name="redrawn", zone_by_unit=zones)


def busiest(market: Instance, many: int) -> list[str]:
    counts = homes_of(market)["sector"].value_counts()
    return sorted(counts.sort_index().sort_values(ascending=False, kind="stable").index[:many])


def run(
    market: Instance, before: Zoning, after: Zoning, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> Realignment:
    return realign(market, before, after, holders=holders, ground=ground, graph=graph)


def test_the_lots_as_they_are_change_nothing(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    now = lots_as_zoning(market)
    found = run(market, now, now, ground, graph, holders)
    assert not found.changes
    assert found.care() == 0
    assert sum(found.zones.homes.values()) == found.packages == len(market.packages)
    assert sum(found.zones.weight.values()) == found.weekly_care
    assert found.zones.before.map.contiguous


def test_packages_of_a_sector_that_moves_change_and_no_others(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    sectors = busiest(market, 3)
    found = run(market, lots_as_zoning(market), moved(market, *sectors), ground, graph, holders)
    assert {each.package for each in found.changes} == {
        each.id for each in market.packages if each.sector in sectors
    }
    assert [each.sector for each in found.zones.moves] == sectors
    assert sum(found.count(each) for each in Outcome) == len(found.changes)
    assert sum(found.care(each) for each in Outcome) == found.care()


def test_a_provider_stays_only_where_it_is_admitted_to_the_new_lot(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    after = moved(market, *busiest(market, 8))
    found = run(market, lots_as_zoning(market), after, ground, graph, holders)
    admitted = {
        (each.provider, each.lot, each.service, group)
        for each in market.admissions if each.holds_on(market.as_of) for group in each.client_groups
    }  # fmt: skip
    for each in found.changes:
        package = market.package_by_id[each.package]
        assert each.lot == after.zone_by_unit[package.sector]
        may = (each.provider, each.lot, package.service, package.client_group) in admitted
        expected = (
            Outcome.STAYS if may
            else Outcome.MAY_STAY if package.chosen_provider == each.provider
            else Outcome.MUST_MOVE
        )  # fmt: skip
        assert each.outcome is expected
    assert found.count(Outcome.MUST_MOVE) > 0


def test_a_person_who_chose_the_provider_may_stay_by_choice(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    sectors = busiest(market, 8)
    chosen = replace(
        market, packages=tuple(replace(each, chosen_provider=holders[each.id]) for each in market.packages)
    )
    found = run(chosen, lots_as_zoning(chosen), moved(chosen, *sectors), ground, graph, holders)
    before = run(market, lots_as_zoning(market), moved(market, *sectors), ground, graph, holders)
    assert found.count(Outcome.MUST_MOVE) == 0
    assert found.count(Outcome.MAY_STAY) == before.count(Outcome.MUST_MOVE) + before.count(Outcome.MAY_STAY)


def test_without_a_provider_or_a_zone_it_is_told_so(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph
) -> None:
    (sector,) = busiest(market, 1)
    now = lots_as_zoning(market)
    assert not holders_of(market)
    found = run(market, now, moved(market, sector), ground, graph, {})
    assert {each.outcome for each in found.changes} == {Outcome.NO_PROVIDER}
    less = replace(now, zone_by_unit={s: z for s, z in now.zone_by_unit.items() if s != sector})
    gone = run(market, now, less, ground, graph, {})
    assert {each.outcome for each in gone.changes} == {Outcome.NO_ZONE}
    assert len(gone.changes) == len(found.changes)


def test_swapping_the_two_turns_the_matrix_round(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    now, after = lots_as_zoning(market), moved(market, *busiest(market, 5))
    there = run(market, now, after, ground, graph, holders)
    back = run(market, after, now, ground, graph, holders)
    assert there.zones.homes == {(b, a): n for (a, b), n in back.zones.homes.items()}
    assert there.zones.weight == {(b, a): n for (a, b), n in back.zones.weight.items()}
    assert [each.package for each in there.changes] == [each.package for each in back.changes]


def test_zones_that_are_no_lots_are_taken_for_those_they_share_most_with(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    now = lots_as_zoning(market)
    renamed = replace(
        now, zone_by_unit={sector: f"Z{zone}" for sector, zone in now.zone_by_unit.items()}, names={}
    )
    found = run(market, now, renamed, ground, graph, holders)
    assert found.lots_matched
    assert found.lots == {f"Z{lot.code}": lot.code for lot in market.lots}
    assert not found.changes


def test_households_that_a_border_would_divide_are_named(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    now = lots_as_zoning(market)
    one = market.packages[0]
    other = next(
        each for each in market.packages
        if now.zone_by_unit[each.sector] != now.zone_by_unit[one.sector]
    )  # fmt: skip
    together = replace(
        market,
        packages=tuple(
            replace(each, household="H1") if each.id in (one.id, other.id) else each
            for each in market.packages
        ),
    )
    assert run(together, now, now, ground, graph, holders).split_households == ("H1",)
    assert run(market, now, now, ground, graph, holders).split_households == ()


def test_the_order_of_packages_and_providers_means_nothing(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    turned = replace(market, packages=market.packages[::-1], admissions=market.admissions[::-1])
    after = moved(market, *busiest(market, 5))
    one = run(market, lots_as_zoning(market), after, ground, graph, holders)
    other = run(turned, lots_as_zoning(turned), after, ground.sample(frac=1, random_state=1), graph, holders)
    assert one.changes == other.changes
    assert one.by_provider() == other.by_provider()
    assert one.by_pair() == other.by_pair()


def test_lots_made_of_whole_districts_are_told_by_district(market: Instance) -> None:
    plain = replace(
        market, lots=tuple(replace(each, localities=frozenset()) for each in market.lots[:1]), packages=(),
        admissions=(), ranked_lists=(),
    )  # fmt: skip
    zoning = lots_as_zoning(plain)
    assert zoning.unit is Unit.DISTRICT
    assert set(zoning.zone_by_unit) == set(plain.lots[0].districts)


def test_a_provider_counts_once_for_each_package(
    market: Instance, ground: pd.DataFrame, graph: nx.Graph, holders: Holders
) -> None:
    found = run(
        market, lots_as_zoning(market), moved(market, *busiest(market, 5)), ground, graph, holders
    )  # fmt: skip
    by_provider = found.by_provider()
    assert sum(sum(each.values()) for each in by_provider.values()) == len(found.changes)
    assert all(isinstance(each, str) for each in by_provider)
    assert ProviderId("nobody") not in by_provider
