from __future__ import annotations

import pytest

from instances.counties import leicester
from optimiser.model.instance import Instance
from optimiser.model.need import ServiceKind, SourceRoute
from tests.instances.counties.figures import hours


def test_about_eighteen_hundred_people(city: Instance) -> None:
    assert len(city.packages) == 1800
    assert hours(city.packages) / 1800 == pytest.approx(10.2, rel=0.02)
    assert any("270,000" in each.source and each.basis == "assumption" for each in city.assumptions)


def test_two_lots_thirty_framework_providers_and_no_ranks(city: Instance) -> None:
    assert {lot.code for lot in city.lots} == {"GENERAL", "HIGH-DEPENDENCY"}
    framework = {a.provider for a in city.admissions if a.tier == "FRAMEWORK"}
    assert len(framework) == 30
    assert not city.ranked_lists


def test_high_dependency_is_where_two_carers_or_many_hours_are(city: Instance) -> None:
    for package in city.packages:
        high = package.is_double_handed or package.weekly_care >= 21 * 3600
        assert (package.lot == "HIGH-DEPENDENCY") is high


def test_bridging_begins_on_the_day_of_discharge(city: Instance) -> None:
    bridging = [p for p in city.packages if p.service is ServiceKind.BRIDGING]
    assert len(bridging) == 40
    for package in bridging:
        assert package.route is SourceRoute.HOSPITAL
        assert package.requested_on == package.needed_by == city.as_of
        assert package.planned_end is not None
    tiers = {a.tier for a in city.admissions if a.service is ServiceKind.BRIDGING}
    assert tiers == {"BRIDGING"}


def test_languages_of_the_city_are_asked_for(city: Instance) -> None:
    asked = [p.language for p in city.packages if p.language]
    assert asked.count("Gujarati") == pytest.approx(0.12 * 1800, rel=0.03)
    assert "Punjabi" in asked


@pytest.mark.parametrize("name", [None, "leicester", "E06000016"])
def test_the_city_is_its_only_district(name: str | None) -> None:
    assert len(leicester(district=name, packages=30).packages) == 30
