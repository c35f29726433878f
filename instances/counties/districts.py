"""The districts of the four councils.

Local government reorganisation will retire these codes and some of these councils; the table is the one in
force on the day the instances speak of, and belongs to this edition of the generators alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from optimiser.model.identifiers import DistrictCode
from optimiser.model.instance import suggest


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A local authority district.

    Attributes
    ----------
    adults, aged_65, aged_75
        Residents aged 18, 65 and 75 or more, mid-2020.
    postcode_areas
        Whose postcodes it has.
    easting, northing
        Mean of its postcodes, to the nearest 100 metres: enough to say which districts are neighbours.
    """

    code: DistrictCode
    name: str
    adults: int
    aged_65: int
    aged_75: int
    postcode_areas: tuple[str, ...]
    easting: int
    northing: int


def _table(*rows: tuple[str, str, int, int, int, str, int, int]) -> tuple[District, ...]:
    return tuple(
        District(
            code=DistrictCode(code),
            name=name,
            adults=adults,
            aged_65=aged_65,
            aged_75=aged_75,
            postcode_areas=tuple(areas.split()),
            easting=easting,
            northing=northing,
        )
        for code, name, adults, aged_65, aged_75, areas, easting, northing in rows
    )


# Residents: Office for National Statistics, mid-2020 estimates by lower super output area, added up (OGL v3).
DISTRICTS: Mapping[str, tuple[District, ...]] = MappingProxyType(
    {
        "Essex": _table(
            ("E07000066", "Basildon", 143316, 32247, 14980, "SS CM", 570900, 190800),
            ("E07000067", "Braintree", 120353, 31496, 14211, "CM CO CB", 578400, 224200),
            ("E07000068", "Brentwood", 60939, 15641, 7872, "CM RM", 560500, 195000),
            ("E07000069", "Castle Point", 72964, 23093, 10934, "SS", 579200, 186100),
            ("E07000070", "Chelmsford", 141180, 34729, 16334, "CM SS", 572300, 205900),
            ("E07000071", "Colchester", 156270, 34056, 15649, "CO CM", 598400, 223900),
            ("E07000072", "Epping Forest", 104005, 25922, 12641, "IG CM EN RM E", 545200, 200200),
            ("E07000073", "Harlow", 65411, 13416, 6310, "CM", 545300, 209800),
            ("E07000074", "Maldon", 53311, 16644, 7528, "CM CO", 588700, 205100),
            ("E07000075", "Rochford", 70599, 20377, 9691, "SS", 584600, 191400),
            ("E07000076", "Tendring", 120273, 44051, 21020, "CO", 616800, 221400),
            ("E07000077", "Uttlesford", 72095, 18240, 8532, "CM CB SG", 556000, 228800),
        ),
        "Norfolk": _table(
            ("E07000143", "Breckland", 114091, 35743, 17002, "NR IP PE", 594400, 302000),
            ("E07000144", "Broadland", 107583, 34093, 16598, "NR", 624600, 313600),
            ("E07000145", "Great Yarmouth", 79439, 24552, 11398, "NR", 651100, 308200),
            (
                "E07000146",
                "King's Lynn and West Norfolk",
                121651,
                39927,
                18961,
                "PE IP NR CB",
                564700,
                318500,
            ),
            ("E07000147", "North Norfolk", 89000, 35250, 16876, "NR PE", 616200, 333300),
            ("E07000148", "Norwich", 116044, 21369, 10259, "NR", 622400, 308900),
            ("E07000149", "South Norfolk", 114049, 34409, 16467, "NR IP", 619000, 295500),
        ),
        "Leicestershire": _table(
            ("E07000129", "Blaby", 80253, 20797, 9763, "LE", 454200, 299400),
            ("E07000130", "Charnwood", 152440, 34182, 15693, "LE", 456300, 315900),
            ("E07000131", "Harborough", 75861, 20998, 9701, "LE NN", 465100, 290900),
            ("E07000132", "Hinckley and Bosworth", 90964, 25166, 11347, "LE CV DE", 444000, 298600),
            ("E07000133", "Melton", 41347, 12049, 5362, "LE NG", 475800, 321600),
            ("E07000134", "North West Leicestershire", 83385, 21109, 9204, "LE DE NG", 440600, 316600),
            ("E07000135", "Oadby and Wigston", 45492, 12374, 6418, "LE", 460900, 299200),
        ),
        "Leicester": _table(("E06000016", "Leicester", 269967, 43602, 18931, "LE", 459300, 304600)),
    }
)


def find_district(county: str, text: str) -> District:
    """District of a county by its name, in any case, or by its GSS code.

    Raises
    ------
    ValueError
        Naming the districts the county has.
    """
    known = DISTRICTS[county]
    wanted = " ".join(text.split()).casefold()
    for district in known:
        if wanted in (district.name.casefold(), district.code.casefold()):
            return district
    names = [district.name for district in known]
    hint = suggest(text, names)
    near = f"{hint} " if hint.startswith("did you mean") else ""
    raise ValueError(f"{county} has no district {text!r}; {near}known: {', '.join(names)}")
