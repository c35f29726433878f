"""Compiled search: annealed ejection chains with prices on overload that adapt.

After Yagiura, Ibaraki & Glover (2004, INFORMS Journal on Computing 16; 2006, EJOR 169): a job moves to
another agent, which may eject one of its own, which moves on in turn; a chain is kept as soon as it is good
enough, and states over capacity are passed through at a price that rises while a row stays overloaded and
falls while it does not. Unlike theirs, chains are drawn by chance among candidates of small Lagrangian loss
and accepted by Metropolis' rule, which needs no neighbourhood lists and takes any number of rows.

One file, since numba's cache does not notice that a kernel called from another file has changed.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimiser.assignment.problem import Floats, Ints

Bits: TypeAlias = NDArray[np.uint64]

# numba's stubs do not list these options; a numba without them refuses them by name.
_inside: Any = njit(  # type: ignore[call-overload]  # stubs lack options
    cache=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, forceinline=True
)
"""Part of its caller, without reference counts: nothing here allocates, and tuples are dear to pass."""
_entry: Any = njit(cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]  # as above

NONE = 1 << 62
"""Cost of the best assignment while there is none."""
LONGEST = 4
"""Jobs that one chain may move."""


class Lists(NamedTuple):
    """Candidates the search may use; those of job j from ``first[j]`` up to ``first[j + 1]``.

    Being left out is one candidate more, with an agent of its own, numbered last, and no rows.

    Attributes
    ----------
    option
        ``int32[n, agents + 1]``: a job's cheapest candidate with an agent, −1 where it has none.
    """

    first: Ints
    agent: Ints
    cost: Ints
    use_first: Ints
    use_row: Ints
    use_amount: Ints
    capacity: Ints
    option: NDArray[np.int32]


class State(NamedTuple):
    """Where the search is. ``member[a, : size[a]]`` are an agent's jobs, ``place`` a job's place there."""

    chosen: Ints
    load: Ints
    member: NDArray[np.int32]
    size: Ints
    place: Ints
    price: Floats


@_inside
def next_bits(chance: Bits) -> Any:
    """Next 64 random bits: splitmix64 (Steele, Lea & Flood 2014)."""
    chance[0] += np.uint64(0x9E3779B97F4A7C15)
    z = chance[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@_inside
def uniform(chance: Bits) -> float:
    """Next number in [0, 1)."""
    return float(np.float64(next_bits(chance) >> np.uint64(11)) / 9007199254740992.0)


@_inside
def below(chance: Bits, n: int) -> int:
    """Next whole number in 0 … n − 1."""
    return int(uniform(chance) * n)


@_inside
def shift(old: int, new: int, lists: Lists, state: State) -> tuple[float, int]:
    """Move loads from one candidate to another; what it costs with overload priced, and overload gained."""
    worse, over = float(lists.cost[new] - lists.cost[old]), 0
    for k in range(lists.use_first[old], lists.use_first[old + 1]):
        row = lists.use_row[k]
        before = max(0, state.load[row] - lists.capacity[row])
        state.load[row] -= lists.use_amount[k]
        gained = max(0, state.load[row] - lists.capacity[row]) - before
        worse += state.price[row] * gained
        over += gained
    for k in range(lists.use_first[new], lists.use_first[new + 1]):
        row = lists.use_row[k]
        before = max(0, state.load[row] - lists.capacity[row])
        state.load[row] += lists.use_amount[k]
        gained = max(0, state.load[row] - lists.capacity[row]) - before
        worse += state.price[row] * gained
        over += gained
    return worse, over


@_inside
def settle(job: int, new: int, lists: Lists, state: State) -> None:
    """Note that a job, whose loads have moved, has a new candidate."""
    old_agent, agent = lists.agent[state.chosen[job]], lists.agent[new]
    state.chosen[job] = new
    if old_agent == agent:
        return
    last = state.size[old_agent] - 1
    other = state.member[old_agent, last]
    state.member[old_agent, state.place[job]] = other
    state.place[other] = state.place[job]
    state.size[old_agent] = last
    state.member[agent, state.size[agent]] = job
    state.place[job] = state.size[agent]
    state.size[agent] += 1


@_inside
def next_link(job: int, home: int, depth: int, lists: Lists, state: State, chance: Bits) -> int:
    """Where an ejected job goes: back to where the chain began, if it can and chance says so, or anywhere."""
    if (chance[0] >> np.uint64(20)) & np.uint64(1) or depth == LONGEST - 1:
        back = lists.option[job, home]
        if back >= 0:
            return int(back)
    return int(lists.first[job] + below(chance, lists.first[job + 1] - lists.first[job]))


@_inside
def chain(
    temperature: float, lists: Lists, state: State, chance: Bits, moved: Ints, to: Ints
) -> tuple[int, int]:
    """One chain, kept or undone; what cost and overload gained."""
    job = below(chance, len(state.chosen))
    count = lists.first[job + 1] - lists.first[job]
    if count < 2:
        return 0, 0
    new = int(lists.first[job]) + below(chance, count)
    home = lists.agent[state.chosen[job]]
    if new == state.chosen[job]:
        return 0, 0
    # The threshold is drawn once, so that a chain is judged alike at each of its lengths.
    allowed = -temperature * np.log(1.0 - uniform(chance))
    worse, over, cost, length = 0.0, 0, 0, 0
    while True:
        moved[length], to[length] = job, new
        more, gained = shift(state.chosen[job], new, lists, state)
        worse += more
        over += gained
        cost += lists.cost[new] - lists.cost[state.chosen[job]]
        length += 1
        if worse <= allowed:
            for k in range(length):
                settle(moved[k], to[k], lists, state)
            return cost, over
        agent = lists.agent[new]
        if length == LONGEST or agent == home or state.size[agent] == 0:
            break
        job = state.member[agent, below(chance, state.size[agent])]
        seen = False
        for k in range(length):
            seen = seen or moved[k] == job
        if seen:
            break
        new = next_link(job, home, length, lists, state, chance)
        if lists.agent[new] == agent:
            break
    for k in range(length - 1, -1, -1):
        shift(to[k], state.chosen[moved[k]], lists, state)
    return 0, 0


@_entry
def anneal(
    lists: Lists,
    state: State,
    chance: Bits,
    steps: int,
    hot: float,
    cold: float,
    floor: Floats,
    up: float,
    down: float,
    adapt: int,
    best: Ints,
    best_cost: int,
    moved: Ints,
    to: Ints,
) -> int:
    """Do ``steps`` chains, cooling geometrically; returns the best cost, :data:`NONE` where there is none.

    Parameters
    ----------
    floor
        ``float64[r]``: least price of a unit of overload.
    up, down
        Factors on a row's price when it is over its capacity, and when it is not.
    adapt
        Chains between changes of the prices.
    best, best_cost
        Cheapest assignment within capacity, changed in place; its cost, :data:`NONE` where there is none yet.
    moved, to
        ``int64[LONGEST]``, to write in.
    """
    cost, over = 0, 0
    for job in range(len(state.chosen)):
        cost += lists.cost[state.chosen[job]]
    for row in range(len(lists.capacity)):
        over += max(0, state.load[row] - lists.capacity[row])
    if over == 0 and cost < best_cost:
        best_cost = cost
        for job in range(len(best)):
            best[job] = state.chosen[job]
    temperature = hot
    for step in range(steps):
        if step % 256 == 0:
            temperature = hot * (cold / hot) ** (step / steps)
        if step % adapt == 0:
            for row in range(len(lists.capacity)):
                if state.load[row] > lists.capacity[row]:
                    state.price[row] *= up
                else:
                    state.price[row] = max(floor[row], state.price[row] * down)
        gained, burden = chain(temperature, lists, state, chance, moved, to)
        cost += gained
        over += burden
        if over == 0 and cost < best_cost:
            best_cost = cost
            for job in range(len(best)):
                best[job] = state.chosen[job]
    return best_cost
