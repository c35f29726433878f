r"""The mathematics of allocation, and the same in PuLP, letter for letter.

Sets
    :math:`P` needs: packages, or those of a household together; :math:`Q_p` the providers that may have need
    :math:`p`, by the rules; :math:`R` the rows of capacity and of the contract
    (:mod:`~optimiser.allocation.contract_rows`).
Data
    :math:`a_{pqr}` seconds a week that :math:`p` uses of row :math:`r` with :math:`q`; :math:`c_r` the row's
    limit; :math:`f^k_{pq}` and :math:`f^k_{p0}` what :math:`p` adds to the policy's :math:`k`-th objective
    with provider :math:`q`, and with last resort (:class:`~optimiser.allocation.policy.Objective`);
    :math:`v^k` the value to which an earlier objective was proven.
Variables
    :math:`x_{pq} \in \{0, 1\}`: package :math:`p` goes whole to provider :math:`q`;
    :math:`u_p \in \{0, 1\}`: it falls to the provider of last resort.

.. math::

    \min\ & \sum_p \Bigl( f^k_{p0} u_p + \sum_{q \in Q_p} f^k_{pq} x_{pq} \Bigr) \\
    & u_p + \sum_{q \in Q_p} x_{pq} = 1                   & p \in P \\
    & \sum_p \sum_{q \in Q_p} a_{pqr} x_{pq} \le c_r      & r \in R \\
    & \sum_p \Bigl( f^j_{p0} u_p + \sum_q f^j_{pq} x_{pq} \Bigr) \le v^j & j < k

with :math:`v^j` raised by the tolerance that a policy allows for it.

Where the contract guarantees hours and their cost is to be weighed, the weekly cost has further terms and
rows: :mod:`~optimiser.allocation.guarantees`. So has the spread of change: :mod:`~optimiser.allocation.held`.

It is always feasible (last resort takes all), so that a problem is never infeasible, only dear.

Three tightenings change nothing but the speed. A row's amounts are divided by their greatest common divisor
and its limit rounded down: care comes in quarter hours. A row that everybody together cannot fill is left
out. The objective is divided by its common divisor, whose multiples are then the only values it can take:
:attr:`Model.unit` rounds the engine's bound up to the next.

Why ``ranked`` minimises ordered cost. Hours × position is the natural objective, and each of its optima is
rank-faithful; but its relaxation fills every better-placed provider to the brim in seventeen rows at once
with a tenth of the packages cut in pieces, and leaves 0.2 to 2 % that no engine we have closes in minutes.
Any objective that rises strictly down each package's order has rank-faithful optima, by the same argument:
moving one package up where there is room changes nothing else and lowers it. Ordered cost
(:func:`~optimiser.allocation.problem .ordered_costs`) is the one of these nearest to money: :math:`f_{p1}`
the cost of the first in the order, :math:`f_{pi} = \max(\text{cost}_{pi}, f_{p,i-1} + s_{pi})` with a small
step :math:`s > 0`, larger between tiers. Prices are alike where hours × position are not, and HiGHS closes
it to 0.01 % at the root of the tree.

"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Any

from optimiser.allocation.guarantees import Promise
from optimiser.allocation.policy import Objective, Seats, shortfalls
from optimiser.allocation.problem import Problem
from optimiser.model.calendar import HOUR

if TYPE_CHECKING:
    import pulp


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One stage as a PuLP problem.

    Attributes
    ----------
    x
        Variable of each ``(need, candidate)``, by number.
    u
        Variable of each need: last resort.
    y
        Variable of each promise that counts: what it is short of, in the unit of its objective.
    unit
        By which the objective was divided.
    """

    problem: Problem
    lp: pulp.LpProblem
    x: dict[tuple[int, int], pulp.LpVariable]
    u: dict[int, pulp.LpVariable]
    y: dict[int, pulp.LpVariable]
    unit: int

    def seats(self, values: dict[str, float]) -> Seats:
        """Seats that a solution stands for, by name of variable."""
        chosen: list[int | None] = [None] * len(self.u)
        for (p, q), variable in self.x.items():
            if values[variable.name] > 0.5:
                chosen[p] = q
        return tuple(chosen)

    def values(self, seats: Seats) -> dict[str, float]:
        """Value of each variable under seats, by name."""
        found = {variable.name: float(seats[p] == q) for (p, q), variable in self.x.items()}
        found |= {variable.name: float(seats[p] is None) for p, variable in self.u.items()}
        paid = shortfalls(self.problem, seats)
        found |= {variable.name: float(paid[g]) for g, variable in self.y.items()}
        return found


