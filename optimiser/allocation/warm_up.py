"""Compile the kernels of the allocation search, or load them, before a clock runs."""

from __future__ import annotations

import time
from datetime import date

from geodata.place import Place
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import Candidate, Need, Part, Problem
from optimiser.allocation.search import Annealing, Search, improve_objective
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import LotCode, PackageId, ProviderId, TierCode
from optimiser.solving.progress import Progress, Reporter, silent


def warm_up(*, progress: Reporter = silent) -> float:
    """Place one package at one provider; returns the seconds it took."""
    began = time.perf_counter()
    progress(Progress(task="readying the allocation kernels"))
    search = Search(start=(Annealing(steps=2, hot=1.0, cold=0.5),))
    improve_objective(_one_package(), (None,), Objective.COST, search=search, seed=0)
    return time.perf_counter() - began


def _one_package() -> Problem:
    package, tier = PackageId("P"), TierCode("T1")
    candidate = Candidate(
        provider=ProviderId("A"),
        tier=tier,
        tier_order=0,
        position=1,
        weekly_cost=1,
        ordered_cost=1,
        score=0,
        is_choice=False,
        uses=(),
        parts=(Part(package=package, tier=tier, position=1, weekly_cost=1),),
    )
    need = Need(
        package=package,
        members=(package,),
        lot=LotCode("L"),
        place=Place(easting=570_000, northing=207_000),
        requested_on=date(2026, 1, 5),
        weight=HOUR,
        urgency=0,
        held=(),
        last_resort_cost=2,
        last_resort_ordered_cost=2,
        last_position=2,
        candidates=(candidate,),
    )
    return Problem(county="nowhere", as_of=date(2026, 1, 5), tiers=1, needs=(need,), rows=())
