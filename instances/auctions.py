"""Winner determination in combinatorial auctions as it is published, and results of it.

CATS (Leyton-Brown, Pearson & Shoham 2000, ACM Conference on Electronic Commerce): ``%`` comments; ``goods
G``, ``bids B``, ``dummy D``; then a line a bid: its number, its price, its goods from 0, ``#``. Dummy goods
make one bidder's bids exclusive, and are goods like any other here; headers are sometimes one off, so that
the lines count. Lau and Goh (2002, IEEE Conference on Tools with Artificial Intelligence): a line of goods
and bids, then a line a bid: its price and its goods from 1; a bid's number is that of its line, from 1. The
total price of accepted bids is maximised, no good sold twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from geodata.report import Report
from instances.claims import read_claims
from instances.published.source import read_text
from optimiser.packing.check import check
from optimiser.packing.problem import LARGEST, PackingProblem

FORMATS = ("cats", "lau-goh")
_AS_PUBLISHED = "give the file as it was published"
_DECIMALS = 9
MOST_GOODS = 1_000_000
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Auction:
    """A published file.

    Attributes
    ----------
    problem
        Its bids as sets of goods; a unit of value is ``10 ** -decimals`` of the file's.
    numbers
        Of each bid, as in the file.
    """

    problem: PackingProblem
    numbers: tuple[int, ...]
    decimals: int

    def told(self, value: float) -> float:
        """A value in the file's own unit."""
        return float(Decimal(round(value)).scaleb(-self.decimals))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionResult:
    """What a result file says: numbers of the bids accepted, and claims (``None`` where nothing is)."""

    winners: tuple[int, ...]
    objective: float | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class _Bid:
    row: int
    number: int
    price: Decimal
    goods: tuple[int, ...]


def read_auction(path: Path | str, format_: str) -> Auction:
    """Read a published file.

    Raises
    ------
    geodata.report.InputError
        Where it cannot be opened (E281), is not of the format (E282), a line lacks something (E284), holds
        what is no number or none of these can be (E285), or a bid or a good of a bid stands twice (E286).
    ValueError
        For a format nobody knows.
    """
    if format_ not in FORMATS:
        raise ValueError(f"no format called {format_!r}; there are {', '.join(FORMATS)}")
    path, report = Path(path), Report()
    text = read_text(path, report)
    report.raise_if_any()
    lines = _cats_lines(text) if format_ == "cats" else _lau_goh_lines(text)
    bids = [bid for row, words in lines if (bid := _bid(words, row, str(path), report)) is not None]
    seen: set[int] = set()
    for bid in bids:
        if bid.number in seen:
            cure = "give each bid its own number"
            report.add("E286", str(path), f"bid {bid.number} stands twice", row=bid.row, cure=cure)
        seen.add(bid.number)
    if not bids and not report.errors:
        report.add("E282", str(path), "there is no bid in it", cure=f"{_AS_PUBLISHED}, or name its format")
    report.raise_if_any()
    decimals = max(max(0, -int(bid.price.as_tuple().exponent)) for bid in bids)
    sets = [(int(bid.price.scaleb(decimals)), bid.goods) for bid in bids]
    for bid, (value, _) in zip(bids, sets, strict=True):
        if value > LARGEST:
            message = f"{bid.price} has too many digits beside the other prices"
            report.add(
                "E285", str(path), message, row=bid.row, cure=f"round prices to {decimals - 1} decimals"
            )
    report.raise_if_any()
    return Auction(
        problem=PackingProblem.of(sets), numbers=tuple(bid.number for bid in bids), decimals=decimals
    )


_Line = tuple[int, list[str]]
"""Row in the file, and the words number, price, goods from 0 …; a word that is missing is empty."""


def _cats_lines(text: str) -> Iterator[_Line]:
    for row, line in enumerate(text.splitlines(), start=1):
        words = line.split("%")[0].split()
        if words and words[0] not in ("goods", "bids", "dummy"):
            yield row, [each for each in words if each != "#"]


def _lau_goh_lines(text: str) -> Iterator[_Line]:
    held = [(row, line.split()) for row, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for number, (row, words) in enumerate(held[1:], start=1):
        goods = [str(int(each) - 1) if each.isascii() and each.isdigit() else each for each in words[1:]]
        yield row, [str(number), words[0], *goods]


def _bid(words: Sequence[str], row: int, file: str, report: Report) -> _Bid | None:
    """A bid, or findings and nothing."""
    before = len(report.errors)
    if len(words) < 3:
        report.add("E284", file, "a bid needs a price and a good at least", row=row, cure=_AS_PUBLISHED)
        return None
    price = _price(words[1])
    if price is None:
        report.add("E285", file, f"{words[1][:20]!r} is no price", row=row, cure="correct the figure")
    goods = [_whole(each) for each in words[2:]]
    for word, good in zip(words[2:], goods, strict=True):
        if good is None or good >= MOST_GOODS:
            report.add("E285", file, f"{word[:20]!r} is no good", row=row, cure="correct the figure")
    number = _whole(words[0])
    if number is None:
        report.add("E285", file, f"{words[0][:20]!r} is no bid's number", row=row, cure="correct the figure")
    if len(set(goods)) < len(goods) and None not in goods:
        report.add("E286", file, "a good stands twice in one bid", row=row, cure="name each good once")
    if len(report.errors) > before or price is None or number is None:
        return None
    return _Bid(row, number, price, tuple(each for each in goods if each is not None))


def _whole(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else None


def _price(word: str) -> Decimal | None:
    try:
        price = Decimal(word)
    except InvalidOperation:
        return None
    if not price.is_finite() or price < 0:
        return None
    price = price.normalize()
    return price if -int(price.as_tuple().exponent) <= _DECIMALS and price < 10**11 else None


def read_auction_result(path: Path | str) -> AuctionResult:
    """Read a result.

    Raises
    ------
    geodata.report.InputError
        Where it is damaged (E281–E285).
    """
    claims = read_claims(path, "winners", thing="bid", figure="price")
    return AuctionResult(
        winners=claims.chosen,
        objective=None if claims.objective is None else float(claims.objective),
        bound=None if claims.bound is None else float(claims.bound),
    )


def look_again_auction(auction: Auction, result: AuctionResult, file: str) -> tuple[float, Report]:
    """Worth of a result; a finding for every rule it breaks (E297) and figure it does not bear (E298)."""
    report, place = Report(), {number: k for k, number in enumerate(auction.numbers)}
    cure = "is it the file the result was made for?"
    for number in result.winners:
        if number not in place:
            report.add("E297", file, f"there is no bid {number}", cure=cure)
    verdict = check(auction.problem, [place[each] for each in result.winners if each in place])
    for breach in verdict.breaches:
        report.add("E297", file, breach, cure=cure)
    worth, cure = auction.told(verdict.value), "solve again, or correct the figure"
    near = _TOLERANCE * max(1.0, abs(worth))
    if not report.errors and result.objective is not None and abs(result.objective - worth) > near:
        report.add("E298", file, f"it claims {result.objective:g} and is worth {worth:g}", cure=cure)
    if not report.errors and result.bound is not None and result.bound < worth - near:
        report.add("E298", file, f"it claims a bound of {result.bound:g} and is worth {worth:g}", cure=cure)
    return worth, report
