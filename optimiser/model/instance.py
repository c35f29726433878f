"""An instance: all that is known of one market on one day, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from geodata.area_kinds import AreaKinds
from optimiser.model.identifiers import LotCode, PackageId, ProviderId
from optimiser.model.market import Framework, Locality, Lot
from optimiser.model.need import Package, ServiceKind
from optimiser.model.supply import Admission, Capacity, Carer, Provider, RankedList


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A figure the instance rests on, and what it rests on itself.

    Attributes
    ----------
    basis
        ``published`` with a source, or ``assumption``.
    """

    topic: str
    figure: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that only the whole can know to be wrong.

    Attributes
    ----------
    table, key, column
        Where: table as its file is named without ending, key as the row's own identifier.
    """

    code: str
    table: str
    key: str
    column: str | None
    message: str
    cure: str


class FaultyInstanceError(ValueError):
    """An instance was refused; ``faults`` is everything that only the whole can know to be wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)  # what __init__ was given, so that it crosses processes whole
        self.faults = faults

    def __str__(self) -> str:
        return "; ".join(f"{fault.table} {fault.key}: {fault.message}" for fault in self.faults)


def _worked_out() -> Any:
    """A field that follows from the others: no part of what an instance says, or of its hash."""
    return field(init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A market on one day. Every collection is kept sorted by identifier: order of rows means nothing.

    Attributes
    ----------
    as_of
        The day it speaks of: lists, admissions and statuses that hold on it are the ones used.
    area_kinds
        Which of its places are urban: travel is estimated differently there.
    package_by_id, provider_by_id, lot_by_code
        The same values by identifier.

    Raises
    ------
    FaultyInstanceError
        With every fault that :func:`faults` finds.
    """

    county: str
    as_of: date
    framework: Framework
    lots: tuple[Lot, ...]
    localities: tuple[Locality, ...]
    packages: tuple[Package, ...]
    providers: tuple[Provider, ...]
    admissions: tuple[Admission, ...]
    ranked_lists: tuple[RankedList, ...]
    capacities: tuple[Capacity, ...]
    area_kinds: AreaKinds
    carers: tuple[Carer, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    package_by_id: Mapping[PackageId, Package] = _worked_out()
    provider_by_id: Mapping[ProviderId, Provider] = _worked_out()
    lot_by_code: Mapping[LotCode, Lot] = _worked_out()

    def __post_init__(self) -> None:
        for name, key in _SORT_KEYS.items():
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=key)))
        object.__setattr__(self, "package_by_id", {each.id: each for each in self.packages})
        object.__setattr__(self, "provider_by_id", {each.id: each for each in self.providers})
        object.__setattr__(self, "lot_by_code", {each.code: each for each in self.lots})
        found = tuple(faults(self))
        if found:
            raise FaultyInstanceError(found)

    def ranked_list(self, lot: LotCode, service: ServiceKind) -> RankedList | None:
        """The list in force on the instance's day, or ``None``."""
        held = [
            each
            for each in self.ranked_lists
            if each.lot == lot and each.service is service and each.holds_on(self.as_of)
        ]
        return max(held, key=lambda each: (each.effective_from, each.version), default=None)


_SORT_KEYS = {
    "lots": lambda each: each.code,
    "localities": lambda each: each.id,
    "packages": lambda each: each.id,
    "providers": lambda each: each.id,
    "admissions": lambda each: (
        each.lot,
        each.service.value,
        each.provider,
        str(each.effective_from),
        sorted(group.value for group in each.client_groups),
    ),
    "ranked_lists": lambda each: (each.lot, each.service.value, each.effective_from, each.version),
    "capacities": lambda each: (
        each.provider,
        each.locality or "",
        each.band.value if each.band else "",
        each.day_type.value if each.day_type else "",
    ),
    "carers": lambda each: each.id,
    "assumptions": lambda each: (each.topic, each.figure),
}


def faults(instance: Instance) -> Iterator[Fault]:
    """Everything wrong with an instance that no single object of it can know.

    Readers turn these into findings with rows; :class:`Instance` refuses to exist with any.
    """
    yield from _duplicates("packages", "package_id", (package.id for package in instance.packages))
    yield from _duplicates("providers", "provider_id", (provider.id for provider in instance.providers))
    yield from _duplicates("lots", "lot_code", (lot.code for lot in instance.lots))
    yield from _duplicates("localities", "locality_id", (locality.id for locality in instance.localities))
    yield from _duplicates("carers", "carer_ref", (carer.id for carer in instance.carers))
    providers = {provider.id for provider in instance.providers}
    lots = instance.lot_by_code
    tiers = {tier.code for tier in instance.framework.tiers}

    def unknown(table: str, key: str, column: str, kind: str, value: str, known: Iterable[str]) -> Fault:
        return Fault(
            code={"provider": "E231", "lot": "E232", "tier": "E233", "locality": "E251"}[kind],
            table=table,
            key=key,
            column=column,
            message=f"no {kind} called {value!r}",
            cure=suggest(value, known),
        )

    for package in instance.packages:
        if package.lot not in lots:
            yield unknown("packages", package.id, "lot_code", "lot", package.lot, lots)
        elif package.district not in lots[package.lot].districts:
            yield Fault(
                code="E234",
                table="packages",
                key=package.id,
                column="district_gss",
                message=f"district {package.district} is not in lot {package.lot}",
                cure=f"lot {package.lot} covers {', '.join(sorted(lots[package.lot].districts))}",
            )
        if package.service not in instance.framework.last_resort_rates:
            yield Fault(
                code="E235",
                table="packages",
                key=package.id,
                column="service_type",
                message=f"the framework has no last-resort rate for {package.service.value}",
                cure="add the rate to framework.toml, [last_resort_rates]",
            )
        if package.chosen_provider is not None and package.chosen_provider not in providers:
            yield unknown(
                "packages", package.id, "preferred_provider", "provider", package.chosen_provider, providers
            )
        for excluded in sorted(package.excluded_providers - providers):
            yield unknown("packages", package.id, "excluded_providers", "provider", excluded, providers)
    localities = {locality.id for locality in instance.localities}
    for guarantee in instance.framework.guarantees:
        key = f"{guarantee.provider}|{guarantee.locality}"
        if guarantee.provider not in providers:
            yield unknown("guarantees", key, "provider_id", "provider", guarantee.provider, providers)
        if guarantee.locality not in localities:
            yield unknown("guarantees", key, "locality", "locality", guarantee.locality, localities)
    for admission in instance.admissions:
        key = f"{admission.provider}|{admission.lot}|{admission.service.value}"
        if admission.provider not in providers:
            yield unknown("provider_lots", key, "provider_id", "provider", admission.provider, providers)
        if admission.lot not in lots:
            yield unknown("provider_lots", key, "lot_code", "lot", admission.lot, lots)
        if admission.tier not in tiers:
            yield unknown("provider_lots", key, "tier", "tier", admission.tier, tiers)
    for ranked in instance.ranked_lists:
        if ranked.lot not in lots:
            key = f"{ranked.version}|{ranked.lot}|{ranked.service.value}|{ranked.entries[0].provider}"
            yield unknown("ranked_list", key, "lot_code", "lot", ranked.lot, lots)
        for entry in ranked.entries:
            if entry.provider not in providers:
                key = f"{ranked.version}|{ranked.lot}|{ranked.service.value}|{entry.provider}"
                yield unknown("ranked_list", key, "provider_id", "provider", entry.provider, providers)
    for capacity in instance.capacities:
        if capacity.provider not in providers:
            yield unknown(
                "capacity", capacity.provider, "provider_id", "provider", capacity.provider, providers
            )
    for carer in instance.carers:
        if carer.provider not in providers:
            yield unknown("carers", carer.id, "provider_id", "provider", carer.provider, providers)


def _duplicates(table: str, column: str, ids: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            yield Fault(
                code="E230",
                table=table,
                key=each,
                column=column,
                message=f"{each!r} stands twice",
                cure="give each row an identifier of its own, or delete the repeated row",
            )
        seen.add(each)


def suggest(value: str, known: Iterable[str]) -> str:
    """A cure for an unknown name: the nearest known one, with what tells them apart."""
    names = sorted(known)
    if value.strip() in names:
        where = "ends" if value != value.rstrip() else "starts"
        return f"did you mean {value.strip()!r}? the value {where} with a space"
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(value.casefold(), list(folded), n=1, cutoff=0.6)
    if near:
        return f"did you mean {folded[near[0]]!r}?"
    return f"known: {', '.join(names[:8])}{' …' if len(names) > 8 else ''}" if names else "none is known"
