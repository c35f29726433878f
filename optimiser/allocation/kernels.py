"""Compiled search among allocations within capacity.

Annealing over one kind of step: a package moves, or two change places. Where the search is to be
``faithful``, whoever can then move up the order of call-off because of it does, until nobody can, and only
the whole chain is judged: every state between two steps is rank-faithful if the first was.

Energy is ``Σ linear[option]`` + ``pull`` × compactness + a price on cost and order above their guards. The
compactness of a provider is, over the calls of its people of day care, times a day × mean travel to the
``near`` nearest people it has who are called upon at about that time; a neighbour it lacks counts as
``LONELY`` seconds.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimiser.allocation.tables import Floats, Ints

Bits: TypeAlias = NDArray[np.uint64]
Travel: TypeAlias = NDArray[np.float32]


class Calls(NamedTuple):
    """Who is called upon when, and how far people live apart: what compactness is made of.

    ``travel[n, n]`` seconds between people; ``neighbour[n, k]`` the nearest others that enter day rounds, the
    person alone where there are none. Person ``p`` has the calls ``first[p]`` up to ``first[p + 1]``: ``at``
    is the slot of the day a call is wished in, ``times`` how many carers make it on a day. ``about[p]`` has a
    bit for every slot that one of its calls lies near to; none for people whose care enters no day rounds.
    """

    travel: Travel
    neighbour: Ints
    first: Ints
    at: Ints
    times: Floats
    about: Bits


LONELY = 1200.0
"""Seconds that stand for a neighbour a provider does not have."""
LONGEST_CHAIN = 12
"""Packages that one step may move before it is given up."""


@njit(cache=True)
def next_random(state: Bits) -> Any:
    """Advance a xorshift generator and return 64 random bits."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(cache=True)
def below(state: Bits, n: int) -> int:
    """Whole number from 0 up to ``n``, exclusive."""
    return int(np.int64(next_random(state) % np.uint64(n)))


@njit(cache=True)
def fits(o: int, load: Ints, limit: Ints, use_from: Ints, use_row: Ints, use_amount: Ints) -> bool:
    """Whether an option fits on top of the load."""
    for k in range(use_from[o], use_from[o + 1]):
        if load[use_row[k]] + use_amount[k] > limit[use_row[k]]:
            return False
    return True


@njit(cache=True)
def add_load(o: int, sign: int, load: Ints, use_from: Ints, use_row: Ints, use_amount: Ints) -> None:
    """Count an option in (+1) or out (−1)."""
    for k in range(use_from[o], use_from[o + 1]):
        load[use_row[k]] += sign * use_amount[k]


@njit(cache=True)
def move(p: int, o: int, chosen: Ints, provider: Ints, member: Ints, members: Ints, place: Ints) -> None:
    """Change a package's option in the books of members; loads are the caller's."""
    a, b = provider[chosen[p]], provider[o]
    end = members[a] - 1
    swapped = member[a, end]
    member[a, place[p]] = swapped
    place[swapped] = place[p]
    members[a] = end
    member[b, members[b]] = p
    place[p] = members[b]
    members[b] += 1
    chosen[p] = o


@njit(cache=True)
def nearby(
    p: int,
    q: int,
    member: Ints,
    members: Ints,
    calls: Calls,
    nearest: Floats,
) -> tuple[float, float]:
    """Travel from a person to a provider's nearest people, call by call, and how far the last of them is.

    ``nearest[calls, near]`` is working space.
    """
    first, end, near = calls.first[p], calls.first[p + 1], nearest.shape[1]
    for k in range(end - first):
        for c in range(near):
            nearest[k, c] = LONELY
    for j in range(members[q]):
        r = member[q, j]
        about = calls.about[r]
        if r == p or about == 0:
            continue
        t = calls.travel[p, r]
        for k in range(end - first):
            if t < nearest[k, near - 1] and (about >> np.uint64(calls.at[first + k])) & np.uint64(1):
                c = near - 1
                while c > 0 and nearest[k, c - 1] > t:
                    nearest[k, c] = nearest[k, c - 1]
                    c -= 1
                nearest[k, c] = t
    value, farthest = 0.0, 0.0
    for k in range(end - first):
        total = 0.0
        for c in range(near):
            total += nearest[k, c]
        value += calls.times[first + k] * total / near
        farthest = max(farthest, nearest[k, near - 1])
    return value, farthest


