"""The tables an allocation is defended with, written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from instances import schema_proof
from instances.columns import Table
from instances.new_files import write_file
from instances.texts import row_text
from instances.write import csv_bytes
from optimiser.allocation.audit import Proof
from optimiser.allocation.decisions import by_rule, in_words
from optimiser.allocation.fairness import GroupFigures, SizeFigures
from optimiser.allocation.shadow_prices import ShadowPrice
from optimiser.allocation.shortage import Certificate
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.model.price import last_resort_cost


def write_proof(
    folder: Path,
    instance: Instance,
    proof: Proof,
    *,
    prices: Sequence[ShadowPrice],
    people: Sequence[GroupFigures],
    sizes: Sequence[SizeFigures],
) -> None:
    """``decisions.csv``, ``shortages.csv``, ``shadow_prices.csv``, ``fairness.csv``, ``provider_sizes.csv``.

    Raises
    ------
    ValueError
        Where something in them would not read back the same.
    """
    _write(folder, schema_proof.DECISIONS, _decisions(instance, proof))
    shortages = [*_shortages(instance, "all", proof.certificates)]
    shortages += _shortages(instance, "framework", proof.on_framework)
    _write(folder, schema_proof.SHORTAGES, shortages)
    _write(folder, schema_proof.SHADOW_PRICES, map(_price, prices))
    _write(folder, schema_proof.FAIRNESS, map(_group, people))
    _write(folder, schema_proof.PROVIDER_SIZES, map(_size, sizes))


def _write(folder: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    faults: list[str] = []
    texts = [row_text(table, row, faults) for row in rows]
    if faults:
        raise ValueError("this cannot be written so that it reads back the same: " + "; ".join(faults))
    write_file(folder / table.file, csv_bytes(table, texts), overwrite=False)


def _decisions(instance: Instance, proof: Proof) -> Iterator[dict[str, Any]]:
    causes = {each.package: each.cause.value for each in proof.left}
    own = _own_costs(instance, proof)
    decided = {package: each for each in proof.decisions for package in each.members}
    for package, each in sorted(decided.items()):
        kept = "; ".join(f"{rule.value}: {count}" for rule, count in by_rule(each).items())
        yield {
            "package_id": package,
            "lot_code": each.lot,
            "provider_id": each.chosen.provider,
            "position": each.chosen.position,
            "weekly_cost_pounds": own[package],
            "eligible": len(each.asked),
            "asked_before": len(each.passed),
            "runner_up": each.runner_up.provider,
            "margin_pounds": each.margin,
            "excluded": kept,
            "cause": causes.get(package),
            "why": in_words(proof.problem, each),
        }


def _own_costs(instance: Instance, proof: Proof) -> dict[PackageId, int]:
    """Pence a week of each package by itself, whoever it goes together with."""
    found = {each.id: last_resort_cost(each, instance.framework) for each in instance.packages}
    for need, seat in zip(proof.problem.needs, proof.seats, strict=True):
        if seat is not None:
            found |= {part.package: part.weekly_cost for part in need.candidates[seat].parts}
    return found


def _shortages(
    instance: Instance, supply: str, certificates: Sequence[Certificate]
) -> Iterator[dict[str, Any]]:
    packages = instance.package_by_id
    for certificate in certificates:
        held: dict[tuple[str, ...], list[int]] = {}
        for wish in certificate.wishes:
            package = packages[wish.package]
            key = (package.lot, package.district, wish.band, wish.day_type)
            held.setdefault(key, []).append(wish.seconds)
        for (lot, district, band, day_type), wanted in sorted(held.items()):
            yield {
                "supply": supply,
                "shortage": certificate.number,
                "counts": certificate.kind.value,
                "lot_code": lot,
                "district_gss": district,
                "band": band,
                "day_type": day_type,
                "packages": len(wanted),
                "wanted_hours": _hours(sum(wanted)),
                "shortage_wanted_hours": _hours(certificate.wanted),
                "shortage_capacity_hours": _hours(certificate.capacity),
                "shortage_short_hours": _hours(certificate.shortfall),
                "providers": ";".join(certificate.providers),
            }


def _price(price: ShadowPrice) -> dict[str, Any]:
    row = price.row
    return {
        "provider_id": row.provider,
        "locality": row.locality,
        "band": row.band.value if row.band else None,
        "day_type": row.day_type.value if row.day_type else None,
        "counts": row.kind.value,
        "pounds_an_hour": round(price.pence),
    }


def _group(each: GroupFigures) -> dict[str, Any]:
    return {
        "by": each.by,
        "group": each.group,
        "packages": each.packages,
        "placed": each.placed,
        "first_tier": each.first_tier,
        "placed_share": _rounded(each.placed_share),
        "weekly_hours": _hours(each.hours or 0),
        "placed_hours": _hours(each.placed_hours or 0),
        "wait_days": _rounded(each.wait_days),
        "wait_ratio": _rounded(each.wait_ratio),
    }


def _size(each: SizeFigures) -> dict[str, Any]:
    return {
        "size": each.size,
        "providers": each.providers,
        "offers": each.offers,
        "placed": each.placed,
        "capacity_hours": _hours(each.capacity or 0),
        "placed_hours": _hours(each.placed_hours or 0),
        "use": _rounded(each.use),
    }


def _hours(seconds: int) -> float:
    return round(seconds / HOUR, 2)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
