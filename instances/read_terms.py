"""The terms of a mini-competition out of its tables: scheme, batches, rules, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from instances.rows import Row, Values
from optimiser.competition.competition import Bid, Disclosure, TieBreak
from optimiser.competition.problem import AwardRules, Batch, Bidder, ShareBand
from optimiser.competition.scoring import PRICE, TRAVEL, Criterion, PriceFormula, Scheme
from optimiser.model.identifiers import LocalityId, LotCode, ProviderId, TierCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What bidders were told.

    Attributes
    ----------
    admitted
        Lots of each bidder.
    travel_hour
        Pence.
    """

    name: str
    deadline: datetime
    source: str
    scheme: Scheme
    batches: tuple[Batch, ...]
    rules: AwardRules
    unawarded_points: int
    tie_breaks: tuple[TieBreak, ...]
    draw_seed: int
    disclosure: Disclosure
    most_bundles: int
    travel_hour: int
    travel_allowed_by: str
    admitted: Mapping[ProviderId, frozenset[LotCode]]


def read_terms(tables: Mapping[str, Values]) -> Terms | None:
    """Terms, or ``None`` where too little of them could be read to judge bids by."""
    head = next(iter(tables["competition"].rows), None)
    if head is None:
        return None
    scheme = _scheme(head, tables["criteria"])
    _check_ties(head)
    disclosure = _disclosure(tables["disclosure"], scheme)
    batches = _batches(tables["batches"], scheme)
    rules = _rules(tables)
    judged = ("name", "deadline", "unawarded_points", "tie_rule", "most_bundles", "travel_hour")
    if scheme is None or not head.has(*judged) or not tables["batches"].whole or not tables["bidders"].whole:
        return None
    return Terms(
        name=head["name"],
        deadline=head["deadline"],
        source=head.values.get("source", ""),
        scheme=scheme,
        batches=batches,
        rules=rules,
        unawarded_points=head["unawarded_points"],
        tie_breaks=head["tie_rule"],
        draw_seed=head.values.get("draw_seed") or 0,
        disclosure=disclosure,
        most_bundles=head["most_bundles"],
        travel_hour=head["travel_hour"],
        travel_allowed_by=head.values.get("travel_allowed_by", ""),
        admitted={
            ProviderId(row["provider_id"]): frozenset(LotCode(each) for each in row["lots"])
            for row in tables["bidders"].rows
            if row.has("provider_id", "lots")
        },
    )


def read_bidders(tables: Mapping[str, Values], bids: Sequence[tuple[Bid, int | None]]) -> tuple[Bidder, ...]:
    """Bidders with the hours that their bids say they can take, in order of identifier."""
    most = {bid.provider: hours for bid, hours in bids if hours is not None}
    found = (
        Bidder(
            id=ProviderId(row["provider_id"]),
            tier=TierCode(row["tier"]),
            name=row["name"],
            lots=frozenset(LotCode(each) for each in row["lots"]),
            is_small=row["is_small"],
            most_care=most.get(ProviderId(row["provider_id"])),
        )
        for row in tables["bidders"].accepted
    )
    return tuple(sorted(found, key=lambda each: each.id))


def _scheme(head: Row, criteria: Values) -> Scheme | None:
    if not head.has(
        "price_weight", "travel_weight", "price_formula", "floor", "ceiling", "travel_allowed_by"
    ):
        return None
    for row in criteria.rows:
        if row.has("code") and row["code"] in (PRICE, TRAVEL):
            row.reject(
                "E230", "code", f"{row['code']!r} is weighed already", "give the criterion another code"
            )
    sound = [row for row in criteria.rows if row.has("code", "weight", "scale", "least") and not row.rejected]
    weights = head["price_weight"] + head["travel_weight"] + sum(row["weight"] for row in sound)
    if weights != 100 and len(sound) == len(criteria.rows):
        message = f"weights of price, travel and criteria make {weights} per cent"
        head.reject("E312", "price_weight", message, "correct a weight: together they make 100")
    if head["floor"] >= head["ceiling"]:
        head.reject("E323", "floor", "the floor is not below the ceiling", "correct one of the two")
    quality = sum(row["weight"] for row in sound)
    if head["price_formula"] is PriceFormula.PRICE_PER_QUALITY_POINT and not quality:
        cure = "give a criterion weight, or choose another formula"
        head.reject("E330", "price_formula", "there are no points for quality to divide prices by", cure)
    if head["travel_weight"] and not head["travel_allowed_by"]:
        cure = (
            "name the clause in travel_allowed_by, or give travel no weight: criteria that bidders were not "
            "told of cannot decide"
        )
        head.reject("E324", "travel_weight", "travel counts, and nothing says that it may", cure)
    # Faulty terms are refused at the end; until then bids are judged by the nearest sound ones.
    rest = 100 - head["travel_weight"] - sum(row["weight"] for row in sound)
    if rest < 0:
        return None
    sound_limits = head["floor"] < head["ceiling"]
    return Scheme(
        price_weight=rest,
        formula=head["price_formula"],
        criteria=tuple(
            sorted(
                (
                    Criterion(code=row["code"], weight=row["weight"], scale=row["scale"], least=row["least"])
                    for row in sound
                ),
                key=lambda each: each.code,
            )
        ),
        floor=head["floor"] if sound_limits else 1,
        ceiling=head["ceiling"] if sound_limits else max(head["floor"], head["ceiling"]) + 1,
        travel_weight=head["travel_weight"],
    )


