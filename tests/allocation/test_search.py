"""The search keeps its books: what it says of an answer is what the answer comes to."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.travel import StraightLine
from instances import essex
from optimiser.allocation.cascade import cascade
from optimiser.allocation.kernels import LONELY, anneal, cost_of_spread
from optimiser.allocation.problem import Problem, build_problem
from optimiser.allocation.proximity import Proximity
from optimiser.allocation.search import Annealing, Search, improve_compactness
from optimiser.allocation.tables import Ints, Tables
from optimiser.model.calendar import HOUR
from optimiser.model.instance import Instance

NEAR = 5


def _market() -> tuple[Instance, Problem, Proximity]:
    instance = essex(district="Maldon", packages=120, seed=4)
    problem = build_problem(instance)
    return instance, problem, Proximity.of(instance, problem, StraightLine(kinds=instance.area_kinds))


def _load(tables: Tables, chosen: Ints) -> Ints:
    load = np.zeros(len(tables.limit), dtype=np.int64)
    for o in chosen:
        part = slice(tables.use_from[o], tables.use_from[o + 1])
        np.add.at(load, tables.use_row[part], tables.use_amount[part])
    return load


@pytest.mark.parametrize("faithful", [False, True])
def test_compactness_counted_move_by_move_is_compactness_counted_anew(faithful: bool) -> None:
    _, problem, proximity = _market()
    t = Tables.of(problem)
    chosen, none = t.chosen(cascade(problem)), np.zeros(0)
    load = _load(t, chosen)
    linear = np.random.default_rng(1).uniform(0, 400, len(t.provider))
    energy, found = anneal(
        t.first, t.last, t.provider, t.option, t.use_from, t.use_row, t.use_amount,
        t.eligible_from, t.eligible, t.limit, chosen, load, linear,
        np.zeros((0, len(linear))), none, none, 1.0, NEAR,
        proximity.calls,
        np.array([12345], dtype=np.uint64), 60_000, 300.0, 5.0, faithful,
    )  # fmt: skip
    apart = cost_of_spread(found, t.provider, proximity.calls, NEAR)
    assert energy == pytest.approx(linear[found].sum() + apart, rel=1e-6)
    assert not np.array_equal(found, t.chosen(cascade(problem)))
    # Where it stands, and what that uses, go on into the next slice.
    assert np.array_equal(load, _load(t, chosen))
    assert (load <= t.limit).all()


def test_people_called_upon_at_other_times_are_no_neighbours() -> None:
    instance, problem, proximity = _market()
    calls, t = proximity.calls, Tables.of(problem)
    packages = [instance.package_by_id[need.package] for need in problem.needs]
    early = np.array([all(v.wished_start < 10 * HOUR for v in each.visits) for each in packages])
    late = np.array([all(v.wished_start > 13 * HOUR for v in each.visits) for each in packages])
    alone = early & (calls.about > 0)
    assert alone.any()
    chosen = t.last.copy()
    who = int(np.flatnonzero(alone)[0])
    together = [p for p in np.flatnonzero(late | (np.arange(len(early)) == who)) if t.option[p, 0] >= 0]
    chosen[together] = t.option[together, 0]
    without = [p for p in together if p != who]
    apart = chosen.copy()
    apart[without] = t.last[without]
    own = float(calls.times[calls.first[who] : calls.first[who + 1]].sum()) * LONELY
    assert cost_of_spread(apart, t.provider, calls, NEAR) == pytest.approx(own)
    rest = chosen.copy()
    rest[who] = t.last[who]
    both = cost_of_spread(chosen, t.provider, calls, NEAR)
    assert both == pytest.approx(cost_of_spread(rest, t.provider, calls, NEAR) + own)


def test_where_time_is_short_it_cools_the_sooner_and_says_so() -> None:
    _, problem, proximity = _market()
    endless = Search(
        free=(Annealing(steps=10**7, hot=300.0, cold=10.0),),
        faithful=(Annealing(steps=10**7, hot=50.0, cold=3.0),),
    )
    found = improve_compactness(
        problem, cascade(problem), proximity, most_ordered_cost=1e12, search=endless, seed=1, seconds=0.5
    )
    # Ten million steps a package would take hours: whoever does not hear of the time never comes back.
    assert found.out_of_time
