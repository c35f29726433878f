"""How fast roads are: the one place for speeds by class, tag and mode, delays at junctions, and peaks.

Driving follows the public car profile of OSRM (project-osrm.org, ``profiles/car.lua``, version 26.10):
speeds by class, a signed limit driven at four fifths of it, slower surfaces, and seconds for turns, signals
and gates. It is a documented profile of free-flow driving, not fitted to any area. Speeds that Ordnance
Survey's open roads need, which carry no limits, and the factors of the peak are this project's own
assumptions.
"""

from __future__ import annotations

import re
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from geodata.travel.model import TravelMode
from geodata.travel.road_class import RoadClass

Floats = NDArray[np.float64]

CAR_KMH = MappingProxyType(
    {
        RoadClass.MOTORWAY: 90.0,
        RoadClass.MOTORWAY_LINK: 45.0,
        RoadClass.TRUNK: 85.0,
        RoadClass.TRUNK_LINK: 40.0,
        RoadClass.PRIMARY: 65.0,
        RoadClass.PRIMARY_LINK: 30.0,
        RoadClass.SECONDARY: 55.0,
        RoadClass.SECONDARY_LINK: 25.0,
        RoadClass.TERTIARY: 40.0,
        RoadClass.TERTIARY_LINK: 20.0,
        RoadClass.UNCLASSIFIED: 25.0,
        RoadClass.RESIDENTIAL: 25.0,
        RoadClass.LIVING_STREET: 10.0,
        RoadClass.SERVICE: 15.0,
    }
)
"""Where no limit is tagged, km/h (OSRM car profile)."""
CAR_ALLOWED_KMH = 10.0
"""Ways of another kind whose tags let cars on (OSRM car profile: ``default_speed``)."""
SHARE_OF_LIMIT = 0.8
"""Of a signed limit that is driven, all in all (OSRM car profile: ``speed_reduction``)."""
KMH_IN_MPH = 1.609

CAR_SURFACE_KMH = MappingProxyType(
    {
        **dict.fromkeys(("cement", "compacted", "fine_gravel"), 80.0),
        **dict.fromkeys(("paving_stones", "metal", "bricks"), 60.0),
        **dict.fromkeys(
            ("grass", "wood", "sett", "grass_paver", "gravel", "unpaved", "ground", "dirt", "pebblestone"),
            40.0,
        ),
        **dict.fromkeys(("cobblestone", "clay"), 30.0),
        **dict.fromkeys(("earth", "stone", "rocky", "sand"), 20.0),
        "mud": 10.0,
    }
)
CAR_TRACKTYPE_KMH = MappingProxyType(
    {"grade1": 60.0, "grade2": 40.0, "grade3": 30.0, "grade4": 25.0, "grade5": 20.0}
)
CAR_SMOOTHNESS_KMH = MappingProxyType(
    {"intermediate": 80.0, "bad": 40.0, "very_bad": 20.0, "horrible": 10.0, "very_horrible": 5.0}
)

# Limits that stand for themselves: (mph) single and dual carriageways without a sign, and urban ones.
_NAMED_LIMITS_KMH = MappingProxyType(
    {"nsl_single": 60 * KMH_IN_MPH, "nsl_dual": 70 * KMH_IN_MPH, "motorway": 70 * KMH_IN_MPH, "urban": 50.0}
)

FOOT_KMH = 5.0
"""OSRM foot profile."""
FOOT_SURFACE_SHARE = MappingProxyType(
    {"fine_gravel": 0.75, "gravel": 0.75, "pebblestone": 0.75, "mud": 0.5, "sand": 0.5}
)
CYCLE_KMH = MappingProxyType(
    {
        RoadClass.TRACK: 12.0,
        RoadClass.PATH: 13.0,
        RoadClass.BRIDLEWAY: 10.0,
        RoadClass.FOOTWAY: 4.0,  # pushed
        RoadClass.PEDESTRIAN: 4.0,
        RoadClass.STEPS: 2.0,
    }
)
CYCLE_USUAL_KMH = 15.0
"""OSRM bicycle profile."""

