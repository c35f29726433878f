"""The contract out of its rows; every contradiction in it told where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from instances.read_market import rates
from instances.rows import Row, Values
from optimiser.model.contract import Cap, Guarantee, PolicyStep
from optimiser.model.identifiers import LocalityId, ProviderId, TierCode
from optimiser.model.market import Contradiction, ContradictionError, Framework, Tier

CONTRADICTION = "E237"


def build_framework(row: Row | None, tables: Mapping[str, Values]) -> Framework | None:
    """The framework; ``None`` without its row or a tier, or with terms that contradict each other."""
    tiers = [tier for each in tables["tiers"].accepted if (tier := _tier(each)) is not None]
    caps = [cap for each in tables["caps"].accepted if (cap := _cap(each)) is not None]
    ceilings, last_resort, floors = (
        rates(tables[name]) for name in ("ceilings", "last_resort_rates", "floors")
    )
    parts = ("tiers", "caps", "rules", "guarantees", "policies", "floors")
    if row is None or not tiers or any(each.rejected for name in parts for each in tables[name].rows):
        return None
    try:
        return Framework(
            name=row["name"],
            version=row["version"],
            tiers=tuple(tiers),
            ceilings=ceilings,
            last_resort_rates=last_resort,
            last_resort_name=row["last_resort_name"],
            source=row["source"],
            rules={each["rule"]: each["kind"] for each in tables["rules"].accepted},
            floors=floors,
            caps=tuple(caps),
            least_providers=row["least_providers"],
            new_starts_a_week=row["new_starts_a_week"],
            guarantees=tuple(_guarantee(each) for each in tables["guarantees"].accepted),
            policies=tuple(
                PolicyStep(policy=each["policy"], objective=each["objective"], tolerance=each["tolerance"])
                for each in tables["policies"].accepted
            ),
        )
    except ContradictionError as refused:
        for found in refused.found:
            _where(found, row, tables).reject(CONTRADICTION, found.column, found.message, found.cure)
        return None


def _tier(row: Row) -> Tier | None:
    least, most = row["least_share"], row["most_share"]
    if least is not None and most is not None and least > most:
        message = f"at least {least} and at most {most} per cent of a lot's hours"
        row.reject(CONTRADICTION, "least_share", message, "swap the two, or correct the one mistyped")
        return None
    after = row["offered_after"]
    return Tier(
        code=TierCode(row["code"]),
        name=row["name"],
        needs_cqc_good=row["needs_cqc_good"],
        on_framework=row["on_framework"],
        max_weeks=row["max_weeks"],
        least_share=least,
        most_share=most,
        offered_after=None if after is None else TierCode(after),
    )


def _cap(row: Row) -> Cap | None:
    warn, stop, tier = row["warn_at"], row["stop_at"], row["tier"]
    if warn is None and stop is None:
        row.reject(CONTRADICTION, "stop_at", "the cap says neither where to warn nor to stop", "give one")
        return None
    if warn is not None and stop is not None and warn >= stop:
        message = f"warns at {warn} per cent and stops at {stop}"
        row.reject(CONTRADICTION, "warn_at", message, "a warning comes first: give a lower figure")
        return None
    return Cap(of=row["of"], tier=None if tier is None else TierCode(tier), warn_at=warn, stop_at=stop)


def _guarantee(row: Row) -> Guarantee:
    return Guarantee(
        provider=ProviderId(row["provider_id"]),
        locality=LocalityId(row["locality"]),
        weekly_care=row["weekly_minutes"],
        shortfall_rate=row["shortfall_rate"],
    )


def _where(found: Contradiction, head: Row, tables: Mapping[str, Values]) -> Row:
    """The row a contradiction speaks of."""
    if found.table == "framework":
        return head
    rows = tables[found.table].rows
    if found.table == "caps":
        return rows[int(found.key) - 1]
    first = next(iter(rows[0].values))  # each of these tables opens with what names its rows
    return next(row for row in rows if found.key in (row[first], getattr(row[first], "value", None)))
