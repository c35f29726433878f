"""Further faults that show only beside another cell, row, table or term, each with what must be said of it.

Rows are those of ``spoilt_together``.
"""

from __future__ import annotations

from tests.instances.editing import Spoilt, both, cell, replaced

OF_MEANING = (
    Spoilt(
        name="coordinates elsewhere",
        edit=both(
            cell("packages.csv", 2, "easting", "600000"),
            cell("packages.csv", 3, "northing", ""),
            cell("urban_cells.csv", 2, "easting", "585001"),
        ),
        errors=(
            ("E226", "packages.csv", 2, "easting"),
            ("E226", "packages.csv", 3, "northing"),
            ("E226", "urban_cells.csv", 2, "easting"),
        ),
    ),
    Spoilt(
        name="periods that end before they start",
        edit=both(
            cell("provider_lots.csv", 3, "effective_to", "2025-12-31"),
            cell("providers.csv", 3, "status_to", "2025-12-31"),
            cell("packages.csv", 4, "planned_end", "2026-03-01"),
            cell("availability.csv", 2, "end", "06:00"),
        ),
        errors=(
            ("E227", "provider_lots.csv", 3, "effective_to"),
            ("E227", "providers.csv", 3, "status_to"),
            ("E227", "packages.csv", 4, "planned_end"),
            ("E227", "availability.csv", 2, "end"),
        ),
    ),
    Spoilt(
        name="district outside the lot",
        edit=both(
            cell("packages.csv", 2, "district_gss", "E07000067"),
            cell("packages.csv", 2, "postcode", "CM7 1AA"),
            cell("packages.csv", 2, "sector", ""),
            cell("packages.csv", 2, "easting", ""),
            cell("packages.csv", 2, "northing", ""),
        ),
        errors=(("E234", "packages.csv", 2, "district_gss"),),
        cure="lot MAL-PC covers E07000074",
    ),
    Spoilt(
        name="no last-resort rate",
        edit=replaced("framework.toml", "live_in = 1650.00", ""),
        errors=(("E235", "packages.csv", 4, "service_type"),),
    ),
    Spoilt(
        name="unknown localities",
        edit=both(cell("lots.csv", 2, "localities", "LOC2"), cell("capacity.csv", 3, "locality", "LOC")),
        errors=(("E251", "lots.csv", 2, "localities"), ("E251", "capacity.csv", 3, "locality")),
        cure="did you mean 'LOC1'?",
    ),
    Spoilt(
        name="visit of no package",
        edit=cell("visits.csv", 3, "package_id", "P01"),
        errors=(("E252", "visits.csv", 3, "package_id"),),
    ),
    Spoilt(
        name="shift of no carer",
        edit=cell("availability.csv", 3, "carer_ref", "K9"),
        errors=(("E253", "availability.csv", 3, "carer_ref"),),
    ),
    Spoilt(
        name="overlap inside a package",
        edit=both(
            cell("visits.csv", 2, "latest", "07:30"),
            cell("visits.csv", 3, "earliest", "07:10"),
            cell("visits.csv", 3, "latest", "07:20"),
        ),
        errors=(("E255", "visits.csv", 3, "earliest"),),
        cure="carers_required 2",
    ),
    Spoilt(
        name="wishes that overlap",
        edit=both(cell("visits.csv", 3, "earliest", "07:40"), cell("visits.csv", 3, "ideal", "07:40")),
        errors=(),
        warnings=(("E274", "visits.csv", 3, "ideal"),),
    ),
    Spoilt(
        name="wish outside the window",
        edit=cell("visits.csv", 2, "ideal", "09:30"),
        errors=(("E256", "visits.csv", 2, "ideal"),),
    ),
    Spoilt(
        name="list with two dates",
        edit=cell("ranked_list.csv", 3, "effective_from", "2026-02-01"),
        errors=(("E257", "ranked_list.csv", 3, "effective_from"),),
    ),
    Spoilt(
        name="band without day type",
        edit=cell("capacity.csv", 3, "day_type", ""),
        errors=(("E258", "capacity.csv", 3, "day_type"),),
    ),
    Spoilt(
        name="two shifts at once",
        edit=both(
            cell("availability.csv", 3, "days", "M------"), cell("availability.csv", 3, "start", "13:00")
        ),
        errors=(("E259", "availability.csv", 3, "start"),),
    ),
    Spoilt(
        name="no such preset",
        edit=replaced("framework.toml", 'county = "Essex"', 'county = "Essex"\npreset = "esex-2025"'),
        errors=(("E236", "framework.toml", None, "preset"),),
        cure="did you mean 'essex-2025'?",
    ),
    Spoilt(
        name="terms that contradict each other in one line",
        edit=both(
            replaced("framework.toml", "least_share = 0", "least_share = 31"),
            replaced("framework.toml", "warn_at = 40", "warn_at = 70"),
            replaced("framework.toml", "warn_at = 60", ""),
        ),
        errors=(
            ("E237", "framework.toml", None, "tiers[2].least_share"),
            ("E237", "framework.toml", None, "caps[1].warn_at"),
            ("E237", "framework.toml", None, "caps[2].stop_at"),
        ),
        cure="a warning comes first",
    ),
    Spoilt(
        name="terms that contradict each other across the contract",
        edit=both(
            replaced("framework.toml", 'offered_after = "T1"', 'offered_after = "T2"'),
            replaced("framework.toml", "personal_care = 20.50", "personal_care = 27.00"),
            replaced("framework.toml", '"E3 CQC gate" = "report"', '"E1 lot" = "off"'),
            replaced("framework.toml", 'objective = "ordered cost"', 'objective = "weekly cost"'),
        ),
        errors=(
            ("E237", "framework.toml", None, "tiers[2].offered_after"),
            ("E237", "framework.toml", None, "floors.personal_care"),
            ("E237", "framework.toml", None, "rules.E1 lot"),
            ("E237", "framework.toml", None, "policies[1].objective"),
        ),
        cure="give one of hard",
    ),
    Spoilt(
        name="terms that name nothing",
        edit=both(
            replaced("framework.toml", 'tier = "T1"', 'tier = "T3"'),
            replaced("framework.toml", 'provider_id = "BRIGHTWAY"', 'provider_id = "BRIGHTWY"'),
            replaced("framework.toml", 'locality = "LOC1"', 'locality = "LOC2"'),
            replaced("framework.toml", '"E3 CQC gate" = "report"', '"E3 CQC" = "perhaps"'),
            replaced("framework.toml", "new_starts_a_week = 5", "new_starts_a_week = -5"),
        ),
        errors=(
            ("E233", "framework.toml", None, "caps[2].tier"),
            ("E231", "framework.toml", None, "guarantees[1].provider_id"),
            ("E251", "framework.toml", None, "guarantees[1].locality"),
            ("E216", "framework.toml", None, "rules.E3 CQC"),
            ("E215", "framework.toml", None, "new_starts_a_week"),
        ),
        cure="did you mean 'E3 CQC gate'?",
    ),
)
