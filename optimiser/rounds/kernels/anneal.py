"""Simulated annealing by small moves: propose, mend the schedule, weigh, accept or take back.

The threshold is drawn beforehand, so that a move that cannot pass it is given up on its travel alone, or as
soon as lateness has grown too far.
"""

from __future__ import annotations

import numpy as np

from optimiser.rounds.kernels.chance import Bits, uniform
from optimiser.rounds.kernels.compiling import entry
from optimiser.rounds.kernels.data import LATENESS, State, copy_state, data_at, state_at
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.journal import begin, journal_at, take_back
from optimiser.rounds.kernels.moves import propose
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import reschedule, unbounded
from optimiser.rounds.kernels.value import appraise, cost, cost_so_far
from optimiser.rounds.problem import Ints


@entry
def anneal(desk: Desk, best: State, chance: Bits, moves: int, temperature: float, costs: Ints) -> int:
    """Do so many moves at one temperature (points); ``costs`` as for ruin and recreate.

    Returns the number of times the best was improved.
    """
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    improved, per_late = 0, data.weights[LATENESS]
    begin(desk)
    for _ in range(moves):
        threshold = -temperature * np.log(max(uniform(chance), 1e-300))
        outcome = propose(desk, data, state, journal, chance, threshold)
        if outcome == 0:
            continue
        now = costs[1]
        good = outcome > 0
        if good:
            # Whatever weighing can give back was in the cost before.
            spare = threshold + costs[0] - float(cost_so_far(data, state))
            budget = unbounded()
            if per_late and spare < 1e15:
                budget = state.totals[LATENESS] + int(np.int64(np.floor(spare))) // per_late
            good = reschedule(desk, budget) and give_rests(desk, budget)
        if good:
            appraise(desk)
            now = cost(desk)
            good = now - costs[0] < threshold
        if not good:
            take_back(desk)
            continue
        begin(desk)
        costs[0] = now
        if now < costs[1]:
            copy_state(state, best)
            costs[1] = now
            improved += 1
    return improved
