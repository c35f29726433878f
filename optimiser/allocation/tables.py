"""The problem as arrays, for the compiled search: values in, arrays in the kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.allocation.policy import Objective, Seats
from optimiser.allocation.problem import Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """Every option of every need under one number; a need's options stand together, the best-placed first.

    The last option of each need is last resort, which stands as one provider more and uses no row.

    Attributes
    ----------
    first, last
        ``int64[n]``: a need's first option, and its last resort.
    provider
        ``int64[m]`` of an option.
    option
        ``int64[n, k + 1]``: the option of a need with a provider, −1 where it may not have it.
    use_from, use_row, use_amount
        Rows an option uses, from ``use_from[o]`` up to ``use_from[o + 1]``.
    eligible_from, eligible
        Needs that may go to a provider, in the same way.
    limit
        ``int64[r]`` of a row, seconds a week.
    """

    first: Ints
    last: Ints
    provider: Ints
    option: Ints
    use_from: Ints
    use_row: Ints
    use_amount: Ints
    eligible_from: Ints
    eligible: Ints
    limit: Ints

    @classmethod
    def of(cls, problem: Problem) -> Tables:
        """Tables of a problem."""
        names = sorted({each.provider for need in problem.needs for each in need.candidates})
        number = {name: k for k, name in enumerate(names)}
        first: list[int] = []
        last: list[int] = []
        provider: list[int] = []
        use_from, use_row, use_amount = [0], list[int](), list[int]()
        option = np.full((len(problem.needs), len(names) + 1), -1, dtype=np.int64)
        for p, need in enumerate(problem.needs):
            first.append(len(provider))
            for each in need.candidates:
                option[p, number[each.provider]] = len(provider)
                provider.append(number[each.provider])
                use_row += [row for row, _ in each.uses]
                use_amount += [amount for _, amount in each.uses]
                use_from.append(len(use_row))
            option[p, len(names)] = len(provider)
            last.append(len(provider))
            provider.append(len(names))
            use_from.append(len(use_row))
        eligible = [np.flatnonzero(option[:, k] >= 0) for k in range(len(names))]
        return cls(
            first=_ints(first),
            last=_ints(last),
            provider=_ints(provider),
            option=option,
            use_from=_ints(use_from),
            use_row=_ints(use_row),
            use_amount=_ints(use_amount),
            eligible_from=_ints([0, *np.cumsum([len(each) for each in eligible])]),
            eligible=_ints(np.concatenate(eligible)) if eligible else _ints([]),
            limit=_ints([row.limit for row in problem.rows]),
        )

    def chosen(self, seats: Seats) -> Ints:
        """Option of each need under seats."""
        taken = zip(self.first, self.last, seats, strict=True)
        return _ints([end if seat is None else start + seat for start, end, seat in taken])

    def seats(self, chosen: Ints) -> Seats:
        """Seats of chosen options."""
        taken = zip(self.first, self.last, chosen, strict=True)
        return tuple(None if each == end else int(each - start) for start, end, each in taken)


def per_option(problem: Problem, objective: Objective) -> Ints:
    """What each option adds to an objective."""
    return _ints(
        [objective.of(problem, need, each) for need in problem.needs for each in (*need.candidates, None)]
    )


def _ints(values: Sequence[int] | NDArray[np.int64]) -> Ints:
    return np.asarray(values, dtype=np.int64)
