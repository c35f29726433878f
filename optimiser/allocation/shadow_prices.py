r"""Shadow prices: what one hour a week more of a capacity row would save, in pence a week.

The duals of the capacity rows of the continuous relaxation, solved by HiGHS through PuLP, in the letters of
:mod:`~optimiser.allocation.formulation`:

.. math::

    \min \sum_p \Bigl( f_{p0} u_p + \sum_q f_{pq} x_{pq} \Bigr), \quad
    u_p + \sum_q x_{pq} = 1, \quad \sum_p \sum_q a_{pqr} x_{pq} \le c_r, \quad x, u \ge 0

They are rates at the margin: true for the next hour or so, of divisible packages, one row at a time. Where
several optimal duals exist it is one of them, and rows of one bottleneck share what they are worth between
them. What some hours truly change is for :mod:`~optimiser.allocation.counterfactual` to solve.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimiser.allocation.capacity import Row, RowKind
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import Problem
from optimiser.model.calendar import HOUR

LEAST = 0.5
"""Pence a week below which a price is noise of the engine's tolerances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowPrice:
    """What one hour a week more would save.

    Attributes
    ----------
    pence
        A week, for an hour a week more of the row. Positive.
    """

    row: Row
    pence: float


def shadow_prices(problem: Problem, objective: Objective = Objective.COST) -> tuple[ShadowPrice, ...]:
    """Rows of capacity of which more would save something, the dearest first.

    What the contract limits besides binds here as well, and has no price: nobody can sell more of it.

    Parameters
    ----------
    objective
        In pence: weekly cost, or the ordered cost by which a rank-faithful policy places.

    Raises
    ------
    ValueError
        For an objective that counts no money.
    """
    if not objective.is_money:
        raise ValueError(f"{objective.value} counts no money")
    import pulp

    lp = pulp.LpProblem("shadow_prices", pulp.LpMinimize)
    terms, users = [], dict[int, list[tuple[pulp.LpVariable, float]]]()
    for p, need in enumerate(problem.needs):
        x = [lp.add_variable(f"x_{p}_{q}", lowBound=0) for q in range(len(need.candidates))]
        u = lp.add_variable(f"u_{p}", lowBound=0)
        lp += pulp.LpAffineExpression([(each, 1) for each in (*x, u)]) == 1, f"whole_{p}"
        terms.append((u, objective.of(problem, need, None)))
        for variable, candidate in zip(x, need.candidates, strict=True):
            terms.append((variable, objective.of(problem, need, candidate)))
            for row, amount in candidate.uses:
                users.setdefault(row, []).append((variable, amount / _unit(problem.rows[row])))
    lp += pulp.LpAffineExpression(terms)
    for row, uses in sorted(users.items()):
        most = problem.rows[row].limit / _unit(problem.rows[row])
        if sum(amount for _, amount in uses) > most:
            lp += pulp.LpAffineExpression(uses) <= most, f"row_{row}"
    lp.solve(pulp.HiGHS(msg=False, threads=1))
    duals = {each.name: each.pi for each in lp.constraints()}
    priced = [
        (-(duals.get(f"row_{number}") or 0.0), number)
        for number, row in enumerate(problem.rows)
        if row.kind.is_capacity
    ]
    dear = sorted((-round(pence, 2), number) for pence, number in priced if pence >= LEAST)
    return tuple(ShadowPrice(row=problem.rows[number], pence=-pence) for pence, number in dear)


def _unit(row: Row) -> int:
    """Of a row's limit in the model: hours, or packages one by one."""
    return 1 if row.kind in (RowKind.STARTS, RowKind.PACKAGES) else HOUR
