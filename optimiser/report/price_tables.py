"""Prices as tables for a spreadsheet: by lot and locality, ranges of lots, rates below, carers' pay."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from optimiser.impact.minimum_wage import CarerPay
from optimiser.impact.prices import Prices
from optimiser.model.calendar import HOUR
from optimiser.model.instance import Instance
from optimiser.report.writing import write_csv

PARTS = ("contact", "travel", "waiting", "mileage", "on_costs", "overhead", "total")


def write_price_tables(folder: Path, instance: Instance, prices: Prices) -> None:
    """Write ``prices.csv``, ``ranges.csv`` and ``rates_below.csv``; money in pounds."""
    rows = [("lot", lot, "", price) for lot, price in prices.by_lot.items()]
    rows += [("locality", lot, locality, price) for (lot, locality), price in prices.by_locality.items()]
    write_csv(
        folder / "prices.csv",
        ("area", "lot_code", "locality", "name", "contact_hours", *PARTS, "too_few_visits"),
        (
            (
                kind, lot, locality, prices.names.get(locality or lot, locality or lot),
                round(price.contact_seconds / HOUR, 1),
                *(_pounds(getattr(price, part)) for part in PARTS),
                "yes" if price.is_thin else "no",
            )
            for kind, lot, locality, price in rows
        ),
    )  # fmt: skip
    write_csv(
        folder / "ranges.csv",
        ("lot_code", "name", "floor", "ceiling"),
        (
            (lot, prices.names.get(lot, lot), _pounds(each.floor), _pounds(each.ceiling))
            for lot, each in prices.ranges.items()
        ),
    )
    write_csv(
        folder / "rates_below.csv",
        ("provider_id", "provider_name", "lot_code", "service_type", "rate", "floor", "short"),
        (
            (
                each.provider, instance.provider_by_id[each.provider].name, each.lot, each.service.value,
                *map(_pounds, (each.rate, each.floor, each.floor - each.rate)),
            )
            for each in prices.below
        ),
    )  # fmt: skip


def write_pay_table(path: Path, pay: Iterable[CarerPay]) -> None:
    """Write the minimum-wage check, carer by carer; a carer goes by the reference that rounds have."""
    write_csv(
        path,
        ("provider_id", "carer_ref", "working_hours", "paid_hours", "rate", "rate_needed", "below_minimum"),
        (
            (
                each.provider, each.carer, round(each.working / HOUR, 2), round(each.paid / HOUR, 2),
                _pounds(each.rate), _pounds(each.needed), "yes" if each.is_below else "no",
            )
            for each in pay
        ),
    )  # fmt: skip


def _pounds(pence: int) -> str:
    return f"{pence / 100:.2f}"
