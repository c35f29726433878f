"""Matrices of a county's roads beside peers: processor seconds, and whether the answers are the same."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers.roads import PEERS, Floats, Graph, Ints
from geodata.travel.ends import ends_at
from geodata.travel.expand import plain_graph
from geodata.travel.many_to_many import hierarchy_of, many_to_many, part_above, weights_from
from geodata.travel.warm_up import warm_up
from geodata.travel.weights import UNIT, packed
from optimiser.solving.progress import Progress, Reporter, silent

OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One way of working a matrix out.

    Attributes
    ----------
    prepared, seconds
        Processor seconds until the first row can be asked for, and for all rows.
    sources
        From how many places it was measured; the seconds are in proportion.
    same
        How the answers compare with ours; ``None`` for our own.
    """

    method: str
    prepared: float
    seconds: float
    sources: int
    same: str | None


def read_surrogate(path: Path) -> tuple[Graph, Ints]:
    """A made-up county (``synthetic_roads/*.npz``), both ways, and the nodes that stand for postcodes."""
    with np.load(path, allow_pickle=False) as held:
        u, v = held["u"].astype(np.int64), held["v"].astype(np.int64)
        milliseconds = np.rint(held["seconds"].astype(np.float64) * 1000).astype(np.int64)
        decimetres = np.rint(held["metres"].astype(np.float64) * 10).astype(np.int64)
        nodes, postcodes = len(held["xy"]), np.arange(len(held["postcode"]))
    weight = packed(milliseconds, decimetres)
    graph = (nodes, np.concatenate([u, v]), np.concatenate([v, u]), np.concatenate([weight, weight]))
    return graph, postcodes


def compare(
    graph: Graph, places: Ints, *, limit_seconds: int, progress: Reporter = silent
) -> tuple[Line, ...]:
    """Ours without and with a limit, then each peer that is installed, without."""
    warm_up()
    progress(Progress(task=OURS))
    lines = [_ours(graph, places, None), _ours(graph, places, limit_seconds)]
    part = part_above(hierarchy_of(plain_graph(*graph)), ends_at(places))
    for name, method, most, weights in PEERS:
        sources = min(most, len(places))
        progress(Progress(task=name))
        try:
            begun = time.process_time()
            rows = method(graph, places)
            ready = time.process_time()
            found = rows(places[:sources])
        except ImportError:
            continue
        took = (time.process_time() - ready) * len(places) / sources
        exact = weights_from(part, np.arange(sources))
        lines.append(
            Line(
                method=name, prepared=ready - begun, seconds=took, sources=sources,
                same=alike(found, exact, weights=weights),
            )
        )  # fmt: skip
    return tuple(lines)


def alike(found: Floats, exact: Floats, *, weights: bool) -> str:
    """How a peer's answers compare with ours."""
    if weights:
        return "the same to the bit" if np.array_equal(found, exact) else "differ"
    return "the same to a second" if np.abs(found - exact / UNIT / 1000).max() <= 1 else "differ"


def _ours(graph: Graph, places: Ints, limit_seconds: int | None) -> Line:
    begun = time.process_time()
    part = part_above(hierarchy_of(plain_graph(*graph)), ends_at(places))
    ready = time.process_time()
    many_to_many(part, limit_seconds=limit_seconds)
    took = time.process_time() - ready
    within = "" if limit_seconds is None else f", within {limit_seconds // 60} minutes"
    return Line(method=OURS + within, prepared=ready - begun, seconds=took, sources=len(places), same=None)


def limited_is_exact(graph: Graph, places: Ints, limit_seconds: int) -> bool:
    """Whether the limit leaves out what takes longer, by milliseconds, and nothing else."""
    part = part_above(hierarchy_of(plain_graph(*graph)), ends_at(places))
    exact = weights_from(part, np.arange(len(places)))
    found = many_to_many(part, limit_seconds=limit_seconds)
    return bool(np.array_equal(found.reachable, exact < (limit_seconds * 1000 + 1) * UNIT))


def table(lines: tuple[Line, ...]) -> str:
    """Lines for people."""
    rows = ["| method | to prepare, s | matrix, s | measured from | answers |", "|---|---|---|---|---|"]
    for line in lines:
        same = line.same or "–"
        rows.append(
            f"| {line.method} | {line.prepared:.2f} | {line.seconds:.2f} | {line.sources:,} places | {same} |"
        )
    return "\n".join(rows) + "\n"
