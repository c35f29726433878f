"""Zones drawn out of sectors."""

from __future__ import annotations

import networkx as nx
import pytest

from geodata.localities import sector_graph
from geodata.place import Place
from geodata.postcodes import PostcodeDirectory
from geodata.zones.drawing import Part, draw_zones, one_piece_each
from geodata.zones.sector_map import sector_map


@pytest.fixture(scope="module")
def board() -> nx.Graph:
    """Sixty-four sectors in a square, each touching those beside it."""
    graph = nx.grid_2d_graph(8, 8)
    for x, y in graph:
        graph.nodes[x, y]["place"] = Place(500_000 + 1000 * x, 200_000 + 1000 * y)
        graph.nodes[x, y]["postcodes"] = 1
    return nx.relabel_nodes(graph, {(x, y): f"AB{x} {y}" for x, y in graph})


WEIGHTS = {f"AB{x} {y}": 1.0 + (x * y) % 5 for x in range(8) for y in range(8)}


def whole(graph: nx.Graph, number: int, today: dict[str, str] | None = None) -> list[Part]:
    return [Part(name="", number=number, sectors=frozenset(graph), today=today)]


def test_zones_lie_in_one_piece_and_weigh_the_same(board: nx.Graph) -> None:
    drawn = draw_zones(board, whole(board, 5), WEIGHTS, seed=1, steps=3000)
    found = sector_map(board, drawn, WEIGHTS)
    assert set(drawn) == set(board)
    assert len(found.zones) == 5
    assert found.contiguous
    assert found.unevenness is not None
    assert found.unevenness < 0.1


def test_parts_keep_their_own(board: nx.Graph) -> None:
    west = frozenset(each for each in board if int(each[2]) < 4)
    parts = [
        Part(name="West", number=2, sectors=west),
        Part(name="East", number=3, sectors=frozenset(board) - west),
    ]
    drawn = draw_zones(board, parts, WEIGHTS, seed=1, steps=1000)
    assert {drawn[each] for each in west} == {"WEST-01", "WEST-02"}
    assert {drawn[each] for each in board if each not in west} == {"EAST-01", "EAST-02", "EAST-03"}
    assert draw_zones(board, parts[::-1], WEIGHTS, seed=1, steps=1000) == drawn


def test_the_same_seed_draws_the_same_zones_whatever_the_order(board: nx.Graph) -> None:
    mixed = nx.Graph()
    mixed.add_nodes_from(sorted(board.nodes(data=True), reverse=True))
    mixed.add_edges_from(reversed(list(board.edges)))
    one = draw_zones(board, whole(board, 4), WEIGHTS, seed=3, steps=1000)
    assert draw_zones(mixed, whole(mixed, 4), dict(reversed(WEIGHTS.items())), seed=3, steps=1000) == one


def test_zones_that_are_even_already_are_kept(board: nx.Graph) -> None:
    today = {each: "W" if int(each[2]) < 4 else "E" for each in board}
    even = dict.fromkeys(board, 1.0)
    drawn = draw_zones(board, whole(board, 2, today), even, seed=1, steps=2000)
    assert {(today[each], drawn[each]) for each in board} == {("W", "01"), ("E", "02")}


def test_what_is_kept_is_changed_as_little_as_evenness_asks(board: nx.Graph) -> None:
    today = {each: "W" if int(each[2]) < 3 else "E" for each in board}
    even = dict.fromkeys(board, 1.0)
    drawn = draw_zones(board, whole(board, 2, today), even, seed=1, tolerance=0.05, steps=4000)
    found = sector_map(board, drawn, even)
    assert found.contiguous
    assert found.unevenness is not None
    assert found.unevenness <= 0.0626
    assert sum(drawn[each] == "01" and today[each] == "E" for each in board) in range(6, 9)
    assert not any(drawn[each] == "02" and today[each] == "W" for each in board)


def test_what_cannot_be_drawn_is_refused(board: nx.Graph) -> None:
    apart = frozenset({"AB0 0", "AB7 7"})
    with pytest.raises(ValueError, match="one piece"):
        draw_zones(board, [Part(name="P", number=1, sectors=apart)], WEIGHTS, seed=1)
    with pytest.raises(ValueError, match="cannot make"):
        draw_zones(board, whole(board, 65), WEIGHTS, seed=1)
    with pytest.raises(ValueError, match="1 zones today"):
        draw_zones(board, whole(board, 2, dict.fromkeys(board, "A")), WEIGHTS, seed=1)
    torn = {each: "W" if each in apart else "E" for each in board}
    with pytest.raises(ValueError, match="one piece today"):
        draw_zones(board, whole(board, 2, torn), WEIGHTS, seed=1)


def test_what_is_cut_off_goes_to_its_neighbours(board: nx.Graph) -> None:
    side = {each: "W" if int(each[2]) < 4 else "E" for each in board} | {"AB6 6": "W"}
    assert one_piece_each(board, side)["AB6 6"] == "E"


def test_one_sector_is_a_zone(village: PostcodeDirectory) -> None:
    graph = sector_graph(village)
    assert len(set(draw_zones(graph, whole(graph, 3), {}, seed=1, steps=100).values())) == 3
