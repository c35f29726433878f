r"""The model, in the letters the code uses, as arrays for an engine.

.. math::

   \min\ & \sum_e c_e x_e + \sum_j p_j u_j \\
   & \sum_{e \in E_j} x_e + u_j = 1      && \text{each job j once, or left out} \\
   & \sum_e a_{er} x_e \le b_r           && \text{each capacity row r} \\
   & x_e, u_j \in \{0, 1\}

with candidates e, their cost c, jobs' prices of being left out p (no u for a job that must be taken),
amounts a and capacities b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.assignment.problem import NEVER, AssignmentProblem, Floats, Ints
from optimiser.solving.with_highs import Columns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model(Columns):
    """The model above. Rows are the jobs in ``jobs``, then the problem's capacity rows.

    Attributes
    ----------
    candidates
        Candidate of each of the first columns.
    left
        Job that each of the other columns leaves out.
    jobs
        Jobs in the model.
    """

    candidates: Ints
    left: Ints
    jobs: Ints

    def values(self, chosen: Ints) -> Floats | None:
        """Columns of an assignment; ``None`` where it takes what the model does not hold."""
        column = {int(each): k for k, each in enumerate(self.candidates)}
        leaving = {int(each): len(self.candidates) + k for k, each in enumerate(self.left)}
        values = np.zeros(len(self.cost))
        for job in self.jobs:
            at = column.get(int(chosen[job])) if chosen[job] >= 0 else leaving.get(int(job))
            if at is None:
                return None
            values[at] = 1.0
        return values

    def chosen(self, problem: AssignmentProblem, values: Floats, others: Ints) -> Ints:
        """The assignment that columns stand for; jobs out of the model stay as in ``others``."""
        found = others.copy()
        found[self.jobs] = -1
        took = self.candidates[values[: len(self.candidates)] > 0.5]
        found[problem.job[took]] = took
        return found


def build_model(
    problem: AssignmentProblem,
    alive: Ints,
    may_leave: NDArray[np.bool_] | None = None,
    *,
    jobs: Ints | None = None,
    capacity: Ints | None = None,
) -> Model:
    """The model of some candidates of some jobs.

    Parameters
    ----------
    alive
        Candidates; they belong to ``jobs``.
    may_leave
        ``bool[n]``; ``None`` lets every job be left out that has a price.
    jobs
        ``None`` is all.
    capacity
        ``int64[r]`` in place of the problem's.
    """
    jobs = np.arange(problem.jobs) if jobs is None else jobs
    capacity = problem.capacity if capacity is None else capacity
    row_of = np.full(problem.jobs, -1, dtype=np.int64)
    row_of[jobs] = np.arange(len(jobs))
    priced = problem.leave_out != NEVER
    allowed = priced if may_leave is None else priced & may_leave
    left = jobs[allowed[jobs]]
    count = 1 + problem.use_first[alive + 1] - problem.use_first[alive]
    start = np.concatenate([[0], np.cumsum(np.concatenate([count, np.ones(len(left), dtype=np.int64)]))])
    row, amount = np.empty(start[-1], dtype=np.int64), np.ones(start[-1])
    at = start[: len(alive)]
    row[at] = row_of[problem.job[alive]]
    rest = np.ones(start[len(alive)], dtype=bool)
    rest[at] = False
    offset = np.arange(start[len(alive)]) - np.repeat(at, count) - 1
    use = np.repeat(problem.use_first[alive], count) + offset
    row[: start[len(alive)]][rest] = len(jobs) + problem.use_row[use[rest]]
    amount[: start[len(alive)]][rest] = problem.use_amount[use[rest]]
    row[start[len(alive)] :] = row_of[left]
    return Model(
        candidates=alive,
        left=left,
        cost=np.concatenate([problem.cost[alive], problem.leave_out[left]]).astype(float),
        start=start,
        row=row,
        amount=amount,
        lower=np.concatenate([np.ones(len(jobs)), np.full(len(capacity), -np.inf)]),
        upper=np.concatenate([np.ones(len(jobs)), capacity.astype(float)]),
        jobs=jobs,
    )
