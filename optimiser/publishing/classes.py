"""The rule of k alike: what is shown of one is shown alike of at least k, or is coarsened, or is not shown.

Every item comes with what could be shown of it, from the finest to the coarsest step. Classes are counted on
what **is** shown: an item shown by its outward half does not stand in the class of those shown by sector.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from optimiser.model.identifiers import ProviderId
from optimiser.model.need import ClientGroup, Package

K = TypeVar("K", bound=str)

ALIKE = 5
"""Items that must look the same (k), unless more are asked for."""

Known = Mapping[K, frozenset[ProviderId]]
"""Providers that know an item for whose it is."""


def traits(package: Package) -> tuple[str, str, str, str]:
    """What cards of a class share besides the area: age band, gender of carer, carers, kind of service.

    The age band is shown on no card; classes are alike in it all the same, for a neighbour knows it.
    """
    gender = package.gender_of_carer
    return (
        "older" if package.client_group is ClientGroup.OLDER_PEOPLE else "younger",
        "any" if gender is None else gender.value,
        "double" if package.is_double_handed else "single",
        package.service.value,
    )


def who_knows(package: Package) -> frozenset[ProviderId]:
    """Providers that have, or had, the person: those it leaves or has, and those it may not go back to."""
    now = () if package.current_provider is None else (package.current_provider,)
    return package.excluded_providers.union(now)


def holds(members: Collection[K], *, least: int, known: Known[K] | None = None) -> bool:
    """Whether a class has at least ``least`` members, also for a provider that knows some of them.

    A provider that takes its own away from a class must be left with none or with ``least``.
    """
    if len(members) < least:
        return False
    familiar = Counter(who for each in members for who in (known or {}).get(each, ()))
    return all(len(members) - count == 0 or len(members) - count >= least for count in familiar.values())


def coarsened(
    steps: Mapping[K, Sequence[Hashable]],
    *,
    least: int = ALIKE,
    known: Known[K] | None = None,
    start: Mapping[K, int] | None = None,
) -> dict[K, int | None]:
    """Step at which each item may be shown; ``None`` where none will do and it is withheld.

    A class that does not hold goes up one step, whole. Where one does not hold at the last step, the smallest
    class that was to be shown finer, and lies altogether inside, is shown as coarsely as it: better five less
    exact than one not at all. The order of items means nothing.

    Parameters
    ----------
    steps
        What would be shown of each item, finest first; as many steps for each.
    least
        Members that a class must have.
    start
        Finest step that an item may have; 0 where not said.
    """
    at: dict[K, int | None] = {name: (start or {}).get(name, 0) for name in sorted(steps)}
    last = max((len(each) for each in steps.values()), default=1) - 1
    for step in range(last):
        for members in classes(steps, at).get(step, {}).values():
            if not holds(members, least=least, known=known):
                at.update(dict.fromkeys(members, step + 1))
    found = classes(steps, at)
    finer: dict[Hashable, list[list[K]]] = defaultdict(list)
    for step in range(last):
        for members in found.get(step, {}).values():
            inside = {steps[name][last] for name in members}
            if len(inside) == 1:
                finer[inside.pop()].append(members)
    for value, members in found.get(last, {}).items():
        at.update(_settled(members, finer[value], last, least, known))
    return at


def classes(
    steps: Mapping[K, Sequence[Hashable]], at: Mapping[K, int | None]
) -> dict[int, dict[Hashable, list[K]]]:
    """Members of each class shown, by step and by what is shown."""
    found: dict[int, dict[Hashable, list[K]]] = defaultdict(lambda: defaultdict(list))
    for name in sorted(at):
        step = at[name]
        if step is not None:
            found[step][steps[name][step]].append(name)
    return found


def _settled(
    held: Sequence[K], finer: Sequence[list[K]], last: int, least: int, known: Known[K] | None
) -> dict[K, int | None]:
    """Steps of a class of the last step and of the finer classes brought to it, the smallest first."""
    members = list(held)
    for more in sorted(finer, key=lambda each: (len(each), each)):
        if holds(members, least=least, known=known):
            break
        members += more
    if not holds(members, least=least, known=known):
        return dict.fromkeys(held, None)
    return dict.fromkeys(members, last)
