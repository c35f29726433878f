"""Allocation: which provider has which package, and why the rest have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from optimiser.model.identifiers import LotCode, PackageId, ProviderId, TierCode


class Rule(Enum):
    """A rule of the contract, under the number it has in the table of rules (docs/rules.md)."""

    LOT = "E1 lot"
    SERVICE = "E2 service"
    CLIENT_GROUP = "E2 client group"
    SKILLS = "E2 skills"
    CQC = "E3 CQC gate"
    STATUS = "E4 suspended"
    CAPACITY = "E5 capacity"
    PRICE = "E6 price ceiling"
    GENDER = "E7 gender of carer"
    LANGUAGE = "E7 language"
    ENDED = "E8 relationship ended"
    SHORT_VISIT = "E9 short visit"
    CHOICE = "O8 the person's choice"
    FLOOR = "E6 sustainable floor"
    NEW_STARTS = "E5 new starts"
    HOUSEHOLD = "B5 household together"
    CAP = "B9 cap of one provider"
    SHARE = "B8 share of a tier"
    LEAST_PROVIDERS = "B8 providers of a locality"
    GUARANTEE = "G1 guaranteed hours"
    WEEKS = "O10 weeks with a tier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Why a provider cannot have a package.

    Attributes
    ----------
    reason
        One sentence with the figures, fit for a letter: "6 h 30 at breakfast wanted, 4 h 15 free".
    """

    package: PackageId
    provider: ProviderId
    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One package with one provider.

    Attributes
    ----------
    position
        Place of the provider in the order of call-off for this lot and service, from 1, over all tiers.
    weekly_cost
        Pence.
    kept
        Whether it stands from an earlier allocation, or joins its household there, and was not opened again.
    """

    package: PackageId
    provider: ProviderId
    lot: LotCode
    tier: TierCode
    position: int
    weekly_cost: int
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """One package that falls to the provider of last resort.

    Attributes
    ----------
    reason
        One sentence: "2 of 9 providers serve this lot; both full at breakfast".
    weekly_cost
        Pence at the last-resort rate.
    """

    package: PackageId
    reason: str
    weekly_cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Which provider has which package; everything in order of package.

    Raises
    ------
    ValueError
        Where a package stands twice.
    """

    policy: str
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "placements", tuple(sorted(self.placements, key=lambda each: each.package)))
        object.__setattr__(self, "unplaced", tuple(sorted(self.unplaced, key=lambda each: each.package)))
        seen = [each.package for each in self.placements] + [each.package for each in self.unplaced]
        if len(set(seen)) != len(seen):
            raise ValueError("a package stands twice in the allocation")

    @property
    def provider_of(self) -> Mapping[PackageId, ProviderId]:
        """Provider of each placed package."""
        return {each.package: each.provider for each in self.placements}

    @property
    def weekly_cost(self) -> int:
        """Pence a week, last resort included."""
        return sum(each.weekly_cost for each in self.placements) + sum(
            each.weekly_cost for each in self.unplaced
        )

    def __str__(self) -> str:
        return f"{len(self.placements)} placed, {len(self.unplaced)} last resort"
