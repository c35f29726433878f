"""The eighteen lots, looked at by other means than those that drew them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.spatial import KDTree

from geodata.localities import sector_graph
from geodata.postcodes import PostcodeDirectory, registry_directory
from geodata.zones.drawing import Part, draw_zones
from instances.counties.districts import DISTRICTS
from optimiser.model.calendar import HOUR
from optimiser.model.instance import Instance


@pytest.fixture(scope="module")
def directory() -> PostcodeDirectory:
    return registry_directory("LCDN").only([each.code for each in DISTRICTS["Leicestershire"]])


def lots_of(instance: Instance) -> dict[str, str]:
    areas = {each.id: each.sectors for each in instance.localities}
    return {
        sector: str(lot.code) for lot in instance.lots for area in lot.localities for sector in areas[area]
    }


def hours_of(instance: Instance) -> Counter[str]:
    found: Counter[str] = Counter()
    for package in instance.packages:
        found[package.sector] += package.weekly_care
    return found


def pieces(zone_of: dict[str, str], directory: PostcodeDirectory) -> Counter[str]:
    """In how many pieces each zone lies, where sectors touch if postcodes of both are near neighbours.

    Told by flooding from postcode to postcode, without the graph that lots are drawn on.
    """
    zones = directory.table["sector"].map(zone_of).to_numpy()
    found: Counter[str] = Counter()
    for zone in sorted(set(zone_of.values())):
        own = np.flatnonzero(zones == zone)
        sectors = directory.table["sector"].to_numpy()[own]
        touching: dict[str, set[str]] = {each: set() for each in set(sectors)}
        near = KDTree(directory.xy[own]).query(
            directory.xy[own], k=min(len(own), 40), distance_upper_bound=3000
        )[1]
        for i, j in zip(np.repeat(np.arange(len(own)), near.shape[1]), near.ravel(), strict=True):
            if j < len(own):
                touching[sectors[i]].add(sectors[j])
                touching[sectors[j]].add(sectors[i])
        while touching:
            waiting = [min(touching)]
            while waiting:
                waiting += list(touching.pop(waiting.pop(), ()))
            found[zone] += 1
    return found


def off_the_mean(zone_of: dict[str, str], hours: Counter[str]) -> float:
    sums: Counter[str] = Counter()
    for sector, zone in zone_of.items():
        sums[zone] += hours[sector]
    mean = sum(sums.values()) / len(sums)
    return max(abs(each - mean) for each in sums.values()) / mean


def test_the_lots_lie_in_one_piece_eight_east_and_ten_west(
    whole_leicestershire: Instance, directory: PostcodeDirectory
) -> None:
    lots = lots_of(whole_leicestershire)
    assert set(lots) == set(directory.table["sector"])
    assert Counter(each[:4] for each in set(lots.values())) == {"EAST": 8, "WEST": 10}
    assert set(pieces(lots, directory).values()) == {1}


def test_the_lots_are_as_even_as_is_told(whole_leicestershire: Instance) -> None:
    assert off_the_mean(lots_of(whole_leicestershire), hours_of(whole_leicestershire)) == pytest.approx(
        0.214, abs=0.001
    )


def test_eighteen_zones_of_even_hours_can_be_drawn_near_to_the_lots(
    whole_leicestershire: Instance, directory: PostcodeDirectory
) -> None:
    lots, hours = lots_of(whole_leicestershire), hours_of(whole_leicestershire)
    parts = [
        Part(
            name=half, number=number, today=lots,
            sectors=frozenset(each for each in lots if lots[each].startswith(half.upper())),
        )
        for half, number in (("East", 8), ("West", 10))
    ]  # fmt: skip
    drawn = draw_zones(sector_graph(directory), parts, hours, seed=7, tolerance=0.10)
    assert Counter(each[:4] for each in set(drawn.values())) == {"EAST": 8, "WEST": 10}
    assert set(pieces(drawn, directory).values()) == {1}
    assert off_the_mean(drawn, hours) <= 0.15
    assert sum(hours.values()) / HOUR == pytest.approx(23_222, abs=1)
