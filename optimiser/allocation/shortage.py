"""Proof of shortage: these packages want this much, these are all who may serve them, this is what they have.

A minimum cut of the transport relaxation (:mod:`~optimiser.allocation.transport`). Its side of the wishes is
the smallest there is, which is the same whatever algorithm finds the flow; each of its connected parts is a
:class:`Certificate` that stands on its own: every way of every wish in it passes one of its gates, and the
gates together let less through than is wished. So no allocation whatever can place all of its packages, and
at least the shortfall has to be added among those who may serve them.

A package may be left over without any shortage, because packages are not cut in pieces; :func:`why_left`
tells the one from the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import networkx as nx

from optimiser.allocation.capacity import Row, RowKind
from optimiser.allocation.explain import exclusions_of
from optimiser.allocation.policy import Seats
from optimiser.allocation.problem import Candidate, Problem
from optimiser.allocation.room import Room
from optimiser.allocation.rules import Terms
from optimiser.allocation.transport import Gate, Group, Wish, groups_of
from optimiser.allocation.words import hours, part_of_week
from optimiser.model.allocation import Exclusion, Rule
from optimiser.model.calendar import Band, DayType
from optimiser.model.identifiers import DistrictCode, LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance

SOURCE, SINK = "source", "sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """What a row can give to the wishes of a certificate, in seconds a week of its commodity."""

    row: Row
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A proof that packages cannot all be placed.

    Attributes
    ----------
    number
        From 1, the widest shortfall first.
    kind
        Care, or time that needs a pair of carers: what its seconds count.
    parts
        Bands and day types in which care is wished.
    providers
        All who may serve any of the packages.
    had
        The limits that bind, each once.
    """

    number: int
    kind: RowKind
    parts: tuple[tuple[Band, DayType], ...]
    lots: tuple[LotCode, ...]
    districts: tuple[DistrictCode, ...]
    wishes: tuple[Wish, ...]
    providers: tuple[ProviderId, ...]
    had: tuple[Had, ...]

    @property
    def packages(self) -> tuple[PackageId, ...]:
        """Packages that wish, in order."""
        return tuple(sorted({each.package for each in self.wishes}))

    @property
    def wanted(self) -> int:
        """Seconds a week."""
        return sum(each.seconds for each in self.wishes)

    @property
    def capacity(self) -> int:
        """Seconds a week that those who may serve have between them."""
        return sum(each.seconds for each in self.had)

    @property
    def shortfall(self) -> int:
        """Seconds a week that are missing at the least. Positive."""
        return self.wanted - self.capacity

    def __str__(self) -> str:
        pairs = "" if self.kind is RowKind.CARE else " with two carers"
        parts = " and ".join(part_of_week(*part) for part in self.parts)
        many, who = len(self.packages), len(self.providers)
        lots = f"lot {self.lots[0]}" if len(self.lots) == 1 else f"lots {', '.join(self.lots)}"
        served = (
            "nobody may serve them"
            if not who
            else f"the {who} providers who may serve them have {_or_none(self.capacity)} between them"
            if who > 1
            else f"the one provider who may serve them has {_or_none(self.capacity)}"
        )
        lead = f"{many} packages in {lots} want" if many > 1 else f"1 package in {lots} wants"
        return (
            f"{lead} {hours(self.wanted)} a week{pairs} {parts}; {served}: "
            f"at least {hours(self.shortfall)} short"
        )


class Cause(Enum):
    """Why a package is left to the provider of last resort."""

    NOBODY = "nobody"
    """The rules leave nobody who may have it, however much room there were."""
    TOO_LARGE = "too large"
    """Rules aside, those who may have it have too little for this package alone."""
    SHORTAGE = "shortage"
    """A certificate names it."""
    CONTRACT = "contract"
    """Somebody has the hours, and a share, cap or new start of the contract keeps them from one more."""
    PACKING = "packing"
    """Hours enough, and proven that whole packages cannot be fitted into them."""
    UNPROVEN = "unproven"
    """Hours enough, and nothing proven: another allocation might place it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """Why one package is left over.

    Attributes
    ----------
    certificates
        Numbers of those that name it.
    """

    package: PackageId
    cause: Cause
    certificates: tuple[int, ...] = ()


def find_shortages(
    instance: Instance, problem: Problem, *, tiers: Collection[TierCode] | None = None
) -> tuple[Certificate, ...]:
    """Certificates of everything that is short, the widest first; empty where divisible care would fit.

    Parameters
    ----------
    tiers
        Whose providers count; with those of the framework alone it tells where the framework is too small
        and spot is bought.
    """
    groups = [each for each in groups_of(instance, problem, tiers=tiers) if each.ways]
    drafts = [
        _certificate(instance, problem, each)
        for bound in _connected(groups)
        for each in _short_parts([groups[number] for number in bound])
    ]
    drafts.sort(key=lambda each: (-each.shortfall, each.kind.value, each.packages, each.parts[0][0].value))
    return tuple(replace(each, number=number) for number, each in enumerate(drafts, start=1))


@dataclass(frozen=True, slots=True)
class _Short:
    """Groups that are short together, and the gates that cut them off."""

    groups: list[Group]
    cut: list[Gate]


def _connected(groups: Sequence[Group], among: Collection[object] | None = None) -> Iterator[list[int]]:
    """Numbers of groups that share a gate, together; only gates whose way in is ``among`` nodes, if given."""
    together = nx.utils.UnionFind(range(len(groups)))
    first: dict[tuple[str, int], int] = {}
    for number, group in enumerate(groups):
        for key in {gate.key for way in group.ways for gate in way}:
            if (among is None or ("in", *key) in among) and first.setdefault(key, number) != number:
                together.union(first[key], number)
    yield from sorted(sorted(each) for each in together.to_sets())


def _short_parts(groups: Sequence[Group]) -> Iterator[_Short]:
    """Parts of the wishes' side of the smallest minimum cut; none where all wishes can flow."""
    if not _may_be_short(groups):
        return
    residual = nx.algorithms.flow.preflow_push(_network(groups), SOURCE, SINK)
    if residual.graph["flow_value"] == sum(each.seconds for each in groups):
        return
    reached = _reachable(residual)
    short = [group for number, group in enumerate(groups) if number in reached]
    for numbers in _connected(short, reached):
        part = [short[number] for number in numbers]
        gates = {gate.key: gate for group in part for way in group.ways for gate in way}
        cut = [key for key in sorted(gates) if ("in", *key) in reached and ("out", *key) not in reached]
        yield _Short(part, [gates[key] for key in cut])


