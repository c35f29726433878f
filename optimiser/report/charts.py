"""Geometry of the page's still charts: positions in per cent of a width, which the template draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimiser.report.comparison import Compared
from optimiser.report.rank import RankKept

WIDEST = 60.0
"""Per cent of change at which the shared scale ends: one measure near nought must not flatten the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Savings of one measure on the scale that all measures share.

    Attributes
    ----------
    zero, mean, low, high, dots
        From the left edge, in per cent of the width; ``low`` and ``high`` are ``None`` without an interval.
    """

    zero: float
    mean: float
    low: float | None
    high: float | None
    dots: tuple[float, ...]


def forest(each: Compared, together: Sequence[Compared]) -> Forest | None:
    """Place one measure's per-cent change (proposal less baseline) on the shared scale."""
    if each.saving is None or each.measure.is_rare:
        return None
    values = [0.0]
    for other in (one for one in together if not one.measure.is_rare):
        values.extend(-saving for saving in other.savings)
        if other.saving is not None and other.saving.low is not None and other.saving.high is not None:
            values += [-other.saving.low, -other.saving.high]
    low, high = _padded(min(max(value, -WIDEST), WIDEST) for value in values)

    def at(value: float) -> float:
        return min(max(_share(value, low, high), 0.0), 100.0)

    saving = each.saving
    return Forest(
        zero=at(0),
        mean=at(-saving.mean),
        low=None if saving.high is None else at(-saving.high),
        high=None if saving.low is None else at(-saving.low),
        dots=tuple(at(-value) for value in each.savings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedStrip:
    """The headline measure, seed by seed.

    Attributes
    ----------
    pairs
        Baseline and proposal of each run, from the left edge in per cent of the width.
    ticks
        Value and position of the scale's marks.
    """

    pairs: tuple[tuple[float, float], ...]
    baseline_mean: float
    proposal_mean: float
    ticks: tuple[tuple[float, float], ...]


def seed_strip(each: Compared) -> SeedStrip | None:
    """Place every run of both scenarios on one scale that starts at nought."""
    pairs = [
        (before, after)
        for before, after in zip(each.baseline, each.proposal, strict=True)
        if before is not None and after is not None
    ]
    if not pairs or each.baseline_mean is None or each.proposal_mean is None:
        return None
    top = max(max(pair) for pair in pairs) * 1.08 or 1.0
    step = _step(top)
    ticks = [step * index for index in range(int(top / step) + 1)]
    return SeedStrip(
        pairs=tuple((_share(before, 0, top), _share(after, 0, top)) for before, after in pairs),
        baseline_mean=_share(each.baseline_mean, 0, top),
        proposal_mean=_share(each.proposal_mean, 0, top),
        ticks=tuple((tick, _share(tick, 0, top)) for tick in ticks),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionBar:
    """How many packages went to one place in the order of call-off, and how long their bars are.

    Attributes
    ----------
    name
        ``1st`` to ``5th``, then ``6th or later``.
    baseline_width, proposal_width
        In per cent of the longest bar.
    """

    name: str
    baseline: int
    proposal: int
    baseline_width: float
    proposal_width: float


def position_bars(before: RankKept, after: RankKept, shown: int = 5) -> tuple[PositionBar, ...]:
    """Bars for the first few places and one for all the rest."""
    names = ["1st", "2nd", "3rd", *(f"{place}th" for place in range(4, shown + 1)), f"{shown + 1}th or later"]

    def counts(kept: RankKept) -> list[int]:
        held = [0] * (shown + 1)
        for position, packages in kept.by_position.items():
            held[min(position, shown + 1) - 1] += packages
        return held

    baseline, proposal = counts(before), counts(after)
    longest = max([*baseline, *proposal, 1])
    return tuple(
        PositionBar(
            name=name,
            baseline=first,
            proposal=second,
            baseline_width=round(100 * first / longest, 2),
            proposal_width=round(100 * second / longest, 2),
        )
        for name, first, second in zip(names, baseline, proposal, strict=True)
        if first or second or name in ("1st", "2nd", "3rd")
    )


def _share(value: float, low: float, high: float) -> float:
    return round(100 * (value - low) / (high - low), 2)


def _padded(values: Iterable[float]) -> tuple[float, float]:
    found = list(values)
    low, high = min(found), max(found)
    pad = 0.06 * (high - low) or 1.0
    return low - pad, high + pad


def _step(top: float) -> float:
    """A round step that marks the scale four to eight times."""
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500):
        if top / step <= 8:
            return step
    return top / 5
