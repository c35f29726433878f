"""The generalised assignment problem as arrays: jobs, who may take each, and what it takes of them.

Ross & Soland (1975), Mathematical Programming 8, with four liberties that buying care needs: a job has a list
of candidates of its own, a candidate uses any number of its agent's rows (bands of the day), an agent
may be a candidate for one job in several ways, and a job may be left out at a price.
:mod:`optimiser.assignment.formulation` states it as mathematics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

NEVER = -1
"""Price of leaving out a job that must be taken."""
LARGEST = 10**9
"""Largest cost, price, amount or capacity: sums of scaled costs stay whole in 64 bits."""
SHARED = -1
"""Whose a row is that candidates of several agents use."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AssignmentProblem:
    """Jobs to agents at least cost.

    Attributes
    ----------
    first
        ``int64[n + 1]``: the candidates of job j are those from ``first[j]`` up to ``first[j + 1]``.
    agent, cost
        ``int64[m]`` of each candidate. Costs may be below zero.
    use_first, use_row, use_amount
        Rows and amounts a candidate uses, from ``use_first[e]`` up to ``use_first[e + 1]``, each row once.
    row_agent, capacity
        ``int64[r]``: whose a row is, and how much it holds. A candidate uses rows of its own agent, and
        :data:`SHARED` ones.
    leave_out
        ``int64[n]``: price of a job that nobody takes; :data:`NEVER` where somebody must.

    Raises
    ------
    ValueError
        Where the arrays contradict one another.
    """

    first: Ints
    agent: Ints
    cost: Ints
    use_first: Ints
    use_row: Ints
    use_amount: Ints
    row_agent: Ints
    capacity: Ints
    leave_out: Ints

    def __post_init__(self) -> None:
        for name in self.__slots__:
            array = np.array(getattr(self, name), dtype=np.int64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        for fault in self._faults():
            raise ValueError(fault)

    def _faults(self) -> list[str]:
        m, uses, rows = len(self.agent), len(self.use_row), len(self.capacity)
        shapes = {
            "first": _partitions(self.first, len(self.leave_out), m),
            "cost": len(self.cost) == m,
            "use_first": _partitions(self.use_first, m, uses),
            "use_amount": len(self.use_amount) == uses,
            "row_agent": len(self.row_agent) == rows,
        }
        if not all(shapes.values()):
            return [f"{name} does not fit the other arrays" for name, right in shapes.items() if not right]
        using = np.repeat(np.arange(m), np.diff(self.use_first))
        known = bool(((self.use_row >= 0) & (self.use_row < rows)).all())
        whose = self.row_agent[self.use_row] if known else self.use_row
        own = known and bool(((whose == self.agent[using]) | (whose == SHARED)).all())
        once = known and bool((np.diff(np.sort(using * max(rows, 1) + self.use_row)) > 0).all())
        positive = (self.agent, self.row_agent - SHARED, self.capacity, self.use_amount)
        large = max(int(np.abs(each).max(initial=0)) for each in (self.cost, *positive, self.leave_out))
        claims = {
            "a candidate uses a row that is not its agent's": own,
            "a candidate uses a row twice": once,
            "an agent, a capacity or an amount is below zero": all((each >= 0).all() for each in positive),
            "a price of leaving out is below zero": bool((self.leave_out >= NEVER).all()),
            f"a number is above {LARGEST:,}": large <= LARGEST,
        }
        return [fault for fault, right in claims.items() if not right]

    @property
    def jobs(self) -> int:
        """How many jobs there are."""
        return len(self.leave_out)

    @property
    def agents(self) -> int:
        """How many agents there are: one more than the largest number met."""
        return 1 + max(int(self.agent.max(initial=-1)), int(self.row_agent.max(initial=-1)))

    @property
    def job(self) -> Ints:
        """``int64[m]``: whose candidate each is."""
        return np.repeat(np.arange(self.jobs), np.diff(self.first))

    @classmethod
    def dense(cls, costs: ArrayLike, amounts: ArrayLike, capacities: ArrayLike) -> AssignmentProblem:
        """The problem as it is published: every agent may take every job and has one capacity.

        Parameters
        ----------
        costs, amounts
            ``[agents, jobs]``: what job j costs with agent i, and takes of it.
        capacities
            ``[agents]``.
        """
        cost, amount = np.asarray(costs, dtype=np.int64), np.asarray(amounts, dtype=np.int64)
        agents, jobs = cost.shape
        numbers = np.tile(np.arange(agents), jobs)
        return cls(
            first=np.arange(jobs + 1) * agents,
            agent=numbers,
            cost=cost.T.ravel(),
            use_first=np.arange(agents * jobs + 1),
            use_row=numbers,
            use_amount=amount.T.ravel(),
            row_agent=np.arange(agents),
            capacity=np.asarray(capacities, dtype=np.int64),
            leave_out=np.full(jobs, NEVER),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who takes each job.

    Attributes
    ----------
    candidates
        Of each job, the number of the candidate that takes it, over all candidates of the problem; ``None``
        where it is left out.
    """

    candidates: tuple[int | None, ...]

    @classmethod
    def of(cls, chosen: Sequence[int] | Ints) -> Assignment:
        """From an array in which −1 is nobody."""
        return cls(candidates=tuple(None if each < 0 else int(each) for each in chosen))

    def as_array(self) -> Ints:
        """``int64[n]``, −1 where a job is left out."""
        return np.array([-1 if each is None else each for each in self.candidates], dtype=np.int64)

    def agents(self, problem: AssignmentProblem) -> tuple[int | None, ...]:
        """The agent of each job."""
        return tuple(None if each is None else int(problem.agent[each]) for each in self.candidates)

    def __str__(self) -> str:
        left = sum(each is None for each in self.candidates)
        return f"{len(self.candidates) - left} assigned, {left} left out"


def total_cost(problem: AssignmentProblem, chosen: Ints) -> int:
    """Cost of an assignment as an array, prices of what is left out included."""
    taken = chosen >= 0
    return int(problem.cost[chosen[taken]].sum() + problem.leave_out[~taken].sum())


def loads(problem: AssignmentProblem, chosen: Ints) -> Ints:
    """``int64[r]``: how much of each row an assignment uses."""
    taken = chosen[chosen >= 0]
    count = problem.use_first[taken + 1] - problem.use_first[taken]
    ends = np.cumsum(count)
    use = np.repeat(problem.use_first[taken] - ends + count, count) + np.arange(int(count.sum()))
    load = np.zeros(len(problem.capacity), dtype=np.int64)
    np.add.at(load, problem.use_row[use], problem.use_amount[use])
    return load


def is_feasible(problem: AssignmentProblem, chosen: Ints) -> bool:
    """Whether an assignment as an array keeps every capacity and leaves out nothing that must be taken."""
    kept = bool((loads(problem, chosen) <= problem.capacity).all())
    return kept and bool((problem.leave_out[chosen < 0] != NEVER).all())


def _partitions(starts: Ints, parts: int, size: int) -> bool:
    """Whether ``starts`` cuts ``size`` things into ``parts``."""
    fits = len(starts) == parts + 1 and starts[0] == 0 and starts[-1] == size
    return fits and bool((np.diff(starts) >= 0).all())
