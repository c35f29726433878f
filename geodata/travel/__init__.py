"""How long it takes from place to place: one matrix type, one protocol, a module per way of knowing."""

from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode, TravelModel
from geodata.travel.straight_line import StraightLine

__all__ = ["StraightLine", "TravelMatrix", "TravelMode", "TravelModel"]
