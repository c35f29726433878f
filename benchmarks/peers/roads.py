"""Many-to-many on a road graph by others: each imported only where it is used.

igraph is under the GPL and pandana under the AGPL: they are measured here, installed by the extra ``bench``
alone, and nothing else in the project imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from geodata.travel.weights import UNIT

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Rows = Callable[[Ints], Floats]
"""Weights from some places (rows) to all places asked for."""
Graph = tuple[int, Ints, Ints, Floats]
"""Nodes, tails, heads, weights."""


def with_scipy(graph: Graph, places: Ints) -> Rows:
    """Dijkstra of scipy from each place over the whole graph."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    nodes, tail, head, weight = graph
    matrix = csr_array((weight, (tail, head)), shape=(nodes, nodes))
    return lambda sources: np.asarray(dijkstra(matrix, indices=sources))[:, places]


def with_networkx(graph: Graph, places: Ints) -> Rows:
    """Dijkstra in Python."""
    import networkx as nx

    nodes, tail, head, weight = graph
    net = nx.DiGraph()
    net.add_nodes_from(range(nodes))
    net.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), weight.tolist(), strict=True))

    def rows(sources: Ints) -> Floats:
        found = np.full((len(sources), len(places)), np.inf)
        for row, source in enumerate(sources.tolist()):
            far = nx.single_source_dijkstra_path_length(net, source)
            found[row] = [far.get(each, np.inf) for each in places.tolist()]
        return found

    return rows


def with_igraph(graph: Graph, places: Ints) -> Rows:
    """Dijkstra in C."""
    import igraph

    nodes, tail, head, weight = graph
    net = igraph.Graph(n=nodes, edges=np.column_stack([tail, head]), directed=True)
    return lambda sources: np.asarray(
        net.distances(source=sources.tolist(), target=places.tolist(), weights=weight.tolist(), mode="out")
    )


def with_pandana(graph: Graph, places: Ints) -> Rows:
    """Contraction hierarchies in C++, a query a pair; in seconds, for it holds small numbers only."""
    import pandana
    import pandas as pd

    nodes, tail, head, weight = graph
    seconds = np.floor(weight / UNIT) / 1000
    at = pd.Series(np.zeros(nodes))
    net = pandana.Network(
        at, at, pd.Series(tail), pd.Series(head), pd.DataFrame({"weight": seconds}), twoway=False
    )

    def rows(sources: Ints) -> Floats:
        begin = np.repeat(sources, len(places)).tolist()
        end = np.tile(places, len(sources)).tolist()
        return np.asarray(net.shortest_path_lengths(begin, end), dtype=np.float64).reshape(len(sources), -1)

    return rows


PEERS: Sequence[tuple[str, Callable[[Graph, Ints], Rows], int, bool]] = (
    ("scipy, plain Dijkstra", with_scipy, 2000, True),
    ("igraph (GPL)", with_igraph, 20, True),
    ("pandana (AGPL)", with_pandana, 20, False),
    ("networkx", with_networkx, 10, True),
)
"""Name, how, from how many places at most it is measured (the rest is reckoned in proportion), and whether
it answers in weights (else in seconds)."""
