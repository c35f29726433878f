"""``carerounds allocate``: packages to providers, with what it takes to defend each placement."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@click.argument("instance", type=options.PATH, required=False)
@click.option("--out", type=options.PATH, help="Folder for the results; made if missing.")
@options.policy("--policy", "coherent", "How packages are placed.")
@options.gap
@options.seconds
@options.travel
@options.seed
@options.postcodes
@options.overwrite
@click.option("--own-policy", help="A policy that the contract itself defines, instead of --policy.")
@click.option(
    "--rules",
    help="A preset (essex-2025, norfolk-principal, …) or rules file instead of the instance's contract.",
)
@click.option(
    "--explain/--no-explain",
    default=True,
    show_default=True,
    help="Also write why: decisions, exclusions, proofs of shortage, what an hour is worth, fairness.",
)
@click.option(
    "--from",
    "before",
    type=options.PATH,
    help="An earlier allocation (folder or allocation.csv) to go on from: whoever may keep a package does.",
)
@click.option(
    "--engine",
    type=click.Choice(["highs", "cp-sat"]),
    default="highs",
    show_default=True,
    help="What proves: cp-sat is slower, and a second opinion.",
)
@click.option(
    "--models",
    type=click.Choice(["mps", "lp"]),
    help="Also write the model of each objective that is proven, for any other solver.",
)
@click.option("--audit", type=options.PATH, help="Also write an audit pack: a folder, or one .zip.")
@click.option("--verify", type=options.PATH, help="Recompute an audit pack instead of placing anything.")
def allocate(
    instance: Path | None,
    out: Path | None,
    policy: str,
    gap: float,
    seconds: float | None,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
    rules: str | None,
    own_policy: str | None,
    explain: bool,
    before: Path | None,
    engine: str,
    models: str | None,
    audit: Path | None,
    verify: Path | None,
    travel: options.TravelAsked,
) -> None:
    """Give each package to one provider, exactly as the contract says, with a reason for every exclusion.

    cascade: one at a time in rank order, as brokers do today. ranked: the contract's order, then cost.
    coherent: the contract's order, then short roads. cost: cheapest. scored: the highest scores, whatever the
    order; who has no score counts as 50 of 100.

    With --verify PACK nothing is placed: the pack is recomputed, and held against INSTANCE if given (with the
    same --from, if the run had one).
    """
    from instances.allocation_file import read_providers
    from optimiser.allocation.allocate import allocate as solve
    from optimiser.allocation.explain import seats_of
    from optimiser.allocation.model_files import ModelFormat, write_models
    from optimiser.allocation.notes import notes
    from optimiser.allocation.policy import policies_of, policy_called
    from optimiser.allocation.problem import Prepared
    from optimiser.allocation.stages import Engine
    from optimiser.allocation.standing import Standing, current, going_on
    from optimiser.allocation.with_cp_sat import WithCpSat
    from optimiser.allocation.with_highs import WithHighs
    from optimiser.cli.outputs import write_allocation_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.proving import checked_pack, keep_pack, write_and_prove
    from optimiser.cli.reading import read_market
    from optimiser.cli.show import show_allocation, show_notes, show_standing
    from optimiser.cli.show_proof import show_proof
    from optimiser.cli.staging import staged
    from optimiser.cli.travel import travel_of
    from optimiser.solving.limits import Limits
    from optimiser.solving.progress import Progress

    if verify is not None:
        against = None if instance is None else read_market(instance, postcodes, rules)
        if against is not None and before is not None:
            against = going_on(against, read_providers(before))
        checked_pack(verify, against)
        return
    if instance is None:
        raise click.UsageError("Missing argument 'INSTANCE'.")
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    if audit is not None:
        options.beside("--audit", audit, (out, instance))
    if audit is not None and audit.exists() and not overwrite:
        raise FileExistsError(f"{audit} is there already: name another, or add --overwrite")
    market = read_market(instance, postcodes, rules)
    had = {} if before is None else read_providers(before)
    if had and not had.keys() & market.package_by_id.keys():
        raise click.UsageError(f"{before} places no package of {instance}: is it of another instance?")
    market = going_on(market, had)
    by = travel_of(travel, market)
    if own_policy is not None:
        options.known("--own-policy", [own_policy], (each.name for each in policies_of(market.framework)))
    given = (before, None if rules is None else Path(rules))
    inputs = (instance, *(each for each in given if each is not None and each.exists()), *travel.files)
    proven = None
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        progress(Progress(task="reading the contract"))
        prepared = Prepared.of(market)
        proves: Engine = WithCpSat() if engine == "cp-sat" else WithHighs()
        result = solve(
            market,
            prepared=prepared,
            keep=before is not None,
            policy=own_policy or policy,
            travel=by,
            limits=Limits(gap=gap, seconds=seconds),
            seed=seed,
            engine=proves,
            progress=progress,
        )
        told = notes(market, result.solution, prepared)
        write_allocation_folder(folder, market, result, told, exclusions=explain)
        if models is not None:
            progress(Progress(task="writing models"))
            asked_of = prepared.problem
            if before is not None:
                # What stands is in no model: another solver would move it.
                asked_of = Standing.of(asked_of, current(market), engine=proves, seed=seed).rest()
            seats = seats_of(asked_of, dict(result.solution.provider_of))
            asked = policy_called(own_policy or policy, market.framework)
            list(write_models(folder, asked_of, asked, seats, ModelFormat(models)))
        if explain or audit is not None:
            progress(Progress(task="proving what is short"))
            proven = write_and_prove(folder if explain else None, market, result, prepared)
        if audit is not None and proven is not None:
            now = datetime.now().astimezone().isoformat(timespec="seconds")
            seal = keep_pack(audit, market, result, proven.proof, decided_at=now, overwrite=overwrite)
        written = ", ".join(sorted(path.name for path in folder.iterdir()))
    show_allocation(market, result)
    if before is not None:
        show_standing(result.solution, had)
    show_notes(told)
    if proven is not None:
        show_proof(proven.proof, proven.prices, proven.people)
    print(f"written to {out}: {written}")
    if audit is not None:
        print(f"audit pack {audit}, seal {seal}")
