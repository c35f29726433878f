from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import KDTree

from geodata.tessellation import joined_cells, one_label_a_place, triangles_of, without_strays

points = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), min_size=1, max_size=60, unique=True
).map(lambda them: np.array(them, dtype=float))


@settings(max_examples=60, deadline=None)
@given(points, st.integers(0, 1_000))
def test_every_place_belongs_to_the_label_of_the_nearest_point(xy: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = np.array(["a", "b", "c"], dtype=object)[rng.integers(0, 3, len(xy))]
    cells = joined_cells(xy, labels, triangles_of(xy), ["a", "b"])
    for x, y in rng.uniform(-500, 5_500, (60, 2)):
        distances, nearest = KDTree(xy).query((x, y), k=[1, min(2, len(xy))])
        if distances[1] - distances[0] < 1e-3 and len(xy) > 1:
            continue  # on a border
        for label, cell in cells.items():
            assert shapely.contains_xy(cell, x, y) == (labels[nearest[0]] == label)


def test_the_most_frequent_label_takes_a_shared_place() -> None:
    xy = np.array([(1, 1), (0, 0), (1, 1), (1, 1), (0, 0)], dtype=float)
    places, labels = one_label_a_place(xy, np.array(["b", "b", "a", "a", "a"], dtype=object))
    assert places.tolist() == [[0, 0], [1, 1]]
    assert labels.tolist() == ["a", "a"]


def test_a_lone_point_among_others_is_a_stray_but_a_whole_label_is_not() -> None:
    xy = np.array([(x, y) for x in range(6) for y in range(6)], dtype=float)
    labels = np.array(["a"] * 36, dtype=object)
    labels[:12] = "b"
    labels[27] = "b"
    mended = without_strays(xy, labels)
    assert mended[27] == "a"
    assert (mended[:12] == "b").all()
    labels[:12] = "a"
    assert without_strays(xy, labels)[27] == "b"
