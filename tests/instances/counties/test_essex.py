from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from instances.counties import essex
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, ServiceKind
from tests.instances.counties.figures import hours

S = ServiceKind


def people(instance: Instance, service: ServiceKind) -> list[ClientGroup]:
    return [package.client_group for package in instance.packages if package.service is service]


@pytest.mark.slow
def test_the_published_totals_are_met(whole_essex: Instance) -> None:
    packages = whole_essex.packages
    older = [p for p in packages if p.client_group is ClientGroup.OLDER_PEOPLE]
    assert len(packages) == 7465
    assert hours(packages) == pytest.approx(183_000, rel=0.02)
    assert hours(packages, S.PERSONAL_CARE) == pytest.approx(144_000, rel=0.02)
    assert hours(older, S.PERSONAL_CARE) == pytest.approx(68_000, rel=0.02)
    assert hours(packages, S.NIGHT_AWAKE, S.NIGHT_SLEEP) == pytest.approx(22_000, rel=0.02)
    assert hours(packages, S.LIVE_IN) == pytest.approx(14_000, rel=0.02)
    live_in = people(whole_essex, S.LIVE_IN)
    assert 1 - live_in.count(ClientGroup.OLDER_PEOPLE) / len(live_in) == pytest.approx(0.89, abs=0.03)


@pytest.mark.slow
def test_lots_are_districts_and_tiers_as_published(whole_essex: Instance) -> None:
    assert len(whole_essex.lots) == 12
    assert all(len(lot.districts) == 1 for lot in whole_essex.lots)
    tiers = whole_essex.framework.tiers
    assert [(t.code, t.needs_cqc_good, t.on_framework) for t in tiers] == [
        ("T1", True, True),
        ("T2", False, True),
        ("SPOT", False, False),
    ]
    for lot in whole_essex.lots:
        found: Counter[str] = Counter()
        for admission in whole_essex.admissions:
            if admission.lot == lot.code and admission.service is S.PERSONAL_CARE:
                found[admission.tier] += admission.effective_to is None
        assert 4 <= found["T1"] <= 10
        assert 6 <= found["T2"] <= 15
        assert 3 <= found["SPOT"] <= 6


@pytest.mark.slow
def test_many_providers_serve_neighbouring_districts(whole_essex: Instance) -> None:
    lots: dict[str, set[str]] = {}
    for admission in whole_essex.admissions:
        lots.setdefault(admission.provider, set()).add(admission.lot)
    several = {provider for provider, held in lots.items() if len(held) > 1}
    assert len(several) > 0.25 * len(lots)
    districts = {district for lot in whole_essex.lots for district in lot.districts}
    confined = {row.provider for row in whole_essex.capacities if row.locality is not None}
    assert confined <= several
    assert {str(row.locality) for row in whole_essex.capacities if row.locality} <= districts


@pytest.mark.slow
def test_a_district_alone_is_the_district_in_the_county(whole_essex: Instance, maldon: Instance) -> None:
    there = [p for p in whole_essex.packages if p.lot == "MALDON"]
    assert [(p.id, p.postcode, p.visits) for p in there] == [
        (p.id, p.postcode, p.visits) for p in maldon.packages
    ]
    for provider in maldon.providers:
        assert provider in whole_essex.providers
    assert [r for r in whole_essex.ranked_lists if r.lot == "MALDON"] == list(maldon.ranked_lists)


def test_each_list_has_a_closed_version_and_the_one_in_force(maldon: Instance) -> None:
    for service in (S.PERSONAL_CARE, S.NIGHT_AWAKE, S.NIGHT_SLEEP, S.LIVE_IN):
        versions = [each for each in maldon.ranked_lists if each.service is service]
        assert [each.version for each in versions] == ["2026-03", "2026-09"]
        assert versions[0].effective_to == date(2026, 9, 12)
        assert versions[1].effective_from == date(2026, 9, 13)
        assert maldon.ranked_list(versions[1].lot, service) == versions[1]


@pytest.mark.slow
def test_reviews_bring_providers_in_and_change_the_order(whole_essex: Instance) -> None:
    before, now = (
        {
            each.lot: [entry.provider for entry in each.entries]
            for each in whole_essex.ranked_lists
            if each.version == version and each.service is S.PERSONAL_CARE
        }
        for version in ("2026-03", "2026-09")
    )
    assert any(set(now[lot]) - set(before[lot]) for lot in now)
    assert any(set(before[lot]) - set(now[lot]) for lot in now)
    stayed = {lot: [provider for provider in now[lot] if provider in before[lot]] for lot in now}
    assert sum(stayed[lot] != [p for p in before[lot] if p in stayed[lot]] for lot in now) > 6


def test_prices_change_at_the_review_and_history_stays(maldon: Instance) -> None:
    old = [a for a in maldon.admissions if a.effective_to == date(2026, 9, 12)]
    new = {(a.provider, a.service): a for a in maldon.admissions if a.effective_to is None}
    amended = [a for a in old if (a.provider, a.service) in new]
    assert amended
    assert all(new[a.provider, a.service].rate > a.rate for a in amended)


def test_an_unknown_district_is_refused() -> None:
    with pytest.raises(ValueError, match="known: Basildon"):
        essex(district="Southend")
