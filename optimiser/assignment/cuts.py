r"""Cuts: what capacity in whole jobs says beyond capacity.

Hardly any care is given in anything but half an hour on five days, so that the quarter of an hour that a band
has over is of use to nobody, though a relaxation sells it. Mixed-integer rounding says so (Nemhauser & Wolsey
1990, Mathematical Programming 46; which divisors to try: Marchand & Wolsey 2001, Operations Research 49). Of
:math:`\sum_e a_e x_e \le b` and a divisor d, with :math:`r = b \bmod d`,

.. math::

   \sum_e \left( \lfloor a_e / d \rfloor (d - r) + \max(0, a_e \bmod d - r) \right) x_e
   \le \lfloor b / d \rfloor (d - r)

holds for every assignment, in whole numbers throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimiser.assignment.problem import LARGEST, AssignmentProblem, Floats, Ints

SMALL = (2, 3, 4, 5, 6, 7, 10, 14)
"""Divisors tried besides the amounts of a row."""
MOST = 3
"""Cuts of one row at a time."""
DEPTH = 1e-3
"""By how much, as a distance, a cut must lie beyond the relaxation."""
NEARLY_FULL = 0.02
"""Share of a row's capacity that may be free for a cut to be looked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """One more row.

    Attributes
    ----------
    agent
        Whose row it was cut from.
    candidates, amounts, capacity
        What it holds, none of it below one.
    """

    agent: int
    candidates: Ints
    amounts: Ints
    capacity: int


def rounded(amounts: Ints, capacity: int, divisor: int) -> tuple[Ints, int] | None:
    """Amounts and capacity of the cut; ``None`` where it says nothing."""
    rest = capacity % divisor
    if rest == 0:
        return None
    found = amounts // divisor * (divisor - rest) + np.maximum(0, amounts % divisor - rest)
    return found, capacity // divisor * (divisor - rest)


def cuts_beyond(problem: AssignmentProblem, values: Floats) -> list[Cut]:
    """Cuts that a relaxation does not keep, the deepest of each row.

    Parameters
    ----------
    values
        ``float64[m]`` of the candidates.
    """
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    order = np.argsort(problem.use_row, kind="stable")
    ends = np.cumsum(np.bincount(problem.use_row, minlength=len(problem.capacity)))
    found: list[Cut] = []
    for row, uses in enumerate(np.split(order, ends[:-1]) if len(ends) else []):
        amounts, capacity = problem.use_amount[uses], int(problem.capacity[row])
        taken = values[using[uses]]
        if not len(uses) or capacity - amounts @ taken > NEARLY_FULL * capacity:
            continue
        deep: list[tuple[float, int, Ints, int]] = []
        for divisor in {*np.unique(amounts).tolist(), *SMALL} - {0, 1}:
            cut = rounded(amounts, capacity, divisor)
            if cut is None or max(cut[1], int(cut[0].max())) > LARGEST:
                continue
            depth = float(cut[0] @ taken - cut[1]) / max(float(np.linalg.norm(cut[0])), 1.0)
            if depth > DEPTH:
                deep.append((-depth, divisor, *cut))
        for _, _, held, limit in sorted(deep, key=lambda each: each[:2])[:MOST]:
            kept = np.flatnonzero(held)
            unit = int(np.gcd.reduce(held[kept]))
            found.append(
                Cut(
                    agent=int(problem.row_agent[row]),
                    candidates=using[uses][kept],
                    amounts=held[kept] // unit,
                    capacity=limit // unit,
                )
            )
    return found


def with_cuts(problem: AssignmentProblem, cuts: list[Cut]) -> AssignmentProblem:
    """The same problem with rows more, which no assignment minds."""
    rows = len(problem.capacity)
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    user = np.concatenate([using, *(each.candidates for each in cuts)])
    row = np.concatenate(
        [problem.use_row, *(np.full(len(each.candidates), rows + k) for k, each in enumerate(cuts))]
    )
    amount = np.concatenate([problem.use_amount, *(each.amounts for each in cuts)])
    order = np.argsort(user, kind="stable")
    return replace(
        problem,
        use_first=np.concatenate([[0], np.cumsum(np.bincount(user, minlength=len(problem.agent)))]),
        use_row=row[order],
        use_amount=amount[order],
        row_agent=np.append(problem.row_agent, [each.agent for each in cuts]),
        capacity=np.append(problem.capacity, [each.capacity for each in cuts]),
    )
