"""What is known of one part while a run lasts, and the two ways of working on it: a walk, or whole.

What a process finds is offered to the part, which keeps what is feasible and no dearer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.assignment.formulation import Model
from optimiser.assignment.neighbourhood import Losses
from optimiser.assignment.problem import Floats, Ints, is_feasible, total_cost
from optimiser.assignment.tables import Part
from optimiser.assignment.walk import Walk, Walked, retraced, walk
from optimiser.solving.clock import seconds_to
from optimiser.solving.with_highs import Solved, optimise


@dataclass(slots=True, kw_only=True, eq=False)
class KnownPart:
    """A part and what is known of it.

    Attributes
    ----------
    losses
        What is lost where at prices of rows.
    stale
        Neighbourhoods since the last gain.
    asked
        How often the engine was asked for the whole part.
    """

    part: Part
    chosen: Ints | None
    bound: int
    losses: Losses
    value: int | None
    stale: int = 0
    asked: int = 0

    @property
    def size(self) -> int:
        """Candidates."""
        return len(self.part.problem.agent)

    @property
    def gap(self) -> int:
        """Between value and bound; as much as the bound itself without a value."""
        return max(abs(self.bound), 1) if self.value is None else self.value - self.bound

    def offer(self, chosen: Ints) -> bool:
        """Keep an assignment that is feasible and no dearer; whether it is cheaper."""
        problem = self.part.problem
        if not is_feasible(problem, chosen):
            return False
        value = total_cost(problem, chosen)
        if self.value is not None and value > self.value:
            return False
        is_cheaper = self.value is None or value < self.value
        self.chosen, self.value = chosen, value
        self.bound = min(self.bound, value)
        return is_cheaper

    def take_walk(self, walked: Walked) -> None:
        """Keep what a walk gained, which may have begun from an assignment of before."""
        if self.chosen is None:
            return
        better = self.offer(retraced(self.part.problem, self.chosen, walked))
        self.stale = walked.since_gain if better else self.stale + max(1, walked.since_gain)

    def take_whole(self, task: Settling, solved: Solved) -> None:
        """Keep what the engine found and proved of the whole part."""
        problem = self.part.problem
        self.asked += 1
        self.stale = 0
        if solved.bound is not None:
            self.bound = max(self.bound, solved.bound)
        if solved.values is not None:
            others = self.chosen if self.chosen is not None else np.full(problem.jobs, -1, dtype=np.int64)
            self.offer(task.model.chosen(problem, solved.values, others))
        if self.value is not None:
            self.bound = min(self.bound, self.value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settling:
    """A whole part for the engine: what a process is handed."""

    model: Model
    start: Floats | None
    nodes: int
    deadline: float | None
    seed: int


def work_on(task: Walk | Settling) -> Walked | Solved:
    """Do either; a top-level function, so that it can be sent to any process."""
    if isinstance(task, Walk):
        return walk(task)
    seconds = seconds_to(task.deadline)
    return optimise(task.model, start=task.start, nodes=task.nodes, seconds=seconds, seed=task.seed)
