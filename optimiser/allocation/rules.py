"""Who may have which package: one rule, one function (DOMAIN 4.1).

Each rule takes a :class:`Pairing` and returns ``None`` or the reason in plain English, with figures.
``RULES`` is the order in which they are asked. Under a framework each is hard, reports only, or is off:
:func:`exclusions` gives the reasons that keep a provider out, :func:`flags` those that are only told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from optimiser.allocation.call_off import CallOff, Line, all_call_offs
from optimiser.allocation.capacity import RowKind, Supply, Wants
from optimiser.allocation.words import hours, part_of_week, pounds
from optimiser.model.allocation import Exclusion, Rule
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.model.contract import RuleKind
from optimiser.model.identifiers import LotCode, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.market import Framework
from optimiser.model.need import Package, ServiceKind, SourceRoute
from optimiser.model.price import weekly_cost
from optimiser.model.supply import Admission, Provider, ProviderStatus, RateUnit

RuleFunction: TypeAlias = "Callable[[Pairing], str | None]"

SHORTEST_PERSONAL_CARE = 30 * MINUTE
"""NICE NG21 1.4.2 and QS123 statement 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What of an instance the rules read, looked up once.

    Attributes
    ----------
    lots_of
        Lots in which each provider has any admission in force.
    asked
        Of each kind, the rules that are so under this framework, in the order of ``RULES``.
    """

    as_of: date
    framework: Framework
    providers: Mapping[ProviderId, Provider]
    supply: Supply
    call_offs: Mapping[tuple[LotCode, ServiceKind], CallOff]
    lots_of: Mapping[ProviderId, frozenset[LotCode]]
    asked: Mapping[RuleKind, tuple[tuple[Rule, RuleFunction], ...]]

    @classmethod
    def of(cls, instance: Instance) -> Terms:
        """Terms of an instance."""
        lots: dict[ProviderId, set[LotCode]] = {}
        for each in instance.admissions:
            if each.holds_on(instance.as_of):
                lots.setdefault(each.provider, set()).add(each.lot)
        return cls(
            as_of=instance.as_of,
            framework=instance.framework,
            providers=instance.provider_by_id,
            supply=Supply.of(instance),
            call_offs=all_call_offs(instance, instance.packages),
            lots_of={provider: frozenset(held) for provider, held in lots.items()},
            asked={
                kind: tuple(
                    (rule, holds) for rule, holds in RULES if instance.framework.kind_of(rule) is kind
                )
                for kind in RuleKind
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One package beside one provider.

    Attributes
    ----------
    line
        In the order of call-off, for the person's client group; ``None`` where the provider has none.
    """

    package: Package
    provider: Provider
    wants: Wants
    terms: Terms
    line: Line | None

    @classmethod
    def of(cls, package: Package, provider: Provider, wants: Wants, terms: Terms) -> Pairing:
        """Pairing under terms."""
        line = terms.call_offs[package.lot, package.service].line(provider.id, package.client_group)
        return cls(package=package, provider=provider, wants=wants, terms=terms, line=line)

    @property
    def stays(self) -> bool:
        """Whether it is a change to work the provider already has (rule E4: current work stays)."""
        here = self.package.current_provider == self.provider.id
        return here and self.package.route in (SourceRoute.VARIATION, SourceRoute.REVIEW)


def lot(pairing: Pairing) -> str | None:
    """E1: the provider is admitted to the package's lot."""
    if pairing.package.lot in pairing.terms.lots_of.get(pairing.provider.id, frozenset()):
        return None
    return f"not admitted to lot {pairing.package.lot}"


def service(pairing: Pairing) -> str | None:
    """E2, E10: admitted there for this kind of service; nights and live-in care have lots of their own."""
    package = pairing.package
    order = pairing.terms.call_offs[package.lot, package.service]
    if lot(pairing) or any(line.admission.provider == pairing.provider.id for line in order.lines):
        return None
    return f"not admitted to lot {package.lot} for {package.service.value.replace('_', ' ')}"