def _may_be_short(groups: Sequence[Group]) -> bool:
    """Whether it takes a flow to tell: not where every first gate takes all that could come to it."""
    load: dict[tuple[str, int], int] = {}
    limit: dict[tuple[str, int], int] = {}
    for group in groups:
        for gate in {gate.key: gate for way in group.ways for gate in way}.values():
            load[gate.key] = load.get(gate.key, 0) + group.seconds
            limit[gate.key] = gate.limit
    return any(load[key] > limit[key] for key in load)


def _network(groups: Sequence[Group]) -> Any:
    """Source → groups → gates in and out → sink; an edge without capacity carries anything."""
    graph = nx.DiGraph()
    graph.add_nodes_from((SOURCE, SINK))
    ends: dict[Gate, tuple[object, object]] = {}
    for number, group in enumerate(groups):
        graph.add_edge(SOURCE, number, capacity=group.seconds)
        for way in group.ways:
            before: object = number
            for gate in way:
                if gate not in ends:
                    ends[gate] = ("in", *gate.key), ("out", *gate.key)
                    graph.add_edge(*ends[gate], capacity=gate.limit)
                into, out = ends[gate]
                graph.add_edge(before, into)
                before = out
            graph.add_edge(before, SINK)
    return graph


def _reachable(residual: Any) -> set[object]:
    """Nodes to which the source could still send something."""
    reached: set[object] = {SOURCE}
    waiting: list[object] = [SOURCE]
    while waiting:
        node = waiting.pop()
        for other, edge in residual[node].items():
            if other not in reached and edge["flow"] < edge["capacity"]:
                reached.add(other)
                waiting.append(other)
    return reached


def _certificate(instance: Instance, problem: Problem, short: _Short) -> Certificate:
    packages = instance.package_by_id
    wishes = tuple(sorted(wish for group in short.groups for wish in group.wishes))
    named = [packages[each.package] for each in wishes]
    parts = {(each.band, each.day_type) for each in short.groups}
    return Certificate(
        number=0,
        kind=short.groups[0].kind,
        parts=tuple(sorted(parts, key=_in_the_week)),
        lots=tuple(sorted({each.lot for each in named})),
        districts=tuple(sorted({each.district for each in named})),
        wishes=wishes,
        providers=tuple(sorted({who for group in short.groups for who in group.providers})),
        had=tuple(Had(row=problem.rows[gate.row], seconds=gate.limit) for gate in short.cut),
    )


def _in_the_week(part: tuple[Band, DayType]) -> tuple[int, int]:
    return list(DayType).index(part[1]), list(Band).index(part[0])


def _or_none(seconds: int) -> str:
    return hours(seconds) if seconds else "none"


def why_left(
    instance: Instance,
    problem: Problem,
    left: Collection[PackageId],
    certificates: Sequence[Certificate],
    *,
    seats: Seats,
    is_proven: bool,
) -> tuple[LeftOver, ...]:
    """Cause of each package left over, in order.

    Parameters
    ----------
    certificates
        Of all providers that may be called on.
    seats
        The answer that leaves them over.
    is_proven
        Whether an exact engine has proven that no allocation leaves less care over.
    """
    named: dict[PackageId, list[int]] = {}
    for certificate in certificates:
        for package in certificate.packages:
            named.setdefault(package, []).append(certificate.number)
    needs, found = problem.number_of, []
    terms, room = Terms.of(instance), Room(problem, seats)
    for package in sorted(left):
        numbers = tuple(named.get(package, ()))
        if not problem.needs[needs[package]].candidates:
            room_aside = _room_aside(exclusions_of(instance, package, terms), instance)
            cause = Cause.TOO_LARGE if room_aside else Cause.NOBODY
        elif numbers:
            cause = Cause.SHORTAGE
        elif any(_kept_by_contract(problem, room, each) for each in problem.needs[needs[package]].candidates):
            cause = Cause.CONTRACT
        else:
            cause = Cause.PACKING if is_proven else Cause.UNPROVEN
        found.append(LeftOver(package=package, cause=cause, certificates=numbers))
    return tuple(found)


def _kept_by_contract(problem: Problem, room: Room, candidate: Candidate) -> bool:
    """Whether a candidate has the capacity for one more, and rows of the contract alone are full."""
    full = [row for row, amount in candidate.uses if amount > room.free(row)]
    return bool(full) and all(not problem.rows[row].kind.is_capacity for row in full)


def _room_aside(excluded: Collection[Exclusion], instance: Instance) -> bool:
    """Whether lack of room is all that keeps somebody from a package."""
    kept = {each.provider for each in excluded if each.rule is not Rule.CAPACITY}
    return len(kept) < len(instance.providers)
