"""How many providers pass one another in a sector."""

from __future__ import annotations

import pytest

from optimiser.impact.overlap import providers_by_sector, providers_per_sector
from optimiser.model.allocation import Allocation, Placement
from optimiser.model.identifiers import PackageId, ProviderId, TierCode
from tests.instances.small_market import small_market

MARKET = small_market()


def allocation(who: dict[PackageId, str]) -> Allocation:
    return Allocation(
        policy="by hand",
        placements=tuple(
            Placement(
                package=package, provider=ProviderId(provider), lot=MARKET.package_by_id[package].lot,
                tier=TierCode("T1"), position=1, weekly_cost=1,
            )
            for package, provider in who.items()
        ),
        unplaced=(),
    )  # fmt: skip


def test_one_provider_everywhere_is_one() -> None:
    everything = allocation({each.id: "ONE" for each in MARKET.packages})
    assert set(providers_by_sector(MARKET, everything).values()) == {1.0}
    assert providers_per_sector(MARKET, everything) == 1.0


def test_two_with_the_same_hours_are_two_and_unequal_ones_are_fewer() -> None:
    day = [each for each in MARKET.packages if each.service.enters_day_rounds]
    sector = max({each.sector for each in day}, key=lambda name: sum(each.sector == name for each in day))
    first, second = [each for each in day if each.sector == sector][:2]
    found = providers_by_sector(MARKET, allocation({first.id: "ONE", second.id: "TWO"}))[sector]
    share = first.weekly_care / (first.weekly_care + second.weekly_care)
    assert found == pytest.approx(1 / (share**2 + (1 - share) ** 2))


def test_nothing_placed_has_no_number() -> None:
    assert providers_per_sector(MARKET, allocation({})) is None
