"""Small random days with every feature, each switched on by the toss of a coin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optimiser.rounds.problem import FORBIDDEN, NEVER, NOWHERE, Problem
from optimiser.rounds.rules import Weights

REGULAR = Weights(waiting=0)
"""Only lateness and extra time depend on starts, and only grow with them: least starts are best."""


def any_problem(
    seed: int, *, visits: int = 6, regular: bool = True, rests: bool = True, odd_roads: bool = False
) -> Problem:
    """A day with each feature switched on by the toss of a coin.

    ``regular`` leaves out prices that later starts could lower: waiting, paid time, and lateness of a first
    window that a second one would forgive. ``odd_roads`` closes single legs, one way; otherwise whole places
    are cut off for a mode, as in any matrix of shortest ways. With single legs closed some visits can only be
    made together, and a search that inserts one after the other finds none of them.
    """
    chance = np.random.default_rng([seed, visits, regular, rests])

    def now_and_then(share: float = 0.4) -> bool:
        return bool(chance.random() < share)

    sizes = chance.choice([1, 1, 1, 1, 2, 2, 3], visits) if now_and_then(0.6) else np.ones(visits, int)
    visit = np.repeat(np.arange(visits), sizes)
    n = len(visit)
    places = visits + 2
    gap, seconds = _ways(
        chance, places, modes=1 + now_and_then(), zero=now_and_then(), closed=now_and_then(), odd=odd_roads
    )
    staff = _staff(chance, places, seconds.shape[0], rests=rests)
    m = len(staff["shift_start"])
    earliest, width = chance.integers(0, 12, visits) * 900, chance.integers(0, 6, visits) * 900
    slack = chance.choice([0, 0, 900, 3600], visits) * now_and_then(0.5)
    duration = chance.choice([0, 900, 1800, 2700], visits, p=[0.05, 0.35, 0.35, 0.25])
    due = earliest + width
    again = np.full(visits, NEVER)
    again_due, again_latest = again.copy(), again.copy()
    if now_and_then():
        twice = chance.random(visits) < 0.4
        slack = np.where(twice & regular, 0, slack)
        opens = due + slack + chance.integers(1, 6, visits) * 900
        closes = opens + chance.integers(0, 4, visits) * 900
        again, again_due = np.where(twice, opens, again), np.where(twice, closes, again_due)
        again_latest = np.where(twice, closes + chance.choice([0, 900]), again_latest)
    preference = chance.choice([0, 0, 0, 0, 500, 3000, FORBIDDEN], (visits, m))
    if now_and_then(0.3):
        preference[:, :] = preference[:, :1]
    preference = preference[:, staff["like"]]
    weights = replace(
        REGULAR,
        lateness=int(chance.choice([0, 10, 40])),
        most_lateness=int(chance.choice([0, 0, 20])),
        travel=int(chance.choice([1, 10])),
        round=int(chance.choice([0, 3000, 18000])),
        extra=int(chance.choice([5, 40])),
        balance=int(chance.choice([0, 0, 3])),
        missed_rest=int(chance.choice([1, 2])),
    )
    if not regular:
        weights = replace(
            weights,
            waiting=int(chance.choice([0, 5])),
            paid=int(chance.choice([0, 0, 3])),
            most_waiting=int(chance.choice([0, 0, 20])),
            idle=int(chance.choice([0, 0, 7])),
        )
    price = weights.unserved * sizes
    if now_and_then():
        price = np.where(chance.random(visits) < 0.4, chance.choice([5_000, 20_000, 60_000], visits), price)
    demand, capacity = np.zeros(n, np.int64), np.full(m, NEVER)
    if now_and_then():
        demand, capacity = chance.integers(0, 4, n), chance.integers(3, 9, m)[staff["like"]]
    link = np.array(_links(chance, visit, now_and_then(0.7)), np.int64).reshape(-1, 3)
    spread = visit
    return Problem(
        earliest=earliest[spread],
        due=due[spread],
        latest=(due + slack)[spread],
        duration=duration[spread],
        place=np.where(now_and_then(0.2), chance.integers(0, visits, visits), np.arange(visits))[spread],
        visit=visit,
        link_from=link[:, 0].copy(),
        link_to=link[:, 1].copy(),
        link_lag=link[:, 2].copy(),
        preference=preference[spread],
        seconds=seconds,
        metres=np.maximum(0, seconds) * 8,
        gap=gap,
        weights=weights,
        again=again[spread],
        again_due=again_due[spread],
        again_latest=again_latest[spread],
        price=price.astype(np.int64),
        demand=demand.astype(np.int64),
        capacity=capacity.astype(np.int64),
        **{name: each for name, each in staff.items() if name != "like"},
    )


def a_small_problem(seed: int, *, visits: int, services: int = 7, **given: bool) -> Problem:
    """A day of any kind with so many visits, or as many as leave no more than so many services."""
    problem = any_problem(seed, visits=visits, **given)
    while problem.services > services:
        visits -= 1
        problem = any_problem(seed, visits=visits, **given)
    return problem


def _ways(chance: Any, places: int, *, modes: int, zero: bool, closed: bool, odd: bool) -> tuple[Any, Any]:
    """Travel and gaps: not the triangle's always, one way not the other's, some places cut off."""
    at = chance.integers(0, 6000, (places, 2))
    if zero:
        at[1] = at[0]
    between = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    seconds = np.stack([np.ceil(between / pace).astype(np.int64) for pace in (8, 4)[:modes]])
    seconds += chance.choice([0, 0, 0, 400], seconds.shape)
    seconds[:, np.arange(places), np.arange(places)] = 0
    margin = int(chance.choice([0, 60, 180]))
    gap = np.where(np.eye(places, dtype=bool), 0, seconds + margin)
    if closed:
        if odd:
            shut = chance.random(seconds.shape) < 0.2
        else:
            island = chance.random((len(seconds), places)) < 0.25
            shut = island[:, :, None] != island[:, None, :]
        shut[:, np.arange(places), np.arange(places)] = False
        seconds, gap = np.where(shut, FORBIDDEN, seconds), np.where(shut, FORBIDDEN, gap)
    return gap, seconds


def _staff(chance: Any, places: int, modes: int, *, rests: bool) -> dict[str, Any]:
    """Two to four shifts: alike ones, split ones of one carer, with rests of either kind."""
    m = int(chance.integers(2, 5))
    like = np.arange(m)
    carer = np.arange(m)
    kind = chance.random()
    if kind < 0.3:
        like[1] = 0
    start = chance.integers(0, 3, m) * 1800
    end = start + chance.integers(4, 12, m) * 1800
    if 0.3 <= kind < 0.6:
        carer[1] = 0
        start[1] = end[0] + 1800
        end[1] = start[1] + chance.integers(3, 8) * 1800
    due = np.where(chance.random(m) < 0.4, end - 1800, end)
    rest = np.zeros(m, np.int64)
    rest_after, rest_from = np.full(m, NEVER), np.full(m, -NEVER)
    rest_to, rest_price = np.full(m, NEVER), np.full(m, -1)
    if rests:
        rest = chance.choice([0, 600, 1200], m)
        rest_after = np.where(rest > 0, chance.choice([5400, 9000], m), rest_after)
        own = (chance.random(m) < 0.4) & (rest > 0)
        opens = start + chance.integers(0, 5, m) * 1800
        rest_from = np.where(own, opens, rest_from)
        rest_to = np.where(own, opens + chance.integers(0, 4, m) * 900, rest_to)
        rest_price = np.where(own, chance.choice([-1, 4000, 40_000], m), rest_price)
    depots = chance.choice([NOWHERE, places - 2, places - 1], m)
    home = np.where(chance.random(m) < 0.7, depots, chance.choice([NOWHERE, places - 1], m))
    given = {
        "shift_start": start,
        "shift_end": end,
        "shift_due": due,
        "depot_from": depots,
        "depot_to": home,
        "mode": chance.integers(0, modes, m),
        "rest": rest,
        "rest_after": rest_after,
        "rest_from": rest_from,
        "rest_to": rest_to,
        "rest_price": rest_price,
    }
    return {
        **{name: each[like].astype(np.int64) for name, each in given.items()},
        "alike": like.copy(),
        "carer": carer,
        "like": like,
    }


def _links(chance: Any, visit: Any, between: bool) -> list[tuple[int, int, int]]:
    """Ties within visits of several carers, and between visits: spaced, exact, crossed."""
    links = []
    for i in range(1, len(visit)):
        if visit[i] == visit[i - 1]:
            kind = chance.random()
            lag = 0 if kind < 0.7 else int(chance.integers(0, 4)) * 900
            most = lag if kind < 0.85 else lag + 1800
            links += [(i - 1, i, lag), (i, i - 1, -most)]
    visits = int(visit.max()) + 1
    firsts = np.searchsorted(visit, np.arange(visits))
    for _ in range(int(chance.integers(1, 4)) if between and visits > 1 else 0):
        a, b = (int(each) for each in firsts[chance.choice(visits, 2, replace=False)])
        lag = int(chance.integers(0, 4)) * 1800
        links.append((a, b, lag))
        kind = chance.random()
        if kind < 0.3:
            links.append((b, a, -lag))
        elif kind < 0.6:
            links.append((b, a, -lag - int(chance.integers(1, 4)) * 1800))
        elif kind < 0.7:
            links.append((b, a, 60))  # crossed: each after the other, so that never both
    return links
