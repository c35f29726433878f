"""A packing held against its problem, by code that shares nothing with what found it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimiser.packing.problem import PackingProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Value of what is taken, and every breach in words."""

    value: int
    breaches: tuple[str, ...]


def check(problem: PackingProblem, taken: Sequence[int]) -> Verdict:
    """Add up a packing, set by set."""
    holder: dict[int, int] = {}
    breaches, value = [], 0
    for number in taken:
        if not 0 <= number < problem.sets:
            breaches.append(f"there is no set {number}")
            continue
        value += int(problem.value[number])
        for item in problem.items_of(number).tolist():
            if item in holder and holder[item] == number:
                breaches.append(f"set {number} is taken twice")
                break
            if item in holder:
                breaches.append(f"item {item} is in sets {holder[item]} and {number}")
            holder[item] = number
    return Verdict(value=value, breaches=tuple(breaches))
