"""Shadow prices: what an hour more is worth, held against solving again with an hour more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import build_problem
from optimiser.allocation.shadow_prices import shadow_prices
from optimiser.model.calendar import HOUR
from tests.allocation.markets import admission, market, package, provider, random_market, weekly


def test_an_hour_more_saves_the_difference_to_last_resort() -> None:
    instance = market(
        [package("P1"), package("P2")], [provider("A")], [admission("A", rate=2400)], [weekly("A", 3.5)]
    )
    (price,) = shadow_prices(build_problem(instance))
    assert price.row.provider == "A"
    assert price.pence == pytest.approx(3600 - 2400)


def test_room_to_spare_has_no_price() -> None:
    instance = market([package("P1")], [provider("A")], [admission("A")], [weekly("A", 30)])
    assert shadow_prices(build_problem(instance)) == ()


def test_only_money_has_a_price() -> None:
    with pytest.raises(ValueError, match="no money"):
        shadow_prices(build_problem(random_market(1)), Objective.UNPLACED)


@pytest.mark.parametrize("seed", range(6))
def test_a_price_is_never_more_than_an_hour_less_truly_costs_divisible(seed: int) -> None:
    from scipy.optimize import linprog

    problem = build_problem(random_market(seed, packages=25, providers=6, tightness=1.4))

    def least(change: dict[int, int]) -> float:
        """Least weekly cost of divisible packages, by another engine's door."""
        cost, whole, rows = [], [], []
        for p, need in enumerate(problem.needs):
            for each in (*need.candidates, None):
                cost.append(Objective.COST.of(problem, need, each))
                whole.append(p)
                rows.append(dict(each.uses) if each else {})
        used = sorted({row for uses in rows for row in uses})
        found = linprog(
            cost,
            A_ub=[[uses.get(row, 0) / HOUR for uses in rows] for row in used],
            b_ub=[(problem.rows[row].limit + change.get(row, 0)) / HOUR for row in used],
            A_eq=[[float(p == each) for each in whole] for p in range(len(problem.needs))],
            b_eq=[1.0] * len(problem.needs),
        )
        return float(found.fun)

    now = least({})
    prices = shadow_prices(problem)
    for price in prices[:4]:
        row = problem.rows.index(price.row)
        hour = min(HOUR, problem.rows[row].limit) or HOUR
        more = now - least({row: hour})
        assert more <= price.pence * hour / HOUR + 1.0
        if problem.rows[row].limit >= hour:
            assert least({row: -hour}) - now >= price.pence * hour / HOUR - 1.0


def test_the_order_of_rows_changes_no_price() -> None:
    instance = random_market(3, packages=25, providers=6, tightness=1.4)
    turned = replace(instance, packages=instance.packages[::-1], capacities=instance.capacities[::-1])
    assert shadow_prices(build_problem(turned)) == shadow_prices(build_problem(instance))
