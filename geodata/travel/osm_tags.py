"""What OpenStreetMap's tags say of one way or node: who may use it, which way, how fast.

Access and speeds for cars follow OSRM's public car profile (``profiles/car.lua`` and ``profiles/lib``,
26.10), those for cycles and walkers its other profiles as far as British law allows: walkers may use
bridleways and shared cycleways.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geodata.travel.road_class import LinkFlag, RoadClass
from geodata.travel.speeds import (
    CAR_ALLOWED_KMH,
    CAR_KMH,
    CAR_SMOOTHNESS_KMH,
    CAR_SURFACE_KMH,
    CAR_TRACKTYPE_KMH,
    FOOT_KMH,
    FOOT_SURFACE_SHARE,
    GATE_SECONDS,
    GIVE_WAY_SECONDS,
    SHARE_OF_LIMIT,
    SIGNALS_SECONDS,
    STOP_SECONDS,
    cycle_kmh,
    limit_kmh,
)

Tags = Mapping[str, str]

KINDS: Mapping[str, RoadClass] = {each.name.lower(): each for each in RoadClass}
WAY_KEYS = (
    "highway", "name", "ref", "oneway", "oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle",
    "oneway:bicycle", "cycleway", "cycleway:left", "cycleway:right", "junction", "access", "vehicle",
    "motor_vehicle", "motorcar", "bicycle", "foot", "motorroad", "area", "impassable", "status",
    "construction", "service", "surface", "tracktype", "smoothness", "maxspeed", "maxspeed:forward",
    "maxspeed:backward", "maxspeed:advisory", "maxspeed:type", "source:maxspeed",
)  # fmt: skip
"""The tags of ways that matter."""
NODE_KEYS = ("highway", "barrier", "bollard", "kerb", "access", "vehicle", "motor_vehicle", "motorcar")

_CAR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_CLOSED_TO_CARS = frozenset(
    (
        "no", "agricultural", "forestry", "emergency", "psv", "taxi", "share_taxi", "minibus", "bus", "foot",
        "emergency_vehicle", "restricted", "military", "official",
    )
)  # fmt: skip
_NOT_THROUGH = frozenset(
    ["private", "delivery", "destination", "customers", "permit", "residents", "unknown"]
)
_CLOSED = frozenset(("no", "private", "agricultural", "forestry", "delivery", "use_sidepath"))
_ONE_WAY = frozenset(("yes", "1", "true"))
_NO_CYCLES = frozenset((RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK, RoadClass.TRUNK, RoadClass.TRUNK_LINK))
_ON_FOOT_ONLY = frozenset((RoadClass.FOOTWAY, RoadClass.PEDESTRIAN, RoadClass.STEPS, RoadClass.PATH))
_OPEN_BARRIERS = frozenset(
    (
        "cattle_grid", "border_control", "toll_booth", "sally_port", "no", "entrance", "height_restrictor",
        "arch",
    )
)  # fmt: skip
_GATES = frozenset(("gate", "lift_gate"))


@dataclass(frozen=True, slots=True)
class Use:
    """What one mode may do on a way: km/h forward and backward, ``None`` where it may not go."""

    forward: float | None = None
    backward: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRead:
    """What a way's tags come to."""

    kind: RoadClass
    flags: LinkFlag
    name: str
    car: Use
    cycle: Use
    foot: Use

    @property
    def usable(self) -> bool:
        """Whether anybody may use it."""
        return any(
            speed for use in (self.car, self.cycle, self.foot) for speed in (use.forward, use.backward)
        )


def read_way(tags: Tags) -> WayRead | None:
    """What the tags of a way say; ``None`` where it is no road, or nobody may use it."""
    kind = KINDS.get(tags.get("highway", ""))
    if kind is None or tags.get("area") == "yes" or tags.get("impassable") == "yes":
        return None
    if tags.get("status") == "impassable" or tags.get("construction", "no") not in (
        "no",
        "widening",
        "minor",
    ):
        return None
    car, cycle, foot = _car(kind, tags), _cycle(kind, tags), _foot(kind, tags)
    flags = LinkFlag(0)
    if tags.get("junction") in ("roundabout", "circular"):
        flags |= LinkFlag.ROUNDABOUT
    access = _best(_first(tags, _CAR_KEYS))
    if access in _NOT_THROUGH:
        flags |= LinkFlag.RESTRICTED
        if access == "private" and kind is RoadClass.SERVICE:
            flags |= LinkFlag.NO_START
    name = tags.get("name") or tags.get("ref") or ""
    read = WayRead(kind=kind, flags=flags, name=name, car=car, cycle=cycle, foot=foot)
    return read if read.usable else None


