"""Cut a large day into parts by place, so that each can be solved as a day of its own.

What belongs together is a *lump*: all visits at one home, or all rounds of one carer. Lumps are cut in two
along the longer side of the ground they cover, and the halves again, until there are as many parts as asked.
Every turn looks at the ground from another side, so that no border stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from geodata.place import Place

SIDES = ((1, 0), (1, 1), (3, 1), (1, 3), (-2, 1), (-1, 2), (4, -3))
"""Directions in which the ground is laid out, one a turn. Whole numbers, so that all machines cut alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lump:
    """What stays together when a day is cut.

    Attributes
    ----------
    name
        No two alike: it settles which of two lumps at one place comes first.
    easting, northing
        Where, in metres of the national grid.
    size
        Services.
    """

    name: str
    easting: int
    northing: int
    size: int


def lump_at(name: str, places: Sequence[Place], size: int) -> Lump:
    """A lump in the middle of its places."""
    return Lump(
        name=name,
        easting=sum(place.easting for place in places) // len(places),
        northing=sum(place.northing for place in places) // len(places),
        size=size,
    )


def cut(lumps: Iterable[Lump], *, parts: int, turn: int) -> list[list[Lump]]:
    """Lumps in at most so many parts, as even in size as lumps allow.

    The order in which lumps are given makes no difference.
    """
    ordered = sorted(lumps, key=lambda lump: lump.name)
    if parts <= 1 or len(ordered) <= 1:
        return [ordered] if ordered else []
    a, b = SIDES[turn % len(SIDES)]
    along = {each.name: a * each.easting + b * each.northing for each in ordered}
    across = {each.name: a * each.northing - b * each.easting for each in ordered}
    side = max((along, across), key=lambda side: max(side.values()) - min(side.values()))
    ordered.sort(key=lambda lump: (side[lump.name], lump.name))
    # An odd part goes to the one half, next turn to the other.
    first = (parts + turn % 2) // 2
    k = _evenest(ordered, first, parts)
    return cut(ordered[:k], parts=first, turn=turn) + cut(ordered[k:], parts=parts - first, turn=turn)


def _evenest(lumps: Sequence[Lump], first: int, parts: int) -> int:
    """How many lumps come nearest to ``first / parts`` of them all by size; neither none nor all."""
    sizes = list(accumulate(lump.size for lump in lumps))
    return min(range(1, len(lumps)), key=lambda k: abs(sizes[k - 1] * parts - sizes[-1] * first))
