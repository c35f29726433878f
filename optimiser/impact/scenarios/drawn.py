"""Who is drawn by chance: the same seed draws the same people, however the rows stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def drawn(names: Iterable[str], share: float, seed: int) -> frozenset[str]:
    """A share of names, to the nearest whole one. A larger share holds everybody that a smaller one does."""
    known = sorted(set(names), key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
    return frozenset(known[: round(share * len(known))])
