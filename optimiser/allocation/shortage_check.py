"""Certificates of shortage, held against the contract and against a second maximum flow.

It trusts nothing of how they were found. From the checker's own reading of the contract it works out what the
named packages want and who may serve them; sees that every way of every wish passes a limit the certificate
counts, and none counted twice or larger than it is; and lets SciPy find how much can flow. A certificate
that passes is a proof: the sum of its wishes is more than all that can reach them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from optimiser.allocation.check import Market  # the contract read a second time, beside the rules
from optimiser.allocation.check_capacity import pair_seconds
from optimiser.allocation.shortage import Certificate
from optimiser.model.allocation import Rule
from optimiser.model.calendar import Band, DayType
from optimiser.model.identifiers import PackageId, ProviderId, TierCode
from optimiser.model.need import Package

Limit = tuple[ProviderId, int, str]
"""A provider, the number of its statement of capacity, and what of it counts."""


class UnsoundCertificateError(Exception):
    """A certificate does not prove what it says: a fault of ours, never of the data."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "a certificate of shortage does not hold: " + "; ".join(self.faults[:5])


def check_certificates(
    market: Market, certificates: Sequence[Certificate], *, tiers: Sequence[TierCode] | None = None
) -> tuple[str, ...]:
    """Everything wrong with certificates, in words; empty where each is a proof.

    Parameters
    ----------
    market
        The checker's own reading of the contract.
    tiers
        Whose providers were to count; all where ``None``.
    """
    reading = _Reading(market, tiers)
    return tuple(
        f"certificate {each.number}: {fault}" for each in certificates for fault in reading.faults(each)
    )


class _Reading:
    """The contract, as far as it says who could serve whom and with what."""

    def __init__(self, market: Market, tiers: Sequence[TierCode] | None) -> None:
        self.market, self.tiers = market, tiers
        self.home_of = {each.id: home for home in market.homes for each in home}
        self.packages = market.instance.package_by_id
        self.serving: dict[PackageId, tuple[ProviderId, ...]] = {}
        self.known: dict[object, tuple[tuple[Limit, int], ...]] = {}

    def faults(self, certificate: Certificate) -> Iterator[str]:
        """What is wrong with one certificate."""
        if certificate.shortfall <= 0:
            yield "it shows no shortfall"
        seen = [(each.package, each.band, each.day_type) for each in certificate.wishes]
        if len(set(seen)) != len(seen):
            yield "a wish is counted twice"
        for wish in certificate.wishes:
            due = _wanted(self.packages[wish.package], Band(wish.band), DayType(wish.day_type), wish.kind)
            if due != wish.seconds:
                yield f"{wish.package} wants {due} s, not {wish.seconds} s"
        who = {each for wish in certificate.wishes for each in self._serve(self.packages[wish.package])}
        if who != set(certificate.providers):
            yield f"those who may serve are {', '.join(sorted(who)) or 'nobody'}"
        can_flow = self._flow(certificate)
        if can_flow != certificate.capacity:
            yield f"{can_flow} s can be served, not {certificate.capacity} s"

    def _serve(self, package: Package) -> tuple[ProviderId, ...]:
        """Providers that no rule keeps from a package, nor from those it goes together with."""
        if package.id not in self.serving:
            order = self.market.order(package.lot, package.service)
            named = dict.fromkeys(each.provider for each in order)
            self.serving[package.id] = tuple(
                each for each in named if self._counts(package, each) and self._may_have(package, each)
            )
        return self.serving[package.id]

    def _counts(self, package: Package, provider: ProviderId) -> bool:
        terms = self.market.terms(self.home_of[package.id][0], provider)
        return terms is not None and (self.tiers is None or terms[1].tier in self.tiers)

    def _may_have(self, package: Package, provider: ProviderId) -> bool:
        home, market = self.home_of[package.id], self.market
        return market.may_have(home, provider) and (
            len(home) == 1 or market.has_room(home, provider, {}, None)
        )

    def _limits_known(
        self, package: Package, provider: ProviderId, part: tuple[Band, DayType], kind: str
    ) -> tuple[tuple[Limit, int], ...]:
        """The same for all packages of one lot, sector, district and kind of service."""
        key = (package.lot, package.district, package.sector, package.service, provider, part, kind)
        if key not in self.known:
            self.known[key] = tuple(self._limits(package, provider, part, kind))
        return self.known[key]

    def _limits(
        self, package: Package, provider: ProviderId, part: tuple[Band, DayType], kind: str
    ) -> Iterator[tuple[Limit, int]]:
        """Limits that one package's care in one part of the week meets with a provider, part before week."""
        if not self.market.instance.framework.binds(Rule.CAPACITY):
            return
        capacity = self.market.capacity
        held = [
            (number, each)
            for number, each in enumerate(capacity.held[provider])
            if capacity.inside(each, package)
            and (
                (each.band, each.day_type) == part
                or (each.band is None and package.service.enters_day_rounds)
            )
        ]
        held.sort(key=lambda each: (each[1].band is None, each[1].locality is None, each[0]))
        for number, each in held:
            if kind == "care":
                yield (provider, number, "care"), each.spare
                continue
            yield (provider, number, "half the care"), each.spare // 2
            if each.double_up_pairs is not None:
                yield (provider, number, "pairs"), pair_seconds(each)

    def _flow(self, certificate: Certificate) -> int:
        """Most that can be served of a certificate's wishes, pieces of packages allowed."""
        nodes: dict[object, int] = {"from": 0, "to": 1}
        edges: dict[tuple[int, int], int] = {}
        plenty = certificate.wanted

        def node(name: object) -> int:
            return nodes.setdefault(name, len(nodes))

        for number, wish in enumerate(certificate.wishes):
            package, part = self.packages[wish.package], (Band(wish.band), DayType(wish.day_type))
            edges[0, node(("wish", number))] = wish.seconds
            for provider in self._serve(package):
                before = node(("wish", number))
                for limit, seconds in self._limits_known(package, provider, part, wish.kind):
                    into, out = node(("into", limit)), node(("out of", limit))
                    edges[before, into] = plenty
                    edges[into, out] = min(seconds, plenty)
                    before = out
                edges[before, 1] = plenty
        return _maximum(edges, len(nodes))


def _maximum(edges: Mapping[tuple[int, int], int], nodes: int) -> int:
    """Maximum flow from node 0 to node 1."""
    at = np.array(list(edges), dtype=np.int32).reshape(-1, 2)
    capacity = np.array(list(edges.values()), dtype=np.int64)
    # SciPy counts in 32 bits; what no sum can overflow stays exact in its common unit.
    unit = int(np.gcd.reduce(capacity)) or 1
    if capacity.sum() // unit >= 2**31 and capacity.max() // unit >= 2**30:
        raise OverflowError("too much care for one flow: split the instance by lot")
    graph = csr_array(((capacity // unit).astype(np.int32), (at[:, 0], at[:, 1])), shape=(nodes, nodes))
    return int(maximum_flow(graph, 0, 1).flow_value) * unit


def _wanted(package: Package, band: Band, day_type: DayType, kind: str) -> int:
    """Seconds a week that a package wants in one part of the week, from its visits."""
    total = 0
    for visit in package.visits:
        days = sum(day.day_type is day_type for day in visit.days)
        carers = visit.carers_needed if kind == "care" else int(visit.carers_needed > 1)
        total += package.bands_of(visit).get(band, 0) * days * carers
    return total
