"""How long it takes from place to place: one matrix type, one protocol, a module per way of knowing."""

from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode, TravelModel
from geodata.travel.network import RoadNetwork
from geodata.travel.network_file import read_network, write_network
from geodata.travel.road_graph import RoadGraph
from geodata.travel.straight_line import StraightLine

__all__ = [
    "RoadGraph",
    "RoadNetwork",
    "StraightLine",
    "TravelMatrix",
    "TravelMode",
    "TravelModel",
    "read_network",
    "write_network",
]
