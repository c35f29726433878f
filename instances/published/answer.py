"""A published day solved, and a result looked at again: the evaluator has the word, not the solver."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from geodata.report import Report
from instances.published.day import PublishedDay
from instances.published.evaluate import Breach, Evaluation, Violation, evaluate
from instances.published.solutions import PublishedSolution
from instances.published.solving import to_problem
from instances.published.units import without_noise
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.search import RuinAndRecreate
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.result import NoSolutionError, Result, Status
from optimiser.solving.solver import Solver

ROUNDED = Fraction(1, 10**9)
"""Share by which a claim may differ from what is found: thirds have no end and are cut when written."""


class BrokenSolutionError(Exception):
    """A solver's answer broke a rule of the day: a fault of ours, never of the file."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(self.violations)

    def __str__(self) -> str:
        return "; ".join(str(each) for each in self.violations[:5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A published day, and rounds for it that break no rule.

    Attributes
    ----------
    solution
        In the file's names and units; it claims what the evaluator found, and the solver's seconds.
    evaluation
        Of the day as the file states it.
    result
        The solver's own, on the day without the noise of floating point.
    carers
        How many the solver might use.
    """

    day: PublishedDay
    solution: PublishedSolution
    evaluation: Evaluation
    result: Result[Plan]
    carers: int

    def provenance(self, path: Path) -> Mapping[str, Any]:
        """Where the answer came from, ready for JSON: the file, the solver and its seed, limits, versions."""
        return {
            "instance": self.day.name,
            "format": self.day.format.value,
            "file_hash": hashlib.sha256(path.read_bytes()).hexdigest(),
            "carers": self.carers,
            "stopped_by": self.result.stopped_by.value,
            "iterations": self.result.iterations,
            **self.result.provenance.as_dict(),
        }


def answer(
    day: PublishedDay,
    *,
    limits: Limits,
    seed: int,
    carers: int | None = None,
    solver: Solver[Problem, Plan] | None = None,
    progress: Reporter = silent,
) -> Answer:
    """Solve a published day.

    Parameters
    ----------
    day
        As the file states it. It is solved without the noise of floating point, and judged as it stands.
    carers
        Only the first so many may be used; for Solomon's set, whose vehicles are all alike.
    solver
        ``None``: ruin and recreate.

    Raises
    ------
    NoSolutionError
        Where somebody who must be served was not: there may be no way, or more time may find one.
    BrokenSolutionError
        Where the answer breaks any other rule: a fault of ours.
    """
    limited = without_noise(day)
    limited = replace(limited, carers=limited.carers[:carers])
    problem = to_problem(limited)
    engine = RuinAndRecreate() if solver is None else solver
    result = engine.solve(problem.problem, limits=limits, seed=seed, progress=progress)
    solution = problem.solution(result.solution)
    found = evaluate(day, solution)
    left = set(result.solution.unserved)
    _refuse(
        found,
        left_out={
            patient.id
            for (patient, _), visit in zip(problem.services, problem.problem.visit, strict=True)
            if visit in left
        },
    )
    named = {cost.component for cost in day.costs}
    claimed = replace(
        solution,
        objective=found.objective,
        components={each: worth for each, worth in found.components.items() if each in named},
        seconds=Fraction(str(round(result.seconds, 3))),
    )
    return Answer(day=day, solution=claimed, evaluation=found, result=result, carers=len(limited.carers))


def _refuse(found: Evaluation, *, left_out: Collection[str]) -> None:
    """Raise where somebody is not served; as a fault of ours unless the plan said so itself."""
    broken = [
        each
        for each in found.violations
        if each.breach is not Breach.UNSERVED or each.patient not in left_out
    ]
    if broken:
        raise BrokenSolutionError(broken)
    unserved = [str(each.patient) for each in found.violations]
    if unserved:
        shown = ", ".join(unserved[:5]) + (", …" if len(unserved) > 5 else "")
        raise NoSolutionError(
            Status.NOT_FOUND,
            f"{len(unserved)} who must be served were not: {shown}; give it more time, or more carers",
        )


def look_again(day: PublishedDay, solution: PublishedSolution, file: str) -> tuple[Evaluation, Report]:
    """Judge a result that somebody wrote: its rounds against the day, its claims against its rounds.

    Parameters
    ----------
    file
        Where the result was read from, for the findings: E292 for a rule that its rounds break, E293 for a
        claim that they do not bear out.
    """
    found, report = evaluate(day, solution), Report()
    for each in found.violations:
        report.add("E292", file, str(each), column="rounds")
    claims: dict[str, tuple[Fraction | None, Fraction]] = {"objective": (solution.objective, found.objective)}
    for component, claimed in (solution.components or {}).items():
        claims[f"components.{component}"] = (claimed, found.components[component])
    for name, (claim, worth) in claims.items():
        if claim is not None and abs(claim - worth) > ROUNDED * max(Fraction(1), abs(worth)):
            message = f"{float(claim):.10g} is claimed, and the rounds are worth {float(worth):.10g}"
            report.add("E293", file, message, column=name, cure="solve again, or correct the figure")
    return found, report
