"""``carerounds zones``: layers held against postcodes, zonings compared, zones drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from optimiser.cli import options

KINDS = ("ward", "msoa", "lsoa", "pcn", "icb", "lot", "district", "other")
DETAILS = ("full", "generalised", "simplified")

layer_crs = click.option(
    "--crs", help="Coordinates of a map that does not say: EPSG:27700 for metres, EPSG:4326 for degrees."
)
repair = click.option(
    "--repair", is_flag=True, help="Take polygons that cross themselves as a machine mends them."
)
detail = click.option(
    "--detail", type=click.Choice(DETAILS), help="How finely the layer is drawn; it is measured otherwise."
)


@click.group()
def zones() -> None:
    """Check a layer of zones against postcodes, compare two zonings, or draw zones of even need."""


@zones.command()
@click.argument("postcodes", type=options.PATH)
@click.argument("layer_file", metavar="LAYER", type=options.PATH)
@click.option(
    "--column", default="district", show_default=True, help="Column of POSTCODES that holds the codes."
)
@click.option("--live", help="Column that says 1 or yes for a postcode in use, or ONS's doterm.")
@click.option("--codes", type=options.PATH, help="Table of codes that came and went, or ONS's look-up.")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which the codes must be in force.",
)
@click.option("--layer", help="Of several layers in one file.")
@click.option("--code", help="Column of the layer's codes; found where only one is headed so.")
@click.option("--kind", type=click.Choice(KINDS), help="What the zones are.")
@click.option("--vintage", type=click.IntRange(1974, 2100), help="Year of the layer.")
@detail
@layer_crs
@repair
@options.out
@options.overwrite
def check(
    postcodes: Path,
    layer_file: Path,
    column: str,
    live: str | None,
    codes: Path | None,
    day: datetime | None,
    layer: str | None,
    code: str | None,
    kind: str | None,
    vintage: int | None,
    detail: str | None,
    crs: str | None,
    repair: bool,
    out: Path,
    overwrite: bool,
) -> None:
    """Hold a layer against the codes of POSTCODES and list every postcode where the two disagree.

    POSTCODES is a csv (or one packed as .gz) headed postcode, easting, northing and the column of codes, or
    ONSPD; LAYER is GeoJSON, a GeoPackage or a shapefile. Says how many postcodes lie in no zone, how many
    near a border, and whether the layer is drawn finely enough to be asked at all.
    """
    from geodata.zones.zoning_files import is_list
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show_zones import show_check
    from optimiser.cli.staging import staged
    from optimiser.cli.zones_checking import CheckAsked, check_zones
    from optimiser.cli.zones_reading import asked_of

    if not is_list(postcodes) and is_list(layer_file):
        raise click.UsageError(f"the postcodes come first: zones check {layer_file} {postcodes}")
    asked = asked_of(
        layer=layer, code=code, kind=kind, vintage=vintage, detail=detail, crs=crs, repair=repair
    )
    task = CheckAsked(
        postcodes=postcodes, column=column, live=live, layer=layer_file, asked=asked, codes=codes,
        day=None if day is None else day.date(),
    )  # fmt: skip
    inputs = tuple(each for each in (postcodes, layer_file, codes) if each is not None)
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        checked = check_zones(task, folder, progress)
    show_check(checked)
    print(f"written to {out}: disagreements.csv, summary.json")


@zones.command()
@click.argument("before", type=options.PATH)
@click.argument("after", type=options.PATH)
@click.option("--market", type=options.PATH, help="Instance whose packages are counted; else postcodes are.")
@click.option("--allocation", type=options.PATH, help="Folder that allocate wrote: who has each package.")
@click.option("--before-layer", help="Of several layers in BEFORE.")
@click.option("--before-code", help="Column of BEFORE's codes.")
@click.option("--after-layer", help="Of several layers in AFTER.")
@click.option("--after-code", help="Column of AFTER's codes.")
@click.option("--attribution", default="", help="What the licences of the maps ask the page to say.")
@layer_crs
@repair
@detail
@options.out
@options.postcodes
@options.overwrite
def compare(
    before: Path,
    after: Path,
    market: Path | None,
    allocation: Path | None,
    before_layer: str | None,
    before_code: str | None,
    after_layer: str | None,
    after_code: str | None,
    attribution: str,
    crs: str | None,
    repair: bool,
    detail: str | None,
    out: Path,
    postcodes: Path | None,
    overwrite: bool,
) -> None:
    """Say who would change zone, and which packages would change provider, if AFTER took the place of BEFORE.

    Each is a map (GeoJSON, GeoPackage, shapefile), a csv headed sector, postcode or district and zone, or an
    instance, for its lots. With --market the page tells packages, hours and providers, without it postcodes.
    """
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import own_directory
    from optimiser.cli.show_zones import show_comparison
    from optimiser.cli.staging import staged
    from optimiser.cli.zones_comparing import CompareAsked, compare_zones
    from optimiser.cli.zones_reading import asked_of, read_market_and_holders, zoning_at

    if allocation is not None and market is None:
        raise click.UsageError("--allocation needs --market: whose packages they are")
    instance, holders = read_market_and_holders(market, allocation, postcodes)
    asked = replace(asked_of(crs=crs, repair=repair, detail=detail), attribution=attribution)
    task = CompareAsked(
        before=zoning_at(before, replace(asked, layer=before_layer, code=before_code), postcodes),
        after=zoning_at(after, replace(asked, layer=after_layer, code=after_code), postcodes),
        instance=instance,
        holders=holders,
        directory=own_directory(postcodes),
    )
    inputs = tuple(each for each in (before, after, market, allocation) if each is not None)
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        compared = compare_zones(task, folder, progress)
    show_comparison(compared)
    print(f"written to {out}: zones.html, changes.csv, matrix.csv, summary.json")


@zones.command()
@options.instance
@click.option(
    "--number", "numbers", multiple=True, required=True,
    help="How many zones: 18; or so many in each part, as East=8, repeated.",
)  # fmt: skip
@click.option(
    "--parts", type=options.PATH, help="Which part of the map is where: a map, or a csv of districts."
)
@click.option("--keep", is_flag=True, help="Change the lots as they are as little as evenness asks.")
@click.option(
    "--within",
    type=options.Finite(0, 100),
    default=5.0,
    show_default=True,
    help="Per cent that a zone's hours may lie from the mean before it counts for much.",
)
@options.out
@options.seed
@options.postcodes
@options.overwrite
def draw(
    instance: Path,
    numbers: tuple[str, ...],
    parts: Path | None,
    keep: bool,
    within: float,
    out: Path,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
) -> None:
    """Draw zones out of postcode sectors: each in one piece, with nearly the same hours of care a week.

    Writes zones.csv, and lots.csv with the lots as they are, for zones compare.
    """
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import own_directory, read_market
    from optimiser.cli.show_zones import show_drawing
    from optimiser.cli.staging import staged
    from optimiser.cli.zones_drawing import DrawAsked, draw_zones_of
    from optimiser.cli.zones_reading import asked_of, zoning_at

    task = DrawAsked(
        instance=read_market(instance, postcodes),
        numbers=_numbers(numbers, has_parts=parts is not None),
        parts=None if parts is None else zoning_at(parts, asked_of(), postcodes),
        directory=own_directory(postcodes),
        keep=keep,
        tolerance=within / 100,
        seed=seed,
    )
    inputs = tuple(each for each in (instance, parts) if each is not None)
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        drawn = draw_zones_of(task, folder, progress)
    show_drawing(drawn)
    print(f"written to {out}: zones.csv, lots.csv, summary.json")


def _numbers(texts: tuple[str, ...], *, has_parts: bool) -> dict[str, int]:
    """How many zones in each part; the part without a name is the whole map."""
    found: dict[str, int] = {}
    for text in texts:
        name, equals, number = text.rpartition("=")
        if (
            not number.strip().isdigit()
            or int(number) < 1
            or bool(equals) != has_parts
            or name.strip() in found
        ):
            how = "as East=8, once for each part" if has_parts else "as 18 (with --parts: as East=8)"
            raise click.BadParameter(
                f"{text!r} does not say how many zones: write it {how}", param_hint="--number"
            )
        found[name.strip()] = int(number)
    return found
