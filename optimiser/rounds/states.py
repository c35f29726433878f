"""Plans put into the search's state, and taken out of it."""

from __future__ import annotations

import numpy as np

from optimiser.rounds.kernels.data import SKIPPED, UNSERVED, Data, State, copy_state, empty_state
from optimiser.rounds.kernels.desk import lay
from optimiser.rounds.kernels.edit import link
from optimiser.rounds.kernels.journal import Journal, begin
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import reschedule
from optimiser.rounds.kernels.settling import settle
from optimiser.rounds.problem import FIRST, FORBIDDEN, NEVER, Plan, PlannedRound, Problem


def put_plan(problem: Problem, data: Data, plan: Plan, state: State, journal: Journal) -> bool:
    """Put a plan into an empty state, with its least starts and the rests it owes.

    False, and the state left empty, where the plan no longer holds together.
    """
    n = problem.services
    if not holds(problem, plan):
        return False
    desk = lay(data=data, state=state, journal=journal)
    begin(desk)
    for planned in plan.rounds:
        before = n + planned.shift
        for i in planned.services:
            link(desk, i, planned.shift, before)
            before = i
        if planned.rest_after is not None:
            rested = n + planned.shift if planned.rest_after == FIRST else planned.rest_after
            state.rounds[planned.shift]["rest_at"] = rested
        elif problem.rest_price[planned.shift] >= 0:
            state.rounds[planned.shift]["rest_at"] = SKIPPED
    if not reschedule(desk, NEVER) or not give_rests(desk, NEVER):
        copy_state(empty_state(problem, data), state)
        return False
    placed = np.zeros(problem.visits, bool)
    placed[[problem.visit[i] for planned in plan.rounds for i in planned.services]] = True
    state.totals[UNSERVED] -= problem.price[placed].sum()
    begin(desk)
    return True


def holds(problem: Problem, plan: Plan) -> bool:
    """Whether a plan makes whole visits, each once, with carers who may, and shifts that have room."""
    shift = {i: each.shift for each in plan.rounds for i in each.services}
    if len(shift) != sum(len(each.services) for each in plan.rounds):
        return False
    if any(not problem.locked[r] and problem.preference[i, r] == FORBIDDEN for i, r in shift.items()):
        return False
    for each in plan.rounds:
        if problem.demand[list(each.services)].sum() > problem.capacity[each.shift]:
            return False
    visits = {int(problem.visit[i]) for i in shift}
    members = [i for i in range(problem.services) if problem.visit[i] in visits]
    carers = {(int(problem.visit[i]), int(problem.carer[r])) for i, r in shift.items()}
    return len(members) == len(shift) == len(carers)


def taken_plan(problem: Problem, data: Data, state: State) -> Plan:
    """The plan that a state holds, with settled start times."""
    n = problem.services
    settled = np.empty(n, np.int64)
    settle(data, state, settled)
    rounds = []
    for r in range(problem.shifts):
        services = []
        i = int(state.nodes[n + r]["succ"])
        while i < n:
            services.append(i)
            i = int(state.nodes[i]["succ"])
        if services:
            rest = int(state.rounds[r]["rest_at"])
            rounds.append(
                PlannedRound(
                    r,
                    tuple(services),
                    tuple(int(settled[i]) for i in services),
                    None if rest < 0 else FIRST if rest >= n else rest,
                )
            )
    unserved = sorted({int(problem.visit[i]) for i in range(n) if state.nodes[i]["of"] < 0})
    return Plan(tuple(rounds), tuple(unserved))
