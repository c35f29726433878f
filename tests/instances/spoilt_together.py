"""The faults that files come with most, which stand in one folder all at once, each with what is said of it.

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
