"""Restricted models: a large problem in parts, its relaxation, and neighbourhoods settled exactly.

For problems whose linear bound is tight and whose agents have many rows each, where the knapsacks of
:mod:`optimiser.assignment.lagrangian` see one row at a time. The parts of a county
(:mod:`optimiser.assignment.parts`) are relaxed one by one. Small parts are left to the engine whole; in large
ones, jobs that lose most by where they are, and those of the agents that they compete for, are settled anew
together (large neighbourhood search: Shaw 1998; the relaxation chooses, as in Danna, Rothberg & Le Pape 2005,
Mathematical Programming 102). Where that stands still, the engine is asked for the whole part, and its bound
counts.

Here are the settings, and the way in; a run is in :mod:`optimiser.assignment.restricted_run`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from optimiser.assignment.parts import Flags
from optimiser.assignment.problem import Assignment, AssignmentProblem, Ints
from optimiser.assignment.restricted_run import RestrictedRun
from optimiser.solving.fan_out import workers
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedModels:
    """Relaxation by parts, restricted models, neighbourhoods.

    One iteration is a wave of parts worked on side by side. How many processes there are changes nothing.

    Attributes
    ----------
    width
        Parts in a wave.
    walk
        Neighbourhoods of a part in a wave.
    jobs
        Of a neighbourhood, at least and at most.
    seeds, agents
        Jobs that a neighbourhood grows from, and agents that each of them brings.
    nodes, tolerance
        Of the engine for a neighbourhood; ``tolerance`` is a share of the part's gap that is near enough.
    opening_tolerance
        The same for what the relaxation leaves open, as a share of its value.
    small
        Candidates up to which a part is left to the engine whole.
    patience
        Neighbourhoods without gain after which a larger part is, too.
    proof_nodes, growth, proofs
        Of the engine for a whole part at first, by how much each time, and how often.
    begun
        How many of these times a small part is begun at.
    largest
        Candidates up to which a whole part is ever handed to the engine.
    processes
        That settle models.
    """

    width: int = 12
    walk: int = 50
    jobs: tuple[int, int] = (15, 36)
    seeds: int = 6
    agents: int = 4
    nodes: int = 10
    tolerance: float = 0.02
    opening_tolerance: float = 2e-4
    small: int = 3_000
    patience: int = 100
    proof_nodes: int = 50
    growth: int = 4
    proofs: int = 6
    begun: int = 2
    largest: int = 60_000
    processes: int = 2

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "restricted models"

    def solve(
        self,
        problem: AssignmentProblem,
        *,
        limits: Limits,
        seed: int,
        start: Assignment | None = None,
        nested: Sequence[Ints] = (),
        kept: Sequence[Ints] = (),
        joining: Flags | None = None,
        progress: Reporter = silent,
        executor: Executor | None = None,
    ) -> Result[Assignment]:
        """Solve until proven within ``limits.gap``, until limits stop it, or until nothing more is tried.

        Parameters
        ----------
        nested
            Which rows may be parts of others: see :func:`optimiser.assignment.parts.binding`.
        kept
            ``int64[m]`` each, none below zero: sums over what is taken that no part may raise above what it
            has at ``start``, which then leaves nobody out. The bound is of such assignments.
        joining
            ``bool[r]``: rows that may be allotted to the parts they join (:mod:`optimiser.assignment.allot`).

        Raises
        ------
        ValueError
            Where something is to be kept and there is no start within the capacities, or one that leaves
            jobs out.
        """
        begun, run = time.perf_counter(), RestrictedRun(self, problem, limits, seed, progress)
        at, better = None if start is None else start.as_array(), None
        with workers(executor, self.width, self.processes) as pool:
            if joining is not None and joining.any():
                apart = run.apart(joining, nested, kept, at, pool)
                if apart is not None and not run.goes_on_after(apart):
                    return apart.result(begun, of=problem)
                better = None if apart is None else apart.chosen
            run.open(nested, kept, at, pool, better=better)
            while run.goes_on():
                run.wave(pool)
        return run.result(begun)
