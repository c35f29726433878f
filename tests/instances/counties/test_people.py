"""What is true of the people of every county."""

from __future__ import annotations

from collections import Counter

import pytest

from geodata.postcodes import registry_directory
from instances.counties import essex
from instances.counties.districts import DISTRICTS
from instances.counties.people import MALE_CARER
from optimiser.model.calendar import Band, Weekday
from optimiser.model.instance import Instance
from optimiser.model.need import Gender, Package, ServiceKind, SourceRoute
from tests.instances.counties.figures import hours

CALLS = (ServiceKind.PERSONAL_CARE, ServiceKind.REABLEMENT, ServiceKind.BRIDGING)


@pytest.mark.slow
def test_every_postcode_is_real_and_in_its_district(county: Instance) -> None:
    districts = {each.code: each for each in DISTRICTS[county.county]}
    letters = {area for each in districts.values() for area in each.postcode_areas}
    directory = registry_directory(letters)
    rows = {
        postcode: (district, sector, easting, northing)
        for postcode, sector, _, district, easting, northing in directory.only(
            list(districts)
        ).table.values.tolist()
    }
    for package in county.packages:
        here = (package.district, package.sector, package.place.easting, package.place.northing)
        assert rows[package.postcode] == here


@pytest.mark.slow
def test_every_district_has_the_people_its_residents_say(county: Instance) -> None:
    found = Counter(package.district for package in county.packages)
    districts = DISTRICTS[county.county]
    for district in districts:
        expected = len(county.packages) * district.aged_75 / sum(each.aged_75 for each in districts)
        assert 0.75 < found[district.code] / expected < 1.35


@pytest.mark.slow
def test_visits_fall_over_the_day_as_assumed(county: Instance) -> None:
    found: Counter[Band] = Counter()
    for package in county.packages:
        if package.service is ServiceKind.PERSONAL_CARE:
            for visit in package.visits:
                found[package.band_of(visit)] += len(visit.days)
    for band, share in ((Band.MORNING, 40), (Band.LUNCH, 22), (Band.TEA, 20), (Band.BED, 18)):
        assert 100 * found[band] / found.total() == pytest.approx(share, abs=5)


