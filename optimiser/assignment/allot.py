"""Rows that hold parts together, allotted to them: what each part uses of a row in the relaxation is its own.

A cap or a share over several lots joins them into one problem, though hardly any such row binds. Given to
each part in advance (resource-directive decomposition: Geoffrion 1970, Operations Research 18), shares keep
the row whatever parts do with them, and the parts are solved on their own. The bound is that of the problem
before anything was allotted.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from optimiser.assignment.cuts import Cut, with_cuts
from optimiser.assignment.lagrangian import SCALE
from optimiser.assignment.open_part import Opening, open_part, relaxed_with_cuts
from optimiser.assignment.parts import NO_ROW, Flags, binding, components
from optimiser.assignment.problem import NEVER, SHARED, AssignmentProblem, Ints
from optimiser.assignment.tables import Part
from optimiser.solving.fan_out import fan_out
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
    small: int = 0,
    nodes: int = 0,
    executor: Executor | None = None,
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
    small, nodes
        Candidates up to which a part is handed to the engine whole for the sake of the bound, and its nodes.
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
    live = np.append(binds, np.ones(len(cut.capacity) - len(binds), dtype=bool))
    tasks, rest = _apart(cut, price, live, part_of)
    bound = _bound(tasks, rest, small, nodes, deadline, executor)
    used = _used(problem, relaxed.values[: len(problem.agent)], part_of, len(parts))
    least = np.zeros_like(used, dtype=np.int64)
    if kept and start is not None:
        least = _used(problem, _as_values(problem, start), part_of, len(parts)).astype(np.int64)
    return _split(problem, np.flatnonzero(joining & binds), part_of, used, least, nested, bound)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Priced:
    """A part with rows that join it to others priced into its costs.

    Attributes
    ----------
    least
        What it costs at the least by the relaxation's prices, in 1/SCALE.
    """

    part: Part
    least: int


def _apart(problem: AssignmentProblem, price: Ints, live: Flags, part_of: Ints) -> tuple[list[_Priced], int]:
    """Parts with prices in place of the rows that join them, and what these rows give back, in 1/SCALE.

    The bound of the whole is the sum over parts, less what is given back (Geoffrion 1974, Mathematical
    Programming Study 2): a part that can be solved in whole numbers says more than its relaxation.
    """
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    part_using = part_of[problem.job[using]]
    low = np.full(len(problem.capacity), len(part_of), dtype=np.int64)
    high = np.full(len(problem.capacity), -1, dtype=np.int64)
    np.minimum.at(low, problem.use_row, part_using)
    np.maximum.at(high, problem.use_row, part_using)
    spans = low < high
    paid = problem.use_amount * price[problem.use_row]
    joined, reduced = np.zeros(len(problem.agent), np.int64), problem.cost * SCALE
    shared = spans[problem.use_row]
    np.add.at(joined, using[shared], paid[shared])
    np.add.at(reduced, using, paid)
    far = np.iinfo(np.int64).max
    least = np.where(problem.leave_out == NEVER, far, problem.leave_out * SCALE)
    np.minimum.at(least, problem.job, reduced)
    # Rounded down: whole costs that are never more than the priced ones.
    priced = replace(problem, cost=problem.cost + joined // SCALE)
    parts = components(priced, live & ~spans)
    label = np.zeros(problem.jobs, dtype=np.int64)
    for number, part in enumerate(parts):
        label[part.jobs] = number
    own = np.zeros(len(parts), dtype=np.int64)
    user = np.full(len(problem.capacity), -1, dtype=np.int64)
    user[problem.use_row] = label[problem.job[using]]
    inside = (user >= 0) & ~spans
    np.add.at(own, user[inside], price[inside] * problem.capacity[inside])
    held = [
        _Priced(part=part, least=int(least[part.jobs].sum()) - int(own[number]))
        for number, part in enumerate(parts)
    ]
    return held, int((price[spans] * problem.capacity[spans]).sum())


def _bound(
    priced: Sequence[_Priced],
    given_back: int,
    small: int,
    nodes: int,
    deadline: float | None,
    executor: Executor | None,
) -> int:
    """Sum over parts, the small ones in whole numbers."""
    some = [each for each in priced if len(each.part.problem.agent) <= small]
    openings = [
        Opening(
            problem=each.part.problem,
            start=None,
            whole_nodes=nodes,
            nodes=nodes,
            tolerance=0.0,
            deadline=deadline,
            seed=0,
        )
        for each in some
    ]
    solved = fan_out(open_part, openings, executor=executor)
    total = sum(each.least for each in priced) - given_back
    for each, opened in zip(some, solved, strict=True):
        if opened.bound is not None:
            total += max(0, opened.bound * SCALE - each.least)
    return -(-total // SCALE)


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
