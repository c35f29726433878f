"""Lots merged or split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from optimiser.impact.scenarios.world import ScenarioError, World, require
from optimiser.model.identifiers import LocalityId, LotCode, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.market import Lot
from optimiser.model.need import ServiceKind
from optimiser.model.supply import Admission, RankedEntry, RankedList


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsMerged:
    """Lots that become one: the first of them, by order of code, gives it its code."""

    lots: frozenset[LotCode]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        return (
            f"{', '.join(sorted(self.lots))} become one lot. Who is admitted to any of them is admitted to "
            "all of it, at its rate in the first of them or its lowest in the others; providers are called "
            "off in the order of their mean rank.",
        )

    def apply(self, world: World) -> World:
        """The market with one lot in the place of several."""
        instance = world.instance
        for code in sorted(self.lots):
            require("lots", code, instance.lot_by_code, "lot")
        if len(self.lots) < 2:
            raise ScenarioError("lots", "one lot alone cannot be merged", "name two lots or more")
        into = min(self.lots)
        merged = [instance.lot_by_code[code] for code in sorted(self.lots)]
        whole = all(each.localities for each in merged)
        lot = Lot(
            code=into,
            name=" and ".join(each.name for each in merged),
            districts=frozenset().union(*(each.districts for each in merged)),
            localities=frozenset().union(*(each.localities for each in merged)) if whole else frozenset(),
        )
        return replace(
            world,
            instance=replace(
                instance,
                lots=(lot, *(each for each in instance.lots if each.code not in self.lots)),
                packages=tuple(
                    replace(each, lot=into) if each.lot in self.lots else each for each in instance.packages
                ),
                admissions=_admitted(instance, self.lots, into),
                ranked_lists=_ranked(instance, self.lots, into),
            ),
        )


def _admitted(instance: Instance, lots: frozenset[LotCode], into: LotCode) -> tuple[Admission, ...]:
    """One admission a provider and kind of service: of the lot itself first, else the cheapest in force."""
    kept = [each for each in instance.admissions if each.lot not in lots]
    best: dict[tuple[ProviderId, ServiceKind, frozenset[object]], Admission] = {}
    held = [each for each in instance.admissions if each.lot in lots and each.holds_on(instance.as_of)]
    for each in sorted(held, key=lambda each: (each.lot != into, each.rate + each.supplement, each.lot)):
        best.setdefault((each.provider, each.service, frozenset(each.client_groups)), replace(each, lot=into))
    return (*kept, *best.values())


def _ranked(instance: Instance, lots: frozenset[LotCode], into: LotCode) -> tuple[RankedList, ...]:
    """One list a kind of service, in the order of mean rank over the lists in force that name a provider."""
    kept = [each for each in instance.ranked_lists if each.lot not in lots]
    services = {each.service for each in instance.ranked_lists if each.lot in lots}
    for service in sorted(services, key=lambda each: each.value):
        lists = [held for lot in sorted(lots) if (held := instance.ranked_list(lot, service)) is not None]
        if lists:
            kept.append(_one_list(lists, into))
    return tuple(kept)


def _one_list(lists: Iterable[RankedList], into: LotCode) -> RankedList:
    lists = tuple(lists)
    ranks: dict[ProviderId, list[int]] = {}
    entry: dict[ProviderId, RankedEntry] = {}
    for held in lists:
        for each in held.entries:
            ranks.setdefault(each.provider, []).append(each.rank)
            entry.setdefault(each.provider, each)
    order = sorted(ranks, key=lambda who: (sum(ranks[who]) / len(ranks[who]), who))
    first = lists[0]
    return RankedList(
        version=first.version,
        lot=into,
        service=first.service,
        effective_from=max(each.effective_from for each in lists),
        effective_to=None,
        entries=tuple(replace(entry[who], rank=rank) for rank, who in enumerate(order, start=1)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSplit:
    """Some localities of a lot become a lot of their own."""

    lot: LotCode
    localities: frozenset[LocalityId]
    code: LotCode

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        return (
            f"{', '.join(sorted(self.localities))} of lot {self.lot} become lot {self.code}. Providers are "
            "admitted to both, at the same rates and in the same order, until the next competition.",
        )

    def apply(self, world: World) -> World:
        """The market with a further lot."""
        instance = world.instance
        require("lot", self.lot, instance.lot_by_code, "lot")
        by_id = {each.id: each for each in instance.localities}
        for locality in sorted(self.localities):
            require("localities", locality, by_id, "locality")
        if self.code in instance.lot_by_code:
            raise ScenarioError(
                "code", f"there is a lot called {self.code!r}", "give the new lot another code"
            )
        sectors = frozenset().union(*(by_id[each].sectors for each in self.localities))
        goes = {each.id for each in instance.packages if each.lot == self.lot and each.sector in sectors}
        if not goes:
            message = f"no package of lot {self.lot} lies in these localities"
            raise ScenarioError("localities", message, "name localities of the lot")
        old = instance.lot_by_code[self.lot]
        new = Lot(
            code=self.code,
            name=f"{old.name}, split off",
            districts=frozenset(each.district for each in instance.packages if each.id in goes),
            localities=self.localities,
        )
        return replace(world, instance=_with_copy(instance, new, {self.lot: self.code}, goes))


def _with_copy(
    instance: Instance, new: Lot, copies: Mapping[LotCode, LotCode], goes: Iterable[str]
) -> Instance:
    moved = set(goes)
    return replace(
        instance,
        lots=(*instance.lots, new),
        packages=tuple(
            replace(each, lot=new.code) if each.id in moved else each for each in instance.packages
        ),
        admissions=(
            *instance.admissions,
            *(replace(each, lot=copies[each.lot]) for each in instance.admissions if each.lot in copies),
        ),
        ranked_lists=(
            *instance.ranked_lists,
            *(replace(each, lot=copies[each.lot]) for each in instance.ranked_lists if each.lot in copies),
        ),
    )
