"""An objective of the allocation problem as an assignment problem: the same options, rows and numbers.

Last resort is a candidate of every job like any other, that of an agent without rows; what earlier objectives
were proven to become rows that all share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np

from optimiser.allocation.capacity import Row
from optimiser.allocation.policy import Objective, Seats
from optimiser.allocation.problem import Problem
from optimiser.allocation.tables import Ints, Tables, per_option
from optimiser.assignment.parts import NO_ROW, Flags
from optimiser.assignment.problem import NEVER, SHARED, Assignment, AssignmentProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An earlier objective: what it is, and how far later ones may raise it."""

    objective: Objective
    value: int
    allowed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AsAssignment:
    """The problem in the core's terms.

    Attributes
    ----------
    tables
        Whose options are the candidates, by the same numbers.
    unit
        By which the objective was divided.
    nested
        Which rows may be parts of others (:func:`optimiser.assignment.parts.binding`).
    joining
        Rows of the contract, which may be allotted to the parts they join
        (:mod:`optimiser.assignment.allot`).
    kept
        What each option adds to earlier objectives that must stay as they are.
    """

    problem: AssignmentProblem
    tables: Tables
    unit: int
    nested: tuple[Ints, ...]
    joining: Flags
    kept: tuple[Ints, ...]

    def assignment(self, seats: Seats) -> Assignment:
        """Seats as an assignment."""
        return Assignment.of(self.tables.chosen(seats))

    def seats(self, assignment: Assignment) -> Seats:
        """An assignment as seats."""
        return self.tables.seats(assignment.as_array())


def as_assignment(problem: Problem, objective: Objective, kept: Sequence[Kept] = ()) -> AsAssignment:
    """The problem of minimising one objective while earlier ones keep the value they were proven to.

    An earlier objective of which later ones may spend something is a row that all packages share. Of one that
    must stay as it is, every part of the problem keeps what it has: parts have nothing to give one another.

    What promises count that are not kept is no single package's, and is left out: an objective that has such
    promises is another than this.
    """
    tables = Tables.of(problem)
    cost, unit = _in_unit(per_option(problem, objective))
    use_first, use_row, use_amount = tables.use_from, tables.use_row, tables.use_amount
    limits = list(tables.limit)
    spendable = [each for each in kept if each.allowed > each.value]
    for each in spendable:
        amount, divisor = _in_unit(per_option(problem, each.objective))
        use_first, use_row, use_amount = _one_more(use_first, use_row, use_amount, len(limits), amount)
        limits.append(each.allowed // divisor)
    number = {name: k for k, name in enumerate(_providers(problem))}
    whose = [number.get(row.provider, SHARED) if row.provider else SHARED for row in problem.rows]
    n = len(problem.needs)
    return AsAssignment(
        problem=AssignmentProblem(
            first=np.append(tables.first, len(tables.provider)),
            agent=tables.provider,
            cost=cost,
            use_first=use_first,
            use_row=use_row,
            use_amount=use_amount,
            row_agent=np.array([*whose, *[SHARED] * len(spendable)], dtype=np.int64),
            capacity=np.array(limits, dtype=np.int64),
            leave_out=np.full(n, NEVER, dtype=np.int64),
        ),
        tables=tables,
        unit=unit,
        nested=tuple(_padded(level, len(spendable)) for level in _nested(problem.rows)),
        joining=np.array(
            [*(not row.kind.is_capacity for row in problem.rows), *[False] * len(spendable)], dtype=bool
        ),
        kept=tuple(
            _in_unit(per_option(problem, each.objective))[0] for each in kept if each not in spendable
        ),
    )


def _providers(problem: Problem) -> list[str]:
    """In the order in which :class:`Tables` numbers them."""
    return sorted({each.provider for need in problem.needs for each in need.candidates})


def _in_unit(values: Ints) -> tuple[Ints, int]:
    """Values divided by their greatest common divisor, and the divisor."""
    unit = int(np.gcd.reduce(values)) if len(values) else 1
    unit = gcd(unit, 0) or 1
    return values // unit, unit


def _one_more(first: Ints, row: Ints, amount: Ints, number: int, added: Ints) -> tuple[Ints, Ints, Ints]:
    """Uses with one row more, of which every option uses what ``added`` says."""
    uses = np.flatnonzero(added)
    at = first[uses + 1]
    grown = first + np.concatenate([[0], np.cumsum(added != 0)])
    return grown, np.insert(row, at, number), np.insert(amount, at, added[uses])


def _padded(level: Ints, more: int) -> Ints:
    return np.append(level, np.full(more, NO_ROW, dtype=np.int64))


def _nested(rows: Sequence[Row]) -> tuple[Ints, ...]:
    """For each row the one that counts the same in a wider place, and in the whole week."""
    number = {row: k for k, row in enumerate(_unlimited(rows))}
    place = [NO_ROW] * len(rows)
    week = [NO_ROW] * len(rows)
    for k, row in enumerate(_unlimited(rows)):
        if row.provider is None or not row.kind.is_capacity:
            continue
        if row.locality is not None:
            place[k] = number.get(replace(row, locality=None), NO_ROW)
        if row.band is not None:
            week[k] = number.get(replace(row, band=None, day_type=None), NO_ROW)
    return np.array(place, dtype=np.int64), np.array(week, dtype=np.int64)


def _unlimited(rows: Sequence[Row]) -> list[Row]:
    """Rows by what they count alone."""
    return [replace(row, limit=0) for row in rows]
