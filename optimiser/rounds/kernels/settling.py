"""When to begin a round: the same ends with less waiting."""

from __future__ import annotations

from optimiser.rounds.kernels.compiling import entry
from optimiser.rounds.kernels.data import Data, State
from optimiser.rounds.kernels.schedule import closing
from optimiser.rounds.problem import Ints

SWEEPS = 64


@entry
def settle(data: Data, state: State, settled: Ints) -> None:
    """Set ``settled[n]`` to start times with the least waiting for rounds that end when they do now.

    The greatest solution of the same constraints, with the last service of each round held at its least start
    and nothing later than due (or than it is already), nor in another window: what was waiting between visits
    becomes a later beginning of the round. It exists, since the least solution is one.
    """
    nodes, rounds, services, ties = state.nodes, state.rounds, data.services, data.ties
    n, m = len(services), len(data.shifts)
    gap, place = data.gap, data.place
    for i in range(n):
        at = nodes[i].start
        due = services[i].again_due if at >= services[i].again else services[i].due
        settled[i] = min(max(at, due), max(at, closing(services[i], at)))
        if nodes[i].of < 0 or nodes[i].succ >= n:
            settled[i] = at
        elif rounds[nodes[i].of].rest_at == i:
            rest_by = data.shifts[nodes[i].of].rest_to - services[i].duration
            settled[i] = max(at, min(settled[i], rest_by))
    for _ in range(SWEEPS):
        for r in range(m):
            j, mode = nodes[n + m + r].pred, data.shifts[r].mode
            if j >= n:
                continue
            i = nodes[j].pred
            while i < n:
                pause = services[i].duration + gap[mode, place[i], place[j]]
                if rounds[r].rest_at == i:
                    pause += data.shifts[r].rest
                settled[i] = min(settled[i], settled[j] - pause)
                j, i = i, nodes[i].pred
        changed = False
        for a in range(n):
            if nodes[a].of >= 0:
                for e in range(services[a].tie_from, services[a].tie_to):
                    b = ties[e].other
                    by = settled[b] - ties[e].after
                    if nodes[b].of >= 0 and by < settled[a]:
                        settled[a] = by
                        changed = True
        if not changed:
            return
    for i in range(n):
        settled[i] = nodes[i].start  # ties that would take more sweeps: least starts hold, too
