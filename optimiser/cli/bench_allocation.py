"""``carerounds bench allocation``: the assignment core on published files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from optimiser.cli.bench_file import Checking, Solving, borne_out, one_file, write

if TYPE_CHECKING:
    from instances.gap import BestKnown


@click.command()
@one_file(
    formats=["gap"],
    iterations="Cycles",
    processes=click.IntRange(1, 2),
    cores="2 prove and improve side by side, a core each.",
)
def allocation(asked: Solving | Checking) -> None:
    """Solve a published generalised assignment problem and say how far from the best known it ends.

    --case FILE --format gap --out RESULT.json; a result again, by the checker alone: --check RESULT.json.
    """
    if isinstance(asked, Checking):
        _check(asked)
    else:
        _solve(asked)


def _solve(asked: Solving) -> None:
    from instances.gap import best_known_gap, read_gap
    from optimiser.assignment.solve import LagrangianDives
    from optimiser.assignment.warm_up import warm_up
    from optimiser.cli.progress import on_stderr

    problem, best = read_gap(asked.case), best_known_gap(asked.case)
    with on_stderr() as progress:
        compiling = warm_up()
        result = LagrangianDives(processes=asked.processes).solve(
            problem, limits=asked.limits, seed=asked.seed, progress=progress
        )
    cost, agents = result.objective or 0, result.solution.agents(problem)
    write(asked, result, objective=cost, bound=result.bound, chosen={"agents": agents})
    print(f"{asked.case.name}: {problem.agents} agents, {problem.jobs} jobs")
    _worth(cost, result.bound, best)
    print(
        f"  {result.status.value}; {result.seconds:.1f} s, {result.iterations} cycles, stopped by "
        f"{result.stopped_by.value}; kernels ready in {compiling:.1f} s; checked independently: passed"
    )
    print(f"written to {asked.out}")


def _check(asked: Checking) -> None:
    from instances.gap import best_known_gap, look_again_gap, read_gap, read_gap_result

    problem, said = read_gap(asked.case), read_gap_result(asked.result)
    cost, report = look_again_gap(problem, said, str(asked.result))
    report.raise_if_any()
    _worth(cost, said.bound, best_known_gap(asked.case))
    print(f"  no rule is broken; {borne_out(said.objective)}")


def _worth(cost: int, bound: float | None, best: BestKnown | None) -> None:
    """Objective, bound and gaps, a line each."""
    print(f"  objective    {cost:>12,}")
    if bound is not None:
        gap = f"gap {100 * (cost - bound) / abs(cost):.4f} %" if cost else ""
        print(f"  bound        {bound:>12,.0f}   {gap}")
    if best is None:
        print("  best known     none listed beside the file")
    else:
        share = best.gap(cost)
        print(
            f"  best known   {best.value:>12,}   "
            + ("no gap to 0" if share is None else f"gap {100 * share:+.4f} %; {best.source}")
        )
