"""Level A counted, hidden and rounded: every figure from true counts and by itself, margins too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from geodata.postcodes import PostcodeDirectory
from optimiser.model.calendar import DAY_BANDS, Band
from optimiser.model.identifiers import DistrictCode
from optimiser.model.instance import Instance
from optimiser.model.need import ServiceKind
from optimiser.publishing.figures import (
    SMALL,
    Cell,
    Figure,
    Hidden,
    Level,
    Piece,
    Table,
    rounded,
    rounded_hours,
)
from optimiser.publishing.open_demand import Wanted

LEVELS = (Level.MARKET, Level.DISTRICT, Level.LOCALITY, Level.OUTWARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """True counts and carer-seconds of every cell; never leaves the council."""

    count: Mapping[Cell, int]
    care: Mapping[Cell, int]
    pieces: frozenset[Piece]


@dataclass(frozen=True, slots=True)
class Hiding:
    """Cells hidden beyond the small ones, so that those cannot be worked out.

    Attributes
    ----------
    counts
        Whose count, and hours with it, are hidden.
    hours
        Whose hours alone are hidden.
    """

    counts: frozenset[Cell] = frozenset()
    hours: frozenset[Cell] = frozenset()


def locality_of(instance: Instance) -> Mapping[str, str]:
    """Locality of each sector, the first by name where two claim it."""
    found: dict[str, str] = {}
    for each in instance.localities:
        for sector in each.sectors:
            found.setdefault(sector, str(each.id))
    return found


def pieces_of(instance: Instance, directory: PostcodeDirectory) -> frozenset[Piece]:
    """Pieces that a market's districts are made of, by all their postcodes.

    Whether anybody in a piece has care is not asked: a piece that came with its first package would tell
    the week in which somebody there asked. Only packages where no postcode is known to lie add their own.
    """
    localities = locality_of(instance)
    districts = {str(code) for lot in instance.lots for code in lot.districts}
    table = directory.table
    rows = table.loc[table["district"].isin(districts), ["district", "sector"]].drop_duplicates()
    known = (
        piece_of(DistrictCode(district), sector, localities)
        for district, sector in rows.itertuples(index=False)
    )
    own = (piece_of(each.district, each.sector, localities) for each in instance.packages)
    return frozenset((*known, *own))


def tally(
    packages: Iterable[Wanted],
    localities: Mapping[str, str],
    levels: Sequence[Level],
    around: frozenset[Piece],
    services: frozenset[ServiceKind] = frozenset(),
) -> Tally:
    """Count packages and care in every cell of the levels, zeros too.

    Parameters
    ----------
    localities
        Locality of a sector.
    around
        Pieces that the market has, with or without packages.
    services
        Kinds that are bought: they stand in the table whether or not anybody wants them now.
    """
    count: Counter[Cell] = Counter()
    care: Counter[Cell] = Counter()
    pieces, kinds = set(around), set(services)
    for each in packages:
        piece = piece_of(each.district, each.sector, localities)
        pieces.add(piece)
        kinds.add(each.service)
        whole = sum(each.care.values())
        for level, service in product(levels, (None, each.service)):
            for band, seconds in ((None, whole), *each.care.items()):
                cell = Cell(level, piece.area(level), service, band)
                count[cell] += 1
                care[cell] += seconds
    areas = {(level, piece.area(level)) for level in levels for piece in pieces}
    bands = {band for service in kinds for band in bands_of(service)}
    for (level, area), service in product(areas, (None, *kinds)):
        for band in (None, *(bands if service is None else bands_of(service))):
            count.setdefault(Cell(level, area, service, band), 0)
    kept = {cell: count[cell] for cell in sorted(count, key=lambda each: each.key) if cell.area}
    return Tally(count=kept, care={cell: care[cell] for cell in kept}, pieces=frozenset(pieces))


def bands_of(service: ServiceKind) -> tuple[Band, ...]:
    """Bands in which a kind of service may be wanted."""
    if service is ServiceKind.LIVE_IN:
        return (Band.LIVE_IN,)
    return DAY_BANDS if service.enters_day_rounds else (Band.NIGHT,)


def piece_of(district: DistrictCode, sector: str, localities: Mapping[str, str]) -> Piece:
    """The piece in which a sector's packages of a district lie."""
    return Piece(district, localities.get(sector, ""), sector.split()[0])


def tabulate(
    counted: Tally,
    *,
    as_of: date,
    levels: Sequence[Level],
    since: Mapping[DistrictCode, date],
    small: int = SMALL,
    hiding: Hiding | None = None,
) -> Table:
    """Hide and round.

    Raises
    ------
    ValueError
        For a threshold below seven.
    """
    if small < SMALL:
        raise ValueError(f"counts up to {SMALL} are hidden at the least, not only up to {small}")
    more = hiding or Hiding()
    figures = {}
    for cell, count in counted.count.items():
        if count <= small:
            figures[cell] = Figure(None, None, Hidden.SMALL if count else Hidden.NOUGHT)
        elif cell in more.counts:
            figures[cell] = Figure(None, None, Hidden.COMPANY)
        else:
            care = None if cell in more.hours else rounded_hours(counted.care[cell])
            figures[cell] = Figure(rounded(count), care)
    return Table(
        as_of=as_of,
        small=small,
        levels=tuple(levels),
        pieces=counted.pieces,
        since=dict(since),
        figures=figures,
    )
