"""The worked competition decided a second time, from its files, by code that shares nothing with ours.

Scores by hand in fractions; award sets by CP-SAT, from rules that are said here again.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Option:
    """A bid for some of its batches."""

    bid: str
    provider: str
    batches: frozenset[str]
    group: str
    worth: int


@dataclass
class Market:
    """What the files say."""

    terms: dict[str, Any]
    bids: dict[str, dict[str, str]]
    quality: dict[tuple[str, str], list[int]]
    travel: dict[frozenset[str], int]
    factor: dict[str, Fraction] = field(default_factory=dict)

    @cached_property
    def hours(self) -> dict[str, Fraction]:
        return {each["batch_id"]: Fraction(str(each["weekly_hours"])) for each in self.terms["batches"]}

    def pence(self, bid: str) -> Fraction:
        row = self.bids[bid]
        price = Fraction(row["price"]) * 100 * self.factor.get(bid, Fraction(1))
        if row["price_unit"] == "week":
            return price / sum(self.hours[each] for each in row["batch_ids"].split(";"))
        return price

    def is_in(self, bid: str) -> bool:
        return self.pence(bid) <= Fraction(str(self.terms["ceiling"])) * 100

    def parts(self, bid: str) -> dict[str, Fraction]:
        """Points by the linear formula and by the evaluators."""
        floor, ceiling = (Fraction(str(self.terms[each])) * 100 for each in ("floor", "ceiling"))
        points = 100 * (ceiling - self.pence(bid)) / (ceiling - floor)
        found = {
            "price": Fraction(self.terms["price_weight"], 100) * max(Fraction(0), min(Fraction(100), points))
        }
        for each in self.terms["criteria"]:
            given = self.quality[self.bids[bid]["provider_id"], each["code"]]
            found[each["code"]] = Fraction(each["weight"] * sum(given), len(given) * each["scale"])
        return found

    def total(self, bid: str) -> int:
        """Hundredths of a point, half up."""
        exact = 100 * sum(self.parts(bid).values())
        return int(exact + Fraction(1, 2))

    def options(self) -> list[Option]:
        found = []
        for name, row in self.bids.items():
            if not self.is_in(name):
                continue
            batches = row["batch_ids"].split(";")
            least = int(row["min_subset"] or len(batches))
            for size in range(least, len(batches) + 1):
                for some in combinations(batches, size):
                    seconds = sum(self.hours[each] for each in some) * 3600
                    found.append(
                        Option(
                            bid=name,
                            provider=row["provider_id"],
                            batches=frozenset(some),
                            group=row["xor_group"] or name,
                            worth=int(self.total(name) * seconds),
                        )
                    )
        return found


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def market(folder: Path) -> Market:
    terms = tomllib.loads((folder / "competition.toml").read_text(), parse_float=str)
    bids = {row["bid_id"]: row for row in _rows(folder / "bids.csv")}
    quality: dict[tuple[str, str], list[int]] = {}
    for row in _rows(folder / "quality.csv"):
        quality.setdefault((row["provider_id"], row["criterion"]), []).append(int(row["score"]))
    travel = {
        frozenset(row["batch_ids"].split(";")): int(row["weekly_minutes"])
        for row in _rows(folder / "travel.csv")
    }
    return Market(terms=terms, bids=bids, quality=quality, travel=travel)


NOTHING: frozenset[Option] = frozenset()


def best(
    of: Market, *, without: str | None = None, with_bid: str | None = None, kept: frozenset[Option] = NOTHING
) -> tuple[int | None, list[frozenset[Option]]]:
    """The most worth, and every award set that has it; in a process that must not have loaded highspy."""
    from ortools.sat.python import cp_model

    options = [each for each in of.options() if each.provider != without]
    model = cp_model.CpModel()
    x = [model.new_bool_var(f"{k}") for k in range(len(options))]
    for at_most, amounts in _rows_of(of, options):
        model.add(sum(a * x[k] for k, a in amounts) <= at_most)
    if with_bid is not None:
        model.add_bool_or(x[k] for k, each in enumerate(options) if each.bid == with_bid)
    for k, each in enumerate(options):
        if each in kept:
            model.add(x[k] == 1)
    # An hour to nobody costs a hundredth of a point, so that a bid without points still stands before nobody.
    care = {k: int(sum(3600 * of.hours[batch] for batch in each.batches)) for k, each in enumerate(options)}
    model.maximize(sum((each.worth + care[k]) * x[k] for k, each in enumerate(options)))
    most: int | None = None
    sets: list[frozenset[Option]] = []
    while True:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        if solver.solve(model) != cp_model.OPTIMAL:
            return most, sets
        taken = [k for k in range(len(options)) if solver.value(x[k])]
        value = sum(options[k].worth + care[k] for k in taken) - int(3600 * sum(of.hours.values()))
        if most is not None and value < most:
            return most, sets
        most = value
        sets.append(frozenset(options[k] for k in taken))
        model.add_bool_or([x[k].negated() if k in taken else x[k] for k in range(len(options))])


def _rows_of(of: Market, options: list[Option]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The most that each rule allows, and what each option takes of it; hours in quarters."""
    size = {k: int(sum(4 * of.hours[batch] for batch in each.batches)) for k, each in enumerate(options)}
    all_hours = int(4 * sum(of.hours.values()))
    for batch in of.hours:
        yield 1, [(k, 1) for k, each in enumerate(options) if batch in each.batches]
    for group in {each.group for each in options}:
        yield 1, [(k, 1) for k, each in enumerate(options) if each.group == group]
    for provider in {each.provider for each in options}:
        mine = [k for k, each in enumerate(options) if each.provider == provider]
        own = [row["max_hours"] for row in of.bids.values() if row["provider_id"] == provider]
        limits = [int(4 * Fraction(each)) for each in own if each]
        share = of.terms["caps"]["most_share"] * all_hours // 100
        yield min([*limits, share]), [(k, size[k]) for k in mine]
        for here in _localities(of).values():
            able = {each.provider for each in options if each.batches & here}
            if len(here) > 1 and len(able) > 1:
                yield len(here) - 1, [(k, len(options[k].batches & here)) for k in mine]
    who = {each["provider_id"]: each for each in of.terms["bidders"]}
    small = of.terms["caps"]["small_reserve"]
    yield 0, [(k, (small - 100 * who[options[k].provider]["is_small"]) * size[k]) for k in size]
    for band in of.terms["bands"]:
        inside = {k: 100 * (who[options[k].provider]["tier"] == band["tier"]) for k in size}
        yield 0, [(k, (band["least"] - inside[k]) * size[k]) for k in size]
        yield 0, [(k, (inside[k] - band["most"]) * size[k]) for k in size]


def _localities(of: Market) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for each in of.terms["batches"]:
        found.setdefault(each["locality"], set()).add(each["batch_id"])
    return {name: frozenset(held) for name, held in found.items()}


def by_batch(sets: frozenset[Option]) -> Iterator[tuple[str, str]]:
    for each in sets:
        for batch in each.batches:
            yield batch, each.bid
