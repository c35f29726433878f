"""Savings are paired, and their interval is Student's."""

from __future__ import annotations

import pytest

from optimiser.impact.interval import paired_interval


def test_a_scenario_equal_to_its_baseline_saves_nothing() -> None:
    interval = paired_interval([3.0, 4.0, 5.0], [3.0, 4.0, 5.0])
    assert interval is not None
    assert (interval.mean, interval.low, interval.high) == (0.0, 0.0, 0.0)


def test_the_interval_is_students_t_of_the_pairs() -> None:
    interval = paired_interval([100.0, 100.0, 100.0], [80.0, 75.0, 70.0])
    assert interval is not None
    # t(0.975, 2) = 4.302653; standard error of 20, 25, 30 is 5 / sqrt(3).
    assert interval.mean == pytest.approx(25.0)
    assert interval.high == pytest.approx(25.0 + 4.302653 * 5 / 3**0.5, rel=1e-6)
    assert interval.low == pytest.approx(25.0 - 4.302653 * 5 / 3**0.5, rel=1e-6)


def test_one_run_has_no_interval() -> None:
    interval = paired_interval([100.0], [80.0])
    assert interval is not None
    assert interval.low is None
    assert interval.high is None


@pytest.mark.parametrize("pair", [([0.0], [1.0]), ([None], [1.0]), ([1.0], [None]), ([], [])])
def test_without_a_baseline_there_is_no_saving(pair: tuple[list[float | None], list[float | None]]) -> None:
    assert paired_interval(*pair) is None


def test_runs_must_pair_up() -> None:
    with pytest.raises(ValueError, match="same number"):
        paired_interval([1.0, 2.0], [1.0])
