"""Each rule keeps out whom it must, says why with figures, and keeps out nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from optimiser.allocation.explain import exclusions_of
from optimiser.allocation.problem import build_problem
from optimiser.model.allocation import Rule
from optimiser.model.calendar import HOUR, Band, DayType
from optimiser.model.identifiers import LocalityId, LotCode, PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, Gender, ServiceKind, SourceRoute
from optimiser.model.supply import ProviderStatus, Rating
from tests.allocation.markets import WEEKDAYS, admission, market, package, provider, visit, weekly

A = ProviderId("A")


def bands(name: str, hours: float, **changes):  # type: ignore[no-untyped-def]
    return [
        weekly(name, hours, band=band, day_type=day_type, **changes)
        for band in (Band.MORNING, Band.LUNCH, Band.TEA, Band.BED)
        for day_type in DayType
    ]


def one(p=None, a=None, held=None, rows=None) -> Instance:  # type: ignore[no-untyped-def]
    return market(
        [p or package("P1")],
        [a or provider("A")],
        [held or admission("A")] if held != () else [],
        bands("A", 50) if rows is None else rows,
    )


def test_a_provider_that_meets_every_rule_may_have_the_package() -> None:
    instance = one()
    assert exclusions_of(instance, PackageId("P1")) == ()
    assert [each.provider for each in build_problem(instance).needs[0].candidates] == ["A"]


CASES = {
    "no admission": (one(held=()), Rule.LOT, "not admitted to lot MALDON"),
    "another lot": (one(held=admission("A", lot=LotCode("OTHER"))), Rule.LOT, "MALDON"),
    "admission over": (one(held=admission("A", effective_to=date(2026, 9, 13))), Rule.LOT, "MALDON"),
    "another service": (
        one(held=admission("A", service=ServiceKind.REABLEMENT)),
        Rule.SERVICE,
        "not admitted to lot MALDON for personal care",
    ),
    "another client group": (
        one(held=admission("A", client_groups=frozenset({ClientGroup.LEARNING_DISABILITY}))),
        Rule.CLIENT_GROUP,
        "client group OP",
    ),
    "suspended": (
        one(a=provider("A", status=ProviderStatus.SUSPENDED, status_to=date(2026, 12, 1))),
        Rule.STATUS,
        "suspended until 01 December 2026",
    ),
    "not good": (
        one(a=provider("A", cqc_safe=Rating.REQUIRES_IMPROVEMENT)),
        Rule.CQC,
        "Safe requires improvement",
    ),
    "relationship ended": (one(p=package("P1", excluded_providers=frozenset({A}))), Rule.ENDED, "ended"),
    "handed back": (
        one(p=package("P1", route=SourceRoute.HANDBACK, current_provider=A)),
        Rule.ENDED,
        "handed the package back",
    ),
    "skill": (one(p=package("P1", skills=frozenset({"peg"}))), Rule.SKILLS, "no carer with peg"),
    "gender": (
        one(
            p=package("P1", gender_of_carer=Gender.MALE),
            a=provider("A", genders=frozenset({Gender.FEMALE})),
        ),
        Rule.GENDER,
        "no male carer",
    ),
    "language": (one(p=package("P1", language="pl")), Rule.LANGUAGE, "speaks pl"),
    "short visit": (one(p=package("P1", (visit(1, 8, minutes=15),))), Rule.SHORT_VISIT, "visit 1 is 15 min"),
    "price": (one(held=admission("A", rate=2980, supplement=50)), Rule.PRICE, "£30.30 an hour"),
    "too large": (
        one(rows=bands("A", 2)),
        Rule.CAPACITY,
        "2 h 30 at breakfast on weekdays wanted, 2 h free",
    ),
    "no pair of carers": (
        one(p=package("P1", (visit(1, 8, carers=2),)), rows=bands("A", 50, double_up_pairs=0)),
        Rule.CAPACITY,
        "2 h 30 at breakfast on weekdays with two carers wanted, none free",
    ),
    "a band without a row": (
        one(rows=bands("A", 50)[2:]),
        Rule.CAPACITY,
        "2 h 30 at breakfast on weekdays wanted, no capacity stated",
    ),
    "no row at all": (one(rows=[]), Rule.CAPACITY, "no capacity stated"),
    "a week too short": (one(rows=[weekly("A", 3)]), Rule.CAPACITY, "3 h 30 in the week wanted, 3 h free"),
    "a locality too small": (
        one(rows=[*bands("A", 50), weekly("A", 1, locality=LocalityId("CM9 5"))]),
        Rule.CAPACITY,
        "3 h 30 in the week wanted, 1 h free in CM9 5",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_rule_keeps_out_whom_it_must(name: str) -> None:
    instance, rule, says = CASES[name]
    reasons = exclusions_of(instance, PackageId("P1"))
    assert [each.rule for each in reasons] == [rule]
    assert says in reasons[0].reason
    assert build_problem(instance).needs[0].candidates == ()


def test_all_reasons_are_told_in_the_order_of_the_rules() -> None:
    wanted = package("P1", language="pl", skills=frozenset({"peg"}))
    instance = one(p=wanted, a=provider("A", status=ProviderStatus.EMBARGOED))
    rules = [each.rule for each in exclusions_of(instance, PackageId("P1"))]
    assert rules == [Rule.STATUS, Rule.SKILLS, Rule.LANGUAGE]


def test_current_work_stays_with_a_suspended_provider() -> None:
    stays = package("P1", route=SourceRoute.VARIATION, current_provider=A)
    assert exclusions_of(one(p=stays, a=provider("A", status=ProviderStatus.SUSPENDED)), stays.id) == ()


def test_an_agreed_short_visit_and_a_lower_tier_pass() -> None:
    agreed = package("P1", (replace(visit(1, 8, minutes=15), short_visit_agreed=True),))
    spare = provider("A", cqc_overall=Rating.NOT_RATED)
    assert exclusions_of(one(p=agreed, a=spare, held=admission("A", tier="T2")), agreed.id) == ()


def test_hours_a_week_alone_are_enough_and_flagged() -> None:
    instance = one(rows=[weekly("A", 4)])
    problem = build_problem(instance)
    assert exclusions_of(instance, PackageId("P1")) == ()
    assert problem.hours_only == {A}


def test_a_row_elsewhere_and_an_older_row_do_not_bind() -> None:
    rows = [
        *bands("A", 50),
        weekly("A", 0, locality=LocalityId("CM0 7")),
        *bands("A", 0, as_of=None),
        *bands("A", 50, as_of=date(2026, 9, 1)),
    ]
    assert exclusions_of(one(rows=rows), PackageId("P1")) == ()


def test_nights_need_a_row_of_their_own() -> None:
    night = package("P1", (visit(1, 22, minutes=540, days=WEEKDAYS),), service=ServiceKind.NIGHT_AWAKE)
    held = admission("A", service=ServiceKind.NIGHT_AWAKE)
    short = one(p=night, held=held, rows=[weekly("A", 100)])
    assert [each.rule for each in exclusions_of(short, night.id)] == [Rule.CAPACITY]
    rows = [weekly("A", 100), weekly("A", 45, band=Band.NIGHT, day_type=DayType.WEEKDAY)]
    enough = one(p=night, held=held, rows=rows)
    assert exclusions_of(enough, night.id) == ()
    uses = build_problem(enough).needs[0].candidates[0].uses
    assert [amount for _, amount in uses] == [45 * HOUR]
