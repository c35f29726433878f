"""Open packages drawn at random over real sectors, and the tables made of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from optimiser.model.calendar import Band
from optimiser.model.identifiers import DistrictCode, PackageId, ProviderId
from optimiser.model.need import ClientGroup, Gender, Package, ServiceKind
from optimiser.publishing.demand import Hiding, tabulate, tally
from optimiser.publishing.figures import Level, Table
from optimiser.publishing.live_demand import Counting, live_demand
from optimiser.publishing.open_demand import Wanted
from tests.allocation.markets import package, visit

DAY = date(2026, 10, 5)
MALDON, CHELMSFORD = DistrictCode("E07000074"), DistrictCode("E07000070")
# Two outward halves lie in one district each, one in both.
HOMES = (
    (MALDON, "CM9 5"), (MALDON, "CM9 6"), (MALDON, "CM0 7"), (MALDON, "CM3 6"),
    (CHELMSFORD, "CM3 4"), (CHELMSFORD, "CM1 1"), (CHELMSFORD, "CM2 0"),
)  # fmt: skip
LEVELS = (Level.MARKET, Level.DISTRICT, Level.OUTWARD)
LOCALITIES: dict[str, str] = {}


def people(seed: int, number: int, *, first: int = 0) -> list[Package]:
    """Packages as they come: few kinds common, many rare."""
    rng = random.Random(f"{seed} {first}")
    found = []
    for n in range(first, first + number):
        district, sector = rng.choices(HOMES, (20, 8, 5, 3, 4, 12, 2))[0]
        hours = sorted(rng.sample((8, 12, 16, 20), rng.choices((1, 2, 3, 4), (40, 25, 15, 20))[0]))
        two = 2 if rng.random() < 0.2 else 1
        visits = tuple(visit(k, hour, carers=two) for k, hour in enumerate(hours, start=1))
        found.append(
            package(
                f"P{n:04d}",
                visits,
                district=district,
                sector=sector,
                service=rng.choices((ServiceKind.PERSONAL_CARE, ServiceKind.REABLEMENT), (9, 1))[0],
                client_group=rng.choices((ClientGroup.OLDER_PEOPLE, ClientGroup.MENTAL_HEALTH), (4, 1))[0],
                gender_of_carer=rng.choices((None, Gender.FEMALE, Gender.MALE), (17, 2, 1))[0],
                skills=frozenset({"peg"}) if rng.random() < 0.15 else frozenset(),
            )
        )
    return found


def handed_back(packages: list[Package], provider: str, every: int) -> list[Package]:
    """Every so many of them known to a provider that had them."""
    return [
        replace(each, excluded_providers=frozenset({ProviderId(provider)})) if n % every == 0 else each
        for n, each in enumerate(packages)
    ]


def want(name: str, sector: str, *bands: Band, hours: int = 10, district: DistrictCode = MALDON) -> Wanted:
    """One package of personal care."""
    each = hours * 3600 // max(1, len(bands))
    care = dict.fromkeys(bands, each)
    return Wanted(
        id=PackageId(name), district=district, sector=sector, service=ServiceKind.PERSONAL_CARE, care=care
    )


def counting(packages: tuple[Wanted, ...], **more: object) -> Counting:
    known: dict[str, object] = {"as_of": DAY, "since": {}, "levels": LEVELS, "localities": LOCALITIES}
    return Counting(packages=packages, **{**known, **more})  # type: ignore[arg-type]


def safe(packages: tuple[Wanted, ...]) -> Table:
    return live_demand(counting(packages))


def naive(packages: tuple[Wanted, ...]) -> Table:
    """Small counts hidden, the rest rounded, and nothing more: what the method is usually taken for."""
    counted = tally(packages, LOCALITIES, LEVELS, frozenset())
    return tabulate(counted, as_of=DAY, levels=LEVELS, since={}, hiding=Hiding())
