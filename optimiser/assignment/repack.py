"""Large neighbourhoods by patterns: the jobs of some agents, packed into them anew and exactly.

How many agents is found on the way: one more while all their patterns can be listed and the engine ends,
one fewer where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimiser.assignment.lagrangian import SCALE, Multipliers, Relaxation, Subgradient
from optimiser.assignment.patterns import Packed, cheapest
from optimiser.assignment.problem import AssignmentProblem, Floats, Ints, loads
from optimiser.assignment.tables import by_agent, keep_rows, part_of, possible
from optimiser.solving.clock import Clock

LEAST_AGENTS = 2
"""Fewer than this are left to other neighbourhoods."""
TEMPTING = 5.0
"""Loss (units of cost) at which a candidate tempts an agent e times less than one that loses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repacking:
    """Settings.

    Attributes
    ----------
    agents
        How many are packed anew at first.
    most
        Patterns in one model.
    nodes
        Of the engine.
    climb
        Steps of the relaxation of those jobs alone.
    least_share
        Share of the width that must be looked at, for it to be worth the engine's while.
    enough, few
        Fewer agents are packed where less than that share was looked at, more where patterns are that few.
    """

    agents: int = 6
    most: int = 400
    nodes: int = 5
    climb: Subgradient = field(
        default_factory=lambda: Subgradient(steps=120, patience=8, longest=0.7, shortest=0.01)
    )
    least_share: float = 0.15
    enough: float = 0.5
    few: int = 150


class Repacker:
    """One run of such neighbourhoods."""

    def __init__(
        self,
        settings: Repacking,
        problem: AssignmentProblem,
        alive: Ints,
        loss: Ints,
        at: Multipliers,
        prices: Floats,
    ) -> None:
        self.settings, self.problem, self.alive, self.loss = settings, problem, alive, loss
        self.at, self.prices = at, prices
        self.agents = float(min(settings.agents, problem.agents))

    def is_of_use(self, chosen: Ints) -> bool:
        """Whether enough agents can be packed at once, and nobody is left out who might be brought back."""
        return self.agents >= LEAST_AGENTS and bool((chosen >= 0).all())

    def neighbour(self, chosen: Ints, chance: np.random.Generator, clock: Clock) -> Ints | None:
        """A cheaper assignment near one that leaves nobody out, or ``None``."""
        problem, inside = self.problem, self._competing(chosen, chance)
        seat = problem.agent[chosen]
        jobs = np.flatnonzero(inside[seat])
        alive = self.alive[inside[problem.agent[self.alive]]]
        without = chosen.copy()
        without[jobs] = -1
        part = part_of(problem, jobs, alive, problem.capacity - loads(problem, without))
        own = part.problem
        fits = possible(own)
        relaxation = Relaxation(problem=own, agents=by_agent(own, fits), kept=keep_rows(own, self.prices))
        target = int(problem.cost[chosen[jobs]].sum()) - 1
        start = Multipliers(job=self.at.job[jobs], row=self.at.row)
        best = self.settings.climb.climb(relaxation, start, float(target + 1)).best
        if best.bound > target:
            self.agents = min(self.agents + 0.25, problem.agents)
            return None
        packed = cheapest(
            relaxation,
            best,
            target,
            most=self.settings.most,
            nodes=self.settings.nodes,
            seconds=clock.left(),
            seed=int(chance.integers(2**31)),
            least_share=self.settings.least_share,
        )
        self._adapt(packed)
        if packed.chosen is None or (packed.chosen < 0).any():
            return None
        found = chosen.copy()
        found[jobs] = part.candidates[packed.chosen]
        return found

    def _adapt(self, packed: Packed) -> None:
        if packed.is_settled and packed.count <= self.settings.few:
            self.agents = min(self.agents + 0.25, self.problem.agents)
        elif not packed.is_settled or packed.share < self.settings.enough:
            self.agents = max(self.agents - 0.5, 1.0)

    def _competing(self, chosen: Ints, chance: np.random.Generator) -> NDArray[np.bool_]:
        """An agent drawn by chance and others that could take its jobs at little loss: ``bool[agents]``."""
        problem, seat = self.problem, self.problem.agent[chosen]
        first = seat[chance.integers(problem.jobs)]
        near = self.alive[seat[problem.job[self.alive]] == first]
        weight = np.full(problem.agents, 0.02)
        np.add.at(weight, problem.agent[near], np.exp(-self.loss[near] / (TEMPTING * SCALE)))
        times = chance.exponential(size=problem.agents) / weight
        times[first] = -1.0
        inside = np.zeros(problem.agents, dtype=np.bool_)
        inside[np.argsort(times, kind="stable")[: int(self.agents)]] = True
        return inside
