"""A search under way: the plan it is at, the best it has seen, and the steps it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.rounds.kernels.anneal import anneal
from optimiser.rounds.kernels.bench import Bench, make_bench
from optimiser.rounds.kernels.chance import Bits, seeded
from optimiser.rounds.kernels.data import ROUNDS, TRAVEL, Data, State, copy_state, empty_state, make_data
from optimiser.rounds.kernels.desk import Desk, lay
from optimiser.rounds.kernels.journal import Journal, make_journal
from optimiser.rounds.kernels.ruin import Ruins, make_ruins
from optimiser.rounds.kernels.step import ruin_and_recreate
from optimiser.rounds.kernels.value import appraise_all, cost
from optimiser.rounds.problem import NEVER, Ints, Plan, Problem
from optimiser.rounds.states import put_plan, taken_plan


@dataclass(frozen=True, slots=True)
class Chain:
    """One search under way: the plan it is at, the best it has seen, and its working space.

    ``costs[4]``: of the plan it is at and of the best, what is unserved, and of the plan kept apart.
    """

    data: Data
    current: State
    best: State
    kept: State
    journal: Journal
    bench: Bench
    ruins: Ruins
    chance: Bits
    costs: Ints
    desk: Desk

    @classmethod
    def empty(cls, problem: Problem, data: Data, seed: int) -> Chain:
        """A chain with nothing planned."""
        nodes = problem.services + 2 * problem.shifts
        current, journal = empty_state(problem, data), make_journal(nodes, problem.shifts)
        bench, ruins = (
            make_bench(nodes, problem.shifts),
            make_ruins(problem.services, problem.visits, problem.shifts),
        )
        return cls(
            data=data,
            current=current,
            best=empty_state(problem, data),
            kept=empty_state(problem, data),
            journal=journal,
            bench=bench,
            ruins=ruins,
            chance=seeded(seed),
            costs=np.zeros(4, np.int64),
            desk=lay(data=data, state=current, journal=journal, bench=bench, ruins=ruins),
        )

    @classmethod
    def begin(cls, problem: Problem, data: Data, seed: int, start: Plan | None = None) -> Chain:
        """A chain with every visit inserted that finds a place, beginning from ``start`` if it holds."""
        chain = cls.empty(problem, data, seed)
        if start is not None:
            chain.put(problem, start)
        chain.fill()
        return chain

    def put(self, problem: Problem, plan: Plan) -> bool:
        """Put a plan into a chain with nothing planned; false, and still nothing, where it does not hold."""
        return put_plan(problem, self.data, plan, self.current, self.journal)

    def fill(self) -> None:
        """Insert every visit that is not planned and finds a place."""
        appraise_all(self.desk)
        self.costs[:2] = cost(self.desk)
        self.costs[2] = self.current.totals[0]
        copy_state(self.current, self.best)
        self.costs[3] = NEVER
        self.step(1, 0, 0.0)

    def loosened(self, problem: Problem, seed: int) -> Chain:
        """The chain going on with windows that links to visits left out no longer narrow."""
        data = make_data(problem, across=False)
        chain = Chain.begin(problem, data, seed, taken_plan(problem, self.data, self.best))
        if self.costs[1] < chain.costs[1]:
            copy_state(self.best, chain.best)
            chain.costs[1] = self.costs[1]
        return chain

    def charge(self, price: int) -> None:
        """Let a round cost so many points from now on."""
        more = price - int(self.data.weights[ROUNDS])
        if more:
            self.data.weights[ROUNDS] = price
            self.costs[0] += more * self.current.totals[ROUNDS]
            self.costs[1] += more * self.best.totals[ROUNDS]

    def keep(self, price: int) -> int:
        """Keep the best plan if, where a round costs so many points, none kept before costs less.

        Returns what the one kept costs. While rounds cost more than they should, the best need not stay so.
        """
        cost = int(self.costs[1] + (price - self.data.weights[ROUNDS]) * self.best.totals[ROUNDS])
        if cost < self.costs[3]:
            copy_state(self.best, self.kept)
            self.costs[3] = cost
        return int(self.costs[3])

    def recall(self) -> None:
        """Take the plan kept for the best, if it costs less."""
        if self.costs[3] < self.costs[1]:
            copy_state(self.kept, self.best)
            self.costs[1] = self.costs[3]

    def step(self, steps: int, moves: int, temperature: float) -> int:
        """Ruin and recreate, then small moves; returns how often the best was improved."""
        improved = 0
        if steps:
            improved += ruin_and_recreate(
                self.desk,
                self.best,
                self.chance,
                steps,
                temperature,
                self.costs,
            )
        if moves:
            improved += anneal(
                self.desk,
                self.best,
                self.chance,
                moves,
                temperature,
                self.costs,
            )
            self.costs[2] = self.current.totals[0]
        return int(improved)


def short_leg(data: Data) -> float:
    """Mean way, in points, from a service to the nearest few at other places; at least one point."""
    n, few = data.near.shape[0], 4
    ways = [
        way
        for i in range(n)
        for way in sorted(int(data.seconds[0, data.place[i], data.place[j]]) for j in data.near[i])[:few]
        if way > 0
    ]
    return max(1.0, float(np.mean(ways)) * float(data.weights[TRAVEL])) if ways else 1.0
