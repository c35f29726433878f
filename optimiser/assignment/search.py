"""Assignments by search: candidates of small Lagrangian loss, chains among them, the best one within capacity.

A heuristic: it has no bound of its own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from optimiser.assignment.chains import Bits, Lists, State, anneal
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
        First and last temperature, as shares of the typical loss from a job's best candidate to its next.
    """

    width: int = 8
    steps: int = 20_000
    hot: float = 1.0
    cold: float = 0.05


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
    use = np.repeat(problem.use_first[np.maximum(origin, 0)] - use_first[:-1], count) + np.arange(use_first[-1])
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


