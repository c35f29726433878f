"""A prospectus: what bidders may see of a batch (privacy level B), and nothing besides.

A card for each package holds the area, the kind of service, whether visits are double-handed, the gender of
carer that is needed, a band of hours, parts of the day, and the week to start by. The area is the postcode
sector where at least :data:`ALIKE` packages of the publication are shown alike (area, older or younger,
gender needed, double-handed, service); else the outward half, else the lot; where even those are too few,
gender and service are told to the winner, and then the carers too (:mod:`optimiser.publishing.classes`).
Cards are shuffled and numbered anew; skills stand for the whole batch, and only those that as many packages
need. No name, reference, postcode, clock time, price or home.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from optimiser.batching.problem import Batch, Batches
from optimiser.model.calendar import HOUR, Band
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.publishing.cards import HOUR_BANDS, NOTICE
from optimiser.publishing.classes import ALIKE, coarsened, traits, who_knows
from optimiser.report.templating import templates
from optimiser.report.writing import write_text

LATER = "told on award"

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
    told = _told(instance, published)
    needed = Counter(skill for package in published for skill in package.skills)
    return tuple(_prospectus(instance, batch, told, needed, seed) for batch in batches.batches)


def write_prospectus(path: Path, prospectus: Prospectus) -> None:
    """Write one page of HTML."""
    write_text(
        path, templates().get_template("prospectus.html.j2").render(prospectus=prospectus, later=LATER)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a card may say beside hours and parts of the day."""

    area: str
    is_told: bool
    carers_told: bool


def _told(instance: Instance, published: Sequence[Package]) -> Mapping[PackageId, _Told]:
    """As near as enough packages of the publication are shown alike: sector, outward half, lot."""
    areas = {each.id: _areas(instance, each) for each in published}
    steps: dict[PackageId, list[tuple[str, ...]]] = {}
    for each in published:
        sector, outward, lot = areas[each.id]
        told = traits(each)
        steps[each.id] = [(sector, *told), (outward, *told), (lot, *told), (lot, told[2]), (lot,)]
    shown = coarsened(steps, known={each.id: who_knows(each) for each in published})
    found = {}
    for name, step in shown.items():
        # What fits nowhere still is in its batch: its card says no more than the lot.
        at = len(steps[name]) - 1 if step is None else step
        found[name] = _Told(area=areas[name][min(at, 2)], is_told=at <= 2, carers_told=at <= 3)
    return found


def _areas(instance: Instance, package: Package) -> tuple[str, str, str]:
    """Sector, outward half, lot."""
    return package.sector, package.sector.split()[0], f"lot {instance.lot_by_code[package.lot].name}"


def _prospectus(
    instance: Instance, batch: Batch, told: Mapping[PackageId, _Told], needed: Counter[str], seed: int
) -> Prospectus:
    packages = [instance.package_by_id[each] for each in batch.packages]
    # Anew with each publication, so that a number says nothing of a package.
    shuffled = sorted(packages, key=lambda each: sha256(f"{seed}|{batch.id}|{each.id}".encode()).hexdigest())
    cards = tuple(
        _card(instance, each, told[each.id], number) for number, each in enumerate(shuffled, start=1)
    )
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


def _card(instance: Instance, package: Package, told: _Told, number: int) -> Card:
    gender = package.gender_of_carer
    planned = instance.as_of + NOTICE
    start = planned if package.needed_by is None else max(package.needed_by, instance.as_of)
    return Card(
        number=number,
        area=told.area,
        service=package.service.value.replace("_", " ") if told.is_told else LATER,
        carers=LATER if not told.carers_told else "two at some visits" if package.is_double_handed else "one",
        gender=LATER if not told.is_told else "any" if gender is None else gender.value,
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
