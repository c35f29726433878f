"""A prospectus: what bidders may see of a batch (privacy level B), and nothing besides.

A card for each package holds the area, the kind of service, whether visits are double-handed, the gender of
carer that is needed, a band of hours, parts of the day, and the week to start by. The area is the postcode
sector where at least :data:`ALIKE` packages of the publication look the same on it (area, older or younger,
gender needed, double-handed, service); else the outward half, else the lot; where even those are too few,
gender and service are told to the winner. Cards are shuffled and numbered anew; skills stand for the whole
batch, and only those that as many packages need. No name, reference, postcode, clock time, price or home.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from optimiser.batching.problem import Batch, Batches
from optimiser.model.calendar import HOUR, Band
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, Package
from optimiser.report.templating import templates
from optimiser.report.writing import write_text

ALIKE = 5
"""Packages of a publication that must look the same (k-anonymity)."""
HOUR_BANDS = (5, 10, 15, 20, 30)
"""Upper ends of the bands of hours a week."""
LATER = "told on award"
NOTICE = timedelta(days=28)
"""Until care that no day is named for begins: the usual notice (an assumption)."""

_BANDS = {
    Band.MORNING: "morning",
    Band.LUNCH: "lunch",
    Band.TEA: "tea",
    Band.BED: "bed",
    Band.NIGHT: "night",
    Band.LIVE_IN: "live-in",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One package as bidders see it."""

    number: int
    area: str
    service: str
    carers: str
    gender: str
    hours: str
    bands: tuple[str, ...]
    start_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospectus:
    """One batch as bidders see it.

    Attributes
    ----------
    hours
        A week, to the nearest five.
    by_band
        Hours a week in each part of the day, to the nearest five.
    rounds
        Carers' rounds on the planning day; ``None`` where none were built.
    skills
        That some of its packages need.
    """

    batch: str
    lot: str
    county: str
    packages: int
    hours: int
    by_band: tuple[tuple[str, int], ...]
    rounds: int | None
    skills: tuple[str, ...]
    cards: tuple[Card, ...]
    as_of: str


def prospectuses(instance: Instance, batches: Batches, *, seed: int) -> tuple[Prospectus, ...]:
    """One for each batch; all of them together are the publication that cards must be alike in."""
    published = [instance.package_by_id[name] for batch in batches.batches for name in batch.packages]
    areas = _Areas.of(instance, published)
    needed = Counter(skill for package in published for skill in package.skills)
    return tuple(_prospectus(instance, batch, areas, needed, seed) for batch in batches.batches)


def write_prospectus(path: Path, prospectus: Prospectus) -> None:
    """Write one page of HTML."""
    write_text(
        path, templates().get_template("prospectus.html.j2").render(prospectus=prospectus, later=LATER)
    )


@dataclass(frozen=True, slots=True)
class _Areas:
    """How many packages of the publication look the same in each area."""

    instance: Instance
    alike: Counter[tuple[str, ...]]

    @classmethod
    def of(cls, instance: Instance, published: Sequence[Package]) -> _Areas:
        alike: Counter[tuple[str, ...]] = Counter()
        for package in published:
            for area in _areas(instance, package):
                alike[area, *_traits(package)] += 1
        return cls(instance, alike)

    def card_of(self, package: Package) -> tuple[str, bool]:
        """Area to show, and whether gender and service may be shown with it."""
        areas = _areas(self.instance, package)
        for area in areas:
            if self.alike[area, *_traits(package)] >= ALIKE:
                return area, True
        return areas[-1], False


def _areas(instance: Instance, package: Package) -> tuple[str, str, str]:
    """Sector, outward half, lot."""
    return package.sector, package.sector.split()[0], f"lot {instance.lot_by_code[package.lot].name}"


def _traits(package: Package) -> tuple[str, ...]:
    gender = package.gender_of_carer
    older = package.client_group is ClientGroup.OLDER_PEOPLE
    return (
        "older" if older else "younger",
        "any" if gender is None else gender.value,
        "double" if package.is_double_handed else "single",
        package.service.value,
    )


def _prospectus(
    instance: Instance, batch: Batch, areas: _Areas, needed: Counter[str], seed: int
) -> Prospectus:
    packages = [instance.package_by_id[each] for each in batch.packages]
    # Anew with each publication, so that a number says nothing of a package.
    shuffled = sorted(packages, key=lambda each: sha256(f"{seed}|{batch.id}|{each.id}".encode()).hexdigest())
    cards = tuple(_card(instance, each, areas, number) for number, each in enumerate(shuffled, start=1))
    by_band: Counter[Band] = Counter()
    for package in packages:
        for (band, _), seconds in package.demand().items():
            by_band[band] += seconds
    skills = {skill for package in packages for skill in package.skills}
    shown = sorted(skill.replace("_", " ") for skill in skills if needed[skill] >= ALIKE)
    if len(shown) < len(skills):
        shown.append(f"others, {LATER}")
    return Prospectus(
        batch=batch.id,
        lot=instance.lot_by_code[batch.lot].name,
        county=instance.county,
        packages=len(packages),
        hours=_rounded(batch.care),
        by_band=tuple((_BANDS[band], _rounded(by_band[band])) for band in _BANDS if by_band[band]),
        rounds=None if batch.rounds is None else len(batch.rounds.working),
        skills=tuple(shown),
        cards=cards,
        as_of=_said(instance.as_of),
    )


def _card(instance: Instance, package: Package, areas: _Areas, number: int) -> Card:
    area, is_told = areas.card_of(package)
    gender = package.gender_of_carer
    planned = instance.as_of + NOTICE
    start = planned if package.needed_by is None else max(package.needed_by, instance.as_of)
    return Card(
        number=number,
        area=area,
        service=package.service.value.replace("_", " ") if is_told else LATER,
        carers="two at some visits" if package.is_double_handed else "one",
        gender=LATER if not is_told else "any" if gender is None else gender.value,
        hours=_hour_band(package.weekly_care),
        bands=tuple(
            _BANDS[band] for band in _BANDS if any(package.band_of(v) is band for v in package.visits)
        ),
        start_by=f"week of {_said(start - timedelta(days=start.weekday()))}",
    )


def _hour_band(care: int) -> str:
    hours = care / HOUR
    low = 0
    for high in HOUR_BANDS:
        if hours <= high:
            return f"{low}–{high} h"
        low = high
    return f"over {HOUR_BANDS[-1]} h"


def _rounded(care: int) -> int:
    return 5 * round(care / HOUR / 5)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
