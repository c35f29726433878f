"""What people read: the page, the summary, small tables and the layers for a map.

Nothing here decides anything; it says what was decided, how good it is and where it came from.
"""
