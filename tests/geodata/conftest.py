from __future__ import annotations

import pandas as pd
import pytest

from geodata.postcodes import PostcodeDirectory, registry_directory


@pytest.fixture(scope="session")
def essex_side() -> PostcodeDirectory:
    """All postcodes that begin with C: Maldon, Colchester and Chelmsford among them."""
    return registry_directory("C")


@pytest.fixture(scope="session")
def leicester_side() -> PostcodeDirectory:
    return registry_directory("CDLN")


def small_directory(rows: list[tuple[str, str, int, int]]) -> PostcodeDirectory:
    """Directory of (postcode, district, easting, northing), in any order."""
    table = pd.DataFrame(sorted(rows), columns=["postcode", "district", "easting", "northing"])
    table.insert(1, "sector", table["postcode"].str[:-2])
    table.insert(2, "outcode", table["postcode"].str[:-4])
    return PostcodeDirectory(table=table, source="a test", attribution="nobody")


@pytest.fixture(scope="session")
def village() -> PostcodeDirectory:
    """Two districts side by side, the border at easting 501,000; three sectors."""
    rows = []
    for i in range(20):
        for j in range(10):
            sector = "AB1 1" if i < 7 else "AB1 2" if i < 14 else "AB2 1"
            unit = f"{'ABDEFGHJLNPQRSTUWXYZ'[i]}{'ABDEFGHJLN'[j]}"
            district = "E00000001" if i < 10 else "E00000002"
            rows.append((f"{sector}{unit}", district, 500_050 + 100 * i, 200_050 + 100 * j))
    return small_directory(rows)
