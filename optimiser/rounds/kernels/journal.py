"""What a change has touched, as it was before: enough to take the change back, and to price it.

A change *touches* each node and each round before it first writes to it. Since every node is written down at
most once, the journal also knows exactly which starts have moved.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.kernels.data import COMPONENTS, NODE, ROUND, State, state_at
from optimiser.rounds.kernels.desk import JOURNAL, Desk, opener
from optimiser.rounds.problem import Ints

EPOCH, NODES, ROUNDS_KEPT, SEEDS, MARK, LOGGED, RESTED = range(7)

RAISES = 8
"""Raises of a time, per node, after which a cycle is taken to be endless."""


class Journal(NamedTuple):
    """Working space of one search.

    ``tally[7]``: number of the change under way; nodes and rounds kept, seeds waiting; the number of the
    last :func:`~optimiser.rounds.kernels.schedule.reschedule` and the length of its ``log`` (node, start
    before); rounds given a rest, which are in ``rested``. ``node[k]``, ``kept[k]``: which node, and as
    it was; ``changed``, ``kept_round`` likewise, rounds. ``seen``, ``seen_round``: number of the change that
    last touched it. ``seeds``: nodes whose start may fall. ``fallen``, ``queue``, ``queued``: working space
    of rescheduling.
    """

    tally: Ints
    node: Ints
    kept: NDArray[Any]
    seen: Ints
    changed: Ints
    kept_round: NDArray[Any]
    seen_round: Ints
    totals: Ints
    seeds: Ints
    fallen: Ints
    queue: Ints
    queued: Ints
    log: Ints
    rested: Ints


def make_journal(nodes: int, rounds: int) -> Journal:
    """Working space for a plan of so many nodes and rounds."""
    return Journal(
        tally=np.zeros(7, np.int64),
        node=np.empty(nodes, np.int64),
        kept=np.empty(nodes, NODE),
        seen=np.zeros(nodes, np.int64),
        changed=np.empty(rounds, np.int64),
        kept_round=np.empty(rounds, ROUND),
        seen_round=np.zeros(rounds, np.int64),
        totals=np.zeros(len(COMPONENTS), np.int64),
        seeds=np.empty(4 * nodes + 16, np.int64),
        fallen=np.empty(nodes, np.int64),
        queue=np.empty(nodes + 1, np.int64),
        queued=np.zeros(nodes, np.int64),
        log=np.empty((RAISES * nodes + 64, 2), np.int64),
        rested=np.empty(nodes + rounds, np.int64),
    )


journal_at = opener(
    Journal,
    JOURNAL,
    [
        (np.int64, 1),
        (np.int64, 1),
        (NODE, 1),
        (np.int64, 1),
        (np.int64, 1),
        (ROUND, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 2),
        (np.int64, 1),
    ],
)
"""The journal on a desk."""


@entry
def begin(desk: Desk) -> None:
    """Start a new change; the one before it is kept for good."""
    state, journal = state_at(desk), journal_at(desk)
    count = journal.tally
    count[EPOCH] += 1
    count[NODES] = count[ROUNDS_KEPT] = count[SEEDS] = count[RESTED] = 0
    for c in range(len(state.totals)):
        journal.totals[c] = state.totals[c]


@inlined
def touch(state: State, journal: Journal, i: int) -> None:
    """Write down node ``i`` as it is, unless that was done."""
    count = journal.tally
    if journal.seen[i] != count[EPOCH]:
        journal.seen[i] = count[EPOCH]
        k = count[NODES]
        journal.node[k] = i
        journal.kept[k] = state.nodes[i]
        count[NODES] = k + 1


@inlined
def touch_round(state: State, journal: Journal, r: int) -> None:
    """Write down round ``r`` as it is, unless that was done."""
    count = journal.tally
    if journal.seen_round[r] != count[EPOCH]:
        journal.seen_round[r] = count[EPOCH]
        k = count[ROUNDS_KEPT]
        journal.changed[k] = r
        journal.kept_round[k] = state.rounds[r]
        count[ROUNDS_KEPT] = k + 1


@kernel
def take_back(desk: Desk) -> None:
    """Undo the change under way."""
    state, journal = state_at(desk), journal_at(desk)
    count = journal.tally
    for k in range(count[NODES]):
        state.nodes[journal.node[k]] = journal.kept[k]
    for k in range(count[ROUNDS_KEPT]):
        state.rounds[journal.changed[k]] = journal.kept_round[k]
    for c in range(len(state.totals)):
        state.totals[c] = journal.totals[c]
    begin(desk)


@inlined
def seed(journal: Journal, i: int) -> None:
    """Say that the start of node ``i`` may have to move, up or down."""
    k = journal.tally[SEEDS]
    journal.seeds[k] = i
    journal.tally[SEEDS] = k + 1
