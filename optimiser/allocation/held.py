"""What providers have today, and how change is spread among them.

A provider whose work goes on with many people can lose a little of it unharmed; one that loses half of it at
once may fold, and then everybody is moved. So what each provider has less than nine tenths of its hours,
new packages included, is a cost of its own: each such holding is a promise like a guarantee of the contract
(:mod:`~optimiser.allocation.guarantees`), of which every second short counts one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimiser.allocation.contract_rows import Book
from optimiser.allocation.guarantees import Promise
from optimiser.model.calendar import HOUR
from optimiser.model.contract import Aim
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.need import Package

MAY_LOSE = 10
"""Per cent of its hours that a provider may lose before it counts (an assumption)."""


def held_by(members: Sequence[Package]) -> tuple[tuple[ProviderId, int], ...]:
    """Carer-seconds a week of members whose work goes on, by provider."""
    held: dict[ProviderId, int] = {}
    for each in members:
        if each.stays_with is not None:
            held[each.stays_with] = held.get(each.stays_with, 0) + each.weekly_care
    return tuple(sorted(held.items()))


def holdings(book: Book) -> Iterator[Promise]:
    """What each provider that has work today should keep, for the spread of change."""
    held = held_by(book.instance.packages)
    care: dict[ProviderId, dict[PackageId, int]] = {provider: {} for provider, _ in held}
    for package, admission in book.serving() if held else ():
        if admission.provider in care:
            care[admission.provider][package.id] = package.weekly_care
    for provider, seconds in held:
        yield Promise(
            aim=Aim.SPREAD,
            provider=provider,
            weekly_care=seconds - seconds * MAY_LOSE // 100,
            shortfall_rate=HOUR,
            care=care[provider],
        )
