"""The mathematical statement of a policy's stages in files that any solver reads."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from optimiser.allocation.formulation import build_model
from optimiser.allocation.policy import Objective, Policy, Seats
from optimiser.allocation.problem import Problem


class ModelFormat(Enum):
    """What a solver reads."""

    MPS = "mps"
    LP = "lp"


def write_models(
    folder: Path, problem: Problem, policy: Policy, seats: Seats, form: ModelFormat
) -> Iterator[Path]:
    """Write each stage that a policy proves: the objective to minimise, the earlier ones kept as they stand.

    A solver that proves stage ``k`` must come to the figure that the answer tells of it, divided by the
    model's unit, which stands in the name: ``model-1-unplaced-per-900.mps`` counts in 900 seconds. Variables
    are ``x_p_q`` (need ``p`` goes to its candidate ``q``) and ``u_p`` (last resort), numbered from 0.

    Parameters
    ----------
    seats
        The answer whose values later stages keep, tolerances allowed.
    """
    kept: list[tuple[Objective, int]] = []
    for number, objective in enumerate(policy.proven):
        model = build_model(problem, objective, kept)
        name = objective.value.replace(" ", "-")
        path = folder / f"model-{number + 1}-{name}-per-{model.unit}.{form.value}"
        if form is ModelFormat.MPS:
            model.lp.writeMPS(str(path))
        else:
            model.lp.writeLP(str(path))
        yield path
        value = objective.total(problem, seats)
        tolerance = policy.tolerances[number] if policy.tolerances else 0
        kept.append((objective, value + value * tolerance // 1000))
