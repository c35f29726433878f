"""Points: price by one of the formulas that councils use, quality by criterion, both exact.

Everything is a :class:`~fractions.Fraction` until it is a bid's points, which are hundredths, half rounding
up: two people who recompute a score by hand come to the same figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from itertools import combinations
from statistics import median

PRICE, TRAVEL = "price", "travel"
"""What is weighed beside the criteria: no criterion has these codes."""
POINT = 100
"""Hundredths of a point."""
MOST = 100
"""Points of a criterion at its best."""
ABNORMAL = Fraction(4, 5)
"""Share of the median price below which a price is referred as abnormally low (an assumption)."""


class PriceFormula(Enum):
    """How prices become points of a hundred."""

    LOWEST_OVER_PRICE = "lowest price over price"
    """``100 · lowest / price``. A third bid's price can reorder two others: see :func:`reordered`."""
    LINEAR = "linear between floor and ceiling"
    """100 at the floor or below, 0 at the ceiling. No bid's points hang on another's."""
    DISTANCE_FROM_MEAN = "distance from the mean"
    """``50 + 50 · (mean − price) / mean`` of all bids, within 0 and 100."""
    PRICE_PER_QUALITY_POINT = "price per quality point"
    """``100 · (lowest price per quality point) / (own price per quality point)``; 0 without quality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Something that is scored.

    Attributes
    ----------
    weight
        Per cent of the total.
    scale
        The best score an evaluator can give; 0 is the worst.
    least
        Share of the scale, in per cent, below which a bid falls out; ``None`` where there is no threshold.
    """

    code: str
    weight: int
    scale: int = 5
    least: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 100:
            raise ValueError(f"criterion {self.code}: a weight lies between 0 and 100, not at {self.weight}")
        if self.scale < 1:
            raise ValueError(f"criterion {self.code}: a scale reaches to 1 at least, not to {self.scale}")
        if self.least is not None and not 0 <= self.least <= 100:
            raise ValueError(f"criterion {self.code}: a threshold is a share of the scale in per cent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How a competition is scored.

    Attributes
    ----------
    price_weight, travel_weight
        Per cent of the total; with the criteria's they make 100. Travel counts only where the tender
        documents allow it (DOMAIN 4.4, B14).
    floor, ceiling
        Pence an hour: what care cannot be sustained below, and what the council will not pay above.
    """

    price_weight: int
    formula: PriceFormula
    criteria: tuple[Criterion, ...]
    floor: int
    ceiling: int
    travel_weight: int = 0

    def __post_init__(self) -> None:
        weights = self.price_weight + self.travel_weight + sum(each.weight for each in self.criteria)
        if weights != 100:
            raise ValueError(f"weights make {weights} per cent, not 100")
        if not 0 < self.floor < self.ceiling:
            raise ValueError(
                f"the floor lies above nothing and below the ceiling, not {self.floor}, {self.ceiling}"
            )
        if len({PRICE, TRAVEL, *(each.code for each in self.criteria)}) < len(self.criteria) + 2:
            raise ValueError("a criterion stands twice, or is called as price or travel are")

    @property
    def weights(self) -> Mapping[str, int]:
        """Per cent by what is weighed: :data:`PRICE`, :data:`TRAVEL` and the criteria's codes."""
        own = {each.code: each.weight for each in self.criteria}
        return {
            PRICE: self.price_weight,
            **own,
            **({TRAVEL: self.travel_weight} if self.travel_weight else {}),
        }

    def with_limits(self, floor: int | None, ceiling: int | None) -> Scheme:
        """The same with another floor or ceiling, where one is given."""
        return replace(self, floor=floor or self.floor, ceiling=ceiling or self.ceiling)

    def with_weight(self, code: str, weight: int) -> Scheme:
        """The same with another weight of one thing, all others raised or lowered in proportion.

        Weights stay whole: what rounding leaves over goes one by one to the largest remainders.

        Raises
        ------
        ValueError
            Where nothing else is weighed, or ``weight`` is no share.
        """
        others = {name: own for name, own in self.weights.items() if name != code}
        before, rest = sum(others.values()), MOST - weight
        if before == 0 or not 0 <= weight <= MOST:
            raise ValueError(f"{code} cannot weigh {weight}")
        shares = {name: Fraction(own * rest, before) for name, own in others.items()}
        new = {name: int(share) for name, share in shares.items()}
        by_remainder = sorted(others, key=lambda name: (new[name] - shares[name], name))
        for name in by_remainder[: rest - sum(new.values())]:
            new[name] += 1
        new[code] = weight
        return replace(
            self,
            price_weight=new[PRICE],
            travel_weight=new.get(TRAVEL, 0),
            criteria=tuple(replace(each, weight=new[each.code]) for each in self.criteria),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What is scored of one bid.

    Attributes
    ----------
    bidder
        Who made it: whoever makes several counts once where prices are compared with one another's.
    price
        Pence an hour, exactly: a price for the week may make no whole number of them. Positive.
    scores
        Of each criterion, by evaluator; every criterion has the same evaluators.
    """

    bid: str
    price: Fraction | int
    scores: Mapping[str, Mapping[str, int]]
    bidder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points of one bid, in hundredths.

    Attributes
    ----------
    by_criterion
        Each criterion's share of the total, before rounding, in points.
    price
        The price's share, alike.
    below
        Criteria whose threshold it misses: it cannot be awarded.
    """

    bid: str
    total: int
    price: Fraction
    by_criterion: Mapping[str, Fraction]
    below: tuple[str, ...]


def score(offers: Sequence[Offered], scheme: Scheme) -> tuple[Score, ...]:
    """Points of each bid beside the others, in the order given."""
    quality = {each.bid: _quality(each, scheme) for each in offers}
    prices = price_points(offers, scheme)
    found = []
    for each in offers:
        parts = {
            criterion.code: Fraction(criterion.weight, 100) * quality[each.bid][criterion.code]
            for criterion in scheme.criteria
        }
        price = Fraction(scheme.price_weight, 100) * prices[each.bid]
        found.append(
            Score(
                bid=each.bid,
                total=_rounded(POINT * (price + sum(parts.values(), Fraction(0)))),
                price=price,
                by_criterion=parts,
                below=tuple(missed.code for missed in below_threshold(each, scheme)),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """A criterion whose threshold a bid misses: points of a hundred, and the least."""

    code: str
    points: Fraction
    least: int


def below_threshold(offer: Offered, scheme: Scheme) -> tuple[Below, ...]:
    """Every criterion whose threshold a bid misses: it cannot be awarded."""
    quality = _quality(offer, scheme)
    return tuple(
        Below(code=each.code, points=quality[each.code], least=each.least)
        for each in scheme.criteria
        if each.least is not None and quality[each.code] < each.least
    )


def price_points(offers: Sequence[Offered], scheme: Scheme) -> Mapping[str, Fraction]:
    """Points of a hundred for each price."""
    prices = {each.bid: Fraction(each.price) for each in offers}
    if not prices:
        return {}
    match scheme.formula:
        case PriceFormula.LOWEST_OVER_PRICE:
            lowest = min(prices.values())
            return {bid: MOST * lowest / price for bid, price in prices.items()}
        case PriceFormula.LINEAR:
            width = scheme.ceiling - scheme.floor
            return {bid: _within(MOST * (scheme.ceiling - price) / width) for bid, price in prices.items()}
        case PriceFormula.DISTANCE_FROM_MEAN:
            mean = sum(prices.values(), Fraction(0)) / len(prices)
            return {bid: _within(50 + 50 * (mean - price) / mean) for bid, price in prices.items()}
        case PriceFormula.PRICE_PER_QUALITY_POINT:
            points = {each.bid: _whole_quality(each, scheme) for each in offers}
            each_point = {bid: price / points[bid] for bid, price in prices.items() if points[bid]}
            lowest = min(each_point.values(), default=Fraction(1))
            return {
                bid: MOST * lowest / each_point[bid] if bid in each_point else Fraction(0) for bid in prices
            }


def _quality(offer: Offered, scheme: Scheme) -> Mapping[str, Fraction]:
    """Points of a hundred by criterion: the mean over evaluators, as a share of the scale."""
    found = {}
    for each in scheme.criteria:
        given = list(offer.scores[each.code].values())
        found[each.code] = MOST * Fraction(sum(given), len(given) * each.scale)
    return found


def _whole_quality(offer: Offered, scheme: Scheme) -> Fraction:
    quality = _quality(offer, scheme)
    return sum((each.weight * quality[each.code] for each in scheme.criteria), Fraction(0))


def _within(points: Fraction) -> Fraction:
    return min(Fraction(MOST), max(Fraction(0), points))


def _rounded(value: Fraction) -> int:
    return int((2 * value + 1) // 2)


def abnormally_low(offers: Sequence[Offered], scheme: Scheme) -> tuple[str, ...]:
    """Bids to be asked how their price can be kept: below the floor, or far below the median of the others.

    They are referred, and never silently rejected: the council asks first. Each other bidder counts once,
    with its lowest price, so that nobody makes a rival look cheap by bidding dear several times.
    """
    found = []
    for each in offers:
        lowest: dict[str, Fraction] = {}
        for other in offers:
            who = other.bidder or other.bid
            if who != (each.bidder or each.bid):
                lowest[who] = min(lowest.get(who, Fraction(other.price)), Fraction(other.price))
        others = list(lowest.values())
        far = len(others) > 1 and each.price < ABNORMAL * median(others)
        if each.price < scheme.floor or far:
            found.append(each.bid)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reordered:
    """Two bids whose order hangs on whether a third one is there."""

    first: str
    second: str
    third: str

    def __str__(self) -> str:
        return f"{self.first} stands before {self.second} only while {self.third} is in the competition"


def reordered(offers: Sequence[Offered], scheme: Scheme) -> Iterator[Reordered]:
    """Every pair of bids that a third bid reorders: what a formula that compares prices lets happen."""
    with_all = {each.bid: each.total for each in score(offers, scheme)}
    for third in offers:
        rest = [each for each in offers if each.bid != third.bid]
        without = {each.bid: each.total for each in score(rest, scheme)}
        for one, other in combinations([each.bid for each in rest], 2):
            before, after = with_all[one] - with_all[other], without[one] - without[other]
            if before * after < 0:
                first, second = (one, other) if before > 0 else (other, one)
                yield Reordered(first=first, second=second, third=third.bid)
