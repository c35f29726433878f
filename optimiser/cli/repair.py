"""``carerounds repair``: a planned day after somebody has fallen ill, come, or gone."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@options.instance
@click.option(
    "--allocation",
    type=options.PATH,
    required=True,
    help="As it is now: who is in it and not in the rounds is new, the other way round has ended.",
)
@click.option(
    "--rounds", type=options.PATH, required=True, help="Folder that rounds wrote, or its rounds.csv."
)
@click.option("--absent", multiple=True, help="A carer who is away, as named in rounds.csv; once for each.")
@click.option("--ended", multiple=True, help="A package to leave out; once for each.")
@options.out
@options.day
@options.steps
@options.travel
@options.seed
@options.postcodes
@options.overwrite
def repair(
    instance: Path,
    allocation: Path,
    rounds: Path,
    absent: tuple[str, ...],
    ended: tuple[str, ...],
    out: Path,
    day: str,
    steps: int,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
    travel: options.TravelAsked,
) -> None:
    """Change a planned day as little as absences, new people and ended care ask for.

    What changed, for whom, is in summary.json.
    """
    from instances.results import missing_packages, read_allocation
    from optimiser.cli.outputs import write_repair_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import day_of, of_known_providers, read_market
    from optimiser.cli.show import show_repair
    from optimiser.cli.staging import staged
    from optimiser.cli.travel import travel_of
    from optimiser.model.identifiers import CarerId, PackageId
    from optimiser.rounds.repair import repair as repaired
    from optimiser.solving.limits import Limits

    market = read_market(instance, postcodes)
    by = travel_of(travel, market)
    placed = read_allocation(allocation, market)
    missing_packages(placed, market).raise_if_any()
    plan = day_of(rounds, day)
    of_known_providers(rounds, plan, market)
    carers = {each.carer for each in plan.rounds} | {each.id for each in market.carers}
    options.known("--absent", absent, carers)
    options.known("--ended", ended, market.package_by_id)
    inputs = (instance, allocation, rounds, *travel.files)
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        result = repaired(
            market,
            placed,
            plan,
            absent=[CarerId(each) for each in absent],
            ended=[PackageId(each) for each in ended],
            travel=by,
            limits=Limits(iterations=steps),
            seed=seed,
            progress=progress,
        )
        write_repair_folder(folder, market, result, by)
    show_repair(market, result, by)
    print(f"written to {out}: rounds.csv, summary.json")
