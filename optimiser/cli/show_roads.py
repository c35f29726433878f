"""Road networks and closures on a terminal."""

from __future__ import annotations

import numpy as np

from geodata.travel import RoadNetwork
from geodata.travel.road_class import MODES
from optimiser.cli.roads_folder import ClosureStudy, summary_of
from optimiser.report.wording import count

_NAMED = 5
"""Places named one by one."""


def show_network(network: RoadNetwork) -> None:
    """Counts, what was left out, and the attribution."""
    print(
        f"{network.source}: {len(network):,} links between {len(network.node_xy):,} nodes, "
        f"hash {network.content}"
    )
    for which, mode in enumerate(MODES):
        open_ = network.passable[which]
        kilometres = network.link_decimetres[open_.any(axis=0)].sum(dtype=np.int64) / 10_000
        one_way = int((open_.sum(axis=0) == 1).sum())
        print(f"  by {mode.value}: {kilometres:,.0f} km, {one_way:,} links one way only")
    print(
        f"  {len(network.banned_turns):,} turns forbidden, "
        f"{int((network.node_delay > 0).sum()):,} signals, signs and gates"
    )
    for what, many in network.dropped:
        print(f"  left out: {many:,} {what}")
    print(network.attribution)


def show_closures(study: ClosureStudy) -> None:
    """What closing roads does, in a few lines."""
    figures = summary_of(study)
    names = ", ".join(each.name for each in study.task.closures)
    print(f"{names}: {count(len(study.links), 'link')} closed to {figures['mode']}")
    if study.idle:
        print(f"not in force then: {', '.join(each.name for each in study.idle)}")
    graph, closures = study.task.graph, study.task.closures
    if graph.day is None and any(each.first or each.last for each in closures):
        print("no --day was given: all count as in force, whatever their days")
    if graph.hour is None and any(each.hours for each in closures):
        print("no --hour was given: all count as in force, whatever their hours")
    print(
        f"{figures['pairs_changed']:,} of {figures['pairs']:,} pairs take another time: "
        f"{figures['mean_minutes_more']} minutes more on average, {figures['most_minutes_more']} at most"
    )
    if study.lost.any():
        print(f"{figures['pairs_lost']:,} pairs have no way left")
    named = study.cut_off[:_NAMED]
    more = f" and {len(study.cut_off) - _NAMED} more" if len(study.cut_off) > _NAMED else ""
    print(f"cut off: {', '.join(named) + more if named else 'nobody'}")
