"""Who waits and who is placed, by kind of person; who is asked and who gets work, by size of provider.

For monitoring, never for ranking (Equality Act s.149): nothing here is read by any policy. Age is not in a
package, so that no line speaks of it. :func:`published` is what may leave the council: counts of 1 to 7 are
hidden, others rounded to the nearest 5, shares and waits only where nothing of their base is hidden
(DOMAIN 4.8, level A).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from optimiser.allocation.policy import Seats
from optimiser.allocation.problem import Problem
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package

WAIT_RATIO = 1.25
"""How much longer than everybody a group may wait before it is pointed out (DOMAIN 8)."""
HIDDEN_BELOW = 8
ROUNDED_TO = 5
SIZES = ((200 * HOUR, "under 200 h"), (1000 * HOUR, "200 to 1,000 h"), (None, "over 1,000 h"))
"""Classes of providers by hours a week they offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """How one group of people fares.

    Attributes
    ----------
    by, group
        What tells groups apart, and which of them it is.
    packages, placed, first_tier
        Counts; ``None`` where hidden.
    hours, placed_hours
        Seconds a week; ``None`` where hidden.
    wait_days
        Mean days from request to the day of the answer; ``None`` where hidden or nobody is in it.
    wait_ratio
        ``wait_days`` of the group against those of everybody.
    """

    by: str
    group: str
    packages: int | None
    placed: int | None
    first_tier: int | None
    hours: int | None
    placed_hours: int | None
    wait_days: float | None
    wait_ratio: float | None

    @property
    def placed_share(self) -> float | None:
        """Share of the packages that are placed."""
        if not self.packages or self.placed is None:
            return None
        return self.placed / self.packages

    @property
    def waits_too_long(self) -> bool:
        """Whether a group large enough to tell waits over :data:`WAIT_RATIO` times as long as everybody."""
        large = self.packages is not None and self.packages >= HIDDEN_BELOW
        return large and self.wait_ratio is not None and self.wait_ratio > WAIT_RATIO


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFigures:
    """How providers of one size fare.

    Attributes
    ----------
    offers
        Packages for which one of them was asked: it has the package, or stands before who has it.
    capacity, placed_hours
        Seconds a week offered, and placed with them.
    """

    size: str
    providers: int | None
    offers: int | None
    placed: int | None
    capacity: int | None
    placed_hours: int | None

    @property
    def use(self) -> float | None:
        """Share of the capacity that is used; ``None`` where none is offered, or it is hidden."""
        if not self.capacity or self.placed_hours is None:
            return None
        return self.placed_hours / self.capacity


def by_people(instance: Instance, problem: Problem, seats: Seats) -> tuple[GroupFigures, ...]:
    """Figures of every group, everybody first."""
    tiers = {
        package: None if seat is None else need.candidates[seat].tier_order
        for need, seat in zip(problem.needs, seats, strict=True)
        for package in need.members
    }

    def figures(by: str, group: str, members: Sequence[Package], everybody: float | None) -> GroupFigures:
        placed = [each for each in members if tiers[each.id] is not None]
        waits = [(instance.as_of - each.requested_on).days for each in members]
        wait = sum(waits) / len(waits) if waits else None
        return GroupFigures(
            by=by,
            group=group,
            packages=len(members),
            placed=len(placed),
            first_tier=sum(tiers[each.id] == 0 for each in placed),
            hours=sum(each.weekly_care for each in members),
            placed_hours=sum(each.weekly_care for each in placed),
            wait_days=wait,
            wait_ratio=wait / everybody if wait is not None and everybody else None,
        )

    total = figures("everybody", "everybody", instance.packages, None)
    found = [replace(total, wait_ratio=1.0 if total.wait_days else None)]
    for by, group_of in _groupings(instance):
        groups: dict[str, list[Package]] = {}
        for each in instance.packages:
            groups.setdefault(group_of(each), []).append(each)
        found += [figures(by, name, groups[name], total.wait_days) for name in sorted(groups)]
    return tuple(found)


