"""Who lives near whom, for compact territories: travel between packages whose visits enter day rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geodata.place import Place
from geodata.travel import TravelMode, TravelModel
from optimiser.allocation.kernels import LONELY
from optimiser.allocation.problem import Problem
from optimiser.allocation.tables import Floats, Ints
from optimiser.model.instance import Instance

Seconds = NDArray[np.float32]

BLOCK = 1000
"""Places of one side of a matrix: a whole county is put together from blocks."""
NEIGHBOURS = 40
"""Packages among which a step looks for a provider nearby."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proximity:
    """Travel between needs, in their order: packages, or the people of one home together.

    Attributes
    ----------
    travel
        ``float32[n, n]`` seconds, the mean of both ways; no way through counts as a very lonely neighbour.
    visits
        ``float64[n]`` a day; 0 for packages that never enter day rounds.
    neighbour
        ``int64[n, NEIGHBOURS]``: the nearest others that enter rounds, the package itself where it has none.
    source
        How travel is known.
    """

    travel: Seconds = field(repr=False)
    visits: Floats
    neighbour: Ints
    source: str

    @classmethod
    def of(cls, instance: Instance, problem: Problem, travel: TravelModel) -> Proximity:
        """Proximity of a problem's needs by car."""
        packages = instance.package_by_id
        seconds = _all_pairs([need.place for need in problem.needs], travel)
        visits = np.array(
            [
                sum(
                    len(visit.days) / 7
                    for member in need.members
                    if packages[member].service.enters_day_rounds
                    for visit in packages[member].visits
                )
                for need in problem.needs
            ],
            dtype=np.float64,
        )
        return cls(travel=seconds, visits=visits, neighbour=_neighbours(seconds, visits), source=travel.name)


def _all_pairs(places: Sequence[Place], travel: TravelModel) -> Seconds:
    n = len(places)
    whole = np.zeros((n, n), dtype=np.float32)
    starts = range(0, n, BLOCK)
    for a in starts:
        for b in starts:
            if b < a:
                continue
            rows, columns = list(places[a : a + BLOCK]), list(places[b : b + BLOCK])
            if a == b:
                columns = []
            matrix = travel.matrix([*rows, *columns], TravelMode.CAR)
            seconds = np.where(matrix.reachable, matrix.seconds, 3 * LONELY).astype(np.float32)
            seconds = (seconds + seconds.T) * np.float32(0.5)
            part = seconds if a == b else seconds[: len(rows), len(rows) :]
            whole[a : a + BLOCK, b : b + BLOCK] = part
            whole[b : b + BLOCK, a : a + BLOCK] = part.T
    return whole


def _neighbours(seconds: Seconds, visits: Floats) -> Ints:
    n = len(visits)
    found = np.repeat(np.arange(n, dtype=np.int64)[:, None], NEIGHBOURS, axis=1)
    enters = np.flatnonzero(visits > 0)
    for p in range(n):
        others = enters[enters != p]
        near = others[np.argsort(seconds[p, others], kind="stable")][:NEIGHBOURS]
        if len(near):
            found[p] = np.resize(near, NEIGHBOURS)
    return found
