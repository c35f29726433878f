"""Bids, scores, decisions and travel out of their tables: what is broken is refused before any scoring."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from geodata.report import Report
from instances.read_terms import Terms
from instances.rows import Row, Values
from instances.schema import HOURLY_RATE
from optimiser.competition.as_awards import MOST_SETS, number_of_sets
from optimiser.competition.competition import Act, Bid, Override, PriceUnit, Travel
from optimiser.model.identifiers import ProviderId

LOW, HIGH = (100 * each for each in HOURLY_RATE)
"""Pence an hour that anyone can mean."""
OVER_CEILING = 2
"""Times the ceiling from which a price is taken for a slip of the pen and not for a bid."""

Read = list[tuple[Bid, int | None]]
"""Bids, each with the seconds of care a week that it says its provider can take."""


def read_bids(tables: Mapping[str, Values], terms: Terms) -> Read:
    """Sound bids in order of identifier; every fault of the others in the report."""
    rows = [
        row
        for row in tables["bids"].rows
        if row.has("bid_id", "provider_id", "batch_ids") and not row.rejected
    ]
    care = {each.id: each.weekly_care for each in terms.batches}
    _check_groups(rows)
    _check_overlaps(rows)
    _check_bundles(rows, terms.most_bundles)
    _check_capacity(rows)
    for row in tables["bids"].rows:
        if row.rejected and not row.raw.broken:  # what else is wrong with it can be told at once
            _check_received(row, terms)
            if row.has("batch_ids", "price_unit") and row["price_unit"] is PriceUnit.HOUR:
                _check_price(row, care, terms)
    found: Read = []
    for row in rows:
        if row["batch_ids"] - care.keys():
            continue  # its batch was refused, and told of there
        _check_admission(row, terms)
        _check_received(row, terms)
        _check_size(row, care)
        _check_price(row, care, terms)
        if not row.rejected:
            found.append((_bid(row), row["max_hours"]))
    return sorted(found, key=lambda each: each[0].id)


def _bid(row: Row) -> Bid:
    return Bid(
        id=row["bid_id"],
        provider=ProviderId(row["provider_id"]),
        batches=row["batch_ids"],
        price=row["price"],
        unit=row["price_unit"],
        either_or=row["xor_group"],
        least_batches=row["min_subset"],
        received=row["received"],
    )


def _check_groups(rows: Sequence[Row]) -> None:
    """An either/or set is one provider's."""
    owners: dict[str, str] = {}
    for row in rows:
        if row.has("xor_group") and row["xor_group"] is not None:
            owner = owners.setdefault(row["xor_group"], row["provider_id"])
            if owner != row["provider_id"]:
                message = f"either/or set {row['xor_group']!r} holds bids of {owner} too"
                row.reject("E321", "xor_group", message, "name each provider's sets for itself")


def _check_overlaps(rows: Sequence[Row]) -> None:
    """No provider asks for a batch twice, unless of an either/or set."""
    asked: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for batch in sorted(row["batch_ids"]):
            asked[row["provider_id"], batch].append(row)
    for (provider, batch), several in sorted(asked.items()):
        first = several[0]
        for row in several[1:]:
            same = first.has("xor_group") and row.has("xor_group") and first["xor_group"] == row["xor_group"]
            if not same or first["xor_group"] is None:
                message = f"{provider} asks for {batch} in bid {first['bid_id']} too"
                cure = "put both into one either/or set (xor_group), or delete one"
                row.reject("E311", "batch_ids", message, cure)


def _check_bundles(rows: Sequence[Row], most: int) -> None:
    bundles = Counter(row["provider_id"] for row in rows if len(row["batch_ids"]) > 1)
    for provider in sorted(each for each, held in bundles.items() if held > most):
        row = [each for each in rows if each["provider_id"] == provider and len(each["batch_ids"]) > 1][most]
        message = f"{provider} makes {bundles[provider]} bundle bids; the competition allows {most}"
        row.reject(
            "E322", "batch_ids", message, "leave out all but those, or raise most_bundles for everybody"
        )


