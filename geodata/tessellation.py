"""Dividing the plane among labelled points: who is next to whom, and the cells of a label joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, KDTree, QhullError, Voronoi

Points = NDArray[np.float64]
"""``float64[n, 2]``: eastings and northings, in metres."""
Labels = NDArray[Any]
"""One text a point."""

_SPAN = 10_000_000.0  # metres, more than any northing
_NEIGHBOURS_ASKED = 8
_FRAME_POINTS = 64


def one_label_a_place(xy: Points, labels: Labels) -> tuple[Points, Labels]:
    """Each place once, to the metre and in order, with its most frequent label (of several, the first)."""
    if not len(xy):
        return xy, labels
    numbers, names = pd.factorize(labels, sort=True)
    key = np.rint(xy[:, 0]) * _SPAN + np.rint(xy[:, 1])
    order = np.lexsort((numbers, key))
    fresh = np.r_[True, (np.diff(key[order]) != 0) | (np.diff(numbers[order]) != 0)]
    starts = np.flatnonzero(fresh)
    times = np.diff(np.r_[starts, len(order)])
    pairs = order[starts]  # one point of each place and label
    best_first = np.lexsort((numbers[pairs], -times, key[pairs]))
    _, first = np.unique(key[pairs][best_first], return_index=True)
    chosen = pairs[best_first[first]]
    return np.rint(xy[chosen]), np.asarray(names)[numbers[chosen]]


def without_strays(xy: Points, labels: Labels) -> Labels:
    """Give a point that lies alone among another label's that label, so that it makes no island.

    Alone means that at most one of its eight nearest neighbours has its label. ``xy`` holds each place once.
    """
    asked = min(_NEIGHBOURS_ASKED, len(xy) - 1)
    if asked < 2:
        return labels
    numbers, found = pd.factorize(labels, sort=True)
    names = np.asarray(found)
    neighbours = KDTree(xy).query(xy, k=asked + 1)[1][:, 1:]
    stray = (numbers[neighbours] == numbers[:, None]).sum(axis=1) <= 1
    mended = numbers.copy()
    for i in np.flatnonzero(stray):
        mended[i] = np.bincount(numbers[neighbours[i]]).argmax()
    alone = np.isin(numbers, np.setdiff1d(numbers, mended))  # a label of strays only: then they are none
    return names[np.where(alone, numbers, mended)]


def smoothed(xy: Points, labels: Labels, neighbours: int = 24, times: int = 3) -> Labels:
    """Give each point the label that most of its neighbours have, so that mixed labels make whole areas.

    Postcode sectors need it: a directory that keeps terminated postcodes has those of a town before and after
    it was renumbered side by side. A tie keeps the point's own label, else the first in order.
    """
    numbers, found = pd.factorize(labels, sort=True)
    asked = min(neighbours, len(xy) - 1)
    if asked < 1:
        return labels
    near = KDTree(xy).query(xy, k=asked + 1)[1]
    for _ in range(times):
        counts = np.zeros((len(xy), len(found)), dtype=np.int32)
        np.add.at(counts, (np.repeat(np.arange(len(xy)), asked + 1), numbers[near].ravel()), 2)
        counts[np.arange(len(xy)), numbers] += 1
        numbers = counts.argmax(axis=1)
    return np.asarray(found)[numbers]


def triangles_of(xy: Points) -> NDArray[np.int64]:
    """Delaunay triangles of distinct points, ``int64[m, 3]``; none where all lie in one line."""
    if len(xy) < 3:
        return np.empty((0, 3), dtype=np.int64)
    try:
        triangles: NDArray[np.int64] = Delaunay(xy).simplices.astype(np.int64)
        return triangles
    except QhullError:
        return np.empty((0, 3), dtype=np.int64)


def sides_of(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """The three sides of each triangle, lower point first, ``int64[3 m, 2]``; shared ones appear twice."""
    sides: NDArray[np.int64] = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    return np.sort(sides, axis=1)


def rim_of(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sides that belong to one triangle only, ``int64[m, 2]``: the rim of what the triangles cover."""
    sides = sides_of(triangles)
    _, first, times = np.unique(sides[:, 0] << 32 | sides[:, 1], return_index=True, return_counts=True)
    rim: NDArray[np.int64] = sides[first[times == 1]]
    return rim


def joined_cells(
    xy: Points, labels: Labels, triangles: NDArray[np.int64], wanted: Sequence[str]
) -> dict[str, shapely.Geometry]:
    """Voronoi cells joined by label, for the labels wanted; an empty shape for a label no point has.

    Only points with a Delaunay neighbour of another label matter: on the straight way from a place of label
    A to any point of label B lies a border, and the border's own A-point is nearer to the place than that
    B-point. So the cells of those few points alone are drawn, only the edges between labels are kept and
    closed up into faces, and a face belongs to the label of the point nearest to its inside. A ring of
    points far outside, of no label, keeps every cell finite: clip the outer cells.

    Parameters
    ----------
    xy, labels
        Distinct points and the label of each.
    triangles
        Of ``xy``, from :func:`triangles_of`.
    wanted
        All other labels count as one.
    """
    middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
    radius = 3 * max(50_000.0, float(np.hypot(*(xy.max(axis=0) - xy.min(axis=0)))))
    angles = np.linspace(0, 2 * np.pi, _FRAME_POINTS, endpoint=False)
    number = {label: i for i, label in enumerate(wanted)}
    owner = np.array([number.get(label, -1) for label in labels])

    sides = sides_of(triangles)
    at_border = np.zeros(len(xy), dtype=bool)
    at_border[sides[owner[sides[:, 0]] != owner[sides[:, 1]]].ravel()] = True
    at_border[rim_of(triangles).ravel()] = True
    if not len(triangles):
        at_border[:] = True

    points = np.vstack([xy[at_border], middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])])
    owner = np.concatenate([owner[at_border], np.full(_FRAME_POINTS, -1)])
    diagram = Voronoi(points)
    ends = np.asarray(diagram.ridge_vertices)
    both = owner[diagram.ridge_points]
    border = (both[:, 0] != both[:, 1]) & (ends >= 0).all(axis=1)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(diagram.vertices[ends[border]])))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    face_owner = owner[KDTree(points).query(inside)[1]]
    return {label: shapely.union_all(faces[face_owner == i]) for label, i in number.items()}
