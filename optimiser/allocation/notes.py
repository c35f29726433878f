"""What a result owes its reader beyond who has which package: everything a contract asks to be told.

Rules that only report, warnings before a cap, shares that were not reached, prices referred, placements that
end. None of it changes an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from optimiser.allocation.capacity import Row, RowKind, Wants
from optimiser.allocation.contract_rows import MAKERS, Book, ContractRows, cap
from optimiser.allocation.guarantees import shortfall
from optimiser.allocation.households import units
from optimiser.allocation.problem import Prepared, book_of
from optimiser.allocation.rules import Pairing, Terms, flags
from optimiser.allocation.weeks import last_day
from optimiser.allocation.words import hours, pounds
from optimiser.model.allocation import Allocation, Rule
from optimiser.model.contract import RuleKind
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to be told.

    Attributes
    ----------
    subject
        What it is about: a package, provider, tier, lot or locality, by identifier.
    """

    rule: Rule
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule.value}: {self.subject}: {self.message}"


def notes(instance: Instance, allocation: Allocation, prepared: Prepared | None = None) -> tuple[Note, ...]:
    """Everything to be told of an allocation, rule by rule."""
    terms = Terms.of(instance) if prepared is None else prepared.terms
    book = book_of(instance, terms) if prepared is None else prepared.book
    return (
        *_referred(instance, terms, allocation),
        *_hours_only(terms, allocation),
        *_warned(book, allocation),
        *_over(book, allocation),
        *_least_shares(book, allocation),
        *_few_providers(book, allocation),
        *_parted(instance, allocation),
        *_ending(instance, allocation),
        *_short(instance, allocation),
    )


def _referred(instance: Instance, terms: Terms, allocation: Allocation) -> Iterator[Note]:
    packages = instance.package_by_id
    for each in allocation.placements:
        package = packages[each.package]
        pairing = Pairing.of(package, terms.providers[each.provider], Wants.of(package), terms)
        for flag in flags(pairing):
            yield Note(rule=flag.rule, subject=f"{each.package} with {each.provider}", message=flag.reason)


def _hours_only(terms: Terms, allocation: Allocation) -> Iterator[Note]:
    held = {each.provider for each in allocation.placements}
    if terms.framework.binds(Rule.CAPACITY):
        for provider in sorted(held & terms.supply.hours_only):
            yield Note(
                rule=Rule.CAPACITY, subject=provider, message="held to hours a week alone: it states no bands"
            )


def _loads(book: Book, rows: ContractRows, allocation: Allocation) -> list[int]:
    """Amount of each row that an allocation uses."""
    held, loads = allocation.provider_of, [0] * len(rows.rows)
    for package, lines in book.eligible:
        for line in lines:
            if line.admission.provider == held.get(package.id):
                for number, amount in rows.uses(package, line.admission):
                    loads[number] += amount
    return loads


def _above(
    book: Book, allocation: Allocation, rule: Rule, make: Callable[[Book], Iterator[Row]], word: str
) -> Iterator[Note]:
    """Rows of a rule that hold more than their limit, whether or not it binds."""
    rows = ContractRows.numbered(book, list(make(book)), first=0)
    for row, load in zip(rows.rows, _loads(book, rows, allocation), strict=True):
        if load > row.limit:
            where = row.lot or row.locality or "the week"
            counted = row.kind in (RowKind.STARTS, RowKind.PACKAGES)
            told = f"{load} packages" if counted else hours(load)
            most = str(row.limit) if counted else hours(row.limit)
            yield Note(
                rule=rule,
                subject=str(row.provider or row.tier),
                message=f"{told} of {where}, {word} above {most}",
            )


def _warned(book: Book, allocation: Allocation) -> Iterator[Note]:
    """Caps that are passed where the contract wants a warning."""
    framework = book.instance.framework
    if framework.kind_of(Rule.CAP) is RuleKind.OFF:
        return
    warned = tuple(
        replace(each, stop_at=each.warn_at, warn_at=None)
        for each in framework.caps
        if each.warn_at is not None
    )
    at_warning = replace(book, instance=replace(book.instance, framework=replace(framework, caps=warned)))
    yield from _above(at_warning, allocation, Rule.CAP, cap, "told")


