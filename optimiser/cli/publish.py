"""``carerounds publish``: open demand, shown as far as it may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimiser.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geodata.postcodes import PostcodeDirectory
    from optimiser.cli.publishing import Made
    from optimiser.model.instance import Instance
    from optimiser.model.need import Package
    from optimiser.publishing.figures import Level
    from optimiser.publishing.history import Kept
    from optimiser.report.publication_areas import Areas

AREAS = ("district", "locality", "outward")


@click.command()
@options.instance
@click.option(
    "--level", type=click.Choice(("A", "B")), required=True, help="A: the public. B: framework providers."
)
@click.option("--allocation", type=options.PATH, help="Folder that allocate wrote: who has nobody.")
@click.option("--preview", is_flag=True, help="Say what would be shown, coarsened, withheld; write nothing.")
@click.option("--out", type=options.PATH, help="Folder for what may leave the council; made if missing.")
@click.option("--log", type=options.PATH, help="Log of publications (JSONL); begun if missing.")
@click.option("--by", help="Who releases it, for the log.")
@click.option(
    "--areas", default="district,outward", show_default=True, help="Level A: district, locality, outward."
)
@click.option(
    "--hide-up-to", type=click.IntRange(7), default=7, show_default=True, help="Level A: counts hidden."
)
@click.option(
    "--alike", type=click.IntRange(5), default=5, show_default=True, help="Level B: cards that look the same."
)
@click.option(
    "--cadence", type=click.IntRange(7), default=7, show_default=True, help="Days between publications."
)
@click.option("--provider", help="Level B: one provider's own next best packages, with --rounds.")
@click.option("--rounds", type=options.PATH, help="Folder that rounds wrote: the provider's rounds.")
@options.day
@options.postcodes
@options.overwrite
def publish(**given: Any) -> None:
    """Publish the packages that want a provider, as far as each audience may see them.

    Look first (--preview); then release (--out, --log, --by). A publication that comes too soon after the
    last of its level, changes too little, or could be worked out, is refused. --out holds what may leave;
    the log, and the private file beside it, stay. With --provider the cards released for the same day are
    shown again, with how well each fits that provider's own rounds.
    """
    from optimiser.cli.publishing import open_of
    from optimiser.cli.reading import own_directory, read_market
    from optimiser.cli.show_publish import show_cards, show_demand, show_nobody
    from optimiser.publishing.history import Kept
    from optimiser.publishing.log import read_kept

    asked = _Asked(**given)
    _check_use(asked)
    levels = _levels(asked.areas)
    market = read_market(asked.instance, asked.postcodes)
    if asked.provider is not None:
        options.known("--provider", (asked.provider,), market.provider_by_id)
    packages = open_of(market, asked.allocation)
    kept = Kept(county=market.county) if asked.log is None else read_kept(asked.log, market.county)
    made = _made(asked, market, packages, kept, levels)
    if made.table is not None:
        show_demand(made.table, len(packages))
    if made.cards is not None:
        show_cards(made.cards, len(packages))
    if not packages:
        show_nobody(asked.allocation)
    if asked.preview or asked.out is None or asked.log is None:
        print("a preview: nothing was written")
        return
    release = _Release(asked=asked, market=market, own=own_directory(asked.postcodes))
    written = _released(release, asked.out, asked.log, made)
    print(f"written to {asked.out}: {', '.join(written)}; logged in {asked.log}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The options, as they were given."""

    instance: Path
    level: str
    allocation: Path | None
    preview: bool
    out: Path | None
    log: Path | None
    by: str | None
    areas: str
    hide_up_to: int
    alike: int
    cadence: int
    provider: str | None
    rounds: Path | None
    day: str
    postcodes: Path | None
    overwrite: bool


def _check_use(asked: _Asked) -> None:
    """A usage error for options that do not go together."""
    if not asked.preview and (asked.out is None or asked.log is None or not (asked.by or "").strip()):
        raise click.UsageError("a release needs --out, --log and --by; or look first with --preview")
    if asked.by is not None and not asked.by.isprintable():
        raise click.BadParameter("a name holds a sign that cannot be written", param_hint="--by")
    if asked.preview and asked.out is not None:
        raise click.UsageError("a preview writes nothing: leave --out out")
    if (asked.provider is None) != (asked.rounds is None):
        raise click.UsageError("--provider and --rounds go together")
    if asked.provider is not None and (asked.level != "B" or asked.allocation is None):
        raise click.UsageError("next best packages are of level B, and need the --allocation of the rounds")
    if asked.out is not None and asked.log is not None:
        options.beside("--log", asked.log, (asked.out,))


