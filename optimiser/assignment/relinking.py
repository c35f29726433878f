"""Path relinking with ejection chains, on problems in which each agent has one row.

After Yagiura, Ibaraki & Glover (2006), European Journal of Operational Research 169: some assignments are
kept; the way from one to another is walked a little, and where it is left ejection chains lead down to a
local optimum, with overload priced at a rate of each agent that rises while the agent is overloaded. Unlike
theirs, only candidates of small Lagrangian loss are used: that decides more than any other setting.

One file, since numba's cache does not notice that a kernel called from another file has changed.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimiser.assignment.problem import Floats, Ints

Table: TypeAlias = NDArray[np.int64]

NOTHING = 1 << 62
"""Cost of the best assignment while there is none."""
FORBIDDEN = 1 << 40
"""Cost of a candidate that is not used."""
LONGEST = 6
"""Jobs that a chain moves at most, the first not counted."""
NEAR = 4
"""Jobs in which two assignments differ that are too near for a way between them."""
STIRRED = 0.1
"""Share of jobs moved by chance where there is no way."""
DEARER, CHEAPER = 1.05, 0.98
"""Factors on the price of an agent's overload, when it is overloaded and when nobody is."""
STALE = 500
"""Local optima in a row that were no use until kept assignments are given up."""


class Board(NamedTuple):
    """The problem.

    Attributes
    ----------
    cost, amount
        ``int64[agents, jobs]``; :data:`FORBIDDEN` where a candidate is not used.
    room
        ``int64[agents]``.
    near
        ``int64[agents, jobs]``: jobs an agent may take, least loss first; ``near_count`` of them.
    option
        ``int64[jobs, agents]``: agents a job may go to, least loss first; ``option_count`` of them.
    """

    cost: Table
    amount: Table
    room: Ints
    near: Table
    near_count: Ints
    option: Table
    option_count: Ints


class Seats(NamedTuple):
    """An assignment under way: ``seat[j]`` is the agent of job j, ``price`` that of a unit of overload."""

    seat: Ints
    load: Ints
    price: Floats
    order: Ints
    moved: Ints
    home: Ints


@njit(cache=True)
def joins(board: Board, at: Seats, agent: int, job: int) -> float:
    """What it costs that an agent takes one job more."""
    over = at.load[agent] - board.room[agent]
    more = max(0, over + board.amount[agent, job]) - max(0, over)
    return float(board.cost[agent, job] + at.price[agent] * more)


@njit(cache=True)
def leaves(board: Board, at: Seats, agent: int, job: int) -> float:
    """What it costs that an agent gives one of its jobs up: mostly below zero."""
    over = at.load[agent] - board.room[agent]
    less = max(0, over) - max(0, over - board.amount[agent, job])
    return float(-board.cost[agent, job] - at.price[agent] * less)


@njit(cache=True)
def move(board: Board, at: Seats, job: int, to: int) -> None:
    """Move a job; an agent of −1 is none."""
    if at.seat[job] >= 0:
        at.load[at.seat[job]] -= board.amount[at.seat[job], job]
    if to >= 0:
        at.load[to] += board.amount[to, job]
    at.seat[job] = to


@njit(cache=True)
def shift(board: Board, at: Seats, job: int) -> bool:
    """Give a job to another agent if that is cheaper; true where it was."""
    here = at.seat[job]
    least, to = -leaves(board, at, here, job) - 1e-6, -1
    for k in range(board.option_count[job]):
        agent = board.option[job, k]
        if agent != here:
            there = joins(board, at, agent, job)
            if there < least:
                least, to = there, agent
    if to >= 0:
        move(board, at, job, to)
    return to >= 0


@njit(cache=True)
def eject(board: Board, at: Seats, job: int) -> bool:
    """Take a job out, fill its place with another's, that one's place with a third's, and so on.

    At every length the job taken out may close the chain in the place left last. True where that was cheaper.
    """
    hole = at.seat[job]
    spent = leaves(board, at, hole, job)
    first = hole
    move(board, at, job, -1)
    length = 0
    while length < LONGEST:
        closed, closing, last = -1e-6, -1, -1
        least, best = 1e300, -1
        for k in range(board.near_count[hole]):
            other = board.near[hole, k]
            home = at.seat[other]
            if home < 0 or home == hole:
                continue
            known = False
            for z in range(length):
                known = known or at.moved[z] == other
            if known:
                continue
            so_far = spent + joins(board, at, hole, other) + leaves(board, at, home, other)
            if so_far < least:
                least, best = so_far, other
            at.load[home] -= board.amount[home, other]
            if length == 0:
                for q in range(board.option_count[job]):
                    agent = board.option[job, q]
                    if agent != first:
                        whole = so_far + joins(board, at, agent, job)
                        if whole < closed:
                            closed, closing, last = whole, other, agent
            else:
                whole = so_far + joins(board, at, home, job)
                if whole < closed:
                    closed, closing, last = whole, other, home
            at.load[home] += board.amount[home, other]
        if closing >= 0:
            move(board, at, closing, hole)
            move(board, at, job, last)
            return True
        if best < 0:
            break
        at.moved[length], at.home[length] = best, at.seat[best]
        length += 1
        spent = least
        following = at.seat[best]
        move(board, at, best, hole)
        hole = following
    for z in range(length - 1, -1, -1):
        move(board, at, at.moved[z], at.home[z])
    move(board, at, job, first)
    return False


