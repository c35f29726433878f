"""The generalised assignment problem as it is published, results of it, and the best that is known.

Text of whole numbers parted by white space: agents and jobs; for each agent a row of costs, one a job; for
each agent a row of what jobs take of it; the agents' capacities. Cost is minimised, each job goes to exactly
one agent. The layout of the OR-Library (Beasley) and of Yagiura's sets, gathered with best-known values in
``github.com/fontanf/generalizedassignmentsolver`` (MIT).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.report import Report
from instances.claims import read_claims
from instances.published.source import read_text
from optimiser.assignment.check import check
from optimiser.assignment.problem import LARGEST, AssignmentProblem

BEST_KNOWN = "best_known.csv"
_AS_PUBLISHED = "give the file as it was published"


@dataclass(frozen=True, slots=True, kw_only=True)
class BestKnown:
    """The best that is known of an instance.

    Attributes
    ----------
    value, bound
        Cost, and what no assignment can undercut (``None`` where nothing is listed).
    """

    value: int
    bound: int | None
    source: str

    def gap(self, cost: int) -> float | None:
        """How far above the best known a cost lies, as a share of it; ``None`` to 0."""
        if cost == self.value:
            return 0.0
        return (cost - self.value) / self.value if self.value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapResult:
    """What a result file says.

    Attributes
    ----------
    agents
        Of each job, from 0.
    objective, bound
        As claimed; ``None`` where nothing is.
    """

    agents: tuple[int, ...]
    objective: int | None
    bound: float | None


def read_gap(path: Path | str) -> AssignmentProblem:
    """Read a published file.

    Raises
    ------
    geodata.report.InputError
        Where it cannot be opened (E281), is not of the format (E282), has too few or too many numbers
        (E284), or numbers that none of these can be (E285).
    """
    path, report = Path(path), Report()
    numbers = _numbers(read_text(path, report), str(path), report)
    report.raise_if_any()
    if len(numbers) < 2 or min(numbers[:2]) < 1:
        report.add(
            "E282",
            str(path),
            "the numbers of agents and of jobs are needed, both at least 1",
            cure=_AS_PUBLISHED,
        )
        report.raise_if_any()
    agents, jobs, *rest = numbers
    wanted = 2 * agents * jobs + agents
    if len(rest) != wanted:
        report.add(
            "E284",
            str(path),
            f"{len(rest):,} numbers follow; {agents} agents and {jobs} jobs need {wanted:,}",
            cure=_AS_PUBLISHED,
        )
        report.raise_if_any()
    cells = agents * jobs
    if any(each < 0 for each in rest[cells:]):
        report.add("E285", str(path), "an amount or a capacity is below zero", cure="correct the figure")
        report.raise_if_any()
    values = np.array(rest, dtype=np.int64)
    return AssignmentProblem.dense(
        values[:cells].reshape(agents, jobs),
        values[cells : 2 * cells].reshape(agents, jobs),
        values[2 * cells :],
    )


def _numbers(text: str, file: str, report: Report) -> list[int]:
    numbers: list[int] = []
    for row, line in enumerate(text.splitlines(), start=1):
        for word in line.split():
            digits = word.removeprefix("-")
            if digits.isascii() and digits.isdigit() and len(digits) <= 10 and int(digits) <= LARGEST:
                numbers.append(int(word))
            else:
                report.add(
                    "E285",
                    file,
                    f"{word[:20]!r} is no whole number up to {LARGEST:,}",
                    row=row,
                    cure="correct the figure",
                )
    return numbers


def best_known_gap(path: Path | str) -> BestKnown | None:
    """The best known of a file, from ``best_known.csv`` one folder above its own; ``None`` if not listed.

    Raises
    ------
    geodata.report.InputError
        Where the list is there and damaged (E281, E285).
    """
    path = Path(path).resolve()
    lines = path.parent.parent / BEST_KNOWN
    if not lines.is_file():
        return None
    report, found = Report(), None
    rows = csv.DictReader(read_text(lines, report).splitlines())
    for row in rows:
        if (row.get("set"), row.get("instance")) == (path.parent.name, path.name):
            value = _figure(row, "best_known", rows.line_num, str(lines), report)
            bound = _figure(row, "best_bound", rows.line_num, str(lines), report)
            if value is not None:
                found = BestKnown(value=value, bound=bound, source=row.get("source") or "")
    report.raise_if_any()
    return found


def _figure(row: Mapping[str, str | None], column: str, number: int, file: str, report: Report) -> int | None:
    text = (row.get(column) or "").strip()
    try:
        return int(text) if text else None
    except ValueError:
        report.add(
            "E285",
            file,
            f"{text[:20]!r} is no whole number",
            row=number,
            column=column,
            cure="correct the figure",
        )
        return None


def read_gap_result(path: Path | str) -> GapResult:
    """Read a result.

    Raises
    ------
    geodata.report.InputError
        Where it is damaged (E281–E285).
    """
    claims = read_claims(path, "agents", thing="agent", figure="cost")
    return GapResult(
        agents=claims.chosen,
        objective=None if claims.objective is None else int(claims.objective),
        bound=None if claims.bound is None else float(claims.bound),
    )


def look_again_gap(problem: AssignmentProblem, result: GapResult, file: str) -> tuple[int, Report]:
    """Cost of a result; a finding for every rule it breaks (E297) and figure it does not bear (E298)."""
    report = Report()
    candidates = _candidates(problem, result.agents, file, report)
    verdict = check(problem, candidates)
    for breach in verdict.breaches if not report.errors else ():
        report.add("E297", file, breach, cure="is it the file the result was made for?")
    cure = "solve again, or correct the figure"
    if not report.errors and result.objective not in (None, verdict.cost):
        report.add("E298", file, f"it claims {result.objective} and is worth {verdict.cost}", cure=cure)
    if not report.errors and result.bound is not None and result.bound > verdict.cost:
        report.add("E298", file, f"it claims a bound of {result.bound:g} and costs {verdict.cost}", cure=cure)
    return verdict.cost, report


def _candidates(
    problem: AssignmentProblem, agents: Sequence[int], file: str, report: Report
) -> tuple[int | None, ...]:
    """Candidate of each job in a file's problem, where agent i is every job's candidate i."""
    cure = "is it the file the result was made for?"
    if len(agents) != problem.jobs:
        report.add("E297", file, f"{len(agents)} agents for {problem.jobs} jobs", cure=cure)
        return ()
    for job, agent in enumerate(agents):
        if agent >= problem.agents:
            report.add("E297", file, f"job {job} goes to agent {agent}, and there is none", cure=cure)
    return tuple(int(problem.first[job]) + agent for job, agent in enumerate(agents))
