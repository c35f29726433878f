"""What stands from before: who has a package keeps it while the contract lets them, and the rest is placed.

Decisions once taken are not opened again because a better-placed provider has room today: people have met
their carers. A package becomes open where its provider may not have it any more (an exit, a hand-back, a
suspension, hours that have grown), where its household has come to go together, or where a provider's room
has become too little for all it has; then as few people as possible are moved. What stands takes its room
from every limit, and everything after – policies, proofs, promotion – sees the open packages alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from optimiser.allocation.policy import Objective, Seats, used_of_promises
from optimiser.allocation.problem import Need, Problem
from optimiser.allocation.room import Room
from optimiser.allocation.stages import Engine, InTurn
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import ENDS, SourceRoute
from optimiser.solving.limits import Limits


def going_on(instance: Instance, before: Mapping[PackageId, ProviderId]) -> Instance:
    """An instance whose packages are with the providers of an earlier allocation, as work that goes on.

    It is then no new start, and may stay with a provider that takes nothing new (rule E4). Packages that come
    back from that provider by hand-back or its exit, and those with a provider that is no longer there, are
    left as they are.
    """
    packages = []
    for each in instance.packages:
        who = before.get(each.id)
        comes_back = each.route in ENDS and each.current_provider == who
        if who in instance.provider_by_id and not comes_back:
            each = replace(each, current_provider=who, route=SourceRoute.REVIEW)
        packages.append(each)
    return replace(instance, packages=tuple(packages))


def current(instance: Instance) -> Mapping[PackageId, ProviderId]:
    """Provider of each package whose work goes on."""
    return {each.id: each.stays_with for each in instance.packages if each.stays_with is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A problem, split into what stands and what is open.

    Attributes
    ----------
    problem
        The whole.
    seats
        Of its needs: the seat that stands, ``None`` where the need is open.
    leaving
        Provider before of each package that had one and is open now.
    """

    problem: Problem
    seats: Seats
    leaving: Mapping[PackageId, ProviderId]

    @classmethod
    def of(
        cls, problem: Problem, before: Mapping[PackageId, ProviderId], *, engine: Engine, seed: int
    ) -> Standing:
        """What can stand of placements from before.

        Parameters
        ----------
        before
            Provider of each package that had one; packages the problem does not know are passed over.
        engine
            Settles who is moved where not all can stay, proven: the fewest people.
        """
        wish = tuple(_seat_before(need, before) for need in problem.needs)
        seats = wish if _fit(problem, wish) else _most_that_fit(problem, wish, engine, seed)
        return cls(
            problem=problem,
            seats=seats,
            leaving={
                member: before[member]
                for need, seat in zip(problem.needs, seats, strict=True)
                if seat is None
                for member in need.members
                if member in before
            },
        )

    @property
    def kept(self) -> frozenset[PackageId]:
        """Packages that stay where they were, and those that join their household there."""
        return frozenset(
            member
            for need, seat in zip(self.problem.needs, self.seats, strict=True)
            if seat is not None
            for member in need.members
        )

    def rest(self) -> Problem:
        """The open needs, within what those that stand leave of every limit and every guarantee."""
        room, used = Room(self.problem, self.seats), used_of_promises(self.problem, self.seats)
        return replace(
            self.problem,
            needs=tuple(
                need for need, seat in zip(self.problem.needs, self.seats, strict=True) if seat is None
            ),
            rows=tuple(replace(row, limit=room.free(number)) for number, row in enumerate(self.problem.rows)),
            promises=tuple(
                each.less(seconds) for each, seconds in zip(self.problem.promises, used, strict=True)
            ),
        )

    def whole(self, seats: Seats) -> Seats:
        """Seats of the whole problem, from those of the rest."""
        found = iter(seats)
        return tuple(next(found) if seat is None else seat for seat in self.seats)


def _seat_before(need: Need, before: Mapping[PackageId, ProviderId]) -> int | None:
    """Seat that members of a need had; ``None`` where none, several, or one they may not have together."""
    who = {before[member] for member in need.members if member in before}
    return next((n for n, each in enumerate(need.candidates) if who == {each.provider}), None)


def _fit(problem: Problem, seats: Seats) -> bool:
    room = Room(problem, seats)
    return all(room.free(row) >= 0 for row in range(len(problem.rows)))


def _most_that_fit(problem: Problem, wish: Seats, engine: Engine, seed: int) -> Seats:
    """Of seats wished that do not all fit, those for the most people; of these, any."""
    wishing = [number for number, seat in enumerate(wish) if seat is not None]
    people = replace(
        problem,
        needs=tuple(
            replace(
                problem.needs[number],
                weight=len(problem.needs[number].members),
                candidates=(problem.needs[number].candidates[wish[number] or 0],),
            )
            for number in wishing
        ),
        promises=(),
    )
    solver = InTurn(engine=engine, objectives=(Objective.UNPLACED,))
    found, _ = solver.prove(people, limits=Limits(gap=0.0), seed=seed)
    stays = {number for number, seat in zip(wishing, found, strict=True) if seat is not None}
    return tuple(seat if number in stays else None for number, seat in enumerate(wish))
