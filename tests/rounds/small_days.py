"""Small random days with every feature switched on, and the truth about them by brute force."""

from __future__ import annotations

from itertools import pairwise, permutations, product

import numpy as np

from optimiser.rounds.problem import FORBIDDEN, NOWHERE, Plan, PlannedRound, Problem
from optimiser.rounds.rules import Weights


def random_problem(seed: int, *, visits: int = 5, shifts: int = 3) -> Problem:
    """A day of a few visits: doubles, spacing, skills, hard windows with lateness, depots, short shifts."""
    chance = np.random.default_rng(seed)
    carers_needed = chance.choice([1, 1, 1, 2], visits) if shifts > 1 else np.ones(visits, int)
    visit = np.repeat(np.arange(visits), carers_needed)
    n, places = len(visit), visits + 1
    at = chance.integers(0, 6000, (places, 2))
    travel = np.ceil(np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) / 8).astype(np.int64)
    np.fill_diagonal(travel, 0)
    earliest = chance.integers(0, 8, visits) * 900
    width = chance.integers(0, 6, visits) * 900
    duration = chance.choice([900, 1800, 2700], visits)
    links = []
    for i in range(1, n):
        if visit[i] == visit[i - 1]:
            links += [(i - 1, i, 0), (i, i - 1, 0)]
    firsts = np.searchsorted(visit, np.arange(visits))
    for _ in range(chance.integers(0, 3)):
        a, b = chance.choice(visits, 2, replace=False)
        links.append((firsts[a], firsts[b], int(chance.integers(0, 3)) * 1800))
        if chance.random() < 0.5:
            links.append((firsts[b], firsts[a], -int(chance.integers(4, 8)) * 1800))
    preference = chance.choice([0, 0, 0, 500, FORBIDDEN], (visits, shifts))[visit]
    depots = chance.choice([NOWHERE, visits], shifts)
    gap = np.where(np.eye(places, dtype=bool), 0, travel + 60)
    link = np.array(links, np.int64).reshape(-1, 3)
    start = chance.integers(0, 3, shifts) * 1800
    return Problem(
        earliest=earliest[visit],
        due=(earliest + width)[visit],
        latest=(earliest + width + chance.choice([0, 900]))[visit],
        duration=duration[visit],
        place=visit.copy(),
        visit=visit,
        link_from=link[:, 0].copy(),
        link_to=link[:, 1].copy(),
        link_lag=link[:, 2].copy(),
        shift_start=start,
        shift_end=start + chance.integers(4, 10, shifts) * 1800,
        depot_from=depots,
        depot_to=depots.copy(),
        mode=np.zeros(shifts, np.int64),
        rest=np.full(shifts, 600),
        rest_after=np.full(shifts, 7200),
        alike=np.arange(shifts),
        carer=np.arange(shifts),
        preference=preference,
        seconds=travel[None],
        metres=travel[None] * 8,
        gap=gap[None],
        weights=Weights(),
    )


def schedule(problem: Problem, orders: list[list[int]], rests: list[int | None]) -> list[int] | None:
    """Least start times for given orders and rests, or ``None`` where there are none: plain relaxation."""
    n = problem.services
    start = [int(each) for each in problem.earliest]
    placed = {i for order in orders for i in order}
    arcs = [
        (int(a), int(b), int(lag))
        for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True)
        if a in placed and b in placed
    ]
    gap = problem.gap[0]
    for r, order in enumerate(orders):
        if order and problem.depot_from[r] != NOWHERE:
            wait = gap[problem.depot_from[r], problem.place[order[0]]]
            start[order[0]] = max(start[order[0]], int(problem.shift_start[r] + wait))
        elif order:
            start[order[0]] = max(start[order[0]], int(problem.shift_start[r]))
        for k in range(1, len(order)):
            i, j = order[k - 1], order[k]
            pause = int(gap[problem.place[i], problem.place[j]]) + (
                int(problem.rest[r]) if rests[r] == i else 0
            )
            arcs.append((i, j, int(problem.duration[i]) + pause))
    for _ in range(n + 1):
        moved = False
        for a, b, lag in arcs:
            if start[a] + lag > start[b]:
                start[b], moved = start[a] + lag, True
        if not moved:
            break
    else:
        return None
    if any(start[i] > problem.latest[i] for i in placed):
        return None
    for r, order in enumerate(orders):
        if not order:
            continue
        i = order[-1]
        back = 0 if problem.depot_to[r] == NOWHERE else int(gap[problem.place[i], problem.depot_to[r]])
        if start[i] + problem.duration[i] + back > problem.shift_end[r]:
            return None
        span = start[i] + problem.duration[i] - start[order[0]]
        if len(order) > 1 and span > problem.rest_after[r] and rests[r] is None:
            return None
    return start


