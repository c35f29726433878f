"""The text of every cell of an instance: what reading makes of tables, undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from instances import schema
from instances.cells import CellError
from instances.columns import Column, Table
from instances.schema_framework import FRAMEWORK_TABLES
from optimiser.model.allocation import Rule
from optimiser.model.instance import Instance

Texts = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows of cell texts by heading, by table."""


def texts_of(instance: Instance) -> Texts:
    """Cells of all tables.

    Raises
    ------
    ValueError
        Naming everything in the instance that would not read back the same: the files know no empty text but
        "absent", no ``;`` inside a list, no ranked list without lines.
    """
    values = {**_framework(instance), **_need(instance), **_supply(instance), **_market(instance)}
    faults: list[str] = _homeless(instance)
    texts = {}
    for table in (*schema.TABLES, *FRAMEWORK_TABLES):
        rows = list(values[table.name])
        if not rows and not table.may_be_empty:
            faults.append(f"{table.name}: there are none, and the table may not be empty")
        texts[table.name] = [row_text(table, row, faults) for row in rows]
        faults.extend(_repeated(table, texts[table.name]))
    if faults:
        raise ValueError("this cannot be written so that it reads back the same: " + "; ".join(faults))
    return texts


def row_text(table: Table, row: Mapping[str, Any], faults: list[str]) -> dict[str, str]:
    """Text of each cell of a row of values, each read back to see that nothing is lost."""
    cells = {}
    for column in table.columns:
        cells[column.name] = text = _cell_text(column, row[column.name])
        if not _reads_back(column, text, row[column.name]):
            where = ", ".join(str(row[name]) for name in table.key) or "the one row"
            faults.append(f"{table.name} {where} [{column.name}]: {row[column.name]!r}")
    return cells


def _cell_text(column: Column, value: Any) -> str:
    return "" if value is None else column.kind.write(value)


def _reads_back(column: Column, text: str, value: Any) -> bool:
    if not text.strip():
        return not column.must_fill and bool(value == column.default)
    try:
        text.encode()
        return bool(column.kind.parse(text) == value)
    except (CellError, UnicodeEncodeError):
        return False


def _repeated(table: Table, rows: Iterable[Mapping[str, str]]) -> Iterable[str]:
    seen = set()
    for row in rows:
        key = tuple(row[name] for name in table.key)
        if key and key in seen:
            yield f"{table.name}: {', '.join(key)} stands twice"
        seen.add(key)


def _homeless(instance: Instance) -> list[str]:
    """What the tables have no place for."""
    faults = [
        f"ranked list {each.version} of {each.lot} has no lines"
        for each in instance.ranked_lists
        if not each.entries
    ]
    versions = [(each.version, each.lot, each.service) for each in instance.ranked_lists]
    faults += [
        f"ranked list {each} stands twice"
        for each in sorted({str(v) for v in versions if versions.count(v) > 1})
    ]
    return faults


def _framework(instance: Instance) -> dict[str, Iterable[Mapping[str, Any]]]:
    framework = instance.framework
    return {
        "framework": [
            {
                "name": framework.name,
                "version": framework.version,
                "county": instance.county,
                "as_of": instance.as_of,
                "source": framework.source,
                "last_resort_name": framework.last_resort_name,
                "least_providers": framework.least_providers,
                "new_starts_a_week": framework.new_starts_a_week,
                "urban_cell_metres": instance.area_kinds.cell_metres,
            }
        ],
        "tiers": [
            {
                "code": tier.code,
                "name": tier.name,
                "needs_cqc_good": tier.needs_cqc_good,
                "on_framework": tier.on_framework,
                "max_weeks": tier.max_weeks,
                "least_share": tier.least_share,
                "most_share": tier.most_share,
                "offered_after": tier.offered_after,
            }
            for tier in framework.tiers
        ],
        "ceilings": _rates(framework.ceilings),
        "last_resort_rates": _rates(framework.last_resort_rates),
        "floors": _rates(framework.floors),
        "rules": [{"rule": rule, "kind": framework.rules[rule]} for rule in Rule if rule in framework.rules],
        "caps": [
            {"of": each.of, "tier": each.tier, "warn_at": each.warn_at, "stop_at": each.stop_at}
            for each in framework.caps
        ],
        "guarantees": [
            {
                "provider_id": each.provider,
                "locality": each.locality,
                "weekly_minutes": each.weekly_care,
                "shortfall_rate": each.shortfall_rate,
            }
            for each in framework.guarantees
        ],
        "policies": [
            {"policy": each.policy, "objective": each.objective, "tolerance": each.tolerance}
            for each in framework.policies
        ],
        "assumptions": [
            {"topic": each.topic, "figure": each.figure, "basis": each.basis, "source": each.source}
            for each in instance.assumptions
        ],
    }


def _rates(rates: Mapping[Any, int]) -> list[Mapping[str, Any]]:
    by_word = sorted(rates.items(), key=lambda pair: str(pair[0].value))
    return [{"service_type": service, "rate": rate} for service, rate in by_word]


