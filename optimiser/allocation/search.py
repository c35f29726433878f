"""Improvement by search among the allocations that keep what was proven.

A heuristic: it has no bound of its own. It anneals within capacity, moves packages up while there is room
(:func:`~optimiser.allocation.room.promoted`), and for compactness anneals again among rank-faithful
allocations alone. What it hands back is rank-faithful, and it never gives back care that was placed or a
choice that was honoured.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.allocation.cascade import cascade
from optimiser.allocation.kernels import Calls, anneal
from optimiser.allocation.policy import DUTY_FIRST, Objective, Seats
from optimiser.allocation.problem import Problem
from optimiser.allocation.proximity import Proximity
from optimiser.allocation.room import promoted
from optimiser.allocation.tables import Floats, Ints, Tables, per_option
from optimiser.model.calendar import HOUR
from optimiser.solving.progress import Progress, Reporter, silent

GUARD = 200.0
"""Seconds of travel a day that a pound a week above a guard weighs in the search."""
SLICES = 200
"""Into which one annealing is cut."""
DUTY_WEIGHS = {Objective.UNPLACED: 1e7, Objective.URGENCY: 1e4, Objective.CHOICE: 1e6}
"""What an hour a week of duty (or an hour times days) weighs in the search: more than all else can save."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annealing:
    """One annealing.

    Attributes
    ----------
    steps
        For each package: the search is limited by steps, so that it can be repeated.
    hot, cold
        First and last temperature, in the unit of the energy.
    """

    steps: int
    hot: float
    cold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Settings of the search.

    Attributes
    ----------
    start
        Annealings for an objective, to give the exact engine a good start.
    free, faithful
        For compactness: within capacity, then among rank-faithful allocations.
    near
        Nearest people of the same provider, called upon at about the same time, that compactness counts.
    """

    start: tuple[Annealing, ...] = (Annealing(steps=20_000, hot=30.0, cold=0.5),)
    free: tuple[Annealing, ...] = (Annealing(steps=3_000, hot=1000.0, cold=10.0),)
    faithful: tuple[Annealing, ...] = (Annealing(steps=4_000, hot=50.0, cold=3.0),)
    near: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search found, and whether time stopped it short."""

    seats: Seats
    out_of_time: bool


def improve_objective(
    problem: Problem, seats: Seats, objective: Objective, *, search: Search, seed: int, duty: bool = True
) -> Seats:
    """Less of one objective: a good start for the exact engine, rank-faithful or not.

    Parameters
    ----------
    duty
        Whether nothing may be gained by leaving care unplaced or a choice unheard.
    """
    linear = np.asarray(per_option(problem, objective) / 100.0, dtype=np.float64)
    if duty:
        linear += _duty(problem, DUTY_FIRST)
    run = _Run(problem, linear, None, (), search.near, seed, None, silent)
    return run.anneal(seats, search.start, faithful=False, task="")


def improve_compactness(
    problem: Problem,
    seats: Seats,
    proximity: Proximity,
    *,
    most_ordered_cost: float,
    duties: Sequence[Objective] = DUTY_FIRST,
    search: Search,
    seed: int,
    seconds: float | None = None,
    progress: Reporter = silent,
) -> Found:
    """Draw each provider's people together, from a rank-faithful allocation.

    The weekly cost stays at or below that of ``cascade`` or of ``seats``, whichever is more, and the ordered
    cost at or below ``most_ordered_cost`` or that of ``seats``, and none of ``duties`` rises. Where search
    finds nothing within that, ``seats`` stay.
    """
    guards = _guards(problem, seats, most_ordered_cost)
    run = _Run(problem, _duty(problem, duties), proximity, guards, search.near, seed, seconds, progress)
    later = len(search.faithful)
    best = run.anneal(seats, search.free, faithful=False, task="drawing people together", later=later)
    best = run.anneal(promoted(problem, best), search.faithful, faithful=True, task="compact territories")
    # A row that a whole tier shares can make room where the search did not look.
    best = promoted(problem, best)
    within = all(guard.of(run.tables, best) <= guard.most + 1e-6 for guard in guards)
    dearest = max(Objective.COST.total(problem, each) for each in (seats, cascade(problem)))
    within = within and Objective.COST.total(problem, best) <= dearest
    duty = all(each.total(problem, best) <= each.total(problem, seats) for each in duties)
    return Found(seats=best if within and duty else seats, out_of_time=run.out_of_time)


