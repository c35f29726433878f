"""The order of call-off: who is asked first, for one lot and one kind of service.

Tier first, as the framework lists them; then rank in the list in force on the instance's day, providers it
does not rank after those it does; then the hourly (or weekly) price, the cheaper first; then the identifier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from optimiser.model.identifiers import LotCode, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, Package, ServiceKind
from optimiser.model.supply import Admission, RankedEntry

BEST_SCORE = 1000
"""Tenths of a point."""
UNSCORED = 500
"""The middle, for whom nobody evaluated (R6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the order of call-off.

    Attributes
    ----------
    position
        From 1, over all tiers.
    rank
        In the ranked list; ``None`` where the list in force does not name the provider.
    tier_order
        0 for the framework's first tier.
    score
        Tenths of a point of 100, as evaluated; :data:`UNSCORED` where the list in force has no score.
    """

    position: int
    admission: Admission
    rank: int | None
    tier_order: int
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOff:
    """The order of call-off of one lot and kind of service.

    A provider admitted on different terms for different client groups stands once for each of its terms.

    Attributes
    ----------
    lines
        In order.
    """

    lot: LotCode
    service: ServiceKind
    lines: tuple[Line, ...]

    def line(self, provider: ProviderId, group: ClientGroup) -> Line | None:
        """The provider's line for a client group, or ``None``; of two, the one that began last."""
        found = [
            each
            for each in self.lines
            if each.admission.provider == provider and group in each.admission.client_groups
        ]
        return max(found, key=lambda each: _begun(each.admission), default=None)


def call_off(instance: Instance, lot: LotCode, service: ServiceKind) -> CallOff:
    """Order of call-off of a lot and kind of service on the instance's day."""
    held = [
        each
        for each in instance.admissions
        if each.lot == lot and each.service is service and each.holds_on(instance.as_of)
    ]
    ranked = instance.ranked_list(lot, service)
    ranks = {entry.provider: entry.rank for entry in ranked.entries} if ranked else {}
    scores = {entry.provider: score(entry) for entry in ranked.entries} if ranked else {}
    tiers = {tier.code: number for number, tier in enumerate(instance.framework.tiers)}

    def place(admission: Admission) -> tuple[object, ...]:
        rank = ranks.get(admission.provider)
        return (
            tiers[admission.tier],
            rank is None,
            rank or 0,
            admission.rate + admission.supplement,
            admission.provider,
            sorted(group.value for group in admission.client_groups),
        )

    return CallOff(
        lot=lot,
        service=service,
        lines=tuple(
            Line(
                position=position,
                admission=admission,
                rank=ranks.get(admission.provider),
                tier_order=tiers[admission.tier],
                score=scores.get(admission.provider, UNSCORED),
            )
            for position, admission in enumerate(sorted(_governing(held), key=place), start=1)
        ),
    )


def score(entry: RankedEntry) -> int:
    """Tenths of a point of 100: the total on record, or else what its parts add up to (R1)."""
    parts = [each for each in (entry.price_score, entry.quality_score) if each is not None]
    total = entry.total if entry.total is not None else sum(parts) if len(parts) == 2 else None
    return UNSCORED if total is None else min(BEST_SCORE, max(0, round(10 * total)))


def _governing(admissions: Iterable[Admission]) -> list[Admission]:
    """Of a provider's admissions that overlap in client group, the one that began last governs."""
    governs: dict[tuple[ProviderId, ClientGroup], Admission] = {}
    for each in admissions:
        for group in each.client_groups:
            before = governs.get((each.provider, group))
            if before is None or _begun(each) > _begun(before):
                governs[each.provider, group] = each
    unique: list[Admission] = []
    for each in governs.values():
        if not any(each is other for other in unique):
            unique.append(each)
    return unique


def _begun(admission: Admission) -> tuple[date, int]:
    return (admission.effective_from or date.min, -(admission.rate + admission.supplement))


def all_call_offs(
    instance: Instance, packages: Iterable[Package]
) -> Mapping[tuple[LotCode, ServiceKind], CallOff]:
    """Orders of call-off of every lot and kind of service in which a package wants care."""
    wanted = sorted({(each.lot, each.service) for each in packages}, key=lambda key: (key[0], key[1].value))
    return {(lot, service): call_off(instance, lot, service) for lot, service in wanted}
