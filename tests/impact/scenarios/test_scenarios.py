"""Each scenario changes what it says and nothing else, and refuses what its market does not have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geodata.travel import TravelMode
from instances import essex, leicestershire
from optimiser.impact.scenarios.drawn import drawn
from optimiser.impact.scenarios.lots import LotsMerged, LotSplit
from optimiser.impact.scenarios.need import DemandGrown, PeakMoved, SingleHanded, TechnologyInstead
from optimiser.impact.scenarios.policy import PolicyChange
from optimiser.impact.scenarios.roads import RoadsClosed
from optimiser.impact.scenarios.supply import GuaranteedHours, ModeShare, ProviderExit
from optimiser.impact.scenarios.world import Scenario, ScenarioError, World
from optimiser.model.calendar import HOUR, MINUTE, Band
from optimiser.model.identifiers import LocalityId, LotCode, PackageId, ProviderId
from optimiser.model.need import SourceRoute
from tests.impact.worlds import small_world

WORLD = small_world()


@pytest.fixture(scope="module")
def county() -> World:
    market = leicestershire(packages=120)
    return replace(WORLD, instance=market)


@pytest.fixture(scope="module")
def maldon() -> World:
    return replace(WORLD, instance=essex(district="Maldon", packages=60))


def test_a_larger_share_holds_everybody_of_a_smaller_one() -> None:
    names = [f"P{i}" for i in range(40)]
    assert drawn(names, 0.2, 7) < drawn(reversed(names), 0.5, 7)
    assert len(drawn(names, 0.5, 7)) == 20
    assert drawn(names, 0.5, 7) != drawn(names, 0.5, 8)


def test_another_policy_places_everything_anew() -> None:
    world = PolicyChange(policy="ranked").apply(WORLD)
    assert world == replace(WORLD, policy="ranked", anew=True)


def test_a_provider_that_leaves_gives_everything_up() -> None:
    gone = WORLD.instance.admissions[0].provider
    held = replace(WORLD.instance.packages[0], current_provider=gone, excluded_providers=frozenset())
    packages = (held, *WORLD.instance.packages[1:])
    before = replace(WORLD, instance=replace(WORLD.instance, packages=packages))
    after = ProviderExit(provider=gone).apply(before).instance
    assert after.package_by_id[held.id].route is SourceRoute.PROVIDER_EXIT
    assert after.package_by_id[held.id].stays_with is None
    assert gone not in {each.provider for each in (*after.admissions, *after.capacities, *after.carers)}
    assert gone not in {entry.provider for held in after.ranked_lists for entry in held.entries}
    assert after.packages[1:] == before.instance.packages[1:] or len(after.packages) == len(packages)


def test_guaranteed_hours_are_filled_and_not_overrun(maldon: World) -> None:
    provider = maldon.instance.admissions[0].provider
    place = maldon.instance.localities[0].id
    guarantee = GuaranteedHours(provider=provider, locality=place, weekly_care=50 * HOUR, shortfall_rate=500)
    after = guarantee.apply(maldon).instance
    went = [each for each in after.packages if each.current_provider == provider]
    assert 0 < sum(each.weekly_care for each in went) <= 50 * HOUR
    assert after.framework.guarantees[-1].provider == provider


def test_carers_change_mode_by_share_and_need_names() -> None:
    drivers = [each for each in WORLD.instance.carers if each.mode is TravelMode.CAR]
    after = ModeShare(mode=TravelMode.CYCLE, share=1.0).apply(WORLD).instance
    assert not [each for each in after.carers if each.mode is TravelMode.CAR]
    assert drivers
    nameless = replace(WORLD, instance=replace(WORLD.instance, carers=()))
    with pytest.raises(ScenarioError, match="no carers"):
        ModeShare(mode=TravelMode.CYCLE, share=0.5).apply(nameless)


def test_technology_takes_the_visits_it_names_and_no_double_handed_one() -> None:
    after = TechnologyInstead(longest=30 * MINUTE).apply(WORLD).instance
    left = [visit for each in after.packages if each.service.enters_day_rounds for visit in each.visits]
    assert all(visit.service_duration > 30 * MINUTE or visit.carers_needed > 1 for visit in left)
    whole = sum(len(each.visits) for each in WORLD.instance.packages)
    assert sum(len(each.visits) for each in after.packages) < whole
    none = TechnologyInstead(longest=30 * MINUTE, share=0.0).apply(WORLD).instance
    assert none == WORLD.instance


def test_reviewed_care_needs_one_carer() -> None:
    double = [each.id for each in WORLD.instance.packages if each.is_double_handed]
    assert double
    after = SingleHanded(packages=frozenset(double[:1])).apply(WORLD).instance
    assert [each.id for each in after.packages if each.is_double_handed] == double[1:]
    assert not [each for each in SingleHanded().apply(WORLD).instance.packages if each.is_double_handed]


@pytest.mark.parametrize(("factor", "many"), [(1.0, 15), (1.2, 18), (2.0, 30), (0.8, 12)])
def test_demand_grows_by_its_factor(factor: float, many: int) -> None:
    after = DemandGrown(factor=factor).apply(WORLD).instance
    assert len(after.packages) == many
    new = [each for each in after.packages if each.id not in WORLD.instance.package_by_id]
    assert all(each.current_provider is None and each.household is None for each in new)


def test_a_peak_moves_where_it_may() -> None:
    after = PeakMoved(band=Band.MORNING, later=30 * MINUTE).apply(WORLD).instance
    moved = 0
    for before, now in zip(WORLD.instance.packages, after.packages, strict=True):
        for old, new in zip(before.visits, now.visits, strict=True):
            if old.time_critical or before.band_of(old) is not Band.MORNING:
                assert new == old
            else:
                moved += 1
                assert new.window.earliest - old.window.earliest == 30 * MINUTE
    assert moved


def test_lots_become_one_with_everybody_admitted(county: World) -> None:
    codes = sorted(each.code for each in county.instance.lots)[:2]
    after = LotsMerged(lots=frozenset(codes)).apply(county).instance
    assert codes[1] not in after.lot_by_code
    assert not [each for each in after.packages if each.lot == codes[1]]
    had = {
        each.provider
        for each in county.instance.admissions
        if each.lot in codes and each.holds_on(after.as_of)
    }
    assert {each.provider for each in after.admissions if each.lot == codes[0]} == had


def test_a_lot_splits_by_locality(maldon: World) -> None:
    place = maldon.instance.localities[0]
    lot = next(each.lot for each in maldon.instance.packages if each.sector in place.sectors)
    split = LotSplit(lot=lot, localities=frozenset({place.id}), code=LotCode("NEW"))
    after = split.apply(maldon).instance
    assert {each.sector for each in after.packages if each.lot == "NEW"} <= place.sectors
    assert len([each for each in after.admissions if each.lot == "NEW"]) == len(
        [each for each in maldon.instance.admissions if each.lot == lot]
    )


REFUSED: tuple[tuple[Scenario, str], ...] = (
    (ProviderExit(provider=ProviderId("BRIGHTWAI")), "provider"),
    (LotsMerged(lots=frozenset({LotCode("MAL-PC"), LotCode("NO")})), "lots"),
    (LotsMerged(lots=frozenset({LotCode("MAL-PC")})), "lots"),
    (LotSplit(lot=LotCode("NO"), localities=frozenset(), code=LotCode("NEW")), "lot"),
    (SingleHanded(packages=frozenset({PackageId("P999")})), "packages"),
    (
        GuaranteedHours(
            provider=ProviderId("BRIGHTWAY"), locality=LocalityId("NO"), weekly_care=1, shortfall_rate=0
        ),
        "locality",
    ),
    (PeakMoved(band=Band.LUNCH), "later_minutes"),
    (RoadsClosed(closures=()), "closures"),
)


@pytest.mark.parametrize(("scenario", "key"), REFUSED)
def test_what_the_market_does_not_have_is_refused(scenario: Scenario, key: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario.apply(WORLD)
    assert caught.value.key == key
    assert caught.value.cure


@pytest.mark.parametrize("scenario", [each for each, _ in REFUSED if not isinstance(each, RoadsClosed)])
def test_every_scenario_says_what_it_assumes(scenario: Scenario) -> None:
    assert all(each.endswith(".") for each in scenario.assumptions)
