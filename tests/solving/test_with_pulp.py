"""PuLP problems by HiGHS in this process: what is said where a limit stops it."""

from __future__ import annotations

import numpy as np
import pulp

from optimiser.solving.progress import silent
from optimiser.solving.result import StoppedBy
from optimiser.solving.with_pulp import run


def market_split() -> tuple[pulp.LpProblem, dict[str, float]]:
    """Halve thirty weights in four ways at once as nearly as can be: far more than one node; and a start.

    Source: Cornuéjols & Dawande (1998), A class of hard small 0-1 programs.
    """
    chance = np.random.default_rng(5)
    lp = pulp.LpProblem("split", pulp.LpMinimize)
    x = [lp.add_variable(f"x_{k}", cat="Binary") for k in range(30)]
    start, slack = {variable.name: 0.0 for variable in x}, list[pulp.LpVariable]()
    for row in range(4):
        weights = [int(each) for each in chance.integers(1, 100, len(x))]
        over, under = (lp.add_variable(f"{side}_{row}", lowBound=0) for side in ("over", "under"))
        held = pulp.LpAffineExpression([*zip(x, weights, strict=True), (under, 1), (over, -1)])
        lp += held == sum(weights) // 2
        start |= {over.name: 0.0, under.name: float(sum(weights) // 2)}
        slack += [over, under]
    lp += pulp.lpSum(slack)
    return lp, start


def test_a_limit_of_nodes_ends_with_what_is_known() -> None:
    lp, start = market_split()
    options = {"mip_max_nodes": 3, "random_seed": 1}
    values, info = run(lp, start, options, threads=1, seconds=None, progress=silent, task="splitting", unit=1)
    assert info["stopped_by"] is StoppedBy.ITERATIONS
    assert values is not None
    assert sum(value for name, value in values.items() if name[0] in "ou") >= info["bound"] - 1e-6
