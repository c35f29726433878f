"""Attack: margins minus what is shown. It succeeds on rounded tables, and learns nothing from ours."""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from optimiser.model.calendar import Band
from optimiser.publishing.audit import audit
from optimiser.publishing.figures import Cell, Hidden, Level, Table
from optimiser.publishing.open_demand import Wanted, wanted
from tests.publishing.people import MALDON, naive, people, safe, want

THOROUGH = bool(os.environ.get("CAREROUNDS_THOROUGH"))


def learnt(table: Table, cell: Cell, levels: tuple[Level, ...]) -> tuple[float, float]:
    """What somebody works out of a cell, knowing only that areas add up to larger ones.

    Written anew, with another engine: one unknown a piece, whole; rows are the areas of the same column.
    """
    pieces = sorted(table.pieces)
    rows, low, high = [], [], []
    for other, figure in table.figures.items():
        if (other.service, other.band) == (cell.service, cell.band) and other.level in levels:
            rows.append([float(piece.area(other.level) == other.area) for piece in pieces])
            shown = figure.count
            low.append(0.0 if shown is None else max(8.0, shown - 2))
            # A reader takes every star for a small count; one of company is told here, as it is to the audit.
            is_small = figure.hidden in (Hidden.SMALL, Hidden.NOUGHT)
            high.append(7.0 if is_small else np.inf if shown is None else shown + 2.0)
    cost = np.array([float(piece.area(cell.level) == cell.area) for piece in pieces])
    limits = LinearConstraint(np.array(rows), low, high)
    ends = []
    for sign in (1, -1):
        found = milp(
            sign * cost, constraints=limits, bounds=Bounds(0, 10_000), integrality=np.ones(len(pieces))
        )
        assert found.success
        ends.append(sign * found.fun)
    return ends[0], ends[1]


def told_by_hand(table: Table) -> int:
    """Small counts that the attack bounds more narrowly than nought to seven."""
    found = 0
    for cell, figure in table.figures.items():
        if figure.hidden is Hidden.SMALL:
            low, high = learnt(table, cell, table.levels)
            found += low > 0 or high < 7
    return found


def twelve_and_seven() -> tuple[Wanted, ...]:
    """Twelve at Maldon and seven at Burnham: the district has nineteen."""
    return (
        *(want(f"A{n}", "CM9 5", Band.TEA) for n in range(12)),
        *(want(f"B{n}", "CM0 7", Band.TEA) for n in range(7)),
    )


def test_rounding_alone_tells_seven_to_one() -> None:
    table = naive(twelve_and_seven())
    cell = Cell(Level.OUTWARD, "CM0", None, Band.TEA)
    # The district shows 20 and Maldon 10: 18 to 22 less 8 to 12.
    assert learnt(table, cell, table.levels) == (6, 7)
    assert any(each.cell == cell and each.bound == 6 for each in audit(table))


def test_what_is_published_tells_nothing_of_the_seven() -> None:
    table = safe(twelve_and_seven())
    assert learnt(table, Cell(Level.OUTWARD, "CM0", None, Band.TEA), table.levels) == (0, 7)
    assert table.figures[Cell(Level.MARKET, "all", None, None)].count == 20


def test_hours_of_a_hidden_count_cannot_be_worked_out_either() -> None:
    packages = (
        *(want(f"A{n}", "CM9 5", Band.TEA) for n in range(40)),
        *(want(f"B{n}", "CM0 7", Band.TEA, hours=40) for n in range(4)),
    )
    assert any(each.is_hours for each in audit(naive(packages)))
    table = safe(packages)
    assert not audit(table)
    district, maldon = (
        table.figures[Cell(level, area, None, None)]
        for level, area in ((Level.DISTRICT, str(MALDON)), (Level.OUTWARD, "CM9"))
    )
    assert None in (district.hours, maldon.hours)


def random_packages(seed: int) -> tuple[Wanted, ...]:
    return tuple(map(wanted, people(seed, 60 + 20 * (seed % 5))))


def test_the_attack_succeeds_on_most_naive_tables() -> None:
    learnt_of = [told_by_hand(naive(random_packages(seed))) for seed in range(6)]
    assert sum(each > 0 for each in learnt_of) >= 4
    assert sum(learnt_of) >= 10


@pytest.mark.parametrize("seed", range(60 if THOROUGH else 6))
def test_the_attack_learns_nothing_from_ours(seed: int) -> None:
    assert told_by_hand(safe(random_packages(seed))) == 0


@pytest.mark.parametrize("seed", range(20 if THOROUGH else 3))
def test_that_packages_are_whole_tells_nothing_more(seed: int) -> None:
    table = safe(tuple(map(wanted, people(seed, 40 + 10 * seed))))
    assert audit(table, is_whole=True) == ()
