"""The rules of a day in plain words, and its best plan by force.

Nothing here is shared with the kernels, with CP-SAT's model or with the second opinion on the objective.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from optimiser.rounds.problem import FIRST, FORBIDDEN, NEVER, NOWHERE, Plan, PlannedRound, Problem


def _leg(problem: Problem, matrix: Any, r: int, a: int, b: int) -> int | None:
    """Seconds from place to place as the carer of a shift goes; ``None`` where there is no way."""
    if NOWHERE in (a, b):
        return 0
    between = int(matrix[problem.mode[r], a, b])
    return None if between == FORBIDDEN else between


def lateness(problem: Problem, i: int, at: int) -> int:
    """Seconds that a start is after what was due in its window."""
    due = problem.again_due if at >= problem.again[i] else problem.due
    return max(0, at - int(due[i]))


def broken(problem: Problem, plan: Plan) -> list[str]:
    """Every rule a plan breaks."""
    faults = []
    start = {i: t for each in plan.rounds for i, t in zip(each.services, each.starts, strict=True)}
    shift = {i: each.shift for each in plan.rounds for i in each.services}
    if len(start) != sum(len(each.services) for each in plan.rounds):
        faults.append("a service is made twice")
    if len({each.shift for each in plan.rounds}) != len(plan.rounds):
        faults.append("a shift has two rounds")
    for v in range(problem.visits):
        members = [i for i in range(problem.services) if problem.visit[i] == v]
        made = [i for i in members if i in start]
        if made and len(made) != len(members):
            faults.append(f"visit {v} half made")
        if (not made) != (v in plan.unserved):
            faults.append(f"visit {v} forgotten, or both made and not")
        if len({int(problem.carer[shift[i]]) for i in made}) != len(made):
            faults.append(f"visit {v} made twice by one carer")
    for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True):
        if a in start and b in start and start[b] < start[a] + lag:
            faults.append(f"link {a} to {b}")
    for each in plan.rounds:
        faults += _broken_round(problem, each)
    return faults


def _broken_round(problem: Problem, each: PlannedRound) -> list[str]:
    r, faults = each.shift, []
    if problem.locked[r]:
        faults.append(f"round {r} is locked")
    for i, at in zip(each.services, each.starts, strict=True):
        if problem.preference[i, r] == FORBIDDEN:
            faults.append(f"{i} forbidden on {r}")
        first = problem.earliest[i] <= at <= problem.latest[i] and at < problem.again[i]
        second = max(problem.again[i], problem.earliest[i]) <= at <= problem.again_latest[i]
        if not first and not second:
            faults.append(f"{i} outside its windows")
    if sum(int(problem.demand[i]) for i in each.services) > problem.capacity[r]:
        faults.append(f"round {r} holds too much")
    places = [int(problem.depot_from[r]), *(int(problem.place[i]) for i in each.services)]
    places.append(int(problem.depot_to[r]))
    free = int(problem.shift_start[r])
    for k in range(len(places) - 1):
        leg = _leg(problem, problem.gap, r, places[k], places[k + 1])
        rests_here = each.rest_after == (FIRST if k == 0 else each.services[k - 1])
        if leg is None:
            faults.append(f"no way on round {r}")
            continue
        if rests_here and each.rest_after is not None:
            begins = max(free, int(problem.rest_from[r]))
            if begins > problem.rest_to[r]:
                faults.append(f"rest on {r} outside its hours")
            if problem.rest_to[r] >= NEVER and k in (0, len(places) - 2):
                faults.append(f"rest on {r} is no rest")
            free = begins + int(problem.rest[r])
        if k < len(each.services):
            if each.starts[k] < free + leg:
                faults.append(f"no time for {each.services[k]}")
            free = each.starts[k] + int(problem.duration[each.services[k]])
        elif free + leg > problem.shift_end[r]:
            faults.append(f"round {r} runs over")
    if each.rest_after is None and problem.rest[r]:
        worked = each.starts[-1] + int(problem.duration[each.services[-1]]) - each.starts[0]
        own_hours = problem.rest_to[r] < NEVER
        if own_hours and problem.rest_price[r] < 0:
            faults.append(f"round {r} misses its rest")
        if not own_hours and len(each.services) > 1 and worked > problem.rest_after[r]:
            faults.append(f"round {r} has no rest")
    return faults


@dataclass
class _Partial:
    """Rounds as far as they are built: orders and rests, the round under way the last."""

    orders: list[list[int]] = field(default_factory=list)
    rests: list[int | None] = field(default_factory=list)


class Force:
    """The best plan on least starts, by trying every assignment, order and rest that could still be best.

    A plan grows service by service, round by round. Least starts, and with them lateness and extra time, only
    rise as it grows, and so does what was driven where the triangle allows: a branch is left where what it is
    sure to cost is no less than the best plan known. Exact for regular objectives; whether a rest is due is
    judged by least starts, as in the search.
    """

    def __init__(self, problem: Problem, *, below: int | None = None) -> None:
        self.problem = problem
        self.best: int = int(problem.price.sum()) if below is None else below
        self.plan = Plan((), tuple(range(problem.visits))) if below is None else None
        self.members = [
            [i for i in range(problem.services) if problem.visit[i] == v] for v in range(problem.visits)
        ]
        self.links = [
            (int(a), int(b), int(lag))
            for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True)
        ]
        self.tried = 0
        self.fits = [[self._fits(i, r) for r in range(problem.shifts)] for i in range(problem.services)]
        self.twin_of = [self._twin(i) for i in range(problem.services)]
        self.partial = _Partial()
        if problem.shifts:
            self._open(0)
        else:
            self._weigh()

    def _last(self, i: int) -> int:
        p = self.problem
        return int(p.again_latest[i] if p.again[i] < NEVER else p.latest[i])

    def _fits(self, i: int, r: int) -> bool:
        """Whether a service on its own has a place in a shift's time."""
        p = self.problem
        ends = int(p.earliest[i] + p.duration[i])
        return bool(
            p.preference[i, r] != FORBIDDEN and self._last(i) >= p.shift_start[r] and ends <= p.shift_end[r]
        )

    def _twin(self, i: int) -> int | None:
        """The service before, where it is no other than ``i``: then only one order of the two is tried."""
        p, j = self.problem, i - 1
        if i == 0 or p.visit[i] != p.visit[j]:
            return None
        names = ("earliest", "due", "latest", "again", "again_due", "again_latest", "duration", "demand")
        alike = all(getattr(p, name)[i] == getattr(p, name)[j] for name in names)
        alike &= bool((p.preference[i] == p.preference[j]).all() and p.place[i] == p.place[j])
        theirs = sorted(link for link in self.links if i in link[:2] or j in link[:2])
        return j if alike and theirs == [(j, i, 0), (i, j, 0)] else None

    def _candidates(self, r: int) -> Iterator[int]:
        p, placed = self.problem, {i for order in self.partial.orders for i in order}
        for i in range(p.services):
            if i in placed or not self.fits[i][r] or self.twin_of[i] not in {None, *placed}:
                continue
            mates = [
                s for s, order in enumerate(self.partial.orders) for j in order if p.visit[j] == p.visit[i]
            ]
            if not any(p.carer[s] == p.carer[r] for s in mates):
                yield i

    def _open(self, r: int) -> None:
        p = self.problem
        if r == p.shifts:
            self._weigh()
            return
        self.partial.orders.append([])
        self.partial.rests.append(None)
        if not p.locked[r]:
            firsts: list[int | None] = [None]
            if p.rest[r] and p.rest_to[r] < NEVER:
                firsts.append(FIRST)
            for rest in firsts:
                self.partial.rests[r] = rest
                self._append(r)
            self.partial.rests[r] = None
        self._open(r + 1)
        self.partial.orders.pop()
        self.partial.rests.pop()

    def _append(self, r: int) -> None:
        p, order, rests = self.problem, self.partial.orders[r], self.partial.rests
        for i in list(self._candidates(r)):
            order.append(i)
            if sum(int(p.demand[j]) for j in order) <= p.capacity[r]:
                choices = [rests[r]] if rests[r] is not None or not p.rest[r] else [None, i]
                for rest in choices:
                    rests[r] = rest
                    self.tried += 1
                    starts = least_starts(p, self.partial.orders, rests, self.links)
                    if starts is not None and not self._hopeless(starts, r):
                        self._append(r)
                        if ends_well(p, r, order, rests[r], starts):
                            self._open(r + 1)
                    rests[r] = choices[0]
            order.pop()

    def _hopeless(self, starts: dict[int, int], r: int) -> bool:
        p, w = self.problem, self.problem.weights
        placed = {i for order in self.partial.orders for i in order}
        sure = 0
        for s, order in enumerate(self.partial.orders):
            places = [int(p.depot_from[s]), *(int(p.place[i]) for i in order)]
            sure += w.round * bool(order)
            for a, b in pairwise(places):
                sure += w.travel * (_leg(p, p.seconds, s, a, b) or 0)
            sure += w.preference * sum(int(p.preference[i, s]) for i in order)
        last = self.partial.orders[r][-1]
        free = starts[last] + int(p.duration[last])
        for members in self.members:
            for i in members:
                here = self.fits[i][r] and free <= self._last(i)
                if i not in placed and not here and not any(self.fits[i][r + 1 :]):
                    sure += int(p.price[p.visit[i]])
                    break
        sure += w.lateness * sum(lateness(p, i, starts[i]) for i in placed)
        return sure >= self.best

    def _weigh(self) -> None:
        p, partial = self.problem, self.partial
        placed = {i for order in partial.orders for i in order}
        if any(0 < sum(i in placed for i in members) < len(members) for members in self.members):
            return
        starts = least_starts(p, partial.orders, partial.rests, self.links)
        if starts is None:
            return
        for r, order in enumerate(partial.orders):
            if order and not ends_well(p, r, order, partial.rests[r], starts):
                return
        total = full_cost(p, partial.orders, partial.rests, starts)
        if total < self.best:
            self.best = total
            self.plan = Plan(
                tuple(
                    PlannedRound(r, tuple(order), tuple(starts[i] for i in order), partial.rests[r])
                    for r, order in enumerate(partial.orders)
                    if order
                ),
                tuple(v for v, members in enumerate(self.members) if members[0] not in placed),
            )