def _duty(problem: Problem, duties: Sequence[Objective]) -> Floats:
    weighed = [DUTY_WEIGHS[each] * (per_option(problem, each) / HOUR) for each in duties]
    return np.asarray(sum(weighed), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Guard:
    """A sum that may reach ``most`` freely, and costs ``price`` for each unit above."""

    adds: Floats
    most: float
    price: float

    def of(self, tables: Tables, seats: Seats) -> float:
        """The sum under seats."""
        return float(self.adds[tables.chosen(seats)].sum())


def _guards(problem: Problem, seats: Seats, most_ordered_cost: float) -> tuple[_Guard, ...]:
    """Weekly cost and ordered cost, in pounds."""
    cost, ordered = Objective.COST, Objective.ORDERED_COST
    most_cost = max(cost.total(problem, cascade(problem)), cost.total(problem, seats))
    most_ordered = max(most_ordered_cost, ordered.total(problem, seats))
    return (
        _Guard(per_option(problem, cost) / 100.0, most_cost / 100.0, GUARD),
        _Guard(per_option(problem, ordered) / 100.0, most_ordered / 100.0, GUARD),
    )


class _Run:
    """Annealings that share arrays, a random state and a clock."""

    def __init__(
        self,
        problem: Problem,
        linear: Floats,
        proximity: Proximity | None,
        guards: Sequence[_Guard],
        near: int,
        seed: int,
        seconds: float | None,
        progress: Reporter,
    ) -> None:
        n, m = len(problem.needs), len(linear)
        self.tables, self.linear, self.near = Tables.of(problem), linear, near
        self.pull = 1.0 if proximity else 0.0
        self.calls = proximity.calls if proximity else _no_calls(n)
        self.guards = (
            np.array([guard.adds for guard in guards]).reshape(len(guards), m),
            np.array([guard.most for guard in guards]),
            np.array([guard.price for guard in guards]),
        )
        self.state = np.array([(seed * 2654435761 + 88172645463325252) % 2**64 or 1], dtype=np.uint64)
        self.ends = None if seconds is None else time.perf_counter() + seconds
        self.progress = progress
        self.out_of_time = False

    def anneal(
        self, seats: Seats, plan: Sequence[Annealing], *, faithful: bool, task: str, later: int = 0
    ) -> Seats:
        """Best seats met over some annealings; where time is short, they cool the sooner.

        Parameters
        ----------
        later
            How many will be asked for afterwards: they want their share of the time.
        """
        t = self.tables
        best, best_energy = t.chosen(seats), np.inf
        for turn, each in enumerate(plan if len(t.eligible) else ()):
            energy, found = self._cool(best, each, faithful, task, turn, len(plan), later)
            if energy < best_energy:
                best, best_energy = found, energy
        return t.seats(best)

    def _cool(
        self, start: Ints, cooling: Annealing, faithful: bool, task: str, turn: int, turns: int, later: int
    ) -> tuple[float, Ints]:
        """One annealing, slice by slice, so that it hears of the time and of an interruption."""
        t, chosen, best, best_energy = self.tables, start.copy(), start, np.inf
        load = _load(t, chosen)  # both are kept up to date in place, from slice to slice
        total = cooling.steps * len(t.first)
        begun, begins, done = time.perf_counter(), 0.0, 0
        while done < total:
            steps = min(-(-total // SLICES), total - done)
            ends = (done + steps) / total
            if self.ends is not None:
                now = time.perf_counter()
                share = max(self.ends - begun, 1e-9) / (turns - turn + later)
                if now - begun >= share:
                    self.out_of_time = True
                    break
                ends = max(ends, min(1.0, (now - begun) / share + 1 / SLICES))
            falls = cooling.cold / cooling.hot
            energy, found = anneal(
                t.first, t.last, t.provider, t.option, t.use_from, t.use_row, t.use_amount,
                t.eligible_from, t.eligible, t.limit, chosen, load, self.linear,
                *self.guards, self.pull, self.near, self.calls,
                self.state, steps, cooling.hot * falls**begins, cooling.hot * falls**ends, faithful,
            )  # fmt: skip
            if energy < best_energy:
                best, best_energy = found, float(energy)
            begins, done = ends, done + steps
            self.progress(
                Progress(task=task, done=SLICES * turn + SLICES * done // total, total=SLICES * turns)
            )
        return best_energy, best


def _no_calls(n: int) -> Calls:
    """Of a search that does not look at travel."""
    return Calls(
        travel=np.zeros((1, 1), dtype=np.float32),
        neighbour=np.zeros((n, 1), dtype=np.int64),
        first=np.zeros(n + 1, dtype=np.int64),
        at=np.zeros(0, dtype=np.int64),
        times=np.zeros(0, dtype=np.float64),
        about=np.zeros(n, dtype=np.uint64),
    )


def _load(tables: Tables, chosen: Ints) -> Ints:
    load = np.zeros(len(tables.limit), dtype=np.int64)
    for o in chosen:
        part = slice(tables.use_from[o], tables.use_from[o + 1])
        np.add.at(load, tables.use_row[part], tables.use_amount[part])
    return load
