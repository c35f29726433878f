"""Single routes: street by street, and the same length as in the matrix."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geodata.place import Place
from geodata.travel import RoadGraph, RoadNetwork, TravelMode
from geodata.travel.osm import read_osm
from geodata.travel.route import route


@pytest.fixture(scope="module")
def rutland(shared_data: Path) -> RoadNetwork:
    return read_osm(shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf")


def test_a_route_is_as_long_as_the_matrix_says(shared_data: Path, rutland: RoadNetwork) -> None:
    held = np.load(shared_data / "geo" / "roads" / "rutland_osrm_ref.npz")
    places = [Place(int(held["east"][k]), int(held["north"][k])) for k in range(0, 700, 60)]
    model = RoadGraph(network=rutland)
    for mode in TravelMode:
        matrix, roads = model.matrix(places, mode), model.roads(mode)
        for row, begin in enumerate(places[:4]):
            for column, end in enumerate(places):
                found = route(roads, begin, end)
                assert found is not None
                if row != column:
                    assert (found.seconds, found.metres) == (
                        matrix.seconds[row, column],
                        matrix.metres[row, column],
                    )


def test_a_route_names_its_streets(rutland: RoadNetwork) -> None:
    found = route(
        RoadGraph(network=rutland).roads(TravelMode.CAR), Place(485_900, 308_800), Place(497_000, 306_500)
    )
    assert found is not None
    names = [step.name for step in found.steps]
    assert "Stamford Road" in names
    assert all(one != other for one, other in pairwise(names))
    assert str(found).startswith(f"{found.seconds / 60:.1f} minutes")
    assert 0 <= found.metres - sum(step.metres for step in found.steps) < 500, "what is walked at the ends"


def test_there_is_no_route_into_the_sea(rutland: RoadNetwork) -> None:
    roads = RoadGraph(network=rutland).roads(TravelMode.FOOT)
    assert route(roads, Place(485_900, 308_800), Place(655_000, 300_000)) is None
