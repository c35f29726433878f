"""The rounds problem as arrays: what is to be done, by whom it may be done, how far apart it lies.

Notation (used by the kernels too)
----------------------------------
``i, j``
    A *service*: one carer's part of one visit. A double-handed visit is two services.
``v``
    A *visit*: its services are made all or none.
``r``
    A *shift*: a carer, or a nameless carer of some pattern, on duty once. A used shift is a round.
``a → b (lag)``
    A *link*: ``start[b] ≥ start[a] + lag``. Starting together is two links of lag 0; "between 2 and 4
    hours after" is ``a → b (2 h)`` and ``b → a (−4 h)``.

A plan gives each served service a shift and a place in it. Start times are the least solution of

    start[i] ≥ earliest[i]
    start[j] ≥ start[i] + duration[i] + gap(i, j)      for j after i in a round
    start[b] ≥ start[a] + lag                          for every link between served services

and the plan is feasible when ``start[i] ≤ latest[i]`` everywhere and every round ends within its shift. A
service with a second window that misses the first waits for the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.rules import Weights

NOWHERE = -1
"""Depot of a round that starts or ends at its first or last visit."""
FORBIDDEN = -1
"""Entry of ``preference`` where a service may not be on a shift, and of travel where there is no way."""

FIRST = -1
"""In ``PlannedRound.rest_after``: the rest comes before the first service."""
NEVER = 1 << 50
"""A time that does not come: no second window, no limit, no rest due."""

Ints = NDArray[np.int64]


def _not_given() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """One provider's day; ``n`` services of ``k`` visits, ``m`` shifts, ``p`` places, ``q`` travel modes.

    Arrays from ``again`` on may be left out; they then say what their text says first.

    Attributes
    ----------
    earliest, due, latest
        ``int64[n]`` seconds past midnight. Service may start from ``earliest``; after ``due`` it is late,
        after ``latest`` not allowed.
    duration, place, visit
        ``int64[n]``: seconds; index of place; index of visit.
    link_from, link_to, link_lag
        ``int64[l]``: see the module's text.
    shift_start, shift_end, depot_from, depot_to, mode
        ``int64[m]``: seconds past midnight; index of place or :data:`NOWHERE`; index of travel mode.
    rest, rest_after
        ``int64[m]``: break in seconds, and length of working day in seconds past which it is due.
    alike
        ``int64[m]``: shifts with equal numbers differ in nothing but their name.
    carer
        ``int64[m]``: shifts of one carer share a number; one visit needs different carers.
    preference
        ``int64[n, m]``: cost in points of a service on a shift, or :data:`FORBIDDEN`.
    seconds, metres, gap
        ``int64[q, p, p]``: travel as measured, and the time to leave between two visits (travel with its
        margin, and handover). :data:`FORBIDDEN` where there is no way through. Row = from.
    again, again_due, again_latest
        ``int64[n]``: no second window (:data:`NEVER`), or where it begins, and its ``due`` and ``latest``.
        A start from ``again`` on belongs to the second window.
    price
        ``int64[k]`` points for leaving a visit out: ``weights.unserved`` for each of its services.
    demand, capacity
        ``int64[n]``, ``int64[m]``: nothing and without limit, or what a service takes of what a shift has:
        contact seconds of the hours a carer has left in the week, goods of a vehicle.
    shift_due
        ``int64[m]``: the shift's end, or the moment after which extra time is paid for.
    rest_from, rest_to, rest_price
        ``int64[m]``: a rest may begin at any time, or from and to these. One with hours of its own is due
        whenever the shift is used and may also open or close the round; it may be missed for so many points
        (−1: it may not).
    locked
        ``int64[m]``: nobody is (0), or the round is to stay as the start has it (1).
    """

    earliest: Ints
    due: Ints
    latest: Ints
    duration: Ints
    place: Ints
    visit: Ints
    link_from: Ints
    link_to: Ints
    link_lag: Ints
    shift_start: Ints
    shift_end: Ints
    depot_from: Ints
    depot_to: Ints
    mode: Ints
    rest: Ints
    rest_after: Ints
    alike: Ints
    carer: Ints
    preference: Ints
    seconds: Ints
    metres: Ints
    gap: Ints
    weights: Weights
    again: Ints = field(default_factory=_not_given)
    again_due: Ints = field(default_factory=_not_given)
    again_latest: Ints = field(default_factory=_not_given)
    price: Ints = field(default_factory=_not_given)
    demand: Ints = field(default_factory=_not_given)
    capacity: Ints = field(default_factory=_not_given)
    shift_due: Ints = field(default_factory=_not_given)
    rest_from: Ints = field(default_factory=_not_given)
    rest_to: Ints = field(default_factory=_not_given)
    rest_price: Ints = field(default_factory=_not_given)
    locked: Ints = field(default_factory=_not_given)

    def __post_init__(self) -> None:
        n, m = self.services, self.shifts
        usual = {
            "again": np.full(n, NEVER),
            "again_due": np.full(n, NEVER),
            "again_latest": np.full(n, NEVER),
            "price": self.weights.unserved * np.bincount(self.visit, minlength=self.visits),
            "demand": np.zeros(n, np.int64),
            "capacity": np.full(m, NEVER),
            "shift_due": self.shift_end,
            "rest_from": np.full(m, -NEVER),
            "rest_to": np.full(m, NEVER),
            "rest_price": np.full(m, -1),
            "locked": np.zeros(m, np.int64),
        }
        for each in fields(self):
            if each.name in usual and not len(getattr(self, each.name)):
                object.__setattr__(self, each.name, usual[each.name].astype(np.int64))

    @property
    def services(self) -> int:
        """Number of services, ``n``."""
        return len(self.earliest)

    @property
    def visits(self) -> int:
        """Number of visits, ``k``."""
        return int(self.visit.max()) + 1 if len(self.visit) else 0

    @property
    def shifts(self) -> int:
        """Number of shifts, ``m``."""
        return len(self.shift_start)


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """One used shift: services in order, when each starts, after which of them the rest is taken.

    ``rest_after`` is a service, :data:`FIRST`, or ``None`` for no rest.
    """

    shift: int
    services: tuple[int, ...]
    starts: tuple[int, ...]
    rest_after: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A solution of :class:`Problem`: its rounds by shift, and the visits nobody makes."""

    rounds: tuple[PlannedRound, ...]
    unserved: tuple[int, ...]

    def __str__(self) -> str:
        return f"{len(self.rounds)} rounds, {len(self.unserved)} unserved"