def _check_capacity(rows: Sequence[Row]) -> None:
    """A provider states one limit."""
    said: dict[str, int] = {}
    for row in rows:
        if row.has("max_hours") and row["max_hours"] is not None:
            first = said.setdefault(row["provider_id"], row["max_hours"])
            if first != row["max_hours"]:
                message = f"{row['provider_id']} states another limit in an earlier bid"
                row.reject("E326", "max_hours", message, "give one limit for all its bids")


def _check_admission(row: Row, terms: Terms) -> None:
    lots = {each.id: each.lot for each in terms.batches}
    admitted = terms.admitted.get(ProviderId(row["provider_id"]))
    for batch in sorted(row["batch_ids"]):
        if admitted is not None and lots[batch] not in admitted:
            message = f"{row['provider_id']} is not admitted to lot {lots[batch]}, in which {batch} lies"
            row.reject("E315", "batch_ids", message, "refuse the bid, or correct the bidder's lots")


def _check_received(row: Row, terms: Terms) -> None:
    if row.has("received") and row["received"] is not None and row["received"] > terms.deadline:
        message = f"it came in after the deadline of {terms.deadline:%Y-%m-%d %H:%M}"
        row.reject("E318", "received", message, "return it unopened and delete the row; a late bid is no bid")


def _check_size(row: Row, care: Mapping[str, int]) -> None:
    if not row.has("min_subset", "max_hours"):
        return
    batches, least = row["batch_ids"], row["min_subset"]
    if least is not None and least > len(batches):
        message = f"it is content with {least} batches and asks for {len(batches)}"
        row.reject("E319", "min_subset", message, "give a smaller number, or leave the cell empty")
        return
    if least is not None and number_of_sets(len(batches), least) > MOST_SETS:
        message = f"it stands for {number_of_sets(len(batches), least):,} sets of batches"
        row.reject(
            "E319", "min_subset", message, f"ask for fewer batches: at most {MOST_SETS:,} sets are weighed"
        )
    needed = sum(sorted(care[each] for each in batches)[: least or len(batches)])
    if row["max_hours"] is not None and needed > row["max_hours"]:
        message = f"it asks for {needed / 3600:g} hours a week; its limit is {row['max_hours'] / 3600:g}"
        row.reject("E314", "max_hours", message, "ask the bidder which of the two is meant")


def _check_price(row: Row, care: Mapping[str, int], terms: Terms) -> None:
    """A price that nobody can mean is a slip of the pen; one over the ceiling is a bid that fails."""
    if not row.has("price", "price_unit"):
        return
    hourly = Fraction(row["price"])
    if row["price_unit"] is PriceUnit.WEEK:
        hourly = Fraction(row["price"] * 3600, sum(care[each] for each in row["batch_ids"]))
    if LOW <= hourly <= HIGH and hourly < OVER_CEILING * _ceiling(row, terms):
        return
    message = f"a price of £{float(hourly) / 100:,.2f} an hour is nothing anyone can mean"
    cure = "ask the bidder for the price that was meant"
    for factor, said in ((100, "the decimal point is missing"), (10, "the decimal point is out of place")):
        if terms.scheme.floor / 2 <= hourly / factor <= _ceiling(row, terms):
            cure = f"{said}? {float(row['price']) / 100 / factor:.2f} would make sense: ask the bidder"
            break
    row.reject("E313", "price", message, cure)


def _ceiling(row: Row, terms: Terms) -> int:
    return max(
        (each.ceiling or terms.scheme.ceiling for each in terms.batches if each.id in row["batch_ids"]),
        default=terms.scheme.ceiling,
    )