def _groupings(instance: Instance) -> Iterable[tuple[str, Callable[[Package], str]]]:
    yield "area", lambda each: instance.area_kinds.of(each.place).value
    yield "carers", lambda each: "double-handed" if each.is_double_handed else "one carer"
    yield "gender of carer", lambda each: each.gender_of_carer.value if each.gender_of_carer else "any"
    yield "language", lambda each: "named language" if each.language else "any"
    yield "client group", lambda each: each.client_group.value
    yield "service", lambda each: each.service.value


def by_size(instance: Instance, problem: Problem, seats: Seats) -> tuple[SizeFigures, ...]:
    """Figures of providers by size, small ones first; those that may serve nothing here count too."""
    capacity, held = _capacities(instance), dict[ProviderId, list[int]]()
    care = {each.id: each.weekly_care for each in instance.packages}
    offers: dict[ProviderId, int] = {}
    for need, seat in zip(problem.needs, seats, strict=True):
        for each in need.candidates[: None if seat is None else seat + 1]:
            offers[each.provider] = offers.get(each.provider, 0) + len(need.members)
        if seat is not None:
            here = held.setdefault(need.candidates[seat].provider, [])
            here += [max(1, care[package]) for package in need.members]
    classes: dict[str, list[ProviderId]] = {name: [] for _, name in SIZES}
    for provider in instance.providers:
        classes[_size(capacity.get(provider.id, 0))].append(provider.id)
    return tuple(
        SizeFigures(
            size=size,
            providers=len(names),
            offers=sum(offers.get(each, 0) for each in names),
            placed=sum(len(held.get(each, ())) for each in names),
            capacity=sum(capacity.get(each, 0) for each in names),
            placed_hours=sum(sum(held.get(each, ())) for each in names),
        )
        for size, names in classes.items()
    )


def _capacities(instance: Instance) -> dict[ProviderId, int]:
    """Seconds a week each provider offers everywhere: its bands together, or its hours a week if fewer."""
    bands: dict[ProviderId, int] = {}
    weeks: dict[ProviderId, int] = {}
    for each in instance.capacities:
        if each.locality is None:
            into = weeks if each.band is None else bands
            into[each.provider] = into.get(each.provider, 0) + each.spare
    return {
        who: min(bands.get(who, weeks.get(who, 0)), weeks.get(who, bands.get(who, 0)))
        for who in {*bands, *weeks}
    }


def _size(capacity: int) -> str:
    return next(name for most, name in SIZES if most is None or capacity < most)


def published(figures: Iterable[GroupFigures]) -> tuple[GroupFigures, ...]:
    """What may be shown to anybody: no count of 1 to 7, and nothing from which one could be worked out."""
    return tuple(_disclosed(each) for each in figures)


def _disclosed(each: GroupFigures) -> GroupFigures:
    packages, placed, first = each.packages or 0, each.placed or 0, each.first_tier or 0
    # What is left of a count must be as large as the count itself, or the one gives the other away.
    base_hidden = _is_small(packages)
    placed_hidden = base_hidden or _is_small(placed) or _is_small(packages - placed)
    first_hidden = placed_hidden or _is_small(first) or _is_small(placed - first)
    return replace(
        each,
        packages=None if base_hidden else _rounded(packages),
        placed=None if placed_hidden else _rounded(placed),
        first_tier=None if first_hidden else _rounded(first),
        hours=None if base_hidden or each.hours is None else _rounded_hours(each.hours),
        placed_hours=None
        if placed_hidden or each.placed_hours is None
        else _rounded_hours(each.placed_hours),
        wait_days=None if base_hidden or each.wait_days is None else float(round(each.wait_days)),
        wait_ratio=None if base_hidden or each.wait_ratio is None else round(each.wait_ratio, 1),
    )


def _is_small(count: int) -> bool:
    return 0 < count < HIDDEN_BELOW


def _rounded(count: int) -> int:
    return ROUNDED_TO * ((2 * count + ROUNDED_TO) // (2 * ROUNDED_TO))


def _rounded_hours(seconds: int) -> int:
    return _rounded(round(seconds / HOUR)) * HOUR
