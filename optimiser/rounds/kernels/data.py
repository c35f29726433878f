"""What a search reads (Data) and what it changes (State).

Nodes are the services ``0 … n−1``, then for shift ``r`` its start ``n + r`` and its end ``n + m + r``.
Few arrays of records instead of many arrays: a kernel then takes few arguments, and a call costs little.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimiser.rounds.problem import FORBIDDEN, NOWHERE, Ints, Problem
from optimiser.rounds.tighten import tightened_windows

NEIGHBOURS = 60
"""Nearest services kept for each service: strings are taken out around these."""
FAR = 1 << 40
"""Where there is no way, for sorting neighbours only."""

SERVICE = np.dtype([(name, "i8") for name in ("earliest", "due", "latest", "duration", "visit")], align=True)
SHIFT = np.dtype(
    [(name, "i8") for name in ("start", "end", "mode", "rest", "rest_after", "alike", "carer")], align=True
)
LINK = np.dtype([("other", "i8"), ("lag", "i8")], align=True)
NODE = np.dtype([(name, "i8") for name in ("succ", "pred", "of", "start", "last")], align=True)


class Data(NamedTuple):
    """Everything a search reads.

    ``services[n]``, ``shifts[m]`` records as in :class:`~optimiser.rounds.problem.Problem`, windows
    narrowed to what links leave of them;
    ``place[n + 2m]`` of every node; ``out[out_first[a] : out_first[a + 1]]`` the links that start at ``a``
    and ``into[into_first[b] : into_first[b + 1]]`` those that end at ``b``; ``members[member_first[v] :
    member_first[v + 1]]`` the services of visit ``v``; ``near[n, ≤60]`` services nearest first;
    ``weights[6]`` in the order of ``cost.COMPONENTS``.
    """

    services: NDArray[Any]
    shifts: NDArray[Any]
    place: Ints
    out_first: Ints
    out: NDArray[Any]
    into_first: Ints
    into: NDArray[Any]
    member_first: Ints
    members: Ints
    preference: Ints
    seconds: Ints
    gap: Ints
    near: Ints
    weights: Ints


class State(NamedTuple):
    """A plan in the making.

    ``nodes[n + 2m]`` hold the rounds as linked lists (``succ``, ``pred``), the shift ``of`` each service or
    −1, its least ``start`` and its greatest start that breaks nothing, ``last``. ``rest_at[m]`` is the
    service after which a round rests, or −1.
    """

    nodes: NDArray[Any]
    rest_at: Ints


def make_data(problem: Problem) -> Data:
    """Arrays for the kernels, from a problem."""
    n, w = problem.services, problem.weights
    services = np.empty(n, SERVICE)
    for name in SERVICE.names or ():
        services[name] = getattr(problem, name)
    services["earliest"], services["latest"] = tightened_windows(problem)
    shifts = np.empty(problem.shifts, SHIFT)
    for name in SHIFT.names or ():
        shifts[name] = getattr(problem, {"start": "shift_start", "end": "shift_end"}.get(name, name))
    out_first, out_order = _grouped(problem.link_from, n)
    into_first, into_order = _grouped(problem.link_to, n)
    member_first, members = _grouped(problem.visit, problem.visits)
    return Data(
        services=services,
        shifts=shifts,
        place=np.concatenate([problem.place, problem.depot_from, problem.depot_to]),
        out_first=out_first,
        out=_links(problem.link_to[out_order], problem.link_lag[out_order]),
        into_first=into_first,
        into=_links(problem.link_from[into_order], problem.link_lag[into_order]),
        member_first=member_first,
        members=members,
        preference=problem.preference,
        seconds=problem.seconds,
        gap=problem.gap,
        near=_nearest(problem),
        weights=np.array([w.unserved, w.lateness, w.travel, w.waiting, w.round, w.preference], np.int64),
    )


def _grouped(keys: Ints, groups: int) -> tuple[Ints, Ints]:
    """Positions grouped by key: group ``g`` is ``order[first[g]:first[g + 1]]``."""
    order = np.argsort(keys, kind="stable").astype(np.int64)
    first = np.searchsorted(keys[order], np.arange(groups + 1)).astype(np.int64)
    return first, order


def _links(other: Ints, lag: Ints) -> NDArray[Any]:
    links = np.empty(len(other), LINK)
    links["other"], links["lag"] = other, lag
    return links


def _nearest(problem: Problem) -> Ints:
    """Services by travel there and back plus half the time their windows lie apart; itself left out."""
    n = problem.services
    if n < 2:
        return np.zeros((n, 0), np.int64)
    there = problem.seconds[0][np.ix_(problem.place, problem.place)]
    there = np.where(there == FORBIDDEN, FAR, there)
    apart = np.maximum(
        0,
        np.maximum(
            problem.earliest[None, :] - problem.latest[:, None] - problem.duration[:, None],
            problem.earliest[:, None] - problem.latest[None, :] - problem.duration[None, :],
        ),
    )
    measure = there + there.T + apart // 2
    np.fill_diagonal(measure, np.iinfo(np.int64).max)
    return np.argsort(measure, axis=1, kind="stable")[:, : min(NEIGHBOURS, n - 1)].astype(np.int64)


def empty_state(problem: Problem) -> State:
    """No service on any round."""
    n, m = problem.services, problem.shifts
    nodes = np.empty(n + 2 * m, NODE)
    for name in NODE.names or ():
        nodes[name] = -1
    shifts = np.arange(m)
    nodes["succ"][n + shifts] = n + m + shifts
    nodes["pred"][n + m + shifts] = n + shifts
    nodes["start"][:n], nodes["last"][:n] = problem.earliest, problem.latest
    nodes["start"][n : n + m] = problem.shift_start
    nodes["last"][n + m :] = problem.shift_end
    return State(nodes=nodes, rest_at=np.full(m, -1, np.int64))


@njit(cache=True)
def copy_state(source: State, target: State) -> None:
    """Make ``target`` equal to ``source``."""
    for k in range(len(source.nodes)):
        target.nodes[k] = source.nodes[k]
    for r in range(len(source.rest_at)):
        target.rest_at[r] = source.rest_at[r]


@njit(cache=True)
def between(matrix: Ints, place: Ints, mode: int, i: int, j: int) -> int:
    """Entry of a travel matrix for nodes ``i`` and ``j``: 0 from or to nowhere, −1 where there is no way."""
    a, b = place[i], place[j]
    if a == NOWHERE or b == NOWHERE:
        return 0
    return int(matrix[mode, a, b])


@njit(cache=True)
def pause_between(gap: Ints, place: Ints, shift: Any, rest_at: int, i: int, j: int) -> int:
    """Time to leave between the end of ``i`` and the start of ``j``, rest included; −1: no way.

    ``shift`` is the record of the shift, ``rest_at`` the service after which its round rests. Takes arrays
    and not Data: handing a whole tuple to a function this small costs more than the function.
    """
    pause = between(gap, place, shift.mode, i, j)
    if rest_at == i and pause >= 0:
        pause += shift.rest
    return pause


@njit(cache=True)
def attach(state: State, i: int, r: int, after: int) -> None:
    """Put service ``i`` on shift ``r`` behind node ``after``."""
    nodes = state.nodes
    behind = nodes[after].succ
    nodes[after].succ = i
    nodes[i].pred = after
    nodes[i].succ = behind
    nodes[behind].pred = i
    nodes[i].of = r


@njit(cache=True)
def detach(state: State, i: int) -> None:
    """Take service ``i`` off its shift; a rest behind it moves to the service before.

    A rest with no service left on one side of it is none, and is forgotten.
    """
    nodes = state.nodes
    n = len(nodes) - 2 * len(state.rest_at)
    before, behind, r = nodes[i].pred, nodes[i].succ, nodes[i].of
    if state.rest_at[r] == i:
        state.rest_at[r] = before
    if state.rest_at[r] == before and (before >= n or behind >= n):
        state.rest_at[r] = -1
    nodes[before].succ = behind
    nodes[behind].pred = before
    nodes[i].of = -1
