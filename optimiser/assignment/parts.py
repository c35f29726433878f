"""A problem cut into what has nothing to do with one another: rows that cannot bind are left out first.

A row that everybody together cannot fill says nothing. Nor does a row whose parts say it already: a
provider's whole, where it states each locality and these add up to no more. Once such rows are gone, the lots
of a county fall apart into problems of their own, whose costs and bounds add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from optimiser.assignment.coefficients import with_reduced_coefficients
from optimiser.assignment.problem import SHARED, AssignmentProblem, Ints
from optimiser.assignment.tables import Part, possible

Flags = NDArray[np.bool_]
NO_ROW = -1


def binding(problem: AssignmentProblem, nested: Sequence[Ints] = ()) -> Flags:
    """Which rows can keep anybody out that the others let in.

    Parameters
    ----------
    nested
        Each ``int64[r]``: the row that a row is a part of, :data:`NO_ROW` for none. It is a hint: a row is
        left out only where its parts are seen to say as much. No row may be, over several steps, a part of
        itself.
    """
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    binds = _asked(problem, using) > problem.capacity
    for parent in nested:
        binds &= ~_said_by_parts(problem, using, parent)
    return binds


def _asked(problem: AssignmentProblem, using: Ints) -> Ints:
    """``int64[r]``: the most that can be asked of each row, every job taking the candidate that asks most."""
    rows, asked = len(problem.capacity), np.zeros(len(problem.capacity), dtype=np.int64)
    if not len(using):
        return asked
    key = problem.job[using] * rows + problem.use_row
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(key[order]) > 0))
    most = np.maximum.reduceat(problem.use_amount[order], starts)
    np.add.at(asked, key[order][starts] % rows, most)
    return asked


def _said_by_parts(problem: AssignmentProblem, using: Ints, parent: Ints) -> Flags:
    """Rows whose parts hold no more than they do together, and count every use at least as high."""
    rows = len(problem.capacity)
    has_parent = parent != NO_ROW
    held = np.zeros(rows, dtype=np.int64)
    np.add.at(held, parent[has_parent], problem.capacity[has_parent])
    above = parent[problem.use_row]
    inner = above != NO_ROW
    key, of_key = np.unique(using[inner] * rows + above[inner], return_inverse=True)
    counted = np.zeros(len(key), dtype=np.int64)
    np.add.at(counted, of_key, problem.use_amount[inner])
    own = using * rows + problem.use_row
    at = np.minimum(np.searchsorted(key, own), max(len(key) - 1, 0))
    covered = (key[at] == own) & (counted[at] >= problem.use_amount) if len(key) else np.zeros(len(own), bool)
    said = np.zeros(rows, dtype=bool)
    said[parent[has_parent]] = True
    said &= held <= problem.capacity
    said[problem.use_row[~covered]] = False
    return said


def components(problem: AssignmentProblem, binds: Flags) -> list[Part]:
    """Problems of jobs that share rows which bind, the largest first, each row in small numbers.

    Candidates that do not fit even alone are left out.
    """
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    live = binds[problem.use_row] & (problem.use_amount > 0)
    ends = problem.jobs + problem.use_row[live]
    size = problem.jobs + len(problem.capacity)
    links = coo_array((np.ones(len(ends)), (problem.job[using[live]], ends)), shape=(size, size))
    _, label = connected_components(links, directed=False)
    label = label[: problem.jobs]
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if len(order) else []
    groups.sort(key=lambda jobs: (-len(jobs), jobs[0]))
    fits = np.zeros(len(problem.agent), dtype=bool)
    fits[possible(problem)] = True
    return [_of_jobs(problem, binds, fits, jobs) for jobs in groups]


def _of_jobs(problem: AssignmentProblem, binds: Flags, fits: Flags, jobs: Ints) -> Part:
    """The problem of some jobs with the rows of theirs that bind."""
    candidates = _spread(problem.first[jobs], problem.first[jobs + 1] - problem.first[jobs])
    candidates = candidates[fits[candidates]]
    first = np.searchsorted(problem.job[candidates], jobs)
    uses = problem.use_first[candidates + 1] - problem.use_first[candidates]
    use = _spread(problem.use_first[candidates], uses)
    kept = binds[problem.use_row[use]] & (problem.use_amount[use] > 0)
    use, user = use[kept], np.repeat(np.arange(len(candidates)), uses)[kept]
    rows, row = np.unique(problem.use_row[use], return_inverse=True)
    unit = np.zeros(len(rows), dtype=np.int64)
    np.gcd.at(unit, row, problem.use_amount[use])
    part = AssignmentProblem(
        first=np.append(first, len(candidates)),
        agent=problem.agent[candidates],
        cost=problem.cost[candidates],
        use_first=np.concatenate([[0], np.cumsum(np.bincount(user, minlength=len(candidates)))]),
        use_row=row,
        use_amount=problem.use_amount[use] // unit[row],
        row_agent=problem.row_agent[rows],
        capacity=problem.capacity[rows] // unit,
        leave_out=problem.leave_out[jobs],
    )
    return Part(problem=with_reduced_coefficients(part), jobs=jobs, candidates=candidates)


def keeping(part: Part, amounts: Sequence[Ints], start: Ints) -> Part:
    """The part with a row more for each of ``amounts``: no more of it than an assignment has here.

    Parameters
    ----------
    amounts
        Each ``int64[m]`` of the whole problem's candidates, none below zero.
    start
        ``int64[n]`` of the part, everybody taken.
    """
    problem = part.problem
    first, row, amount = problem.use_first, problem.use_row, problem.use_amount
    limits = list(problem.capacity)
    for each in amounts:
        own = each[part.candidates]
        unit = max(1, int(np.gcd.reduce(own)))
        uses = np.flatnonzero(own)
        at = first[uses + 1]
        first = first + np.concatenate([[0], np.cumsum(own != 0)])
        row, amount = np.insert(row, at, len(limits)), np.insert(amount, at, own[uses] // unit)
        limits.append(int(own[start].sum()) // unit)
    return Part(
        problem=replace(
            problem,
            use_first=first,
            use_row=row,
            use_amount=amount,
            row_agent=np.append(problem.row_agent, np.full(len(amounts), SHARED)),
            capacity=np.array(limits),
        ),
        jobs=part.jobs,
        candidates=part.candidates,
    )


def _spread(start: Ints, count: Ints) -> Ints:
    """``count[i]`` whole numbers from ``start[i]``, one run after the other."""
    ends = np.cumsum(count)
    return np.repeat(start - ends + count, count) + np.arange(int(count.sum()))
