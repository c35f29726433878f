"""The market: lots, localities, tiers, and the framework contract that orders them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from optimiser.model.allocation import Rule
from optimiser.model.contract import RULE_KINDS, Aim, Cap, Guarantee, PolicyStep, RuleKind
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
    least_share, most_share
        Share band: per cent of a lot's hours that its providers have together, at the least (told where it is
        not met) and at the most (rule B8); ``None`` where the contract says nothing.
    offered_after
        A tier that must have been asked before it; it then stands before it in the order of call-off.
    """

    code: TierCode
    name: str
    needs_cqc_good: bool = False
    on_framework: bool = True
    max_weeks: int | None = None
    least_share: int | None = None
    most_share: int | None = None
    offered_after: TierCode | None = None

    def __post_init__(self) -> None:
        if self.max_weeks is not None and self.max_weeks < 1:
            raise ValueError(f"tier {self.code} holds a package for at least a week, not {self.max_weeks}")
        for share in (self.least_share, self.most_share):
            if share is not None and not 0 <= share <= 100:
                raise ValueError(
                    f"a share of tier {self.code} lies between 0 and 100 per cent, not at {share}"
                )
        if (
            self.least_share is not None
            and self.most_share is not None
            and self.least_share > self.most_share
        ):
            raise ValueError(
                f"tier {self.code} has at least {self.least_share} and at most {self.most_share} %"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The contract, as far as placing goes.

    Its ``rules_hash`` in a result is the hash of its canonical form: the same terms, the same hash.

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
    rules
        Kind of each rule that does not have its default; see :meth:`kind_of`.
    floors
        Sustainable prices, in the units of ``ceilings``: a provider below is referred (rule E6).
    caps
        Most that one provider may have of a lot or locality.
    least_providers
        That each locality with as many packages is to have; 2 where the rule is hard (rule B8).
    new_starts_a_week
        Most packages that a provider may begin in a week, where it has said nothing itself.
    guarantees
        Hours bought in advance.
    policies
        The framework's own, step by step; those of the house besides.
    """

    name: str
    version: str
    tiers: tuple[Tier, ...]
    ceilings: Mapping[ServiceKind, int] = field(default_factory=dict)
    last_resort_rates: Mapping[ServiceKind, int] = field(default_factory=dict)
    last_resort_name: str = "Provider of last resort"
    source: str = ""
    rules: Mapping[Rule, RuleKind] = field(default_factory=dict)
    floors: Mapping[ServiceKind, int] = field(default_factory=dict)
    caps: tuple[Cap, ...] = ()
    least_providers: int | None = None
    new_starts_a_week: int | None = None
    guarantees: tuple[Guarantee, ...] = ()
    policies: tuple[PolicyStep, ...] = ()

    def __post_init__(self) -> None:
        codes = [tier.code for tier in self.tiers]
        if not codes:
            raise ValueError("a framework needs at least one tier")
        if len(set(codes)) != len(codes):
            raise ValueError("two tiers of the framework share a code")
        wrong = tuple(contradictions(self))
        if wrong:
            raise ContradictionError(wrong)
        # A default said aloud is the same contract.
        spoken = {rule: kind for rule, kind in self.rules.items() if kind is not RULE_KINDS[rule][0]}
        object.__setattr__(self, "rules", spoken)

    def kind_of(self, rule: Rule) -> RuleKind:
        """How a rule binds here."""
        return self.rules.get(rule, RULE_KINDS[rule][0])

    def binds(self, rule: Rule) -> bool:
        """Whether a rule may not be broken here."""
        return self.kind_of(rule) is RuleKind.HARD

    def tier(self, code: TierCode) -> Tier:
        """Tier of a code; ``KeyError`` for one the framework does not have."""
        return self.tiers[self.tier_order(code)]

    def tier_order(self, code: TierCode) -> int:
        """Position of a tier, 0 first; ``KeyError`` for a tier the framework does not have."""
        for position, tier in enumerate(self.tiers):
            if tier.code == code:
                return position
        raise KeyError(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two terms of a contract that cannot both hold.

    Attributes
    ----------
    table, key, column
        Where it shows in a rules file: the table's name; what names the row, for a cap its number from 1; and
        the column.
    """

    table: str
    key: str
    column: str
    message: str
    cure: str


class ContradictionError(ValueError):
    """A framework was refused; ``found`` is everything in it that contradicts the rest."""

    def __init__(self, found: tuple[Contradiction, ...]) -> None:
        super().__init__(found)  # what __init__ was given, so that it crosses processes whole
        self.found = found

    def __str__(self) -> str:
        return "; ".join(each.message for each in self.found)


def contradictions(framework: Framework) -> Iterator[Contradiction]:
    """Everything in a contract that contradicts the rest; :class:`Framework` refuses to exist with any."""
    codes = [tier.code for tier in framework.tiers]
    for number, tier in enumerate(framework.tiers):
        after = tier.offered_after
        if after is not None and after not in codes[:number]:
            yield Contradiction(
                table="tiers",
                key=tier.code,
                column="offered_after",
                message=f"tier {tier.code} is offered after {after}, which does not stand before it",
                cure=f"name one of {', '.join(codes[:number])}"
                if number
                else "the first tier waits for none",
            )
    for rule, kind in framework.rules.items():
        if kind not in RULE_KINDS[rule]:
            kinds = ", ".join(each.value for each in RULE_KINDS[rule])
            yield Contradiction(
                table="rules",
                key=rule.value,
                column="kind",
                message=f"rule {rule.value} cannot be {kind.value}",
                cure=f"give one of {kinds}",
            )
    for service, floor in framework.floors.items():
        ceiling = framework.ceilings.get(service)
        if ceiling is not None and floor > ceiling:
            yield Contradiction(
                table="floors",
                key=service.value,
                column="rate",
                message=f"the floor of {service.value} lies above its ceiling",
                cure="swap the two, or correct the one mistyped",
            )
    for number, cap in enumerate(framework.caps, start=1):
        if cap.tier is not None and cap.tier not in codes:
            yield Contradiction(
                table="caps",
                key=str(number),
                column="tier",
                message=f"no tier called {cap.tier!r}",
                cure=f"known: {', '.join(codes)}",
            )
    least = framework.least_providers
    if least is not None and (least < 2 or (framework.binds(Rule.LEAST_PROVIDERS) and least > 2)):
        yield Contradiction(
            table="framework",
            key="",
            column="least_providers",
            message=f"{least} providers of a locality cannot be asked for",
            cure="give 2, or let the rule report only",
        )
    if framework.new_starts_a_week is not None and framework.new_starts_a_week < 0:
        yield Contradiction(
            table="framework",
            key="",
            column="new_starts_a_week",
            message=f"{framework.new_starts_a_week} new starts a week cannot be",
            cure="give 0 or more",
        )
    for name in dict.fromkeys(step.policy for step in framework.policies):
        aims = [step.objective for step in framework.policies if step.policy == name]
        wrong = _disorder(aims)
        if wrong:
            yield Contradiction(
                table="policies",
                key=name,
                column="objective",
                message=f"policy {name}: {wrong}",
                cure="unplaced, choice, ordered cost, compactness is a good order",
            )


def _disorder(aims: list[Aim]) -> str | None:
    """What is wrong with the objectives of a policy, or ``None``."""
    if len(set(aims)) < len(aims):
        return "an objective stands twice"
    if Aim.COMPACTNESS not in aims:
        return None
    for each in (Aim.COST, Aim.SCORE, Aim.CHANGE, Aim.SPREAD):
        if each in aims:
            return f"compactness is drawn within the order of call-off, which {each.value} does not keep"
    if aims[-1] is not Aim.COMPACTNESS:
        return "compactness comes last: it is searched, not proven"
    if aims[-2:-1] != [Aim.ORDERED_COST]:
        return "compactness follows ordered cost, whose tolerance it spends"
    return None
