"""``carerounds compete``: sealed bids into awards, with proof, runners-up and a letter for each bidder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@click.argument("folder", type=options.PATH, required=False)
@click.option("--out", type=options.PATH, help="Folder for the results; made if missing.")
@click.option(
    "--seconds",
    type=options.Finite(0, min_open=True),
    help="Longest each decision may take: the awards, a runner-up, a figure moved. To proof where not given.",
)
@click.option(
    "--market",
    type=options.PATH,
    help="The market that the batches were made from: travel of every bundle is taken from rounds of the "
    "packages in FOLDER's batch_packages.csv, not from travel.csv.",
)
@options.travel
@options.seed
@options.overwrite
@click.option("--audit", type=options.PATH, help="Also write an audit pack: a folder, or one .zip.")
@click.option("--verify", type=options.PATH, help="Recompute an audit pack instead of evaluating anything.")
@click.option(
    "--example", type=options.PATH, help="Write a made-up competition to look at and to start from, and stop."
)
def compete(
    folder: Path | None,
    out: Path | None,
    seconds: float | None,
    market: Path | None,
    travel: options.TravelAsked,
    seed: int,
    overwrite: bool,
    audit: Path | None,
    verify: Path | None,
    example: Path | None,
) -> None:
    """Decide a mini-competition: who wins each batch, by how much, and what would change it.

    FOLDER holds competition.toml, bids.csv and quality.csv, and batches.csv and travel.csv if there are any
    (docs/formats.md). Nothing is evaluated before everything in it is sound.
    """
    from instances.audit_pack import write_pack
    from instances.competition_file import competition_files, competition_of
    from instances.competition_pack import competition_pack
    from instances.competitions import write_example
    from instances.schema_competition import TRAVEL
    from optimiser.cli.bundle_travel import with_travel
    from optimiser.cli.outputs import write_competition_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show_competition import show_competition, show_verified
    from optimiser.cli.staging import staged
    from optimiser.competition.evaluate import evaluate
    from optimiser.solving.limits import Limits
    from optimiser.solving.sealing import seal_of

    if example is not None:
        write_example(example, overwrite=overwrite)
        print(f"written to {example}; decide it with: carerounds compete {example} --out awards")
        return
    if verify is not None:
        show_verified(verify)
        return
    if folder is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    if audit is not None:
        options.beside("--audit", audit, (out, folder))
    if audit is not None and audit.exists() and not overwrite:
        raise FileExistsError(f"{audit} is there already: name another, or add --overwrite")
    if market is None and travel.is_asked:
        raise click.UsageError("--roads and --osrm are of rounds that --market has built: give --market too")
    files = competition_files(folder)
    inputs = (folder, *(() if market is None else (market,)), *travel.files)
    with staged(out, overwrite=overwrite, inputs=inputs) as drafts, on_stderr() as progress:
        if market is not None:
            files = with_travel(files, folder, market, travel, seed=seed, progress=progress)
        competition, warnings = competition_of(files)
        outcome = evaluate(competition, limits=Limits(seconds=seconds), seed=seed, progress=progress)
        write_competition_folder(drafts, competition, outcome)
        if market is not None:
            (drafts / TRAVEL.file).write_bytes(files[TRAVEL.file])
        written = ", ".join(sorted(path.name for path in drafts.iterdir()))
    if audit is not None:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        pack = competition_pack(files, competition, outcome, decided_at=now)
        write_pack(audit, pack, overwrite=overwrite)
    show_competition(competition, outcome, warnings)
    print(f"written to {out}: {written}")
    if audit is not None:
        print(f"audit pack {audit}, seal {seal_of(pack)}")
