"""Random small problems, and the truth about them by trying everything."""

from __future__ import annotations

import itertools

import numpy as np

from optimiser.assignment.check import check
from optimiser.assignment.open_part import Opened, Opening, open_part
from optimiser.assignment.problem import NEVER, AssignmentProblem, Ints


def random_problem(
    seed: int, *, rows: int = 1, may_leave: bool = False, sparse: bool = False
) -> AssignmentProblem:
    """Up to seven jobs and three agents, each of so many capacity rows."""
    chance = np.random.default_rng(seed)
    jobs, agents = int(chance.integers(3, 8)), int(chance.integers(2, 4))
    agent, cost, first, use_first, use_row, use_amount = [], [], [0], [0], [], []
    for _ in range(jobs):
        for a in range(agents):
            if sparse and chance.random() < 0.3:
                continue
            agent.append(a)
            cost.append(int(chance.integers(-5, 30)))
            for r in range(rows):
                if rows == 1 or chance.random() < 0.7:
                    use_row.append(a * rows + r)
                    use_amount.append(int(chance.integers(0, 12)))
            use_first.append(len(use_row))
        first.append(len(agent))
    tight = chance.uniform(0.5, 1.2)
    return AssignmentProblem(
        first=np.array(first),
        agent=np.array(agent),
        cost=np.array(cost),
        use_first=np.array(use_first),
        use_row=np.array(use_row),
        use_amount=np.array(use_amount),
        row_agent=np.repeat(np.arange(agents), rows),
        capacity=np.full(agents * rows, int(tight * 6 * jobs / agents)),
        leave_out=chance.integers(10, 60, jobs) if may_leave else np.full(jobs, NEVER),
    )


def brute_force(problem: AssignmentProblem) -> int | None:
    """Least cost, or ``None`` where nothing is feasible."""
    choices = [[*range(problem.first[j], problem.first[j + 1]), None] for j in range(len(problem.leave_out))]
    verdicts = (check(problem, each) for each in itertools.product(*choices))
    return min((each.cost for each in verdicts if not each.breaches), default=None)


def opened(problem: AssignmentProblem, *, start: Ints | None = None, whole: int | None = None) -> Opened:
    """A part opened with no limit of time; ``whole`` nodes of the engine, or as a large part."""
    return open_part(
        Opening(
            problem=problem, start=start, whole_nodes=whole, nodes=20, tolerance=1e-4, deadline=None, seed=3
        )
    )
