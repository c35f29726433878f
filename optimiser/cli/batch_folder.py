"""What ``batch`` leaves in its folder."""

from __future__ import annotations

from pathlib import Path

from geodata.boundaries import sector_outlines
from instances.batches_file import write_batches
from optimiser.cli.batching import Made
from optimiser.cli.travel import attributions_of, travel_figures, travel_words
from optimiser.report.batch_layers import write_batch_layers
from optimiser.report.batch_page import write_batch_page
from optimiser.report.prospectus import prospectuses, write_prospectus
from optimiser.report.writing import write_json


def write_batch_folder(folder: Path, made: Made) -> None:
    """Both tables, the page, the layers for a map, a prospectus for each batch, the figures."""
    problem, batches, instance = made.problem, made.result.solution, made.task.instance
    outlines = sector_outlines(made.directory, {each.sector for each in problem.candidates})
    write_batches(folder, problem, batches)
    write_batch_page(
        folder / "batches.html", instance=instance, problem=problem, result=made.result, outlines=outlines,
        day=made.task.day, travel=travel_words(made.travel), roads=attributions_of(made.travel),
    )  # fmt: skip
    write_batch_layers(
        folder / "batches.gpkg", instance=instance, problem=problem, batches=batches, outlines=outlines
    )
    (folder / "prospectus").mkdir()
    for each in prospectuses(instance, batches, seed=made.task.seed):
        write_prospectus(folder / "prospectus" / f"{each.batch}.html", each)
    result = made.result
    write_json(
        folder / "summary.json",
        {
            "county": instance.county,
            "day": made.task.day,
            "batches": len(batches.batches),
            "packages": sum(len(each.packages) for each in batches.batches),
            "left_out": len(batches.left_out),
            "travel_seconds": batches.travel,
            "travel": travel_figures(made.travel),
            "objective": result.objective,
            "components": dict(result.components),
            "bound": result.bound,
            "gap": result.gap,
            "status": result.status.value,
            "stopped_by": result.stopped_by.value,
            "checks": {"batches": "passed"},
            "provenance": result.provenance.as_dict(),
        },
    )
