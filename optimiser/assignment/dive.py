"""Diving: settle the surest jobs of the Lagrangian relaxation, price the rest again, and so on to the end.

The relaxation's averaged solution is nearly whole, and settling jobs a few at a time lets the multipliers
answer. The last jobs, where capacity is tight, are a model for HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimiser.assignment.formulation import build_model
from optimiser.assignment.lagrangian import FAR, SCALE, Ascent, Multipliers, Relaxation, Subgradient
from optimiser.assignment.problem import NEVER, AssignmentProblem, Ints, loads
from optimiser.assignment.tables import by_agent, keep_rows, part_of, possible
from optimiser.solving.clock import Clock
from optimiser.solving.with_highs import optimise


@dataclass(frozen=True, slots=True, kw_only=True)
class Dive:
    """Settings of a dive.

    Attributes
    ----------
    climb
        Steps at each depth.
    sure
        Jobs taken this often, or more, are settled.
    least
        Share of the jobs left that is settled at each depth in any case.
    last
        Jobs left to the engine.
    width
        Candidates for each of those, in the mean.
    nodes
        Of the engine, at most.
    rise
        How far above the bound a solution is hoped for, as a share: what the climbs step towards.
    """

    climb: Subgradient = field(
        default_factory=lambda: Subgradient(steps=150, patience=10, longest=0.5, shortest=0.01)
    )
    sure: float = 0.97
    least: float = 0.08
    last: int = 60
    width: float = 5.0
    nodes: int = 50
    rise: float = 0.0005

    def down(
        self,
        problem: AssignmentProblem,
        alive: Ints,
        multipliers: Multipliers,
        chosen: Ints,
        free: Ints,
        clock: Clock,
    ) -> Ints:
        """Settle the jobs in ``free`` anew; jobs that find nobody hold −1, even where they must be taken.

        Parameters
        ----------
        alive
            Candidates that may be taken, in rising order.
        multipliers
            Of the whole problem, to begin with.
        free
            Jobs, in rising order.
        """
        chosen = chosen.copy()
        chosen[free] = -1
        job, row = multipliers.job.copy(), multipliers.row
        while len(free):
            left = problem.capacity - loads(problem, chosen)
            part = part_of(problem, free, alive, left)
            fits = possible(part.problem)
            kept = keep_rows(part.problem, row / SCALE)
            relaxation = Relaxation(problem=part.problem, agents=by_agent(part.problem, fits), kept=kept)
            start = Multipliers(job=job[free], row=row)
            value = relaxation.at(start).value / SCALE
            ascent = self.climb.climb(relaxation, start, value + self.rise * abs(value) + 1)
            job[free] = ascent.best.multipliers.job
            if len(free) <= self.last:
                chosen[free] = self._finish(relaxation, ascent, fits, part.candidates, clock)
                break
            settled, taken = self._surest(part.problem, ascent, fits)
            fitting = _that_fit(part.problem, taken)
            settled, taken = settled[fitting], taken[fitting]
            if not len(settled):
                break
            chosen[free[settled]] = part.candidates[taken]
            free = np.delete(free, settled)
        return chosen

    def _surest(self, problem: AssignmentProblem, ascent: Ascent, fits: Ints) -> tuple[Ints, Ints]:
        """Jobs to settle and the candidates they get, the surest first."""
        order = fits[np.lexsort((ascent.mean[fits], problem.job[fits]))]
        last = np.flatnonzero(np.append(np.diff(problem.job[order]) > 0, True)) if len(order) else order
        best = order[last]
        best = best[np.argsort(-ascent.mean[best], kind="stable")]
        count = max(int((ascent.mean[best] >= self.sure).sum()), int(np.ceil(self.least * problem.jobs)))
        return problem.job[best[:count]], best[:count]

    def _finish(
        self, relaxation: Relaxation, ascent: Ascent, fits: Ints, candidates: Ints, clock: Clock
    ) -> Ints:
        """Leave the last jobs to the engine; where it finds nothing, the surest that fit."""
        problem = relaxation.problem
        loss = relaxation.choice_losses(ascent.best.multipliers, FAR)[fits]
        most = min(len(fits), int(self.width * problem.jobs))
        alive = np.sort(fits[np.argsort(loss, kind="stable")[:most]])
        nobody = np.full(problem.jobs, -1, dtype=np.int64)
        model = build_model(problem, alive)
        solved = optimise(model, nodes=self.nodes, seconds=clock.left())
        if solved.values is None:
            settled = self._surest(problem, ascent, fits)[1]
            fitting = settled[_that_fit(problem, settled)]
            nobody[problem.job[fitting]] = candidates[fitting]
            return nobody
        found = model.chosen(problem, solved.values, nobody)
        return np.where(found >= 0, candidates[np.maximum(found, 0)], -1)


def _that_fit(problem: AssignmentProblem, taken: Ints) -> Ints:
    """Positions of those that fit one after another."""
    left, kept = problem.capacity.copy(), []
    for place, each in enumerate(taken):
        part = slice(problem.use_first[each], problem.use_first[each + 1])
        if (problem.use_amount[part] <= left[problem.use_row[part]]).all():
            left[problem.use_row[part]] -= problem.use_amount[part]
            kept.append(place)
    return np.array(kept, dtype=np.int64)


def is_complete(problem: AssignmentProblem, chosen: Ints) -> bool:
    """Whether everybody who must be taken is."""
    return bool((problem.leave_out[chosen < 0] != NEVER).all())
