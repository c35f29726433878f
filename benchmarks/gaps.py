"""From runs to the table: gaps to the best known, family by family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import Any

from benchmarks.cases import families
from benchmarks.runs import Run

HEADINGS = (
    "family",
    "files",
    "runs",
    "without answer",
    "best known, mean",
    "ours, mean",
    "mean gap",
    "worst file's median",
    "of",
    "best run",
)


def rows(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """A row for each family: sets in the order of the runs, and in each the smaller days first.

    Gaps are shares of the best known. ``mean_gap`` is the mean over files of each file's mean over seeds;
    ``worst_median`` the largest of the files' medians, ``worst_file`` its file; ``best_gap`` the least of all
    runs. Where no run of a family has a gap they are ``None``. Means of objectives are over the runs that
    have a gap.
    """
    by_family: dict[str, list[Run]] = defaultdict(list)
    place: dict[str, tuple[int, int, int]] = {}
    sets: dict[str, int] = {}
    for run in runs:
        sets.setdefault(run.set, len(sets))
        for number, family in enumerate(families(run.set, run.patients)):
            by_family[family].append(run)
            size = run.patients if number == 0 else 0
            place.setdefault(family, (sets[run.set], number, size))
    return [_row(family, by_family[family]) for family in sorted(by_family, key=place.__getitem__)]


def _row(family: str, runs: Sequence[Run]) -> dict[str, Any]:
    gaps: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        if run.gap is not None:
            gaps[run.instance].append(run.gap)
    compared = [run for run in runs if run.gap is not None]
    medians = {instance: median(those) for instance, those in gaps.items()}
    worst = max(medians, key=lambda instance: medians[instance], default=None)
    return {
        "family": family,
        "files": len({run.instance for run in runs}),
        "runs": len(runs),
        "without_answer": sum(run.objective is None for run in runs),
        "mean_best_known": fmean(run.best_known for run in compared if run.best_known is not None)
        if compared
        else None,
        "mean_objective": fmean(run.objective for run in compared if run.objective is not None)
        if compared
        else None,
        "mean_gap": fmean(map(fmean, gaps.values())) if gaps else None,
        "worst_median": medians[worst] if worst is not None else None,
        "worst_file": worst,
        "best_gap": min((gap for those in gaps.values() for gap in those), default=None),
    }


def table(runs: Sequence[Run], *, heading: Mapping[str, Any], start: Mapping[str, float]) -> str:
    """The rows in Markdown, with what they were measured on."""
    lines = [_line(HEADINGS), "|" + "---|" * len(HEADINGS), *map(_cells, rows(runs))]
    seconds, iterations = heading["limits"]["seconds"], heading["limits"]["iterations"]
    budget = f"{iterations:,} steps" if seconds is None else f"{seconds:g} s"
    if heading["limits"]["processor"]:
        budget += " of processor time"
    seeds = sorted({run.seed for run in runs})
    about = heading["machine"]
    cores = [run.core for run in runs if run.core is not None]
    share = f"{100 * min(cores):.0f} to {100 * max(cores):.0f} %" if cores else "–"
    lines += [
        "",
        f"{budget} a run, seeds {', '.join(map(str, seeds))}; "
        f"{heading['processes']} at a time on a core each, a run having {share} of it.",
        f"Kernels, not counted: {start['cold']:.1f} s cold, {start['warm']:.1f} s warm.",
        f"{about['processor']}, {about['cores']} cores, {about['system']}; "
        + ", ".join(f"{name} {version}" for name, version in heading["versions"].items())
        + ".",
    ]
    lines += [f"{run.instance}, seed {run.seed}: {run.fault}" for run in runs if run.fault]
    return "\n".join(lines) + "\n"


def _cells(row: Mapping[str, Any]) -> str:
    return _line(
        (
            row["family"],
            row["files"],
            row["runs"],
            row["without_answer"],
            _number(row["mean_best_known"]),
            _number(row["mean_objective"]),
            _percent(row["mean_gap"]),
            _percent(row["worst_median"]),
            row["worst_file"] or "–",
            _percent(row["best_gap"]),
        )
    )


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{round(100 * share, 2) + 0.0:+.2f} %"  # no minus before nothing


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:,.2f}"
