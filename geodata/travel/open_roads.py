"""Roads out of OS Open Roads (GeoPackage), read with ``pyogrio``.

Open Roads has the shape, class and kind of every road link, and neither limits nor one-way streets:
roundabouts and slip roads apart, links are taken to be open both ways, and speeds come from class and
built-up areas (:data:`geodata.travel.speeds.OPEN_ROADS_KMH`). Nodes are the ends of links; those that meet
at one point are one.

============  ================================================================================
code          what is wrong
============  ================================================================================
E401          damaged, or no GeoPackage
E403          there is no layer of road links
E404          the layer lacks a column
E405          the layer does not say in which coordinates it is
E406          the layer is empty
E408          its roads do not lie in Great Britain
============  ================================================================================
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.attribution import OS_OPEN_ROADS
from geodata.place import NATIONAL_GRID
from geodata.report import Report
from geodata.travel.links import Ways, Words, check_place, network_of, retimed
from geodata.travel.network import RoadNetwork
from geodata.travel.road_class import LinkFlag, RoadClass
from geodata.travel.speeds import FOOT_KMH, OPEN_ROADS_KMH, cycle_kmh

if TYPE_CHECKING:
    import geopandas as gpd

LAYERS = ("road_link", "RoadLink")
"""What editions have called the layer."""
_COLUMNS = ("road_function", "form_of_way")
_NAMES = ("name_1", "road_classification_number")

# Values of `road_function` (OS Open Roads technical specification).
_FUNCTIONS = {
    "motorway": RoadClass.MOTORWAY,
    "a road": RoadClass.PRIMARY,
    "b road": RoadClass.SECONDARY,
    "minor road": RoadClass.TERTIARY,
    "local road": RoadClass.UNCLASSIFIED,
    "local access road": RoadClass.RESIDENTIAL,
    "restricted local access road": RoadClass.SERVICE,
    "secondary access road": RoadClass.SERVICE,
}
_NOT_ON_FOOT = frozenset({RoadClass.MOTORWAY})


def read_open_roads(path: Path) -> RoadNetwork:
    """Read the road links of a GeoPackage.

    Raises
    ------
    InputError
        With every fault; see above.
    """
    report = Report()
    table = _table(path, report)
    report.raise_if_any()
    if table is None:
        raise AssertionError("a report without errors goes with a table")
    check_place(path.name, shapely.get_coordinates(table.geometry.to_numpy()))
    return _network(path, table)


def _table(path: Path, report: Report) -> gpd.GeoDataFrame | None:
    import pyogrio

    if not path.is_file():
        report.add("E400", path.name, "there is no such file", cure="check the path")
        return None
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        layer = next((each for each in layers if each in LAYERS), None)
        if layer is None:
            there = ", ".join(layers) or "none"
            cure = "give OS Open Roads as GeoPackage, with its layer road_link"
            report.add("E403", path.name, f"there is no layer of road links; layers: {there}", cure=cure)
            return None
        table = pyogrio.read_dataframe(path, layer=layer)
    except (OSError, RuntimeError, ValueError) as fault:
        message = " ".join(str(fault).split())
        report.add("E401", path.name, f"damaged, or no GeoPackage: {message}", cure="download it again")
        return None
    return _checked(path.name, layer, table, report)


def _checked(file: str, layer: str, table: gpd.GeoDataFrame, report: Report) -> gpd.GeoDataFrame | None:
    for column in _COLUMNS:
        if column not in table.columns:
            report.add(
                "E404", file, f"layer {layer} has no column {column}", cure="give OS Open Roads as it comes"
            )
    kinds = shapely.get_type_id(table.geometry.to_numpy()) if "geometry" in table.columns else np.zeros(0)
    if not np.isin(kinds, (1, 5)).any():
        report.add("E406", file, f"layer {layer} holds no road", cure="was it cut out with its roads?")
    elif table.crs is None:
        cure = f"say so in the file; OS Open Roads is in {NATIONAL_GRID}"
        report.add("E405", file, f"layer {layer} does not say in which coordinates it is", cure=cure)
    return (
        None if report.errors else table.to_crs(NATIONAL_GRID).explode()
    )  # some tools save lines as several


def _network(path: Path, table: gpd.GeoDataFrame) -> RoadNetwork:
    lines = shapely.force_2d(table.geometry.to_numpy())
    drawn = (shapely.get_type_id(lines) == 1) & ~shapely.is_empty(lines) & (shapely.length(lines) > 0)
    table, lines = table[drawn], lines[drawn]
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    ends = np.flatnonzero(np.diff(owner, prepend=-1, append=-1))
    begin, last = ends[:-1], ends[1:] - 1
    # Only ends join: a link that crosses another at some height shares no node with it.
    tips = np.concatenate([begin, last])
    spots, which = np.unique(np.rint(xy[tips] * 10), axis=0, return_inverse=True)
    points = len(spots) + np.arange(len(xy))
    points[tips] = which.reshape(-1)
    functions = [str(each).strip().lower() for each in table["road_function"]]
    kind = np.array([_FUNCTIONS.get(each, RoadClass.ROAD) for each in functions], dtype=np.uint8)
    form = table["form_of_way"].astype(str).str.lower().to_numpy()
    flags = np.where(form == "roundabout", int(LinkFlag.ROUNDABOUT), 0)
    flags |= np.where(
        np.char.startswith(np.array(functions, dtype=str), "restricted"), int(LinkFlag.RESTRICTED), 0
    )
    texts = _names(table)
    names = ("", *sorted(set(texts) - {""}))
    number = {name: k for k, name in enumerate(names)}
    ways = Ways(
        start=np.concatenate([begin, [len(xy)]]).astype(np.int64),
        points=points.astype(np.int64),
        xy=np.concatenate([spots / 10.0, xy]),
        kind=kind,
        flags=flags.astype(np.uint8),
        name=np.array([number[each] for each in texts], dtype=np.int32),
        way=np.arange(1, len(table) + 1, dtype=np.int64),
        kmh=_speeds(kind),
        delay=np.zeros(len(spots) + len(xy), dtype=np.int32),
        closed=np.zeros(len(spots) + len(xy), dtype=np.bool_),
    )
    words = Words(
        names=names,
        source=f"OS Open Roads {path.name}",
        attribution=OS_OPEN_ROADS,
        dropped=(("links without a line", int((~drawn).sum())),) if not drawn.all() else (),
    )
    network = network_of(ways, words)
    return retimed(network, _built_up(network))


def _names(table: gpd.GeoDataFrame) -> list[str]:
    """Name or number of each link; empty where it has neither."""
    found = [""] * len(table)
    for column in _NAMES:
        if column in table.columns:
            values = table[column].fillna("").astype(str).tolist()
            found = [old or new.strip() for old, new in zip(found, values, strict=True)]
    return found


def _speeds(kind: NDArray[np.uint8]) -> NDArray[np.float64]:
    """``float64[3, 2, w]`` km/h outside built-up areas; ``nan`` where a mode may not go."""
    classes = [RoadClass(each) for each in kind.tolist()]
    car = [OPEN_ROADS_KMH.get(each, OPEN_ROADS_KMH[RoadClass.UNCLASSIFIED])[0] for each in classes]
    cycle = [np.nan if each in _NOT_ON_FOOT else cycle_kmh(each) for each in classes]
    foot = [np.nan if each in _NOT_ON_FOOT else FOOT_KMH for each in classes]
    return np.array([[mode, mode] for mode in (car, cycle, foot)], dtype=np.float64).reshape(3, 2, len(kind))


def _built_up(network: RoadNetwork) -> NDArray[np.float64]:
    """``float64[m]`` km/h by car, now that it is known which links lie in built-up areas."""
    urban = network.has(LinkFlag.URBAN)
    table = np.zeros((2, max(RoadClass) + 1))
    for each in RoadClass:
        table[:, each] = OPEN_ROADS_KMH.get(each, OPEN_ROADS_KMH[RoadClass.UNCLASSIFIED])
    return np.asarray(table[urban.astype(int), network.link_class])
