"""The market: lots, localities, tiers, and the framework contract that orders them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimiser.model.identifiers import DistrictCode, LocalityId, LotCode, TierCode
from optimiser.model.need import ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What providers are admitted to.

    Attributes
    ----------
    districts
        That it covers; at least one.
    localities
        Inside them, where the lot is smaller than its districts; empty for the whole districts.
    """

    code: LotCode
    name: str
    districts: frozenset[DistrictCode]
    localities: frozenset[LocalityId] = frozenset()

    def __post_init__(self) -> None:
        if not self.districts:
            raise ValueError(f"lot {self.code} covers no district")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locality:
    """A named area on the map, made of postcode sectors."""

    id: LocalityId
    name: str
    district: DistrictCode
    sectors: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A step in the order of call-off.

    Attributes
    ----------
    needs_cqc_good
        Whether a provider must be Good or better overall, for Safe and for Well-led (rule E3).
    on_framework
        Whether it belongs to the framework; spot and last resort do not.
    max_weeks
        For how long it may hold a package before it returns to the first tier; ``None`` without limit.
    """

    code: TierCode
    name: str
    needs_cqc_good: bool = False
    on_framework: bool = True
    max_weeks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The contract, as far as placing goes.

    Attributes
    ----------
    tiers
        In order of call-off. The provider of last resort follows them and is not listed.
    ceilings
        Most that may be paid, in pence an hour (a week for live-in), by kind of service (rule E6). A kind
        that is not named has no ceiling.
    last_resort_rates
        What the council expects to pay when nobody can take a package, in the same units; must name every
        kind of service that is bought.
    source
        Where the arrangement is published.
    """

    name: str
    version: str
    tiers: tuple[Tier, ...]
    ceilings: Mapping[ServiceKind, int] = field(default_factory=dict)
    last_resort_rates: Mapping[ServiceKind, int] = field(default_factory=dict)
    last_resort_name: str = "Provider of last resort"
    source: str = ""

    def __post_init__(self) -> None:
        codes = [tier.code for tier in self.tiers]
        if not codes:
            raise ValueError("a framework needs at least one tier")
        if len(set(codes)) != len(codes):
            raise ValueError("two tiers of the framework share a code")

    def tier_order(self, code: TierCode) -> int:
        """Position of a tier, 0 first; ``KeyError`` for a tier the framework does not have."""
        for position, tier in enumerate(self.tiers):
            if tier.code == code:
                return position
        raise KeyError(code)
