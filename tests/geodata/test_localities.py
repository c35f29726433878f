from __future__ import annotations

import networkx as nx
import pytest

from geodata.localities import grow_localities, sector_graph
from geodata.place import Place
from geodata.postcodes import PostcodeDirectory

LEICESTERSHIRE = [f"E070001{number}" for number in range(29, 36)]


@pytest.fixture(scope="module")
def leicestershire(leicester_side: PostcodeDirectory) -> nx.Graph:
    return sector_graph(leicester_side.only([*LEICESTERSHIRE, "E06000016"]))


def test_sectors_in_a_row_touch_their_neighbours_only(village: PostcodeDirectory) -> None:
    graph = sector_graph(village)
    assert set(graph.edges) == {("AB1 1", "AB1 2"), ("AB1 2", "AB2 1")}
    assert not any(tied for _, _, tied in graph.edges(data="tied"))
    assert graph.nodes["AB1 1"]["postcodes"] == 70
    assert graph.nodes["AB1 1"]["place"] == Place(500_350, 200_500)


def test_what_lies_far_off_is_tied_to_the_nearest(village: PostcodeDirectory) -> None:
    graph = sector_graph(village, longest_contact=50)
    assert nx.is_connected(graph)
    assert all(tied for _, _, tied in graph.edges(data="tied"))
    assert set(graph.edges) == {("AB1 1", "AB1 2"), ("AB1 2", "AB2 1")}


def test_the_graph_holds_every_sector_in_one_piece(
    leicestershire: nx.Graph, leicester_side: PostcodeDirectory
) -> None:
    own = leicester_side.only([*LEICESTERSHIRE, "E06000016"])
    assert set(leicestershire) == set(own.sector_places())
    assert nx.is_connected(leicestershire)
    assert sum(count for _, count in leicestershire.nodes(data="postcodes")) == len(own)


def test_no_district_no_graph(village: PostcodeDirectory) -> None:
    assert len(sector_graph(village.only([]))) == 0


@pytest.mark.parametrize("number", [1, 2, 18, 30])
def test_groups_are_contiguous_and_take_each_sector_once(leicestershire: nx.Graph, number: int) -> None:
    groups = grow_localities(leicestershire, number, seed=7)
    assert len(groups) == number
    sectors = [sector for group in groups for sector in group.sectors]
    assert sorted(sectors) == sorted(leicestershire)
    for group in groups:
        assert nx.is_connected(leicestershire.subgraph(group.sectors))


def test_eighteen_lots_weigh_about_the_same(leicestershire: nx.Graph) -> None:
    for seed in range(3):
        weights = [group.weight for group in grow_localities(leicestershire, 18, seed=seed)]
        mean = sum(weights) / 18
        assert 0.75 * mean < min(weights)
        assert max(weights) < 1.25 * mean


def test_the_same_seed_draws_the_same_lots_and_another_others(leicestershire: nx.Graph) -> None:
    once = grow_localities(leicestershire, 18, seed=7)
    assert grow_localities(leicestershire, 18, seed=7) == once
    assert grow_localities(leicestershire, 18, seed=8) != once


def test_the_order_of_the_graph_changes_nothing(leicestershire: nx.Graph) -> None:
    other = nx.Graph()
    other.add_nodes_from(sorted(leicestershire.nodes(data=True), reverse=True))
    other.add_edges_from(reversed(list(leicestershire.edges(data=True))))
    assert grow_localities(other, 10, seed=3) == grow_localities(leicestershire, 10, seed=3)


def test_weights_may_be_given(village: PostcodeDirectory) -> None:
    graph = sector_graph(village)
    groups = grow_localities(graph, 2, seed=1, weights={"AB1 1": 5.0, "AB1 2": 1.0, "AB2 1": 4.0})
    assert [group.sectors for group in groups] == [("AB1 1",), ("AB1 2", "AB2 1")]
    assert [group.weight for group in groups] == [5, 5]


def test_weightless_sectors_still_make_groups(village: PostcodeDirectory) -> None:
    assert len(grow_localities(sector_graph(village), 3, seed=1, weights={})) == 3


def test_what_cannot_be_done_is_refused(village: PostcodeDirectory) -> None:
    graph = sector_graph(village)
    for number in (0, 4):
        with pytest.raises(ValueError, match="cannot make"):
            grow_localities(graph, number, seed=1)
    with pytest.raises(ValueError, match="weight"):
        grow_localities(graph, 2, seed=1, weights={"AB1 1": -1.0})
    graph.add_node("ZZ1 1", place=Place(0, 0), postcodes=1)
    with pytest.raises(ValueError, match="one piece"):
        grow_localities(graph, 2, seed=1)
