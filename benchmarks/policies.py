"""What each policy makes of a county: who is placed, at what cost, how far down the order, how far apart.

``python -m benchmarks.policies --out FILE``. The four counties as the generator draws them, each placed
under every policy for as long. ``cascade`` is what brokers do today. Travel is what ``coherent`` draws
together: seconds, over calls, from a person to the five nearest people of the same provider who are called
upon at about the same time. What a policy is rank-faithful by is checked by code that shares nothing with
the solver.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.machine import machine
from geodata.travel import StraightLine
from instances import essex, leicester, leicestershire, norfolk
from instances.new_files import write_file
from optimiser.allocation.allocate import allocate
from optimiser.allocation.check import check
from optimiser.allocation.explain import seats_of
from optimiser.allocation.kernels import cost_of_spread
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import Prepared
from optimiser.allocation.proximity import Proximity
from optimiser.allocation.tables import Tables
from optimiser.model.calendar import HOUR
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from optimiser.solving.result import relative_gap

COUNTIES: dict[str, Callable[..., Instance]] = {
    "essex": essex,
    "norfolk": norfolk,
    "leicester": leicester,
    "leicestershire": leicestershire,
}
POLICIES = ("cascade", "ranked", "coherent", "scored", "cost")
NEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One policy on one county.

    Attributes
    ----------
    hours_left, hours_by_tier, hours_by_position
        Hours a week with last resort; hours times the tier (0 for the first), and times the position.
    nearest
        Seconds from a person to the nearest people of the same provider that are called upon at about the
        same time, over calls.
    breaches
        Of rank-faithfulness.
    """

    county: str
    policy: str
    packages: int
    placed: int
    hours_left: int
    weekly_cost: int
    hours_by_tier: int
    hours_by_position: int
    nearest: float
    breaches: int
    gap: float | None
    seconds: float


def rows(name: str, market: Instance, seconds: float, seed: int) -> list[Row]:
    """Every policy on one county."""
    prepared, found = Prepared.of(market), []
    problem = prepared.problem
    proximity = Proximity.of(market, problem, StraightLine(kinds=market.area_kinds))
    tables = Tables.of(problem)
    for policy in POLICIES:
        result = allocate(
            market, policy=policy, limits=Limits(seconds=seconds, gap=1e-4), seed=seed, prepared=prepared
        )
        allocation = result.solution
        seats = seats_of(problem, dict(allocation.provider_of))
        apart = cost_of_spread(tables.chosen(seats), tables.provider, proximity.calls, NEAR)
        gap = None if result.bound is None else relative_gap(result.objective or 0, result.bound)
        found.append(
            Row(
                county=name,
                policy=policy,
                packages=len(market.packages),
                placed=len(allocation.placements),
                hours_left=Objective.UNPLACED.total(problem, seats) // HOUR,
                weekly_cost=Objective.COST.total(problem, seats) // 100,
                hours_by_tier=Objective.TIER.total(problem, seats) // HOUR,
                hours_by_position=Objective.POSITION.total(problem, seats) // HOUR,
                nearest=round(apart / max(float(proximity.visits.sum()), 1.0), 1),
                breaches=len(check(market, allocation, rank_faithful=True)),
                gap=gap,
                seconds=round(result.seconds, 1),
            )
        )
        click.echo(str(found[-1]), err=True)
    return found


def table(found: list[Row]) -> str:
    """As a page shows it."""
    headings = (
        "county", "policy", "placed", "left, h", "£ a week", "h × tier", "h × position",
        "to the nearest, s", "out of rank", "gap, %", "s",
    )  # fmt: skip
    lines = [_line(headings), "|" + "---|" * len(headings)]
    for row in found:
        gap = "–" if row.gap is None else f"{100 * row.gap:.3f}"
        lines.append(
            _line(
                (
                    row.county,
                    row.policy,
                    f"{row.placed:,} of {row.packages:,}",
                    f"{row.hours_left:,}",
                    f"{row.weekly_cost:,}",
                    f"{row.hours_by_tier:,}",
                    f"{row.hours_by_position:,}",
                    row.nearest,
                    row.breaches,
                    gap,
                    row.seconds,
                )
            )
        )
    return "\n".join(lines) + "\n"


def _line(cells: tuple[object, ...]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File for the figures.")
@click.option("--county", "counties", multiple=True, type=click.Choice(list(COUNTIES)), help="Default: all.")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="Of each policy.")
@click.option("--seed", type=int, default=7, show_default=True)
def main(out: Path, counties: tuple[str, ...], seconds: float, seed: int) -> None:
    """Place each county under every policy, and write the table."""
    found = [
        row for name in counties or COUNTIES for row in rows(name, COUNTIES[name](seed=seed), seconds, seed)
    ]
    content = {"machine": machine(), "seconds": seconds, "rows": [asdict(each) for each in found]}
    write_file(out, (json.dumps(content, indent=1) + "\n").encode(), overwrite=True)
    write_file(out.with_suffix(".md"), table(found).encode(), overwrite=True)
    click.echo(table(found), nl=False)


if __name__ == "__main__":
    main()
