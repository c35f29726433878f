"""Prices and carers' pay told on stdout: what was assumed first."""

from __future__ import annotations

from collections.abc import Sequence

from instances.schema_tariffs import tariff_line
from optimiser.impact.minimum_wage import CarerPay, PaidTime
from optimiser.impact.price import HEADROOM, Price
from optimiser.impact.prices import Prices
from optimiser.model.instance import Instance
from optimiser.model.tariff import DatedFigure, Tariff
from optimiser.report.wording import count, pounds, spoken

FEW = 8


def show_tariff(lines: Sequence[DatedFigure]) -> None:
    """Every figure that holds on the day, and who says so."""
    print("resting on:")
    for line in lines:
        print(f"  {tariff_line(line)}")


def show_prices(instance: Instance, prices: Prices) -> None:
    """Prices of lots with their parts, what the next competition may expect, and rates below."""
    print("an hour of a carer's care, by lot: contact + travel + waiting + miles + on-costs + overhead")
    for lot, price in prices.by_lot.items():
        thin = "  too few visits to go by" if price.is_thin else ""
        print(f"  {lot:<12} {pounds(price.total, 2):>7} = {_parts(price)}{thin}")
        within = prices.ranges.get(lot)
        if within is not None:
            print(
                f"  {'':<12} next competition: floor {pounds(within.floor, 2)}, "
                f"ceiling {pounds(within.ceiling, 2)} (dearest locality and {HEADROOM} %)"
            )
    if not prices.below:
        print("no rate in force lies below its lot's floor")
        return
    print(f"{count(len(prices.below), 'rate')} in force below the lot's floor:")
    for each in prices.below[:FEW]:
        name = instance.provider_by_id[each.provider].name
        short = pounds(each.floor - each.rate, 2)
        print(f"  {name}, {each.lot}, {spoken(each.service.value)}: {pounds(each.rate, 2)}, {short} short")
    if len(prices.below) > FEW:
        print(f"  and {len(prices.below) - FEW} more in rates_below.csv")


def _parts(price: Price) -> str:
    parts = (price.contact, price.travel, price.waiting, price.mileage, price.on_costs, price.overhead)
    return " + ".join(f"{part / 100:.2f}" for part in parts)


def show_pay(pay: Sequence[CarerPay], tariff: Tariff, paid_time: PaidTime) -> None:
    """How pay stands to the minimum wage, with the assumption it hangs on, and red flags."""
    below = [each for each in pay if each.is_below]
    print(
        f"minimum wage {pounds(tariff.minimum_wage, 2)}: pay of {pounds(tariff.wage, 2)} for "
        f"{paid_time.value}, less unpaid miles, over contact, travel between visits, handover and waiting"
    )
    if not below:
        print(f"  none of {count(len(pay), 'carer')} falls below it")
        return
    print(f"  RED FLAG: {len(below)} of {count(len(pay), 'carer')} would fall below it:")
    for each in below[:FEW]:
        print(
            f"  {each.carer}: {pounds(each.rate, 2)} an hour worked; "
            f"{pounds(each.needed, 2)} an hour paid would be needed"
        )
    if len(below) > FEW:
        print(f"  and {len(below) - FEW} more in pay.csv")