def _made(
    asked: _Asked, market: Instance, packages: tuple[Package, ...], kept: Kept, levels: tuple[Level, ...]
) -> Made:
    """The publication; an ``InputError`` where it may not be released, which a preview only says."""
    from geodata.report import InputError
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.publishing import cards_again, directory_of, make_cards, make_demand
    from optimiser.cli.reading import own_directory
    from optimiser.cli.show_publish import show_refusal

    again = None if asked.provider is None else cards_again(market, packages, kept)
    if again is None:
        opened = frozenset(each.id for each in packages)
        try:
            _may_publish(market, kept, asked.level, opened, asked.cadence, asked.log)
        except InputError as refused:
            if not asked.preview:
                raise
            show_refusal(refused)
    with on_stderr() as progress:
        if asked.level == "A":
            return make_demand(
                market,
                packages,
                kept,
                levels=levels,
                small=asked.hide_up_to,
                directory=directory_of(market, own_directory(asked.postcodes)),
                progress=progress,
            )
        return again or make_cards(market, packages, kept, alike=asked.alike)


def _levels(areas: str) -> tuple[Level, ...]:
    from optimiser.publishing.figures import Level

    named = [each.strip() for each in areas.split(",") if each.strip()]
    options.known("--areas", named, AREAS)
    return (Level.MARKET, *(each for each in Level if each.value in named))


def _may_publish(
    market: Instance, kept: Kept, level: str, now: frozenset[Any], cadence: int, log: Path | None
) -> None:
    from optimiser.publishing.history import may_publish

    last = kept.demand if level == "A" else kept.cards
    if last is not None:
        name = "" if log is None else log.name
        may_publish(name, as_of=market.as_of, last=last.as_of, now=now, then=last.open, cadence=cadence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Release:
    """What a release needs beside the publication."""

    asked: _Asked
    market: Instance
    own: PostcodeDirectory | None

    @property
    def of_provider(self) -> dict[str, Any]:
        """Options of a provider's own page."""
        asked = self.asked
        return {
            "provider": asked.provider, "allocation": asked.allocation, "rounds": asked.rounds,
            "day": asked.day,
        }  # fmt: skip

    @property
    def entry(self) -> dict[str, Any]:
        """What the log says of the occasion."""
        asked = self.asked
        settings = {
            "hide_up_to": asked.hide_up_to, "alike": asked.alike, "areas": asked.areas,
            "provider": asked.provider,
        }  # fmt: skip
        return {"county": self.market.county, "level": asked.level, "by": asked.by, "settings": settings}


def _released(release: _Release, out: Path, log: Path, made: Made) -> list[str]:
    """Write what may leave the council and log it: both or neither; names of the files."""
    from optimiser.cli.publishing import directory_of
    from optimiser.cli.staging import staged
    from optimiser.publishing.log import as_it_was
    from optimiser.report.publication_areas import areas_of
    from optimiser.solving.sealing import sha256

    asked, market = release.asked, release.market
    inputs = [each for each in (asked.instance, asked.allocation, asked.rounds) if each is not None]
    with as_it_was(log), staged(out, overwrite=asked.overwrite, inputs=inputs) as folder:
        areas = areas_of(market, directory_of(market, release.own))
        _write(folder, market, made, areas, release.of_provider)
        hashes = {each.name: sha256(each.read_bytes()) for each in sorted(folder.iterdir())}
        _log(log, made, release.entry, hashes)
    return list(hashes)


def _write(folder: Path, market: Instance, made: Made, areas: Areas, asked: dict[str, Any]) -> None:
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.publishing import fits_of
    from optimiser.report.publication_files import write_cards, write_demand
    from optimiser.report.publication_page import write_cards_page, write_demand_page

    if made.table is not None:
        write_demand(folder, made.table, areas)
        write_demand_page(folder / "demand.html", instance=market, table=made.table, areas=areas)
    if made.cards is not None:
        fits = None
        if asked["provider"] is not None:
            with on_stderr() as progress:
                fits = fits_of(market, made.cards, areas, progress=progress, **asked)
        name = None if fits is None else market.provider_by_id[asked["provider"]].name
        write_cards(folder, made.cards, areas, fits)
        write_cards_page(
            folder / "cards.html",
            instance=market,
            cards=made.cards,
            areas=areas,
            fits=fits,
            provider=name,
        )


def _log(log: Path, made: Made, entry: Mapping[str, Any], hashes: Mapping[str, str]) -> None:
    from optimiser.cli.show_publish import figures_of
    from optimiser.publishing.log import add_to_log

    said = {
        "released": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": made.as_of.isoformat(),
        **entry,
        "figures": figures_of(made.table, made.cards),
        "files": dict(hashes),
    }
    add_to_log(log, said, made.kept)
