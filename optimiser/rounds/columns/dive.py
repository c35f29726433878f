"""From fractions of rounds to a plan: settle the surest rounds, price again, and so on to the end.

Diving with column generation (Joncour et al. 2010): what is left after each step is the same problem with
fewer visits and shifts, so that rounds are made to fit it, which no choice among known rounds could.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from optimiser.rounds.columns.generation import LITTLE, Generation
from optimiser.rounds.columns.master import Choice, Column
from optimiser.rounds.columns.relaxation import Kind
from optimiser.rounds.in_order import plan_in_order
from optimiser.rounds.problem import Plan, Problem

SURE = 0.85
"""Rounds taken by more than this share are settled at once."""
PRICINGS = 8
"""Pricings after each settling."""


def dive(generation: Generation, late: Callable[[], bool]) -> list[int]:
    """Settle rounds until nothing is open; which columns they are. The generation is used up.

    Where it gets late, what is open is settled without further pricing.
    """
    settled: list[int] = []
    master = generation.master
    choice = master.solve()
    while True:
        numbers = _surest(choice, master.columns, set(settled))
        if not numbers:
            return settled
        generation.settle(numbers)
        settled += numbers
        choice = master.solve()
        for _ in range(PRICINGS):
            if late() or not generation.price(choice, trust=0.0, exact=False, late=late):
                break
            choice = master.solve()


def _surest(choice: Choice, columns: list[Column], settled: set[int]) -> list[int]:
    """Columns to settle next: those nearly whole, or the one that is most so. They share no service."""
    order = [int(number) for number in np.argsort(-choice.taken, kind="stable")]
    numbers: list[int] = []
    done: set[int] = set()
    for number in order:
        share, column = choice.taken[number], columns[number]
        if share <= LITTLE or (numbers and share < SURE):
            break
        if number in settled or not column.is_elementary or done & set(column.services):
            continue
        numbers.append(number)
        done |= set(column.services)
    return numbers


def plan_of(problem: Problem, kinds: Sequence[Kind], chosen: Iterable[Column]) -> Plan | None:
    """A plan of rounds; who would be visited twice is visited by the first.

    ``None`` where the rounds are more than there are shifts, or have no time without what they leave out.
    """
    free = {k: list(kind.shifts) for k, kind in enumerate(kinds)}
    done: set[int] = set()
    orders: dict[int, list[int]] = {}
    for column in chosen:
        order = [i for i in dict.fromkeys(column.services) if i not in done]
        done |= set(order)
        if not order:
            continue
        if not free[column.kind]:
            return None
        orders[free[column.kind].pop(0)] = order
    return plan_in_order(problem, orders)
