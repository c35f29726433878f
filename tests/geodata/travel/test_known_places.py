from __future__ import annotations

import pickle

import pytest

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from geodata.travel import StraightLine, TravelMode
from geodata.travel.known_places import KnownPlaces

LINES = StraightLine(AreaKinds(urban_cells=frozenset()))
HOMES = [Place(500_000 + 900 * i, 300_000 + 70 * i * i) for i in range(6)]


def test_looked_up_is_what_the_model_says_in_any_order() -> None:
    known = KnownPlaces.of(LINES, [*HOMES, HOMES[0]], TravelMode.CAR)
    asked = [HOMES[4], HOMES[1], HOMES[1], HOMES[5]]
    for name in ("seconds", "metres", "reachable"):
        looked_up = getattr(known.matrix(asked, TravelMode.CAR), name)
        assert (looked_up == getattr(LINES.matrix(asked, TravelMode.CAR), name)).all()
    assert (known.name, known.is_estimate) == (LINES.name, True)
    assert known.matrix([], TravelMode.CAR).seconds.shape == (0, 0)


def test_it_crosses_processes() -> None:
    known = pickle.loads(pickle.dumps(KnownPlaces.of(LINES, HOMES, TravelMode.FOOT)))
    assert known.matrix(HOMES, TravelMode.FOOT).seconds[0, 1] > 0


def test_what_is_not_known_is_refused() -> None:
    known = KnownPlaces.of(LINES, HOMES, TravelMode.CAR)
    with pytest.raises(ValueError, match="by car is known, not by foot"):
        known.matrix(HOMES, TravelMode.FOOT)
    with pytest.raises(KeyError):
        known.matrix([Place(1, 1)], TravelMode.CAR)