@pytest.mark.slow
def test_call_lengths_are_torbays(county: Instance) -> None:
    calls = [
        (visit.service_duration // 60, len(visit.days))
        for package in county.packages
        if package.service is ServiceKind.PERSONAL_CARE
        for visit in package.visits
        if visit.service_duration <= 3600
    ]
    whole = sum(days for _, days in calls)
    for minutes, share in ((15, 1.6), (30, 72.0), (45, 18.0), (60, 8.4)):
        found = 100 * sum(days for length, days in calls if length == minutes) / whole
        assert found == pytest.approx(share, abs=2.5)


@pytest.mark.slow
def test_a_sixth_to_a_quarter_are_double_handed(county: Instance) -> None:
    share = sum(package.is_double_handed for package in county.packages) / len(county.packages)
    assert 0.15 <= share <= 0.25


@pytest.mark.slow
def test_some_double_handed_packages_need_one_carer_at_lunch(county: Instance) -> None:
    assert any(
        {visit.carers_needed for visit in package.visits} == {1, 2}
        and any(package.band_of(v) is Band.LUNCH and v.carers_needed == 1 for v in package.visits)
        for package in county.packages
    )


@pytest.mark.slow
def test_shares_are_as_assumed(county: Instance) -> None:
    n = len(county.packages)
    day = [p for p in county.packages if p.service is ServiceKind.PERSONAL_CARE]
    every_day = sum(all(len(v.days) == 7 for v in p.visits) for p in day) / len(day)
    assert 0.84 < every_day < 0.95
    assert sum(p.gender_of_carer is not None for p in county.packages) / n == pytest.approx(0.20, abs=0.02)
    asks_for_men = sum(p.gender_of_carer is Gender.MALE for p in county.packages) / n
    assert asks_for_men == pytest.approx(MALE_CARER, abs=0.01)
    usual = [p for p in day if p.route is SourceRoute.HOSPITAL]
    assert len(usual) / len(day) == pytest.approx(0.20, abs=0.01)
    assert sum(bool(p.excluded_providers) for p in county.packages) / n == pytest.approx(0.02, abs=0.01)
    assert sum(p.chosen_provider is not None for p in county.packages) / n == pytest.approx(0.03, abs=0.01)
    critical = [v.time_critical for p in day for v in p.visits if v.service_duration <= 3600]
    assert sum(critical) / len(critical) == pytest.approx(0.15, abs=0.02)


@pytest.mark.slow
def test_couples_share_a_home(county: Instance) -> None:
    homes: dict[str, list[Package]] = {}
    for package in county.packages:
        if package.household:
            homes.setdefault(package.household, []).append(package)
    assert 0.015 < sum(map(len, homes.values())) / len(county.packages) < 0.04
    for pair in homes.values():
        assert len(pair) == 2
        assert pair[0].postcode == pair[1].postcode
        assert pair[0].client != pair[1].client


@pytest.mark.slow
def test_every_week_can_be_kept(county: Instance) -> None:
    for package in county.packages:
        for visit in package.visits:
            if visit.time_critical:
                assert visit.window.latest - visit.window.earliest == 3600
            if package.service in CALLS:
                assert visit.service_duration <= 12 * 3600
                assert visit.window.latest + visit.service_duration <= 23 * 3600 + 1800
        free = 0
        for number, visit in enumerate(package.visits):
            gap = visit.min_gap_before if number else 0
            start = max(visit.window.earliest, free + gap)
            assert start <= visit.window.latest, package.id
            free = start + visit.service_duration


@pytest.mark.slow
def test_packages_are_numbered_as_they_came(county: Instance) -> None:
    for district in {package.district for package in county.packages}:
        asked = [p.requested_on for p in county.packages if p.district == district]
        assert asked == sorted(asked)
        assert len(set(asked)) > min(40, len(asked) // 5)


@pytest.mark.slow
def test_short_term_care_ends_within_six_weeks(county: Instance) -> None:
    for package in county.packages:
        short = package.service in (ServiceKind.REABLEMENT, ServiceKind.BRIDGING)
        assert (package.planned_end is not None) is short
        if package.planned_end is not None:
            assert county.as_of < package.planned_end
            assert (package.planned_end - package.requested_on).days <= 42


def test_nights_begin_in_the_evening_and_live_in_care_fills_the_week(maldon: Instance) -> None:
    for package in maldon.packages:
        (first, *more) = package.visits
        if package.service in (ServiceKind.NIGHT_AWAKE, ServiceKind.NIGHT_SLEEP):
            assert not more
            assert first.ideal is not None
            assert 21 * 3600 + 1800 <= first.ideal <= 22 * 3600 + 1800
            assert first.service_duration in (9 * 3600, 10 * 3600)
        if package.service is ServiceKind.LIVE_IN:
            assert package.weekly_care == 168 * 3600
            assert first.days == frozenset(Weekday)


def test_asking_for_packages_keeps_hours_for_each_person(maldon: Instance) -> None:
    fewer = essex(district="Maldon", packages=120, seed=7)
    assert len(fewer.packages) == 120
    for service in (ServiceKind.PERSONAL_CARE,):
        there = [p for p in maldon.packages if p.service is service]
        here = [p for p in fewer.packages if p.service is service]
        assert hours(here) / len(here) == pytest.approx(hours(there) / len(there), rel=0.06)
    assert len(fewer.providers) < len(maldon.providers)


@pytest.mark.parametrize("packages", [1, 2, 17])
def test_the_smallest_instances_stand(packages: int) -> None:
    assert len(essex(district="Harlow", packages=packages).packages) == packages


def test_no_packages_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one package"):
        essex(district="Maldon", packages=0)
