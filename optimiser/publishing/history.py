"""What the council keeps between publications, and what follows for the next: when, and with what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from geodata.report import Report
from optimiser.model.identifiers import DistrictCode, PackageId
from optimiser.publishing.figures import Table
from optimiser.publishing.open_demand import Wanted

CADENCE = 7
"""Days between two publications of a level, unless more are asked for."""
LEAST_CHANGES = 5
"""Packages that must have joined or left: of a publication for a new one, of a district for its figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDemand:
    """The last publication of level A.

    Attributes
    ----------
    open
        Packages that wanted a provider then.
    counted
        Packages in the figures of each district.
    """

    table: Table
    open: frozenset[PackageId]
    counted: Mapping[DistrictCode, tuple[Wanted, ...]]

    @property
    def as_of(self) -> date:
        """The day it spoke of."""
        return self.table.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCards:
    """The last publication of level B.

    Attributes
    ----------
    alike
        Cards that looked the same (k).
    shown
        Step of each package that had a card.
    references
        Package of each card: what a provider asks for by its reference.
    digest
        Of the cards as they were: what packages have become since is not shown under their references.
    """

    as_of: date
    open: frozenset[PackageId]
    alike: int
    shown: Mapping[PackageId, int] = field(default_factory=dict)
    references: Mapping[str, PackageId] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Both; ``None`` before the first. Names packages: it stays with the council, apart from the log.

    Attributes
    ----------
    line
        Hash of the last line of the log when this was read; empty where there was none.
    """

    county: str = ""
    demand: LastDemand | None = None
    cards: LastCards | None = None
    line: str = ""


def may_publish(
    file: str,
    *,
    as_of: date,
    last: date | None,
    now: frozenset[PackageId],
    then: frozenset[PackageId],
    cadence: int = CADENCE,
) -> None:
    """Refuse what comes too soon, or with too little changed, for two publications to be set side by side.

    Raises
    ------
    InputError
        E471, E472 or E473.
    """
    if last is None:
        return
    report = Report()
    due = last + timedelta(days=cadence)
    if as_of < last:
        cure = "give the market as it is now"
        report.add(
            "E473", file, f"the last publication was of {last}, and the market is of {as_of}", cure=cure
        )
    elif as_of < due:
        report.add(
            "E471",
            file,
            f"the last publication was of {last}: the next is due from {due}",
            cure="wait: what changed between two near ones could be told apart",
        )
    if len(now ^ then) < LEAST_CHANGES:
        report.add(
            "E472",
            file,
            f"fewer than {LEAST_CHANGES} packages have joined or left since {last}",
            cure="let this publication go by: what was published stands",
        )
    report.raise_if_any()


def counted_now(
    packages: Iterable[Wanted],
    last: LastDemand | None,
    as_of: date,
    districts: Iterable[DistrictCode] = (),
) -> tuple[Mapping[DistrictCode, tuple[Wanted, ...]], Mapping[DistrictCode, date]]:
    """Packages to count in each district, and since when.

    A district in which fewer than :data:`LEAST_CHANGES` packages joined or left is counted as it last was.

    Parameters
    ----------
    districts
        Of the market: counted though nobody there wants anything, for a day that came with the first who
        does would tell of it.
    """
    now: dict[DistrictCode, list[Wanted]] = {}
    for each in packages:
        now.setdefault(each.district, []).append(each)
    then = {} if last is None else last.counted
    counted: dict[DistrictCode, tuple[Wanted, ...]] = {}
    since: dict[DistrictCode, date] = {}
    for district in sorted({*now, *then, *districts}):
        before = then.get(district, ())
        changed = len(_names(now.get(district, ())) ^ _names(before))
        if last is not None and changed < LEAST_CHANGES:
            counted[district] = tuple(before)
            since[district] = last.table.since.get(district, last.table.as_of)
        else:
            counted[district], since[district] = tuple(now.get(district, ())), as_of
    return counted, since


def _names(packages: Sequence[Wanted]) -> frozenset[PackageId]:
    return frozenset(each.id for each in packages)
