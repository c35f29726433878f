"""What is asked of batches: the figures of rules B2 to B6, each with its default. No code that decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from optimiser.model.calendar import HOUR, MINUTE


class BatchRule(Enum):
    """A rule that keeps a package out of every batch, or that a batch can break."""

    SIZE = "B2 packages"
    HOURS = "B2 hours"
    ROUNDS = "B2 whole rounds"
    DRIVE = "B3 drive time"
    CONNECTED = "B3 connected"
    RURAL = "B4 rural share"
    DOUBLE = "B4 double-handed share"
    NIGHT = "B4 night share"
    TOGETHER = "B5 together"
    NUMBER = "B6 number of batches"


NO_LIMIT = 100
"""Points on either side of a share within which every share lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRules:
    """The figures, with the documented defaults (no council publishes its own).

    Attributes
    ----------
    least_packages, most_packages
        Of a batch (rule B2).
    least_care, most_care
        Carer-seconds a week of a batch (rule B2: 60 to 150 hours).
    short_round, most_remainder
        A batch is a whole number of rounds where, of the work (contact and travel) of the rounds that the
        rounds engine builds for it on the planning day, at most ``most_remainder`` per cent lies in rounds
        that work less than ``short_round`` seconds: nobody drives out for what is left over. ``None`` asks
        nothing.
    urban_drive, rural_drive
        Longest drive in seconds between two homes of a batch: where both are urban, and otherwise (rule B3).
    is_connected
        Whether the postcode sectors of a batch's homes must be in one piece on the map of sectors (rule B3).
    rural_points, double_points, night_points
        By how many points of a hundred the share of a batch's packages that are rural, double-handed or at
        night may lie from that of all the packages batched in its lot (rule B4). 100 asks nothing.
    households_together
        Whether packages of one household stay together (rule B5).
    scheme_packages
        From how many packages on at one place it is a scheme (sheltered or extra-care housing), whose
        packages stay together (rule B5), unless there are more of them than one batch may hold. ``None``:
        none is.
    expected_bidders
        In each lot; it is cut into at least one batch more (rule B6).
    left_out
        What leaving a package out costs, in seconds of travel a week: 14 hours, two hours a day. More than
        any package costs a batch that it fits.
    tolerance
        Share by which the distance of the batches chosen may lie above its proven bound, so that their
        rounds travel less.
    even_tolerance
        Share of the rounds' travel that evenness of hours may cost.
    """

    least_packages: int = 8
    most_packages: int = 20
    least_care: int = 60 * HOUR
    most_care: int = 150 * HOUR
    short_round: int = HOUR
    most_remainder: int | None = 10
    urban_drive: int = 20 * MINUTE
    rural_drive: int = 35 * MINUTE
    is_connected: bool = True
    rural_points: int = 10
    double_points: int = 10
    night_points: int = 10
    households_together: bool = True
    scheme_packages: int | None = 3
    expected_bidders: int = 4
    left_out: int = 14 * HOUR
    tolerance: float = 0.05
    even_tolerance: float = 0.005

    def __post_init__(self) -> None:
        wrong = tuple(contradictions(self))
        if wrong:
            raise ValueError("; ".join(message for _, message in wrong))

    def is_scheme(self, packages: int, care: int) -> bool:
        """Whether so many packages at one place, of so much care a week, stay together."""
        least = self.scheme_packages
        return least is not None and least <= packages <= self.most_packages and care <= self.most_care

    @property
    def least_batches(self) -> int:
        """Of each lot."""
        return self.expected_bidders + 1


def contradictions(rules: BatchRules) -> Iterator[tuple[str, str]]:
    """Fields that cannot stand beside one another, each with a sentence."""
    for low, high in (("least_packages", "most_packages"), ("least_care", "most_care")):
        if not 0 < getattr(rules, low) <= getattr(rules, high):
            yield low, f"{low} lies above {high}, or is not above zero"
    if rules.urban_drive <= 0 or rules.rural_drive <= 0:
        yield "urban_drive", "a longest drive is above zero"
    for name in ("rural_points", "double_points", "night_points"):
        if not 0 <= getattr(rules, name) <= NO_LIMIT:
            yield name, f"{name} lies between 0 and 100"
    if rules.scheme_packages is not None and rules.scheme_packages < 2:
        yield "scheme_packages", "a scheme has at least two packages"
    if rules.most_remainder is not None and not 0 <= rules.most_remainder <= NO_LIMIT:
        yield "most_remainder", "a share lies between 0 and 100 per cent"
    for name in ("short_round", "expected_bidders", "left_out"):
        if getattr(rules, name) < 0:
            yield name, f"{name} is not below zero"
    for name in ("tolerance", "even_tolerance"):
        if not 0 <= getattr(rules, name) < 1:
            yield name, f"{name} is a share from 0 up to 1"
