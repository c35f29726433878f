"""Level B: one card for each package, as near as enough packages are shown alike, or none.

A card shows the area, the kind of service, how many carers, the gender of carer needed, a band of hours,
parts of the day, the week to start by, and a skill where as many cards of its class need it. New packages
must be alike among themselves: beside the publication before, those that have come are as many as that too.
"""

from __future__ import annotations

import hmac
import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from optimiser.model.calendar import HOUR, Band
from optimiser.model.identifiers import PackageId
from optimiser.model.need import Package
from optimiser.publishing.classes import ALIKE, coarsened, holds, traits, who_knows

NEARNESS = ("sector", "outward", "district")
"""Areas of cards, finest first."""
HOUR_BANDS = (5, 10, 15, 20, 30)
"""Upper ends of the bands of hours a week."""
NOTICE = timedelta(days=28)
"""Until care that no day is named for begins: the usual notice (an assumption)."""
OTHERS = "told on acceptance"
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"  # none that is read for another, and no vowels to make words


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One package as framework providers see it.

    Attributes
    ----------
    reference
        Of this publication alone.
    nearness
        What ``area`` is: one of :data:`NEARNESS`.
    hours
        Lower and upper end of the band of hours a week; ``None`` for no upper end.
    start_by
        Monday of the week.
    skills
        That enough cards of its class need; :data:`OTHERS` stands for the rest.
    """

    reference: str
    area: str
    nearness: str
    service: str
    carers: int
    gender: str
    hours: tuple[int, int | None]
    bands: tuple[Band, ...]
    start_by: date
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """A publication of level B, and what the council keeps of it.

    Attributes
    ----------
    cards
        In order of reference, which is in no order of anything else.
    shown
        Step of :data:`NEARNESS` of each package shown: kept for the next publication, and never published.
    references
        Package of each card: kept by the council, to know what a provider asks for.
    withheld
        Packages that no class was found for; they wait.
    """

    as_of: date
    alike: int
    cards: tuple[Card, ...]
    shown: Mapping[PackageId, int]
    references: Mapping[str, PackageId]
    withheld: tuple[PackageId, ...]

    @property
    def withheld_shown(self) -> int | None:
        """How many wait, as it may be told: to the nearest five, ``None`` below k (also for none)."""
        return 5 * round(len(self.withheld) / 5) if len(self.withheld) >= self.alike else None

    @property
    def digest(self) -> str:
        """Hash of all that the cards say."""
        return sha256(repr(self.cards).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What level B is to be made of.

    Attributes
    ----------
    before
        What was shown at which step in the publication before; empty for the first.
    nonce
        From which references come; a fresh secret one unless a test gives it.
    """

    packages: tuple[Package, ...]
    as_of: date
    alike: int = ALIKE
    before: Mapping[PackageId, int] = field(default_factory=dict)
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)


def shared_cards(asked: Sharing) -> Cards:
    """The cards.

    Raises
    ------
    ValueError
        For fewer alike than five.
    """
    if asked.alike < ALIKE:
        raise ValueError(f"at least {ALIKE} are shown alike, not {asked.alike}")
    shown = {name: step for name, step in _steps_shown(asked).items() if step is not None}
    return made_cards(asked, shown, _references(shown, asked.nonce))


def made_cards(asked: Sharing, shown: Mapping[PackageId, int], references: Mapping[str, PackageId]) -> Cards:
    """Cards of packages at given steps and under given references: a publication as it was made."""
    by_id = {each.id: each for each in asked.packages}
    skills = _skills_shown({name: _steps(by_id[name])[step] for name, step in shown.items()}, asked)
    cards = (
        _card(by_id[name], shown[name], skills[name], reference, asked.as_of)
        for reference, name in references.items()
    )
    return Cards(
        as_of=asked.as_of,
        alike=asked.alike,
        cards=tuple(sorted(cards, key=lambda each: each.reference)),
        shown=shown,
        references=references,
        withheld=tuple(sorted(name for name in by_id if name not in shown)),
    )


def _steps(package: Package) -> tuple[tuple[str, ...], ...]:
    """What a card may show of area and class, finest first."""
    areas = (package.sector, package.sector.split()[0], str(package.district))
    return tuple((area, *traits(package)) for area in areas)


def _steps_shown(asked: Sharing) -> dict[PackageId, int | None]:
    """Step of each package: the new ones alike among themselves, then all together.

    A card that was shown never comes nearer: that would tell which of its class it is.
    """
    steps = {each.id: _steps(each) for each in asked.packages}
    known = {each.id: who_knows(each) for each in asked.packages}
    old = {name: step for name, step in asked.before.items() if name in steps}
    new = {name: those for name, those in steps.items() if name not in old}
    dropped: set[PackageId] = set()
    while True:
        came = {name: those for name, those in new.items() if name not in dropped}
        first = coarsened(came, least=asked.alike, known=known)
        entering = {name: step for name, step in first.items() if step is not None}
        start = old | entering
        at = coarsened({name: steps[name] for name in start}, least=asked.alike, known=known, start=start)
        classes: dict[tuple[str, ...], list[PackageId]] = defaultdict(list)
        for name in entering:
            if (step := at[name]) is not None:
                classes[steps[name][step]].append(name)
        broken = [
            name
            for those in classes.values()
            if not holds(those, least=asked.alike, known=known)
            for name in those
        ]
        if not broken:
            return dict.fromkeys(steps) | at
        dropped.update(broken)


def _skills_shown(
    classes: Mapping[PackageId, tuple[str, ...]], asked: Sharing
) -> Mapping[PackageId, tuple[str, ...]]:
    """Skills that enough cards of a class share; the rest are told later."""
    needs = {each.id: each.skills for each in asked.packages}
    shared = Counter((classes[name], skill) for name in classes for skill in needs[name])
    found = {}
    for name, alike in classes.items():
        told = tuple(skill for skill in sorted(needs[name]) if shared[alike, skill] >= asked.alike)
        found[name] = told if len(told) == len(needs[name]) else (*told, OTHERS)
    return found


def _references(names: Mapping[PackageId, int], nonce: bytes) -> dict[str, PackageId]:
    """Package under each of as many random references."""
    found: dict[str, PackageId] = {}
    for name in sorted(names):
        number, again = int.from_bytes(_keyed(nonce, name)), 0
        while (reference := _letters(number)) in found:
            again += 1
            number = int.from_bytes(_keyed(nonce, f"{name}|{again}"))
        found[reference] = name
    return found


def _keyed(nonce: bytes, name: str) -> bytes:
    return hmac.new(nonce, name.encode(), sha256).digest()


def _letters(number: int) -> str:
    base = len(_LETTERS)
    return "".join(_LETTERS[number // base**place % base] for place in range(8))


def _card(package: Package, step: int, skills: Sequence[str], reference: str, as_of: date) -> Card:
    gender = package.gender_of_carer
    due = as_of + NOTICE if package.needed_by is None else max(package.needed_by, as_of)
    wanted = {band for band, _ in package.demand()}
    return Card(
        reference=reference,
        area=_steps(package)[step][0],
        nearness=NEARNESS[step],
        service=package.service.value,
        carers=2 if package.is_double_handed else 1,
        gender="any" if gender is None else gender.value,
        hours=_hour_band(package.weekly_care),
        bands=tuple(band for band in Band if band in wanted),
        start_by=due - timedelta(days=due.weekday()),
        skills=tuple(skills),
    )


def _hour_band(care: int) -> tuple[int, int | None]:
    low = 0
    for high in HOUR_BANDS:
        if care <= high * HOUR:
            return low, high
        low = high
    return low, None
