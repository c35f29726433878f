from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.counties.chance import apportion, flags, generator, spread

WEIGHTS = st.lists(st.floats(0.01, 10), min_size=1, max_size=8)


@given(st.integers(0, 500), WEIGHTS)
def test_shares_add_up_and_keep_within_one(total: int, weights: list[float]) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < 1


@given(st.integers(0, 300), WEIGHTS, st.integers(0, 99))
def test_spread_counts_are_within_one_of_the_shares(n: int, weights: list[float], seed: int) -> None:
    drawn = spread(generator(seed, "spread"), n, weights)
    counts = np.bincount(drawn, minlength=len(weights))
    assert len(drawn) == n
    for count, weight in zip(counts, weights, strict=True):
        assert abs(count - n * weight / sum(weights)) <= 1 + 1e-6


def test_a_stream_is_its_names_and_nothing_else() -> None:
    assert generator(7, "a", "b").random() == generator(7, "a", "b").random()
    assert generator(7, "a", "b").random() != generator(7, "b", "a").random()
    assert generator(7, "a").random() != generator(8, "a").random()


def test_nothing_can_be_shared_out_by_no_weight() -> None:
    with pytest.raises(ValueError, match="every weight is zero"):
        apportion(3, [0.0, 0.0])


def test_flags_are_as_many_as_asked() -> None:
    assert flags(generator(1, "x"), 200, 0.15).sum() in (29, 30, 31)
