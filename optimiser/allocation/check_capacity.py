"""What providers have, read a second time for the checker (rule E5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from optimiser.model.calendar import DAY_BANDS, Band, DayType
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.supply import Capacity

Part = tuple[Band | None, DayType | None]


class CapacityLimits:
    """Rows of capacity that hold, by provider, and what packages take of them."""

    def __init__(self, instance: Instance) -> None:
        self.sectors = {locality.id: locality.sectors for locality in instance.localities}
        self.held: dict[ProviderId, list[Capacity]] = {each.id: [] for each in instance.providers}
        self._wanted: dict[PackageId, Mapping[Part, tuple[int, int]]] = {}
        for each in instance.capacities:
            self._note(each)

    def _note(self, new: Capacity) -> None:
        held = self.held[new.provider]
        for number, old in enumerate(held):
            if (old.locality, old.band, old.day_type) == (new.locality, new.band, new.day_type):
                old_day, new_day = old.as_of or date.min, new.as_of or date.min
                if new_day > old_day or (new_day == old_day and new.spare < old.spare):
                    held[number] = new
                return
        held.append(new)

    def inside(self, capacity: Capacity, package: Package) -> bool:
        """Whether a row of capacity counts at a package's home."""
        where = capacity.locality
        return (
            where is None
            or str(where) in (package.district, package.sector)
            or (where in self.sectors and package.sector in self.sectors[where])
        )

    def states(self, package: Package, provider: ProviderId, part: tuple[Band, DayType]) -> bool:
        """Whether a provider says anything of a part of the week at a package's home."""
        held = self.held[provider]
        if any((c.band, c.day_type) == part and self.inside(c, package) for c in held):
            return True
        by_bands = any(c.band in DAY_BANDS for c in held)
        by_week = any(c.band is None and self.inside(c, package) for c in held)
        return part[0] in DAY_BANDS and by_week and not by_bands

    def uses(self, package: Package, provider: ProviderId) -> Iterator[tuple[tuple[int, str], int, int]]:
        """Row, seconds wanted of it, and its limit: carer-seconds, and seconds that need a pair."""
        for number, capacity in enumerate(self.held[provider]):
            if not self.inside(capacity, package):
                continue
            if capacity.band is None and not package.service.enters_day_rounds:
                continue
            care, paired = self._wants(package).get((capacity.band, capacity.day_type), (0, 0))
            if care:
                yield (number, "care"), care, capacity.spare
            if paired and capacity.double_up_pairs is not None:
                yield (number, "pairs"), paired, pair_seconds(capacity)

    def _wants(self, package: Package) -> Mapping[Part, tuple[int, int]]:
        """Carer-seconds a week in each part of it, and seconds that need a pair; the whole week too."""
        if package.id not in self._wanted:
            found: dict[Part, tuple[int, int]] = {}
            for visit in package.visits:
                pair = int(visit.carers_needed > 1)
                parts: dict[Part, int] = {(None, None): visit.service_duration * len(visit.days)}
                for band, seconds in package.bands_of(visit).items():
                    for day_type in DayType:
                        days = sum(day.day_type is day_type for day in visit.days)
                        parts[band, day_type] = seconds * days
                for part, seconds in parts.items():
                    care, paired = found.get(part, (0, 0))
                    found[part] = (care + seconds * visit.carers_needed, paired + seconds * pair)
            self._wanted[package.id] = found
        return self._wanted[package.id]


def pair_seconds(capacity: Capacity) -> int:
    """Seconds a week that the pairs of a row can work together."""
    hours = _HOURS_A_WEEK[capacity.band, capacity.day_type]
    return round((capacity.double_up_pairs or 0) * hours * 3600)


_BANDS = {
    Band.MORNING: 4.5,
    Band.LUNCH: 3.5,
    Band.TEA: 3.0,
    Band.BED: 4.0,
    Band.NIGHT: 9.0,
    Band.LIVE_IN: 24.0,
}
_HOURS_A_WEEK: dict[Part, float] = {
    (band, day_type): hours * (5 if day_type is DayType.WEEKDAY else 2)
    for band, hours in _BANDS.items()
    for day_type in DayType
} | {(None, None): 7 * 15.0}
