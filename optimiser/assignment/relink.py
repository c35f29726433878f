"""Path relinking set up for a problem, and its answer read back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.assignment.problem import AssignmentProblem, Floats, Ints
from optimiser.assignment.relinking import FORBIDDEN, LONGEST, NOTHING, STALE, Board, Seats, draw, relink
from optimiser.solving.clock import Clock

AT_ONCE = 50
"""Walks between two looks at the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relinking:
    """Settings.

    Attributes
    ----------
    kept
        Assignments kept.
    width
        Candidates a job has in the search, in the mean over jobs.
    walks
        In one epoch: from assignments drawn anew to the best that comes of them.
    epochs
        As many, where no seconds are given.
    elite
        Of every so many epochs one begins with the best of the others.
    patience
        Times that agents are packed anew without gain, after which an epoch's best is left as it is.
    price
        First price of a unit of overload, as a multiple of the row's dual price.
    most_jobs
        Above it dives and large neighbourhoods find more in the same time.
    """

    kept: int = 40
    width: float = 3.0
    walks: int = 3000
    epochs: int = 4
    elite: int = 2
    patience: int = 25
    price: float = 2.0
    most_jobs: int = 250

    def suits(self, problem: AssignmentProblem) -> bool:
        """Whether every job must be taken, in one way by each agent, and each agent has one row."""
        if problem.jobs > self.most_jobs or problem.jobs == 0 or (problem.leave_out >= 0).any():
            return False
        one_use = bool((np.diff(problem.use_first) == 1).all())
        one_row = len(np.unique(problem.row_agent)) == len(problem.row_agent)
        pairs = problem.job * problem.agents + problem.agent
        own = one_use and bool((problem.row_agent[problem.use_row] == problem.agent).all())
        return own and one_row and len(np.unique(pairs)) == len(pairs)


class Relinker:
    """One run of path relinking."""

    def __init__(
        self,
        settings: Relinking,
        problem: AssignmentProblem,
        loss: Ints,
        alive: Ints,
        prices: Floats,
        chosen: Ints,
    ) -> None:
        self.settings, self.problem = settings, problem
        self.board, self.number = _board(problem, loss, alive, chosen, settings.width)
        self.first_price = np.ones(problem.agents)
        np.maximum.at(self.first_price, problem.row_agent, settings.price * prices)
        self.elite = [problem.agent[chosen]] if (chosen >= 0).all() else []

    def epoch(self, number: int, chance: np.random.Generator, clock: Clock) -> Ints | None:
        """The best assignment that comes of some drawn anew, or of the best of all epochs before."""
        board, settings = self.board, self.settings
        if (board.option_count == 0).any():
            return None
        agents, jobs = board.cost.shape
        at = Seats(
            seat=np.zeros(jobs, np.int64),
            load=np.zeros(agents, np.int64),
            price=self.first_price.copy(),
            order=np.arange(jobs),
            moved=np.zeros(LONGEST, np.int64),
            home=np.zeros(LONGEST, np.int64),
        )
        kept = np.zeros((settings.kept, jobs), dtype=np.int64)
        draw(board, kept, chance)
        if number % settings.elite == settings.elite - 1:
            for k, each in enumerate(self.elite[-settings.kept // 2 :]):
                kept[k] = each
        best = np.zeros(jobs, dtype=np.int64)
        least, stale, left = NOTHING, 0, settings.walks
        while left and stale <= STALE and not clock.is_over():
            some = min(left, AT_ONCE)
            least, stale = relink(board, at, kept, best, least, some, stale, chance)
            left -= some
        return None if least == NOTHING else self.number[best, np.arange(jobs)]

    def remember(self, chosen: Ints) -> None:
        """Keep what an epoch came to."""
        self.elite.append(self.problem.agent[chosen])


def _board(
    problem: AssignmentProblem, loss: Ints, alive: Ints, chosen: Ints, width: float
) -> tuple[Board, Ints]:
    """The problem as a board of candidates of small loss, and the problem's number of each."""
    agents, jobs, job = problem.agents, problem.jobs, problem.job
    ranked = alive[np.argsort(loss[alive], kind="stable")]
    used = np.zeros(len(job), dtype=np.bool_)
    used[ranked[: int(width * jobs)]] = True
    used[chosen[chosen >= 0]] = True
    first = ranked[np.unique(job[ranked], return_index=True)[1]]
    used[first] = True
    cost = np.full((agents, jobs), FORBIDDEN, dtype=np.int64)
    amount, number = np.zeros((agents, jobs), dtype=np.int64), np.full((agents, jobs), -1, dtype=np.int64)
    each = np.flatnonzero(used)
    cost[problem.agent[each], job[each]] = problem.cost[each]
    amount[problem.agent[each], job[each]] = problem.use_amount[problem.use_first[each]]
    number[problem.agent[each], job[each]] = each
    room = np.zeros(agents, dtype=np.int64)
    room[problem.row_agent] = problem.capacity
    near, near_count = np.zeros((agents, jobs), dtype=np.int64), np.zeros(agents, dtype=np.int64)
    option, option_count = np.zeros((jobs, agents), dtype=np.int64), np.zeros(jobs, dtype=np.int64)
    for one in np.concatenate([ranked, np.setdiff1d(each, ranked)]):
        if used[one]:
            a, j = problem.agent[one], job[one]
            near[a, near_count[a]], option[j, option_count[j]] = j, a
            near_count[a] += 1
            option_count[j] += 1
    board = Board(
        cost=cost,
        amount=amount,
        room=room,
        near=near,
        near_count=near_count,
        option=option,
        option_count=option_count,
    )
    return board, number
