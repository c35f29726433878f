"""Measured against others: the same work, side by side in the same run, with machine and versions.

Stands apart from the tests: no timing decides anything. Results are committed and never edited.
"""
