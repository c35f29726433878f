"""A new plan from two: some rounds of one put in place of those of the other that they resemble.

Whole rounds are exchanged, as in the selective route exchange of Nagata and Kobayashi (2010, "A memetic
algorithm for the pickup and delivery problem with time windows using selective route exchange crossover",
PPSN XI). Visits that then belong to no round are left to insertion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from optimiser.rounds.problem import FIRST, FORBIDDEN, Ints, Plan, PlannedRound, Problem

LEAST_TAKEN, MOST_TAKEN = 0.2, 0.6
"""Share of the second plan's rounds that come into the first."""


def crossed(
    problem: Problem, ways: Ints, alike: Sequence[int], one: Plan, other: Plan, chance: np.random.Generator
) -> Plan:
    """``one`` with a neighbourhood of rounds of ``other`` in it, and visits that this parts left unserved.

    Visits of several carers come over whole or not at all, so that no services of one visit wait for each
    other across the two halves. Links between visits may, and a carer may have too much: whoever uses the
    plan sees whether it holds.

    Parameters
    ----------
    ways
        ``ways[i, j]``: seconds from service ``i`` to service ``j``, which say what is a neighbourhood.
    alike
        Kind of each shift: where its own is taken, a round goes to another of the same kind.
    """
    centre = int(chance.integers(problem.services))
    theirs = sorted(_free_rounds(problem, other), key=lambda each: ways[centre, list(each.services)].mean())
    theirs = theirs[: max(1, round(len(theirs) * chance.uniform(LEAST_TAKEN, MOST_TAKEN)))]
    fixed = {visit for each in one.rounds if problem.locked[each.shift] for visit in _visits(problem, each)}
    coming = set(_whole_visits(problem, theirs)) - fixed
    mine = sorted(_free_rounds(problem, one), key=lambda each: -_part_within(problem, each, coming))
    going = coming | {visit for each in mine[: len(theirs)] for visit in _visits(problem, each)} - fixed
    staying = set(range(problem.visits)) - going
    rounds = {each.shift: cut for each in one.rounds if (cut := _cut(problem, each, staying)).services}
    for each in sorted(theirs, key=lambda each: each.shift in rounds):
        cut = _cut(problem, each, coming)
        shift = _shift_for(problem, cut, rounds, alike)
        if cut.services and shift is not None:
            rounds[shift] = replace(cut, shift=shift)
    served = set(_whole_visits(problem, list(rounds.values())))  # no shift may be left for one of two carers
    cuts = (_cut(problem, rounds[shift], served) for shift in sorted(rounds))
    return Plan(
        tuple(each for each in cuts if each.services),
        tuple(visit for visit in range(problem.visits) if visit not in served),
    )


def _free_rounds(problem: Problem, plan: Plan) -> list[PlannedRound]:
    return [each for each in plan.rounds if not problem.locked[each.shift]]


def _visits(problem: Problem, planned: PlannedRound) -> Iterator[int]:
    return (int(problem.visit[i]) for i in planned.services)


def _whole_visits(problem: Problem, rounds: Sequence[PlannedRound]) -> Iterator[int]:
    """Visits all of whose services are on these rounds."""
    sizes = np.bincount(problem.visit, minlength=problem.visits)
    services = [i for each in rounds for i in each.services]
    here = np.bincount(problem.visit[services], minlength=problem.visits)
    return (int(visit) for visit in np.flatnonzero((here > 0) & (here == sizes)))


def _part_within(problem: Problem, planned: PlannedRound, visits: Collection[int]) -> float:
    return sum(visit in visits for visit in _visits(problem, planned)) / len(planned.services)


def _cut(problem: Problem, planned: PlannedRound, visits: Collection[int]) -> PlannedRound:
    """The round with only these visits on it."""
    kept = [k for k, visit in enumerate(_visits(problem, planned)) if visit in visits]
    services = tuple(planned.services[k] for k in kept)
    rests = planned.rest_after == FIRST or planned.rest_after in services
    return PlannedRound(
        planned.shift,
        services,
        tuple(planned.starts[k] for k in kept),
        planned.rest_after if rests else None,
    )


def _shift_for(
    problem: Problem, planned: PlannedRound, taken: Mapping[int, PlannedRound], alike: Sequence[int]
) -> int | None:
    """The round's own shift where it is free, or else the first free one of its kind."""
    kind = alike[planned.shift]
    others = (r for r in range(problem.shifts) if alike[r] == kind and not problem.locked[r])
    for r in (planned.shift, *others):
        may = not (problem.preference[list(planned.services), r] == FORBIDDEN).any()
        if r not in taken and may:
            return r
    return None
