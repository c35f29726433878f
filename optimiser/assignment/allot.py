"""Rows that hold parts together, allotted to them: what each part uses of a row in the relaxation is its own.

A cap or a share over several lots joins them into one problem, though hardly any such row binds. Given to
each part in advance (resource-directive decomposition: Geoffrion 1970, Operations Research 18), shares keep
the row whatever parts do with them, and the parts are solved on their own. The bound is that of the problem
before anything was allotted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimiser.assignment.cuts import Cut, with_cuts
from optimiser.assignment.lagrangian import SCALE
from optimiser.assignment.open_part import Opening, reduced_losses, relaxed_with_cuts
from optimiser.assignment.parts import NO_ROW, Flags, binding, components
from optimiser.assignment.problem import SHARED, AssignmentProblem, Ints
from optimiser.solving.with_highs import Floats, Outcome


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allotted:
    """A problem whose parts share less.

    Attributes
    ----------
    problem
        The same candidates; rows that joined parts are split, the pieces after all others.
    nested
        As given, for its rows.
    bound
        Cost that no assignment of the problem as it was undercuts.
    """

    problem: AssignmentProblem
    nested: tuple[Ints, ...]
    bound: int


def allotted(
    problem: AssignmentProblem,
    joining: Flags,
    *,
    nested: Sequence[Ints],
    kept: Sequence[Ints],
    start: Ints | None,
    deadline: float | None,
) -> Allotted | None:
    """The problem with rows split; ``None`` where that parts nothing, or the relaxation came to no end.

    Parameters
    ----------
    joining
        ``bool[r]``: rows that may be split.
    kept
        ``int64[m]`` each: what no part may have more of than at ``start``; the bound is of such assignments.
    start
        ``int64[n]``; with ``kept`` it fits into what is allotted.
    """
    binds = binding(problem, nested)
    parts = components(problem, binds & ~joining)
    if len(parts) == len(components(problem, binds)):
        return None
    part_of = np.zeros(problem.jobs, dtype=np.int64)
    for number, part in enumerate(parts):
        part_of[part.jobs] = number
    held = with_cuts(problem, _keeping(problem, kept, start, part_of, len(parts)))
    asked = Opening(
        problem=held, start=None, whole_nodes=None, nodes=1, tolerance=0.0, deadline=deadline, seed=0
    )
    cut, _, relaxed = relaxed_with_cuts(asked)
    if relaxed.outcome is not Outcome.SOLVED:
        return None
    price = np.rint(np.maximum(-relaxed.duals[cut.jobs :], 0.0) * SCALE).astype(np.int64)
    bound = reduced_losses(cut, price)[2]
    used = _used(problem, relaxed.values[: len(problem.agent)], part_of, len(parts))
    least = np.zeros_like(used, dtype=np.int64)
    if kept and start is not None:
        least = _used(problem, _as_values(problem, start), part_of, len(parts)).astype(np.int64)
    return _split(problem, np.flatnonzero(joining & binds), part_of, used, least, nested, bound)


def _keeping(
    problem: AssignmentProblem, kept: Sequence[Ints], start: Ints | None, part_of: Ints, parts: int
) -> list[Cut]:
    """Rows that hold each part to what it has of ``kept``."""
    rows = []
    for amounts in kept if start is not None else ():
        for part in range(parts):
            own = np.flatnonzero((part_of[problem.job] == part) & (amounts > 0))
            if len(own) and start is not None:
                most = int(amounts[start[part_of == part]].sum())
                rows.append(Cut(agent=SHARED, candidates=own, amounts=amounts[own], capacity=most))
    return rows


def _as_values(problem: AssignmentProblem, chosen: Ints) -> Floats:
    values = np.zeros(len(problem.agent))
    values[chosen[chosen >= 0]] = 1.0
    return values


def _used(problem: AssignmentProblem, values: Floats, part_of: Ints, parts: int) -> Floats:
    """``float64[r, parts]``: what each part uses of each row."""
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    used = np.zeros((len(problem.capacity), parts))
    np.add.at(used, (problem.use_row, part_of[problem.job[using]]), problem.use_amount * values[using])
    return used


def _split(
    problem: AssignmentProblem,
    rows: Ints,
    part_of: Ints,
    used: Floats,
    least: Ints,
    nested: Sequence[Ints],
    bound: int,
) -> Allotted:
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    use_part, use_row = part_of[problem.job[using]], problem.use_row.copy()
    capacity, agents = list(problem.capacity), list(problem.row_agent)
    for row in rows:
        mine = np.flatnonzero(problem.use_row == row)
        sharing = np.unique(use_part[mine])
        shares = _shares(int(problem.capacity[row]), used[row, sharing], least[row, sharing])
        capacity[row] = shares[0]
        for part, share in zip(sharing[1:], shares[1:], strict=True):
            use_row[mine[use_part[mine] == part]] = len(capacity)
            capacity.append(share)
            agents.append(problem.row_agent[row])
    more = len(capacity) - len(problem.capacity)
    return Allotted(
        problem=_in_order(
            replace(problem, use_row=use_row, capacity=np.array(capacity), row_agent=np.array(agents))
        ),
        nested=tuple(np.append(each, np.full(more, NO_ROW, dtype=np.int64)) for each in nested),
        bound=bound,
    )


def _shares(capacity: int, used: Floats, least: Ints) -> list[int]:
    """Whole shares of a capacity: at least ``least``, else what is used, and of what is over alike."""
    wanted = np.maximum(least, np.floor(used + 1e-6).astype(np.int64))
    over = capacity - int(wanted.sum())
    while over < 0:  # what must be kept is more than the relaxation uses elsewhere
        spare = wanted - least
        most = int(np.argmax(spare))
        taken = min(int(spare[most]), -over)
        wanted[most] -= taken
        over += taken
    each, rest = divmod(over, len(wanted))
    return [int(share) + each + (place < rest) for place, share in enumerate(wanted)]


def _in_order(problem: AssignmentProblem) -> AssignmentProblem:
    """Uses of each candidate in order of row, as they came."""
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    order = np.lexsort((problem.use_row, using))
    return replace(problem, use_row=problem.use_row[order], use_amount=problem.use_amount[order])