@njit(cache=True)
def drawn_apart(
    q: int,
    net: Ints,
    moved: int,
    member: Ints,
    members: Ints,
    calls: Calls,
    nearest: Floats,
    own: Floats,
    farthest: Floats,
    anew: Ints,
    anew_own: Floats,
    anew_farthest: Floats,
    listed: int,
) -> tuple[float, int]:
    """By how much a provider's compactness changes, for people who have moved already.

    Only who joins, who loses one of the nearest or gains a nearer one is looked at again; they are listed in
    ``anew`` with what they have then, from ``listed`` on.

    Parameters
    ----------
    net
        ``int64[k, 3]``: person, provider before and after, these two unequal.
    own, farthest
        Travel to the nearest people of the same provider before, and that to the last of them.
    """
    change = 0.0
    for i in range(moved):
        if net[i, 1] == q:
            change -= own[net[i, 0]]
    for j in range(members[q]):
        p = member[q, j]
        if calls.about[p] == 0:
            continue
        joins, again = False, False
        for i in range(moved):
            x = net[i, 0]
            if x == p:
                joins, again = True, True
            elif net[i, 1] == q:
                again |= calls.travel[p, x] <= farthest[p]
            elif net[i, 2] == q:
                again |= calls.travel[p, x] < farthest[p]
        if again:
            value, far = nearby(p, q, member, members, calls, nearest)
            change += value if joins else value - own[p]
            anew[listed], anew_own[listed], anew_farthest[listed] = p, value, far
            listed += 1
    return change, listed