def read_quality(
    tables: Mapping[str, Values], terms: Terms, report: Report
) -> Mapping[ProviderId, Mapping[str, Mapping[str, int]]]:
    """Scores of everybody who bids, by criterion and evaluator."""
    scales = {each.code: each.scale for each in terms.scheme.criteria}
    found: dict[ProviderId, dict[str, dict[str, int]]] = {}
    evaluators: dict[str, set[str]] = defaultdict(set)
    for row in tables["quality"].rows:
        if not row.has("provider_id", "criterion", "evaluator", "score") or row["criterion"] not in scales:
            continue
        scale = scales[row["criterion"]]
        if not 0 <= row["score"] <= scale:
            message = f"{row['score']} is outside the scale of {row['criterion']}, 0 to {scale}"
            row.reject("E316", "score", message, "ask the evaluator which score is meant")
        evaluators[row["criterion"]].add(row["evaluator"])
        of_provider = found.setdefault(ProviderId(row["provider_id"]), {})
        of_provider.setdefault(row["criterion"], {})[row["evaluator"]] = row["score"]
    _check_evaluators(tables, found, evaluators, terms, report)
    return {provider: found[provider] for provider in sorted(found)}


def _check_evaluators(
    tables: Mapping[str, Values],
    found: Mapping[ProviderId, Mapping[str, Mapping[str, int]]],
    evaluators: Mapping[str, set[str]],
    terms: Terms,
    report: Report,
) -> None:
    """Everybody who bids has a score by every criterion from everybody who scored it."""
    if terms.scheme.criteria and not tables["quality"].whole:
        return
    bidding = sorted({row["provider_id"] for row in tables["bids"].rows if row.has("provider_id")})
    for provider in bidding:
        if provider not in terms.admitted:
            continue
        for criterion in terms.scheme.criteria:
            given = found.get(ProviderId(provider), {}).get(criterion.code, {})
            missing = sorted(evaluators[criterion.code] - given.keys())
            if not given:
                message = f"{provider} has no score for {criterion.code}"
                cure = "add the scores of every evaluator"
            elif missing:
                message = f"{provider} has no score for {criterion.code} by {', '.join(missing)}"
                cure = "add it, or delete that evaluator's scores of this criterion for everybody"
            else:
                continue
            report.add("E317", tables["quality"].file, message, column="evaluator", cure=cure)


def read_overrides(tables: Mapping[str, Values]) -> tuple[Override, ...]:
    """Decisions of people, each about something that is there."""
    bids = tables["bids"].declared("bid_id")
    batches = tables["batches"].declared("batch_id")
    found = []
    for row in tables["overrides"].rows:
        if not row.has("act", "on", "who", "why", "when"):
            continue
        what, known = ("batch", batches) if row["act"] is Act.AWARD else ("bid", bids)
        if row["on"] not in known:
            message = f"there is no {what} {row['on']!r} to {row['act'].value}"
            row.reject("E320", "on", message, f"name a {what}")
            continue
        found.append(Override(act=row["act"], on=row["on"], who=row["who"], why=row["why"], when=row["when"]))
    return tuple(sorted(found, key=lambda each: (each.act.value, each.on)))


def read_travel(tables: Mapping[str, Values], terms: Terms) -> Travel:
    """What rounds travel for batches served together; for every bid's, where travel counts."""
    weekly = {row["batch_ids"]: row["weekly_minutes"] for row in tables["travel"].accepted}
    for row in tables["bids"].accepted if terms.scheme.travel_weight else ():
        asked = {row["batch_ids"], *(frozenset({each}) for each in row["batch_ids"])}
        missing = sorted(";".join(sorted(each)) for each in asked - weekly.keys())
        if missing:
            message = f"travel counts, and travel.csv does not say how far rounds of {missing[0]} travel"
            row.reject("E324", "batch_ids", message, "add the line, or give travel no weight")
    return Travel(
        weekly=weekly,
        hour=terms.travel_hour,
        allowed_by=terms.travel_allowed_by,
    )