def node_delay(tags: Tags) -> float:
    """Seconds that a car loses at a node."""
    if tags.get("barrier") in _GATES and _first(tags, _CAR_KEYS) is None:
        return GATE_SECONDS
    kinds = {"traffic_signals": SIGNALS_SECONDS, "stop": STOP_SECONDS, "give_way": GIVE_WAY_SECONDS}
    return kinds.get(tags.get("highway", ""), 0.0)


def closes_to_cars(tags: Tags) -> bool:
    """Whether no car passes a node."""
    access = _best(_first(tags, _CAR_KEYS))
    if access is not None:
        return access in _CLOSED_TO_CARS
    barrier = tags.get("barrier")
    if barrier is None or barrier in _OPEN_BARRIERS or barrier in _GATES or tags.get("bollard") == "rising":
        return False
    lowered = tags.get("kerb") in ("lowered", "flush")
    return not (lowered or (barrier == "kerb" and tags.get("highway") == "crossing"))


def _first(tags: Tags, keys: Iterable[str]) -> str | None:
    return next((tags[key] for key in keys if key in tags), None)


def _best(access: str | None) -> str | None:
    """Of several values the one that lets most people in."""
    if access is None or ";" not in access:
        return access
    parts = [part.strip() for part in access.split(";")]
    return min(parts, key=lambda part: (part in _CLOSED_TO_CARS, part in _NOT_THROUGH))


def _car(kind: RoadClass, tags: Tags) -> Use:
    access = _best(_first(tags, _CAR_KEYS))
    if access in _CLOSED_TO_CARS or tags.get("oneway") == "reversible":
        return Use()
    usual = CAR_KMH.get(kind)
    if usual is None:  # tracks and paths: only where a tag lets cars on
        keys = _CAR_KEYS if kind in (RoadClass.TRACK, RoadClass.ROAD) else _CAR_KEYS[:3]
        if _first(tags, keys) is None:
            return Use()
        usual = CAR_ALLOWED_KMH
    forward, backward = (_car_kmh(usual, tags, way) for way in ("forward", "backward"))
    one_way = _first(tags, ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"))
    return _directed(forward, backward, one_way, implied=_implied(kind, tags))


def _car_kmh(usual: float, tags: Tags, direction: str) -> float:
    keys = ("maxspeed:advisory", "maxspeed", "source:maxspeed", "maxspeed:type")
    limit = limit_kmh(_first(tags, (each for key in keys for each in (f"{key}:{direction}", key))))
    kmh = usual if limit is None else SHARE_OF_LIMIT * limit
    slowest = (
        CAR_SURFACE_KMH.get(tags.get("surface", "")),
        CAR_TRACKTYPE_KMH.get(tags.get("tracktype", "")),
        CAR_SMOOTHNESS_KMH.get(tags.get("smoothness", "")),
    )
    return min([kmh, *(each for each in slowest if each is not None)])


def _implied(kind: RoadClass, tags: Tags) -> bool:
    """Whether a road is one-way though nobody says so."""
    return kind is RoadClass.MOTORWAY or tags.get("junction") in ("roundabout", "circular")


def _directed(forward: float, backward: float, one_way: str | None, *, implied: bool) -> Use:
    if one_way == "-1":
        return Use(None, backward)
    if one_way in _ONE_WAY or (implied and one_way != "no"):
        return Use(forward, None)
    return Use(forward, backward)


def _cycle(kind: RoadClass, tags: Tags) -> Use:
    access = _first(tags, ("bicycle", "vehicle", "access"))
    pushed = kind in _ON_FOOT_ONLY and access in (None, "no", "dismount") and _foot(kind, tags).forward
    if access in _CLOSED or tags.get("motorroad") == "yes" or (kind in _NO_CYCLES and "bicycle" not in tags):
        return Use(4.0, 4.0) if pushed else Use()
    kmh = cycle_kmh(kind)
    if kind in (RoadClass.FOOTWAY, RoadClass.PEDESTRIAN) and access in ("yes", "designated", "permissive"):
        kmh = cycle_kmh(RoadClass.PATH)
    sides = {tags.get(key, "") for key in ("cycleway", "cycleway:left", "cycleway:right")}
    one_way = tags.get("oneway:bicycle") or tags.get("oneway")
    if any(each.startswith("opposite") for each in sides):
        one_way = "no"
    return _directed(kmh, kmh, one_way, implied=_implied(kind, tags))


def _foot(kind: RoadClass, tags: Tags) -> Use:
    access = _first(tags, ("foot", "access"))
    on_motor_road = kind in _NO_CYCLES or tags.get("motorroad") == "yes"
    if access in _CLOSED or (on_motor_road and "foot" not in tags):
        return Use()
    kmh = FOOT_KMH * FOOT_SURFACE_SHARE.get(tags.get("surface", ""), 1.0)
    return Use(kmh, kmh)
