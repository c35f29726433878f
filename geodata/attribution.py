"""The words the sources ask every copy to carry; each output that shows their data prints them.

The texts follow the licences: the Open Government Licence v3.0 (clause "acknowledge the source"), the OS
OpenData terms, Royal Mail's terms for postcode data inside them, GeoNames' Creative Commons Attribution
4.0, and
the Open Database Licence for OpenStreetMap.
"""

from __future__ import annotations

from collections.abc import Iterable

OPEN_GOVERNMENT_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
CREATIVE_COMMONS_BY_4 = "https://creativecommons.org/licenses/by/4.0/"

NATIONAL_STATISTICS = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains National Statistics data © Crown copyright and database right 2025."
)
ORDNANCE_SURVEY = "Contains OS data © Crown copyright and database right 2025."
ROYAL_MAIL = "Contains Royal Mail data © Royal Mail copyright and database right 2025."
OPENSTREETMAP = "© OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright."
OS_OPEN_ROADS = "Contains OS data © Crown copyright and database right 2025, licensed under the OGL v3.0."
GEONAMES = "Settlements: GeoNames, https://www.geonames.org, licensed under CC BY 4.0."

ONS_POSTCODES = (NATIONAL_STATISTICS, ORDNANCE_SURVEY, ROYAL_MAIL)
"""What the ONS postcode directory asks for."""
OS_POSTCODES = (
    ORDNANCE_SURVEY,
    ROYAL_MAIL,
    "Contains National Statistics data © Crown copyright and database right 2025.",
)
"""What OS Code-Point Open asks for."""


def acknowledgement(texts: Iterable[str]) -> str:
    """One paragraph out of attribution texts, each said once, in the order first met."""
    return " ".join(dict.fromkeys(texts))
