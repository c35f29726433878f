"""What an answer is defended with: seconds for a whole county, and answers borne out by somebody else.

``python -m benchmarks.proofs --out FILE``. Essex is placed and everything about it explained: decisions,
certificates of shortage (each held against a second maximum flow, or the run ends), exclusions, shadow
prices. Then a hundred counterfactuals, on markets of one district each, are solved again from nothing by
CP-SAT in a process of its own, on a problem changed here, and held against what ours said objective by
objective.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import numpy as np

from benchmarks.machine import machine
from instances import essex
from instances.new_files import write_file
from optimiser.allocation.allocate import allocate
from optimiser.allocation.audit import prove
from optimiser.allocation.counterfactual import Baseline, Change, Fix, Raise, Remove, baseline, counterfactual
from optimiser.allocation.explain import all_exclusions, seats_of
from optimiser.allocation.policy import Objective, policy_called
from optimiser.allocation.problem import Prepared, Problem, build_problem
from optimiser.allocation.shadow_prices import shadow_prices
from optimiser.allocation.stages import InTurn
from optimiser.model.calendar import HOUR
from optimiser.solving.limits import Limits

DISTRICTS = ("Maldon", "Rochford", "Harlow", "Uttlesford", "Brentwood")
PACKAGES = 40
"""Of a market: a night's batch."""
TIGHTNESS = 0.9
EACH = 5
"""Changes asked of a market."""
SECONDS = 20.0
"""For each solver and objective."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A counterfactual and what CP-SAT makes of it.

    Attributes
    ----------
    ours, theirs
        Value of each objective in turn.
    proven
        Whether both proved every one of them.
    """

    market: str
    change: str
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    proven: bool


def solved_again(
    problem: Problem, objectives: Sequence[Objective], seed: int
) -> tuple[tuple[int, ...], bool]:
    """By CP-SAT, from nothing; a top-level function, since HiGHS and OR-Tools do not live in one process."""
    from optimiser.allocation.with_cp_sat import WithCpSat

    nobody = (None,) * len(problem.needs)
    seats, stages = InTurn(engine=WithCpSat(), objectives=tuple(objectives)).prove(
        problem, limits=Limits(gap=0.0, seconds=SECONDS), seed=seed, start=nobody
    )
    return tuple(each.total(problem, seats) for each in objectives), all(stage.gap == 0 for stage in stages)


def changed(base: Baseline, change: Change) -> tuple[Problem, tuple[int, ...]]:
    """The problem as a change leaves it, and what each objective has outside of it."""
    problem = base.problem
    if isinstance(change, Fix):
        need = next(each for each in problem.needs if change.package in each.members)
        taken = next((each for each in need.candidates if each.provider == change.provider), None)
        rows = list(problem.rows)
        for row, amount in () if taken is None else taken.uses:
            rows[row] = replace(rows[row], limit=rows[row].limit - amount)
        rest = replace(
            problem, rows=tuple(rows), needs=tuple(each for each in problem.needs if each is not need)
        )
        return rest, tuple(each.of(problem, need, taken) for each in base.objectives)
    nothing = (0,) * len(base.objectives)
    if isinstance(change, Remove):
        kept = [
            replace(
                need, candidates=tuple(each for each in need.candidates if each.provider != change.provider)
            )
            for need in problem.needs
        ]
        return replace(problem, needs=tuple(kept)), nothing
    more = [
        replace(each, spare=each.spare + change.seconds)
        if (each.provider, each.band, each.day_type, each.locality)
        == (change.provider, change.band, change.day_type, change.locality)
        else each
        for each in base.instance.capacities
    ]
    return build_problem(replace(base.instance, capacities=tuple(more))), nothing


