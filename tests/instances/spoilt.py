"""The faults that files come with, each with exactly what must be said of it.

The rows follow ``small_market``: packages P001 to P015 stand in rows 2 to 16, their visits in rows 2 to 17
(P001 has two), providers BRIGHTWAY, CAREPLUS, ÉTOILE in rows 2 to 4, admissions of ÉTOILE, BRIGHTWAY,
CAREPLUS in rows 2 to 4.
"""

from __future__ import annotations

from tests.instances.editing import (
    Spoilt,
    appended,
    both,
    cell,
    content,
    encoded,
    excel_bytes,
    removed,
    repeat,
    replaced,
)

TWENTY = (
    Spoilt(
        name="unknown district",
        edit=cell("packages.csv", 6, "district_gss", "E07000079"),
        errors=(("E250", "packages.csv", 6, "district_gss"),),
        cure="did you mean 'E07000074'?",
    ),
    Spoilt(
        name="unknown lot",
        edit=cell("packages.csv", 7, "lot_code", "MAL-PX"),
        errors=(("E232", "packages.csv", 7, "lot_code"),),
        cure="did you mean 'MAL-PC'?",
    ),
    Spoilt(
        name="unknown provider",
        edit=cell("packages.csv", 8, "excluded_providers", "BRIGTHWAY; CAREPLUS"),
        errors=(("E231", "packages.csv", 8, "excluded_providers"),),
        cure="did you mean 'BRIGHTWAY'?",
    ),
    Spoilt(
        name="window ends before it starts",
        edit=both(cell("visits.csv", 10, "earliest", "09:00"), cell("visits.csv", 10, "latest", "08:30")),
        errors=(("E204", "visits.csv", 10, "latest"),),
        cure="swap the two times, or correct the one mistyped",
    ),
    Spoilt(
        name="visits do not add up",
        edit=cell("packages.csv", 10, "weekly_minutes", "420"),
        errors=(("E254", "packages.csv", 10, "weekly_minutes"),),
        cure="write 210, or correct the visits",
    ),
    Spoilt(
        name="duplicate identifier",
        edit=repeat("packages.csv", 11),
        errors=(("E230", "packages.csv", 17, "package_id"),),
        cure="give each row an identifier of its own",
    ),
    Spoilt(
        name="negative number",
        edit=cell("visits.csv", 13, "duration_min", "-30"),
        errors=(("E215", "visits.csv", 13, "duration_min"),),
        cure="delete the minus sign",
    ),
    Spoilt(
        name="absurd numbers",
        edit=both(
            cell("visits.csv", 14, "duration_min", "721"),
            cell("visits.csv", 14, "carers_required", "0"),
            cell("provider_lots.csv", 2, "rate", "23.17"),
        ),
        errors=(
            ("E215", "visits.csv", 14, "duration_min"),
            ("E215", "visits.csv", 14, "carers_required"),
            ("E215", "provider_lots.csv", 2, "rate"),
        ),
    ),
    Spoilt(
        name="postcode that does not exist",
        edit=cell("packages.csv", 14, "postcode", "CM9 5ZZ"),
        errors=(("E222", "packages.csv", 14, "postcode"),),
        cure="did you mean 'CM9 5ZP'?",
    ),
    Spoilt(
        name="postcode outside the county",
        edit=both(cell("packages.csv", 15, "postcode", "NR1 1AA"), cell("packages.csv", 15, "sector", "")),
        errors=(("E224", "packages.csv", 15, "postcode"),),
        cure="it must lie in E07000074",
    ),
    Spoilt(
        name="postcode in another district",
        edit=both(cell("packages.csv", 16, "postcode", "CM7 1AA"), cell("packages.csv", 16, "sector", "")),
        errors=(("E223", "packages.csv", 16, "postcode"),),
        cure="write E07000067 as district_gss",
    ),
    Spoilt(
        name="empty table",
        edit=content("ranked_list.csv", b""),
        errors=(("E205", "ranked_list.csv", None, None),),
        cure="row 1 holds the headings",
    ),
    Spoilt(
        name="missing file",
        edit=removed("localities.csv"),
        errors=(("E201", "localities.csv", None, None),),
        cure="add it",
    ),
    Spoilt(
        name="missing column",
        edit=replaced("capacity.csv", "spare_minutes", "spare minuets"),
        errors=(("E206", "capacity.csv", 1, "spare_minutes"),),
        cure="rename the column 'spare_minuets'",
    ),
    Spoilt(
        name="byte-order mark",
        edit=lambda folder: (folder / "visits.csv").write_bytes(
            b"\xef\xbb\xbf" + (folder / "visits.csv").read_bytes()
        ),
        alone=True,  # the other edits would write the mark away
    ),
    Spoilt(
        name="Windows-1252",
        edit=encoded("providers.csv", "cp1252"),
        warnings=(("E270", "providers.csv", None, None),),
        cure="check the accented letters",
        alone=True,
    ),
    Spoilt(
        name="trailing blank column",
        edit=appended("lots.csv", ""),
        warnings=(("E271", "lots.csv", 1, None),),
        cure="delete the columns to the right",
    ),
    Spoilt(
        name="mixed date formats",
        edit=cell("packages.csv", 3, "requested_on", "01/03/2026"),
        errors=(("E212", "packages.csv", 3, "requested_on"),),
        cure="if it is 1 March 2026, write 2026-03-01",
    ),
    Spoilt(
        name="workbook renamed to csv",
        edit=content("carers.csv", excel_bytes()),
        errors=(("E202", "carers.csv", None, None),),
        cure="Save As, 'CSV UTF-8",
    ),
    Spoilt(
        name="trailing space",
        edit=cell("provider_lots.csv", 4, "provider_id", "CAREPLUS "),
        errors=(("E231", "provider_lots.csv", 4, "provider_id"),),
        cure="did you mean 'CAREPLUS'? the value ends with a space",
    ),
    Spoilt(
        name="bad tier",
        edit=cell("provider_lots.csv", 3, "tier", "T9"),
        errors=(("E233", "provider_lots.csv", 3, "tier"),),
        cure="known: T1, T2",
    ),
    Spoilt(
        name="bad toml",
        edit=replaced("framework.toml", "[ceilings]", "[ceilings"),
        errors=(("E228", "framework.toml", None, None),),
        cure="mend the line",
        alone=True,  # nothing of the file can be read then, not even its tiers
    ),
    Spoilt(
        name="toml of the wrong shape",
        edit=both(
            replaced("framework.toml", 'county = "Essex"', 'county = "Essex"\nceilings = 26.5'),
            replaced(
                "framework.toml", "[ceilings]  # an hour; a week for live_in\npersonal_care = 26.50", ""
            ),
        ),
        errors=(("E228", "framework.toml", None, "ceilings"),),
        cure="head it with [ceilings]",
    ),
    Spoilt(
        name="malformed CQC number",
        edit=cell("providers.csv", 2, "cqc_location_id", "1-12345"),
        errors=(("E225", "providers.csv", 2, "cqc_location_id"),),
        cure="1-123456789",
    ),
)

FURTHER = (
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
