"""The framework, lots and localities out of their rows."""

from __future__ import annotations

from collections.abc import Iterable

from geodata.report import Report
from instances.rows import Row, Values
from instances.schema import HOURLY_RATE, WEEKLY_RATE
from optimiser.model.identifiers import DistrictCode, LocalityId, LotCode, TierCode
from optimiser.model.instance import Assumption
from optimiser.model.market import Framework, Locality, Lot, Tier
from optimiser.model.need import ServiceKind


def framework_row(values: Values, report: Report) -> Row | None:
    """The one row that speaks of the contract; ``None`` where it cannot be used."""
    if len(values.rows) > 1:
        report.add(
            "E228",
            values.file,
            f"has {len(values.rows)} rows",
            row=3,
            cure="one contract, one row: delete the rest",
        )
    row = values.rows[0] if values.rows else None
    return None if row is None or row.rejected else row


def check_rate(row: Row, column: str, pence: int, *, weekly: bool, cause: str) -> None:
    """Refuse an absurd rate: pounds an hour where a week is meant, or pence where pounds are."""
    low, high = WEEKLY_RATE if weekly else HOURLY_RATE
    if not 100 * low <= pence <= 100 * high:
        unit = "a week" if weekly else "an hour"
        message = f"£{pence / 100:,.2f} {unit} lies outside £{low:,} to £{high:,}"
        row.reject("E215", column, message, f"give pounds {unit}: {cause}")


def rates(values: Values) -> dict[ServiceKind, int]:
    """Pence by kind of service."""
    found = {}
    for row in values.accepted:
        weekly = row["service_type"] is ServiceKind.LIVE_IN
        check_rate(
            row, "rate", row["rate"], weekly=weekly, cause="live_in is paid by the week, all else by the hour"
        )
        found[row["service_type"]] = row["rate"]
    return found


def stand_in(services: Iterable[ServiceKind]) -> Framework:
    """A framework that finds no fault, for where the real one cannot be read and packages must be judged."""
    return Framework(
        name="",
        version="",
        tiers=(Tier(code=TierCode(""), name=""),),
        last_resort_rates=dict.fromkeys(services, 1),
    )


def build_lots(values: Values) -> tuple[Lot, ...]:
    """Lots of accepted rows."""
    return tuple(
        Lot(
            code=LotCode(row["lot_code"]),
            name=row["name"],
            districts=frozenset(map(DistrictCode, row["districts"])),
            localities=frozenset(map(LocalityId, row["localities"])),
        )
        for row in values.accepted
    )


def build_localities(values: Values) -> tuple[Locality, ...]:
    """Localities of accepted rows."""
    return tuple(
        Locality(
            id=LocalityId(row["locality_id"]),
            name=row["name"],
            district=DistrictCode(row["district_gss"]),
            sectors=row["sectors"],
        )
        for row in values.accepted
    )


def build_assumptions(values: Values) -> tuple[Assumption, ...]:
    """Assumptions of accepted rows."""
    return tuple(
        Assumption(topic=row["topic"], figure=row["figure"], basis=row["basis"], source=row["source"])
        for row in values.accepted
    )