def client_group(pairing: Pairing) -> str | None:
    """E2: the admission covers the client group."""
    if pairing.line is not None or lot(pairing) or service(pairing):
        return None
    return f"not admitted to lot {pairing.package.lot} for client group {pairing.package.client_group.value}"


def status(pairing: Pairing) -> str | None:
    """E4: no new work while suspended or embargoed; current work stays."""
    holds = pairing.provider.status_on(pairing.terms.as_of)
    if holds is ProviderStatus.ACTIVE or pairing.stays:
        return None
    until = pairing.provider.status_to
    return f"{holds.value} {f'until {until:%d %B %Y}' if until else 'without an end date'}"


def cqc(pairing: Pairing) -> str | None:
    """E3: Good or better overall, for Safe and for Well-led, where the tier asks for it."""
    if pairing.line is None:
        return None
    tier = pairing.terms.framework.tiers[pairing.line.tier_order]
    if not tier.needs_cqc_good:
        return None
    provider = pairing.provider
    ratings = {"overall": provider.cqc_overall, "Safe": provider.cqc_safe, "Well-led": provider.cqc_well_led}
    short = [
        f"{name} {each.value.replace('_', ' ')}"
        for name, each in ratings.items()
        if not each.is_good_or_better
    ]
    return f"{tier.name} asks for CQC Good or better; it has {', '.join(short)}" if short else None


def ended(pairing: Pairing) -> str | None:
    """E8: neither side has ended this relationship before; who handed it back is not asked again."""
    package, provider = pairing.package, pairing.provider.id
    if provider in package.excluded_providers:
        return "the person and this provider ended their relationship before"
    gave_up = package.route in (SourceRoute.HANDBACK, SourceRoute.PROVIDER_EXIT)
    if gave_up and package.current_provider == provider:
        return "this provider handed the package back"
    return None


def skills(pairing: Pairing) -> str | None:
    """E2: every enhanced skill that is needed."""
    missing = sorted(pairing.package.skills - pairing.provider.skills)
    return f"no carer with {', '.join(missing)}" if missing else None


def gender(pairing: Pairing) -> str | None:
    """E7: a carer of the gender that is needed."""
    needed = pairing.package.gender_of_carer
    if needed is None or needed in pairing.provider.genders:
        return None
    return f"no {needed.value} carer"


def language(pairing: Pairing) -> str | None:
    """E7: a carer who speaks the person's language."""
    needed = pairing.package.language
    return None if needed is None or needed in pairing.provider.languages else f"no carer who speaks {needed}"


def short_visit(pairing: Pairing) -> str | None:
    """E9: personal care of at least 30 minutes a visit, unless all four conditions for less are met."""
    if pairing.package.service is not ServiceKind.PERSONAL_CARE:
        return None
    for visit in pairing.package.visits:
        if visit.service_duration < SHORTEST_PERSONAL_CARE and not visit.short_visit_agreed:
            length = f"{visit.service_duration // MINUTE} min of personal care, under 30 min"
            return f"visit {visit.number} is {length}, and the four conditions for less are not met"
    return None


def price(pairing: Pairing) -> str | None:
    """E6: not above the ceiling: pence an hour, supplement included, or pence a week for live-in care."""
    ceiling = pairing.terms.framework.ceilings.get(pairing.package.service)
    if ceiling is None or pairing.line is None:
        return None
    over, asked = _against(pairing.package, pairing.line.admission, ceiling)
    return f"{asked} is above the ceiling of {_per(pairing, ceiling)}" if over > 0 else None


def floor(pairing: Pairing) -> str | None:
    """E6: not below the price that sustains care; a lower one is referred for review."""
    least = pairing.terms.framework.floors.get(pairing.package.service)
    if least is None or pairing.line is None:
        return None
    over, asked = _against(pairing.package, pairing.line.admission, least)
    return f"referred: {asked} is below the sustainable {_per(pairing, least)}" if over < 0 else None