SIGNALS_SECONDS, STOP_SECONDS, GIVE_WAY_SECONDS, GATE_SECONDS = 2.0, 2.0, 1.0, 60.0
"""OSRM car profile: ``lib/obstacles.lua`` and ``barrier_penalties``."""
U_TURN_SECONDS = 20.0
_TURN_SECONDS, _TURN_BIAS, _ACROSS_SECONDS = 7.5, 1 / 1.075, 2.0  # Great Britain drives on the left

OPEN_ROADS_KMH = MappingProxyType(
    # class: (in the country, in a built-up area)
    {
        RoadClass.MOTORWAY: (90.0, 90.0),
        RoadClass.TRUNK: (77.0, 45.0),
        RoadClass.PRIMARY: (65.0, 39.0),
        RoadClass.SECONDARY: (58.0, 39.0),
        RoadClass.TERTIARY: (48.0, 35.0),
        RoadClass.UNCLASSIFIED: (38.0, 30.0),
        RoadClass.RESIDENTIAL: (25.0, 25.0),
        RoadClass.SERVICE: (15.0, 15.0),
        RoadClass.TRACK: (10.0, 10.0),
    }
)
"""For roads whose limits nobody tells: 0.8 of 30 mph in built-up areas and less on small streets, and of 40
to 60 mph outside, by class. Assumptions."""

# How many times longer a road takes, by hour of a working day: in built-up areas, in the country.
_PEAKS = MappingProxyType(
    {
        **dict.fromkeys((7, 9, 15, 18), (1.15, 1.05)),
        **dict.fromkeys((8, 16, 17), (1.30, 1.12)),
        **dict.fromkeys((10, 11, 12, 13, 14), (1.10, 1.03)),
    }
)


def peak_factor(hour: int | None, *, urban: bool) -> float:
    """How many times longer a road takes at an hour of a working day than when it is empty.

    An assumption of the right size, for want of a council's own figures: roads of a town take a third longer
    at eight, country roads an eighth. ``None`` is an empty road: 1.

    Raises
    ------
    ValueError
        Where there is no such hour.
    """
    if hour is not None and not 0 <= hour <= 23:
        raise ValueError(f"there is no hour {hour}")
    return 1.0 if hour is None else _PEAKS.get(hour, (1.0, 1.0))[0 if urban else 1]


def limit_kmh(text: str | None) -> float | None:
    """A tag in km/h: ``"30 mph"``, ``"50"``, ``"GB:nsl_single"``; ``None`` where it says nothing."""
    if not text:
        return None
    number = re.match(r"\s*(\d+(?:\.\d+)?)", text)
    if number:
        kmh = float(number[1]) * (KMH_IN_MPH if "mp" in text else 1.0)
        return kmh or None
    return _NAMED_LIMITS_KMH.get(text.strip().lower().rpartition(":")[2])


def cycle_kmh(kind: RoadClass) -> float:
    """Speed of a cycle on a kind of road."""
    return CYCLE_KMH.get(kind, CYCLE_USUAL_KMH)


def turn_seconds(angle: Floats, *, junction: NDArray[np.bool_], across: NDArray[np.bool_]) -> Floats:
    """What turns cost a car.

    Parameters
    ----------
    angle
        Degrees, 0 straight on, positive to the right, 180 back.
    junction
        Where more than two roads meet; bends cost nothing.
    across
        Where oncoming traffic may have to be let by: junctions, on no roundabout.
    """
    right = angle >= 0
    bias = np.where(right, _TURN_BIAS, 1 / _TURN_BIAS)
    size = np.abs(angle) / 180
    turning = _TURN_SECONDS / (1 + np.exp(-(13 / bias * size - 6.5 * bias)))
    waiting = _ACROSS_SECONDS / (1 + np.exp(-(13 * size - 3.25)))
    return np.asarray(np.where(junction, turning, 0.0) + np.where(across & (angle > 0), waiting, 0.0))


def turns_cost(mode: TravelMode) -> bool:
    """Whether turns, signals and gates cost a traveller time: a car's driver only."""
    return mode is TravelMode.CAR
