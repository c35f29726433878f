"""Packages and their visits out of rows: windows, sums, overlaps, homes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from geodata.place import Place
from geodata.postcodes import Postcode, PostcodeDirectory
from instances.cells import clock_text
from instances.read_places import check_district, find_postcode, place_of
from instances.rows import Row, Values
from instances.schema import LONGEST_VISIT
from optimiser.model.calendar import MINUTE, Weekday, clock
from optimiser.model.identifiers import DistrictCode, LotCode, PackageId, ProviderId
from optimiser.model.instance import suggest
from optimiser.model.need import Package, ServiceKind, Visit, Window


def build_packages(
    packages: Values, visits: Values, districts: Collection[str] | None, directory: PostcodeDirectory | None
) -> tuple[Package, ...]:
    """Packages of rows with nothing wrong, nor with any of their visits.

    Parameters
    ----------
    districts
        All that any lot covers; ``None`` where the lots could not be read.
    """
    whole = [row for row in packages.rows if not row.raw.broken]
    homes = {id(row): _check_home(row, districts, directory) for row in whole}
    for row in whole:
        check_period(row, "requested_on", "planned_end")
    own = _by_package(visits)
    services = {
        row["package_id"]: row["service_type"]
        for row in packages.rows
        if row.has("package_id", "service_type")
    }
    made = {id(row): _build_visit(row, services) for row in visits.rows}
    for rows in own.values():
        _check_overlaps(rows)
    if visits.whole:
        _check_sums(packages, visits, own)
    built = []
    for row in packages.accepted:
        home = homes[id(row)]
        rows = own.get(row["package_id"], [])
        schedule = [visit for each in rows if not each.rejected and (visit := made[id(each)]) is not None]
        if home is not None and len(schedule) == len(rows):
            built.append(_build_package(row, *home, tuple(schedule)))
    return tuple(built)


def _by_package(visits: Values) -> Mapping[str, list[Row]]:
    own: dict[str, list[Row]] = defaultdict(list)
    for row in visits.rows:
        if row.has("package_id"):
            own[row["package_id"]].append(row)
    return own


def _check_home(
    row: Row, districts: Collection[str] | None, directory: PostcodeDirectory | None
) -> tuple[Postcode, Place] | None:
    """The home's postcode and place; ``None`` where they are not to be trusted."""
    known = True
    if districts is not None and row.has("district_gss") and row["district_gss"] not in districts:
        known = False
        asked = row["district_gss"]
        row.reject("E250", "district_gss", f"no lot covers a district {asked}", suggest(asked, districts))
    found = find_postcode(row, "postcode", directory)
    if found is None:
        place_of(row, "easting", "northing", None)
        return None
    if row.has("sector") and row["sector"] not in (None, found.sector):
        cure = f"write {found.sector}, or leave it empty"
        row.reject("E220", "sector", f"{row['sector']} is not the sector of {found.postcode}", cure)
    # A postcode of another district says nothing about coordinates that may well be right.
    if known and districts is not None and not check_district(row, found, districts):
        return None
    place = place_of(row, "easting", "northing", found.place)
    return None if place is None else (found, place)


def check_period(row: Row, first: str, last: str) -> None:
    """Refuse a period that ends before it starts; either end may be open."""
    if not row.has(first, last) or row[first] is None or row[last] is None or row[first] <= row[last]:
        return
    row.reject(
        "E227",
        last,
        f"{last} {row[last].isoformat()} lies before {first} {row[first].isoformat()}",
        "swap the two dates, or correct the one mistyped",
    )


def _build_visit(row: Row, services: Mapping[str, ServiceKind]) -> Visit | None:
    """The visit; ``None`` with a reason in the report."""
    if row.raw.broken:
        return None
    _check_window(row)
    if row.has("package_id", "duration_min") and row["duration_min"] > LONGEST_VISIT * MINUTE:
        service = services.get(row["package_id"])
        if service is not None and service is not ServiceKind.LIVE_IN:
            row.reject(
                "E215",
                "duration_min",
                f"{row['duration_min'] // MINUTE} minutes is more than {LONGEST_VISIT}",
                f"a visit of {service.value} takes 15 to {LONGEST_VISIT} minutes; only live_in takes more",
            )
    if row.rejected:
        return None
    return Visit(
        number=row["visit_no"],
        days=row["days"],
        window=Window(row["earliest"], row["latest"]),
        service_duration=row["duration_min"],
        carers_needed=row["carers_required"],
        ideal=row["ideal"],
        time_critical=row["time_critical"],
        min_gap_before=row["min_gap_before_min"],
        short_visit_agreed=row["short_visit_agreed"],
    )


def _clock(seconds: int) -> str:
    return clock_text(seconds, always_seconds=False)


def _check_window(row: Row) -> None:
    if not row.has("earliest", "latest"):
        return
    earliest, latest = row["earliest"], row["latest"]
    if latest < earliest:
        cure = "swap the two times, or correct the one mistyped"
        if earliest >= 18 * 3600:
            cure += f"; for {_clock(latest)} on the next morning write {_clock(latest + 24 * 3600)}"
        row.reject(
            "E204", "latest", f"window ends before it starts: {_clock(earliest)}–{_clock(latest)}", cure
        )
    elif row.has("ideal") and row["ideal"] is not None and not earliest <= row["ideal"] <= latest:
        row.reject(
            "E256",
            "ideal",
            f"wished time {_clock(row['ideal'])} is outside the window {_clock(earliest)}–{_clock(latest)}",
            "widen the window, or correct the wished time",
        )