def _against(package: Package, admission: Admission, limit: int) -> tuple[int, str]:
    """By how much a price is above a limit, in no unit, and the price in words."""
    if package.service is ServiceKind.LIVE_IN:
        weekly = weekly_cost(package, admission)
        return weekly - limit, f"{pounds(weekly)} a week"
    if admission.rate_unit is RateUnit.HOUR:
        hourly = admission.rate + admission.supplement
        return hourly - limit, f"{pounds(hourly)} an hour"
    over = weekly_cost(package, admission) * HOUR - limit * package.weekly_care
    return over, f"{pounds(admission.rate)} a week"


def _per(pairing: Pairing, limit: int) -> str:
    if pairing.package.service is ServiceKind.LIVE_IN:
        return pounds(limit)
    weekly = pairing.line is not None and pairing.line.admission.rate_unit is RateUnit.WEEK
    return f"{pounds(limit)} an hour" if weekly else pounds(limit)


def capacity(pairing: Pairing) -> str | None:
    """E5: the package alone fits what the provider has, in every band, day type and place."""
    package, provider, supply = pairing.package, pairing.provider.id, pairing.terms.supply
    gaps = supply.gaps(package, provider, pairing.wants)
    if gaps:
        wanted = pairing.wants.care[gaps[0]]
        return f"{hours(wanted)} {part_of_week(*gaps[0])} wanted, no capacity stated"
    for number, amount in supply.uses(package, provider, pairing.wants):
        row = supply.rows[number]
        if amount > row.limit:
            kind = "" if row.kind is RowKind.CARE else " with two carers"
            where = f" in {row.locality}" if row.locality else ""
            free = hours(row.limit) if row.limit else "none"
            return f"{hours(amount)} {part_of_week(row.band, row.day_type)}{kind} wanted, {free} free{where}"
    return None


def choice(package: Package, provider: ProviderId, framework: Framework) -> bool:
    """O8: a person's recorded choice is asked before all others."""
    return framework.binds(Rule.CHOICE) and package.chosen_provider == provider


RULES: tuple[tuple[Rule, RuleFunction], ...] = (
    (Rule.LOT, lot),
    (Rule.SERVICE, service),
    (Rule.CLIENT_GROUP, client_group),
    (Rule.STATUS, status),
    (Rule.CQC, cqc),
    (Rule.ENDED, ended),
    (Rule.SKILLS, skills),
    (Rule.GENDER, gender),
    (Rule.LANGUAGE, language),
    (Rule.SHORT_VISIT, short_visit),
    (Rule.PRICE, price),
    (Rule.FLOOR, floor),
    (Rule.CAPACITY, capacity),
)
"""In the order they are asked; :mod:`~optimiser.allocation.rule_book` has their sources."""


def exclusions(pairing: Pairing) -> Iterator[Exclusion]:
    """Every reason why the provider cannot have the package, in the order of ``RULES``; none where it can.

    Who is not admitted to the lot is asked nothing further: it is no party to the contract there.
    """
    return _found(pairing, RuleKind.HARD)


def flags(pairing: Pairing) -> Iterator[Exclusion]:
    """What the framework asks to be told of the provider and the package, and keeps nobody out."""
    return _found(pairing, RuleKind.REPORT)


def _found(pairing: Pairing, kind: RuleKind) -> Iterator[Exclusion]:
    for rule, holds in pairing.terms.asked[kind]:
        reason = holds(pairing)
        if reason is not None:
            yield Exclusion(
                package=pairing.package.id, provider=pairing.provider.id, rule=rule, reason=reason
            )
            if rule is Rule.LOT:
                return


def is_eligible(pairing: Pairing) -> bool:
    """Whether no rule keeps the provider from the package."""
    return next(exclusions(pairing), None) is None
