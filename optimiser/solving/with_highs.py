"""HiGHS in process, on arrays: relaxations that grow, and whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import ceil, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """What an engine is given: columns that are taken or not, by rows, compressed by column.

    Attributes
    ----------
    cost
        Of every column.
    start, row, amount
        Entries of column k from ``start[k]`` up to ``start[k + 1]``.
    lower, upper
        Of every row.
    """

    cost: Floats
    start: Ints
    row: Ints
    amount: Floats
    lower: Floats
    upper: Floats


class EngineError(Exception):
    """The engine did not run: a fault of this program."""


class Outcome(Enum):
    """How a run ended."""

    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """The linear relaxation: its value, the columns' values and the duals of the model's rows."""

    outcome: Outcome
    value: float
    values: Floats
    duals: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """A mixed-integer run.

    Attributes
    ----------
    values
        Of the columns; ``None`` without a solution.
    bound
        Cost that no solution of the model undercuts; ``None`` where the engine proved nothing.
    """

    outcome: Outcome
    values: Floats | None
    bound: int | None


def relax(model: Columns, seconds: float | None = None) -> Relaxed:
    """Solve the linear relaxation."""
    return Relaxing(model).solve(seconds)


class Relaxing:
    """A linear relaxation that rows are added to: each solution starts from the one before."""

    def __init__(self, model: Columns) -> None:
        self._engine = _load(model, whole=False, seconds=None)

    def add_row(self, columns: Ints, amounts: Ints, most: int) -> None:
        """One row more, after all there are."""
        at, held = columns.astype(np.int32), amounts.astype(np.float64)
        self._engine.addRow(-np.inf, float(most), len(at), at, held)

    def solve(self, seconds: float | None = None) -> Relaxed:
        """Solve it as it stands."""
        engine = self._engine
        if seconds is not None:
            # The engine counts from its first run on.
            engine.setOptionValue("time_limit", engine.getRunTime() + max(seconds, 0.0))
        engine.run()
        outcome, solution = _outcome(engine), engine.getSolution()
        solved = outcome is Outcome.SOLVED
        return Relaxed(
            outcome=outcome,
            value=float(engine.getInfo().objective_function_value),
            values=np.array(solution.col_value) if solved else np.zeros(engine.getNumCol()),
            duals=np.array(solution.row_dual) if solved else np.zeros(engine.getNumRow()),
        )


def optimise(
    model: Columns,
    *,
    start: Floats | None = None,
    seconds: float | None = None,
    nodes: int | None = None,
    seed: int = 0,
    threads: int = 1,
    gap: float = 0.0,
) -> Solved:
    """Solve the model in whole numbers.

    Parameters
    ----------
    gap
        In units of cost: an answer so near the bound will do.
    seconds, nodes
        Limits; ``None`` for none. Only nodes can be repeated.
    threads
        The same in every run of one process.

    Raises
    ------
    EngineError
        Where the engine does not run.
    """
    import highspy

    engine = _load(model, whole=True, seconds=seconds, threads=threads)
    engine.setOptionValue("random_seed", seed % 2**31)
    engine.setOptionValue("mip_rel_gap", 0.0)
    engine.setOptionValue("mip_abs_gap", max(0.999, gap))  # costs are whole: below one apart is the same
    if nodes is not None:
        engine.setOptionValue("mip_max_nodes", nodes)
    if start is not None:
        engine.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    status = engine.run()
    if engine.getModelStatus() in (
        highspy.HighsModelStatus.kSolveError,
        highspy.HighsModelStatus.kInfeasible,
    ):
        # Its presolve now and then makes a solution that breaks a row, or calls a sound model infeasible.
        engine.clearSolver()
        engine.setOptionValue("presolve", "off")
        status = engine.run()
    if status == highspy.HighsStatus.kError:
        raise EngineError(
            f"HiGHS did not run ({engine.getModelStatus()}); threads are set once for a process"
        )
    outcome, info = _outcome(engine), engine.getInfo()
    found = int(info.primal_solution_status) == 2
    bound = info.mip_dual_bound
    return Solved(
        outcome=outcome,
        values=np.array(engine.getSolution().col_value) if found else None,
        # A hair off for the engine's tolerance before rounding up.
        bound=ceil(bound - 1e-5) if isfinite(bound) and abs(bound) < 1e15 else None,
    )


def _load(model: Columns, *, whole: bool, seconds: float | None, threads: int = 1) -> Any:
    import highspy

    engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no types
    engine.silent()
    engine.setOptionValue("threads", threads)
    if seconds is not None:
        engine.setOptionValue("time_limit", max(seconds, 0.0))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.lower)
    lp.col_cost_ = model.cost
    lp.col_lower_, lp.col_upper_ = np.zeros(len(model.cost)), np.ones(len(model.cost))
    lp.row_lower_, lp.row_upper_ = model.lower, model.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = model.start.astype(np.int32), model.row.astype(np.int32)
    lp.a_matrix_.value_ = model.amount
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(model.cost)
    engine.passModel(lp)
    return engine


def _outcome(engine: Any) -> Outcome:
    import highspy

    return {
        highspy.HighsModelStatus.kOptimal: Outcome.SOLVED,
        highspy.HighsModelStatus.kInfeasible: Outcome.INFEASIBLE,
        highspy.HighsModelStatus.kModelEmpty: Outcome.SOLVED,
    }.get(engine.getModelStatus(), Outcome.STOPPED)
