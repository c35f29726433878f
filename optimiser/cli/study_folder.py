"""What a study leaves in its folder: the page, its figures, and what it was drawn from."""

from __future__ import annotations

from pathlib import Path

from geodata.attribution import GEONAMES, ONS_POSTCODES
from geodata.boundaries import district_outlines
from geodata.postcodes import registry_directory
from geodata.settlements import settlements_within
from instances.counties.districts import DISTRICTS
from instances.results import write_allocation, write_rounds
from optimiser.allocation.explain import all_exclusions
from optimiser.cli.comparison import Comparison
from optimiser.cli.travel import attributions_of, travel_figures
from optimiser.model.instance import Instance
from optimiser.report.geopackage import write_geopackage
from optimiser.report.page import write_page
from optimiser.report.summary import summary
from optimiser.report.tables import write_tables
from optimiser.report.writing import write_json
from optimiser.solving.progress import Progress, Reporter


def write_study_folder(folder: Path, compared: Comparison, *, progress: Reporter) -> None:
    """The page, its figures, both results, the layers for a map, and tables for a spreadsheet."""
    instance, allocations, study = compared.instance, compared.allocations, compared.study
    proposal = allocations["proposal"].solution
    progress(Progress(task="drawing the page"))
    directory = registry_directory({package.postcode[0] for package in instance.packages})
    districts = sorted({package.district for package in instance.packages})
    outlines = district_outlines(directory, districts)
    exclusions = tuple(all_exclusions(instance))
    figures = summary(
        instance=instance,
        allocations=allocations,
        study=study,
        checks={"allocation": "passed", "rounds": study.checks["rounds"]},
    )
    write_allocation(folder, proposal, instance)
    write_rounds(folder, study.proposal[0].plans)
    write_tables(folder, instance=instance, allocations=allocations, study=study, exclusions=exclusions)
    write_geopackage(
        folder / "result.gpkg", instance=instance, allocations=allocations, study=study, outlines=outlines
    )
    write_page(
        folder / "report.html",
        instance=instance,
        allocations=allocations,
        study=study,
        exclusions=exclusions,
        outlines=outlines,
        summary=figures,
        settlements=settlements_within(outlines.geometry.union_all()),
        title=title_of(instance),
        attributions=(*ONS_POSTCODES, GEONAMES, *attributions_of(compared.travel)),
    )
    write_json(folder / "summary.json", {**figures, "travel": travel_figures(compared.travel)})


def title_of(instance: Instance) -> str:
    """The district by name where everybody lives in one of ours, else the county."""
    names = {each.code: each.name for county in DISTRICTS.values() for each in county}
    districts = {package.district for package in instance.packages}
    return names.get(next(iter(districts)), instance.county) if len(districts) == 1 else instance.county
