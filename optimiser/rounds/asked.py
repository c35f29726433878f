"""What a problem asks of an engine, feature by feature: an adapter refuses what it cannot state."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

import numpy as np

from optimiser.rounds.problem import FORBIDDEN, NEVER, Problem


class Feature(Enum):
    """Something asked beyond windows, travel, shifts and who may go; its value says it in words."""

    TIES = "visits tied in time (two carers at once, spacing)"
    SEVERAL_CARERS = "visits of several carers"
    REST_OF_LONG_DAYS = "a rest that is due only in long days"
    REST_WITH_HOURS = "a rest with hours of its own"
    REST_MISSED = "a rest that may be missed at a price"
    SECOND_WINDOWS = "a second window"
    LATENESS = "lateness at a price"
    LATENESS_TWICE = "lateness at a price in two windows"
    CHEAP_VISITS = "visits that may cost more to make than to leave out"
    DEMAND = "demand and capacity"
    EXTRA_TIME = "extra time at a price"
    PREFERENCES = "preferences between carers"
    WAITING = "a price on waiting"
    PAID = "a price on paid time"
    WORST = "a price on the worst lateness or wait"
    EVEN = "a price on idle time or uneven loads"
    LOCKED = "rounds that stay as they are"


def asked(problem: Problem) -> frozenset[Feature]:
    """Features that make a difference to a problem."""
    w = problem.weights
    owed = problem.rest > 0
    with_hours = owed & (problem.rest_to < NEVER)
    # A rest is due only in days longer than the shift can be: never.
    in_long_days = owed & ~with_hours & (problem.shift_end - problem.shift_start > problem.rest_after)
    twice = problem.again < NEVER
    late = bool(w.lateness) and bool((problem.due < problem.latest).any())
    late_again = bool(w.lateness) and bool((twice & (problem.again_due < problem.again_latest)).any())
    longest = int((problem.shift_end - problem.shift_start).max(initial=0))
    there_and_back = 2 * w.travel * int(problem.seconds[problem.seconds <= longest].max(initial=0))
    answers = {
        Feature.TIES: len(problem.link_from) > 0,
        Feature.SEVERAL_CARERS: problem.visits < problem.services,
        Feature.REST_OF_LONG_DAYS: in_long_days.any(),
        Feature.REST_WITH_HOURS: with_hours.any(),
        Feature.REST_MISSED: bool((with_hours & (problem.rest_price >= 0)).any()),
        Feature.SECOND_WINDOWS: twice.any(),
        Feature.LATENESS: late,
        Feature.LATENESS_TWICE: late_again or (late and bool(twice.any())),
        Feature.CHEAP_VISITS: bool((problem.price <= there_and_back + w.round).any()),
        Feature.DEMAND: problem.demand.any(),
        Feature.EXTRA_TIME: bool(w.extra) and bool((problem.shift_due < problem.shift_end).any()),
        Feature.PREFERENCES: bool(w.preference)
        and bool(np.logical_and(problem.preference != 0, problem.preference != FORBIDDEN).any()),
        Feature.WAITING: w.waiting,
        Feature.PAID: w.paid,
        Feature.WORST: w.most_lateness or w.most_waiting,
        Feature.EVEN: w.idle or w.balance,
        Feature.LOCKED: problem.locked.any(),
    }
    return frozenset(feature for feature, answer in answers.items() if answer)


def refuse(problem: Problem, engine: str, cannot: Collection[Feature]) -> None:
    """Raise ``ValueError`` with everything a problem asks that an engine cannot state."""
    found = sorted(feature.value for feature in asked(problem) if feature in cannot)
    if found:
        raise ValueError(f"{engine} cannot state: {'; '.join(found)}")
