"""Improvement by search among the rank-faithful allocations that keep what was proven.

A heuristic: it has no bound of its own. It starts from a rank-faithful allocation, every state of it is
rank-faithful, and it never gives back care that was placed or a choice that was honoured.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from optimiser.allocation.cascade import cascade
from optimiser.allocation.kernels import anneal
from optimiser.allocation.policy import Objective, Seats
from optimiser.allocation.problem import Problem
from optimiser.allocation.proximity import Proximity
from optimiser.allocation.tables import Floats, Ints, Tables, per_option
from optimiser.model.calendar import HOUR
from optimiser.solving.progress import Progress, Reporter, silent

FF=[True]
HOUR_UNPLACED = 1e7
HOUR_OF_CHOICE = 1e6
"""What an hour a week of proven duty weighs in the search: more than anything else can save."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Settings of the search.

    Attributes
    ----------
    steps
        Of all runs together, for each package: the search is limited by steps, so that it can be repeated.
    runs
        Annealings one after the other, each from the best so far, each less hot than the last.
    near
        Nearest people of the same provider that compactness counts.
    hot, cold
        Temperature of the first run, in the unit of the energy.
    """

    steps: int = 30_000
    runs: int = 4
    near: int = 5
    hot: float = 150.0
    cold: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search found, and whether time stopped it short."""

    seats: Seats
    energy: float
    out_of_time: bool


def improve_order(
    problem: Problem,
    seats: Seats,
    *,
    search: Search,
    seed: int,
    seconds: float | None = None,
    progress: Reporter = silent,
) -> Found:
    """Move care to better tiers, then to better positions, then to lower cost."""
    cost = per_option(problem, Objective.COST)
    linear = _duty(problem) + order_hours(problem) + 1e-6 * cost
    return _anneal(problem, seats, linear, None, search, seed, seconds, progress, "keeping the order of call-off", faithful=False)


def improve_compactness(
    problem: Problem,
    seats: Seats,
    proximity: Proximity,
    *,
    search: Search,
    seed: int,
    seconds: float | None = None,
    progress: Reporter = silent,
) -> Found:
    """Draw each provider's people together, no further down the order and no dearer than ``cascade``."""
    return _anneal(problem, seats, _duty(problem), proximity, search, seed, seconds, progress, "compact territories", faithful=FF[0])


def order_hours(problem: Problem) -> Floats:
    """Hours × (tier, then position) of each option, on one scale: a tier outweighs every position."""
    deepest = max((need.last_position for need in problem.needs), default=1)
    hours = deepest * per_option(problem, Objective.TIER) + per_option(problem, Objective.POSITION)
    return np.asarray(hours / HOUR, dtype=np.float64)


def _duty(problem: Problem) -> Floats:
    unplaced, choice = (per_option(problem, each) / HOUR for each in (Objective.UNPLACED, Objective.CHOICE))
    return np.asarray(HOUR_UNPLACED * unplaced + HOUR_OF_CHOICE * choice, dtype=np.float64)


def _anneal(
    problem: Problem,
    seats: Seats,
    linear: Floats,
    proximity: Proximity | None,
    search: Search,
    seed: int,
    seconds: float | None,
    progress: Reporter,
    task: str,
    *,
    faithful: bool,
) -> Found:
    begun = time.perf_counter()
    n, tables = len(problem.needs), Tables.of(problem)
    if n == 0 or len(tables.eligible) == 0:
        return Found(seats=seats, energy=0.0, out_of_time=False)
    guarded, guard, price = _guards(problem, tables, proximity)
    nothing = (np.zeros((n, n), dtype=np.float32), np.zeros(n), np.zeros((n, 1), dtype=np.int64))
    travel, visits, neighbour = (
        (proximity.travel, proximity.visits, proximity.neighbour) if proximity else nothing
    )
    state = np.array([(seed * 2654435761 + 88172645463325252) % 2**64 or 1], dtype=np.uint64)
    best, best_energy, late = tables.chosen(seats), np.inf, False
    for turn in range(search.runs):
        chosen = best.copy()
        energy, found = anneal(
            tables.first, tables.last, tables.provider, tables.option,
            tables.use_from, tables.use_row, tables.use_amount,
            tables.eligible_from, tables.eligible, tables.limit,
            chosen, _load(tables, chosen), linear, guarded, guard, price,
            1.0 if proximity else 0.0, search.near, visits, travel, neighbour,
            state, search.steps * n // search.runs, search.hot * 0.5**turn, search.cold, faithful,
        )  # fmt: skip
        if energy < best_energy:
            best, best_energy = found, float(energy)
        progress(Progress(task=task, done=turn + 1, total=search.runs, incumbent=best_energy))
        late = seconds is not None and time.perf_counter() - begun > seconds and turn + 1 < search.runs
        if late:
            break
    return Found(seats=tables.seats(best), energy=best_energy, out_of_time=late)


def _guards(
    problem: Problem, tables: Tables, proximity: Proximity | None
) -> tuple[Floats, Floats, Floats]:
    """Cost and order that compactness may not go beyond: those of calling off one by one."""
    m = len(tables.provider)
    if proximity is None:
        return np.zeros((0, m)), np.zeros(0), np.zeros(0)
    today = tables.chosen(cascade(problem))
    guarded = np.stack([per_option(problem, Objective.COST) / 100.0, order_hours(problem)])
    return guarded, guarded[:, today].sum(axis=1), np.array([10.0, 10.0])


def _load(tables: Tables, chosen: Ints) -> Ints:
    load = np.zeros(len(tables.limit), dtype=np.int64)
    for o in chosen:
        part = slice(tables.use_from[o], tables.use_from[o + 1])
        np.add.at(load, tables.use_row[part], tables.use_amount[part])
    return load
