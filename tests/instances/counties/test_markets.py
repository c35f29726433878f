"""What is true of the market of every county."""

from __future__ import annotations

import pytest

from instances.counties import essex, leicester, leicestershire, norfolk
from optimiser.allocation.rules import RULES
from optimiser.model.allocation import Rule
from optimiser.model.calendar import DAY_BANDS, Band
from optimiser.model.instance import Instance
from optimiser.model.need import ServiceKind
from optimiser.model.supply import RateUnit
from optimiser.solving.provenance import canonical_hash
from tests.instances.counties.figures import tightness, usable_by_band, wanted_by_band
from tests.instances.counties.reading import Market, beyond_everyone, call_off_in_rank

# How names of real providers known across the country begin: no invented name may.
NATIONAL = """
    abicare, agincare, alina, allied, bluebird, candour, care uk, carebridge, caremark, careline,
    carewatch, cera, city and county, comfort keepers, creative support, dimensions, enable,
    everycare, guardian angel, helping hands, heritage healthcare, hft, home instead, housing 21,
    human support, kare plus, lifeways, london care, macintyre, manor community, mears, mihomecare,
    nurseplus, prestige, promedica24, radfield, right at home, runwood, sanctuary, sevacare,
    surecare, the good care, thera, unique senior, united response, visiting angels, voyage,
    walfinch, westminster
"""


@pytest.mark.slow
def test_names_are_invented_and_each_its_own(county: Instance) -> None:
    names = [provider.name for provider in county.providers]
    assert len(set(names)) == len(names)
    national = tuple(" ".join(each.split()) for each in NATIONAL.split(","))
    assert not [name for name in names if name.casefold().startswith(national)]


@pytest.mark.slow
def test_capacity_is_as_tight_as_said(county: Instance) -> None:
    assert 1.05 <= tightness(county) <= 1.25
    have, want = usable_by_band(county), wanted_by_band(county)
    by_band = {band: have[band] / want[band] for band in DAY_BANDS}
    assert min(by_band, key=by_band.__getitem__) is Band.MORNING
    assert all(1.0 < each < 1.9 for each in by_band.values())


@pytest.mark.slow
def test_capacity_comes_in_quarters_of_an_hour(county: Instance) -> None:
    assert all(row.spare % 900 == 0 for row in county.capacities)


@pytest.mark.slow
def test_places_add_up_to_the_whole(county: Instance) -> None:
    whole = {
        (row.provider, row.band, row.day_type): row.spare for row in county.capacities if not row.locality
    }
    parts = dict.fromkeys(whole, 0)
    confined = {row.provider for row in county.capacities if row.locality}
    for row in county.capacities:
        if row.locality and row.band:
            parts[row.provider, row.band, row.day_type] += row.spare
    for (provider, band, day_type), spare in parts.items():
        if provider in confined and band:
            assert whole[provider, band, day_type] == spare


@pytest.mark.slow
def test_few_packages_are_beyond_everyone(county: Instance) -> None:
    assert 0 < len(beyond_everyone(county)) < 0.01 * len(county.packages)


@pytest.mark.slow
def test_every_chosen_provider_could_come(county: Instance) -> None:
    market = Market.of(county)
    for package in county.packages:
        if package.chosen_provider is not None:
            provider = county.provider_by_id[package.chosen_provider]
            assert market.broken(package, provider) <= {Rule.CAPACITY, Rule.SHORT_VISIT}


@pytest.mark.slow
def test_every_list_is_ranked_by_tier_and_total(county: Instance) -> None:
    tiers = {(a.provider, a.lot): county.framework.tier_order(a.tier) for a in county.admissions}
    for ranked in county.ranked_lists:
        assert [entry.rank for entry in ranked.entries] == list(range(1, len(ranked.entries) + 1))
        keys = [(tiers[entry.provider, ranked.lot], -(entry.total or 0)) for entry in ranked.entries]
        assert keys == sorted(keys)


@pytest.mark.slow
def test_every_rate_is_one_a_council_might_pay(county: Instance) -> None:
    for admission in county.admissions:
        if admission.rate_unit is RateUnit.WEEK:
            assert admission.service is ServiceKind.LIVE_IN
            assert 120_000 < admission.rate < 240_000
        elif admission.service is ServiceKind.NIGHT_SLEEP:
            assert 1_000 < admission.rate < 1_900
        else:
            assert 1_700 < admission.rate < 3_600


@pytest.mark.slow
def test_every_figure_says_what_it_rests_on(county: Instance) -> None:
    assert len(county.assumptions) > 30
    for each in county.assumptions:
        assert each.basis in ("published", "assumption")
        assert each.source
        assert each.figure


def test_every_rule_is_at_work_in_maldon(maldon: Instance) -> None:
    market = Market.of(maldon)
    found: set[Rule] = set()
    for package in maldon.packages:
        for provider in maldon.providers:
            found |= market.broken(package, provider)
    of_one_package = {rule for rule, _ in RULES} | {Rule.CHOICE}
    assert found == of_one_package - {Rule.FLOOR}  # no floor is published


def test_maldon_goes_to_the_framework_first_and_not_quite_all_is_placed(maldon: Instance) -> None:
    hours = call_off_in_rank(maldon)
    framework = (hours["T1"] + hours["T2"]) / hours.total()
    assert framework == pytest.approx(0.92, abs=0.04)
    assert hours["SPOT"] > 0
    assert 0 < hours[""] / hours.total() < 0.03


def test_less_capacity_leaves_more_to_last_resort() -> None:
    short = leicester(packages=400, tightness=0.8)
    ample = leicester(packages=400, tightness=1.3)
    assert call_off_in_rank(short)[""] > 2 * call_off_in_rank(ample)[""]


def test_capacity_must_be_positive() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        leicester(tightness=0.0)


@pytest.mark.parametrize("draw", [essex, norfolk, leicester, leicestershire])
def test_the_same_seed_gives_the_same_instance(draw) -> None:  # type: ignore[no-untyped-def]
    first, again, other = draw(packages=150, seed=3), draw(packages=150, seed=3), draw(packages=150, seed=4)
    assert canonical_hash(first) == canonical_hash(again)
    assert canonical_hash(first) != canonical_hash(other)


@pytest.mark.parametrize("seed", range(6))
def test_other_seeds_stand_too(seed: int) -> None:
    instance = essex(district="Uttlesford", seed=seed)
    assert len(beyond_everyone(instance)) <= 0.02 * len(instance.packages)
