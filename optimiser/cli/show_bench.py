"""What ``carerounds bench`` prints: a short table, with the best known and its source beside our figure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from instances.published import Answer, BestKnown, Evaluation, PublishedDay, PublishedSolution


def show_answer(found: Answer, best: BestKnown | None, *, compiling: float, was_warm: bool) -> None:
    """A day just solved."""
    print(found.day)
    for line in worth(found.day, found.evaluation, best):
        print(line)
    services = sum(not stop.is_lunch for each in found.solution.rounds for stop in each.stops)
    used = sum(1 for each in found.solution.rounds if each.stops)
    print(f"  {used} rounds, {services} services; checked independently: passed")
    kernels = f"loaded in {compiling:.1f} s (warm)" if was_warm else f"compiled in {compiling:.1f} s (cold)"
    result = found.result
    print(
        f"  kernels {kernels}; search {result.seconds:.1f} s, {result.iterations:,} steps, "
        f"stopped by {result.stopped_by.value}"
    )


def show_checked(
    day: PublishedDay, solution: PublishedSolution, found: Evaluation, best: BestKnown | None
) -> None:
    """A result that stood up to being looked at again."""
    print(day)
    for line in worth(day, found, best):
        print(line)
    claims = "as claimed" if solution.objective is not None else "nothing was claimed"
    print(f"  {solution}; no rule is broken; {claims}")


def worth(day: PublishedDay, found: Evaluation, best: BestKnown | None) -> Iterator[str]:
    """Objective, gap and components, a line each."""
    yield f"  {'objective':24}{_number(found.objective):>14}"
    if best is None:
        yield "  best known                       none listed beside the file"
    else:
        gap = best.gap(found.objective)
        said = "no gap to 0" if gap is None else f"gap {round(100 * float(gap), 2) + 0.0:+.2f} %"
        yield f"  {'best known':24}{_number(best.value):>14}   {said}; {best.source}"
    for cost in day.costs:
        weight = "must be 0" if cost.hard else f"× {cost.weight}"
        yield f"    {cost.component.value:22}{_number(found.components[cost.component]):>14}   {weight}"


def _number(number: Fraction) -> str:
    return f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):,.4f}"
