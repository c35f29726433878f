"""Level A as a stranger with a solver sees it: no hidden count, nor its hours, may be worked out.

Reads what is published and nothing else, and shares nothing with what hides and rounds. The stranger is given
more than strangers have: which counts are hidden for being small and which for company, which pieces of land
the areas are made of, on which day each district was counted, and the publication before.

A figure shown as ``r`` says ``r − 2`` to ``r + 2``, and more than the threshold; a hidden one says nought up
to the threshold, unless it is hidden for company; hours shown as ``h`` say ``h ± 2½``. Unknown is how many
packages of each kind of service, in each piece, are wanted in each set of bands. The audit passes where every
small count can still be nought and can still be the threshold, and where its hours can still be nought and
can still be five for each package it may count. Of a cell in which there is nobody nothing is asked: it has
nobody to protect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy import sparse

from optimiser.model.calendar import DAY_BANDS, Band
from optimiser.model.need import ServiceKind
from optimiser.publishing.bounds import Sums, narrow
from optimiser.publishing.figures import STEP, Cell, Figure, Hidden, Piece, Table

HOURS_EACH = 5
"""Hours a package up to which nobody may rule anything out for a hidden count."""

Row = tuple[int, Cell]
"""A cell of one of the publications, by its position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A hidden figure that what is published tells too well.

    Attributes
    ----------
    is_hours
        Whether its hours are told; else its count.
    bound, is_from_below
        That it is no less (no more) than this.
    by
        Cells of the newest publication that together say so.
    """

    cell: Cell
    is_hours: bool
    bound: float
    is_from_below: bool
    by: tuple[Cell, ...]

    def __str__(self) -> str:
        what = "hours" if self.is_hours else "count"
        than = "less" if self.is_from_below else "more"
        where = " ".join(each or "all" for each in self.cell.key)
        return f"the {what} of {where} can be worked out to be no {than} than {self.bound:g}"


def audit(table: Table, before: Table | None = None, *, is_whole: bool = False) -> tuple[Told, ...]:
    """Everything that the table, with the one published before it, tells too well.

    Parameters
    ----------
    is_whole
        Whether the stranger also uses that packages are whole: slow beyond a few hundred figures. Otherwise
        all is found that adding, subtracting and weighing figures can tell.

    Raises
    ------
    ValueError
        Where a figure is none that could be shown, or figures contradict one another.
    """
    tables = (table,) if before is None else (table, before)
    for each in tables:
        _check_form(each)
    counts = _told(tables, is_hours=False, is_whole=is_whole)
    return (*counts, *_told(tables, is_hours=True, is_whole=False))


def _check_form(table: Table) -> None:
    for cell, figure in table.figures.items():
        shown = figure.count
        if shown is not None and (shown % STEP or shown + STEP // 2 <= table.small):
            raise ValueError(f"{cell.key} shows {shown}")
        if figure.hours is not None and (shown is None or figure.hours % STEP):
            raise ValueError(f"{cell.key} shows {figure.hours} hours beside {shown}")


def _told(tables: Sequence[Table], *, is_hours: bool, is_whole: bool) -> Iterator[Told]:
    """Figures told too well: counts, or hours."""
    rows, sums = _sums(tables, is_hours=is_hours, is_whole=is_whole)
    number = {row: n for n, row in enumerate(rows)}
    for at, table in enumerate(tables):
        small = [number[at, cell] for cell, each in table.figures.items() if each.hidden is Hidden.SMALL]
        low, high = (0.0, float(HOURS_EACH * table.small)) if is_hours else (0.0, float(table.small))
        for each in narrow(sums, small, low=low, high=high):
            by = [rows[n] for n in each.by]
            yield Told(
                cell=rows[each.row][1],
                is_hours=is_hours,
                bound=round(each.bound, 1),
                is_from_below=each.is_from_below,
                by=tuple(cell for publication, cell in by if publication == 0),
            )


def _sums(tables: Sequence[Table], *, is_hours: bool, is_whole: bool) -> tuple[list[Row], Sums]:
    """All that is published as bounds on sums of what is not."""
    rows = [(at, cell) for at, table in enumerate(tables) for cell in table.figures]
    known = [_known_hours if is_hours else _known_count for _ in rows]
    bounds = [
        tell(tables[at].figures[cell], tables[at].small) for tell, (at, cell) in zip(known, rows, strict=True)
    ]
    lower, upper = (np.array(side, dtype=np.float64) for side in zip(*bounds, strict=True))
    number = {row: n for n, row in enumerate(rows)}
    members: dict[Hashable, list[int]] = defaultdict(list)
    for at, table in enumerate(tables):
        for unknown, cells in _unknowns(table, is_hours=is_hours):
            members[unknown] += [number[at, cell] for cell in cells]
    kept = list(members.values())
    column = np.repeat(np.arange(len(kept)), [len(each) for each in kept])
    row = np.array([n for those in kept for n in those], dtype=np.int64)
    parts = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(rows), len(kept)))
    return rows, Sums(parts=parts, lower=lower, upper=upper, is_whole=is_whole)


def _known_count(figure: Figure, small: int) -> tuple[float, float]:
    """What a figure says of the count."""
    if figure.count is None:
        return 0, np.inf if figure.hidden is Hidden.COMPANY else small
    return max(small + 1, figure.count - STEP // 2), figure.count + STEP // 2


def _known_hours(figure: Figure, small: int) -> tuple[float, float]:
    """What a figure says of the hours."""
    if figure.hours is None:
        return 0, np.inf
    return max(0, figure.hours - STEP / 2), figure.hours + STEP / 2


def _unknowns(table: Table, *, is_hours: bool) -> Iterator[tuple[Hashable, list[Cell]]]:
    """What nobody outside knows, each with the cells of the table that it counts in.

    The day of counting is part of it: where that is the same in two publications, so is the unknown.
    """
    services = sorted({c.service for c in table.figures if c.service is not None}, key=lambda s: s.value)
    shown = {cell.band for cell in table.figures if cell.band is not None}
    for piece, service in product(sorted(table.pieces), services):
        since = table.since.get(piece.district, table.as_of)
        for bands in _sets(service, shown, is_hours=is_hours):
            yield (piece, service, bands, since), _cells(table, piece, service, bands)


def _sets(service: ServiceKind, shown: set[Band], *, is_hours: bool) -> Iterator[frozenset[Band]]:
    """Sets of bands in which one package may be wanted; of hours, each band for itself."""
    if service is ServiceKind.LIVE_IN:
        own = [Band.LIVE_IN]
    else:
        own = list(DAY_BANDS) if service.enters_day_rounds else [Band.NIGHT]
    those = [band for band in own if band in shown]
    for size in range(1, 2 if is_hours else len(those) + 1):
        yield from map(frozenset, combinations(those, size))


def _cells(table: Table, piece: Piece, service: ServiceKind, bands: frozenset[Band]) -> list[Cell]:
    areas = [(level, piece.area(level)) for level in table.levels]
    found = (
        Cell(level, area, which, band)
        for (level, area), which, band in product(areas, (None, service), (None, *bands))
        if area
    )
    return [cell for cell in found if cell in table.figures]
