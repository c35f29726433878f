"""Narrow windows to what links leave of them, before the search begins.

A visit that must leave room for the next one cannot start at the end of its own window. Where both are to be
served this loses nothing, and it keeps a search from putting the first so late that the second never fits.
"""

from __future__ import annotations

import numpy as np

from optimiser.rounds.problem import Ints, Problem


def tightened_windows(problem: Problem) -> tuple[Ints, Ints]:
    """``earliest`` and ``latest`` of each service when every service it is linked to is served as well.

    A service that links would leave no window keeps its own: it cannot be served together with the other,
    and either of them may be.
    """
    earliest, latest = problem.earliest.copy(), problem.latest.copy()
    for _ in range(problem.services + 1):
        low, high = earliest.copy(), latest.copy()
        np.maximum.at(low, problem.link_to, earliest[problem.link_from] + problem.link_lag)
        np.minimum.at(high, problem.link_from, latest[problem.link_to] - problem.link_lag)
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
