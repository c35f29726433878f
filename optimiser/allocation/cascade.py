"""The practice of today: one package at a time, down the order of call-off, to the first with room."""

from __future__ import annotations

from optimiser.allocation.policy import Seats
from optimiser.allocation.problem import Problem
from optimiser.allocation.room import Room, in_order_of_request


def cascade(problem: Problem) -> Seats:
    """Seats by cascade: packages by date of request, then identifier; the person's choice is asked first."""
    room = Room(problem)
    seats: list[int | None] = [None] * len(problem.needs)
    for number in in_order_of_request(problem):
        for seat, candidate in enumerate(problem.needs[number].candidates):
            if room.fits(candidate):
                room.take(candidate)
                seats[number] = seat
                break
    return tuple(seats)
