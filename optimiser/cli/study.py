"""``carerounds study``: what a way of placing packages does to travel."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@options.instance
@options.out
@options.policy("--baseline", "cascade", "What it is compared with; cascade is brokers' practice today.")
@options.policy("--proposal", "coherent", "What is proposed.")
@options.day
@options.runs
@options.steps
@options.gap
@options.seconds
@options.travel
@options.seed
@options.postcodes
@options.tariffs
@options.overwrite
def study(
    instance: Path,
    out: Path,
    baseline: str,
    proposal: str,
    day: str,
    runs: int,
    steps: int,
    gap: float,
    seconds: float | None,
    seed: int,
    postcodes: Path | None,
    tariffs: Path | None,
    overwrite: bool,
    travel: options.TravelAsked,
) -> None:
    """Place packages two ways, build the same day under both, and show the difference on a page.

    Where INSTANCE is a study file (study.toml), its scenarios are built beside the plan there is: zones
    redrawn, roads closed, a provider gone and so on; the file then says the day, the seeds and the steps. A
    study that was interrupted goes on where it stopped when the same command is given again.
    """
    if instance.suffix.casefold() == ".toml":
        from optimiser.cli.scenarios import run_study

        _said_by_the_file(click.get_current_context())
        run_study(instance, out, travel=travel, tariffs=tariffs, postcodes=postcodes, overwrite=overwrite)
        return
    from optimiser.cli.comparison import compare
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import in_force, read_market
    from optimiser.cli.show_study import show_comparison
    from optimiser.cli.staging import staged
    from optimiser.cli.study_folder import write_study_folder
    from optimiser.cli.travel import travel_of
    from optimiser.solving.limits import Limits

    market = read_market(instance, postcodes)
    by = travel_of(travel, market)
    _, tariff = in_force(tariffs, market)
    own = () if tariffs is None else (tariffs,)
    with (
        staged(out, overwrite=overwrite, inputs=(instance, *own, *travel.files)) as folder,
        on_stderr() as progress,
    ):
        compared = compare(
            market,
            travel=by,
            baseline=baseline,
            proposal=proposal,
            day=day,
            seeds=range(seed, seed + runs),
            allocation_limits=Limits(gap=gap, seconds=seconds),
            round_limits=Limits(iterations=steps),
            tariff=tariff,
            progress=progress,
        )
        write_study_folder(folder, compared, progress=progress)
    show_comparison(compared)
    print(f"written to {out}: open report.html")


def _said_by_the_file(context: click.Context) -> None:
    """A usage error for an option that a study file says itself, or has no use for."""
    said = click.core.ParameterSource.COMMANDLINE
    for name in ("baseline", "proposal", "day", "runs", "steps", "gap", "seconds", "seed"):
        if context.get_parameter_source(name) is said:
            raise click.UsageError(
                f"a study file says its days, runs, seed, steps and scenarios: drop --{name}"
            )
