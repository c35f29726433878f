"""A live book out of a county: who has whom since when, and who agrees to a transfer; all assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from math import log

from instances.counties.calibration import assumed
from instances.counties.chance import generator
from optimiser.allocation.standing import going_on
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import TransferBar

AGREES, DECLINES = 0.70, 0.15
"""Shares of people who have agreed to a transfer and who have declined; the others were not asked."""
IN_HOSPITAL, SAFEGUARDED = 0.03, 0.02
USUAL_STAY = 104
"""Mean weeks that people have had their provider; stays that are over are not in a book."""


def live_book(instance: Instance, provider_of: Mapping[PackageId, ProviderId], *, seed: int) -> Instance:
    """The county with everybody placed, as work that goes on.

    Parameters
    ----------
    provider_of
        As brokers placed them. Packages it does not have stay without a provider.
    """
    book = going_on(
        replace(instance, packages=tuple(replace(each, current_provider=None) for each in instance.packages)),
        provider_of,
    )
    packages = []
    for each in book.packages:
        if each.current_provider is not None:
            rng = generator(seed, instance.county, "live", each.id)
            asked, bar, stay, day = (float(drawn) for drawn in rng.random(4))
            weeks = -USUAL_STAY * log(1 - stay)
            answered = asked < AGREES + DECLINES
            each = replace(
                each,
                with_provider_since=instance.as_of - timedelta(days=int(7 * weeks)),
                transfer_consent=asked < AGREES if answered else None,
                transfer_consent_on=instance.as_of - timedelta(days=int(60 * day)) if answered else None,
                transfer_bar=_bar(bar),
            )
        packages.append(each)
    return replace(book, packages=tuple(packages), assumptions=(*book.assumptions, *ASSUMPTIONS))


def _bar(drawn: float) -> TransferBar | None:
    if drawn < IN_HOSPITAL:
        return TransferBar.HOSPITAL
    return TransferBar.SAFEGUARDING if drawn < IN_HOSPITAL + SAFEGUARDED else None


ASSUMPTIONS = (
    assumed(
        "consent to a transfer",
        f"{AGREES:.0%} agree, {DECLINES:.0%} decline, the others have not been asked",
        "no council publishes it",
    ),
    assumed(
        "time with a provider",
        f"exponential with a mean of {USUAL_STAY} weeks",
        "not published; about one in nine changed in the last twelve weeks",
    ),
    assumed("in hospital, safeguarding", f"{IN_HOSPITAL:.0%} and {SAFEGUARDED:.0%}", "not published"),
)
