"""Values come back from their canonical form, and nothing else does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from optimiser.model.instance import Instance
from optimiser.model.need import Visit
from optimiser.model.supply import Capacity
from optimiser.solving.provenance import canonical
from optimiser.solving.restoring import RestoringError, restored
from tests.allocation.markets import random_market, visit


@pytest.mark.parametrize("seed", range(5))
def test_an_instance_comes_back_equal(seed: int) -> None:
    instance = random_market(seed, packages=12, providers=5)
    assert restored(Instance, json.loads(json.dumps(canonical(instance)))) == instance


def test_a_visit_comes_back_equal() -> None:
    assert restored(Visit, canonical(visit(2, 8))) == visit(2, 8)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spare": "much"}, "spare: int was expected"),
        ({"spare": True}, "spare: int was expected"),
        ({"spare": -1}, "cannot be negative"),
        ({"band": "noon"}, "'noon' is no Band"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": 3}, "a date was expected"),
        ({"colour": "red"}, "has no colour"),
        ({"provider": None}, "provider: str was expected"),
    ],
)
def test_what_is_none_of_the_type_is_refused_by_place(change: dict[str, Any], words: str) -> None:
    plain = {"provider": "A", "spare": 3600, "band": "morning", "day_type": "weekday", **change}
    with pytest.raises(RestoringError, match=words):
        restored(Capacity, plain, "capacities[0]")


@pytest.mark.parametrize(
    ("kind", "plain"),
    [(tuple[int, int], [1]), (frozenset[str], "ab"), (dict[str, int], []), (Capacity, []), (int | str, 3)],
)
def test_shapes_must_agree(kind: Any, plain: Any) -> None:
    with pytest.raises(RestoringError):
        restored(kind, plain)