def cost(problem: Problem, plan: Plan) -> int:
    """Objective of a plan from its own start times; shares nothing with the kernels."""
    w, total = problem.weights, 0
    served = set()
    for planned in plan.rounds:
        r = planned.shift
        total += w.round
        places = [int(problem.place[i]) for i in planned.services]
        stops = [int(problem.depot_from[r]), *places, int(problem.depot_to[r])]
        for a, b in pairwise(stops):
            if a != NOWHERE and b != NOWHERE:
                total += w.travel * int(problem.seconds[0, a, b])
        for k, i in enumerate(planned.services):
            served.add(i)
            total += w.lateness * max(0, planned.starts[k] - int(problem.due[i]))
            total += w.preference * int(problem.preference[i, r])
            if k:
                h = planned.services[k - 1]
                pause = int(problem.gap[0, problem.place[h], problem.place[i]])
                pause += int(problem.rest[r]) if planned.rest_after == h else 0
                total += w.waiting * (
                    planned.starts[k] - planned.starts[k - 1] - int(problem.duration[h]) - pause
                )
    return total + w.unserved * (problem.services - len(served))


def broken(problem: Problem, plan: Plan) -> list[str]:
    """Every rule a plan breaks."""
    faults = []
    start = {i: t for each in plan.rounds for i, t in zip(each.services, each.starts, strict=True)}
    carer = {i: each.shift for each in plan.rounds for i in each.services}
    for v in range(problem.visits):
        members = [i for i in range(problem.services) if problem.visit[i] == v]
        made = [i for i in members if i in start]
        if made and len(made) != len(members):
            faults.append(f"visit {v} half made")
        if not made and v not in plan.unserved:
            faults.append(f"visit {v} forgotten")
        if len({problem.carer[carer[i]] for i in made}) != len(made):
            faults.append(f"visit {v} made twice by one carer")
    for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True):
        if a in start and b in start and start[b] < start[a] + lag:
            faults.append(f"link {a}→{b}")
    for each in plan.rounds:
        r = each.shift
        for k, i in enumerate(each.services):
            if problem.preference[i, r] == FORBIDDEN:
                faults.append(f"{i} forbidden on {r}")
            if not problem.earliest[i] <= start[i] <= problem.latest[i]:
                faults.append(f"{i} outside its window")
            if k:
                h = each.services[k - 1]
                pause = int(problem.gap[0, problem.place[h], problem.place[i]])
                pause += int(problem.rest[r]) if each.rest_after == h else 0
                if start[i] < start[h] + problem.duration[h] + pause:
                    faults.append(f"no time from {h} to {i}")
        first, last = each.services[0], each.services[-1]
        if start[first] < problem.shift_start[r]:
            faults.append(f"{first} before the shift")
        end = start[last] + problem.duration[last]
        if problem.depot_to[r] != NOWHERE:
            end += problem.gap[0, problem.place[last], problem.depot_to[r]]
        if end > problem.shift_end[r]:
            faults.append(f"round {r} runs over")
        worked = start[last] + problem.duration[last] - start[first]
        if len(each.services) > 1 and worked > problem.rest_after[r] and each.rest_after is None:
            faults.append(f"round {r} has no rest")
    return faults


def best_unserved(problem: Problem) -> int:
    """Fewest services left unserved by any plan: brute force over shifts and orders."""
    visits = problem.visits
    members = [[i for i in range(problem.services) if problem.visit[i] == v] for v in range(visits)]
    choices = []
    for v in range(visits):
        ways: list[tuple[int, ...] | None] = [
            combo
            for combo in product(range(problem.shifts), repeat=len(members[v]))
            if len(set(combo)) == len(combo)
            and all(problem.preference[i, r] != FORBIDDEN for i, r in zip(members[v], combo, strict=True))
        ]
        choices.append([None, *ways])
    fewest = problem.services
    for chosen in product(*choices):
        left = sum(len(members[v]) for v in range(visits) if chosen[v] is None)
        if left >= fewest:
            continue
        onto: list[list[int]] = [[] for _ in range(problem.shifts)]
        for v, way in enumerate(chosen):
            for i, r in zip(members[v], way or (), strict=False):
                onto[r].append(i)
        if _any_order(problem, onto):
            fewest = left
    return fewest


def _any_order(problem: Problem, onto: list[list[int]]) -> bool:
    for orders in product(*(list(permutations(each)) for each in onto)):
        lists = [list(order) for order in orders]
        rests: list[list[int | None]] = [[None, *order[:-1]] for order in lists]
        if any(schedule(problem, lists, list(rest)) for rest in product(*rests)):
            return True
    return False


def as_plan(problem: Problem, orders: list[list[int]], starts: list[int]) -> Plan:
    """A plan from orders and start times."""
    rounds = tuple(
        PlannedRound(r, tuple(order), tuple(starts[i] for i in order))
        for r, order in enumerate(orders)
        if order
    )
    placed = {i for order in orders for i in order}
    unserved = sorted({int(problem.visit[i]) for i in range(problem.services) if i not in placed})
    return Plan(rounds, tuple(unserved))
