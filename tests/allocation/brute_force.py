"""The truth about tiny markets by trying everything, on the checker's reading of the contract."""

from __future__ import annotations

from collections.abc import Iterator

from optimiser.allocation.check import Market
from optimiser.allocation.problem import STEP, TIER_STEP
from optimiser.model.allocation import Allocation, Rule
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.price import last_resort_cost, weekly_cost
from optimiser.model.supply import Admission

Value = tuple[int, int, int, int, int]
"""Seconds unplaced, seconds of choice not honoured, ordered cost, weekly cost, points short of the best."""
UNPLACED, CHOICE, ORDERED, COST, POINTS = range(5)


class Truth:
    """What each option of each home is worth, worked out without the problem or the rules.

    A home is a package, or those of a household that go together; its first member's name stands for it.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance, self.market = instance, Market(instance)
        self.homes = {home[0].id: home for home in self.market.homes}
        self.options = {name: dict(self._worth(home)) for name, home in self.homes.items()}

    def _worth(self, home: list[Package]) -> Iterator[tuple[ProviderId | None, Value]]:
        first, framework, market = home[0], self.instance.framework, self.market
        chosen = market.choices(home)
        held = []
        for each in self.instance.providers:
            terms = market.terms(first, each.id)
            fits = len(home) == 1 or market.has_room(home, each.id, {}, None)
            if terms is not None and market.may_have(home, each.id) and fits:
                held.append((each.id not in chosen, terms[0], each.id, terms[1].tier))
        held.sort()
        weight = max(1, sum(each.weekly_care for each in home))
        choice = bool(held) and not held[0][0]
        before, tier_before = None, 0
        for other, _, provider, tier_code in held:
            cost = sum(weekly_cost(each, self._admission(each, provider)) for each in home)
            tier = framework.tier_order(tier_code) if other else 0
            before = self._raised(weight, cost, before, max(0, tier - tier_before))
            tier_before = tier
            points = 1000 - self._score(first, provider) if other else 0
            yield provider, (0, weight if choice and other else 0, before, cost, weight * points)
        cost = sum(last_resort_cost(each, framework) for each in home)
        before = self._raised(weight, cost, before, len(framework.tiers) - tier_before)
        yield None, (weight, weight if choice else 0, before, cost, weight * 2000)

    def _admission(self, package: Package, provider: ProviderId) -> Admission:
        found = self.market.terms(package, provider)
        assert found is not None
        return found[1]

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

    def one_by_one(self) -> dict[PackageId, ProviderId]:
        """Each home in the order it came to the first in its order with room: the practice of today."""
        loads: dict[object, int] = {}
        given: dict[PackageId, ProviderId] = {}
        for name, home in sorted(self.homes.items(), key=lambda each: (each[1][0].requested_on, each[0])):
            for who in self.options[name]:
                claims = self._claims(home, who)
                if all(loads.get(key, 0) + wanted <= limit for key, (wanted, limit) in claims.items()):
                    for key, (wanted, _) in claims.items():
                        loads[key] = loads.get(key, 0) + wanted
                    if who is not None:
                        given |= dict.fromkeys((each.id for each in home), who)
                    break
        return given

    def _claims(self, home: list[Package], who: ProviderId | None) -> dict[object, tuple[int, int]]:
        """Of each limit what a home wants with a provider, and how much there is."""
        found: dict[object, tuple[int, int]] = {}
        for each in home if who is not None else ():
            claims = []
            if self.instance.framework.binds(Rule.CAPACITY):
                claims += [((who, *row), *more) for row, *more in self.market.capacity.uses(each, who)]
            claims += self.market.contract.claims(each, who, self._admission(each, who))
            for key, wanted, limit in claims:
                found[key] = (found.get(key, (0, 0))[0] + wanted, limit)
        return found

    def passed_over(self, allocation: Allocation) -> list[tuple[PackageId, ProviderId]]:
        """Homes that a provider asked before their own, or before nobody, still had room for."""
        provider_of = allocation.provider_of
        held = {name: provider_of.get(name) for name in self.homes}
        loads: dict[object, int] = {}
        for name, who in held.items():
            for key, (wanted, _) in self._claims(self.homes[name], who).items():
                loads[key] = loads.get(key, 0) + wanted
        found = []
        for name, home in self.homes.items():
            given_up = {key: wanted for key, (wanted, _) in self._claims(home, held[name]).items()}
            for who in self.options[name]:
                if who == held[name]:
                    break
                claims = self._claims(home, who)
                if who is not None and all(
                    loads.get(key, 0) - given_up.get(key, 0) + wanted <= limit
                    for key, (wanted, limit) in claims.items()
                ):
                    found.append((name, who))
        return found

    def everything(self) -> Iterator[dict[str, ProviderId | None]]:
        """Every allocation within every limit, by home."""
        names = list(self.options)

        def place(number: int, held: dict[str, ProviderId | None]) -> Iterator[dict[str, ProviderId | None]]:
            if number == len(names):
                yield held
                return
            for who in self.options[names[number]]:
                more = {**held, names[number]: who}
                if self._fits(more):
                    yield from place(number + 1, more)

        return place(0, {})

    def _fits(self, held: dict[str, ProviderId | None]) -> bool:
        loads: dict[object, int] = {}
        for name, who in held.items():
            for key, (wanted, limit) in self._claims(self.homes[PackageId(name)], who).items():
                loads[key] = loads.get(key, 0) + wanted
                if loads[key] > limit:
                    return False
        return True

    def best(self, order: tuple[int, ...]) -> tuple[int, ...]:
        """Least value over every allocation within every limit, by these components in this order."""
        names = list(self.options)
        claims = {
            (name, who): [(key, *each) for key, each in self._claims(self.homes[name], who).items()]
            for name in names
            for who in self.options[name]
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
                taken = claims[name, who]
                if all(loads.get(key, 0) + wanted <= limit for key, wanted, limit in taken):
                    for key, wanted, _ in taken:
                        loads[key] = loads.get(key, 0) + wanted
                    place(number + 1, tuple(a + b for a, b in zip(so_far, value, strict=True)))
                    for key, wanted, _ in taken:
                        loads[key] -= wanted

        place(0, (0,) * len(order))
        assert best[0] is not None
        return best[0]
