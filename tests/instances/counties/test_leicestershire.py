from __future__ import annotations

from collections import Counter

import networkx as nx
import pytest

from geodata.localities import sector_graph
from geodata.postcodes import registry_directory
from instances.counties import leicestershire
from instances.counties.districts import DISTRICTS
from optimiser.model.instance import Instance
from optimiser.model.need import ServiceKind
from tests.instances.counties.figures import hours

S = ServiceKind


def test_the_published_totals_are_met(whole_leicestershire: Instance) -> None:
    packages = whole_leicestershire.packages
    assert Counter(package.service for package in packages) == {S.PERSONAL_CARE: 1994, S.REABLEMENT: 67}
    assert hours(packages, S.PERSONAL_CARE) == pytest.approx(20_317, rel=0.02)
    assert hours(packages, S.REABLEMENT) == pytest.approx(2_892, rel=0.02)


def test_eight_lots_east_and_ten_west(whole_leicestershire: Instance) -> None:
    halves = Counter(lot.code.split("-")[0] for lot in whole_leicestershire.lots)
    assert halves == {"EAST": 8, "WEST": 10}
    assert [tier.code for tier in whole_leicestershire.framework.tiers] == [
        "LEAD",
        "SUPPLEMENTARY",
        "CONTINGENCY",
    ]


def test_lots_are_whole_sectors_each_in_one_piece(whole_leicestershire: Instance) -> None:
    areas = {each.id: each for each in whole_leicestershire.localities}
    seen: set[str] = set()
    directory = registry_directory("LCDN").only([each.code for each in DISTRICTS["Leicestershire"]])
    graph = sector_graph(directory)
    for lot in whole_leicestershire.lots:
        (area,) = lot.localities
        sectors = areas[area].sectors
        assert not seen & sectors
        seen |= sectors
        assert nx.is_connected(graph.subgraph(sectors))
    assert seen == set(graph)


def test_lots_have_about_as_much_need_each(whole_leicestershire: Instance) -> None:
    people = Counter(package.lot for package in whole_leicestershire.packages)
    mean = len(whole_leicestershire.packages) / 18
    assert all(0.7 * mean < people[lot.code] < 1.3 * mean for lot in whole_leicestershire.lots)


def test_every_package_lies_in_its_lot(whole_leicestershire: Instance) -> None:
    areas = {each.id: each.sectors for each in whole_leicestershire.localities}
    lots = whole_leicestershire.lot_by_code
    for package in whole_leicestershire.packages:
        (area,) = lots[package.lot].localities
        assert package.sector in areas[area]


def test_each_lot_has_one_lead(whole_leicestershire: Instance) -> None:
    for lot in whole_leicestershire.lots:
        leads = {
            a.provider for a in whole_leicestershire.admissions if a.lot == lot.code and a.tier == "LEAD"
        }
        assert len(leads) == 1


def test_lots_stay_where_they_are_when_the_people_change(whole_leicestershire: Instance) -> None:
    other = leicestershire(seed=8)
    assert other.lots == whole_leicestershire.lots
    assert other.localities == whole_leicestershire.localities


def test_a_district_brings_the_lots_that_reach_into_it() -> None:
    melton = leicestershire(district="Melton")
    assert {package.district for package in melton.packages} == {"E07000133"}
    assert {package.lot for package in melton.packages} == {lot.code for lot in melton.lots}
