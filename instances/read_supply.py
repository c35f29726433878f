"""Providers, admissions, ranked lists, capacity and carers out of rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from geodata.place import Place
from geodata.postcodes import PostcodeDirectory
from instances.cells import DISTRICT, SECTOR
from instances.read_market import check_rate
from instances.read_need import check_period
from instances.read_places import find_postcode, place_of
from instances.rows import REFERENCE_CODES, Row, Values
from optimiser.model.identifiers import CarerId, LocalityId, LotCode, ProviderId, TierCode
from optimiser.model.instance import suggest
from optimiser.model.supply import (
    Admission,
    Capacity,
    Carer,
    Provider,
    RankedEntry,
    RankedList,
    RateUnit,
    Shift,
)


def build_providers(values: Values, directory: PostcodeDirectory | None) -> tuple[Provider, ...]:
    """Providers of rows with nothing wrong."""
    branches: dict[int, Place | None] = {}
    for row in values.rows:
        if not row.raw.broken:
            found = find_postcode(row, "branch_postcode", directory)
            branches[id(row)] = place_of(
                row, "branch_easting", "branch_northing", found.place if found else None
            )
            check_period(row, "status_from", "status_to")
    return tuple(
        Provider(
            id=ProviderId(row["provider_id"]),
            name=row["name"],
            branch=branches[id(row)],
            status=row["status"],
            status_from=row["status_from"],
            status_to=row["status_to"],
            cqc_location=row["cqc_location_id"],
            cqc_overall=row["cqc_overall"],
            cqc_safe=row["cqc_safe"],
            cqc_well_led=row["cqc_well_led"],
            skills=row["skills"],
            languages=row["languages"],
            genders=row["genders"],
            is_small=row["sme_vcse"],
            new_starts_a_week=row["new_starts_a_week"],
        )
        for row in values.accepted
    )


def build_admissions(values: Values) -> tuple[Admission, ...]:
    """Admissions of rows with nothing wrong."""
    for row in values.rows:
        check_period(row, "effective_from", "effective_to")
        if row.has("rate", "rate_unit") and not row.raw.broken:
            weekly = row["rate_unit"] is RateUnit.WEEK
            check_rate(row, "rate", row["rate"], weekly=weekly, cause="rate_unit says which, hour or week")
    return tuple(
        Admission(
            provider=ProviderId(row["provider_id"]),
            lot=LotCode(row["lot_code"]),
            service=row["service_type"],
            client_groups=row["client_group"],
            tier=TierCode(row["tier"]),
            rate=row["rate"],
            rate_unit=row["rate_unit"],
            supplement=row["zone_supplement"],
            effective_from=row["effective_from"],
            effective_to=row["effective_to"],
        )
        for row in values.accepted
    )


def build_ranked_lists(values: Values) -> tuple[RankedList, ...]:
    """Ranked lists, each of all its lines; one with a rejected line is left out."""
    lines: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in values.rows:
        check_period(row, "effective_from", "effective_to")
        if not row.raw.broken and row.has("list_version", "lot_code", "service_type"):
            lines[row["list_version"], row["lot_code"], row["service_type"]].append(row)
    for rows in lines.values():
        _check_one_period(rows)
    return tuple(
        RankedList(
            version=version,
            lot=LotCode(lot),
            service=service,
            effective_from=rows[0]["effective_from"],
            effective_to=rows[0]["effective_to"],
            entries=tuple(
                RankedEntry(
                    rank=row["rank"],
                    provider=ProviderId(row["provider_id"]),
                    price_score=row["price_score"],
                    quality_score=row["quality_score"],
                    total=row["total"],
                )
                for row in rows
            ),
        )
        for (version, lot, service), rows in lines.items()
        if not any(row.rejected for row in rows)
    )


def _check_one_period(rows: list[Row]) -> None:
    """Refuse lines that give their list other dates than its first line does."""
    for column in ("effective_from", "effective_to"):
        dated = [row for row in rows if row.has(column)]
        for row in dated[1:]:
            first = dated[0]
            if row[column] != first[column]:
                row.reject(
                    "E257",
                    column,
                    f"list {row['list_version']} has {column} {row[column] or 'empty'} here and "
                    f"{first[column] or 'empty'} in row {first.raw.number}",
                    "give all lines of a list the same dates, or another list_version",
                )


def build_capacities(values: Values, localities: Values) -> tuple[Capacity, ...]:
    """Capacities of rows with nothing wrong."""
    named = localities.declared("locality_id")
    for row in values.rows:
        if row.raw.broken:
            continue
        if row.has("locality") and row["locality"] is not None and localities.whole:
            _check_locality(row, named)
        if row.has("band", "day_type") and (row["band"] is None) != (row["day_type"] is None):
            empty = "band" if row["band"] is None else "day_type"
            row.reject("E258", empty, "band and day_type go together", "fill both, or leave both empty")
    return tuple(
        Capacity(
            provider=ProviderId(row["provider_id"]),
            spare=row["spare_minutes"],
            locality=None if row["locality"] is None else LocalityId(row["locality"]),
            band=row["band"],
            day_type=row["day_type"],
            double_up_pairs=row["double_up_pairs"],
            as_of=row["as_of"],
        )
        for row in values.accepted
    )


def _check_locality(row: Row, named: Collection[str]) -> None:
    """Refuse what is neither a locality here nor has the form of a district or sector."""
    asked = row["locality"]
    if asked not in named and not any(re.fullmatch(each.regex, asked) for each in (DISTRICT, SECTOR)):
        code, word = REFERENCE_CODES["localities"]
        row.reject(code, "locality", f"no {word} called {asked!r}", suggest(asked, named))


def build_carers(
    carers: Values, availability: Values, directory: PostcodeDirectory | None
) -> tuple[Carer, ...]:
    """Carers of rows with nothing wrong, nor with any of their shifts."""
    shifts: dict[str, list[Row]] = defaultdict(list)
    for row in availability.rows:
        _check_shift(row)
        if row.has("carer_ref"):
            shifts[row["carer_ref"]].append(row)
    for rows in shifts.values():
        _check_apart(rows)
    middles = directory.sector_places() if directory and any(carers.declared("base_sector")) else {}
    depots = {id(row): _depot(row, middles) for row in carers.rows if not row.raw.broken}
    return tuple(
        Carer(
            id=CarerId(row["carer_ref"]),
            provider=ProviderId(row["provider_id"]),
            shifts=tuple(
                Shift(days=each["days"], start=each["start"], end=each["end"])
                for each in shifts[row["carer_ref"]]
            ),
            mode=row["mode"],
            gender=row["gender"],
            skills=row["skills"],
            languages=row["languages"],
            depot=depots[id(row)],
            max_week=row["max_week_min"],
        )
        for row in carers.accepted
        if not any(each.rejected for each in shifts[row["carer_ref"]])
    )


def _depot(row: Row, middles: Mapping[str, Place]) -> Place | None:
    home = None
    if row.has("base_sector") and row["base_sector"] is not None:
        home = middles.get(row["base_sector"])
        if home is None:
            asked = row["base_sector"]
            row.reject(
                "E222", "base_sector", f"there is no postcode sector {asked!r}", suggest(asked, middles)
            )
    return place_of(row, "base_easting", "base_northing", home)


def _check_apart(rows: Sequence[Row]) -> None:
    """Refuse a shift that overlaps an earlier one of the same carer on the same day."""
    whole = [row for row in rows if not row.raw.broken and row.has("days", "start", "end")]
    for number, row in enumerate(whole):
        for other in whole[:number]:
            if row["days"] & other["days"] and row["start"] < other["end"] and other["start"] < row["end"]:
                message = "the shift overlaps another of the same carer on the same day"
                row.reject("E259", "start", message, "make one shift of the two, or set them apart")
                break


def _check_shift(row: Row) -> None:
    if not row.raw.broken and row.has("start", "end") and row["end"] <= row["start"]:
        cure = "swap the two times; for an end after midnight count on: 26:00 is two in the morning"
        row.reject("E227", "end", "the shift ends before it starts", cure)
