"""No answer passes over a better-placed provider with room, whatever the market and the policy."""

from __future__ import annotations

import os

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from tests.allocation.brute_force import Truth
from tests.allocation.markets import random_market, with_every_rule
from tests.allocation.test_contract_rules import as_placed, small

THOROUGH = bool(os.environ.get("CAREROUNDS_THOROUGH"))
"""10,000 runs instead of 200: some ten minutes."""
BLOCK = 20
POLICIES = ("ranked", "coherent", "cascade")


def a_market(seed: int) -> Instance:
    if seed % 2:
        return with_every_rule(seed, packages=6 + seed % 9, providers=3 + seed % 4, couples=seed % 3)
    tightness = (0.6, 1.0, 1.3, 1.8)[seed % 4]
    return random_market(seed, packages=5 + seed % 16, providers=2 + seed % 6, tightness=tightness)


@pytest.mark.parametrize("block", range(500 if THOROUGH else 10))
def test_nobody_is_passed_over(block: int) -> None:
    for seed in range(BLOCK * block, BLOCK * (block + 1)):
        instance, policy = a_market(seed), POLICIES[seed // 2 % 3]
        # A proof that is cut short owes rank order as much as one that is not.
        limits = Limits(gap=0.5, iterations=1) if seed % 5 == 0 else Limits(gap=1e-4)
        answer = allocate(instance, policy=policy, limits=limits, seed=seed).solution
        assert Truth(instance).passed_over(answer) == [], (seed, policy)


def test_it_would_be_seen() -> None:
    instance = small()
    seen = Truth(instance).passed_over(as_placed(instance, "A", "B", "A", None))
    assert seen == [("P2", ProviderId("A")), ("P4", ProviderId("A")), ("P4", ProviderId("B"))]
