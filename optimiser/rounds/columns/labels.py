"""The kernels of pricing: labels forward in time, and before them what may still come, backward.

How they go together is told in :mod:`~optimiser.rounds.columns.pricing`. numba looks only at this file to see
whether what it keeps on disk is stale, so that the constants stand here.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimiser.rounds.problem import NEVER

NO_WAY = 1 << 46
"""A gap or a cost that no round can have; sums of a few of them are still whole numbers of 64 bits."""
FOUND = 24
"""Most rounds handed back by one search."""


@njit(cache=True)
def _starts(windows, j, arrives):  # type: ignore[no-untyped-def]  # arrays all, typed by numba
    """When service ``j`` begins for who arrives then, or ``NEVER``."""
    at = max(arrives, windows[j, 0])
    if at <= windows[j, 2]:
        return at
    if windows[j, 3] >= NEVER:
        return NEVER
    at = max(at, windows[j, 3])
    return at if at <= windows[j, 4] else NEVER


@njit(cache=True)
def _late(windows, j, at):  # type: ignore[no-untyped-def]  # arrays all, typed by numba
    return 0 if at >= windows[j, 3] else max(0, at - windows[j, 1])


@njit(cache=True)
def futures(  # type: ignore[no-untyped-def]  # arrays all, typed by numba
    begins, ends, due, width, windows, duration, gap, cost, home_gap, home_cost, node, lateness, extra
):
    """Backward bounds; of no use, but true, where services can follow each other in no time."""
    h = len(duration)
    slots = (ends - begins) // width + 1 if width > 0 else 1
    width = max(width, ends - begins + 1) if width <= 0 else width
    least = np.full((h, slots), NO_WAY)
    following = np.full((h, slots), -1)
    other = np.full((h, slots), NO_WAY)
    if slots == 1:
        least[:] = -NO_WAY
        other[:] = -NO_WAY
        return least, following, other, width, -NO_WAY
    start = NO_WAY
    for s in range(slots - 1, -1, -1):
        opens = begins + s * width
        for i in range(h):
            at = _starts(windows, i, opens)
            if at >= NEVER:
                continue
            free = at + duration[i]
            if free > ends:
                continue
            one, then, two = NO_WAY, -1, NO_WAY
            if free + home_gap[i] <= ends:
                one = home_cost[i] + extra * max(0, free + home_gap[i] - due)
            for j in range(h):
                if gap[i, j] >= NO_WAY:
                    continue
                t = _starts(windows, j, free + gap[i, j])
                if t > ends:
                    continue
                slot = (t - begins) // width
                onward = least[j, slot] if following[j, slot] != i else other[j, slot]
                if onward >= NO_WAY:
                    continue
                onward += cost[i, j] + node[j] + lateness * _late(windows, j, t)
                if onward < one:
                    one, then, two = onward, j, one
                elif onward < two:
                    two = onward
            least[i, s], following[i, s], other[i, s] = one, then, two
    for i in range(h):
        start = min(start, node[i] + least[i, 0])
    return least, following, other, width, min(start, NO_WAY)


@njit(cache=True)
def search(  # type: ignore[no-untyped-def]  # arrays all, typed by numba
    begins, ends, due, slot, windows, duration, gap, cost,
    out_gap, out_cost, home_gap, home_cost, demand,
    node, room, lateness, extra, memory,
    ahead, exact, below, most,
):  # fmt: skip
    """Complete rounds below a reduced cost; the best of each last service, best first.

    Not exact, memories are not compared, and what is dropped is not known to be worse.
    """
    h, words = memory.shape
    bound, following, other, width = ahead[0], ahead[1], ahead[2], ahead[3]
    at = np.empty(most, np.int32)
    time = np.empty(most, np.int32)
    paid = np.empty(most, np.int64)
    held = np.empty(most, np.int64)
    came = np.empty(most, np.int32)
    made = np.empty(most, np.int32)
    after = np.empty(most, np.int32)
    knows = np.empty((most, words), np.uint64)
    queue = np.full(ends - begins + 1, -1, np.int32)
    settled = np.full(h, -1, np.int32)
    ending = np.full(h, -1, np.int32)
    final = np.zeros(h, np.int64)
    labels = 0
    limit = below
    one = np.uint64(1)
    for i in range(h):
        if out_gap[i] >= NO_WAY:
            continue
        t = _starts(windows, i, begins + out_gap[i])
        if t > ends:
            continue
        pays = out_cost[i] + node[i] + lateness * _late(windows, i, t)
        if pays + bound[i, (t - begins) // width] >= limit:
            continue
        at[labels], time[labels], paid[labels], held[labels] = i, t - begins, pays, demand[i]
        came[labels], made[labels] = -1, 1
        for w in range(words):
            knows[labels, w] = 0
        knows[labels, i // 64] |= one << np.uint64(i % 64)
        after[labels] = queue[t - begins]
        queue[t - begins] = labels
        labels += 1
    ended = True
    for moment in range(len(queue)):
        while queue[moment] >= 0 and ended:
            label = queue[moment]
            queue[moment] = after[label]
            i = at[label]
            better = settled[i]
            dominated = False
            while better >= 0:
                if paid[better] <= paid[label] and held[better] <= held[label]:
                    dominated = True
                    if exact:
                        for w in range(words):
                            if knows[better, w] & ~knows[label, w]:
                                dominated = False
                                break
                    if dominated:
                        break
                better = after[better]
            if dominated:
                continue
            after[label] = settled[i]
            settled[i] = label
            free = begins + moment + duration[i]
            if free + home_gap[i] <= ends:
                pays = paid[label] + home_cost[i] + extra * max(0, free + home_gap[i] - due)
                if pays < below and (ending[i] < 0 or pays < final[i]):
                    ending[i], final[i] = label, pays
                    if exact:
                        limit = min(limit, pays)
            if made[label] >= h:
                continue
            for j in range(h):
                if gap[i, j] >= NO_WAY or knows[label, j // 64] >> np.uint64(j % 64) & one:
                    continue
                if held[label] + demand[j] > room:
                    continue
                t = _starts(windows, j, free + gap[i, j])
                if t > ends:
                    continue
                pays = paid[label] + cost[i, j] + node[j] + lateness * _late(windows, j, t)
                s = (t - begins) // width
                if pays + bound[j, s] >= limit:
                    continue
                then = following[j, s]
                # What it remembers at j it cannot go to next.
                if then >= 0:
                    both = memory[j, then // 64] & knows[label, then // 64]
                    if both >> np.uint64(then % 64) & one and pays + other[j, s] >= limit:
                        continue
                if labels == most:
                    ended = False
                    break
                at[labels], time[labels], paid[labels] = j, t - begins, pays
                held[labels], came[labels], made[labels] = held[label] + demand[j], label, made[label] + 1
                for w in range(words):
                    knows[labels, w] = knows[label, w] & memory[j, w]
                knows[labels, j // 64] |= one << np.uint64(j % 64)
                after[labels] = queue[t - begins]
                queue[t - begins] = labels
                labels += 1
        if not ended:
            break
    lasts = np.flatnonzero(ending >= 0)
    lasts = lasts[np.argsort(final[lasts])][:FOUND]
    longest = made[ending[lasts]].max() if len(lasts) else 0
    orders = np.full((len(lasts), longest), -1)
    for row in range(len(lasts)):
        label = ending[lasts[row]]
        while label >= 0:
            orders[row, made[label] - 1] = at[label]
            label = came[label]
    return ended, final[lasts], orders, labels
