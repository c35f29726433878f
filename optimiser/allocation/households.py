"""People who live together go to one provider, as far as one may have them all (rule B5).

Packages of one household, lot and kind of service are one need: they take their seat together, so that no
solver can part them. They stay apart where nobody may have them all within what it has, or where a person's
own choice (rule O8) speaks against it: a choice is the person's, not the household's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from optimiser.allocation.call_off import Line
from optimiser.allocation.capacity import Row
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.need import Package

Uses = tuple[tuple[int, int], ...]


def units(packages: Sequence[Package], *, together: bool) -> Iterator[tuple[Package, ...]]:
    """Packages that are to go together, the longest-waiting first; in order of package."""
    held: dict[tuple[object, ...], list[Package]] = {}
    for each in packages:
        alone = not together or each.household is None
        key = (each.id,) if alone else (each.household, each.lot, each.service)
        held.setdefault(key, []).append(each)
    for members in held.values():
        yield tuple(sorted(members, key=lambda each: (each.requested_on, each.id)))


def household(
    members: Sequence[Package],
    lines: Mapping[PackageId, Mapping[ProviderId, Line]],
    uses: Callable[[Package, Line], Uses],
    rows: Sequence[Row],
    *,
    choices_count: bool,
) -> dict[ProviderId, Uses] | None:
    """B5: rows used by all members with each provider that may have them all; ``None`` where they part."""
    common = [
        provider for provider in lines[members[0].id] if all(provider in lines[each.id] for each in members)
    ]
    found = {}
    for provider in common:
        total: dict[int, int] = {}
        for each in members:
            for row, amount in uses(each, lines[each.id][provider]):
                total[row] = total.get(row, 0) + amount
        if all(amount <= rows[row].limit for row, amount in total.items()):
            found[provider] = tuple(sorted(total.items()))
    chosen = {each.chosen_provider for each in members if each.chosen_provider in lines[each.id]}
    if not found or (choices_count and (len(chosen) > 1 or not chosen <= set(found))):
        return None
    return found
