"""Kinds of road, by the names OpenStreetMap gives them, and what else is told of a link."""

from __future__ import annotations

from enum import IntEnum, IntFlag

from geodata.travel.model import TravelMode


class RoadClass(IntEnum):
    """Kind of road; the number stands in network files."""

    MOTORWAY = 1
    MOTORWAY_LINK = 2
    TRUNK = 3
    TRUNK_LINK = 4
    PRIMARY = 5
    PRIMARY_LINK = 6
    SECONDARY = 7
    SECONDARY_LINK = 8
    TERTIARY = 9
    TERTIARY_LINK = 10
    UNCLASSIFIED = 11
    RESIDENTIAL = 12
    LIVING_STREET = 13
    SERVICE = 14
    TRACK = 15
    CYCLEWAY = 16
    PEDESTRIAN = 17
    FOOTWAY = 18
    BRIDLEWAY = 19
    PATH = 20
    STEPS = 21
    ROAD = 22
    """Of no known kind."""


class LinkFlag(IntFlag):
    """What else is told of a link."""

    ROUNDABOUT = 1
    URBAN = 2
    RESTRICTED = 4
    """Cars may use it to reach a place on it, not to go through."""
    NO_START = 8
    """Nobody begins or ends there: a private drive that is not the road of a place."""


MODES = (TravelMode.CAR, TravelMode.CYCLE, TravelMode.FOOT)
"""In the order of the network's arrays."""