def build_model(problem: Problem, objective: Objective, kept: Sequence[tuple[Objective, int]] = ()) -> Model:
    """Model that minimises one objective while earlier ones keep the value they were proven to."""
    import pulp

    lp = pulp.LpProblem("allocation", pulp.LpMinimize)
    x = {
        (p, q): lp.add_variable(f"x_{p}_{q}", cat="Binary")
        for p, need in enumerate(problem.needs)
        for q in range(len(need.candidates))
    }
    u = {p: lp.add_variable(f"u_{p}", cat="Binary") for p in range(len(problem.needs))}
    counted = promises_of(problem, (objective, *(earlier for earlier, _ in kept)))
    y = {g: lp.add_variable(f"y_{g}", lowBound=0, cat="Integer") for g in counted}

    f, unit = terms_of(problem, objective, x, u, y)
    lp += pulp.LpAffineExpression(f)
    for p, need in enumerate(problem.needs):
        whole: list[tuple[Any, int]] = [(x[p, q], 1) for q in range(len(need.candidates))]
        lp += pulp.LpAffineExpression([*whole, (u[p], 1)]) == 1, f"whole_{p}"
    for r, (a, c) in rows_that_bind(problem).items():
        lp += pulp.LpAffineExpression([(x[key], amount) for key, amount in a]) <= c, f"row_{r}"
    for g, promise in counted.items():
        s, h = promise.shortfall_rate, promise.weekly_care
        w = [(x[key], s * seconds) for key, seconds in used_of(problem, promise)]
        lp += pulp.LpAffineExpression([*w, (y[g], HOUR)]) >= s * h, f"promise_{g}"
    for j, (earlier, v) in enumerate(kept):
        f, divisor = terms_of(problem, earlier, x, u, y)
        lp += pulp.LpAffineExpression(f) <= v // divisor, f"kept_{j}"
    return Model(problem=problem, lp=lp, x=x, u=u, y=y, unit=unit)


def promises_of(problem: Problem, objectives: Sequence[Objective]) -> dict[int, Promise]:
    """What no single package adds to these objectives, by number in ``problem.promises``."""
    found: dict[int, Promise] = {}
    for each in objectives:
        found |= each.promises(problem)
    return found


def used_of(problem: Problem, promise: Promise) -> Iterator[tuple[tuple[int, int], int]]:
    """Seconds a week that each need uses of a promise with its provider."""
    for p, need in enumerate(problem.needs):
        seconds = promise.used_by(need.members)
        for q, candidate in enumerate(need.candidates if seconds else ()):
            if candidate.provider == promise.provider:
                yield (p, q), seconds


def terms_of(
    problem: Problem,
    objective: Objective,
    x: dict[tuple[int, int], Any],
    u: dict[int, Any],
    y: dict[int, Any],
) -> tuple[list[tuple[Any, int]], int]:
    """Terms of an objective divided by their greatest common divisor, and the divisor."""
    terms: list[tuple[Any, int]] = []
    for p, need in enumerate(problem.needs):
        terms += [
            (x[p, q], objective.of(problem, need, candidate)) for q, candidate in enumerate(need.candidates)
        ]
        terms.append((u[p], objective.of(problem, need, None)))
    terms += [(y[g], 1) for g in objective.promises(problem)]
    unit = gcd(*(value for _, value in terms)) or 1
    return [(variable, value // unit) for variable, value in terms if value], unit


def rows_that_bind(problem: Problem) -> dict[int, tuple[list[tuple[tuple[int, int], int]], int]]:
    """Amounts and limit of each row that can bind, in its common unit."""
    users: dict[int, list[tuple[tuple[int, int], int]]] = {}
    for p, need in enumerate(problem.needs):
        for q, candidate in enumerate(need.candidates):
            for row, amount in candidate.uses:
                users.setdefault(row, []).append(((p, q), amount))
    found = {}
    for row in sorted(users):
        unit = gcd(*(amount for _, amount in users[row]))
        limit = problem.rows[row].limit // unit
        if sum(amount for _, amount in users[row]) // unit > limit:
            found[row] = ([(key, amount // unit) for key, amount in users[row]], limit)
    return found
