"""The book of rules: every rule of the contract, what asks it, its figures, and where it comes from.

docs/rules.md is written from it. Nothing is decided here: what a rule does stands in its function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from optimiser.allocation import contract_rows, guarantees, households, rules, weeks
from optimiser.model.allocation import Rule
from optimiser.model.contract import RULE_KINDS

BEGIN = "<!-- rules: written by optimiser.allocation.rule_book -->"
END = "<!-- end of rules -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """One rule.

    Attributes
    ----------
    asks
        Its function, whose first line says what it asks.
    figures
        What of a rules file or table it reads; empty where it needs none.
    source
        Where the rule comes from; "assumption" where nobody has published it.
    """

    rule: Rule
    asks: Callable[..., Any]
    figures: str
    source: str

    @property
    def says(self) -> str:
        """What it asks, in a sentence."""
        first = (self.asks.__doc__ or "").strip().partition("\n")[0]
        return first.partition(": ")[2]


def _named(rule: Rule, asks: Callable[..., Any], figures: str, source: str) -> NamedRule:
    return NamedRule(rule=rule, asks=asks, figures=figures, source=source)


RULE_BOOK: tuple[NamedRule, ...] = (
    _named(Rule.LOT, rules.lot, "`provider_lots.csv`", "Essex, Leicestershire: notices of their frameworks"),
    _named(
        Rule.SERVICE, rules.service, "`provider_lots.csv`", "Essex TED 199041-2016; lots of FTS 062651-2025"
    ),
    _named(Rule.CLIENT_GROUP, rules.client_group, "`provider_lots.csv`", "Essex TED 199041-2016"),
    _named(Rule.SKILLS, rules.skills, "`skills`", "Essex TED 199041-2016 (enhanced service types)"),
    _named(Rule.CQC, rules.cqc, "`[[tiers]] needs_cqc_good`", "Essex Live at Home 2021"),
    _named(Rule.STATUS, rules.status, "`providers.csv status`", "practice; Waltham Forest, market position"),
    _named(Rule.CAPACITY, rules.capacity, "`capacity.csv`, pairs of carers too", "assumption"),
    _named(
        Rule.NEW_STARTS,
        contract_rows.new_starts,
        "`new_starts_a_week`; `providers.csv new_starts_a_week`",
        "assumption",
    ),
    _named(Rule.PRICE, rules.price, "`[ceilings]`", "Care Act guidance 4.31"),
    _named(Rule.FLOOR, rules.floor, "`[floors]`", "Care Act guidance 4.31"),
    _named(Rule.GENDER, rules.gender, "`gender_of_carer`", "LGSCO 18 016 351"),
    _named(Rule.LANGUAGE, rules.language, "`language`", "assumption"),
    _named(Rule.ENDED, rules.ended, "`excluded_providers`; hand-backs", "LGSCO decisions; practice"),
    _named(Rule.SHORT_VISIT, rules.short_visit, "`short_visit_agreed`", "NICE NG21 1.4.2; QS123 statement 4"),
    _named(Rule.CHOICE, rules.choice, "`preferred_provider`", "Bracknell Forest; Devon Cares"),
    _named(Rule.WEEKS, weeks.last_day, "`[[tiers]] max_weeks`", "Essex: six weeks; Norfolk: 3 to 4 months"),
    _named(Rule.HOUSEHOLD, households.household, "`household`", "assumption"),
    _named(
        Rule.SHARE,
        contract_rows.share,
        "`[[tiers]] most_share`, `least_share`",
        "Norfolk FTS 029089-2025: 70 % and 30 %",
    ),
    _named(
        Rule.LEAST_PROVIDERS,
        contract_rows.least_providers,
        "`least_providers`",
        "assumption, after the failure of single providers in Leicestershire in 2016",
    ),
    _named(Rule.CAP, contract_rows.cap, "`[[caps]] warn_at`, `stop_at`", "assumption: 40 % and 70 %"),
    _named(
        Rule.GUARANTEE,
        guarantees.shortfall,
        "`[[guarantees]]`",
        "Essex trials in primary care networks; terms are not published",
    ),
)
"""In the order of the table."""


def rules_as_markdown() -> str:
    """Table of every rule."""
    lines = [
        "| rule | asks | by default | may be | figures | source |",
        "|---|---|---|---|---|---|",
    ]
    for each in RULE_BOOK:
        default, *others = (kind.value for kind in RULE_KINDS[each.rule])
        may_be = ", ".join(others) or "always so"
        lines.append(
            f"| `{each.rule.value}` | {each.says} | {default} | {may_be} | {each.figures} | {each.source} |"
        )
    return "\n".join(lines) + "\n"


def up_to_date(page: str) -> str:
    """The page with the table as it is now; ``ValueError`` where it has lost its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{rules_as_markdown()}\n{END}{after}"
