"""Compile every kernel, or load it, before a clock runs."""

from __future__ import annotations

import time

import numpy as np

from optimiser.assignment.lagrangian import FAR, SCALE, Multipliers, Relaxation
from optimiser.assignment.patterns import patterns_within
from optimiser.assignment.problem import AssignmentProblem
from optimiser.assignment.relink import Relinker, Relinking
from optimiser.assignment.search import Chains
from optimiser.assignment.tables import by_agent, keep_rows
from optimiser.solving.clock import Clock
from optimiser.solving.limits import Limits


def warm_up() -> float:
    """Use each on something tiny; returns the seconds it took."""
    begun = time.perf_counter()
    chance = np.random.default_rng(1)
    problem = AssignmentProblem.dense(
        chance.integers(10, 30, (3, 9)), chance.integers(5, 12, (3, 9)), np.full(3, 30)
    )
    alive, multipliers = np.arange(27), Multipliers(job=np.full(9, 20 * SCALE), row=np.zeros(3, np.int64))
    rows = keep_rows(problem, np.ones(3))
    relaxation = Relaxation(problem=problem, agents=by_agent(problem, alive), kept=rows)
    relaxation.at(multipliers)
    loss = relaxation.choice_losses(multipliers, FAR)
    nobody = np.full(9, -1)
    Chains(steps=10).improve(problem, loss, alive, np.ones(3), nobody, 1)
    patterns_within(relaxation, relaxation.at(multipliers), SCALE, 9)
    relinker = Relinker(Relinking(walks=2), problem, loss, alive, np.ones(3), nobody)
    relinker.epoch(0, chance, Clock.of(Limits()))
    return time.perf_counter() - begun
