"""Room: what each capacity row still has, as packages take their seats; moving up; being rank-faithful.

*Rank-faithful*: no package sits with a worse-placed provider, or with last resort, while a better-placed
eligible one still has room for it in every row after everything is counted. Two facts are used throughout.

1. Loads that only grow never make room: whoever lets each provider refuse only what does not fit at that
moment,
   and takes nothing back, ends rank-faithful – whether packages call on providers in turn (cascade) or
   providers on packages (territories).
2. Moving one package up where there is room lowers Σ w·position and leaves every other package where it was,
   so that moving up while one can (:func:`promoted`) ends, and ends rank-faithful.
"""

from __future__ import annotations

from optimiser.allocation.policy import Seats
from optimiser.allocation.problem import Candidate, Problem


class Room:
    """Loads of every row under the seats taken so far."""

    def __init__(self, problem: Problem, seats: Seats | None = None) -> None:
        self._limits = [row.limit for row in problem.rows]
        self.loads = [0] * len(problem.rows)
        for need, seat in zip(problem.needs, seats or (), strict=bool(seats)):
            if seat is not None:
                self.take(need.candidates[seat])

    def fits(self, candidate: Candidate) -> bool:
        """Whether one package more fits with a candidate, in every row."""
        return all(self.loads[row] + amount <= self._limits[row] for row, amount in candidate.uses)

    def take(self, candidate: Candidate) -> None:
        """Count a package in."""
        for row, amount in candidate.uses:
            self.loads[row] += amount

    def give_back(self, candidate: Candidate) -> None:
        """Count a package out."""
        for row, amount in candidate.uses:
            self.loads[row] -= amount

    def free(self, row: int) -> int:
        """Seconds a week left in a row."""
        return self._limits[row] - self.loads[row]


def in_order_of_request(problem: Problem) -> list[int]:
    """Numbers of the needs in the order in which brokers work: date of request, then identifier."""
    return sorted(
        range(len(problem.needs)), key=lambda n: (problem.needs[n].requested_on, problem.needs[n].package)
    )


def promoted(problem: Problem, seats: Seats) -> Seats:
    """Move packages up the order of call-off while there is room, the longest-waiting first."""
    room, taken = Room(problem, seats), list(seats)
    order = in_order_of_request(problem)
    moved = True
    while moved:
        moved = False
        for number in order:
            candidates, now = problem.needs[number].candidates, taken[number]
            if now is not None:
                room.give_back(candidates[now])
            better = range(len(candidates) if now is None else now)
            seat = next((each for each in better if room.fits(candidates[each])), now)
            if seat is not None:
                room.take(candidates[seat])
            moved |= seat != now
            taken[number] = seat
    return tuple(taken)


def is_rank_faithful(problem: Problem, seats: Seats) -> bool:
    """Whether no package could move up where it is."""
    room = Room(problem, seats)
    for need, seat in zip(problem.needs, seats, strict=True):
        now = None if seat is None else need.candidates[seat]
        if now is not None:
            room.give_back(now)
        if any(room.fits(each) for each in need.candidates[:seat]):
            return False
        if now is not None:
            room.take(now)
    return True
