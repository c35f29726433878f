"""A postcode as text: its canonical spelling and its parts."""

from __future__ import annotations

import re

import pandas as pd

# Royal Mail's form A9 9AA to AA9A 9AA, with the letters it never uses in each position left out
# (BS 7666-0:2006, annex C; the lone GIR 0AA is not a place and is left out too).
PATTERN = re.compile(
    r"([A-PR-UWYZ](?:[0-9][0-9A-HJKPSTUW]?|[A-HK-Y][0-9][0-9A-Z]?))([0-9][ABD-HJLNP-UW-Z]{2})"
)


def normalise(text: str) -> str | None:
    """Canonical spelling: capitals, one space before the last three characters.

    Parameters
    ----------
    text
        Any case, any white space in any place.

    Returns
    -------
    str | None
        ``"CM9 5AA"`` for ``" cm95aa"``; ``None`` where the text has not the form of a postcode. Having the
        form does not make it exist: ask :meth:`geodata.postcodes.PostcodeDirectory.find`.
    """
    match = PATTERN.fullmatch("".join(text.split()).upper())
    return f"{match[1]} {match[2]}" if match else None


def sector_of(postcode: str) -> str:
    """Sector of a canonical postcode: ``"CM9 5"`` for ``"CM9 5AA"``."""
    return postcode[:-2]


def outcode_of(postcode: str) -> str:
    """Outcode of a canonical postcode or sector: ``"CM9"`` for ``"CM9 5AA"``."""
    return postcode.partition(" ")[0]


def normalised_column(texts: pd.Series[str]) -> pd.Series[str]:
    """:func:`normalise` for a whole column; missing where the text has not the form of a postcode."""
    bare = texts.str.replace(r"\s+", "", regex=True).str.upper()
    well_formed = bare.str.fullmatch(PATTERN.pattern).fillna(value=False).astype(bool)
    return (bare.str[:-3] + " " + bare.str[-3:]).where(well_formed)
