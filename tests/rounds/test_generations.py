"""Plans bred from plans: what crossing keeps, and searches long enough for generations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimiser.rounds.cooling import Origin, generations, repeated
from optimiser.rounds.crossing import crossed
from optimiser.rounds.kernels.data import make_data
from optimiser.rounds.objective import components
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.search import LEAST_COOLINGS, PACE, RuinAndRecreate
from optimiser.solving.limits import Limits
from tests.rounds.brute_force import broken
from tests.rounds.every_feature import any_problem

SOLVER = RuinAndRecreate()
QUICK = RuinAndRecreate(moves=0)


def _parents(problem: Problem) -> list[Plan]:
    return [SOLVER.solve(problem, limits=Limits(iterations=60), seed=seed).solution for seed in (1, 2)]


def _crossed(problem: Problem, one: Plan, other: Plan, seed: int) -> Plan:
    data = make_data(problem)
    place = data.place[: problem.services]
    ways, alike = data.seconds[0][np.ix_(place, place)], data.shifts["alike"].tolist()
    return crossed(problem, ways, alike, one, other, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(40))
def test_crossing_keeps_visits_whole_and_tells_who_is_left(seed: int) -> None:
    problem = any_problem(seed, visits=12)
    one, other = _parents(problem)
    for k in range(5):
        child = _crossed(problem, one, other, k)
        services = [i for each in child.rounds for i in each.services]
        assert len(services) == len(set(services))
        served = {int(problem.visit[i]) for i in services}
        assert len(services) == sum(int(problem.visit[i]) in served for i in range(problem.services))
        assert served.isdisjoint(child.unserved)
        assert served | set(child.unserved) == set(range(problem.visits))
        shifts = [each.shift for each in child.rounds]
        assert shifts == sorted(set(shifts))
        assert all(len(each.starts) == len(each.services) for each in child.rounds)


@pytest.mark.parametrize("seed", range(20))
def test_every_order_of_visits_comes_from_a_parent(seed: int) -> None:
    problem = any_problem(seed, visits=14)
    one, other = _parents(problem)
    orders = [each.services for plan in (one, other) for each in plan.rounds]
    for each in _crossed(problem, one, other, seed).rounds:
        assert any(tuple(i for i in order if i in each.services) == each.services for order in orders)


def test_locked_rounds_stay_as_they_are() -> None:
    problem = any_problem(5, visits=14)
    one, other = _parents(problem)
    locked = np.zeros(problem.shifts, bool)
    locked[[each.shift for each in one.rounds[:1]]] = True
    problem = replace(problem, locked=locked)
    for k in range(10):
        assert one.rounds[0].services in [
            each.services for each in _crossed(problem, one, other, k).rounds if locked[each.shift]
        ]


def test_a_plan_crossed_with_itself_is_itself() -> None:
    problem = any_problem(8, visits=14)
    one = _parents(problem)[0]
    for k in range(5):
        child = _crossed(problem, one, one, k)
        assert [each.services for each in child.rounds] == [each.services for each in one.rounds]


@pytest.mark.parametrize("seed", [2, 3, 6, 11])
def test_long_searches_of_soft_days_break_nothing_and_repeat(seed: int) -> None:
    problem = any_problem(seed, visits=8)
    enough = Limits(iterations=LEAST_COOLINGS * PACE * problem.services)
    first = QUICK.solve(problem, limits=enough, seed=1)
    again = QUICK.solve(problem, limits=enough, seed=1)
    assert broken(problem, first.solution) == []
    assert first.objective == sum(components(problem, first.solution).values())
    assert first.solution == again.solution
    assert first.trace == again.trace
    costs = [each.objective for each in first.trace]
    assert costs == sorted(costs, reverse=True)
    assert first.iterations == enough.iterations


def test_the_programme_fills_the_search_and_ends_cold() -> None:
    for programme in (repeated(5, 3.0, 0.03), generations(9.0, 0.6, 0.18)):
        ends = [each.until for each in programme]
        assert ends == sorted(ends)
        assert ends[-1] == pytest.approx(1.0)
        begun = 0.0
        for each in programme:
            assert each.temperature(begun, begun) == pytest.approx(each.hot)
            assert each.temperature(begun, each.until) == pytest.approx(each.cold)
            begun = each.until
    assert generations(9.0, 0.6, 0.18)[0].origin is Origin.ANEW
