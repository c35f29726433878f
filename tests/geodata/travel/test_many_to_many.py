"""Least weights: the hierarchy against plain Dijkstra, bit for bit."""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.travel.ends import ends_at
from geodata.travel.expand import plain_graph
from geodata.travel.many_to_many import Part, hierarchy_of, many_to_many, part_above, weights_from
from geodata.travel.weights import LARGEST, UNIT, packed


def plain_dijkstra(nodes: int, arcs: list[tuple[int, int, float]], source: int) -> list[float]:
    out: dict[int, list[tuple[int, float]]] = {}
    for tail, head, weight in arcs:
        out.setdefault(tail, []).append((head, weight))
    found, queue = [float("inf")] * nodes, [(0.0, source)]
    found[source] = 0.0
    while queue:
        far, node = heapq.heappop(queue)
        if far == found[node]:
            for head, weight in out.get(node, []):
                if far + weight < found[head]:
                    found[head] = far + weight
                    heapq.heappush(queue, (found[head], head))
    return found


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, float]], list[int]]:
    """One-ways, dead ends, parallel arcs, loops, parts nobody reaches, arcs that take no time."""
    nodes = draw(st.integers(1, 24))
    node = st.integers(0, nodes - 1)
    decimetres = draw(st.lists(st.tuples(node, node, st.integers(0, 5000), st.integers(0, 9)), max_size=70))
    arcs = [(a, b, float((2 * dm + extra) * UNIT + dm)) for a, b, dm, extra in decimetres]
    both = draw(st.lists(st.booleans(), min_size=len(arcs), max_size=len(arcs)))
    arcs += [(b, a, w) for (a, b, w), two_way in zip(arcs, both, strict=True) if two_way]
    return nodes, arcs, draw(st.lists(node, min_size=1, max_size=40))


def part_of(nodes: int, arcs: list[tuple[int, int, float]], places: list[int]) -> Part:
    tail, head, weight = (
        (np.array(each) for each in zip(*arcs, strict=True)) if arcs else (np.zeros(0, int),) * 3
    )
    graph = plain_graph(nodes, tail, head, np.asarray(weight, dtype=np.float64))
    return part_above(hierarchy_of(graph), ends_at(np.array(places)))


@given(graphs())
@settings(deadline=None, max_examples=200)
def test_the_hierarchy_gives_plain_dijkstra_bit_for_bit(
    case: tuple[int, list[tuple[int, int, float]], list[int]],
) -> None:
    nodes, arcs, places = case
    found = weights_from(part_of(nodes, arcs, places), np.arange(len(places)))
    for row, source in enumerate(places):
        expected = plain_dijkstra(nodes, arcs, source)
        assert found[row].tolist() == [expected[each] for each in places]


@given(graphs(), st.integers(0, 40))
@settings(deadline=None, max_examples=60)
def test_a_limit_hides_what_takes_longer_and_nothing_else(
    case: tuple[int, list[tuple[int, int, float]], list[int]], seconds: int
) -> None:
    part = part_of(*case)
    free, limited = many_to_many(part), many_to_many(part, limit_seconds=seconds)
    exact = weights_from(part, np.arange(len(case[2])))
    within = exact < (seconds * 1000 + 1) * UNIT
    assert np.array_equal(limited.reachable, within)
    assert np.array_equal(limited.seconds, np.where(within, free.seconds, 0))
    assert np.array_equal(limited.metres, np.where(within, free.metres, 0))


def grid(width: int) -> tuple[int, list[tuple[int, int, float]]]:
    """A town of squares whose streets differ."""
    rng = np.random.default_rng(3)
    arcs = []
    for at in range(width * width):
        for step in ([1] if at % width < width - 1 else []) + ([width] if at + width < width * width else []):
            for tail, head in ((at, at + step), (at + step, at)):
                metres = int(rng.integers(50, 900))
                arcs.append((tail, head, float(metres * 30 * UNIT + metres * 10)))
    return width * width, arcs


def test_an_executor_changes_nothing() -> None:
    nodes, arcs = grid(40)
    part = part_of(nodes, arcs, list(range(nodes)))
    alone = many_to_many(part, limit_seconds=600)
    with ThreadPoolExecutor(2) as pool:
        spread = many_to_many(part, limit_seconds=600, executor=pool)
    for name in ("seconds", "metres", "reachable"):
        assert np.array_equal(getattr(alone, name), getattr(spread, name))


def test_numbering_nodes_otherwise_changes_nothing() -> None:
    nodes, arcs = grid(12)
    other = np.random.default_rng(5).permutation(nodes)
    places = list(range(0, nodes, 7))
    renamed = [(int(other[a]), int(other[b]), w) for a, b, w in arcs]
    first = weights_from(part_of(nodes, arcs, places), np.arange(len(places)))
    second = weights_from(part_of(nodes, renamed, [int(other[p]) for p in places]), np.arange(len(places)))
    assert np.array_equal(first, second)


def test_weights_round_to_whole_seconds_and_metres() -> None:
    part = part_of(2, [(0, 1, float(packed(np.array([1500]), np.array([125]))[0]))], [0, 1])
    found = many_to_many(part)
    assert (found.seconds[0, 1], found.metres[0, 1]) == (2, 13)
    assert found.reachable.tolist() == [[True, True], [False, True]]


def test_sums_that_would_not_be_exact_are_refused() -> None:
    with pytest.raises(ValueError, match="37 hours"):
        many_to_many(part_of(2, [(0, 1, LARGEST)], [0, 1]))


def test_a_road_faster_than_the_fastest_is_refused() -> None:
    with pytest.raises(ValueError, match="180 km/h"):
        packed(np.array([1]), np.array([1]))
    with pytest.raises(ValueError, match="negative"):
        packed(np.array([-1]), np.array([0]))