def _over(book: Book, allocation: Allocation) -> Iterator[Note]:
    """Limits of rules that only report."""
    for rule, make in MAKERS:
        if rule is not Rule.LEAST_PROVIDERS and book.instance.framework.kind_of(rule) is RuleKind.REPORT:
            yield from _above(book, allocation, rule, make, "not refused")


def _care_by(book: Book, allocation: Allocation) -> Mapping[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    care = {package.id: package.weekly_care for package in book.instance.packages}
    for each in allocation.placements:
        key = (each.lot, each.tier)
        found[key] = found.get(key, 0) + care[each.package]
    return found


def _least_shares(book: Book, allocation: Allocation) -> Iterator[Note]:
    """Tiers with less of a lot's hours than the contract means them to have."""
    if book.instance.framework.kind_of(Rule.SHARE) is RuleKind.OFF:
        return
    held = _care_by(book, allocation)
    for tier in book.instance.framework.tiers:
        for lot, packages in book.lots().items() if tier.least_share is not None else ():
            wanted = sum(each.weekly_care for each in packages)
            has, least = held.get((lot, tier.code), 0), wanted * (tier.least_share or 0) // 100
            if has < least:
                yield Note(
                    rule=Rule.SHARE,
                    subject=str(tier.code),
                    message=f"{hours(has)} of lot {lot}, where it is to have {hours(least)}",
                )


def _few_providers(book: Book, allocation: Allocation) -> Iterator[Note]:
    """Localities with fewer providers than the contract means them to have."""
    framework, held = book.instance.framework, allocation.provider_of
    least = framework.least_providers
    if least is None or framework.kind_of(Rule.LEAST_PROVIDERS) is RuleKind.OFF:
        return
    for place, packages in book.here.items():
        placed = [held[each.id] for each in packages if each.id in held]
        if len(set(placed)) < min(least, len(placed)):
            names = set[ProviderId](placed)
            yield Note(
                rule=Rule.LEAST_PROVIDERS,
                subject=place,
                message=f"{len(placed)} packages with {', '.join(sorted(names))} alone",
            )


def _parted(instance: Instance, allocation: Allocation) -> Iterator[Note]:
    """Households with more than one provider, for whatever reason."""
    held = allocation.provider_of
    if instance.framework.kind_of(Rule.HOUSEHOLD) is RuleKind.OFF:
        return
    for members in units(instance.packages, together=True):
        with_ = sorted({held.get(each.id, "last resort") for each in members})
        if len(with_) > 1:
            yield Note(
                rule=Rule.HOUSEHOLD,
                subject=", ".join(each.id for each in members),
                message=f"one household, with {' and '.join(with_)}",
            )


def _ending(instance: Instance, allocation: Allocation) -> Iterator[Note]:
    """Placements that a tier holds for a time only, and then gives back."""
    for each in allocation.placements:
        weeks = instance.framework.tier(each.tier).max_weeks
        ends = last_day(instance, each)
        if (
            weeks is not None
            and ends is not None
            and instance.framework.kind_of(Rule.WEEKS) is not RuleKind.OFF
        ):
            yield Note(
                rule=Rule.WEEKS,
                subject=each.package,
                message=f"with {each.provider} until {ends:%d %B %Y} ({weeks} weeks at most)",
            )


def _short(instance: Instance, allocation: Allocation) -> Iterator[Note]:
    if instance.framework.kind_of(Rule.GUARANTEE) is RuleKind.OFF:
        return
    for each in instance.framework.guarantees:
        short, pence = shortfall(instance, each, allocation)
        if short:
            yield Note(
                rule=Rule.GUARANTEE,
                subject=f"{each.provider} in {each.locality}",
                message=f"{hours(short)} of {hours(each.weekly_care)} not used, {pounds(pence)} a week",
            )
