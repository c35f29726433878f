"""Names for providers that do not exist. Any likeness to a real provider is accidental."""

from __future__ import annotations

from instances.counties.chance import Rng

_FIRST = {
    "Essex": """
        Blackwater, Saltern, Samphire, Curlew, Oysterbed, Pantbrook, Chelmerside, Weatherboard,
        Marshlight, Roding Vale, Crouchside, Colne Reach, Thistley, Hornbeam, Redshank, Saffron
        Field, Seawall, Dengie Shore, Hythe, Gunfleet, Pargeter, Sedgewater, Wherstead Lane, Teasel
        Mill, Oyster Hoy, Chalkwell Barn
    """,
    "Norfolk": """
        Broadreed, Bittern, Windpump, Flint Row, Wensum Bend, Saltmarsh, Lavender Mill, Breckheath,
        Wherry, Marram, Poppyland Lane, Sandling, Harnser, Fenedge, Staithe, Pingo, Larkfield,
        Barley Loke, Gansey, Yarebank, Turnstone, Carrstone
    """,
    "Leicester": """
        Soar Lane, Abbey Meadow, Clockwork, Foxglove, Highcross, Marigold, Jubilee Row, Lotus Lane,
        Hosiery, Spinney, Castle Mound, Belgrave Lamp, Evington Oak, Willow Brook, Neem Tree,
        Spindle, Diya, Bobbin, Narrow Bridge, Cedar Walk
    """,
    "Leicestershire": """
        Wolds Edge, Charnwater, Bradgate Fern, Foxhill, Slateford, Welland Vale, Spinney Lodge,
        Ironstone, Oakthorn, Swithland Stone, Lockside, Bosworth Barn, Wreakeside, Harrowgate Hill,
        Beacon Hill, Eyebrook, Gartree, Mease Valley, Hollowell, Granite Row
    """,
}
_LAST = """
    Homecare, Care at Home, Home Support, Carers, Support at Home, Domiciliary Care, Home Carers,
    Care Partnership, Daily Living, Home Help, Visiting Care, Care Company, Community Care, Care
    Collective, Homecare Services, Care and Support, Care Cooperative
"""


def provider_names(county: str, many: int, rng: Rng) -> list[str]:
    """Different names for ``many`` providers of a county.

    Raises
    ------
    ValueError
        Where there are not as many.
    """
    everything = [f"{first} {last}" for first in _words(_FIRST[county]) for last in _words(_LAST)]
    if many > len(everything):
        raise ValueError(f"{many} providers asked for, and names for {len(everything)} known")
    return [everything[i] for i in rng.permutation(len(everything))[:many]]


def _words(text: str) -> list[str]:
    return [" ".join(word.split()) for word in text.split(",")]
