r"""Rows that the contract adds to those of capacity: new starts, caps, share bands, providers of a locality.

Each is one more limit :math:`\sum_p \sum_q a_{pqr} x_{pq} \le c_r` with amounts that are never negative, so
that everything true of capacity rows is true of them: loads that only grow never make room, whoever moves up
where there is room is still rank-faithful, and every solver keeps them without knowing what they mean.

Shares are counted of what the instance's own packages want, placed or not: a fixed number, so that the rows
stay linear. An instance does not know the book a provider already has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimiser.allocation.call_off import Line
from optimiser.allocation.capacity import Row, RowKind
from optimiser.model.allocation import Rule
from optimiser.model.contract import Area
from optimiser.model.identifiers import LocalityId, LotCode, PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.supply import Admission


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the rows of the contract are made of.

    Attributes
    ----------
    eligible
        Lines of the providers that may have each package, by the rules of eligibility; in order of package.
    here
        Packages of each locality.
    around
        Localities that hold each package.
    """

    instance: Instance
    eligible: Sequence[tuple[Package, Sequence[Line]]]
    here: Mapping[LocalityId, Sequence[Package]]
    around: Mapping[PackageId, Sequence[LocalityId]]

    @classmethod
    def of(cls, instance: Instance, eligible: Sequence[tuple[Package, Sequence[Line]]]) -> Book:
        """Book of an instance."""
        here: dict[LocalityId, list[Package]] = {}
        around: dict[PackageId, list[LocalityId]] = {each.id: [] for each in instance.packages}
        for locality in instance.localities:
            for each in instance.packages:
                if each.sector in locality.sectors:
                    here.setdefault(locality.id, []).append(each)
                    around[each.id].append(locality.id)
        return cls(instance=instance, eligible=eligible, here=here, around=around)

    def lots(self) -> Mapping[LotCode, Sequence[Package]]:
        """Packages of each lot."""
        found: dict[LotCode, list[Package]] = {}
        for each in self.instance.packages:
            found.setdefault(each.lot, []).append(each)
        return found

    def serving(self) -> Iterator[tuple[Package, Admission]]:
        """Every package beside every admission under which somebody may have it."""
        for package, lines in self.eligible:
            for line in lines:
                yield package, line.admission


def share_limit(packages: Sequence[Package], percent: int) -> int:
    """Carer-seconds a week that a share of these packages is, and at least the largest of them."""
    care = [each.weekly_care for each in packages]
    return max(sum(care) * percent // 100, max(care, default=0))


def new_starts(book: Book) -> Iterator[Row]:
    """E5: a provider begins no more packages a week than it, or else the framework, says."""
    standard = book.instance.framework.new_starts_a_week
    for each in book.instance.providers:
        most = each.new_starts_a_week if each.new_starts_a_week is not None else standard
        if most is not None:
            yield Row(provider=each.id, kind=RowKind.STARTS, limit=most)


def cap(book: Book) -> Iterator[Row]:
    """B9: no provider has more than its cap of the hours of a lot or locality."""
    for each in book.instance.framework.caps:
        if each.stop_at is None:
            continue
        areas = book.lots().items() if each.of is Area.LOT else book.here.items()
        limits = {str(place): share_limit(inside, each.stop_at) for place, inside in areas}
        found: dict[tuple[ProviderId, str], None] = {}
        for package, admission in book.serving():
            if each.tier in (None, admission.tier):
                places: Sequence[str] = [package.lot]
                if each.of is Area.LOCALITY:
                    places = book.around[package.id]
                for place in places:
                    found[admission.provider, place] = None
        for provider, place in found:
            where = {"lot": place} if each.of is Area.LOT else {"locality": place}
            yield _share(limits[place], provider=provider, tier=each.tier, **where)


def share(book: Book) -> Iterator[Row]:
    """B8: the providers of a tier together have at most its share of a lot's hours; the least is told."""
    for tier in book.instance.framework.tiers:
        if tier.most_share is not None:
            for lot, packages in book.lots().items():
                yield _share(share_limit(packages, tier.most_share), tier=tier.code, lot=lot)


def least_providers(book: Book) -> Iterator[Row]:
    """B8: where two providers may serve a locality with two packages or more, none has them all."""
    if book.instance.framework.least_providers is None:
        return
    able: dict[LocalityId, dict[ProviderId, None]] = {}
    for package, admission in book.serving():
        for place in book.around[package.id]:
            able.setdefault(place, {})[admission.provider] = None
    for place, providers in able.items():
        if len(providers) > 1 and len(book.here[place]) > 1:
            for provider in providers:
                most = len(book.here[place]) - 1
                yield Row(provider=provider, locality=place, kind=RowKind.PACKAGES, limit=most)


def _share(limit: int, **whose: object) -> Row:
    return Row(kind=RowKind.SHARE, limit=limit, **whose)  # type: ignore[arg-type]  # checked by Row


MAKERS = (
    (Rule.NEW_STARTS, new_starts),
    (Rule.CAP, cap),
    (Rule.SHARE, share),
    (Rule.LEAST_PROVIDERS, least_providers),
)
"""Each rule with what makes its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRows:
    """Rows of the rules that bind, and which of them a package uses.

    Attributes
    ----------
    first
        Number of the first; capacity rows stand before.
    """

    rows: tuple[Row, ...]
    first: int
    by_provider: Mapping[ProviderId | None, tuple[int, ...]]
    sectors: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, book: Book, first: int) -> ContractRows:
        """Rows of a book, of every rule that binds."""
        binds = book.instance.framework.binds
        return cls.numbered(book, [row for rule, make in MAKERS if binds(rule) for row in make(book)], first)

    @classmethod
    def numbered(cls, book: Book, rows: list[Row], first: int) -> ContractRows:
        """These rows, numbered from ``first``."""
        rows.sort(
            key=lambda row: (
                row.kind.value,
                row.provider or "",
                row.tier or "",
                row.lot or "",
                row.locality or "",
            )
        )
        held: dict[ProviderId | None, list[int]] = {}
        for number, row in enumerate(rows):
            held.setdefault(row.provider, []).append(number)
        return cls(
            rows=tuple(rows),
            first=first,
            by_provider={provider: tuple(numbers) for provider, numbers in held.items()},
            sectors={locality.id: locality.sectors for locality in book.instance.localities},
        )

    def uses(self, package: Package, admission: Admission) -> Iterator[tuple[int, int]]:
        """Row and amount of it that a package uses with the provider of an admission."""
        for owner in (admission.provider, None):
            for number in self.by_provider.get(owner, ()):
                row = self.rows[number]
                if (
                    row.tier in (None, admission.tier)
                    and row.lot in (None, package.lot)
                    and (row.locality is None or package.sector in self.sectors[row.locality])
                ):
                    amount = _amount(row, package, admission.provider)
                    if amount:
                        yield self.first + number, amount


def _amount(row: Row, package: Package, provider: ProviderId) -> int:
    if row.kind is RowKind.SHARE:
        return package.weekly_care
    if row.kind is RowKind.STARTS:
        return int(package.current_provider != provider)
    return 1
