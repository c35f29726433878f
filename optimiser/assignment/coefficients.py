"""Rows in smaller numbers: what holds whole people is said in people instead of hours.

A night carer who works fifty hours a week has room for one person's five nights of nine hours, and the five
hours over are of use to nobody. A relaxation sells them all the same. Where smaller numbers let exactly the
same jobs in together, they leave less over, and the relaxation says more (coefficient reduction: Bradley,
Hammer & Wolsey 1974, Mathematical Programming 7).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimiser.assignment.problem import AssignmentProblem, Ints

FINEST = 4
"""Into how many parts a size is cut at most to measure the others by."""
MOST_SIZES = 12
"""Different amounts of a row above which it is left as it is: small numbers would not do."""


def with_reduced_coefficients(problem: AssignmentProblem) -> AssignmentProblem:
    """The same problem, each row in the smallest numbers found that let the same jobs in together."""
    amount, capacity = problem.use_amount.copy(), problem.capacity.copy()
    order = np.argsort(problem.use_row, kind="stable")
    ends = np.cumsum(np.bincount(problem.use_row, minlength=len(capacity)))
    for row, uses in enumerate(np.split(order, ends[:-1]) if len(ends) else []):
        sizes, which = np.unique(amount[uses], return_inverse=True)
        if 0 < len(sizes) <= MOST_SIZES and sizes[0] > 0 and sizes[-1] <= capacity[row]:
            found = _smaller(sizes, int(capacity[row]))
            if found is not None:
                weights, capacity[row] = found
                amount[uses] = weights[which]
    return replace(problem, use_amount=amount, capacity=capacity)


def _smaller(sizes: Ints, capacity: int) -> tuple[Ints, int] | None:
    """Weights, and how much of them fits, that say the same as sizes of which ``capacity`` fits.

    Every weight w and size s keep ``s * fits <= capacity * w`` and ``s * (fits + 1) > capacity * w``. Summed
    up, what weighs no more than ``fits`` is no larger than the capacity, and what weighs more is larger. As
    w / fits is nowhere below s / capacity, the relaxation never says less.
    """
    for parts in range(1, FINEST + 1):
        for unit in sizes:
            weights = np.maximum(1, parts * sizes // unit)
            fits = int((capacity * weights // sizes).min())
            if fits and bool((sizes * (fits + 1) > capacity * weights).all()) and fits < capacity:
                return weights, fits
    return None
