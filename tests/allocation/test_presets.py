"""Each preset tells its story on a worked instance: who is asked, who gets what, what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from instances.contract_file import preset
from instances.contracts import PRESETS
from optimiser.allocation.allocate import allocate
from optimiser.allocation.explain import exclusions_of
from optimiser.allocation.notes import notes
from optimiser.allocation.weeks import last_day
from optimiser.model.allocation import Allocation, Rule
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, ServiceKind, SourceRoute
from optimiser.model.supply import Rating
from tests.allocation.markets import AS_OF, LOT, admission, market, package, provider, ranked, weekly

FAIR = Rating.REQUIRES_IMPROVEMENT


def worked(
    contract: str,
    tiers: dict[str, str],
    hours: dict[str, float],
    packages: list[Package],
    *,
    order: str = "",
    fair: str = "",
) -> Instance:
    """Maldon under a preset: providers by tier, each with hours a week; ``fair`` are not rated Good."""
    services = sorted({each.service for each in packages}, key=lambda each: each.value)
    return market(
        packages,
        [provider(who, cqc_overall=FAIR if who in fair else Rating.GOOD) for who in tiers],
        [
            admission(who, tier=tier, rate=2400 + 10 * n, service=service)
            for n, (who, tier) in enumerate(tiers.items())
            for service in services
        ],
        [weekly(who, spare) for who, spare in hours.items()],
        [ranked(*order, service=service) for service in services] if order else [],
        framework=preset(contract),
    )


def people(count: int, **changes: object) -> list[Package]:
    """Packages of 3.5 hours a week, in order of request."""
    first = AS_OF - timedelta(days=20)
    return [package(f"P{n}", requested_on=first + timedelta(days=n), **changes) for n in range(1, count + 1)]


def placed(instance: Instance, policy: str = "ranked") -> tuple[Allocation, list[str]]:
    """The allocation, and who has each package in turn."""
    answer = allocate(instance, policy=policy).solution
    return answer, [answer.provider_of.get(each.id, ProviderId("-")) for each in instance.packages]


def told(instance: Instance, answer: Allocation, rule: Rule) -> list[str]:
    return [note.message for note in notes(instance, answer) if note.rule is rule]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_says_what_is_published_and_what_is_assumed(name: str) -> None:
    contract = preset(name)
    assert contract.name
    assert contract.version
    assert contract.source
    assert set(contract.ceilings) <= set(contract.last_resort_rates)


def test_essex_2017_one_list_then_spot() -> None:
    tiers = {"A": "RANKED", "B": "RANKED", "S": "SPOT"}
    hours = {"A": 3.5, "B": 3.5, "S": 3.5}
    instance = worked("essex-2017", tiers, hours, people(4), order="BA", fair="A")
    answer, _ = placed(instance)
    by_tier = [each.tier for each in answer.placements]
    assert sorted(by_tier) == ["RANKED", "RANKED", "SPOT"], "no CQC gate was published before 2021"
    assert len(answer.unplaced) == 1
    assert placed(instance, "cascade")[1] == ["B", "A", "S", "-"]


def test_essex_2025_tier_1_then_tier_2_then_spot_and_dependence_is_told() -> None:
    tiers = {"A": "T1", "B": "T1", "C": "T2", "S": "SPOT"}
    hours = {"A": 7, "B": 50, "C": 7, "S": 7}
    instance = worked("essex-2025", tiers, hours, people(5), order="ABC", fair="B")
    answer, who = placed(instance, "cascade")
    assert who == ["A", "A", "C", "C", "S"], "B is second in Tier 1 and not rated Good"
    assert [each.rule for each in exclusions_of(instance, PackageId("P1"))] == [Rule.CQC]
    assert told(instance, answer, Rule.CAP) == []
    alone = worked("essex-2025", {"A": "T1"}, {"A": 50}, people(5), order="A")
    answer, who = placed(alone)
    assert who == ["A"] * 5, "a warning, never a refusal"
    assert told(alone, answer, Rule.CAP) == ["17 h 30 of MALDON, told above 7 h"]


def test_essex_short_term_support_ends_after_six_weeks() -> None:
    packages = people(2, service=ServiceKind.REABLEMENT, route=SourceRoute.HOSPITAL)
    packages[1] = replace(packages[1], planned_end=AS_OF + timedelta(days=20))
    instance = worked("essex-stse", {"A": "STSE"}, {"A": 50}, packages)
    answer, _ = placed(instance)
    ends = [last_day(instance, each) for each in answer.placements]
    assert ends == [AS_OF + timedelta(days=41), AS_OF + timedelta(days=20)]
    assert told(instance, answer, Rule.WEEKS) == [
        "with A until 25 October 2026 (6 weeks at most)",
        "with A until 04 October 2026 (6 weeks at most)",
    ]


def test_norfolk_2017_the_accredited_list_holds_for_sixteen_weeks_what_no_strategic_provider_can() -> None:
    tiers = {"A": "STRATEGIC", "B": "ACCREDITED", "S": "SPOT"}
    full = worked("norfolk-2017", tiers, {"A": 3.5, "B": 3.5, "S": 50}, people(3), order="A")
    answer, who = placed(full, "cascade")
    assert who == ["A", "B", "S"]
    ends = {each.package: last_day(full, each) for each in answer.placements}
    assert ends == {"P1": None, "P2": AS_OF + timedelta(weeks=16, days=-1), "P3": None}
    # Sixteen weeks on, a strategic provider has room again, and the package returns to it.
    after = date.fromordinal(ends[PackageId("P2")].toordinal() + 1)  # type: ignore[union-attr]
    back = replace(full.packages[1], requested_on=after, current_provider=ProviderId("B"))
    later = replace(full, as_of=after, packages=(back,))
    assert placed(later)[1] == ["A"]


def test_norfolk_principal_has_at_most_seventy_per_cent_of_a_lot() -> None:
    tiers = {"A": "PRINCIPAL", "B": "FRAMEWORK", "C": "FRAMEWORK"}
    instance = worked("norfolk-principal", tiers, {"A": 100, "B": 100, "C": 100}, people(10))
    for policy in ("cascade", "ranked", "coherent", "cost"):
        answer, who = placed(instance, policy)
        assert who.count("A") == 7, "70 % of 35 hours, though it has room for all"
        assert not answer.unplaced
        assert told(instance, answer, Rule.SHARE) == []
    short = replace(instance, capacities=(weekly("A", 100), weekly("B", 3.5), weekly("C", 3.5)))
    answer, who = placed(short)
    assert (who.count("A"), len(answer.unplaced)) == (7, 1)
    assert "of the share of tier PRINCIPAL in lot MALDON" in answer.unplaced[0].reason
    assert told(short, answer, Rule.SHARE) == ["7 h of lot MALDON, where it is to have 10 h 30"]


def test_leicester_has_no_list_so_the_cheapest_comes_first() -> None:
    tiers = {"A": "FRAMEWORK", "B": "FRAMEWORK"}
    instance = worked("leicester", tiers, {"A": 3.5, "B": 50}, people(2))
    assert placed(instance, "cascade")[1] == ["A", "B"]
    dear = replace(instance, admissions=(admission("A", tier="FRAMEWORK", rate=2760), instance.admissions[1]))
    assert placed(dear)[1] == ["B", "B"]
    assert [each.rule for each in exclusions_of(dear, PackageId("P1"))] == [Rule.PRICE]


def test_leicester_bridging_gives_its_capacity_back() -> None:
    on_discharge = people(1, service=ServiceKind.BRIDGING, route=SourceRoute.HOSPITAL, needed_by=AS_OF)
    long_term_start = AS_OF + timedelta(days=10)
    bridge = replace(on_discharge[0], planned_end=long_term_start - timedelta(days=1))
    instance = worked("leicester-bridging", {"A": "BRIDGING"}, {"A": 3.5}, [bridge])
    answer, who = placed(instance)
    assert who == ["A"]
    assert last_day(instance, answer.placements[0]) == long_term_start - timedelta(days=1)
    waiting = replace(instance, packages=(replace(bridge, planned_end=None),))
    assert last_day(waiting, answer.placements[0]) == AS_OF + timedelta(days=41)
    next_patient = replace(bridge, id=PackageId("P2"), planned_end=None)
    assert placed(replace(instance, as_of=long_term_start, packages=(next_patient,)))[1] == ["A"]


def test_leicestershire_lead_then_supplementary_then_contingency() -> None:
    tiers = {"A": "LEAD", "B": "SUPPLEMENTARY", "C": "CONTINGENCY"}
    hours = {"A": 3.5, "B": 3.5, "C": 3.5}
    instance = worked("leicestershire-htlah", tiers, hours, people(3), order="CBA")
    assert placed(instance, "cascade")[1] == ["A", "B", "C"], "tier comes before rank"
    unrated = worked("leicestershire-htlah", tiers, hours, people(3), order="CBA", fair="BC")
    answer, who = placed(unrated, "cascade")
    assert who == ["A", "C", "-"], "no gate is assumed for contingency"
    assert {each.lot for each in answer.placements} == {LOT}
