"""Compile the kernels of road graphs, or load them, before a clock runs."""

from __future__ import annotations

import time

import numpy as np

from geodata.travel.ends import ends_at
from geodata.travel.expand import plain_graph
from geodata.travel.hierarchy_kernels import base_weights, customised_again, through
from geodata.travel.many_to_many import hierarchy_of, many_to_many, part_above
from geodata.travel.weights import packed


def warm_up() -> float:
    """Use each on something tiny; returns the seconds it took."""
    begun = time.perf_counter()
    weight = packed(np.array([2000, 3000]), np.array([100, 150]))
    graph = plain_graph(2, np.array([0, 1]), np.array([1, 0]), weight)
    own = hierarchy_of(graph)
    found = many_to_many(part_above(own, ends_at(np.array([0, 1]))))
    arcs = (own.rank, own.start, own.upper, graph.tail, graph.head, graph.weight)
    base = base_weights(*arcs, np.ones(2, dtype=np.bool_))
    dirty = np.zeros(len(own.upper), dtype=np.bool_)
    customised_again(own.start, own.upper, own.out.copy(), own.into.copy(), *base, dirty)
    walk, hit = np.zeros(2, dtype=np.int32), np.zeros((2, 2), dtype=np.bool_)
    through(found.seconds, found.reachable, walk, np.zeros((2, 1)), np.zeros((1, 2)), hit)
    return time.perf_counter() - begun
