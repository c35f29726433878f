"""Large neighbourhoods: the jobs of agents that compete for them, settled anew by a dive or by patterns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from optimiser.assignment.dive import Dive
from optimiser.assignment.lagrangian import Multipliers, Subgradient
from optimiser.assignment.problem import AssignmentProblem, Floats, Ints, is_feasible, total_cost
from optimiser.assignment.relink import Relinker, Relinking
from optimiser.assignment.repack import Repacker, Repacking
from optimiser.assignment.search import Chains
from optimiser.solving.clock import Clock
from optimiser.solving.limits import Limits

QUICK = Subgradient(steps=60, patience=8, longest=0.5, shortest=0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhoods:
    """Settings of the improvement.

    Attributes
    ----------
    sizes, shares
        Jobs settled anew at a time, in turn: so many, or that share of all where it is fewer.
    dive
        How they are.
    chains
        How an assignment is annealed, once for every ``polish`` neighbourhoods.
    repacking
        How agents are packed anew by patterns, every other time while that is of use.
    relinking
        How small problems are searched in place of all that.
    """

    sizes: tuple[int, ...] = (100, 160, 250)
    shares: tuple[float, ...] = (0.4, 0.55, 0.7)
    dive: Dive = field(default_factory=lambda: Dive(climb=QUICK, least=0.12))
    chains: Chains = field(default_factory=Chains)
    polish: int = 25
    repacking: Repacking = field(default_factory=Repacking)
    relinking: Relinking = field(default_factory=Relinking)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Improvement:
    """One run of improvement, ready to be sent to any process.

    Attributes
    ----------
    alive, loss
        Candidates in play, and ``int64[m]``: how much the relaxation loses by each.
    chosen
        To begin with; incomplete or over capacity where nothing better is known.
    rounds
        Neighbourhoods at most; ``None`` for no limit but time.
    stop_at
        A bound: nothing better than this can be met.
    """

    settings: Neighbourhoods
    problem: AssignmentProblem
    alive: Ints
    loss: Ints
    multipliers: Multipliers
    prices: Floats
    chosen: Ints
    seed: int
    rounds: int | None
    limits: Limits
    stop_at: int | None


def improve(run: Improvement) -> Ints:
    """Best assignment met: ``run.chosen`` itself where nothing better is."""
    clock, chance = Clock.of(run.limits), np.random.default_rng(run.seed)
    repacker = Repacker(run.settings.repacking, run.problem, run.alive, run.loss, run.multipliers, run.prices)
    if run.settings.relinking.suits(run.problem):
        return _of_epochs(run, repacker, chance, clock)
    chosen, turn = run.chosen, 0
    while (run.rounds is None or turn < run.rounds) and not clock.is_over():
        if is_feasible(run.problem, chosen) and total_cost(run.problem, chosen) == run.stop_at:
            break
        if turn % 2 and is_feasible(run.problem, chosen) and repacker.is_of_use(chosen):
            found = repacker.neighbour(chosen, chance, clock)
        else:
            found = _neighbour(run, chosen, turn, chance, clock)
        if found is not None and _is_no_worse(run.problem, found, chosen):
            chosen = found
        turn += 1
    return chosen


def _of_epochs(run: Improvement, repacker: Repacker, chance: np.random.Generator, clock: Clock) -> Ints:
    """Small problems: path relinking from nothing, time and again, and what comes of it packed anew."""
    settings, best = run.settings.relinking, run.chosen
    relinker = Relinker(settings, run.problem, run.loss, run.alive, run.prices, run.chosen)
    epochs = settings.epochs if run.rounds is not None else None
    number = 0
    while (epochs is None or number < epochs) and not clock.is_over():
        chosen = relinker.epoch(number, chance, clock)
        number += 1
        if chosen is None and not is_feasible(run.problem, best):
            chosen = _neighbour(run, best, 0, chance, clock)
        if chosen is None or not is_feasible(run.problem, chosen):
            continue
        since = 0
        while since < settings.patience and repacker.is_of_use(chosen) and not clock.is_over():
            found = repacker.neighbour(chosen, chance, clock)
            since += 1
            if found is not None and _is_no_worse(run.problem, found, chosen):
                since = since if total_cost(run.problem, found) == total_cost(run.problem, chosen) else 0
                chosen = found
        relinker.remember(chosen)
        if _is_no_worse(run.problem, chosen, best):
            best = chosen
        if total_cost(run.problem, best) == run.stop_at:
            break
    return best


def _neighbour(
    run: Improvement, chosen: Ints, turn: int, chance: np.random.Generator, clock: Clock
) -> Ints | None:
    settings, whole = run.settings, is_feasible(run.problem, chosen)
    if turn % settings.polish == (settings.polish - 1 if whole else 0):
        seed = int(chance.integers(2**62))
        return settings.chains.improve(run.problem, run.loss, run.alive, run.prices, chosen, seed)
    kind = turn % len(settings.sizes)
    size = (
        min(settings.sizes[kind], int(settings.shares[kind] * run.problem.jobs))
        if whole
        else run.problem.jobs
    )
    free = _competing(run, chosen, size, chance)
    last, patient = (40, 60, 80)[int(chance.integers(3))], bool(chance.integers(4) == 0)
    nodes = settings.dive.nodes * (10 if patient else 1)
    dive = replace(settings.dive, last=last, nodes=nodes)
    return dive.down(run.problem, run.alive, run.multipliers, chosen, free, clock)


def _competing(run: Improvement, chosen: Ints, size: int, chance: np.random.Generator) -> Ints:
    """Jobs of an agent drawn by chance, of others for which they have candidates, and jobs left out."""
    problem, taken = run.problem, chosen >= 0
    if not taken.any() or size >= problem.jobs:
        return np.arange(problem.jobs)
    seat = np.where(taken, problem.agent[np.maximum(chosen, 0)], -1)
    held = np.bincount(seat[taken], minlength=problem.agents)
    first = seat[chance.choice(np.flatnonzero(taken))]
    near = run.alive[seat[problem.job[run.alive]] == first]
    weight = np.bincount(problem.agent[near], minlength=problem.agents) + 0.01
    weight[first] = 0.0
    # Weighted drawing without replacement: the smallest of exponential times (Efraimidis & Spirakis 2006).
    times = chance.exponential(size=problem.agents) / np.maximum(weight, 1e-12)
    times[first] = -1.0
    order = np.argsort(times, kind="stable")
    count = int(np.searchsorted(np.cumsum(held[order]), size)) + 1
    inside = np.zeros(problem.agents + 1, dtype=bool)
    inside[order[: max(2, count)]] = True
    waiting = np.zeros(problem.jobs, dtype=bool)
    waiting[problem.job[run.alive[inside[problem.agent[run.alive]]]]] = True
    return np.flatnonzero(np.where(taken, inside[seat], waiting))


def _is_no_worse(problem: AssignmentProblem, found: Ints, chosen: Ints) -> bool:
    if not is_feasible(problem, found):
        return False
    return not is_feasible(problem, chosen) or total_cost(problem, found) <= total_cost(problem, chosen)
