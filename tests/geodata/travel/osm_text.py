"""Small OpenStreetMap extracts, written as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

STEP = 0.001
"""Degrees between neighbouring squares of the drawing: 111 m north, 68 m east."""
ORIGIN = (-0.73, 52.67)

Node = tuple[float, float]
Way = tuple[Sequence[int], Mapping[str, str]]
Relation = tuple[Mapping[str, str], Sequence[tuple[str, int, str]]]


def write_osm(
    path: Path,
    nodes: Mapping[int, Node],
    ways: Mapping[int, Way],
    *,
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
    relations: Iterable[Relation] = (),
) -> Path:
    """Nodes stand at whole steps east and north of Oakham's middle."""
    lines = ['<osm version="0.6">']
    for number, (east, north) in sorted(nodes.items()):
        where = f'lon="{ORIGIN[0] + east * STEP:.7f}" lat="{ORIGIN[1] + north * STEP:.7f}"'
        tags = _tags((node_tags or {}).get(number, {}))
        lines.append(f'<node id="{number}" version="1" {where}>{tags}</node>')
    for number, (refs, told) in sorted(ways.items()):
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}" version="1">{inside}{_tags(told)}</way>')
    for number, (told, members) in enumerate(relations, start=1):
        inside = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        lines.append(f'<relation id="{number}" version="1">{inside}{_tags(told)}</relation>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
