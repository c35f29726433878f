"""The terms of a contract that a framework may set: rules and how they bind, shares, guarantees, policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from optimiser.model.allocation import Rule
from optimiser.model.identifiers import LocalityId, ProviderId, TierCode


class RuleKind(Enum):
    """How a rule binds."""

    HARD = "hard"
    """Never broken."""
    SOFT = "soft"
    """Broken at a price, which the policy weighs."""
    POLICY = "policy"
    """A choice of the policy that is run."""
    REPORT = "report"
    """Never binds; what it finds is told."""
    OFF = "off"
    """Not asked."""


_ALWAYS = (RuleKind.HARD,)
_SWITCHED = (RuleKind.HARD, RuleKind.REPORT, RuleKind.OFF)
_TOLD = (RuleKind.REPORT, RuleKind.HARD, RuleKind.OFF)

RULE_KINDS: Mapping[Rule, tuple[RuleKind, ...]] = {
    Rule.LOT: _ALWAYS,
    Rule.SERVICE: _ALWAYS,
    Rule.CLIENT_GROUP: _ALWAYS,
    Rule.STATUS: _SWITCHED,
    Rule.CQC: _SWITCHED,
    Rule.ENDED: _SWITCHED,
    Rule.SKILLS: _SWITCHED,
    Rule.GENDER: _SWITCHED,
    Rule.LANGUAGE: _SWITCHED,
    Rule.SHORT_VISIT: _SWITCHED,
    Rule.PRICE: _SWITCHED,
    Rule.FLOOR: _TOLD,
    Rule.CAPACITY: _SWITCHED,
    Rule.NEW_STARTS: _SWITCHED,
    Rule.CHOICE: (RuleKind.HARD, RuleKind.OFF),
    Rule.HOUSEHOLD: _SWITCHED,
    Rule.CAP: _SWITCHED,
    Rule.SHARE: _SWITCHED,
    Rule.LEAST_PROVIDERS: _TOLD,
    Rule.GUARANTEE: (RuleKind.REPORT, RuleKind.SOFT, RuleKind.OFF),
    Rule.WEEKS: (RuleKind.REPORT, RuleKind.OFF),
}
"""Kinds that each rule may have, its default first. Without its figure a rule asks nothing."""


class Area(Enum):
    """Of what a share is counted."""

    LOT = "lot"
    LOCALITY = "locality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """Most that any one provider may have of a lot's or locality's hours (rule B9).

    Shares are of all hours a week that the instance's packages want there. The limit is never below the
    largest of these packages: a share keeps nobody from the only package of a village.

    Attributes
    ----------
    tier
        Whose providers it binds; ``None`` for those of every tier.
    warn_at, stop_at
        Per cent, 1 to 100, the first below the second: above one it is told, above the other refused. At
        least one of them.
    """

    of: Area = Area.LOT
    tier: TierCode | None = None
    warn_at: int | None = None
    stop_at: int | None = None

    def __post_init__(self) -> None:
        for share in (self.warn_at, self.stop_at):
            if share is not None and not 1 <= share <= 100:
                raise ValueError(f"a cap lies between 1 and 100 per cent, not at {share}")
        if self.warn_at is None and self.stop_at is None:
            raise ValueError("a cap says where to warn or where to stop")
        if self.warn_at is not None and self.stop_at is not None and self.warn_at >= self.stop_at:
            raise ValueError(
                f"a cap warns before it stops, not at {self.warn_at} and {self.stop_at} per cent"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """Hours that a provider is paid for in a locality, whether or not they are used (DOMAIN 4.7).

    Attributes
    ----------
    weekly_care
        Seconds a week guaranteed. Positive.
    shortfall_rate
        Pence an hour that each hour short of it costs. Not negative.
    """

    provider: ProviderId
    locality: LocalityId
    weekly_care: int
    shortfall_rate: int

    def __post_init__(self) -> None:
        if self.weekly_care <= 0:
            raise ValueError(f"a guarantee is of more than nothing, not {self.weekly_care} s")
        if self.shortfall_rate < 0:
            raise ValueError(f"a shortfall cannot cost {self.shortfall_rate} pence an hour")


class Aim(Enum):
    """Something to have less of, by the name it has in a rules file and in results."""

    UNPLACED = "unplaced"
    URGENCY = "urgency"
    CHOICE = "choice"
    TIER = "tier"
    POSITION = "position"
    ORDERED_COST = "ordered cost"
    COST = "weekly cost"
    SCORE = "score"
    CHANGE = "change"
    SPREAD = "spread of change"
    COMPACTNESS = "compactness"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStep:
    """One objective of a framework's own policy; the steps of a policy stand in order.

    Attributes
    ----------
    policy
        Name of the policy it belongs to.
    tolerance
        Per mille of the value found that later steps may spend; 0 to 1000.
    """

    policy: str
    objective: Aim
    tolerance: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance <= 1000:
            raise ValueError(f"a tolerance lies between 0 and 1000 per mille, not at {self.tolerance}")
