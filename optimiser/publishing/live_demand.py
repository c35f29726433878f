"""Level A made: counted, hidden, audited, and hidden further until the audit has nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from optimiser.model.identifiers import DistrictCode
from optimiser.model.need import ServiceKind
from optimiser.publishing.audit import Told, audit
from optimiser.publishing.demand import Hiding, Tally, tabulate, tally
from optimiser.publishing.figures import SMALL, Cell, Level, Piece, Table
from optimiser.publishing.open_demand import Wanted
from optimiser.solving.progress import Progress, Reporter, silent

MOST_PASSES = 200
"""Audits before it is given up: each hides something more."""


class NotSafeError(Exception):
    """A publication was refused; ``told`` is what it would have told."""

    def __init__(self, told: tuple[Told, ...]) -> None:
        super().__init__(told)  # what __init__ was given, so that it crosses processes whole
        self.told = told

    def __str__(self) -> str:
        return "; ".join(str(each) for each in self.told[:5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What level A is to be made of.

    Attributes
    ----------
    since
        Day on which each district's packages were counted.
    around
        Pieces of the market, with or without packages.
    services
        Kinds of service that are bought.
    """

    packages: tuple[Wanted, ...]
    localities: Mapping[str, str]
    levels: tuple[Level, ...]
    as_of: date
    since: Mapping[DistrictCode, date]
    around: frozenset[Piece] = frozenset()
    services: frozenset[ServiceKind] = frozenset()
    small: int = SMALL


def live_demand(asked: Counting, *, before: Table | None = None, progress: Reporter = silent) -> Table:
    """The table, safe also beside the one published before it.

    Raises
    ------
    NotSafeError
        Where hiding more does not make it safe.
    """
    counted = tally(asked.packages, asked.localities, asked.levels, asked.around, asked.services)
    hiding = Hiding()
    told: tuple[Told, ...] = ()
    for done in range(MOST_PASSES):
        progress(Progress(task="auditing", done=done, total=None))
        table = _table(asked, counted, hiding)
        told = audit(table, before)
        if not told:
            return table
        more = _hide_more(table, counted, hiding, told)
        if more == hiding:
            break
        hiding = more
    raise NotSafeError(told)


def _table(asked: Counting, counted: Tally, hiding: Hiding) -> Table:
    return tabulate(
        counted,
        as_of=asked.as_of,
        levels=asked.levels,
        since=asked.since,
        small=asked.small,
        hiding=hiding,
    )


def _hide_more(table: Table, counted: Tally, hiding: Hiding, told: Sequence[Told]) -> Hiding:
    """Of the figures that tell on a hidden one, hide the smallest: least is lost."""
    counts, hours = set(hiding.counts), set(hiding.hours)
    for each in told:
        if each.is_hours:
            _smallest(each.by, table, counted, hours, counts, is_hours=True)
        else:
            _smallest(each.by, table, counted, counts, counts, is_hours=False)
    return Hiding(frozenset(counts), frozenset(hours))


def _smallest(
    by: Iterable[Cell], table: Table, counted: Tally, hidden: set[Cell], counts: set[Cell], *, is_hours: bool
) -> None:
    """Hide one more, unless one of them has been in this pass."""
    able = [
        cell
        for cell in by
        if counted.count[cell]
        and (table.figures[cell].hours if is_hours else table.figures[cell].count) is not None
    ]
    if any(cell in hidden or cell in counts for cell in able):
        return
    if able:
        hidden.add(min(able, key=lambda cell: (counted.count[cell], cell.key)))
