"""An independent look at an assignment: every rule recomputed number by number, from the problem alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimiser.assignment.problem import NEVER, AssignmentProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an assignment is worth.

    Attributes
    ----------
    cost
        Of everybody who has a candidate of its own or is left out at a price.
    breaches
        Every rule broken, in words; empty for a feasible assignment.
    """

    cost: int
    breaches: tuple[str, ...]


def check(problem: AssignmentProblem, candidates: Sequence[int | None]) -> Verdict:
    """Recompute the cost of an assignment and every capacity.

    Parameters
    ----------
    candidates
        The number of each job's candidate, ``None`` for nobody.
    """
    breaches: list[str] = []
    if len(candidates) != len(problem.leave_out):
        return Verdict(cost=0, breaches=(f"{len(candidates)} answers for {len(problem.leave_out)} jobs",))
    cost, used = 0, dict.fromkeys(range(len(problem.capacity)), 0)
    for job, chosen in enumerate(candidates):
        if chosen is None:
            price = int(problem.leave_out[job])
            if price == NEVER:
                breaches.append(f"job {job} must be taken, and nobody takes it")
            else:
                cost += price
        elif not problem.first[job] <= chosen < problem.first[job + 1]:
            breaches.append(f"job {job} has no candidate {chosen}")
        else:
            cost += int(problem.cost[chosen])
            for use in range(int(problem.use_first[chosen]), int(problem.use_first[chosen + 1])):
                used[int(problem.use_row[use])] += int(problem.use_amount[use])
    for row, load in used.items():
        if load > problem.capacity[row]:
            breaches.append(f"row {row} holds {problem.capacity[row]}, and {load} is used")
    return Verdict(cost=cost, breaches=tuple(breaches))
