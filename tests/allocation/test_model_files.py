"""Models written for other solvers: another reader proves the figures of the answer."""

from __future__ import annotations

from pathlib import Path

import highspy
import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.explain import seats_of
from optimiser.allocation.model_files import ModelFormat, write_models
from optimiser.allocation.policy import Objective, policy_called
from optimiser.allocation.problem import build_problem
from optimiser.solving.limits import Limits
from tests.allocation.markets import random_market, with_every_rule


@pytest.mark.parametrize("form", ModelFormat)
@pytest.mark.parametrize(("seed", "policy"), [(1, "ranked"), (2, "cost"), (3, "scored"), (4, "ranked")])
def test_another_reader_comes_to_the_same_figures(
    tmp_path: Path, form: ModelFormat, seed: int, policy: str
) -> None:
    market = with_every_rule(seed, packages=9) if seed % 2 else random_market(seed, packages=9, tightness=1.3)
    problem, asked = build_problem(market), policy_called(policy)
    answer = allocate(market, policy=policy, limits=Limits(gap=0.0)).solution
    seats = seats_of(problem, dict(answer.provider_of))
    written = list(write_models(tmp_path, problem, asked, seats, form))
    assert len(written) == len(asked.proven)
    for path, objective in zip(written, asked.proven, strict=True):
        engine = highspy.Highs()
        engine.setOptionValue("output_flag", False)
        assert engine.readModel(str(path)) == highspy.HighsStatus.kOk
        engine.run()
        unit = int(path.stem.rpartition("-per-")[2])
        proven = round(engine.getInfo().objective_function_value) * unit
        assert proven == Objective(objective).total(problem, seats)
