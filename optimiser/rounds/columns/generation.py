"""Column generation: rounds of negative reduced cost until there are none, and the bound on the way.

The duals of few columns swing widely, so pricing looks at a mean of them and of those with the best bound so
far (Wentges 1997). To begin with, leaving a visit out costs little more than a round for it alone; where that
is taken up, its price rises towards the true one. Duals between nothing and the true price bound truly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from optimiser.rounds.columns.master import Choice, Column, Floats, Master
from optimiser.rounds.columns.pricing import price
from optimiser.rounds.columns.relaxation import FINE, Kind, Words, kinds
from optimiser.rounds.problem import Ints, Plan, Problem

LITTLE = 1e-6
"""Less than this of a round or service is nothing."""
NEARLY = 5e-3
"""Relative gap from which prices for leaving out are looked at, and other duals are trusted more."""
WARY = 0.8
"""Least trust in the duals with the best bound as long as bound and objective are not nearly the same."""
DEARER = 4
"""Times that such a price is raised by."""


class Generation:
    """Column generation under way.

    Attributes
    ----------
    kinds, master
        What is chosen from, see :mod:`~optimiser.rounds.columns.relaxation`.
    bound
        The best bound so far, in parts of a point: a sum of whole numbers, not rounded. ``None`` before there
        is one.
    steps
        Pricings of all kinds so far.
    """

    def __init__(self, problem: Problem, *, memory: int, trust: float) -> None:
        self.problem = problem
        self.kinds = kinds(problem)
        self.bound: int | None = None
        self.steps = 0
        self._trust = trust
        self._memories = [kind.nearest(memory) for kind in self.kinds]
        self._price = _first_prices(problem, self.kinds)
        self._best: Floats | None = None
        self.master = Master(self._price, self.kinds)

    def put_plan(self, plan: Plan) -> None:
        """Add a plan's rounds. What each costs, shared out among its services, is where the duals begin."""
        kind_of = {r: k for k, kind in enumerate(self.kinds) for r in kind.shifts}
        shares = np.minimum(self._price, self.problem.price).astype(np.float64)
        for each in plan.rounds:
            column = column_of(self.problem, self.kinds, kind_of[each.shift], each.services)
            if column is not None:
                self.master.add(column)
                shares[list(each.services)] = column.cost / FINE / len(each.services)
        self._best = shares

    def converge(self, *, gap: float, late: Callable[[], bool], told: Callable[[float, float], None]) -> bool:
        """Price until objective and bound are within a relative ``gap``; false where it got late.

        ``told`` hears of objective and bound, in points, after each step.
        """
        trust = self._trust if self._best is None else 1.0
        while not late():
            choice, before = self.master.solve(), self.bound
            added = self.price(choice, trust=trust, exact=True, late=late)
            if added is None:
                return False
            self.steps += 1
            bound = -math.inf if self.bound is None else self.bound / FINE
            told(choice.objective, bound)
            # Duals were rounded down to parts of a point, each of which the bound may lack.
            close, apart = LITTLE + self.problem.services / FINE, choice.objective - bound
            done = apart <= gap * abs(choice.objective) + close or not (trust or added)
            nearly = done or apart <= NEARLY * abs(choice.objective) + close
            if nearly and not self._dearer(choice) and done:
                return True
            moved = added or self.bound != before
            trust = (self._trust if nearly else max(self._trust, WARY)) if moved else 0.0
        return False

    def price(self, choice: Choice, *, trust: float, exact: bool, late: Callable[[], bool]) -> int | None:
        """Add rounds of negative reduced cost; how many there were, or ``None`` where it got late.

        Exact, the bound rises to what these duals prove.
        """
        reward = choice.reward if self._best is None else trust * self._best + (1 - trust) * choice.reward
        whole = np.minimum(np.floor(FINE * reward).astype(np.int64), FINE * self._price)
        w, added, bound = self.problem.weights, 0, int(whole.sum())
        for k, kind in enumerate(self.kinds):
            if late():
                return None
            mine = whole[kind.services]
            found = price(kind, mine, FINE * w.lateness, FINE * w.extra, self._memories[k], exact=exact)
            bound += kind.size * found.least
            for order, cost in zip(found.rounds, found.costs, strict=True):
                services = tuple(int(kind.services[each]) for each in order)
                added += self.master.add(Column(k, services, cost + int(mine[list(order)].sum())))
        if exact and (self.bound is None or bound > self.bound):
            self.bound, self._best = bound, whole / FINE
        return added

    def settle(self, numbers: Sequence[int]) -> None:
        """Make these rounds for good, and price no more what they make."""
        done = {i for number in numbers for i in self.master.columns[number].services}
        for number in numbers:
            self.master.settle(number)
        for k, kind in enumerate(self.kinds):
            stay = np.array([i not in done for i in kind.services.tolist()], bool)
            if not stay.all():
                self.kinds = (*self.kinds[:k], kind.only(stay), *self.kinds[k + 1 :])
                self._memories[k] = _remembers_all(int(stay.sum()))

    def _dearer(self, choice: Choice) -> bool:
        """Whether leaving out was taken up below its true price; it then costs more from now on."""
        taken = (choice.left_out > LITTLE) & (self._price < self.problem.price)
        for i in np.flatnonzero(taken):
            self._price[i] = min(int(self.problem.price[i]), DEARER * int(self._price[i]))
            self.master.set_price(int(i), int(self._price[i]))
        return bool(taken.any())


def column_of(problem: Problem, kinds: Sequence[Kind], k: int, services: Sequence[int]) -> Column | None:
    """A round with its cost, or ``None`` where no shift of kind ``k`` can make it."""
    kind, w = kinds[k], problem.weights
    order = kind.local(services)
    cost = None if order is None else kind.round_cost(order, FINE * w.lateness, FINE * w.extra)
    return None if cost is None else Column(k, tuple(int(each) for each in services), cost)


def whole_points(bound: int) -> int:
    """A bound in parts of a point as a bound in points: what a plan costs is a whole number of them."""
    return -(-bound // FINE)


def _remembers_all(h: int) -> Words:
    return np.full((h, (h + 63) // 64), ~np.uint64(0))


def _first_prices(problem: Problem, kinds: Sequence[Kind]) -> Ints:
    alone = np.full(problem.services, -1, np.int64)
    for kind in kinds:
        cost = np.minimum(kind.out_cost + kind.home_cost + kind.liking, FINE * problem.price[kind.services])
        known = alone[kind.services]
        alone[kind.services] = np.where(known < 0, cost, np.minimum(known, cost))
    dear = np.where(alone < 0, problem.price, DEARER * np.maximum(0, alone) // FINE + 1)
    return np.minimum(problem.price, dear)
