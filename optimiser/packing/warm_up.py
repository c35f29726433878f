"""Compile every kernel, or load it, before a clock runs."""

from __future__ import annotations

import time

import numpy as np

from optimiser.packing.problem import PackingProblem
from optimiser.packing.search import search_tree
from optimiser.packing.solve import CliqueSearch
from optimiser.solving.limits import Limits


def warm_up() -> float:
    """Use each on something tiny; returns the seconds it took."""
    begun = time.perf_counter()
    triangle = PackingProblem.of([(3, [0, 1]), (4, [1, 2]), (4, [0, 2]), (5, [3]), (6, [3, 4]), (7, [4, 0])])
    for all_of_them in (0.0, 3e6):
        CliqueSearch(all_of_them=all_of_them, processes=1).solve(triangle, limits=Limits(), seed=1)
    search_tree(np.array([3, 2]), np.array([[False, True], [True, False]]), 0, deadline=None)
    return time.perf_counter() - begun
