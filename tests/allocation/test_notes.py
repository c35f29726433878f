"""What a contract asks to be told is told, and changes no answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.notes import notes
from optimiser.allocation.rule_book import RULE_BOOK, up_to_date
from optimiser.model.allocation import Rule
from optimiser.model.contract import RULE_KINDS, Area, Cap, Guarantee, RuleKind
from optimiser.model.identifiers import LocalityId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import ServiceKind
from tests.allocation.test_contract_rules import as_placed, small
from tests.instances.test_documentation import ROOT

REPORT = RuleKind.REPORT
PROMISE = Guarantee(
    provider=ProviderId("B"), locality=LocalityId("DENGIE"), weekly_care=36_000, shortfall_rate=1000
)
CASES = {
    Rule.FLOOR: (
        small(floors={ServiceKind.PERSONAL_CARE: 2450}),
        "AAAA",
        "E6 sustainable floor: P1 with A: referred: £24.00 an hour is below the sustainable £24.50",
    ),
    Rule.NEW_STARTS: (
        small(new_starts_a_week=3, rules={Rule.NEW_STARTS: REPORT}),
        "AAAA",
        "E5 new starts: A: 4 packages of the week, not refused above 3",
    ),
    Rule.CAP: (
        small(caps=(Cap(of=Area.LOCALITY, warn_at=50, stop_at=90),)),
        "AAAB",
        "B9 cap of one provider: A: 10 h 30 of DENGIE, told above 7 h",
    ),
    Rule.LEAST_PROVIDERS: (
        small(least_providers=2),
        "AAAA",
        "B8 providers of a locality: DENGIE: 4 packages with A alone",
    ),
    Rule.HOUSEHOLD: (
        small(couple=True, rules={Rule.HOUSEHOLD: REPORT}),
        "ABBB",
        "B5 household together: P1, P2: one household, with A and B",
    ),
    Rule.GUARANTEE: (
        small(guarantees=(PROMISE,)),
        "AAAB",
        "G1 guaranteed hours: B in DENGIE: 6 h 30 of 10 h not used, £65.00 a week",
    ),
    Rule.CAPACITY: (
        small(),
        "AAAA",
        "E5 capacity: A: held to hours a week alone: it states no bands",
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_each_is_told_with_its_figures(rule: Rule) -> None:
    instance, who, says = CASES[rule]
    said = [str(note) for note in notes(instance, as_placed(instance, *who))]
    assert says in said
    kinds = RULE_KINDS[rule]
    if RuleKind.OFF in kinds:
        off = replace(instance, framework=replace(instance.framework, rules={rule: RuleKind.OFF}))
        assert says not in [str(note) for note in notes(off, as_placed(off, *who))]


def test_notes_change_no_answer() -> None:
    plain: Instance = small()
    told = small(least_providers=2, floors={ServiceKind.PERSONAL_CARE: 2450}, guarantees=(PROMISE,))
    assert allocate(plain).solution == allocate(told).solution


def test_every_rule_stands_in_the_book_and_on_the_page() -> None:
    assert [each.rule for each in RULE_BOOK] == list(dict.fromkeys(each.rule for each in RULE_BOOK))
    assert {each.rule for each in RULE_BOOK} == set(Rule) == set(RULE_KINDS)
    assert all(each.says and each.source for each in RULE_BOOK)
    page = ROOT / "docs/rules.md"
    text = page.read_text(encoding="utf-8")
    assert text == up_to_date(text), "write optimiser.allocation.rule_book.up_to_date(text) to docs/rules.md"
    with pytest.raises(ValueError, match="needs the lines"):
        up_to_date("no marks")
