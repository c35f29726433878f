"""What one day's rounds leave of a carer for the others: eleven hours' rest, and the hours of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from optimiser.model.calendar import DAY, Weekday
from optimiser.model.identifiers import CarerId
from optimiser.model.rounds import Round
from optimiser.model.supply import Carer
from optimiser.rounds.prepare import Day
from optimiser.rounds.problem import Problem
from optimiser.rounds.rules import RoundRules

WORK_WITH_PEOPLE = 0.75
"""Share of the hours left that is planned as time with people at first; the rest is for the way."""


def leaves_home(each: Round, rules: RoundRules) -> int:
    """When a carer must set out, or begins where the round starts nowhere; seconds past midnight."""
    first = each.stops[0]
    return first.start - _on_the_way(first.travel_seconds, rules)


def is_home(each: Round, rules: RoundRules) -> int:
    """When a carer is back, or done where the round ends nowhere; seconds past midnight."""
    return each.stops[-1].end + _on_the_way(each.home_seconds, rules)


def _on_the_way(seconds: int, rules: RoundRules) -> int:
    return ceil(seconds * (1 + rules.travel_margin)) + rules.handover if seconds else 0


def working_seconds(each: Round, rules: RoundRules) -> int:
    """Time with people, on the way, and at the door."""
    moves = sum(stop.travel_seconds > 0 for stop in each.stops)
    return each.contact_seconds + each.travel_seconds + moves * rules.handover


def with_rest_between(
    day: Day, problem: Problem, week: Mapping[Weekday, Sequence[Round]], rules: RoundRules
) -> Problem:
    """Shifts shortened by what the day before and the day after need of the night; the week goes round."""
    order = list(Weekday)
    at = order.index(day.day)
    ended: dict[CarerId, int] = {}
    for each in week.get(order[at - 1], ()):
        ended[each.carer] = max(ended.get(each.carer, 0), is_home(each, rules))
    begins: dict[CarerId, int] = {}
    for each in week.get(order[(at + 1) % 7], ()):
        begins[each.carer] = min(begins.get(each.carer, 2 * DAY), leaves_home(each, rules))
    low, high = problem.shift_start.copy(), problem.shift_end.copy()
    for r, duty in enumerate(day.duties):
        if duty.carer in ended:
            low[r] = max(low[r], ended[duty.carer] + rules.rest_between - DAY)
        if duty.carer in begins:
            high[r] = min(high[r], begins[duty.carer] + DAY - rules.rest_between)
    high = np.maximum(low, high)
    return replace(problem, shift_start=low, shift_end=high, shift_due=np.clip(problem.shift_due, low, high))


def with_hours_left(
    day: Day,
    problem: Problem,
    week: Mapping[Weekday, Sequence[Round]],
    limits: Mapping[CarerId, Carer],
    rules: RoundRules,
    scarce: float = WORK_WITH_PEOPLE,
) -> Problem:
    """Each shift given no more time with people than the carer's week has left for it.

    A day already planned keeps what it has and may share what the week has over; on other days the carer's
    hours are shared by length of shift.
    """
    capped = [r for r, duty in enumerate(day.duties) if _limit(limits, duty.carer) is not None]
    if not capped:
        return problem
    capacity = problem.capacity.copy()
    for r in capped:
        duty = day.duties[r]
        carer = limits[duty.carer]
        assert carer.max_week is not None
        mine = {each: [one for one in rounds if one.carer == carer.id] for each, rounds in week.items()}
        used = sum(working_seconds(one, rules) for rounds in mine.values() for one in rounds)
        left = max(0, carer.max_week - used)
        has = sum(one.contact_seconds for one in mine.get(day.day, ()) if one.shift_start == duty.start)
        ahead = sum(
            shift.end - shift.start
            for shift in carer.shifts
            for each in shift.days
            if each not in week or each is day.day
        )
        capacity[r] = has + int(left * scarce * (duty.end - duty.start) / max(1, ahead))
    return replace(problem, capacity=capacity, demand=problem.duration.copy())


def _limit(limits: Mapping[CarerId, Carer], carer: CarerId) -> int | None:
    return limits[carer].max_week if carer in limits else None


def overworked(
    week: Mapping[Weekday, Sequence[Round]], limits: Mapping[CarerId, Carer], rules: RoundRules
) -> frozenset[CarerId]:
    """Carers whose rounds take more than their week."""
    worked: dict[CarerId, int] = {}
    for rounds in week.values():
        for each in rounds:
            worked[each.carer] = worked.get(each.carer, 0) + working_seconds(each, rules)
    return frozenset(
        carer
        for carer, seconds in worked.items()
        if (most := _limit(limits, carer)) is not None and seconds > most
    )