def least_starts(
    problem: Problem,
    orders: list[list[int]],
    rests: list[int | None],
    links: list[tuple[int, int, int]],
) -> dict[int, int] | None:
    """Least start times of rounds that may still grow, or ``None`` where there are none: plain relaxation."""
    p = problem
    start = {i: int(p.earliest[i]) for order in orders for i in order}
    arcs = [(a, b, lag, -NEVER) for a, b, lag in links if a in start and b in start]
    for r, order in enumerate(orders):
        for k, i in enumerate(order):
            before = int(p.depot_from[r]) if k == 0 else int(p.place[order[k - 1]])
            leg = _leg(p, p.gap, r, before, int(p.place[i]))
            if leg is None:
                return None
            rested = rests[r] is not None and rests[r] == (FIRST if k == 0 else order[k - 1])
            rest = int(p.rest[r]) if rested else 0
            floor = int(p.rest_from[r]) + rest + leg if rested else -NEVER
            if k == 0:
                begins = int(p.shift_start[r])
                if rested and max(begins, int(p.rest_from[r])) > p.rest_to[r]:
                    return None
                start[i] = max(start[i], begins + rest + leg, floor)
            else:
                arcs.append((order[k - 1], i, int(p.duration[order[k - 1]]) + rest + leg, floor))
    moved = True
    rounds_left = 2 * len(start) + 2
    while moved:
        moved = False
        rounds_left -= 1
        for i, at in start.items():
            if at > p.latest[i] and at < p.again[i]:
                if p.again[i] >= NEVER:
                    return None
                start[i], moved = int(p.again[i]), True
            elif at >= p.again[i] and at > p.again_latest[i]:
                return None
        for a, b, lag, floor in arcs:
            if max(start[a] + lag, floor) > start[b]:
                start[b], moved = max(start[a] + lag, floor), True
        if moved and rounds_left < -500:
            raise AssertionError("relaxation does not end")
    for r, order in enumerate(orders):
        after = rests[r]
        if after is not None and after != FIRST and start[after] + int(p.duration[after]) > p.rest_to[r]:
            return None
        if order and start[order[-1]] + int(p.duration[order[-1]]) > p.shift_end[r]:
            return None
    return start


