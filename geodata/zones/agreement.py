"""How well a layer says in which zone postcodes are, beside what is known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from geodata.zones.codes import CodeHistory
from geodata.zones.layer import ZoneLayer
from geodata.zones.locate import Fitness, fitness, locate, metres_to_zone
from geodata.zones.stated import StatedZones


class Cause(Enum):
    """Why a layer says otherwise."""

    RECODED = "another code for it"
    """The code stated and the code found are one zone in two years, or two parts of one."""
    CODE_NOT_IN_LAYER = "code not in the layer"
    OUTSIDE = "outside every zone"
    """In the sea, beyond a coast drawn too simply, or beyond the layer."""
    NEAR_BORDER = "near the border"
    """In a neighbour, no farther from the zone stated than the layer is coarse."""
    ELSEWHERE = "elsewhere"
    """In another zone, farther away than the layer's coarseness can explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A postcode that a layer puts elsewhere than it is stated to be.

    Attributes
    ----------
    live
        Whether it is in use; ``None`` where that is not known.
    found
        Code of the zone it lies in, or ``None``.
    metres
        From the zone stated; ``None`` where the layer does not have it.
    """

    postcode: str
    live: bool | None
    stated: str
    found: str | None
    cause: Cause
    metres: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of some postcodes.

    Attributes
    ----------
    compared
        With a code stated.
    causes
        Disagreements by cause; those that do not happen are missing.
    """

    postcodes: int
    compared: int
    agreeing: int
    causes: Mapping[Cause, int]

    @property
    def share(self) -> float | None:
        """Share of those compared that agree; ``None`` where none was."""
        return self.agreeing / self.compared if self.compared else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What came of holding a layer against postcodes.

    Attributes
    ----------
    live, not_live
        The same counts of postcodes in use and of others; ``None`` where that is not known.
    several
        Postcodes on a border or in more than one zone; taken for the first in order of code, unless the zone
        stated is among them.
    disagreements
        In order of postcode.
    """

    total: Tally
    live: Tally | None
    not_live: Tally | None
    several: int
    fitness: Fitness
    disagreements: tuple[Disagreement, ...]


def agreement(layer: ZoneLayer, stated: StatedZones, history: CodeHistory | None = None) -> Agreement:
    """Hold a layer against the zones stated for postcodes.

    Parameters
    ----------
    history
        Tells codes of two years that are one zone from those that are not.
    """
    located = locate(layer, stated.xy)
    position = {code: i for i, code in enumerate(layer.codes)}
    expected = np.array([position.get(each, -1) for each in stated.codes], dtype=np.int64)
    compared = stated.codes != ""
    found = _settled(layer, stated, located.zone, expected, located.on_border | located.overlapping)
    wrong = np.flatnonzero(compared & ((found != expected) | (expected < 0)))
    away = np.full(len(stated), -1.0)
    known = wrong[expected[wrong] >= 0]
    away[known] = metres_to_zone(layer.shapes, expected[known], stated.xy[known])
    causes = {
        i: _cause(layer, stated.codes[i], int(found[i]), float(away[i]), history) for i in wrong.tolist()
    }
    return Agreement(
        total=_tally(np.ones(len(stated), dtype=np.bool_), compared, causes),
        live=None if stated.live is None else _tally(stated.live, compared, causes),
        not_live=None if stated.live is None else _tally(~stated.live, compared, causes),
        several=int((located.on_border | located.overlapping).sum()),
        fitness=fitness(layer, stated.xy),
        disagreements=tuple(
            Disagreement(
                postcode=str(stated.postcodes[i]),
                live=None if stated.live is None else bool(stated.live[i]),
                stated=str(stated.codes[i]),
                found=None if found[i] < 0 else layer.codes[int(found[i])],
                cause=cause,
                metres=None if expected[i] < 0 else round(float(away[i])),
            )
            for i, cause in causes.items()
        ),
    )


def _settled(
    layer: ZoneLayer,
    stated: StatedZones,
    zone: NDArray[np.int64],
    expected: NDArray[np.int64],
    several: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Zone found of each postcode; of several, the one stated where it is among them."""
    found = zone.copy()
    doubtful = np.flatnonzero(several & (expected >= 0))
    inside = metres_to_zone(layer.shapes, expected[doubtful], stated.xy[doubtful]) == 0
    found[doubtful[inside]] = expected[doubtful[inside]]
    return found


def _cause(layer: ZoneLayer, stated: str, found: int, metres: float, history: CodeHistory | None) -> Cause:
    code = layer.codes[found] if found >= 0 else None
    if history is not None and code is not None:
        relatives = {*history.forward(stated).codes, *history.backward(stated).codes} - {stated}
        if code in relatives:
            return Cause.RECODED
    if metres < 0:
        return Cause.CODE_NOT_IN_LAYER
    if code is None:
        return Cause.OUTSIDE
    return Cause.NEAR_BORDER if metres <= layer.coarseness else Cause.ELSEWHERE


def _tally(those: NDArray[np.bool_], compared: NDArray[np.bool_], causes: Mapping[int, Cause]) -> Tally:
    counts = Counter(cause for i, cause in causes.items() if those[i])
    many = int((those & compared).sum())
    return Tally(
        postcodes=int(those.sum()),
        compared=many,
        agreeing=many - sum(counts.values()),
        causes={cause: counts[cause] for cause in Cause if counts[cause]},
    )
