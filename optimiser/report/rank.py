"""Whether the ranked order was kept: who was first able to take each package, and who was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from optimiser.allocation.problem import Problem, build_problem
from optimiser.model.allocation import Allocation
from optimiser.model.instance import Instance
from optimiser.report.wording import count, number


@dataclass(frozen=True, slots=True, kw_only=True)
class RankKept:
    """How closely an allocation follows the order of call-off.

    Attributes
    ----------
    by_position
        Packages by place of their provider in the whole order of call-off, first place first.
    first_able
        Packages with the first provider in that order that no rule keeps from them.
    could_move_up
        Packages that an earlier provider could take as well, nothing else being moved: broken rank.
    """

    by_position: Mapping[int, int]
    first_able: int
    could_move_up: int

    @property
    def placed(self) -> int:
        """Packages placed."""
        return sum(self.by_position.values())

    @property
    def mean_position(self) -> float | None:
        """Mean place in the order; ``None`` where nothing was placed."""
        if not self.placed:
            return None
        return sum(position * held for position, held in self.by_position.items()) / self.placed


def rank_kept(instance: Instance, allocation: Allocation, problem: Problem | None = None) -> RankKept:
    """Hold an allocation against the order of call-off."""
    problem = problem or build_problem(instance)
    spare = _spare(problem, allocation)
    chosen = allocation.provider_of
    first = movable = 0
    for need in problem.needs:
        provider = chosen.get(need.package)
        order = [candidate.provider for candidate in need.candidates]
        if provider is None or provider not in order:
            continue
        place = order.index(provider)
        first += len(need.members) * (place == 0)
        own = dict(need.candidates[place].uses)
        movable += len(need.members) * any(
            all(spare[row] + own.get(row, 0) >= amount for row, amount in candidate.uses)
            for candidate in need.candidates[:place]
        )
    positions = Counter(each.position for each in allocation.placements)
    return RankKept(by_position=dict(sorted(positions.items())), first_able=first, could_move_up=movable)


def _spare(problem: Problem, allocation: Allocation) -> list[int]:
    """Seconds a week left in every capacity row."""
    left = [row.limit for row in problem.rows]
    chosen = allocation.provider_of
    for need in problem.needs:
        for candidate in need.candidates:
            if candidate.provider == chosen.get(need.package):
                for row, seconds in candidate.uses:
                    left[row] -= seconds
    return left


def rank_sentences(
    baseline: Allocation, proposal: Allocation, before: RankKept, after: RankKept
) -> tuple[str, ...]:
    """Whether the ranked order was kept, in figures a provider could check."""
    same = sum(
        1
        for package, provider in proposal.provider_of.items()
        if baseline.provider_of.get(package) == provider
    )
    placed = count(after.placed, "placed package")
    said = [
        f"{after.first_able:,} of {placed} go to the first provider in the order of call-off that no rule "
        f"keeps from them; as now it is {before.first_able:,} of {before.placed:,}.",
        _moving_up(after),
    ]
    if after.mean_position is not None and before.mean_position is not None:
        said.append(
            f"The mean place in the whole order is {number(after.mean_position, 2)}, against "
            f"{number(before.mean_position, 2)} as now. {count(same, 'package')} would have the same "
            f"provider either way."
        )
    return tuple(said)


def _moving_up(kept: RankKept) -> str:
    if not kept.could_move_up:
        return (
            "Rank is kept: no package could move to an earlier provider on its list. Every provider passed "
            "over is full in some part of the week that the package needs."
        )
    verb = "has" if kept.could_move_up == 1 else "have"
    return (
        f"{count(kept.could_move_up, 'package')} {verb} an earlier provider on the list with room: "
        "there the proposal gives up rank for something else, and the contract must allow that."
    )