def _market(instance: Instance) -> dict[str, Iterable[Mapping[str, Any]]]:
    side = instance.area_kinds.cell_metres
    return {
        "lots": [
            {"lot_code": lot.code, "name": lot.name, "districts": lot.districts, "localities": lot.localities}
            for lot in instance.lots
        ],
        "localities": [
            {
                "locality_id": each.id,
                "name": each.name,
                "district_gss": each.district,
                "sectors": each.sectors,
            }
            for each in instance.localities
        ],
        "urban_cells": [
            {"easting": x * side, "northing": y * side} for x, y in sorted(instance.area_kinds.urban_cells)
        ],
    }


def _need(instance: Instance) -> dict[str, Iterable[Mapping[str, Any]]]:
    return {
        "packages": [
            {
                "package_id": package.id,
                "client_ref": package.client,
                "source_route": package.route,
                "client_group": package.client_group,
                "service_type": package.service,
                "lot_code": package.lot,
                "district_gss": package.district,
                "postcode": package.postcode,
                "sector": package.sector,
                "easting": package.place.easting,
                "northing": package.place.northing,
                "requested_on": package.requested_on,
                "needed_by": package.needed_by,
                "planned_end": package.planned_end,
                "weekly_minutes": package.weekly_care,
                "gender_of_carer": package.gender_of_carer,
                "language": package.language,
                "skills": package.skills,
                "household": package.household,
                "preferred_provider": package.chosen_provider,
                "excluded_providers": package.excluded_providers,
                "current_provider": package.current_provider,
                "with_provider_since": package.with_provider_since,
                "transfer_consent": package.transfer_consent,
                "transfer_consent_on": package.transfer_consent_on,
                "transfer_bar": package.transfer_bar,
            }
            for package in instance.packages
        ],
        "visits": [
            {
                "package_id": package.id,
                "visit_no": visit.number,
                "days": visit.days,
                "earliest": visit.window.earliest,
                "latest": visit.window.latest,
                "ideal": visit.ideal,
                "duration_min": visit.service_duration,
                "carers_required": visit.carers_needed,
                "time_critical": visit.time_critical,
                "min_gap_before_min": visit.min_gap_before,
                "short_visit_agreed": visit.short_visit_agreed,
            }
            for package in instance.packages
            for visit in package.visits
        ],
    }


def _supply(instance: Instance) -> dict[str, Iterable[Mapping[str, Any]]]:
    return {
        "providers": [
            {
                "provider_id": each.id,
                "name": each.name,
                "branch_postcode": None,
                "branch_easting": each.branch.easting if each.branch else None,
                "branch_northing": each.branch.northing if each.branch else None,
                "status": each.status,
                "status_from": each.status_from,
                "status_to": each.status_to,
                "cqc_location_id": each.cqc_location,
                "cqc_overall": each.cqc_overall,
                "cqc_safe": each.cqc_safe,
                "cqc_well_led": each.cqc_well_led,
                "skills": each.skills,
                "languages": each.languages,
                "genders": each.genders,
                "sme_vcse": each.is_small,
                "new_starts_a_week": each.new_starts_a_week,
            }
            for each in instance.providers
        ],
        "provider_lots": [
            {
                "provider_id": each.provider,
                "lot_code": each.lot,
                "service_type": each.service,
                "client_group": each.client_groups,
                "tier": each.tier,
                "rate": each.rate,
                "rate_unit": each.rate_unit,
                "zone_supplement": each.supplement,
                "effective_from": each.effective_from,
                "effective_to": each.effective_to,
            }
            for each in instance.admissions
        ],
        "ranked_list": [
            {
                "list_version": each.version,
                "lot_code": each.lot,
                "service_type": each.service,
                "rank": entry.rank,
                "provider_id": entry.provider,
                "price_score": entry.price_score,
                "quality_score": entry.quality_score,
                "total": entry.total,
                "effective_from": each.effective_from,
                "effective_to": each.effective_to,
            }
            for each in instance.ranked_lists
            for entry in each.entries
        ],
        "capacity": [
            {
                "provider_id": each.provider,
                "locality": each.locality,
                "band": each.band,
                "day_type": each.day_type,
                "spare_minutes": each.spare,
                "double_up_pairs": each.double_up_pairs,
                "as_of": each.as_of,
            }
            for each in instance.capacities
        ],
        "carers": [
            {
                "carer_ref": each.id,
                "provider_id": each.provider,
                "mode": each.mode,
                "gender": each.gender,
                "skills": each.skills,
                "languages": each.languages,
                "base_sector": None,
                "base_easting": each.depot.easting if each.depot else None,
                "base_northing": each.depot.northing if each.depot else None,
                "max_week_min": each.max_week,
            }
            for each in instance.carers
        ],
        "availability": [
            {"carer_ref": each.id, "days": shift.days, "start": shift.start, "end": shift.end}
            for each in instance.carers
            for shift in each.shifts
        ],
    }