@njit(cache=True)
def note(board: Board, at: Seats, best: Ints, least: int) -> int:
    """Keep the assignment if nobody is overloaded and it is the cheapest."""
    for agent in range(len(board.room)):
        if at.load[agent] > board.room[agent]:
            return least
    cost = 0
    for job in range(len(at.seat)):
        cost += board.cost[at.seat[job], job]
    if cost < least:
        best[:] = at.seat
        return cost
    return least


@njit(cache=True)
def descend(board: Board, at: Seats, best: Ints, least: int, chance: np.random.Generator) -> int:
    """Down to where no move and no chain is cheaper; returns the least cost met within capacity."""
    least = note(board, at, best, least)
    jobs, better = len(at.seat), True
    while better:
        better = False
        for t in range(jobs):
            s = chance.integers(t, jobs)
            at.order[s], at.order[t] = at.order[t], at.order[s]
        for t in range(jobs):
            if shift(board, at, at.order[t]) or eject(board, at, at.order[t]):
                better = True
                least = note(board, at, best, least)
    return least


@njit(cache=True)
def priced(board: Board, price: Floats, seat: Ints, load: Ints) -> float:
    """Cost of an assignment with overload priced."""
    load[:] = 0
    total = 0.0
    for job in range(len(seat)):
        load[seat[job]] += board.amount[seat[job], job]
        total += board.cost[seat[job], job]
    for agent in range(len(load)):
        total += price[agent] * max(0, load[agent] - board.room[agent])
    return total


@njit(cache=True)
def set_out(board: Board, at: Seats, kept: Table, chance: np.random.Generator) -> None:
    """Begin at one kept assignment and go some of the way to another, the cheapest step first."""
    one, other = chance.integers(0, len(kept)), chance.integers(0, len(kept))
    jobs = len(at.seat)
    at.load[:] = 0
    apart = 0
    for job in range(jobs):
        at.seat[job] = -1
        move(board, at, job, kept[one, job])
        apart += kept[one, job] != kept[other, job]
    if apart < NEAR:
        for _ in range(max(3, int(STIRRED * jobs))):
            some = int(chance.integers(0, jobs))
            move(board, at, some, board.option[some, chance.integers(0, board.option_count[some])])
        return
    for _ in range(2 + chance.integers(0, apart - 3)):
        least, nearest = 1e300, -1
        for job in range(jobs):
            here, there = at.seat[job], kept[other, job]
            if here != there:
                cost = leaves(board, at, here, job) + joins(board, at, there, job)
                if cost < least:
                    least, nearest = cost, job
        move(board, at, nearest, kept[other, nearest])


@njit(cache=True)
def draw_anew(board: Board, seat: Ints, chance: np.random.Generator) -> None:
    """Each job to some agent, rather one of small loss; capacity is for the descent to see to."""
    for job in range(len(seat)):
        seat[job] = board.option[job, int(chance.random() ** 2 * board.option_count[job])]


@njit(cache=True)
def draw(board: Board, kept: Table, chance: np.random.Generator) -> None:
    """Assignments by chance alone."""
    for k in range(len(kept)):
        draw_anew(board, kept[k], chance)


@njit(cache=True)
def relink(
    board: Board,
    at: Seats,
    kept: Table,
    best: Ints,
    least: int,
    walks: int,
    stale: int,
    chance: np.random.Generator,
) -> tuple[int, int]:
    """So many walks between kept assignments, or until they are no use any more.

    ``kept``, ``best`` and prices are changed in place.

    Parameters
    ----------
    least
        Cost of ``best``; :data:`NOTHING` where there is none.
    stale
        Walks before these that were no use, in a row.

    Returns
    -------
    ``least`` and ``stale`` as they are now.
    """
    load = np.zeros(len(board.room), np.int64)
    for _ in range(walks):
        set_out(board, at, kept, chance)
        least = descend(board, at, best, least, chance)
        overloaded = False
        for agent in range(len(board.room)):
            overloaded = overloaded or at.load[agent] > board.room[agent]
        for agent in range(len(board.room)):
            if not overloaded:
                at.price[agent] *= CHEAPER
            elif at.load[agent] > board.room[agent]:
                at.price[agent] *= DEARER
        value = priced(board, at.price, at.seat, load)
        known, worst, most = False, 0, -1.0
        for k in range(len(kept)):
            same = True
            for job in range(len(at.seat)):
                if kept[k, job] != at.seat[job]:
                    same = False
                    break
            known = known or same
            each = priced(board, at.price, kept[k], load)
            if each > most:
                most, worst = each, k
        stale += 1
        if not known and value < most:
            kept[worst] = at.seat
            stale = 0
        if stale > STALE:
            break
    return least, stale
