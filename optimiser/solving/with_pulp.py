"""A PuLP problem by HiGHS in this process, with a warm start, progress and a bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.result import StoppedBy


def run(
    lp: Any,
    start: Mapping[str, float] | None,
    options: Mapping[str, Any],
    *,
    threads: int,
    seconds: float | None,
    progress: Reporter,
    task: str,
    unit: int,
) -> tuple[dict[str, float] | None, dict[str, Any]]:
    """Solve a PuLP problem by HiGHS in this process.

    Returns
    -------
    The value of each variable, or ``None`` without one; and ``bound``, ``nodes``, ``stopped_by``: proof
    where there is no solution at all.
    """
    import highspy
    import pulp

    class Engine(pulp.HiGHS):  # type: ignore[misc]  # PuLP has no types
        """PuLP's own adapter, with the warm start it has no way to pass, and limits it has no word for."""

        def callSolver(self, lp: Any) -> None:  # noqa: N802
            if start is not None:
                solution = highspy.HighsSolution()
                solution.col_value = [start[variable.name] for variable in lp.variables()]
                lp.solverModel.setSolution(solution)
            lp.solverModel.run()

        def findSolutionValues(self, lp: Any) -> tuple[int, int]:  # noqa: N802
            try:
                status, found = super().findSolutionValues(lp)
            except KeyError:  # a limit of nodes: the values are read by then, and the status is read below
                return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound
            return status, found

    def heard(kind: Any, message: str, out: Any, inward: Any, user: Any) -> None:
        progress(
            Progress(
                task=task,
                done=int(out.mip_node_count),
                incumbent=_finite(out.mip_primal_bound, unit),
                bound=_finite(out.mip_dual_bound, unit),
            )
        )

    listens = progress is not silent
    engine = Engine(
        msg=False,
        threads=threads,
        timeLimit=seconds,
        callbackTuple=(heard, None) if listens else None,
        callbacksToActivate=[highspy.cb.HighsCallbackType.kCallbackMipLogging] if listens else None,
        **options,
    )
    lp.solve(engine)
    highs = lp.solverModel
    if highs.getModelStatus() in (
        highspy.HighsModelStatus.kSolveError,
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        # Its presolve now and then makes a solution that breaks a row, or calls a sound model infeasible.
        engine.optionsDict["presolve"] = "off"
        lp.solve(engine)
        highs = lp.solverModel
    information = highs.getInfo()
    has_solution = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    bound = information.mip_dual_bound
    stopped = {
        highspy.HighsModelStatus.kOptimal: StoppedBy.GAP,
        highspy.HighsModelStatus.kInfeasible: StoppedBy.PROOF,
        highspy.HighsModelStatus.kUnboundedOrInfeasible: StoppedBy.PROOF,
        highspy.HighsModelStatus.kTimeLimit: StoppedBy.TIME,
        highspy.HighsModelStatus.kSolutionLimit: StoppedBy.ITERATIONS,
        highspy.HighsModelStatus.kIterationLimit: StoppedBy.ITERATIONS,
        highspy.HighsModelStatus.kInterrupt: StoppedBy.INTERRUPT,
    }.get(highs.getModelStatus(), StoppedBy.INTERRUPT)
    values = {variable.name: variable.varValue for variable in lp.variables()} if has_solution else None
    return values, {"bound": bound, "nodes": information.mip_node_count, "stopped_by": stopped}


def _finite(value: float, unit: int) -> float | None:
    return value * unit if abs(value) < 1e30 else None
