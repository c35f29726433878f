"""``carerounds price``: what an hour of care costs to give, from the rounds, and whose pay falls short."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options

PAID = ("all", "contact-and-travel", "contact")


@click.command()
@options.instance
@click.option(
    "--rounds", "built", type=options.PATH, required=True, help="Rounds as built (folder or rounds.csv)."
)
@click.option(
    "--paid",
    type=click.Choice(PAID),
    default="all",
    show_default=True,
    help="What carers are paid for, in the minimum-wage check.",
)
@options.out
@options.tariffs
@options.postcodes
@options.overwrite
def price(
    instance: Path,
    built: Path,
    paid: str,
    out: Path,
    tariffs: Path | None,
    postcodes: Path | None,
    overwrite: bool,
) -> None:
    """Price an hour of care by lot and locality from the rounds themselves, and check carers' pay.

    Contact, travel, waiting, miles, on-costs and overhead: a floor and a ceiling for the next competition,
    rates in force that lie below, and carers whose pay falls short of the minimum wage.
    """
    from instances.results import read_rounds
    from optimiser.cli.reading import in_force, read_market
    from optimiser.cli.show_price import show_pay, show_prices, show_tariff
    from optimiser.cli.staging import staged
    from optimiser.impact.minimum_wage import PaidTime, minimum_wage_check
    from optimiser.impact.prices import prices_of
    from optimiser.report.price_tables import write_pay_table, write_price_tables

    market = read_market(instance, postcodes)
    lines, tariff = in_force(tariffs, market)
    plans = read_rounds(built, market)
    paid_time = dict(zip(PAID, PaidTime, strict=True))[paid]
    inputs = (instance, built, *(each for each in (tariffs,) if each is not None))
    with staged(out, overwrite=overwrite, inputs=inputs) as folder:
        prices = prices_of(market, plans, tariff)
        pay = minimum_wage_check(plans, tariff, paid_time=paid_time)
        write_price_tables(folder, market, prices)
        write_pay_table(folder / "pay.csv", pay)
    show_tariff(lines)
    show_prices(market, prices)
    show_pay(pay, tariff, paid_time)
    print(f"written to {out}: prices.csv, ranges.csv, rates_below.csv, pay.csv")
