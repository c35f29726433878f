r"""The transport relaxation of allocation: what divisible care could flow where, as groups and gates.

A *wish* is what one package wants in one part of the week; a *gate* is a limit that care with a provider
passes. A package could be cut in pieces here, and its breakfast go elsewhere than its tea. Every allocation
that places all packages is such a flow, and not the other way round: where no flow carries all wishes, no
allocation places all packages.

Two commodities that never mix: carer-seconds, and seconds that need a pair of carers. What needs a pair takes
at least twice its length of carer-seconds, so that a pair's time also passes a gate of half the row of care.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from optimiser.allocation.capacity import Row, RowKind, Supply, Wants
from optimiser.allocation.problem import Need, Problem
from optimiser.model.calendar import Band, DayType
from optimiser.model.identifiers import PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import Package


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Wish:
    """What one package wants in one part of the week, in seconds a week of its commodity."""

    package: PackageId
    band: str
    day_type: str
    kind: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A limit on the way from wishes to a provider.

    Attributes
    ----------
    row
        Number in the problem.
    kind
        Of what passes it.
    limit
        Seconds a week of what passes it: half the row's, where pairs pass a row of care.
    key
        Which of two gates of one row it is.
    """

    row: int
    kind: RowKind
    limit: int
    key: tuple[str, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", (self.kind.value, self.row))


Way = tuple[Gate, ...]
"""Gates to pass in turn, to be served by one provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Wishes with the same ways open to them, in one part of the week.

    Attributes
    ----------
    ways
        One for each provider that may serve them; none where nobody may.
    """

    band: Band
    day_type: DayType
    kind: RowKind
    ways: tuple[Way, ...]
    providers: tuple[ProviderId, ...]
    wishes: tuple[Wish, ...]

    @property
    def seconds(self) -> int:
        """All that is wished."""
        return sum(each.seconds for each in self.wishes)


def groups_of(
    instance: Instance, problem: Problem, *, tiers: Collection[TierCode] | None = None
) -> tuple[Group, ...]:
    """Every wish of every package that somebody may have, grouped; the order of rows changes nothing.

    Parameters
    ----------
    tiers
        Whose providers count; all of them where ``None``.
    """
    packages, gates, supply = instance.package_by_id, _Gates(problem), Supply.of(instance)
    held: dict[_Shape, list[Wish]] = {}
    for need in problem.needs:
        everybody, who = _rows_of(need, tiers)
        for package in need.members:
            wants = Wants.of(packages[package])
            rows = everybody
            if len(need.members) > 1:
                rows = _own_rows(packages[package], wants, who, supply, everybody)
            for kind, wanted in ((RowKind.CARE, wants.care), (RowKind.PAIRS, wants.paired)):
                for (band, day_type), seconds in wanted.items():
                    shape = (band, day_type, kind, gates.ways(rows, band, day_type, kind), who)
                    wish = Wish(
                        package=package,
                        band=band.value,
                        day_type=day_type.value,
                        kind=kind.value,
                        seconds=seconds,
                    )
                    held.setdefault(shape, []).append(wish)
    found = [
        Group(
            band=band,
            day_type=day_type,
            kind=kind,
            ways=tuple(tuple(gates.gate(row, kind) for row in way) for way in ways),
            providers=who,
            wishes=tuple(sorted(wishes)),
        )
        for (band, day_type, kind, ways, who), wishes in held.items()
    ]
    return tuple(sorted(found, key=lambda each: each.wishes[0]))


_Rows = tuple[tuple[int, ...], ...]
_Shape = tuple[Band, DayType, RowKind, _Rows, tuple[ProviderId, ...]]
"""What wishes must share to be one group: part of the week, commodity, the rows of each way, and whose."""


def _rows_of(need: Need, tiers: Collection[TierCode] | None) -> tuple[_Rows, tuple[ProviderId, ...]]:
    """Rows used with each candidate of the tiers asked for, by provider, so that alike needs meet."""
    found = [each for each in need.candidates if tiers is None or each.tier in tiers]
    found.sort(key=lambda each: each.provider)
    return (
        tuple(tuple(row for row, _ in each.uses) for each in found),
        tuple(each.provider for each in found),
    )


def _own_rows(
    package: Package, wants: Wants, who: Sequence[ProviderId], supply: Supply, shared: _Rows
) -> _Rows:
    """Of the rows that a household uses together, those that one of it uses by itself."""
    own = [{row for row, _ in supply.uses(package, provider, wants)} for provider in who]
    return tuple(tuple(row for row in rows if row in mine) for rows, mine in zip(shared, own, strict=True))


class _Gates:
    """Gates of a problem, each made once."""

    def __init__(self, problem: Problem) -> None:
        self.rows = problem.rows
        self.made: dict[tuple[str, int], Gate] = {}
        self.known: dict[tuple[Band, DayType, RowKind, tuple[int, ...]], tuple[int, ...]] = {}

    def ways(self, rows: _Rows, band: Band, day_type: DayType, kind: RowKind) -> _Rows:
        """Rows that bind one part, for each candidate: the part and place first, the week last."""
        return tuple(self._way(used, band, day_type, kind) for used in rows)

    def _way(self, used: tuple[int, ...], band: Band, day_type: DayType, kind: RowKind) -> tuple[int, ...]:
        asked = (band, day_type, kind, used)
        if asked not in self.known:
            bind = [n for n in used if _speaks_of(self.rows[n], band, day_type) and self._binds(n, kind)]
            bind.sort(key=lambda n: (self.rows[n].band is None, self.rows[n].locality is None, n))
            self.known[asked] = tuple(bind)
        return self.known[asked]

    def _binds(self, number: int, kind: RowKind) -> bool:
        """Rows of the contract bind nothing here: what flows without them is all the more."""
        return self.rows[number].kind in (RowKind.CARE, kind)

    def gate(self, number: int, kind: RowKind) -> Gate:
        """The gate of a row, made once."""
        key = (kind.value, number)
        if key not in self.made:
            row = self.rows[number]
            limit = row.limit if row.kind is kind else row.limit // 2
            self.made[key] = Gate(row=number, kind=kind, limit=limit)
        return self.made[key]


def _speaks_of(row: Row, band: Band, day_type: DayType) -> bool:
    return row.band is None or (row.band, row.day_type) == (band, day_type)
