"""The best plan of known rounds, as a mixed-integer programme in HiGHS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimiser.rounds.columns.master import Column
from optimiser.rounds.columns.relaxation import FINE, Kind
from optimiser.rounds.problem import Ints


def choose(
    price: Ints, kinds: Sequence[Kind], columns: Sequence[Column], start: Sequence[int], seconds: float
) -> list[int]:
    """Which of the columns to make so that all is cheapest, within ``seconds``; no worse than ``start``.

    Parameters
    ----------
    price
        ``int64[n]`` points for leaving a service out.
    start
        Indices of columns that make a plan.
    """
    import highspy

    n, none = len(price), highspy.kHighsInf
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no types
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("time_limit", max(0.0, seconds)),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.99),
        ("mip_heuristic_effort", 0.5),
    ):
        highs.setOptionValue(option, value)
    for _ in range(n):
        highs.addRow(1.0, none, 0, [], [])
    for kind in kinds:
        highs.addRow(-none, float(kind.size), 0, [], [])
    for i in range(n):
        highs.addCol(float(price[i]), 0.0, 1.0, 1, [i], [1.0])
    for column in columns:
        rows = np.array([*sorted(column.services), n + column.kind], np.int32)
        highs.addCol(column.cost / FINE, 0.0, 1.0, len(rows), rows, np.ones(len(rows)))
    total = n + len(columns)
    highs.changeColsIntegrality(
        total, np.arange(total, dtype=np.int32), np.full(total, highspy.HighsVarType.kInteger)
    )
    made = {i for number in start for i in columns[number].services}
    values = np.zeros(total)
    values[[i for i in range(n) if i not in made]] = 1.0
    values[[n + number for number in start]] = 1.0
    begin = highspy.HighsSolution()
    begin.col_value = values.tolist()
    highs.setSolution(begin)
    highs.run()
    found = np.array(highs.getSolution().col_value)
    if (
        len(found) != total
        or highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible
    ):
        return list(start)
    return [int(number) for number in np.flatnonzero(found[n:] > 0.5)]
