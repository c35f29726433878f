"""Large problems in parts: what one model proves of small ones, the parts prove too."""

from __future__ import annotations

import pytest

from optimiser.allocation.as_assignment import Kept, as_assignment
from optimiser.allocation.cascade import cascade
from optimiser.allocation.policy import COST, DUTY_FIRST, RANKED, Objective
from optimiser.allocation.problem import Problem, build_problem
from optimiser.allocation.room import Room
from optimiser.allocation.stages import InTurn
from optimiser.allocation.with_highs import WithHighs
from optimiser.assignment.check import check
from optimiser.assignment.parts import binding, components
from optimiser.assignment.restricted import RestrictedModels
from optimiser.solving.limits import Limits
from tests.allocation.markets import random_market, with_every_rule

EXACT = Limits(gap=0.0)
IN_PARTS = RestrictedModels(processes=1)


def market(seed: int) -> Problem:
    if seed % 2:
        return build_problem(with_every_rule(seed, packages=7))
    return build_problem(random_market(seed, packages=9, providers=4, tightness=(0.6, 1.0, 1.6)[seed % 3]))


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("objectives", [RANKED.proven, COST.proven], ids=["ranked", "cost"])
@pytest.mark.parametrize("also_whole_to", [0, 12_000], ids=["in parts", "either way"])
def test_parts_prove_what_one_model_proves(
    seed: int, objectives: tuple[Objective, ...], also_whole_to: int
) -> None:
    problem = market(seed)
    assert not any(each.promises(problem) for each in objectives), "what they count is for one model"
    _, whole = InTurn(engine=WithHighs(), objectives=objectives).prove(problem, limits=EXACT, seed=1)
    engine = WithHighs(plain=0, whole=also_whole_to, glance=1, parts=IN_PARTS)
    seats, parts = InTurn(engine=engine, objectives=objectives).prove(problem, limits=EXACT, seed=1)
    assert [each.value for each in parts] == [each.value for each in whole]
    assert [each.bound for each in parts] == [each.value for each in parts]
    room = Room(problem, seats)
    assert all(room.free(row) >= 0 for row in range(len(problem.rows)))


@pytest.mark.parametrize("seed", range(12))
def test_what_a_tolerance_allows_is_shared_by_all(seed: int) -> None:
    problem = market(seed)
    objectives, tolerances = (*DUTY_FIRST, Objective.ORDERED_COST, Objective.TIER), (0, 0, 20, 0)
    one, parts = (
        InTurn(
            engine=WithHighs(plain=plain, whole=plain, parts=IN_PARTS),
            objectives=objectives,
            tolerances=tolerances,
        ).prove(problem, limits=EXACT, seed=1)
        for plain in (10_000, 0)
    )
    assert [each.value for each in parts[1]] == [each.value for each in one[1]]


def test_seats_come_back_as_they_went() -> None:
    problem = market(4)
    core = as_assignment(problem, Objective.COST)
    seats = cascade(problem)
    assert core.seats(core.assignment(seats)) == seats
    verdict = check(core.problem, core.assignment(seats).candidates)
    assert not verdict.breaches
    assert verdict.cost * core.unit == Objective.COST.total(problem, seats)


def test_an_objective_with_something_to_spend_is_a_row_of_all() -> None:
    problem = market(4)
    rows = len(problem.rows)
    fixed = as_assignment(problem, Objective.COST, [Kept(objective=Objective.TIER, value=9, allowed=9)])
    free = as_assignment(problem, Objective.COST, [Kept(objective=Objective.TIER, value=9, allowed=10)])
    assert (len(fixed.problem.capacity), len(fixed.kept)) == (rows, 1)
    assert (len(free.problem.capacity), len(free.kept)) == (rows + 1, 0)


def test_a_county_falls_apart_by_lot_and_service(county: Problem) -> None:
    core = as_assignment(county, Objective.COST)
    parts = components(core.problem, binding(core.problem, core.nested))
    lots = [{county.needs[job].lot for job in part.jobs} for part in parts]
    assert all(len(each) == 1 for each in lots)
    assert len(parts) > len({need.lot for need in county.needs})


@pytest.fixture(scope="module")
def county() -> Problem:
    from instances import leicestershire

    return build_problem(leicestershire(seed=7, packages=300))
