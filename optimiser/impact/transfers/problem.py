"""The transfer problem: a live book, who of it may be moved, to whom, and what room everybody has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimiser.allocation.problem import Need, build_problem
from optimiser.allocation.standing import current
from optimiser.impact.transfers.rules import TransferRules, why_not
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance

Uses = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A package, or the packages of a household that go together, with the provider they have.

    Attributes
    ----------
    provider
        Who gives the care now.
    uses
        Of each provider that may have them, their own among them: ``(row, amount)`` of what they would use.
    reason
        Why they are left where they are; ``None`` where they may be moved.
    """

    members: tuple[PackageId, ...]
    provider: ProviderId
    uses: Mapping[ProviderId, Uses]
    reason: str | None

    @property
    def others(self) -> tuple[ProviderId, ...]:
        """Providers that may take them over."""
        return tuple(each for each in self.uses if each != self.provider)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProblem:
    """Units, in order of package, and the room that the book leaves in every row.

    Attributes
    ----------
    free
        Of each row of capacity and of the contract, what the book as it stands leaves. Where the book is
        over a limit already it is nothing, and no transfer may make it worse.
    live
        Packages with a provider today.
    """

    instance: Instance
    rules: TransferRules
    units: tuple[Unit, ...]
    free: tuple[int, ...]
    live: int

    @property
    def most_moved(self) -> int:
        """Packages that this phase may move."""
        return self.rules.most_moved(self.live)


def transfer_problem(instance: Instance, rules: TransferRules) -> TransferProblem:
    """Problem of a live book: an instance whose packages say who has them now."""
    before = current(instance)
    whole = build_problem(instance)
    units: list[Unit] = []
    loads = [0] * len(whole.rows)
    for need in whole.needs:
        held = [member for member in need.members if member in before]
        if not held:
            continue
        uses = {each.provider: each.uses for each in need.candidates}
        providers = {before[member] for member in held}
        for provider in providers:
            # A parted household is counted whole with each that has some of it: too much, never too little.
            for row, amount in uses.get(provider, ()):
                loads[row] += amount
        units += _units(instance, need, before, uses, rules)
    return TransferProblem(
        instance=instance,
        rules=rules,
        units=tuple(units),
        free=tuple(max(0, row.limit - load) for row, load in zip(whole.rows, loads, strict=True)),
        live=len(before),
    )


def _units(
    instance: Instance,
    need: Need,
    before: Mapping[PackageId, ProviderId],
    uses: Mapping[ProviderId, Uses],
    rules: TransferRules,
) -> list[Unit]:
    providers = [before[member] for member in need.members if member in before]
    packages = instance.package_by_id
    if len(set(providers)) == 1 and len(providers) == len(need.members):
        said = [why_not(packages[each], instance.as_of, rules) for each in need.members]
        reason = next((each for each in said if each is not None), None)
        if reason is None and providers[0] not in uses:
            reason = "its provider may not have it any more: to be brokered anew"
        return [Unit(members=need.members, provider=providers[0], uses=uses, reason=reason)]
    return [
        Unit(members=(member,), provider=before[member], uses={}, reason="its household is parted")
        for member in need.members
        if member in before
    ]
