"""The truth about tiny markets by trying everything, on the checker's reading of the contract."""

from __future__ import annotations

from collections.abc import Iterator

from optimiser.allocation.check import Market
from optimiser.allocation.problem import STEP, TIER_STEP
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.price import last_resort_cost, weekly_cost

Value = tuple[int, int, int, int, int]
"""Seconds unplaced, seconds of choice not honoured, ordered cost, weekly cost, points short of the best."""


class Truth:
    """What each option of each package is worth, worked out without the problem or the rules."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.market = instance, Market(instance)
        self.options: dict[PackageId, dict[ProviderId | None, Value]] = {}
        for package in instance.packages:
            held = []
            for provider in instance.providers:
                terms = self.market.terms(package, provider.id)
                if terms is not None and not any(self.market.refusals(package, provider.id)):
                    held.append((provider.id != package.chosen_provider, terms[0], provider.id, terms[1]))
            held.sort(key=lambda each: each[:3])
            self.options[package.id] = dict(self._worth(package.id, held))

    def _worth(self, name: PackageId, held: list[tuple]) -> Iterator[tuple[ProviderId | None, Value]]:  # type: ignore[type-arg]
        package, framework = self.instance.package_by_id[name], self.instance.framework
        weight = max(1, package.weekly_care)
        choice = bool(held) and not held[0][0]
        before, tier_before = None, 0
        for other, _, provider, admission in held:
            cost = weekly_cost(package, admission)
            tier = framework.tier_order(admission.tier) if other else 0
            before = self._raised(weight, cost, before, max(0, tier - tier_before))
            tier_before = tier
            points = 1000 - self._score(package, provider) if other else 0
            yield provider, (0, weight if choice and other else 0, before, cost, weight * points)
        cost = last_resort_cost(package, framework)
        before = self._raised(weight, cost, before, len(framework.tiers) - tier_before)
        yield None, (weight, weight if choice else 0, before, cost, weight * 2000)

    def _score(self, package: Package, provider: ProviderId) -> int:
        ranked = self.instance.ranked_list(package.lot, package.service)
        for entry in ranked.entries if ranked else ():
            if entry.provider == provider and entry.total is not None:
                return round(entry.total * 10)
        return 500

    @staticmethod
    def _raised(weight: int, cost: int, before: int | None, tiers: int) -> int:
        if before is None:
            return cost
        step, rest = divmod(weight * (STEP + TIER_STEP * tiers), 3600)
        return max(cost, before + step + (rest > 0))

    def value(self, allocation: Allocation) -> Value:
        """Value of an allocation."""
        provider_of = allocation.provider_of
        worth = [self.options[name][provider_of.get(name)] for name in self.options]
        return tuple(sum(column) for column in zip(*worth, strict=True))  # type: ignore[return-value]

    def best(self, order: tuple[int, ...]) -> tuple[int, ...]:
        """Least value over every allocation within capacity, by these components in this order."""
        names = list(self.options)
        packages = self.instance.package_by_id
        uses = {
            (name, provider): [
                ((provider, row), wanted, limit)
                for row, wanted, limit in self.market.capacity.uses(packages[name], provider)
            ]
            for name in names
            for provider in self.options[name]
            if provider is not None
        }
        worth = {
            name: {who: tuple(value[each] for each in order) for who, value in options.items()}
            for name, options in self.options.items()
        }
        loads: dict[object, int] = {}
        best: list[tuple[int, ...] | None] = [None]

        def place(number: int, so_far: tuple[int, ...]) -> None:
            if best[0] is not None and so_far >= best[0]:
                return  # nothing is below zero: what is left can only add
            if number == len(names):
                best[0] = so_far
                return
            name = names[number]
            for who, value in worth[name].items():
                taken = uses[name, who] if who is not None else []
                if all(loads.get(key, 0) + wanted <= limit for key, wanted, limit in taken):
                    for key, wanted, _ in taken:
                        loads[key] = loads.get(key, 0) + wanted
                    place(number + 1, tuple(a + b for a, b in zip(so_far, value, strict=True)))
                    for key, wanted, _ in taken:
                        loads[key] -= wanted

        place(0, (0,) * len(order))
        assert best[0] is not None
        return best[0]
