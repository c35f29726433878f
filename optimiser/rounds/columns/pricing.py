"""The round of least reduced cost: labels forward in time, with a bound on what may still come.

A label is a round as far as it is built: the service it is at, when that begins, what it has cost, and which
services it remembers. Going on to ``j`` it forgets whatever is not in ``j``'s memory (ng-routes, Baldacci,
Mingozzi & Roberti 2011). Labels are looked at in the order of time, so that one is dominated by an earlier
one that costs no more, holds no more and remembers no more. Least starts are best: what is priced only grows
with time.

Before, completions are bounded backward over slots of time, by rounds that may come back to a service, only
not at once (two-cycle elimination, Christofides, Mingozzi & Toth 1981). A label that cannot end below
the least known is dropped. A bound on rounds that visit nobody twice is enough for that: the dominance keeps
each of *them*, or something cheaper.
"""

from __future__ import annotations

from typing import NamedTuple

from optimiser.rounds.columns.labels import futures, search
from optimiser.rounds.columns.relaxation import Kind, Words
from optimiser.rounds.problem import Ints

LONGEST_SLOT = 480
"""Seconds of a slot of time in the backward bound: shorter is closer and slower."""


class Priced(NamedTuple):
    """What pricing found for one kind.

    Attributes
    ----------
    least
        Lower bound on the reduced cost of any round, at most 0, in parts of a point.
    rounds
        Rounds of negative reduced cost, local numbers of services in order.
    costs
        The reduced costs of those.
    labels
        Labels made; the measure of work.
    """

    least: int
    rounds: list[tuple[int, ...]]
    costs: list[int]
    labels: int


class Futures(NamedTuple):
    """Backward bounds ``[h, slots]``: the least of going on, its next service, the least by another one."""

    least: Ints
    following: Ints
    other: Ints
    width: int
    start: int


def price(
    kind: Kind, reward: Ints, lateness: int, extra: int, memory: Words, *, exact: bool, most: int = 3_000_000
) -> Priced:
    """Rounds of negative reduced cost for a kind.

    Parameters
    ----------
    reward
        ``int64[h]``: the duals of the kind's services, in parts of a point.
    lateness, extra
        Prices of a second, in parts of a point.
    memory
        ``uint64[h, words]``: which services each one remembers, as bits.
    exact
        Whether ``least`` has to be the least of ng-routes. Else it is the backward bound.
    most
        Labels after which the search ends without proof; ``least`` is then the backward bound.
    """
    if not len(kind.services):
        return Priced(0, [], [], 0)
    node = kind.liking - reward
    ahead = Futures(*futures(*_stated(kind), kind.home_gap, kind.home_cost, node, lateness, extra))
    if ahead.start >= 0:
        return Priced(0, [], [], 0)
    given = (*_stated(kind), kind.out_gap, kind.out_cost, kind.home_gap, kind.home_cost, kind.demand)
    prices = (node, kind.room, lateness, extra, memory)
    ended, costs, orders, labels = search(*given, *prices, ahead, False, 0, most)
    rounds, found = _unpacked(orders), [int(each) for each in costs]
    least = ahead.start
    if exact:
        below = min(found, default=0)
        ended, costs, orders, more = search(*given, *prices, ahead, True, below, most)
        labels += more
        better = _unpacked(orders)
        rounds += better
        found += [int(each) for each in costs]
        if ended:
            least = min(found, default=0)
    return Priced(int(least), rounds, found, int(labels))


def _stated(kind: Kind) -> tuple[int, int, int, int, Ints, Ints, Ints, Ints]:
    return (
        kind.begins,
        kind.ends,
        kind.due,
        min(kind.slot, LONGEST_SLOT),
        kind.windows,
        kind.duration,
        kind.gap,
        kind.cost,
    )


def _unpacked(orders: Ints) -> list[tuple[int, ...]]:
    return [tuple(int(each) for each in order if each >= 0) for order in orders]
