"""The same batches by others: k-means with capacity repair, and spopt's max-p and SKATER.

Each is given what we are given: units that stay together, the same drives, the same least and most of
packages and hours. None knows rounds, shares or connection but as its own method has it; what it leaves
outside the sizes is repaired by moving units to neighbours, and what cannot be repaired stays and is counted.
One k-means is repaired to the mix of rule B4 as well.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from optimiser.batching.problem import BatchingProblem, Ints
from optimiser.batching.units import Part

Labels = NDArray[np.int64]


def k_means(part: Part, xy: NDArray[np.float64], batches: int, seed: int) -> Labels:
    """Lloyd's k-means on homes, repaired to the sizes."""
    return repaired(part, _nearest_means(xy, batches, seed), batches)


def k_means_mixed(part: Part, xy: NDArray[np.float64], batches: int, seed: int) -> Labels:
    """The same, repaired to the sizes and the mix: what it costs a peer."""
    return repaired(part, _nearest_means(xy, batches, seed), batches, mix=True)


def _nearest_means(xy: NDArray[np.float64], batches: int, seed: int) -> Labels:
    from sklearn.cluster import KMeans

    labels: Labels = KMeans(n_clusters=batches, n_init=10, random_state=seed).fit(xy).labels_.astype(np.int64)
    return labels


def skater(part: Part, xy: NDArray[np.float64], batches: int, seed: int) -> Labels:
    """SKATER (Assunção et al. 2006) on the Delaunay neighbours, at least so many units each; repaired."""
    from spopt.region import Skater

    frame = _frame(part, xy)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Skater(
            frame,
            _neighbours(xy),
            attrs_name=["x", "y"],
            n_clusters=batches,
            floor=3,
            islands="ignore",
        )
        model.solve()
    return repaired(
        part, np.unique(np.asarray(model.labels_), return_inverse=True)[1].astype(np.int64), batches
    )


def max_p(part: Part, xy: NDArray[np.float64], batches: int, seed: int) -> Labels:
    """Max-p regions (Duque, Anselin & Rey 2012; Wei, Rey & Knaap 2021) with hours as threshold; repaired."""
    from spopt.region import MaxPHeuristic

    frame = _frame(part, xy)
    threshold = max(part.rules.least_care, int(part.care.sum() / batches * 0.85)) / 3600
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.random.seed(seed)  # noqa: NPY002  # spopt draws from the global generator
        model = MaxPHeuristic(
            frame, _neighbours(xy), ["x", "y"], "hours", threshold, 2, max_iterations_construction=40,
            max_iterations_sa=10,
        )  # fmt: skip
        model.solve()
    labels = np.unique(np.asarray(model.labels_), return_inverse=True)[1].astype(np.int64)
    return repaired(part, labels, int(labels.max()) + 1)


def _frame(part: Part, xy: NDArray[np.float64]):  # type: ignore[no-untyped-def]  # geopandas has no types
    import geopandas as gpd
    from shapely.geometry import Point

    points = [Point(x, y) for x, y in xy]
    data = {"x": xy[:, 0], "y": xy[:, 1], "hours": part.care / 3600.0}
    return gpd.GeoDataFrame(data, geometry=points, crs="EPSG:27700")


def _neighbours(xy: NDArray[np.float64]):  # type: ignore[no-untyped-def]  # libpysal has no types
    from libpysal.weights import W
    from scipy.spatial import Delaunay, KDTree

    near: dict[int, set[int]] = {n: set() for n in range(len(xy))}
    # A step apart, so that homes at one place are neighbours and not one point.
    apart = xy + np.column_stack([np.arange(len(xy)) % 7, np.arange(len(xy)) % 5])
    for triangle in Delaunay(apart).simplices:
        for a in triangle:
            near[int(a)] |= {int(b) for b in triangle if b != a}
    for a, those in enumerate(KDTree(apart).query(apart, k=min(4, len(apart)))[1]):
        for b in those.tolist():  # no home without a neighbour
            if a != b:
                near[a].add(b)
                near[b].add(a)
    return W({n: sorted(those) for n, those in near.items()}, silence_warnings=True)


def repaired(part: Part, labels: Labels, batches: int, steps: int = 2000, *, mix: bool = False) -> Labels:
    """Sizes (and the mix) mended: while one is broken, the move that mends most for the least distance."""
    labels = labels.copy()

    def broken(those: NDArray[np.int64]) -> float:
        count, care = part.count[those].sum(), part.care[those].sum() / 3600
        rules = part.rules
        outside = np.maximum(part.excess[:, those].sum(axis=1), 0).sum() / part.scale if mix else 0.0
        return float(outside) + float(
            max(0, count - rules.most_packages)
            + max(0, rules.least_packages - count)
            + max(0.0, care - rules.most_care / 3600)
            + max(0.0, rules.least_care / 3600 - care)
        )

    groups = [np.flatnonzero(labels == b) for b in range(batches)]
    for _ in range(steps):
        faults = [broken(each) for each in groups]
        if not sum(faults):
            break
        best: tuple[float, int, int, int] | None = None
        middles = [part.middle_of(each.tolist())[0] if len(each) else -1 for each in groups]
        for u in range(len(part)):
            a = int(labels[u])
            for b in range(batches):
                if b == a or (faults[a] == 0 and faults[b] == 0) or middles[b] < 0:
                    continue
                mended = faults[a] + faults[b]
                mended -= broken(groups[a][groups[a] != u]) + broken(np.append(groups[b], u))
                farther = float(part.distance[u, middles[b]] - part.distance[u, middles[a]])
                if mended > 1e-9:
                    score = mended / (3600.0 + max(0.0, farther))
                    if best is None or score > best[0]:
                        best = (score, u, a, b)
        if best is None:
            break
        _, u, a, b = best
        labels[u] = b
        groups[a], groups[b] = np.flatnonzero(labels == a), np.flatnonzero(labels == b)
    return labels


def places_of(problem: BatchingProblem, part: Part) -> NDArray[np.float64]:
    """Where each unit is, in national-grid metres."""
    return np.array([problem.candidates[unit[0]].place for unit in part.units], dtype=np.float64)


def groups_of(part: Part, labels: Ints) -> list[tuple[int, ...]]:
    """Units of each batch."""
    return [tuple(np.flatnonzero(labels == b).tolist()) for b in sorted(set(labels.tolist()))]


Peer = Callable[[Part, NDArray[np.float64], int, int], Labels]
PEERS: Sequence[tuple[str, Peer]] = (
    ("k-means, repaired", k_means),
    ("k-means, repaired to the mix too", k_means_mixed),
    ("SKATER, repaired", skater),
    ("max-p, repaired", max_p),
)
