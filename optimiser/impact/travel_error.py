"""How well travel itself is known, carried into what a study says of it.

A straight line errs leg by leg, but legs of one length and area err the same way: no number of them averages
that out. Seconds are therefore kept apart by the relative error they are known to, and the seconds of one
error are taken to be wrong together, those of different errors independently. A difference between two
worlds is known to the error of what differs: the same legs on both sides cancel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from geodata.place import Place
from geodata.travel import StraightLine, TravelMode, TravelModel
from optimiser.model.identifiers import CarerId, ProviderId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.rounds import Round, RoundPlan

SecondsByError = Mapping[str, int]
"""Seconds of travel by the relative standard error they are known to, as text with three decimals."""


def travel_by_error(
    instance: Instance, plans: Iterable[RoundPlan], travel: TravelModel
) -> SecondsByError | None:
    """Seconds driven by how well they are known; ``None`` where the travel model does not say.

    Walking and cycling are left out: nothing is known of their error.
    """
    if not isinstance(travel, StraightLine):
        return None
    home = places_of_visits(instance)
    depots = {(each.provider, each.id): each.depot for each in instance.carers}
    found: dict[str, int] = {}
    for plan in plans:
        cars = (each for each in plan.rounds if each.mode is TravelMode.CAR)
        legs = [leg for each in cars for leg in legs_of(each, home, depots)]
        places = sorted({place for leg in legs for place in (leg.start, leg.end)})
        number = {place: i for i, place in enumerate(places)}
        error = travel.relative_error(places)
        for leg in legs:
            key = f"{error[number[leg.start], number[leg.end]]:.3f}"
            found[key] = found.get(key, 0) + leg.seconds
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One way of a round, from place to place, as it was planned."""

    start: Place
    end: Place
    seconds: int
    metres: int


def places_of_visits(instance: Instance) -> Mapping[VisitId, Place]:
    """Home of each visit."""
    return {
        package.visit_id(visit): package.place for package in instance.packages for visit in package.visits
    }


def legs_of(
    each: Round,
    home: Mapping[VisitId, Place],
    depots: Mapping[tuple[ProviderId, CarerId], Place | None],
) -> Iterator[Leg]:
    """Legs of a round: between its visits, and from and to the depot where it is known."""
    depot = depots.get((each.provider, each.carer))
    if depot is not None and each.stops:
        first, last = each.stops[0], each.stops[-1]
        yield Leg(start=depot, end=home[first.visit], seconds=first.travel_seconds, metres=first.metres)
        yield Leg(start=home[last.visit], end=depot, seconds=each.home_seconds, metres=each.home_metres)
    for before, stop in zip(each.stops, each.stops[1:], strict=False):
        yield Leg(
            start=home[before.visit], end=home[stop.visit], seconds=stop.travel_seconds, metres=stop.metres
        )


def error_of_difference(
    before: Sequence[SecondsByError | None], after: Sequence[SecondsByError | None]
) -> float | None:
    """Standard error of the mean difference in seconds of travel; ``None`` where a run does not say."""
    known = [
        (one, two) for one, two in zip(before, after, strict=True) if one is not None and two is not None
    ]
    if not known or len(known) < len(before):
        return None
    errors = {key for one, two in known for key in (*one, *two)}
    return math.sqrt(
        sum(
            (float(key) * sum(two.get(key, 0) - one.get(key, 0) for one, two in known) / len(known)) ** 2
            for key in errors
        )
    )