@njit(cache=True)
def anneal(
    first: Ints,
    last: Ints,
    provider: Ints,
    option: Ints,
    use_from: Ints,
    use_row: Ints,
    use_amount: Ints,
    eligible_from: Ints,
    eligible: Ints,
    limit: Ints,
    chosen: Ints,
    load: Ints,
    linear: Floats,
    guarded: Floats,
    guard: Floats,
    guard_price: Floats,
    pull: float,
    near: int,
    calls: Calls,
    state: Bits,
    steps: int,
    hot: float,
    cold: float,
    faithful: bool,
) -> tuple[float, Ints]:
    """Anneal in place for some steps and return the best energy and options met.

    ``guarded[g, o]`` is what an option adds to the ``g``-th guarded sum, free up to ``guard[g]`` and at
    ``guard_price[g]`` for each unit above.
    """
    n, providers, guards = first.shape[0], option.shape[1], guard.shape[0]
    member = np.zeros((providers, n), dtype=np.int64)
    members = np.zeros(providers, dtype=np.int64)
    place = np.zeros(n, dtype=np.int64)
    energy, sums = 0.0, np.zeros(guards)
    for p in range(n):
        q = provider[chosen[p]]
        member[q, members[q]] = p
        place[p] = members[q]
        members[q] += 1
        energy += linear[chosen[p]]
        for g in range(guards):
            sums[g] += guarded[g, chosen[p]]
    spreads, nearest = np.zeros(providers), np.empty((np.diff(calls.first).max(), near))
    own, farthest = np.zeros(n), np.zeros(n)
    anew, anew_own, anew_farthest = np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n)
    net = np.zeros((LONGEST_CHAIN + 2, 3), dtype=np.int64)
    if pull > 0.0:
        for q in range(providers - 1):  # last resort has no compactness
            for j in range(members[q]):
                p = member[q, j]
                if calls.about[p] > 0:
                    own[p], farthest[p] = nearby(p, q, member, members, calls, nearest)
                    spreads[q] += own[p]
            energy += pull * spreads[q]
    for g in range(guards):
        energy += guard_price[g] * max(0.0, sums[g] - guard[g])
    best, best_chosen = energy, chosen.copy()
    who = np.zeros(LONGEST_CHAIN + 2, dtype=np.int64)
    whence = np.zeros(LONGEST_CHAIN + 2, dtype=np.int64)
    touched = np.zeros(2 * LONGEST_CHAIN + 4, dtype=np.int64)
    fresh = np.zeros(2 * LONGEST_CHAIN + 4)
    trial_sums = sums.copy()

    for step in range(steps):
        temperature = hot * (cold / hot) ** (step / steps)
        allowed = -temperature * np.log((float(below(state, 1 << 53)) + 1.0) / 9007199254740993.0)
        # 1. A package, and where it might go: to the provider of a neighbour, or anywhere.
        p = below(state, n)
        was = chosen[p]
        if pull > 0.0 and calls.about[p] > 0 and below(state, 4) > 0:
            q = provider[chosen[calls.neighbour[p, below(state, calls.neighbour.shape[1])]]]
        else:
            q = provider[first[p] + below(state, last[p] - first[p] + 1)]
        to = option[p, q]
        if to < 0 or to == was:
            continue
        # 2. Alone, or in exchange for one of that provider's.
        r = -1
        back = -1
        if members[q] > 0 and below(state, 3) > 0:
            r = member[q, below(state, members[q])]
            back = option[r, provider[was]]
            if back < 0:
                continue
        moved = 0
        add_load(was, -1, load, use_from, use_row, use_amount)
        if r >= 0:
            add_load(chosen[r], -1, load, use_from, use_row, use_amount)
        ok = fits(to, load, limit, use_from, use_row, use_amount)
        if ok and r >= 0:
            ok = fits(back, load, limit, use_from, use_row, use_amount)
        if not ok:
            add_load(was, 1, load, use_from, use_row, use_amount)
            if r >= 0:
                add_load(chosen[r], 1, load, use_from, use_row, use_amount)
            continue
        add_load(to, 1, load, use_from, use_row, use_amount)
        who[0], whence[0], moved = p, was, 1
        if r >= 0:
            add_load(back, 1, load, use_from, use_row, use_amount)
            who[1], whence[1], moved = r, chosen[r], 2
            move(r, back, chosen, provider, member, members, place)
        move(p, to, chosen, provider, member, members, place)

        # 3. Whoever can move up because of it does.
        touched[0], touched[1] = provider[was], q
        waiting = 2 if faithful else 0
        alive = True
        for i in range(moved if faithful else 0):
            x = who[i]
            for o in range(first[x], chosen[x]):
                if fits(o, load, limit, use_from, use_row, use_amount):
                    alive = False
                    break
            if not alive:
                break
        while alive and waiting > 0:
            waiting -= 1
            t = touched[waiting]
            if t == providers - 1:
                continue
            low, high = eligible_from[t], eligible_from[t + 1]
            shift = below(state, high - low) if high > low else 0
            for k in range(high - low):
                x = eligible[low + (k + shift) % (high - low)]
                o = option[x, t]
                if o < chosen[x] and fits(o, load, limit, use_from, use_row, use_amount):
                    if moved == LONGEST_CHAIN or waiting >= 2 * LONGEST_CHAIN:
                        alive = False
                        break
                    who[moved], whence[moved] = x, chosen[x]
                    moved += 1
                    touched[waiting] = provider[chosen[x]]
                    waiting += 1
                    add_load(chosen[x], -1, load, use_from, use_row, use_amount)
                    add_load(o, 1, load, use_from, use_row, use_amount)
                    move(x, o, chosen, provider, member, members, place)

        # 4. Judge the whole chain.
        change = 0.0
        if alive:
            trial_sums[:] = sums
            for i in range(moved):
                repeated = False
                for j in range(i):
                    repeated |= who[j] == who[i]
                if repeated:
                    continue
                old, new = whence[i], chosen[who[i]]
                change += linear[new] - linear[old]
                for g in range(guards):
                    trial_sums[g] += guarded[g, new] - guarded[g, old]
            for g in range(guards):
                change += guard_price[g] * (max(0.0, trial_sums[g] - guard[g]) - max(0.0, sums[g] - guard[g]))
            # Compactness cannot give more than all that the providers touched have of it.
            most = 0.0
            for i in range(moved):
                most += pull * (spreads[provider[whence[i]]] + spreads[provider[chosen[who[i]]]])
            alive = change <= allowed + most
        listed = 0
        if alive and pull > 0.0:
            stirred, changed = 0, 0
            for i in range(moved):
                x, before, after = who[i], provider[whence[i]], provider[chosen[who[i]]]
                repeated = calls.about[x] == 0 or before == after
                for j in range(i):
                    repeated |= who[j] == x
                if not repeated:
                    net[stirred, 0], net[stirred, 1], net[stirred, 2] = x, before, after
                    stirred += 1
            for i in range(2 * stirred):
                t = net[i // 2, 1 + i % 2]
                seen = t == providers - 1
                for j in range(changed):
                    seen |= touched[j] == t
                if not seen:
                    touched[changed] = t
                    changed += 1
            for j in range(changed):
                by, listed = drawn_apart(
                    touched[j], net, stirred, member, members, calls, nearest,
                    own, farthest, anew, anew_own, anew_farthest, listed,
                )  # fmt: skip
                fresh[j] = by
                change += pull * by
            alive = change <= allowed
            if alive:
                for j in range(changed):
                    spreads[touched[j]] += fresh[j]
                for j in range(listed):
                    own[anew[j]], farthest[anew[j]] = anew_own[j], anew_farthest[j]
        if not alive:
            for i in range(moved - 1, -1, -1):
                x = who[i]
                add_load(chosen[x], -1, load, use_from, use_row, use_amount)
                add_load(whence[i], 1, load, use_from, use_row, use_amount)
                move(x, whence[i], chosen, provider, member, members, place)
            continue
        energy += change
        sums[:] = trial_sums
        if energy < best - 1e-6:
            best = energy
            best_chosen[:] = chosen
    return best, best_chosen


def cost_of_spread(chosen: Ints, provider: Ints, calls: Calls, near: int) -> float:
    """Compactness over all providers, in seconds a day: small is compact."""
    holder = provider[chosen]
    nobody = int(provider.max(initial=0))
    total = 0.0
    for p in np.flatnonzero((holder != nobody) & (calls.about > 0)):
        mates = np.flatnonzero((holder == holder[p]) & (np.arange(len(chosen)) != p))
        for c in range(calls.first[p], calls.first[p + 1]):
            then = mates[(calls.about[mates] >> np.uint64(calls.at[c])) & np.uint64(1) == 1]
            nearest = np.minimum(np.sort(calls.travel[p, then])[:near], LONELY)
            lonely = LONELY * (near - len(nearest))
            total += float(calls.times[c] * (nearest.sum() + lonely) / near)
    return total
