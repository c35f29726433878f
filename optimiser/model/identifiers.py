"""Identifiers: text that cannot be mistaken for other text."""

from __future__ import annotations

from typing import NewType

PackageId = NewType("PackageId", str)
ProviderId = NewType("ProviderId", str)
LotCode = NewType("LotCode", str)
LocalityId = NewType("LocalityId", str)
TierCode = NewType("TierCode", str)
CarerId = NewType("CarerId", str)
VisitId = NewType("VisitId", str)
DistrictCode = NewType("DistrictCode", str)
"""GSS code of a local authority district, as ``E07000074``."""


def visit_id(package: PackageId, number: int) -> VisitId:
    """Identifier of the ``number``-th visit of a package: ``P0001/2``."""
    return VisitId(f"{package}/{number}")
