"""The page of a mini-competition: what a panel reads. It holds every bidder's price, and says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from optimiser.competition.competition import Competition
from optimiser.competition.outcome import Award, Change, Outcome
from optimiser.competition.scoring import Score
from optimiser.model.calendar import HOUR
from optimiser.report.batch_map import BatchMap, batch_map
from optimiser.report.templating import part, templates
from optimiser.report.wording import count
from optimiser.report.writing import write_text
from optimiser.solving.result import Status

POINT = 100
"""Hundredths of a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """A batch in the table of awards.

    Attributes
    ----------
    colour
        Number of the winner's colour; ``None`` for nobody.
    bidders
        How many may have it.
    """

    batch: str
    lot: str
    hours: float
    award: Award | None
    why_not: str
    winner: str
    colour: int | None
    bidders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A bid on a batch, its points as widths of a bar of a hundred."""

    batch: str
    bid: str
    bidder: str
    price: float
    parts: tuple[tuple[str, float], ...]
    total: float
    is_winner: bool
    is_bundle: bool


def write_competition_page(
    path: Path, *, competition: Competition, outcome: Outcome, outlines: gpd.GeoDataFrame | None
) -> None:
    """Write the page: one file that works with the network off.

    Parameters
    ----------
    outlines
        Of postcode sectors (``sector``, ``geometry``, EPSG:27700); ``None`` draws no map.
    """
    names = {each.id: each.name or str(each.id) for each in competition.bidders}
    winners = sorted({each.provider for each in outcome.awards})
    colours = {provider: number for number, provider in enumerate(winners)}
    template = templates().get_template("competition.html.j2")
    write_text(
        path,
        template.render(
            competition=competition,
            outcome=outcome,
            names=names,
            headline=headline(competition, outcome),
            proof=proof(outcome),
            awards=_award_rows(competition, outcome, names, colours),
            scores=_score_rows(competition, outcome, names),
            criteria=[each.code for each in competition.scheme.criteria],
            colours={names[each]: number for each, number in colours.items()},
            map=_map(competition, outcome, colours, outlines),
            weights=[each for each in outcome.changes if each.of == "weight"],
            prices=[each for each in outcome.changes if each.of == "price" and each.moved],
            price_count=sum(each.of == "price" for each in outcome.changes),
            now={each.batch: each.bid for each in outcome.awards},
            moves=moves,
            hours_in_all=sum(each.weekly_care for each in competition.batches),
            hour=HOUR,
            style=Markup(part("page.css") + part("competition.css")),
        ),
    )


def headline(competition: Competition, outcome: Outcome) -> str:
    """What was decided, in a sentence."""
    held = [each for each in outcome.awards if each.held_for]
    bidders = len({each.provider for each in outcome.awards})
    said = (
        f"{len(outcome.awards)} of {count(len(competition.batches), 'batch', 'batches')} go to "
        f"{count(bidders, 'provider')}"
    )
    if held:
        said += f", {len(held)} of these batches only once a person has looked at them"
    return said


def proof(outcome: Outcome) -> str:
    """How good the awards are, and how sure that is."""
    if outcome.result.status is not Status.OPTIMAL:
        gap = outcome.result.gap
        much = "no bound was found" if gap is None else f"none can be worth {100 * gap:.2f} % more"
        return f"time ran out before it was proven that no set of awards is worth more: {much}"
    if not outcome.tie.all_found:
        known = "" if len(outcome.tie.among) == 1 else f"; {len(outcome.tie.among)} worth the same are known"
        said = "proven: no set of awards that keeps the rules is worth more"
        return f"{said}; whether others are worth as much was not settled, so that every award is held{known}"
    if len(outcome.tie.among) == 1:
        return "proven: no other set of awards that keeps the rules is worth as much"
    said = "proven: no set of awards that keeps the rules is worth more; "
    said += f"{len(outcome.tie.among)} are worth the same"
    if outcome.tie.by is None:
        return f"{said}, and the rules for ties do not tell them apart"
    drawn = "" if outcome.tie.seed is None else f", seed {outcome.tie.seed}"
    return f"{said}, decided by {outcome.tie.by.value}{drawn}"


def moves(change: Change, now: Mapping[str, str]) -> str:
    """``OADBY-1 from D01 to F02; …``."""
    if not change.moved:
        return "nothing moves"
    return "; ".join(
        f"{batch} from {now.get(batch, 'nobody')} to {then or 'nobody'}"
        for batch, then in sorted(change.moved.items())
    )


def _award_rows(
    competition: Competition, outcome: Outcome, names: Mapping[Any, str], colours: Mapping[Any, int]
) -> list[AwardRow]:
    left = {each.batch: each.why.value for each in outcome.unawarded}
    rows = []
    for batch in competition.batches:
        award = outcome.award_of.get(batch.id)
        able = {each.provider for each in outcome.eligibility.bids if batch.id in each.batches}
        rows.append(
            AwardRow(
                batch=batch.id,
                lot=str(batch.lot),
                hours=batch.weekly_care / HOUR,
                award=award,
                why_not=left.get(batch.id, ""),
                winner="" if award is None else names[award.provider],
                colour=None if award is None else colours[award.provider],
                bidders=len(able),
            )
        )
    return rows


def _score_rows(
    competition: Competition, outcome: Outcome, names: Mapping[Any, str]
) -> Mapping[str, Sequence[ScoreRow]]:
    """Bids on each batch, the most points first."""
    found: dict[str, list[ScoreRow]] = {each.id: [] for each in competition.batches}
    for (bid, batch), score in outcome.scores.items():
        made = competition.bid_by_id[bid]
        award = outcome.award_of.get(batch)
        found[batch].append(
            ScoreRow(
                batch=batch,
                bid=bid,
                bidder=names[made.provider],
                price=float(competition.hourly(made)),
                parts=_parts(score),
                total=score.total / POINT,
                is_winner=award is not None and award.bid == bid,
                is_bundle=len(made.batches) > 1,
            )
        )
    return {batch: sorted(rows, key=lambda each: (-each.total, each.bid)) for batch, rows in found.items()}


def _parts(score: Score) -> tuple[tuple[str, float], ...]:
    shown: list[tuple[str, Fraction]] = [("price", score.price), *sorted(score.by_criterion.items())]
    return tuple((name, round(float(points), 2)) for name, points in shown)


def _map(
    competition: Competition,
    outcome: Outcome,
    colours: Mapping[Any, int],
    outlines: gpd.GeoDataFrame | None,
) -> BatchMap | None:
    if outlines is None or not len(outlines):
        return None
    awards = outcome.award_of
    return batch_map(
        outlines,
        {each.id: each.sectors for each in competition.batches},
        {batch: colours[award.provider] for batch, award in awards.items()},
    )
