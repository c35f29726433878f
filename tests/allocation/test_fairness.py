"""Fairness is counted by kind of person and size of provider, and small counts never leave the council."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.explain import seats_of
from optimiser.allocation.fairness import GroupFigures, SizeFigures, by_people, by_size, published
from optimiser.allocation.problem import build_problem
from optimiser.model.calendar import HOUR
from optimiser.model.instance import Instance
from tests.allocation.markets import AS_OF, admission, market, package, provider, ranked, visit, weekly
from tests.allocation.markets import district as maldon


def counted(instance: Instance) -> tuple[tuple[GroupFigures, ...], tuple[SizeFigures, ...]]:
    problem = build_problem(instance)
    seats = seats_of(problem, dict(allocate(instance, policy="cascade").solution.provider_of))
    return by_people(instance, problem, seats), by_size(instance, problem, seats)


def test_people_are_counted_by_group_with_placement_and_wait() -> None:
    two = (visit(1, 8, carers=2),)
    instance = market(
        [
            package("P1", requested_on=AS_OF - timedelta(days=2)),
            package("P2", requested_on=AS_OF - timedelta(days=2)),
            package("P3", two, requested_on=AS_OF - timedelta(days=20)),
        ],
        [provider("A")],
        [admission("A")],
        [weekly("A", 7)],
    )
    people, _ = counted(instance)
    of = {(each.by, each.group): each for each in people}
    doubles = of["carers", "double-handed"]
    assert (doubles.packages, doubles.placed, doubles.hours) == (1, 1, 7 * HOUR)
    assert doubles.wait_days == 20
    assert doubles.wait_ratio == pytest.approx(2.5)
    assert not doubles.waits_too_long, "one person is no group to judge by"
    assert replace(doubles, packages=8).waits_too_long
    assert of["everybody", "everybody"].placed_share == pytest.approx(1 / 3)
    assert of["carers", "one carer"].placed == 0
    assert of["area", "urban"].packages == 3


def test_offers_and_hours_are_set_against_capacity_by_size() -> None:
    instance = market(
        [package("P1"), package("P2")],
        [provider("A"), provider("B"), provider("Idle")],
        [admission("A"), admission("B")],
        [weekly("A", 3.5), weekly("B", 350), weekly("Idle", 9)],
        [ranked("A", "B")],
    )
    _, (small, middle, large) = counted(instance)
    assert (small.providers, small.offers, small.placed) == (2, 2, 1)
    assert (middle.providers, middle.offers, middle.placed) == (1, 1, 1)
    assert middle.use == pytest.approx(0.01)
    assert (large.providers, large.use) == (0, None)


def test_groups_of_one_kind_add_up_to_everybody() -> None:
    people, sizes = counted(maldon())
    total = people[0]
    for by in {each.by for each in people}:
        kind = [each for each in people if each.by == by]
        for name in ("packages", "placed", "first_tier", "hours", "placed_hours"):
            assert sum(getattr(each, name) for each in kind) == getattr(total, name)
    assert sum(each.placed or 0 for each in sizes) == total.placed


def test_no_small_count_can_be_read_or_worked_out_from_what_is_published() -> None:
    people, _ = counted(maldon())
    assert any(0 < (each.packages or 0) < 8 for each in people)
    for true, shown in zip(people, published(people), strict=True):
        for name in ("packages", "placed", "first_tier"):
            count, told = getattr(true, name), getattr(shown, name)
            if 0 < count < 8:
                assert told is None
            if told is not None:
                assert told % 5 == 0
                assert abs(told - count) <= 2
        assert true.packages is not None
        assert true.placed is not None
        if 0 < true.packages - true.placed < 8:
            assert shown.placed is None
            assert shown.placed_share is None
        if shown.packages is None:
            assert (shown.hours, shown.placed_hours, shown.wait_days) == (None, None, None)
