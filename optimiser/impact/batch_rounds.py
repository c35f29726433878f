"""Rounds of a batch: what its packages would be for whoever wins them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from geodata.travel import StraightLine, TravelModel
from optimiser.batching.problem import BuiltRounds
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.supply import Provider
from optimiser.rounds.prepare import Work, prepare_work
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.rules import RoundRules, Weights
from optimiser.rounds.search import RuinAndRecreate
from optimiser.solving.limits import Limits

NOBODY_YET = Provider(id=ProviderId("whoever wins"), name="whoever wins")
"""Any provider: nameless carers of both genders and of every skill."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BatchRounds:
    """The rounds engine for batches: nameless carers, one planning day, a fixed number of steps.

    Attributes
    ----------
    packages
        All that may be asked for, by identifier.
    steps
        Of the search, for each batch: enough for a day of twenty packages to be within 2 % of ten times as
        many.
    """

    packages: Mapping[PackageId, Package]
    travel: TravelModel
    day: Weekday = Weekday.TUESDAY
    steps: int = 100
    seed: int = 0
    rules: RoundRules = field(default_factory=RoundRules)
    weights: Weights = field(default_factory=Weights)

    @classmethod
    def of(
        cls,
        instance: Instance,
        packages: Iterable[PackageId],
        *,
        travel: TravelModel | None = None,
        day: Weekday | str = Weekday.TUESDAY,
        steps: int = 100,
        seed: int = 0,
    ) -> BatchRounds:
        """Engine for some packages of an instance."""
        return cls(
            packages={each: instance.package_by_id[each] for each in packages},
            travel=travel or StraightLine(kinds=instance.area_kinds),
            day=Weekday(day.lower()) if isinstance(day, str) else day,
            steps=steps,
            seed=seed,
        )

    @property
    def name(self) -> str:
        """Name for provenance, with what changes the figures."""
        return f"rounds on a {self.day.value}, {self.steps} steps, seed {self.seed}, {self.travel.name}"

    def __call__(self, packages: Sequence[PackageId]) -> BuiltRounds:
        """Rounds of a batch; the same packages in any order give the same rounds."""
        needs = (
            (package, visit)
            for package in (self.packages[each] for each in sorted(packages))
            if package.service.enters_day_rounds
            for visit in package.visits
            if self.day in visit.days
        )
        work = Work(provider=NOBODY_YET, day=self.day, needs=tuple(needs), carers=())
        day = prepare_work(work, travel=self.travel, rules=self.rules, weights=self.weights)
        result = RuinAndRecreate().solve(day.problem, limits=Limits(iterations=self.steps), seed=self.seed)
        plan = to_round_plan(day, result.solution)
        working = sorted(each.contact_seconds + each.travel_seconds for each in plan.rounds)
        return BuiltRounds(travel=plan.travel_seconds, working=tuple(working), unserved=len(plan.unserved))
