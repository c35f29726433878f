"""The page: one self-contained HTML file that works with the network off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from geodata.attribution import GEONAMES, ONS_POSTCODES
from geodata.settlements import Settlement
from optimiser.allocation.problem import build_problem
from optimiser.impact.study import Study
from optimiser.model.allocation import Allocation, Exclusion
from optimiser.model.instance import Assumption, Instance
from optimiser.report import wording
from optimiser.report.charts import forest, position_bars, seed_strip
from optimiser.report.comparison import HEADLINE, Compared, compare
from optimiser.report.finding import cost_words, finding, proof_clause
from optimiser.report.page_data import page_data, to_script
from optimiser.report.rank import rank_kept, rank_sentences
from optimiser.report.shortfall import exclusion_counts, left_over, spot_use, tier_use
from optimiser.report.templating import part, templates
from optimiser.report.writing import write_text
from optimiser.solving.provenance import Provenance
from optimiser.solving.result import Result

SCRIPTS = ("marks.js", "map.js", "timeline.js", "placements.js", "page.js")


def write_page(
    path: Path,
    *,
    instance: Instance,
    allocations: Mapping[str, Result[Allocation]],
    study: Study,
    exclusions: Sequence[Exclusion],
    outlines: gpd.GeoDataFrame | None,
    summary: Mapping[str, Any],
    settlements: Sequence[Settlement] = (),
    title: str | None = None,
    attributions: Iterable[str] = (*ONS_POSTCODES, GEONAMES),
) -> None:
    """Write the page.

    It shows where people live, to the metre, and so says on every sheet that it is not for publication;
    postcodes, names of people and carers' depots are not in it.

    Parameters
    ----------
    allocations
        ``baseline`` and ``proposal``.
    exclusions
        Why providers could not have packages under the proposal.
    outlines
        District outlines in EPSG:27700, columns ``district`` and ``geometry``; ``None`` draws none.
    summary
        As from :func:`optimiser.report.summary.summary`; its checks are printed.
    settlements
        Names to write on the maps.
    title
        What the page is about; the county where not given.
    attributions
        What the sources of the data ask to be said.

    Raises
    ------
    KeyError
        Where an allocation is missing.
    NoSolutionError
        Where an allocation found no solution.
    """
    baseline, proposal = allocations["baseline"].solution, allocations["proposal"].solution
    data = page_data(
        instance=instance,
        baseline=baseline,
        proposal=proposal,
        study=study,
        outlines=outlines,
        settlements=settlements,
    )
    compared = compare(study)
    excluded = exclusion_counts(exclusions)
    problem = build_problem(instance)
    before = rank_kept(instance, baseline, problem)
    after = rank_kept(instance, proposal, problem)
    page = templates().get_template("page.html.j2")
    write_text(
        path,
        page.render(
            title=title or instance.county,
            instance=instance,
            finding=finding(instance, proposal, study),
            results=allocations,
            proof=proof_clause(allocations["proposal"]),
            baseline=baseline,
            proposal=proposal,
            study=study,
            summary=summary,
            compared=compared,
            headline=next(each for each in compared if each.measure is HEADLINE),
            seed_strip=seed_strip(next(each for each in compared if each.measure is HEADLINE)),
            forests={each.measure.key: forest(each, compared) for each in compared},
            positions=position_bars(before, after),
            rank_sentences=rank_sentences(baseline, proposal, before, after),
            tiers=tier_use(instance, baseline, proposal),
            left=left_over(instance, proposal, exclusions),
            spot=spot_use(instance, proposal),
            excluded=excluded,
            heat_top=max((held for _, counts in excluded.rows for held in counts), default=1),
            exclusion_total=len(exclusions),
            assumed=_by_basis(instance.assumptions),
            is_synthetic=any(each.basis == "assumption" for each in instance.assumptions),
            placements=_placements(instance, proposal),
            placed_providers=len({each.provider for each in proposal.placements}),
            day=study.day.value.capitalize(),
            visits_differ=_visits_differ(compared),
            cost_words=cost_words(baseline, proposal),
            weights=_weights(allocations["proposal"].provenance),
            round_weights=_weights(study.provenance),
            unserved=study.proposal[0].measures.unserved,
            attributions=tuple(dict.fromkeys(attributions)),
            data=Markup(to_script(data)),
            style=Markup(part("page.css")),
            script=Markup("\n".join(part(name) for name in SCRIPTS)),
        ),
    )


def _weights(provenance: Provenance) -> list[tuple[str, str]]:
    """The objective's weights, as the provenance states them; none where it states none."""
    settings = provenance.as_dict()["settings"]
    return wording.flatten(settings["weights"]) if isinstance(settings.get("weights"), Mapping) else []


def _visits_differ(compared: Sequence[Compared]) -> bool:
    visits = next(each for each in compared if each.measure.key == "visits")
    return visits.baseline != visits.proposal


def _by_basis(assumptions: Sequence[Assumption]) -> Mapping[str, tuple[Assumption, ...]]:
    bases = sorted({each.basis for each in assumptions})
    return {basis: tuple(each for each in assumptions if each.basis == basis) for basis in bases}


def _placements(instance: Instance, allocation: Allocation) -> list[dict[str, Any]]:
    """Rows of the table of placements: never a postcode."""
    packages, providers = instance.package_by_id, instance.provider_by_id
    tiers = {tier.code: (order, tier.name) for order, tier in enumerate(instance.framework.tiers, start=1)}
    last = (len(tiers) + 1, instance.framework.last_resort_name)
    rows: list[dict[str, Any]] = []
    for each in allocation.placements:
        order, tier = tiers[each.tier]
        rows.append(
            {
                "package": packages[each.package],
                "provider": providers[each.provider].name,
                "tier": tier,
                "tier_order": order,
                "position": each.position,
                "cost": each.weekly_cost,
            }
        )
    rows.extend(
        {
            "package": packages[left.package],
            "provider": None,
            "tier": last[1],
            "tier_order": last[0],
            "position": None,
            "cost": left.weekly_cost,
        }
        for left in allocation.unplaced
    )
    return sorted(rows, key=lambda row: str(row["package"].id))
