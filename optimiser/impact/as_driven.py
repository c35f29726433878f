"""Today's rounds driven on other roads: what a closure does before anybody plans round it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.travel import TravelModel
from optimiser.impact.travel_error import legs_of, places_of_visits
from optimiser.model.instance import Instance
from optimiser.model.rounds import RoundPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class AsDriven:
    """Rounds that stay as they are, on roads that do not.

    Attributes
    ----------
    before_seconds, before_metres
        As the rounds were planned, without the legs that are cut off.
    travel_seconds, metres
        The same legs on the other roads.
    cut_off
        Legs with no way through at all.
    longer
        Legs that take longer.
    """

    before_seconds: int
    before_metres: int
    travel_seconds: int
    metres: int
    cut_off: int
    longer: int


def as_driven(instance: Instance, plans: Iterable[RoundPlan], travel: TravelModel) -> AsDriven:
    """Every leg of the plans by another travel model, in the order it is driven today."""
    home = places_of_visits(instance)
    depots = {(each.provider, each.id): each.depot for each in instance.carers}
    before = before_metres = seconds = metres = cut_off = longer = 0
    for plan in plans:
        for mode in sorted({each.mode for each in plan.rounds}, key=lambda mode: mode.value):
            legs = [leg for each in plan.rounds if each.mode is mode for leg in legs_of(each, home, depots)]
            places = sorted({place for leg in legs for place in (leg.start, leg.end)})
            number = {place: i for i, place in enumerate(places)}
            matrix = travel.matrix(places, mode)
            for leg in legs:
                way = number[leg.start], number[leg.end]
                if not matrix.reachable[way]:
                    cut_off += 1
                    continue
                before += leg.seconds
                before_metres += leg.metres
                seconds += int(matrix.seconds[way])
                metres += int(matrix.metres[way])
                longer += int(matrix.seconds[way]) > leg.seconds
    return AsDriven(
        before_seconds=before,
        before_metres=before_metres,
        travel_seconds=seconds,
        metres=metres,
        cut_off=cut_off,
        longer=longer,
    )
