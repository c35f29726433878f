"""Assignments by search: candidates of small Lagrangian loss, chains among them, the best within capacity.

A heuristic: it has no bound of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.assignment.chains import LONGEST, NONE, Bits, Lists, State, anneal
from optimiser.assignment.problem import NEVER, AssignmentProblem, Floats, Ints, is_feasible, total_cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Settings of the search.

    Attributes
    ----------
    width
        Candidates a job has in the search, in the mean over jobs.
    steps
        Chains for each job in one cooling.
    hot, cold
        First and last temperature, in units of cost.
    floor
        Least price of a unit of overload, as a multiple of the row's dual price.
    up, down
        Factors on the price of a row over its capacity, and of one within.
    """

    width: float = 4.0
    steps: int = 4_000
    hot: float = 0.3
    cold: float = 0.03
    floor: float = 4.0
    up: float = 1.1
    down: float = 0.99

    def improve(
        self, problem: AssignmentProblem, loss: Ints, alive: Ints, prices: Floats, chosen: Ints, seed: int
    ) -> Ints | None:
        """Anneal from an assignment, complete or not; the best one met within capacity, if there is one.

        Parameters
        ----------
        loss
            ``int64[m]``, by which candidates are chosen.
        prices
            ``float64[r]``: dual price of a unit of each row.
        """
        most = min(len(alive), int(self.width * problem.jobs))
        near = np.zeros(len(problem.agent), dtype=bool)
        near[alive[np.argsort(loss[alive], kind="stable")[:most]]] = True
        near[_least(problem, loss, alive)] = True
        # Who needs no room is always a way out, as being left out is.
        roomless = alive[problem.use_first[alive] == problem.use_first[alive + 1]]
        near[_least(problem, loss, roomless)] = True
        near[chosen[chosen >= 0]] = True
        lists, origin = lists_of(problem, np.flatnonzero(near))
        begin = _begin(problem, lists, origin, loss, chosen)
        if begin is None:
            return None
        floor = self.floor * prices + 0.01
        state, total = state_of(lists, begin, floor), self.steps * problem.jobs
        best, scratch = begin.copy(), (np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64))
        whole = is_feasible(problem, origin[begin])
        cost = total_cost(problem, origin[begin]) if whole else NONE
        found = anneal(
            lists, state, seeded(seed), total, self.hot, self.cold,
            floor, self.up, self.down, problem.jobs, best, cost, *scratch,
        )  # fmt: skip
        return origin[best] if found != NONE else None


def _least(problem: AssignmentProblem, loss: Ints, alive: Ints) -> Ints:
    """Of each job that has any, the candidate of least loss."""
    order = alive[np.lexsort((loss[alive], problem.job[alive]))]
    return order[np.append(True, np.diff(problem.job[order]) > 0)] if len(order) else order


def _begin(problem: AssignmentProblem, lists: Lists, origin: Ints, loss: Ints, chosen: Ints) -> Ints | None:
    """Where the search begins, in the lists' numbers: jobs without a candidate get that of least loss."""
    if (np.diff(lists.first) == 0).any():
        return None
    job = np.repeat(np.arange(problem.jobs), np.diff(lists.first))
    begin = np.full(problem.jobs, -1, dtype=np.int64)
    ours = np.flatnonzero((origin == chosen[job]) & ((origin >= 0) | (problem.leave_out[job] != NEVER)))
    begin[job[ours]] = ours
    order = np.lexsort((np.where(origin >= 0, loss[origin], 0), origin < 0, job))
    first = order[np.searchsorted(job[order], np.arange(problem.jobs))]
    return np.where(begin >= 0, begin, first)


def lists_of(problem: AssignmentProblem, alive: Ints) -> tuple[Lists, Ints]:
    """Lists of some candidates, and the problem's number of each (−1 for being left out)."""
    leavers = np.flatnonzero(problem.leave_out != NEVER)
    job = np.concatenate([problem.job[alive], leavers])
    origin = np.concatenate([alive, np.full(len(leavers), -1)])
    order = np.lexsort((origin == -1, job))
    job, origin = job[order], origin[order]
    real = origin >= 0
    agent = np.where(real, problem.agent[origin], problem.agents)
    cost = np.where(real, problem.cost[origin], problem.leave_out[job])
    count = np.where(real, problem.use_first[origin + 1] - problem.use_first[origin], 0)
    use_first = np.concatenate([[0], np.cumsum(count)])
    use = np.repeat(problem.use_first[np.maximum(origin, 0)] - use_first[:-1], count) + np.arange(
        use_first[-1]
    )
    option = np.full((problem.jobs, problem.agents + 1), -1, dtype=np.int32)
    dear_first = np.argsort(-cost, kind="stable")
    option[job[dear_first], agent[dear_first]] = dear_first
    lists = Lists(
        first=np.searchsorted(job, np.arange(problem.jobs + 1)).astype(np.int64),
        agent=agent.astype(np.int64),
        cost=cost.astype(np.int64),
        use_first=use_first.astype(np.int64),
        use_row=problem.use_row[use],
        use_amount=problem.use_amount[use],
        capacity=problem.capacity.copy(),
        option=option,
    )
    return lists, origin


def state_of(lists: Lists, chosen: Ints, price: Floats) -> State:
    """The search's state at an assignment in the lists' own numbers."""
    agents = lists.option.shape[1]
    load = np.zeros(len(lists.capacity), dtype=np.int64)
    member = np.zeros((agents, len(chosen)), dtype=np.int32)
    size, place = np.zeros(agents, dtype=np.int64), np.zeros(len(chosen), dtype=np.int64)
    for job, each in enumerate(chosen):
        part = slice(lists.use_first[each], lists.use_first[each + 1])
        np.add.at(load, lists.use_row[part], lists.use_amount[part])
        a = lists.agent[each]
        member[a, size[a]], place[job] = job, size[a]
        size[a] += 1
    return State(chosen=chosen.copy(), load=load, member=member, size=size, place=place, price=price.copy())


def seeded(seed: int) -> Bits:
    """State of a generator; any seed will do."""
    return np.array([seed & 0xFFFFFFFFFFFFFFFF], np.uint64)
