"""The rounds problem without links as a choice among rounds, and what of it a bound leaves out.

Notation (used by all of :mod:`optimiser.rounds.columns`)
---------------------------------------------------------
``k``
    A *kind*: shifts that differ in nothing but their name; ``size[k]`` of them.
``x[k, p]``
    How often round ``p``, a sequence of services, is made by a shift of kind ``k``.
``y[i]``
    Service ``i`` is left out, at ``price[i]``.

    minimise    Σ cost[k, p] · x[k, p] + Σ price[i] · y[i]
    subject to  Σ times[p, i] · x[k, p] + y[i] ≥ 1     for every service i       (dual π[i] ≥ 0)
                Σ x[k, p] ≤ size[k]                    for every kind k          (dual σ[k] ≤ 0)

Every plan is such a choice, so that no plan costs less than the best one; nor less than, for any π between 0
and the prices,

    Σ π[i] + Σ size[k] · min(0, least reduced cost of a round of kind k under π)

(Lasdon's bound). What makes the choice larger than the plans makes the bound lower, never false: visits
may be made twice, rounds may come back to a service that they have forgotten (Baldacci, Mingozzi & Roberti
2011), a fraction of a round may be taken; rests take no time; waiting, paid time, the worst lateness or wait,
idleness and uneven loads cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.asked import Feature, refuse
from optimiser.rounds.columns.labels import NO_WAY
from optimiser.rounds.problem import FORBIDDEN, NEVER, NOWHERE, Ints, Problem

NOT_STATED = (
    Feature.TIES,
    Feature.SEVERAL_CARERS,
    Feature.LATENESS_TWICE,
    Feature.LOCKED,
)
"""What the choice among rounds cannot say, not even loosely."""
FINE = 1024
"""Duals and costs are whole numbers of so many parts of a point, so that the bound's sums are exact."""

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Kind:
    """Shifts that differ in nothing but their name, and what pricing asks of the services they may make.

    Local numbers ``0 … h−1`` stand for ``services``.

    Attributes
    ----------
    shifts
        Indices of the shifts.
    services
        ``int64[h]``: services that such a shift may make.
    begins, ends, due
        Seconds past midnight: the shift, and when extra time begins.
    room
        Its capacity.
    windows
        ``int64[h, 5]``: earliest, due, latest, again and the latest start after that.
    duration, demand
        ``int64[h]``: seconds; what a service takes of ``room``.
    liking
        ``int64[h]``: price of preference, in parts of a point.
    out_gap, home_gap, out_cost, home_cost
        ``int64[h]``: the legs from and to the depot, in seconds and in parts of a point. The first includes
        the price of a round.
    gap, cost
        ``int64[h, h]``: the legs between, row = from; :data:`NO_WAY` where one can never follow.
    slot
        Seconds: no two services can start within less on one round. 0 where some can.
    """

    shifts: tuple[int, ...]
    services: Ints
    begins: int
    ends: int
    due: int
    room: int
    windows: Ints
    duration: Ints
    demand: Ints
    liking: Ints
    out_gap: Ints
    home_gap: Ints
    out_cost: Ints
    home_cost: Ints
    gap: Ints
    cost: Ints
    slot: int

    @property
    def size(self) -> int:
        """Number of shifts."""
        return len(self.shifts)

    def local(self, services: Sequence[int]) -> list[int] | None:
        """Local numbers of services, or ``None`` where a shift may not make one of them."""
        numbers = np.searchsorted(self.services, services)
        if (numbers >= len(self.services)).any() or (self.services[numbers] != services).any():
            return None
        return [int(each) for each in numbers]

    def only(self, stay: NDArray[np.bool_]) -> Kind:
        """The same with fewer services: ``stay`` is ``bool[h]``."""
        both = np.ix_(stay, stay)
        return replace(
            self,
            services=self.services[stay],
            windows=self.windows[stay],
            duration=self.duration[stay],
            demand=self.demand[stay],
            liking=self.liking[stay],
            out_gap=self.out_gap[stay],
            home_gap=self.home_gap[stay],
            out_cost=self.out_cost[stay],
            home_cost=self.home_cost[stay],
            gap=self.gap[both],
            cost=self.cost[both],
        )

    def round_cost(self, order: Sequence[int], lateness: int, extra: int) -> int | None:
        """Cost of a round of local numbers on least starts, in parts of a point; ``None`` if it cannot be."""
        total, free, before = 0, self.begins, -1
        for j in order:
            leg = self.out_gap[j] if before < 0 else self.gap[before, j]
            earliest, due, latest, again, again_latest = (int(each) for each in self.windows[j])
            at = max(free + int(leg), earliest)
            if at > latest:
                at = max(at, again)
                if again >= NEVER or at > again_latest:
                    return None
            total += int(self.out_cost[j] if before < 0 else self.cost[before, j]) + int(self.liking[j])
            total += lateness * (0 if at >= again else max(0, at - due))
            free, before = at + int(self.duration[j]), j
        free += int(self.home_gap[before])
        if free > self.ends or sum(int(self.demand[j]) for j in order) > self.room:
            return None
        return total + int(self.home_cost[before]) + extra * max(0, free - self.due)

    def nearest(self, memory: int) -> Words:
        """``uint64[h, words]``: each service's ``memory`` nearest by travel, and itself, as bits."""
        h = len(self.services)
        between = np.minimum(self.cost, self.cost.T)
        near = np.argsort(between, axis=1, kind="stable")[:, :memory]
        remembers = np.zeros((h, 64 * ((h + 63) // 64)), bool)
        np.put_along_axis(remembers, near, np.take_along_axis(between, near, axis=1) < NO_WAY, axis=1)
        np.fill_diagonal(remembers, val=True)
        return np.packbits(remembers, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def kinds(problem: Problem) -> tuple[Kind, ...]:
    """Shifts grouped by all that can tell them apart.

    Raises
    ------
    ValueError
        For a problem with what no choice among rounds can say (:data:`NOT_STATED`).
    """
    refuse(problem, "column generation", NOT_STATED)
    groups: dict[tuple[bytes, ...], list[int]] = {}
    for r in range(problem.shifts):
        groups.setdefault(_looks(problem, r), []).append(r)
    return tuple(_kind(problem, shifts) for shifts in groups.values())


def _looks(problem: Problem, r: int) -> tuple[bytes, ...]:
    numbers = np.array(
        [
            problem.shift_start[r],
            problem.shift_end[r],
            problem.shift_due[r],
            problem.depot_from[r],
            problem.depot_to[r],
            problem.mode[r],
            problem.capacity[r],
            problem.rest[r],
            problem.rest_after[r],
            problem.rest_from[r],
            problem.rest_to[r],
            problem.rest_price[r],
        ]
    )
    return numbers.tobytes(), problem.preference[:, r].tobytes()


def _kind(problem: Problem, shifts: list[int]) -> Kind:
    r, w = shifts[0], problem.weights
    begins, ends = int(problem.shift_start[r]), int(problem.shift_end[r])
    last = np.where(problem.again < NEVER, problem.again_latest, problem.latest)
    soonest = np.maximum(problem.earliest, begins)
    services = np.flatnonzero(
        (problem.preference[:, r] != FORBIDDEN)
        & (soonest <= last)
        & (soonest + problem.duration <= ends)
        & (problem.demand <= problem.capacity[r])
    )
    at = problem.place[services]
    gap = _legs(problem.gap[problem.mode[r]], at, at, 1)
    cost = _legs(problem.seconds[problem.mode[r]], at, at, FINE * w.travel)
    free = soonest[services] + problem.duration[services]
    never = (free[:, None] + gap > last[services]) | (free[:, None] + gap > ends) | (gap >= NO_WAY)
    np.fill_diagonal(never, val=True)
    depot_from, depot_to = problem.depot_from[r : r + 1], problem.depot_to[r : r + 1]
    between = (problem.duration[services][:, None] + gap)[~never]
    return Kind(
        shifts=tuple(shifts),
        services=services,
        begins=begins,
        ends=ends,
        due=int(problem.shift_due[r]),
        room=int(problem.capacity[r]),
        windows=np.stack(
            [problem.earliest, problem.due, problem.latest, problem.again, problem.again_latest], axis=1
        )[services],
        duration=problem.duration[services],
        demand=problem.demand[services],
        liking=FINE * w.preference * problem.preference[services, r],
        out_gap=_legs(problem.gap[problem.mode[r]], depot_from, at, 1)[0],
        home_gap=_legs(problem.gap[problem.mode[r]], at, depot_to, 1)[:, 0],
        out_cost=_legs(problem.seconds[problem.mode[r]], depot_from, at, FINE * w.travel)[0] + FINE * w.round,
        home_cost=_legs(problem.seconds[problem.mode[r]], at, depot_to, FINE * w.travel)[:, 0],
        gap=np.where(never, NO_WAY, gap),
        cost=np.where(never, NO_WAY, cost),
        slot=int(between.min(initial=ends - begins)),
    )


def _legs(matrix: Ints, before: Ints, after: Ints, factor: int) -> Ints:
    """Entries times a factor; nothing from and to nowhere, :data:`NO_WAY` where there is none."""
    safe = np.ix_(np.where(before == NOWHERE, 0, before), np.where(after == NOWHERE, 0, after))
    legs = np.where(matrix[safe] == FORBIDDEN, NO_WAY, factor * matrix[safe])
    legs[before == NOWHERE, :] = 0
    legs[:, after == NOWHERE] = 0
    return np.ascontiguousarray(legs)
