from __future__ import annotations

import pytest

from instances.counties import norfolk
from optimiser.model.instance import Instance
from tests.instances.counties.figures import hours


@pytest.mark.slow
def test_ten_hours_a_person(whole_norfolk: Instance) -> None:
    assert len(whole_norfolk.packages) == 3178
    assert hours(whole_norfolk.packages) / 3178 == pytest.approx(10.2, rel=0.02)


def test_the_accredited_list_holds_a_package_for_sixteen_weeks() -> None:
    tiers = norfolk(district="Norwich", packages=60).framework.tiers
    assert [(t.code, t.on_framework, t.max_weeks) for t in tiers] == [
        ("STRATEGIC", True, None),
        ("ACCREDITED", True, 16),
        ("SPOT", False, None),
    ]


def test_spot_costs_what_it_cost_in_2017_uprated() -> None:
    instance = norfolk(district="King's Lynn and West Norfolk", packages=60)
    rates = {a.rate for a in instance.admissions if a.tier == "SPOT" and a.service.value == "personal_care"}
    assert 2894 in rates
    (published,) = [each for each in instance.assumptions if "£17.08" in each.figure]
    assert published.basis == "published"


def test_only_strategic_providers_are_ranked() -> None:
    instance = norfolk(district="Breckland", packages=60)
    strategic = {a.provider for a in instance.admissions if a.tier == "STRATEGIC"}
    assert instance.ranked_lists
    assert all(entry.provider in strategic for each in instance.ranked_lists for entry in each.entries)
