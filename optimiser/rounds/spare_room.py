"""Room in a day's arrays for the visits of one person more, written over for each who is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from geodata.place import Place
from geodata.travel import TravelModel
from optimiser.model.calendar import DAY
from optimiser.model.need import Package, Visit
from optimiser.rounds.kernels.data import Data
from optimiser.rounds.prepare import Day, gap_between, may_make
from optimiser.rounds.problem import FORBIDDEN, NEVER, Ints, Problem
from optimiser.rounds.rules import RoundRules

SPARE_VISITS = 8
"""Most visits a day of a person who is asked about."""
SPARE_CARERS = 3
"""Most carers at one of them; no visit takes more."""


@dataclass(frozen=True, slots=True, eq=False)
class SpareRoom:
    """Where in the arrays of a day with room (:func:`with_room`) a person is written.

    Attributes
    ----------
    places
        In the order of the problem's matrices; the spare one comes after.
    """

    day: Day
    data: Data
    rules: RoundRules
    travel: TravelModel
    places: tuple[Place, ...]

    def write(self, package: Package, visits: Sequence[Visit]) -> None:
        """Put a person's visits into the room, in place of who was asked about before."""
        data, rules = self.data, self.rules
        here = self._locate(package.place)
        fee = np.array([0 if may_make(duty, package) else FORBIDDEN for duty in self.day.duties], np.int64)
        spare = len(self.day.problem.earliest)
        data.place[spare : spare + SPARE_VISITS * SPARE_CARERS] = here
        data.preference[spare:] = fee
        capped = bool((self.day.problem.capacity < NEVER).any())
        earliest, latest = _narrowed(visits, rules.lateness_allowed)
        for k, visit in enumerate(visits):
            v = self.day.problem.visits + k
            data.visits[v]["size"] = visit.carers_needed
            data.visits[v]["price"] = 0
            for i in range(spare + k * SPARE_CARERS, spare + (k + 1) * SPARE_CARERS):
                service = data.services[i]
                service["earliest"], service["latest"] = earliest[k], latest[k]
                service["due"] = min(visit.window.latest, latest[k])
                service["duration"] = visit.service_duration
                service["demand"] = visit.service_duration if capped else 0
                for e in range(service["tie_from"], service["tie_to"]):
                    other = (int(data.ties[e]["other"]) - spare) // SPARE_CARERS
                    after, before = _ties_between(visits, k, other, rules.sync_tolerance)
                    data.ties[e]["after"], data.ties[e]["before"] = after, before

    def _locate(self, place: Place) -> int:
        """Position of a place among the problem's; a new one is written into the spare position."""
        if place in self.places:
            return self.places.index(place)
        at = len(self.places)
        data = self.data
        modes = sorted({duty.mode for duty in self.day.duties}, key=lambda mode: mode.value)
        for q, mode in enumerate(modes):
            matrix = self.travel.matrix([*self.places, place], mode)
            seconds = np.where(matrix.reachable, matrix.seconds, FORBIDDEN).astype(np.int64)
            gap = gap_between(seconds, self.rules)
            data.seconds[q, at, : at + 1], data.seconds[q, : at + 1, at] = seconds[at], seconds[:, at]
            data.toward[q, at, : at + 1], data.toward[q, : at + 1, at] = seconds[:, at], seconds[at]
            data.gap[q, at, : at + 1], data.gap[q, : at + 1, at] = gap[at], gap[:, at]
            data.gap_toward[q, at, : at + 1], data.gap_toward[q, : at + 1, at] = gap[:, at], gap[at]
        return at


def _narrowed(visits: Sequence[Visit], lateness: int) -> tuple[list[int], list[int]]:
    """Windows of one person's visits, in order, narrowed to what the gaps between them leave."""
    earliest = [visit.window.earliest for visit in visits]
    latest = [visit.window.latest + lateness for visit in visits]
    lags = [before.service_duration + after.min_gap_before for before, after in pairwise(visits)]
    for k, lag in enumerate(lags):
        earliest[k + 1] = max(earliest[k + 1], earliest[k] + lag)
    for k in reversed(range(len(lags))):
        latest[k] = min(latest[k], latest[k + 1] - lags[k])
    if any(low > high for low, high in zip(earliest, latest, strict=True)):
        return (
            [visit.window.earliest for visit in visits],
            [visit.window.latest + lateness for visit in visits],
        )
    return earliest, latest


def _ties_between(visits: Sequence[Visit], k: int, other: int, tolerance: int) -> tuple[int, int]:
    """What binds a service of visit ``k`` to one of visit ``other``: least lags there and back."""
    if other == k:
        return -tolerance, -tolerance
    if other == k + 1 and other < len(visits):
        return visits[k].service_duration + visits[other].min_gap_before, -NEVER
    if other == k - 1:
        return -NEVER, visits[other].service_duration + visits[k].min_gap_before
    return -NEVER, -NEVER


def places_of(day: Day) -> tuple[Place, ...]:
    """Places in the order of the problem's matrices (:func:`~optimiser.rounds.prepare.prepare_day`)."""
    depots = {duty.depot for duty in day.duties if duty.depot is not None}
    return tuple(sorted({package.place for package, _ in day.needs} | depots))


def with_room(problem: Problem) -> Problem:
    """The problem with one place and a few visits more, which nobody makes until they are written over."""
    n, k, room = problem.services, problem.visits, SPARE_VISITS * SPARE_CARERS
    p = problem.seconds.shape[-1]
    spare = np.arange(n, n + room)
    pairs = [(a, b) for a in spare.tolist() for b in spare.tolist() if a != b]

    def more(values: Ints, value: int) -> Ints:
        return np.concatenate([values, np.full(room, value, np.int64)])

    def wider(matrix: Ints) -> Ints:
        wide = np.pad(matrix, ((0, 0), (0, 1), (0, 1)), constant_values=FORBIDDEN)
        wide[:, p, p] = 0
        return wide

    return replace(
        problem,
        earliest=more(problem.earliest, 0),
        due=more(problem.due, DAY),
        latest=more(problem.latest, DAY),
        duration=more(problem.duration, 60),
        place=more(problem.place, p),
        visit=np.concatenate([problem.visit, k + np.arange(room) // SPARE_CARERS]),
        link_from=np.concatenate([problem.link_from, np.array([a for a, _ in pairs], np.int64)]),
        link_to=np.concatenate([problem.link_to, np.array([b for _, b in pairs], np.int64)]),
        link_lag=np.concatenate([problem.link_lag, np.full(len(pairs), -NEVER, np.int64)]),
        preference=np.concatenate([problem.preference, np.full((room, problem.shifts), FORBIDDEN, np.int64)]),
        seconds=wider(problem.seconds),
        metres=wider(problem.metres),
        gap=wider(problem.gap),
        again=more(problem.again, NEVER),
        again_due=more(problem.again_due, NEVER),
        again_latest=more(problem.again_latest, NEVER),
        price=np.concatenate([problem.price, np.zeros(SPARE_VISITS, np.int64)]),
        demand=more(problem.demand, 0),
    )
