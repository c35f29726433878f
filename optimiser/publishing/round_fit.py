"""How well a card would fit a provider's own rounds, worked out from what the card shows and nothing else.

The home is not asked: in its place stands the middle of the area on the card, the visits are the parts of the
day on it, and their length comes from its band of hours. Two packages with the same card have the same fit,
so that the fit tells nothing that the card does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import Enum

from geodata.place import Place
from optimiser.model.calendar import HOUR, MINUTE, Band, Weekday
from optimiser.model.identifiers import DistrictCode, LotCode, PackageId
from optimiser.model.need import ClientGroup, Gender, Package, ServiceKind, SourceRoute, Visit, Window
from optimiser.publishing.cards import OTHERS, Card
from optimiser.rounds.loaded_day import LoadedDay

WHEN: Mapping[Band, Window] = {
    Band.MORNING: Window(7 * HOUR, 10 * HOUR),
    Band.LUNCH: Window(11 * HOUR + 1800, 14 * HOUR),
    Band.TEA: Window(15 * HOUR, 18 * HOUR),
    Band.BED: Window(18 * HOUR, 21 * HOUR + 1800),
}
"""When a call of each part of the day may begin, for want of knowing better (an assumption)."""
SHORTEST, LONGEST = 15 * MINUTE, 2 * HOUR
"""Of a call made up from a band of hours."""
GOOD, FAIR = 8 * MINUTE, 20 * MINUTE
"""Extra travel for each call, up to which a fit is called so (an assumption)."""
UNBOUNDED = 40
"""Hours a week that stand for a band without an upper end."""


class RoundFit(Enum):
    """How well a card fits the rounds of a day."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    UNKNOWN = "not said"
    """The area is too wide, or the service does not enter day rounds."""


def round_fits(
    cards: Iterable[Card], loaded: Iterable[LoadedDay], middles: Mapping[str, Place]
) -> dict[str, RoundFit]:
    """Fit of each card, by reference, with the rounds of a provider's day.

    Parameters
    ----------
    loaded
        The provider's plans of the day; the best of them counts.
    middles
        Middle of each area shown, from all its postcodes.
    """
    days, seen, found = list(loaded), dict[Card, RoundFit](), {}
    for card in cards:
        alike = replace(card, reference="", start_by=date.min)
        if alike not in seen:
            seen[alike] = _fit(alike, days, middles)
        found[card.reference] = seen[alike]
    return found


def _fit(card: Card, days: Iterable[LoadedDay], middles: Mapping[str, Place]) -> RoundFit:
    if card.nearness == "district" or card.area not in middles:
        return RoundFit.UNKNOWN
    if not ServiceKind(card.service).enters_day_rounds:
        return RoundFit.UNKNOWN
    asked = stand_in(card, middles[card.area])
    extra = [each.insert(asked).travel_seconds for each in days]
    least = min((each for each in extra if each is not None), default=None)
    if least is None:
        return RoundFit.POOR
    each_call = least / len(asked.visits)
    return RoundFit.GOOD if each_call <= GOOD else RoundFit.FAIR if each_call <= FAIR else RoundFit.POOR


def stand_in(card: Card, middle: Place) -> Package:
    """A package made of a card alone."""
    low, high = card.hours
    weekly = (low + (UNBOUNDED if high is None else high)) * HOUR // 2
    bands = [band for band in WHEN if band in card.bands]
    each = weekly // (7 * card.carers * max(1, len(bands)))
    duration = min(LONGEST, max(SHORTEST, each // (5 * MINUTE) * 5 * MINUTE))
    visits = tuple(
        Visit(
            number=number,
            days=frozenset(Weekday),
            window=WHEN[band],
            service_duration=duration,
            carers_needed=card.carers,
        )
        for number, band in enumerate(bands, start=1)
    )
    return Package(
        id=PackageId("card"),
        client="card",
        service=ServiceKind(card.service),
        client_group=ClientGroup.OLDER_PEOPLE,
        route=SourceRoute.COMMUNITY,
        lot=LotCode(""),
        district=DistrictCode(""),
        postcode="",
        sector="",
        place=middle,
        requested_on=date.min,
        visits=visits,
        gender_of_carer=None if card.gender == "any" else Gender(card.gender),
        skills=frozenset(card.skills) - {OTHERS},
    )
