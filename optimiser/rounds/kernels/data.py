"""What a search reads (Data) and what it changes (State).

Nodes are the services ``0 … n−1``, then for shift ``r`` its start ``n + r`` and its end ``n + m + r``.
Few arrays of records instead of many arrays: a kernel then takes few arguments, and a call costs little.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.compiling import entry
from optimiser.rounds.kernels.desk import DATA, STATE, opener
from optimiser.rounds.problem import FORBIDDEN, NEVER, NOWHERE, Ints, Problem
from optimiser.rounds.tighten import tightened_windows

NEIGHBOURS = 60
"""Nearest services kept for each service: strings are taken out around these."""
FAR = 1 << 40
"""Where there is no way, for sorting neighbours only."""
NONE = -1
"""No service, no shift, no rest."""
SKIPPED = -2
"""A rest that is missed for its price."""

COMPONENTS = (
    "unserved",
    "lateness",
    "travel",
    "waiting",
    "paid",
    "rounds",
    "extra",
    "preference",
    "missed_rest",
    "most_lateness",
    "most_waiting",
    "idle",
    "balance",
)
"""Order of ``State.totals`` and of ``Data.weights``; sums first, then what is a maximum or a spread."""
(
    UNSERVED,
    LATENESS,
    TRAVEL,
    WAITING,
    PAID,
    ROUNDS,
    EXTRA,
    PREFERENCE,
    MISSED,
    MOST_LATE,
    MOST_WAITING,
    IDLE,
    BALANCE,
) = range(13)


def _record(names: str) -> np.dtype[Any]:
    return np.dtype([(name, "i8") for name in names.split()], align=True)


SERVICE = _record("earliest due latest again again_due again_latest duration visit demand tie_from tie_to")
SHIFT = _record("start end due mode rest rest_after rest_from rest_to rest_price alike carer capacity locked")
VISIT = _record("member_from size price")
TIE = _record("other after before")
NODE = _record("succ pred of start leg")
ROUND = _record("count demand rest_at travel work waiting most_waiting paid extra idle missed weighed")
FLAGS = _record("rigid weighed rests optional")


class Data(NamedTuple):
    """Everything a search reads.

    ``services[n]``, ``shifts[m]``, ``visits[k]`` records of :class:`~optimiser.rounds.problem.Problem`,
    windows narrowed to what links leave of them; ``place[n + 2m]`` of every node, nowhere being a place with
    no way to go; ``ties[services[a].tie_from : services[a].tie_to]`` what binds ``a`` to ``other``:
    ``start[other] ≥ start[a] + after`` and ``start[a] ≥ start[other] + before``;
    ``members[visits[v].member_from …]`` the services of visit ``v``; ``near[n, ≤60]`` services nearest first;
    ``toward`` is ``seconds``, and ``gap_toward`` is ``gap``, with rows for columns, so that all ways to one
    place lie side by side;
    ``weights[13]`` in the order of :data:`COMPONENTS`. ``flags[1]``: windows are all hard; rounds are to be
    weighed beyond their travel; rests, and visits that may be left out, exist.
    """

    services: NDArray[Any]
    shifts: NDArray[Any]
    visits: NDArray[Any]
    members: Ints
    place: Ints
    ties: NDArray[Any]
    preference: Ints
    seconds: Ints
    toward: Ints
    gap: Ints
    gap_toward: Ints
    near: Ints
    weights: Ints
    flags: NDArray[Any]


class State(NamedTuple):
    """A plan in the making.

    ``nodes[n + 2m]`` hold the rounds as linked lists (``succ``, ``pred``), the shift ``of`` each node or −1,
    its least ``start`` and the travel of the ``leg`` that follows. ``rounds[m]`` say of each round what moves
    and prices need; ``rest_at`` is the node after which it rests, −1, or −2 where the rest is missed for its
    price. ``totals[13]`` are the components, unweighted.
    """

    nodes: NDArray[Any]
    rounds: NDArray[Any]
    totals: Ints


data_at = opener(
    Data,
    DATA,
    [
        (SERVICE, 1),
        (SHIFT, 1),
        (VISIT, 1),
        (np.int64, 1),
        (np.int64, 1),
        (TIE, 1),
        (np.int64, 2),
        (np.int64, 3),
        (np.int64, 3),
        (np.int64, 3),
        (np.int64, 3),
        (np.int64, 2),
        (np.int64, 1),
        (FLAGS, 1),
    ],
)
"""What a desk holds of the data."""


state_at = opener(State, STATE, [(NODE, 1), (ROUND, 1), (np.int64, 1)])
"""The state on a desk."""


def make_data(problem: Problem, *, across: bool = True, apart: bool = False) -> Data:
    """Arrays for the kernels, from a problem.

    Parameters
    ----------
    across
        As for tightening its windows.
    apart
        Whether each matrix is an array of its own, for somebody who will write into them. Otherwise matrices
        that are equal, as where both directions take as long, are one: less to keep near the processor.
    """
    n, w = problem.services, problem.weights
    ties, tie_from = _ties(problem)
    services = np.empty(n, SERVICE)
    for name in ("due", "again", "again_due", "again_latest", "duration", "visit", "demand"):
        services[name] = getattr(problem, name)
    services["earliest"], services["latest"] = tightened_windows(problem, across=across)
    services["due"] = np.minimum(services["due"], services["latest"])
    services["tie_from"], services["tie_to"] = tie_from[:-1], tie_from[1:]
    shifts = np.empty(problem.shifts, SHIFT)
    other_names = {"start": "shift_start", "end": "shift_end", "due": "shift_due"}
    for name in SHIFT.names or ():
        shifts[name] = getattr(problem, other_names.get(name, name))
    member_from, members = _grouped(problem.visit, problem.visits)
    visits = np.empty(problem.visits, VISIT)
    visits["member_from"], visits["size"] = member_from[:-1], np.diff(member_from)
    visits["price"] = problem.price
    nowhere = problem.seconds.shape[-1]
    place = np.concatenate([problem.place, problem.depot_from, problem.depot_to])
    flags = np.zeros(1, FLAGS)
    last_window = np.where(services["again"] < NEVER, services["again_latest"], services["latest"])
    soft = (services["due"] < services["latest"]) | (services["again_due"] < services["again_latest"])
    # Where shifts may run over at a price, a service that makes one do so must not be refused.
    soft_ends = bool((problem.shift_due < problem.shift_end).any())
    flags["rigid"] = not soft.any() and not soft_ends and bool((last_window < NEVER).all())
    flags["weighed"] = any((w.waiting, w.paid, w.most_waiting, w.idle, w.balance)) or bool(
        (problem.shift_due < problem.shift_end).any() or (problem.rest_price >= 0).any()
    )
    flags["rests"] = (problem.rest > 0).any()
    flags["optional"] = (problem.price < w.unserved).any()
    ways = _ways(problem)
    if not apart:
        for k, matrix in enumerate(ways):
            ways[k] = next(each for each in ways if np.array_equal(each, matrix))
    seconds, toward, gap, gap_toward = ways
    return Data(
        services=services,
        shifts=shifts,
        visits=visits,
        members=members,
        place=np.where(place == NOWHERE, nowhere, place),
        ties=ties,
        preference=problem.preference,
        seconds=seconds,
        toward=toward,
        gap=gap,
        gap_toward=gap_toward,
        near=_nearest(problem),
        weights=np.array(
            [
                1,
                w.lateness,
                w.travel,
                w.waiting,
                w.paid,
                w.round,
                w.extra,
                w.preference,
                w.missed_rest,
                w.most_lateness,
                w.most_waiting,
                w.idle,
                w.balance,
            ],
            np.int64,
        ),
        flags=flags,
    )


def _ways(problem: Problem) -> list[Ints]:
    """Travel and gaps there and back, each with one place more, no way from any other."""
    wider = [np.pad(matrix, ((0, 0), (0, 1), (0, 1))) for matrix in (problem.seconds, problem.gap)]
    return [np.ascontiguousarray(each) for m in wider for each in (m, m.transpose(0, 2, 1))]


def _grouped(keys: Ints, groups: int) -> tuple[Ints, Ints]:
    """Positions grouped by key: group ``g`` is ``order[first[g]:first[g + 1]]``."""
    order = np.argsort(keys, kind="stable").astype(np.int64)
    first = np.searchsorted(keys[order], np.arange(groups + 1)).astype(np.int64)
    return first, order


def _ties(problem: Problem) -> tuple[NDArray[Any], Ints]:
    """Both directions of what binds two services in one record, the tightest where there are several."""
    lags: dict[tuple[int, int], int] = {}
    for a, b, lag in zip(
        problem.link_from.tolist(), problem.link_to.tolist(), problem.link_lag.tolist(), strict=True
    ):
        lags[a, b] = max(lag, lags.get((a, b), -NEVER))
    pairs = sorted({(a, b) for a, b in lags} | {(b, a) for a, b in lags})
    ties = np.empty(len(pairs), TIE)
    ties["other"] = [b for _, b in pairs]
    ties["after"] = [lags.get((a, b), -NEVER) for a, b in pairs]
    ties["before"] = [lags.get((b, a), -NEVER) for a, b in pairs]
    first = np.searchsorted([a for a, _ in pairs], np.arange(problem.services + 1)).astype(np.int64)
    return ties, first


def _nearest(problem: Problem) -> Ints:
    """Services by travel there and back plus half the time their windows lie apart; itself left out."""
    n = problem.services
    if n < 2:
        return np.zeros((n, 0), np.int64)
    there = problem.seconds[0][np.ix_(problem.place, problem.place)]
    there = np.where(there == FORBIDDEN, FAR, there)
    until = np.where(problem.again < NEVER, problem.again_due, problem.due)
    apart = np.maximum(
        0,
        np.maximum(
            problem.earliest[None, :] - until[:, None] - problem.duration[:, None],
            problem.earliest[:, None] - until[None, :] - problem.duration[None, :],
        ),
    )
    measure = there + there.T + apart // 2
    np.fill_diagonal(measure, np.iinfo(np.int64).max)
    return np.argsort(measure, axis=1, kind="stable")[:, : min(NEIGHBOURS, n - 1)].astype(np.int64)


def empty_state(problem: Problem, data: Data) -> State:
    """No service on any round."""
    n, m = problem.services, problem.shifts
    nodes = np.empty(n + 2 * m, NODE)
    for name in NODE.names or ():
        nodes[name] = NONE
    shifts = np.arange(m)
    nodes["succ"][n + shifts] = n + m + shifts
    nodes["pred"][n + m + shifts] = n + shifts
    nodes["of"][n:] = np.concatenate([shifts, shifts])
    nodes["leg"] = 0
    nodes["start"][:n] = data.services["earliest"]
    nodes["start"][n:] = np.concatenate([problem.shift_start, problem.shift_start])
    rounds = np.zeros(m, ROUND)
    rounds["rest_at"] = NONE
    rests = np.where(problem.rest_to < NEVER, problem.rest, 0)
    rounds["idle"] = np.maximum(0, problem.shift_due - problem.shift_start - rests)
    totals = np.zeros(len(COMPONENTS), np.int64)
    totals[UNSERVED] = problem.price.sum()
    totals[IDLE] = rounds["idle"].max(initial=0)
    return State(nodes=nodes, rounds=rounds, totals=totals)


@entry
def copy_state(source: State, target: State) -> None:
    """Make ``target`` equal to ``source``."""
    for i in range(len(source.nodes)):
        target.nodes[i] = source.nodes[i]
    for r in range(len(source.rounds)):
        target.rounds[r] = source.rounds[r]
    for c in range(len(source.totals)):
        target.totals[c] = source.totals[c]
