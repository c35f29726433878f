"""Further faults that a file, a heading or a cell shows by itself, each with exactly what must be said of it.

Rows are those of ``spoilt_together``.
"""

from __future__ import annotations

from tests.instances.editing import Spoilt, appended, both, cell, content, replaced

OF_FORM = (
    Spoilt(
        name="not text",
        edit=content("visits.csv", b"package_id\0visit_no"),
        errors=(("E203", "visits.csv", None, None),),
    ),
    Spoilt(
        name="neither UTF-8 nor Windows-1252",
        edit=content("visits.csv", b"package_id,\x81\xff"),
        errors=(("E203", "visits.csv", None, None),),
    ),
    Spoilt(
        name="semicolons",
        edit=lambda folder: (folder / "urban_cells.csv").write_text("easting;northing\n585000;206500\n"),
        errors=(("E203", "urban_cells.csv", None, None),),
        cure="Comma delimited",
    ),
    Spoilt(
        name="tabs",
        edit=lambda folder: (folder / "urban_cells.csv").write_text("easting\tnorthing\n585000\t206500\n"),
        errors=(("E203", "urban_cells.csv", None, None),),
    ),
    Spoilt(
        name="a cell of a megabyte",
        edit=content("urban_cells.csv", b'easting,northing\n"' + b"9" * 1_000_000),
        errors=(("E203", "urban_cells.csv", None, None),),
    ),
    Spoilt(
        name="headings alone",
        edit=lambda folder: (folder / "providers.csv").write_text("provider_id,name\n"),
        errors=(
            ("E205", "providers.csv", None, None),
            ("E231", "packages.csv", 2, "preferred_provider"),
            ("E231", "packages.csv", 2, "excluded_providers"),
            *(("E231", "provider_lots.csv", row, "provider_id") for row in (2, 3, 4)),
            *(("E231", "ranked_list.csv", row, "provider_id") for row in (2, 3)),
            *(("E231", "capacity.csv", row, "provider_id") for row in (2, 3)),
            *(("E231", "carers.csv", row, "provider_id") for row in (2, 3)),
            ("E231", "framework.toml", None, "guarantees[1].provider_id"),
        ),
    ),
    Spoilt(
        name="no headings",
        edit=lambda folder: (folder / "urban_cells.csv").write_text("585000,206500\n"),
        errors=(("E205", "urban_cells.csv", 1, None),),
    ),
    Spoilt(
        name="heading twice",
        edit=appended("lots.csv", "name", "other"),
        errors=(("E207", "lots.csv", 1, "name"),),
    ),
    Spoilt(
        name="cells without heading",
        edit=appended("lots.csv", "", "other"),
        errors=(("E207", "lots.csv", 1, None),),
    ),
    Spoilt(
        name="too many cells",
        edit=replaced("providers.csv", "Brightway Care Ltd", "Brightway, Care Ltd"),
        errors=(("E208", "providers.csv", 2, None),),
        cure="quotation marks",
    ),
    Spoilt(
        name="too few cells",
        edit=replaced("localities.csv", "LOC1,Maldon & Heybridge", "LOC1"),
        errors=(("E208", "localities.csv", 2, None),),
    ),
    Spoilt(
        name="unseen character",
        edit=cell("providers.csv", 2, "name", "Bright\x07way"),
        errors=(("E209", "providers.csv", 2, "name"),),
    ),
    Spoilt(
        name="formula",
        edit=cell("providers.csv", 2, "name", "=HYPERLINK(A1)"),
        errors=(("E209", "providers.csv", 2, "name"),),
        cure="put a letter or a figure first",
    ),
    Spoilt(
        name="empty cell",
        edit=cell("packages.csv", 2, "client_ref", " "),
        errors=(("E210", "packages.csv", 2, "client_ref"),),
    ),
    Spoilt(
        name="empty list",
        edit=cell("provider_lots.csv", 2, "client_group", ";"),
        errors=(("E210", "provider_lots.csv", 2, "client_group"),),
    ),
    Spoilt(
        name="no date",
        edit=cell("packages.csv", 2, "needed_by", "31/02/2026"),
        errors=(("E211", "packages.csv", 2, "needed_by"),),
        cure="2026-03-01",
    ),
    Spoilt(
        name="date of another age",
        edit=cell("packages.csv", 2, "needed_by", "0206-03-05"),
        errors=(("E215", "packages.csv", 2, "needed_by"),),
    ),
    Spoilt(
        name="dates of one British form",
        edit=cell("provider_lots.csv", 3, "effective_from", "1 Jan 2026"),
        warnings=(("E273", "provider_lots.csv", None, "effective_from"),),
    ),
    Spoilt(
        name="no time",
        edit=cell("visits.csv", 2, "ideal", "7.3"),
        errors=(("E213", "visits.csv", 2, "ideal"),),
        cure="07:30",
    ),
    Spoilt(
        name="no number",
        edit=cell("visits.csv", 2, "duration_min", "45m"),
        errors=(("E214", "visits.csv", 2, "duration_min"),),
    ),
    Spoilt(
        name="more than the week has",
        edit=both(
            cell("carers.csv", 2, "max_week_min", "10081"),
            cell("capacity.csv", 2, "spare_minutes", "-1"),
            cell("packages.csv", 2, "weekly_minutes", "30241"),
        ),
        errors=(
            ("E215", "carers.csv", 2, "max_week_min"),
            ("E215", "capacity.csv", 2, "spare_minutes"),
            ("E215", "packages.csv", 2, "weekly_minutes"),
        ),
    ),
    Spoilt(
        name="pence for pounds",
        edit=both(
            cell("provider_lots.csv", 3, "rate", "2150"),
            replaced("framework.toml", "live_in = 1650.00", "live_in = 31.10"),
        ),
        errors=(
            ("E215", "provider_lots.csv", 3, "rate"),
            ("E215", "framework.toml", None, "last_resort_rates.live_in"),
        ),
    ),
    Spoilt(
        name="unknown word",
        edit=both(
            cell("packages.csv", 2, "service_type", "personal kare"),
            replaced(
                "framework.toml",
                "[ceilings]  # an hour; a week for live_in\npersonal_care",
                "[ceilings]\npersonl",
            ),
        ),
        errors=(
            ("E216", "packages.csv", 2, "service_type"),
            ("E216", "framework.toml", None, "ceilings.personl"),
        ),
        cure="did you mean 'personal_care'?",
    ),
    Spoilt(
        name="neither yes nor no",
        edit=cell("visits.csv", 2, "time_critical", "perhaps"),
        errors=(("E217", "visits.csv", 2, "time_critical"),),
    ),
    Spoilt(
        name="no mask of days",
        edit=both(cell("visits.csv", 2, "days", "Mon-Fri"), cell("visits.csv", 4, "days", "-------")),
        errors=(("E218", "visits.csv", 2, "days"), ("E218", "visits.csv", 4, "days")),
        cure="MTWTF--",
    ),
    Spoilt(
        name="no amount",
        edit=both(
            cell("provider_lots.csv", 3, "rate", "£21.505"), cell("provider_lots.csv", 4, "rate", "lots")
        ),
        errors=(("E219", "provider_lots.csv", 3, "rate"), ("E219", "provider_lots.csv", 4, "rate")),
    ),
    Spoilt(
        name="malformed codes",
        edit=both(cell("lots.csv", 3, "districts", "Maldon"), cell("packages.csv", 2, "sector", "CM9 6")),
        errors=(("E220", "lots.csv", 3, "districts"), ("E220", "packages.csv", 2, "sector")),
        cure="E07000074",
    ),
    Spoilt(
        name="malformed postcode",
        edit=cell("packages.csv", 2, "postcode", "CM9"),
        errors=(("E221", "packages.csv", 2, "postcode"),),
    ),
    Spoilt(
        name="sector that does not exist",
        edit=cell("carers.csv", 2, "base_sector", "CM99 9"),
        errors=(("E222", "carers.csv", 2, "base_sector"),),
    ),
    Spoilt(
        name="no tiers",
        edit=content("framework.toml", b'name = "x"\ncounty = "y"\nas_of = 2026-03-31\n'),
        errors=(
            ("E228", "framework.toml", None, "tiers"),
            *(("E235", "packages.csv", row, "service_type") for row in range(2, 17)),
        ),
    ),
    Spoilt(
        name="tiers of the wrong shape",
        edit=content(
            "framework.toml",
            b'name = "x"\ncounty = "y"\nas_of = 2026-03-31\ntiers = 2\nlast_resort_rates = 1',
        ),
        errors=(
            ("E228", "framework.toml", None, "tiers"),
            ("E228", "framework.toml", None, "last_resort_rates"),
        ),
    ),
    Spoilt(
        name="toml nested past all bounds",
        edit=content("framework.toml", b"x = " + b"[" * 100_000),
        errors=(("E228", "framework.toml", None, None),),
    ),
    Spoilt(
        name="a number of thousands of digits",
        edit=replaced("framework.toml", "max_weeks = 12", "max_weeks = " + "9" * 5000),
        errors=(("E228", "framework.toml", None, None),),
    ),
    Spoilt(
        name="nearly known columns",
        edit=both(
            replaced("packages.csv", "excluded_providers", "excluded_provider"),
            replaced("framework.toml", "[ceilings]", "[ceiling]"),
            replaced("framework.toml", "max_weeks", "max_week"),
        ),
        errors=(
            ("E206", "packages.csv", 1, "excluded_provider"),
            ("E206", "framework.toml", None, "ceiling"),
            ("E206", "framework.toml", None, "tiers[2].max_week"),
        ),
        cure="did you mean 'excluded_providers'?",
    ),
    Spoilt(
        name="unknown columns",
        edit=both(
            appended("lots.csv", "notes", "mine"),
            replaced("framework.toml", "county =", 'colour = "blue"\ncounty ='),
            appended("packages.csv", "uprn", "1"),
        ),
        warnings=(("E272", "lots.csv", 1, "notes"), ("E272", "framework.toml", None, "colour")),
    ),
)
