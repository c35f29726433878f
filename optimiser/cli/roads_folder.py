"""What ``carerounds roads matrix`` and ``roads close`` work out and leave in their folders."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

import numpy as np
import shapely
import shapely.geometry
from numpy.typing import NDArray

from geodata.place import to_degrees
from geodata.report import Report
from geodata.travel import RoadGraph, TravelMode
from geodata.travel.closures import Closure, closed_to
from geodata.travel.many_to_many import Lengths, lengths_from, part_above
from geodata.travel.places_file import NamedPlaces, check_near_roads
from geodata.travel.recompute import reworked
from geodata.travel.roads import add_walks, lengths_between
from geodata.travel.snap import lines_of
from optimiser.report.writing import not_a_formula, whole_or_not_at_all, write_csv, write_json
from optimiser.solving.progress import Progress, Reporter, silent

HEADING = ("from_node", "to_node", "mode", "minutes", "metres", "source", "as_of")
CLOSURE_FILES = ("changes.csv", "places.csv", "closures.geojson", "summary.json")
"""What ``roads close`` leaves."""
_ROWS = 256
"""Origins in one part of a table: what an interruption can lose."""
_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTask:
    """A matrix asked for; ``format`` is ``csv`` or ``npz``, ``overwrite`` whether it may replace another."""

    graph: RoadGraph
    places: NamedPlaces
    mode: TravelMode
    as_of: date
    format: str
    overwrite: bool = False

    @property
    def file_name(self) -> str:
        """Of the matrix in its folder."""
        return f"travel_matrix.{self.format}"

    @property
    def content(self) -> str:
        """Hash of all that the files depend on."""
        where = [
            (name, place.easting, place.northing)
            for name, place in zip(self.places.names, self.places.places, strict=True)
        ]
        said = [self.graph.name, self.mode.value, str(self.as_of), self.format, where]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def write_matrix(out: Path, task: MatrixTask, *, progress: Reporter = silent) -> int:
    """Write ``travel_matrix.csv`` (DOMAIN 5.1) or ``.npz``; returns how many pairs it holds.

    Rows are kept as they are done, in a hidden folder inside ``out``, and joined at the end: the same
    task goes on where it was interrupted.

    Raises
    ------
    InputError
        Where a place lies far from every road (E413), or ``out`` holds a matrix (E415).
    """
    path = out / task.file_name
    parts = out / f".parts-{task.content}"
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"{out} is a file: name a folder")
    report = Report()
    begun = [each for each in out.glob(".parts-*") if each != parts]
    if not task.overwrite and (path.exists() or (begun and not parts.exists())):
        said = "holds a matrix already" if path.exists() else "holds another matrix, not yet finished"
        report.add("E415", str(out), said, cure="name another folder, or add --overwrite")
        report.raise_if_any()
    progress(Progress(task="ordering the roads"))
    roads = task.graph.roads(task.mode)
    snapped = roads.snap(task.places.places)
    check_near_roads(task.places, snapped, report)
    report.raise_if_any()
    part = part_above(roads.hierarchy, roads.ends(snapped))
    everywhere = np.arange(len(task.places))
    parts.mkdir(parents=True, exist_ok=True)
    for begin in range(0, len(task.places), _ROWS):
        progress(Progress(task="travel between places", done=begin, total=len(task.places)))
        here = parts / f"{begin:08d}.npz"
        if _is_whole(here):
            continue
        rows = everywhere[begin : begin + _ROWS]
        found = lengths_from(part, rows, task.graph.limit_seconds)
        add_walks(found, snapped, rows, everywhere)
        with whole_or_not_at_all(here) as draft:
            np.savez(draft, seconds=found.seconds, metres=found.metres, reachable=found.reachable)
    pairs = _join(path, parts, task, progress)
    for each in (parts, *begun) if task.overwrite else (parts,):
        shutil.rmtree(each, ignore_errors=True)  # another run of the same task may be at it
    return pairs


def _is_whole(part: Path) -> bool:
    """Whether a part is there and can be read; a damaged one is worked out again."""
    try:
        with part.open("rb") as file, np.load(file, allow_pickle=False) as held:
            return all(len(held[name]) for name in ("seconds", "metres", "reachable"))
    except _DAMAGE:
        return False


def _blocks(parts: Path) -> Iterator[tuple[int, Lengths]]:
    for here in sorted(parts.glob("0*.npz")):
        with np.load(here, allow_pickle=False) as held:
            yield int(here.stem), Lengths(held["seconds"], held["metres"], held["reachable"])


def _join(path: Path, parts: Path, task: MatrixTask, progress: Reporter) -> int:
    """One file out of the parts, whole or not at all."""
    with whole_or_not_at_all(path) as draft:
        return _write_joined(draft, parts, task, progress)


def _write_joined(draft: Path, parts: Path, task: MatrixTask, progress: Reporter) -> int:
    pairs, n = 0, len(task.places)
    if task.format == "npz":
        whole = Lengths(np.zeros((n, n), np.int32), np.zeros((n, n), np.int32), np.zeros((n, n), np.bool_))
        for begin, found in _blocks(parts):
            rows = slice(begin, begin + len(found.seconds))
            whole.seconds[rows], whole.metres[rows] = found.seconds, found.metres
            whole.reachable[rows] = found.reachable
        with draft.open("wb") as file:
            np.savez(
                file, names=np.array(task.places.names), seconds=whole.seconds, metres=whole.metres,
                reachable=whole.reachable, mode=task.mode.value, source=task.graph.name,
                attribution=task.graph.network.attribution,
            )  # fmt: skip
        pairs = int(whole.reachable.sum()) - n
    else:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(",".join(HEADING) + "\n")
            for begin, found in _blocks(parts):
                progress(Progress(task="writing the table", done=begin, total=n))
                pairs += _write_rows(file, begin, found, task)
    return pairs


def _write_rows(file: TextIO, begin: int, found: Lengths, task: MatrixTask) -> int:
    """Lines of one part; pairs without a way have none. Minutes to the hundredth keep the seconds."""
    import csv

    writer = csv.writer(file, lineterminator="\n")
    shown = [not_a_formula(name) for name in task.places.names]
    tail = (f"road network {task.graph.network.content}", str(task.as_of))
    pairs = 0
    for row, (seconds, metres, reachable) in enumerate(
        zip(found.seconds.tolist(), found.metres.tolist(), found.reachable, strict=True), start=begin
    ):
        for column in np.flatnonzero(reachable).tolist():
            if column != row:
                names = (shown[row], shown[column], task.mode.value)
                writer.writerow((*names, f"{seconds[column] / 60:.2f}", metres[column], *tail))
                pairs += 1
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTask:
    """Closures whose effect is asked for."""

    graph: RoadGraph
    places: NamedPlaces
    mode: TravelMode
    closures: tuple[Closure, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClosureStudy:
    """Travel before and after; ``links`` are those closed, ``swept`` the rows and columns worked out anew."""

    task: CloseTask
    before: Lengths
    after: Lengths
    links: NDArray[np.int64]
    swept: int

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Pairs between which there is no way any more."""
        return np.asarray(self.before.reachable & ~self.after.reachable)

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Pairs whose travel takes another time."""
        return np.asarray(self.after.reachable & (self.before.seconds != self.after.seconds))

    @property
    def extra(self) -> NDArray[np.int64]:
        """Seconds more; zero where nothing changes."""
        more = self.after.seconds.astype(np.int64) - self.before.seconds
        return np.asarray(np.where(self.changed, more, 0))

    @property
    def idle(self) -> tuple[Closure, ...]:
        """Closures that are not in force on the day, or in the hour, asked about."""
        day, hour = self.task.graph.day, self.task.graph.hour
        return tuple(each for each in self.task.closures if not each.in_force(day, hour))

    @property
    def cut_off(self) -> tuple[str, ...]:
        """Places that nobody can reach any more, or leave."""
        n = len(self.task.places)
        lost = self.lost
        hard = (lost.sum(axis=0) >= max(n - 1, 1)) | (lost.sum(axis=1) >= max(n - 1, 1))
        return tuple(self.task.places.names[k] for k in np.flatnonzero(hard).tolist())


def study_closures(task: CloseTask, *, progress: Reporter = silent) -> ClosureStudy:
    """Travel before and after; ``InputError`` where a place lies far from every road to begin with (E413)."""
    report = Report()
    progress(Progress(task="ordering the roads"))
    roads = task.graph.roads(task.mode)
    snapped = roads.snap(task.places.places)
    check_near_roads(task.places, snapped, report)
    report.raise_if_any()
    progress(Progress(task="travel between places"))
    before = lengths_between(roads, snapped)
    progress(Progress(task="what the closures change"))
    closed = closed_to(task.graph.network, task.closures, task.mode, day=task.graph.day, hour=task.graph.hour)
    after = reworked(roads, snapped, before, closed)
    return ClosureStudy(
        task=task,
        before=before,
        after=after.lengths,
        links=np.flatnonzero(closed.any(axis=0)),
        swept=after.swept,
    )


def write_closures(folder: Path, study: ClosureStudy) -> None:
    """``changes.csv``, ``places.csv``, ``closures.geojson`` and ``summary.json``."""
    names = study.task.places.names
    changed, lost, extra = study.changed.sum(axis=1), study.lost.sum(axis=1), study.extra
    write_csv(
        folder / "changes.csv",
        ("from_node", "to_node", "mode", "minutes_before", "minutes_after", "minutes_more"),
        _changes(study),
    )
    write_csv(
        folder / "places.csv",
        ("place", "pairs_changed", "pairs_lost", "mean_minutes_more", "most_minutes_more"),
        ((names[k], int(changed[k]), int(lost[k]), *_worse(extra[k])) for k in range(len(names))),
    )
    write_json(folder / "closures.geojson", _map(study))
    write_json(folder / "summary.json", summary_of(study))


def _changes(study: ClosureStudy) -> Iterator[tuple[object, ...]]:
    """Pairs that take another time, or have no way any more."""
    names, mode = study.task.places.names, study.task.mode.value
    lost = study.lost
    for row, column in np.argwhere(study.changed | lost).tolist():
        was = study.before.seconds[row, column] / 60
        now = study.after.seconds[row, column] / 60
        shown = (None, None) if lost[row, column] else (f"{now:.2f}", f"{now - was:.2f}")
        yield (names[row], names[column], mode, f"{was:.2f}", *shown)


def _worse(extra: NDArray[np.int64]) -> tuple[str, str]:
    more = extra[extra != 0]
    return (f"{more.mean() / 60:.2f}", f"{more.max() / 60:.2f}") if len(more) else ("0.00", "0.00")


def summary_of(study: ClosureStudy) -> dict[str, object]:
    """Figures of a study."""
    n, graph = len(study.task.places), study.task.graph
    mean, most = _worse(study.extra)
    return {
        "source": graph.name,
        "mode": study.task.mode.value,
        "day": None if graph.day is None else graph.day.isoformat(),
        "hour": graph.hour,
        "closures": [each.name for each in study.task.closures],
        "not_in_force": [each.name for each in study.idle],
        "links_closed": len(study.links),
        "places": n,
        "pairs": n * (n - 1),
        "pairs_changed": int(study.changed.sum()),
        "pairs_lost": int(study.lost.sum()),
        "mean_minutes_more": float(mean),
        "most_minutes_more": float(most),
        "cut_off": list(study.cut_off),
        "attribution": graph.network.attribution,
    }


def _map(study: ClosureStudy) -> dict[str, object]:
    """Closed roads as lines, places as points with what they lose, in degrees."""
    import pyproj

    from geodata.place import DEGREES, NATIONAL_GRID

    network, extra, cut_off = study.task.graph.network, study.extra, set(study.cut_off)
    to_degrees_of = pyproj.Transformer.from_crs(NATIONAL_GRID, DEGREES, always_xy=True)
    features = []
    for link, line in zip(study.links.tolist(), lines_of(network, study.links), strict=True):
        shape = shapely.transform(line, lambda xy: np.column_stack(to_degrees_of.transform(*xy.T)).round(6))
        told = {"closed": network.names[network.link_name[link]], "way": int(network.link_way[link])}
        features.append(_feature(shapely.geometry.mapping(shape), told))
    places = study.task.places
    for name, place, more in zip(places.names, places.places, extra, strict=True):
        longitude, latitude = to_degrees(place)
        mean, most = _worse(more)
        told = {
            "place": name, "mean_minutes_more": float(mean), "most_minutes_more": float(most),
            "cut_off": name in cut_off,
        }  # fmt: skip
        point = {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}
        features.append(_feature(point, told))
    return {"type": "FeatureCollection", "attribution": network.attribution, "features": features}


def _feature(geometry: Mapping[str, object], told: Mapping[str, object]) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": dict(told)}