def _ends(problem: Problem, r: int, order: list[int], rest: int | None, starts: dict[int, int]) -> int | None:
    last = order[-1]
    at = starts[last] + int(problem.duration[last])
    if rest == last:
        at = max(at, int(problem.rest_from[r])) + int(problem.rest[r])
    leg = _leg(problem, problem.gap, r, int(problem.place[last]), int(problem.depot_to[r]))
    return None if leg is None else at + leg


def ends_well(problem: Problem, r: int, order: list[int], rest: int | None, starts: dict[int, int]) -> bool:
    """Whether a round may end where it does: within its shift, rested where it must be."""
    ends = _ends(problem, r, order, rest, starts)
    if ends is None or ends > problem.shift_end[r]:
        return False
    if not problem.rest[r]:
        return True
    if problem.rest_to[r] < NEVER:
        return rest is not None or problem.rest_price[r] >= 0
    if rest is not None:
        return rest != order[-1]
    worked = starts[order[-1]] + int(problem.duration[order[-1]]) - starts[order[0]]
    return len(order) == 1 or worked <= problem.rest_after[r]


def full_cost(
    problem: Problem, orders: list[list[int]], rests: list[int | None], starts: dict[int, int]
) -> int:
    """Objective of a whole plan where nothing is paid for waiting and paid time."""
    p, w, total = problem, problem.weights, 0
    most, loads = 0, []
    for r, order in enumerate(orders):
        load = 0
        if order:
            ends = _ends(p, r, order, rests[r], starts)
            assert ends is not None
            places = [int(p.depot_from[r]), *(int(p.place[i]) for i in order), int(p.depot_to[r])]
            load = sum(_leg(p, p.seconds, r, a, b) or 0 for a, b in pairwise(places))
            late = [lateness(p, i, starts[i]) for i in order]
            most = max(most, *late)
            total += w.round + w.travel * load + w.lateness * sum(late)
            total += w.extra * max(0, ends - int(p.shift_due[r]))
            total += w.preference * sum(int(p.preference[i, r]) for i in order)
            if p.rest[r] and rests[r] is None and p.rest_to[r] < NEVER:
                total += w.missed_rest * max(0, int(p.rest_price[r]))
            load += sum(int(p.duration[i]) for i in order)
        loads.append(load)
    m = max(1, len(loads))
    total += w.balance * sum(-(-abs(m * load - sum(loads)) // m) for load in loads)
    placed = {int(p.visit[i]) for order in orders for i in order}
    total += sum(int(p.price[v]) for v in range(p.visits) if v not in placed)
    return total + w.most_lateness * most
