"""Zones that somebody drew: layers of polygons, codes that come and go, zonings and the graph of sectors."""
