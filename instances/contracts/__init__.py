"""Contracts that councils have published, one rules file each: presets, to take whole or to change.

Whatever is published is cited in the file; everything else in it is labelled an assumption.
"""

from __future__ import annotations

from importlib.resources import files

PRESETS = (
    "essex-2017",
    "essex-2025",
    "essex-stse",
    "leicester",
    "leicester-bridging",
    "leicestershire-htlah",
    "norfolk-2017",
    "norfolk-principal",
)


def preset_bytes(name: str) -> bytes:
    """A preset's file.

    Raises
    ------
    KeyError
        For a name that no preset has.
    """
    if name not in PRESETS:
        raise KeyError(name)
    return (files(__name__) / f"{name}.toml").read_bytes()
