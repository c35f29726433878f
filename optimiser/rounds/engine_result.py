"""What another engine found, priced by our objective and told as a result."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from optimiser.rounds.objective import components
from optimiser.rounds.problem import Plan, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy


def engine_result(
    problem: Problem,
    plan: Plan | None,
    *,
    engine: str,
    settings: Mapping[str, Any],
    seed: int,
    limits: Limits,
    seconds: float,
    package: str | None = None,
) -> Result[Plan]:
    """A heuristic engine's plan, or that it found none in time; one that knows more replaces what it knows.

    Parameters
    ----------
    engine, settings
        For provenance.
    seconds
        That it took.
    package
        Whose version the provenance tells besides those of every answer.
    """
    parts = {} if plan is None else components(problem, plan)
    return Result(
        status=Status.NOT_FOUND if plan is None else Status.FEASIBLE,
        stopped_by=StoppedBy.TIME,
        found=plan,
        objective=None if plan is None else sum(parts.values()),
        bound=None,
        components=parts,
        seconds=seconds,
        iterations=0,
        provenance=Provenance(
            solver=engine,
            settings=settings,
            seed=seed,
            limits=limits,
            input_hash=canonical_hash(problem),
            versions=versions() if package is None else {**versions(), package: version(package)},
        ),
        message="no plan was found in time" if plan is None else "",
    )
