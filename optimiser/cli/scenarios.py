"""A study file from end to end: its market, its worlds, the page; and how it goes on where it stopped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.localities import sector_graph
from geodata.zones.zoning import Zoning
from instances.schema_tariffs import tariff_line
from optimiser.cli.options import TravelAsked
from optimiser.cli.progress import on_stderr
from optimiser.cli.reading import in_force, own_directory, read_market
from optimiser.cli.show_scenarios import show_study
from optimiser.cli.staging import staged
from optimiser.cli.study_file import read_study, scenarios_of
from optimiser.cli.travel import attributions_of, travel_of, travel_words
from optimiser.cli.zones_reading import directory_of_market
from optimiser.impact.figures import Figures
from optimiser.impact.journal import add_to_journal, journal_line, read_journal
from optimiser.impact.scenario_study import StudyPlan, study_scenarios
from optimiser.impact.scenarios.world import World
from optimiser.impact.scenarios.zones import ZonesRedrawn
from optimiser.model.instance import Instance
from optimiser.report.price_tables import write_price_tables
from optimiser.report.scenario_page import prices_of_base, write_scenario_page, write_scenario_tables
from optimiser.report.writing import write_text
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress

JOURNAL = "runs.jsonl"


def journal_beside(out: Path) -> Path:
    """Where runs are kept until a study is done: beside its folder, which has nothing before the end."""
    return out.parent / f"{out.name}.{JOURNAL}"


@contextmanager
def _told_of(journal: Path) -> Iterator[None]:
    """Where the work is interrupted, a word about the runs that are kept."""
    try:
        yield
    except KeyboardInterrupt:
        if journal.exists():
            kept = len(read_journal(journal))
            print(f"{kept} runs are kept in {journal}: the same command goes on there", file=sys.stderr)
        raise


def run_study(
    path: Path,
    out: Path,
    *,
    travel: TravelAsked,
    tariffs: Path | None,
    postcodes: Path | None,
    overwrite: bool,
) -> None:
    """Do what a study file asks; runs that an earlier, interrupted call finished are taken up."""
    asked = read_study(path)
    market = read_market(asked.market, postcodes)
    lines, tariff = in_force(tariffs, market)
    by = travel_of(travel, market)

    def on_ground(instance: Instance, zoning: Zoning) -> ZonesRedrawn:
        directory = directory_of_market(instance, own_directory(postcodes))
        return ZonesRedrawn(zoning=zoning, ground=directory.table, graph=sector_graph(directory))

    scenarios = scenarios_of(asked, market, by, on_ground)
    plan = StudyPlan(days=asked.days, seeds=asked.seeds, limits=Limits(iterations=asked.steps), tariff=tariff)
    own = () if tariffs is None else (tariffs,)
    inputs = (asked.market, *asked.files, *own, *travel.files)
    journal = journal_beside(out)
    with (
        staged(out, overwrite=overwrite, inputs=inputs) as folder,
        on_stderr() as progress,
        _told_of(journal),
    ):
        runs = {**read_journal(out / JOURNAL), **read_journal(journal)}

        def keep(key: str, figures: Figures) -> None:
            runs[key] = figures
            add_to_journal(journal, key, figures)

        study = study_scenarios(
            World(instance=market, travel=by),
            scenarios,
            plan,
            finished=dict(runs),
            keep=keep,
            progress=progress,
        )
        progress(Progress(task="drawing the page"))
        write_scenario_tables(folder, asked.name, asked.question, study)
        write_price_tables(folder, market, prices_of_base(market, study))
        write_scenario_page(
            folder / "study.html",
            name=asked.name,
            question=asked.question,
            instance=market,
            study=study,
            tariff_lines=[tariff_line(each) for each in lines],
            travel_words=travel_words(by),
            attributions=attributions_of(by),
        )
        write_text(folder / JOURNAL, "".join(journal_line(key, each) for key, each in runs.items()))
    journal.unlink(missing_ok=True)
    show_study(asked.name, asked.question, study, travel_words(by))
    print(f"written to {out}: open study.html")