def drawn(base: Baseline, chance: np.random.Generator) -> Change:
    """A change: a package elsewhere, a provider less, or hours more."""
    problem, kind = base.problem, int(chance.integers(3))
    serving = sorted({each.provider for need in problem.needs for each in need.candidates})
    provider = serving[int(chance.integers(len(serving)))]
    if kind == 0:
        need = problem.needs[int(chance.integers(len(problem.needs)))]
        places = [None, *(each.provider for each in need.candidates)]
        return Fix(package=need.package, provider=places[int(chance.integers(len(places)))])
    if kind == 1:
        return Remove(provider=provider)
    own = [each for each in base.instance.capacities if each.provider == provider]
    where = own[int(chance.integers(len(own)))]
    return Raise(
        provider=provider,
        seconds=int(chance.integers(1, 11)) * HOUR,
        band=where.band,
        day_type=where.day_type,
        locality=where.locality,
    )


def sample(count: int, seed: int) -> list[Again]:
    """Counterfactuals, each solved again."""
    chance, found = np.random.default_rng(seed), list[Again]()
    markets = -(-count // EACH)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        for number in range(markets):
            district = DISTRICTS[number % len(DISTRICTS)]
            market = essex(district=district, packages=PACKAGES, seed=seed + number, tightness=TIGHTNESS)
            prepared, policy = Prepared.of(market), policy_called("ranked")
            limits = Limits(gap=0.0, seconds=SECONDS)
            placed = allocate(market, policy=policy, limits=limits, seed=seed, prepared=prepared).solution
            seats = seats_of(prepared.problem, dict(placed.provider_of))
            base = baseline(market, prepared.problem, seats, policy=policy, limits=limits, seed=seed)
            for _ in range(min(EACH, count - len(found))):
                change = drawn(base, chance)
                ours = counterfactual(base, change)
                problem, outside = changed(base, change)
                values, proven = pool.submit(solved_again, problem, base.objectives, seed).result()
                found.append(
                    Again(
                        market=f"{district} {seed + number}",
                        change=str(change),
                        ours=tuple(ours.after[each] for each in base.objectives),
                        theirs=tuple(a + b for a, b in zip(values, outside, strict=True)),
                        proven=proven and ours.is_proven,
                    )
                )
                click.echo(f"{found[-1]}", err=True)
    return found


def county(seed: int) -> dict[str, object]:
    """Everything about a county's answer, and the seconds it takes."""
    market = essex(seed=seed)
    prepared = Prepared.of(market)
    result = allocate(market, policy="cost", limits=Limits(seconds=45), seed=seed, prepared=prepared)
    begun = time.perf_counter()
    proof = prove(market, result, prepared)
    proved = time.perf_counter()
    exclusions = len(all_exclusions(market))
    told = time.perf_counter()
    prices = len(shadow_prices(prepared.problem))
    return {
        "packages": len(proof.decisions),
        "decisions and certificates, s": round(proved - begun, 1),
        "exclusions, s": round(told - proved, 1),
        "shadow prices, s": round(time.perf_counter() - told, 1),
        "certificates, each borne out by a second flow": len(proof.certificates) + len(proof.on_framework),
        "exclusions": exclusions,
        "shadow prices": prices,
        "left over, by cause": {
            cause.value: n for cause, n in Counter(each.cause for each in proof.left).items()
        },
    }


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File for the figures.")
@click.option("--counterfactuals", type=int, default=100, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
def main(out: Path, counterfactuals: int, seed: int) -> None:
    """Explain a county, then solve counterfactuals again."""
    about = county(seed)
    for name, value in about.items():
        click.echo(f"{name}: {value}")
    found = sample(counterfactuals, seed)
    proven = [each for each in found if each.proven]
    apart = [each for each in proven if each.ours != each.theirs]
    click.echo(f"{len(found)} counterfactuals, {len(proven)} proven by both, {len(apart)} of them apart")
    content = {"machine": machine(), "county": about, "counterfactuals": [asdict(each) for each in found]}
    write_file(out, (json.dumps(content, indent=1) + "\n").encode(), overwrite=True)
    if apart:
        raise click.ClickException("\n".join(map(str, apart)))


if __name__ == "__main__":
    main()