def _check_ties(head: Row) -> None:
    if head.has("tie_rule", "draw_seed") and TieBreak.DRAW in head["tie_rule"] and head["draw_seed"] is None:
        cure = "set draw_seed to a number that was made known before the bids were opened"
        head.reject("E325", "draw_seed", "ties may be drawn, and the draw has no seed", cure)


def _batches(values: Values, scheme: Scheme | None) -> tuple[Batch, ...]:
    found = []
    for row in values.rows:
        if not row.has("floor", "ceiling") or row.rejected:
            continue
        if scheme is not None:
            limits = row["floor"] or scheme.floor, row["ceiling"] or scheme.ceiling
            if limits[0] >= limits[1]:
                row.reject("E323", "floor", "the floor is not below the ceiling", "correct one of the two")
                continue
        found.append(
            Batch(
                id=row["batch_id"],
                lot=LotCode(row["lot_code"]),
                locality=LocalityId(row["locality"] or row["lot_code"]),
                weekly_care=row["weekly_hours"],
                floor=row["floor"],
                ceiling=row["ceiling"],
                sectors=row["sectors"],
            )
        )
    return tuple(sorted(found, key=lambda each: each.id))


def _rules(tables: Mapping[str, Values]) -> AwardRules:
    bands, least = [], 0
    tiers = {row["tier"] for row in tables["bidders"].rows if row.has("tier")}
    for row in tables["bands"].rows:
        if not row.has("tier", "least", "most"):
            continue
        if row["least"] > row["most"]:
            row.reject("E328", "least", "it is more than the most", "correct one of the two")
        elif row["tier"] not in tiers:
            row.reject("E233", "tier", f"no bidder is of tier {row['tier']!r}", "correct the tier")
        else:
            bands.append(ShareBand(tier=TierCode(row["tier"]), least=row["least"], most=row["most"]))
            least += row["least"]
            if least > 100:
                row.reject("E328", "least", f"least shares make {least} per cent", "correct them")
            if row["most"] < 100 and len(tiers) == 1:
                message = f"every bidder is of tier {row['tier']}, which then has all or nothing"
                row.reject("E328", "most", message, "leave the band out, or correct the bidders' tiers")
    caps = next(iter(tables["caps"].accepted), None)
    small = any(row.values.get("is_small") for row in tables["bidders"].rows)
    if caps is not None and caps["small_reserve"] and not small:
        cure = "mark small bidders (is_small), or reserve nothing"
        caps.reject("E328", "small_reserve", "hours are reserved for small providers, and none bids", cure)
    if caps is None:
        return AwardRules(bands=tuple(bands))
    return AwardRules(
        most_lots=caps["most_lots"],
        most_batches=caps["most_batches"],
        most_share=caps["most_share"],
        two_in_a_locality=caps["two_in_a_locality"],
        small_reserve=caps["small_reserve"],
        bands=tuple(sorted(bands, key=lambda each: each.tier)),
    )


def _disclosure(values: Values, scheme: Scheme | None) -> Disclosure:
    row = next(iter(values.accepted), None)
    if row is None:
        return Disclosure()
    if row["margins_shown"] and scheme is not None and not any(each.weight for each in scheme.criteria):
        cure = "leave margins out: price alone is scored, so that a margin is a rival's price"
        row.reject("E327", "margins_shown", "a margin would tell a rival's price", cure)
    elif row["margins_shown"] and (row["quality_shown"] or row["winners_named"]):
        cure = "show margins alone or leave them out, unless the panel wants it so"
        row.warn("E327", "margins_shown", "with what else is told, a rival's price can be worked out", cure)
    return Disclosure(
        winners_named=row["winners_named"],
        quality_shown=row["quality_shown"],
        margins_shown=row["margins_shown"],
    )
