"""Knapsacks against trying everything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimiser.assignment.knapsack import forced, pack


def _best(profit: np.ndarray, weight: np.ndarray, room: int, item: int = -1, must: int = 0) -> int | None:
    takes = itertools.product((0, 1), repeat=len(profit))
    allowed = (t for t in takes if item < 0 or t[item] == must)
    return max((int(profit @ t) for t in map(np.array, allowed) if weight @ t <= room), default=None)


@pytest.mark.parametrize("seed", range(150))
def test_a_knapsack_is_worth_what_trying_everything_finds(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size = int(chance.integers(0, 9))
    profit, weight = chance.integers(-8, 30, size), chance.integers(0, 15, size)
    room, taken = int(chance.integers(0, 50)), np.zeros(size, np.uint8)
    best = _best(profit, weight, room)
    assert pack(profit, weight, room, 10**6, taken) == best
    assert profit @ taken == best
    assert weight @ taken <= room
    assert pack(profit, weight, room, 0, taken) >= best  # too large for a table: above, never below


@pytest.mark.parametrize("cells", [10**6, 0])
@pytest.mark.parametrize("width", [0, 7, 10**6])
def test_forcing_an_item_loses_what_trying_everything_finds(width: int, cells: int) -> None:
    for seed in range(60):
        chance = np.random.default_rng(seed)
        size = int(chance.integers(1, 9))
        profit, weight = chance.integers(-8, 30, size), chance.integers(0, 15, size)
        room = int(chance.integers(0, 50))
        into, out = np.zeros(size, np.int64), np.zeros(size, np.int64)
        forced(profit, weight, room, width, cells, into, out)
        best = _best(profit, weight, room)
        for item in range(size):
            for must, found in ((1, into[item]), (0, out[item])):
                value = _best(profit, weight, room, item, must)
                loss = width + 1 if value is None else min(width + 1, best - value)
                assert found == loss if cells else found <= loss
