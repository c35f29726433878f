"""A true bound: each job's "exactly once" is priced, each agent's knapsack is solved exactly.

Where an agent has one row, the best such bound is that of column generation over agents' patterns (Fisher,
Jaikumar & Van Wassenhove 1986), above the linear relaxation's. Where it has several, the one worth most is
kept and the others are priced too: weaker, and still true. Multipliers are whole numbers of
1/:data:`SCALE` of a unit of cost and everything after them is integer arithmetic, so the bound may be
rounded up to the next whole cost without trusting floating point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.assignment.knapsack import Marks, force_all, pack_all
from optimiser.assignment.problem import NEVER, AssignmentProblem, Floats, Ints
from optimiser.assignment.tables import ByAgent, Kept

SCALE = 1 << 10
FAR = 1 << 42
"""A width beyond any loss that matters, for ranking candidates."""
MOST_CELLS = 20_000_000
"""Largest table of one knapsack; above it the linear bound of that agent is used."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Multipliers:
    """Prices, in 1/:data:`SCALE` of a unit of cost.

    Attributes
    ----------
    job
        ``int64[n]``; never above the price of leaving the job out.
    row
        ``int64[r]``, not below zero; what kept rows hold here counts for nothing.
    """

    job: Ints
    row: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """The relaxation's optimum at some multipliers.

    Attributes
    ----------
    value
        In 1/:data:`SCALE` of a unit of cost.
    taken
        ``uint8[m]``: candidates that their agents take.
    """

    multipliers: Multipliers
    value: int
    taken: Marks

    @property
    def bound(self) -> int:
        """Cost that no assignment can undercut."""
        return -(-self.value // SCALE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ascent:
    """Where a climb ended.

    Attributes
    ----------
    mean
        ``float64[m]`` in 0 … 1: how often candidates were taken of late.
    """

    best: Relaxed
    mean: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxation:
    """A problem, the candidates in play and the rows kept."""

    problem: AssignmentProblem
    agents: ByAgent
    kept: Kept

    def at(self, multipliers: Multipliers) -> Relaxed:
        """The relaxation solved at multipliers."""
        job, row = self._allowed(multipliers)
        worth = self._worth(job, row)
        taken = np.zeros(len(worth), dtype=np.uint8)
        most = pack_all(
            worth,
            self.kept.weight,
            self.kept.room,
            self.agents.first,
            self.agents.candidates,
            MOST_CELLS,
            taken,
        )
        value = int(job.sum()) - int(most) - int((row * self.problem.capacity).sum())
        return Relaxed(multipliers=Multipliers(job=job, row=row), value=value, taken=taken)

    def losses(self, multipliers: Multipliers, width: int) -> tuple[Ints, Ints]:
        """What it costs at least to force a candidate in, and out; cut at ``width + 1``.

        Returns
        -------
        ``int64[m]`` twice, in 1/:data:`SCALE` of a unit of cost; candidates out of play hold 0.
        """
        worth = self.worth(multipliers)
        into, out = np.zeros(len(worth), dtype=np.int64), np.zeros(len(worth), dtype=np.int64)
        force_all(
            worth,
            self.kept.weight,
            self.kept.room,
            self.agents.first,
            self.agents.candidates,
            width,
            MOST_CELLS,
            into,
            out,
        )
        return into, out

    def choice_losses(self, multipliers: Multipliers, width: int) -> Ints:
        """What it costs at least that a job takes a candidate, its others being forbidden.

        Agents' losses add up, since their knapsacks are apart. ``int64[m]``, in 1/:data:`SCALE` of a unit of
        cost; out of play, 0.
        """
        into, out = self.losses(multipliers, width)
        return into + self.forbidden(out)[self.problem.job] - out

    def forbidden(self, out: Ints) -> Ints:
        """``int64[n]``: what it costs at least to forbid all candidates of a job."""
        forbidden = np.zeros(self.problem.jobs, dtype=np.int64)
        np.add.at(forbidden, self.problem.job, out)
        return forbidden

    def worth(self, multipliers: Multipliers) -> Ints:
        """What candidates gain their agents at multipliers: ``int64[m]``, in 1/SCALE of a unit of cost."""
        return self._worth(*self._allowed(multipliers))

    def _allowed(self, multipliers: Multipliers) -> tuple[Ints, Ints]:
        price = np.where(
            self.problem.leave_out == NEVER, np.iinfo(np.int64).max, self.problem.leave_out * SCALE
        )
        row = np.maximum(multipliers.row, 0)
        row[self.kept.row[self.kept.row >= 0]] = 0
        return np.minimum(multipliers.job, price), row

    def _worth(self, job: Ints, row: Ints) -> Ints:
        """What a candidate gains its agent, in 1/SCALE of a unit of cost."""
        worth = job[self.problem.job] - self.problem.cost * SCALE
        np.subtract.at(worth, self.kept.using, self.kept.priced_amount * row[self.kept.priced_row])
        return worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgradient:
    """Ascent along deflected subgradients (Camerini, Fratta & Maffioli 1975) with Polyak's step.

    Attributes
    ----------
    steps
        How many at most.
    patience
        Steps without a better bound until the step is halved.
    longest, shortest
        Share of Polyak's step to begin with, and at which to end.
    memory
        Share of the last direction that stays in the next.
    fresh
        Weight of the newest in the mean of what agents take.
    """

    steps: int = 6000
    patience: int = 20
    longest: float = 1.0
    shortest: float = 0.001
    memory: float = 0.8
    fresh: float = 0.03

    def climb(
        self,
        relaxation: Relaxation,
        start: Multipliers,
        target: float,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> Ascent:
        """Climb, and average what agents take on the way: near the top, nearly the relaxation's own solution.

        Parameters
        ----------
        target
            Cost that the bound is stepped towards: an incumbent's, or a guess a little above the bound.
        """
        best = at = relaxation.at(start)
        size = _row_sizes(relaxation)
        job, row = best.multipliers.job.astype(float), best.multipliers.row.astype(float)
        along_job, along_row = np.zeros(len(job)), np.zeros(len(row))
        share, since, mean = self.longest, 0, best.taken.astype(float)
        for _ in range(self.steps):
            if share < self.shortest or best.bound >= target or not may_go_on():
                break
            short, over = _violations(relaxation, at)
            along_job = short + self.memory * along_job
            along_row = over / size + self.memory * along_row
            norm = float((along_job**2).sum() + (along_row**2).sum())
            if norm == 0.0:
                break
            step = share * max(target * SCALE - at.value, SCALE / 8) / norm
            job = at.multipliers.job + step * along_job
            row = at.multipliers.row + step * along_row / size
            at = relaxation.at(
                Multipliers(job=np.rint(job).astype(np.int64), row=np.rint(row).astype(np.int64))
            )
            mean += self.fresh * (at.taken - mean)
            since += 1
            if at.value > best.value:
                best, since = at, 0
            elif since >= self.patience:
                share, since, at = share / 2, 0, best
                along_job[:] = 0
                along_row[:] = 0
        return Ascent(best=best, mean=mean)


def _row_sizes(relaxation: Relaxation) -> Floats:
    """Mean amount used of a row, so that steps in jobs and rows are of one size."""
    problem = relaxation.problem
    amount = np.bincount(problem.use_row, weights=problem.use_amount, minlength=len(problem.capacity))
    users = np.bincount(problem.use_row, minlength=len(problem.capacity))
    return np.asarray(np.maximum(amount / np.maximum(users, 1), 1.0))


def _violations(relaxation: Relaxation, at: Relaxed) -> tuple[Floats, Floats]:
    """How often each job is short of being taken once, and each priced row over its capacity."""
    problem, kept = relaxation.problem, relaxation.kept
    took = np.bincount(problem.job[at.taken > 0], minlength=problem.jobs)
    short: Floats = np.asarray(1.0 - took, dtype=np.float64)
    may_be_left = (problem.leave_out != NEVER) & (at.multipliers.job >= problem.leave_out * SCALE)
    short[may_be_left & (short > 0)] = 0.0
    used = np.zeros(len(problem.capacity))
    by = at.taken[kept.using] > 0
    np.add.at(used, kept.priced_row[by], kept.priced_amount[by])
    over = used - problem.capacity
    over[kept.row[kept.row >= 0]] = 0.0
    over[(over < 0) & (at.multipliers.row <= 0)] = 0.0
    return short, over


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fixing:
    """What an assignment no dearer than ``target`` can be made of.

    Attributes
    ----------
    alive
        Candidates that may still be taken.
    may_leave
        ``bool[n]``: jobs that may still be left out.
    bound
        A true bound: the relaxation's, or one above ``target`` where some job has nothing left.
    """

    target: int
    alive: Ints
    may_leave: NDArray[np.bool_]
    bound: int

    def may_leave_all(self, problem: AssignmentProblem) -> bool:
        """Whether every job that has a price may still be left out."""
        return bool((self.may_leave == (problem.leave_out != NEVER)).all())


def fix(relaxation: Relaxation, at: Relaxed, target: int) -> Fixing:
    """Drop what only assignments dearer than ``target`` contain."""
    problem, width = relaxation.problem, target * SCALE - at.value
    if width < 0:
        nobody = np.zeros(problem.jobs, dtype=np.bool_)
        return Fixing(target=target, alive=np.zeros(0, dtype=np.int64), may_leave=nobody, bound=at.bound)
    into, out = relaxation.losses(at.multipliers, width)
    forbidden = relaxation.forbidden(out)
    candidates = relaxation.agents.candidates
    loss = (into + forbidden[problem.job] - out)[candidates]
    must = problem.leave_out == NEVER
    leave = forbidden + problem.leave_out * SCALE - at.multipliers.job
    least = np.where(must, width + 1, leave)
    np.minimum.at(least, problem.job[candidates], loss)
    above = -(-(at.value + int(least.max(initial=0))) // SCALE)
    return Fixing(
        target=target,
        alive=np.sort(candidates[loss <= width]),
        may_leave=~must & (leave <= width),
        bound=max(at.bound, min(target + 1, above)),
    )
