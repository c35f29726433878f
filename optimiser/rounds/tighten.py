"""Narrow windows to what links leave of them, before the search begins.

A visit that must leave room for the next one cannot start at the end of its own window. Where both are to be
served this loses nothing, and it keeps a search from putting the first so late that the second never fits.
"""

from __future__ import annotations

import numpy as np

from optimiser.rounds.problem import NEVER, Ints, Problem


def tightened_windows(problem: Problem, *, across: bool = True) -> tuple[Ints, Ints]:
    """``earliest`` and ``latest`` of each service when every service it is linked to is served as well.

    Services of one visit are, or none of them is. Where two visits are linked one of them may be left out,
    and what the other then could do is lost: ``across=False`` loses nothing.

    A service that links would leave no window keeps its own: it cannot be served together with the other,
    and either of them may be.
    """
    earliest, latest = problem.earliest.copy(), problem.latest.copy()
    link_from, link_to, link_lag = problem.link_from, problem.link_to, problem.link_lag
    if not across:
        within = problem.visit[link_from] == problem.visit[link_to]
        link_from, link_to, link_lag = link_from[within], link_to[within], link_lag[within]
    for _ in range(problem.services + 1):
        low, high = earliest.copy(), latest.copy()
        until = np.where(problem.again < NEVER, problem.again_latest, latest)
        np.maximum.at(low, link_to, earliest[link_from] + link_lag)
        np.minimum.at(high, link_from, until[link_to] - link_lag)
        if np.array_equal(low, earliest) and np.array_equal(high, latest):
            break
        earliest, latest = low, high
        if (earliest > latest).all():
            break
    hopeless = earliest > latest
    return (
        np.where(hopeless, problem.earliest, earliest),
        np.where(hopeless, problem.latest, latest),
    )


def is_narrowed_across(problem: Problem) -> bool:
    """Whether links between visits leave any window smaller."""
    pairs = zip(tightened_windows(problem), tightened_windows(problem, across=False), strict=True)
    return any(not np.array_equal(each, other) for each, other in pairs)
