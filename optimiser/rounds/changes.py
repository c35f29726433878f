"""What a repair changed: for each visit who came and when, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from optimiser.model.calendar import MINUTE
from optimiser.model.identifiers import CarerId, VisitId
from optimiser.model.rounds import DayPlan, RoundPlan


class ChangeKind(Enum):
    """What became of a visit."""

    KEPT = "kept"
    TIME = "time"
    """The same carers at another time, by more than five minutes."""
    CARER = "carer"
    """At least one other carer."""
    NEW = "new"
    ENDED = "ended"
    LOST = "lost"
    """Was served and is not any more."""
    REGAINED = "regained"
    """Was not served and is now."""
    STILL_UNSERVED = "still unserved"


NOTICED = 5 * MINUTE
"""A visit that starts within so many seconds of what was planned is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a repair did to one visit; carers in order of name, times in seconds past midnight."""

    visit: VisitId
    kind: ChangeKind
    carers_before: tuple[CarerId, ...] = ()
    carers_after: tuple[CarerId, ...] = ()
    start_before: int | None = None
    start_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A repaired day, and for each visit of either plan what changed, in order of visit."""

    plan: DayPlan
    changes: tuple[Change, ...]
    absent: frozenset[CarerId] = frozenset()

    @property
    def same_carer_share(self) -> float | None:
        """Of the carer-visits of carers still there that are still to be made, those the same carer makes."""
        due = kept = 0
        for each in self.changes:
            if each.kind is ChangeKind.ENDED:
                continue
            there = [carer for carer in each.carers_before if carer not in self.absent]
            due += len(there)
            kept += sum(carer in each.carers_after for carer in there)
        return kept / due if due else None

    def __str__(self) -> str:
        changed = sum(each.kind is not ChangeKind.KEPT for each in self.changes)
        return f"{self.plan}, {changed} of {len(self.changes)} visits changed"


def changes_between(before: Sequence[RoundPlan], after: Sequence[RoundPlan]) -> tuple[Change, ...]:
    """What became of each visit of either plan, in order of visit."""
    was, now = _made(before), _made(after)
    left_before = {visit for plan in before for visit in plan.unserved}
    left_after = {visit for plan in after for visit in plan.unserved}
    return tuple(
        _change(visit, was.get(visit), now.get(visit), visit in left_before, visit in left_after)
        for visit in sorted({*was, *now, *left_before, *left_after})
    )


_Made = tuple[tuple[CarerId, ...], int]


def _made(plans: Sequence[RoundPlan]) -> Mapping[VisitId, _Made]:
    made: dict[VisitId, _Made] = {}
    for plan in plans:
        for each in plan.rounds:
            for stop in each.stops:
                carers, start = made.get(stop.visit, ((), stop.start))
                made[stop.visit] = (tuple(sorted((*carers, each.carer))), min(start, stop.start))
    return made


def _change(
    visit: VisitId, was: _Made | None, now: _Made | None, left_before: bool, left_after: bool
) -> Change:
    if was is None or now is None:
        if now is not None:
            kind = ChangeKind.REGAINED if left_before else ChangeKind.NEW
        elif left_after:
            kind = ChangeKind.STILL_UNSERVED if left_before or was is None else ChangeKind.LOST
        else:
            kind = ChangeKind.ENDED
    elif was[0] != now[0]:
        kind = ChangeKind.CARER
    else:
        kind = ChangeKind.TIME if abs(was[1] - now[1]) > NOTICED else ChangeKind.KEPT
    return Change(
        visit=visit,
        kind=kind,
        carers_before=was[0] if was else (),
        carers_after=now[0] if now else (),
        start_before=was[1] if was else None,
        start_after=now[1] if now else None,
    )
