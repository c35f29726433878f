"""Who lives near whom and is called upon when, for compact territories: packages that enter day rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geodata.place import Place
from geodata.travel import TravelMode, TravelModel
from optimiser.allocation.kernels import LONELY, Calls
from optimiser.allocation.problem import Problem
from optimiser.allocation.tables import Floats, Ints
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance

Seconds = NDArray[np.float32]

BLOCK = 1000
"""Places of one side of a matrix: a whole county is put together from blocks."""
SLOT = 30 * MINUTE
AT_ABOUT = 2 * HOUR
"""Calls that are wished no farther apart than this may follow one another on a round."""
NEIGHBOURS = 40
"""Packages among which a step looks for a provider nearby."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proximity:
    """Travel and calls of needs, in their order: packages, or the people of one home together.

    Attributes
    ----------
    calls
        For the compiled search; no way through counts as a very lonely neighbour, and travel is the mean of
        both ways.
    source
        How travel is known.
    """

    calls: Calls = field(repr=False)
    source: str

    @classmethod
    def of(cls, instance: Instance, problem: Problem, travel: TravelModel) -> Proximity:
        """Proximity of a problem's needs by car."""
        return cls.of_people(instance, [need.members for need in problem.needs], travel)

    @classmethod
    def of_people(
        cls, instance: Instance, people: Sequence[Sequence[PackageId]], travel: TravelModel
    ) -> Proximity:
        """Proximity by car of packages, or of those of one home together."""
        packages = instance.package_by_id
        seconds = _all_pairs([packages[each[0]].place for each in people], travel)
        made = [_made(each, instance) for each in people]
        visits = np.array([sum(times for _, times in each) for each in made], dtype=np.float64)
        calls = Calls(
            travel=seconds,
            neighbour=_neighbours(seconds, visits),
            first=np.cumsum([0, *(len(each) for each in made)]).astype(np.int64),
            at=np.array([slot for each in made for slot, _ in each], dtype=np.int64),
            times=np.array([times for each in made for _, times in each], dtype=np.float64),
            about=np.array([_about([slot for slot, _ in each]) for each in made], dtype=np.uint64),
        )
        return cls(calls=calls, source=travel.name)

    @property
    def visits(self) -> Floats:
        """``float64[n]`` carers' visits a day; 0 for packages that never enter day rounds."""
        owner = np.repeat(np.arange(len(self.calls.about)), np.diff(self.calls.first))
        visits = np.bincount(owner, weights=self.calls.times, minlength=len(self.calls.about))
        return visits.astype(np.float64)


def _made(members: Sequence[PackageId], instance: Instance) -> list[tuple[int, float]]:
    """Slot and times a day of each call of packages that enter day rounds; times count each carer."""
    packages = (instance.package_by_id[member] for member in members)
    return [
        (visit.wished_start // SLOT, visit.carers_needed * len(visit.days) / 7)
        for package in packages
        if package.service.enters_day_rounds
        for visit in package.visits
    ]


def _about(slots: Sequence[int]) -> int:
    """A bit for every slot that one of these lies near to."""
    near = AT_ABOUT // SLOT
    return sum({1 << at for slot in slots for at in range(max(0, slot - near), min(63, slot + near) + 1)})


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