def _check_sums(packages: Values, visits: Values, own: Mapping[str, Sequence[Row]]) -> None:
    """Compare each package's minutes a week with what its visits add up to, where both can be read."""
    times = Counter(row["package_id"] for row in packages.rows if row.has("package_id"))
    # A visit that names no package may be the very one that a sum lacks.
    orphans = any(not row.has("package_id") or row["package_id"] not in times for row in visits.rows)
    for row in packages.rows:
        if row.raw.broken or not row.has("package_id", "weekly_minutes") or times[row["package_id"]] > 1:
            continue
        rows = own.get(row["package_id"], ())
        if any(each.raw.broken or not each.has("days", "duration_min", "carers_required") for each in rows):
            continue
        if len({each["visit_no"] for each in rows if each.has("visit_no")}) < len(rows):
            continue  # a visit that stands twice is counted twice
        total = sum(each["duration_min"] * each["carers_required"] * len(each["days"]) for each in rows)
        stated = row["weekly_minutes"]
        if total != stated and not (orphans and total < stated):
            row.reject(
                "E254",
                "weekly_minutes",
                f"{_minutes(stated)} minutes a week stated, its visits add up to {_minutes(total)}",
                f"write {_minutes(total)}, or correct the visits (minutes × carers × days)"
                if total
                else "add its visits to visits.csv",
            )


def _minutes(seconds: int) -> str:
    return f"{seconds / MINUTE:.15g}"


def _check_spacing(rows: Sequence[Row]) -> None:
    """Warn of a visit that cannot start in its window once those before it, and the gap, are over."""
    for day in Weekday:
        free_at = 0
        for row in sorted((row for row in rows if day in row["days"]), key=lambda row: int(row["visit_no"])):
            gap = row["min_gap_before_min"] if free_at and row.has("min_gap_before_min") else 0
            start = max(int(row["earliest"]), free_at + gap)
            if start > row["latest"]:
                row.warn(
                    "E275",
                    "latest",
                    f"visit {row['visit_no']} must start by {clock(row['latest'])}, but the visits before it "
                    f"and the gap take until {clock(start)}",
                    "widen the window, shorten the gap, or number the visits in the order of the day",
                )
                return
            free_at = start + row["duration_min"]


def _check_overlaps(rows: Sequence[Row]) -> None:
    """Refuse two visits of one package on one day that no order keeps apart; warn where wishes overlap."""
    needed = ("visit_no", "days", "earliest", "latest", "ideal", "duration_min")
    ready = [
        row for row in rows if not row.raw.broken and row.has(*needed) and row["earliest"] <= row["latest"]
    ]
    overlapping = False
    for one, two in combinations(ready, 2):
        if not one["days"] & two["days"] or one["visit_no"] == two["visit_no"]:
            continue
        if not _fits(one, two) and not _fits(two, one):
            overlapping = True
            two.reject(
                "E255",
                "earliest",
                f"visit {two['visit_no']} must overlap visit {one['visit_no']} of the same package",
                "set the windows apart; for two carers at once write one visit with carers_required 2",
            )
        elif _wishes_overlap(one, two):
            two.warn(
                "E274",
                "ideal",
                f"the wished time of visit {two['visit_no']} falls into visit {one['visit_no']}",
                "set the wished times apart",
            )
    if not overlapping:
        _check_spacing(ready)


def _fits(first: Row, then: Row) -> bool:
    """Whether one visit can be over before the other must start."""
    return bool(first["earliest"] + first["duration_min"] <= then["latest"])


def _wishes_overlap(one: Row, two: Row) -> bool:
    if one["ideal"] is None or two["ideal"] is None:
        return False
    first, then = sorted((one, two), key=lambda row: row["ideal"])
    return bool(first["ideal"] + first["duration_min"] > then["ideal"])


def _build_package(row: Row, home: Postcode, place: Place, schedule: tuple[Visit, ...]) -> Package:
    chosen, current = row["preferred_provider"], row["current_provider"]
    return Package(
        id=PackageId(row["package_id"]),
        client=row["client_ref"],
        service=row["service_type"],
        client_group=row["client_group"],
        route=row["source_route"],
        lot=LotCode(row["lot_code"]),
        district=DistrictCode(row["district_gss"]),
        postcode=home.postcode,
        sector=home.sector,
        place=place,
        requested_on=row["requested_on"],
        visits=schedule,
        needed_by=row["needed_by"],
        planned_end=row["planned_end"],
        gender_of_carer=row["gender_of_carer"],
        language=row["language"],
        skills=row["skills"],
        household=row["household"],
        chosen_provider=None if chosen is None else ProviderId(chosen),
        excluded_providers=frozenset(map(ProviderId, row["excluded_providers"])),
        current_provider=None if current is None else ProviderId(current),
        with_provider_since=row["with_provider_since"],
        transfer_consent=row["transfer_consent"],
        transfer_consent_on=row["transfer_consent_on"],
        transfer_bar=row["transfer_bar"],
    )
