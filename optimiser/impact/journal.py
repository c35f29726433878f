"""Finished runs of a study, line by line: an interrupted study goes on from here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from optimiser.impact.figures import Figures
from optimiser.solving.provenance import canonical
from optimiser.solving.restoring import RestoringError, restored


def read_journal(path: Path) -> Mapping[str, Figures]:
    """Figures of finished runs by key; what cannot be read, as a line cut short, counts as not run."""
    found: dict[str, Figures] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
            found[str(entry["key"])] = restored(Figures, entry["figures"])
        except (ValueError, KeyError, TypeError, RestoringError):
            continue
    return found


def add_to_journal(path: Path, key: str, figures: Figures) -> None:
    """Write one finished run behind the others, on disk before this returns."""
    torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8", newline="\n") as out:
        if torn:
            out.write("\n")
        out.write(journal_line(key, figures))
        out.flush()


def journal_line(key: str, figures: Figures) -> str:
    """One run as a line of JSON."""
    return json.dumps({"key": key, "figures": canonical(figures)}, separators=(",", ":")) + "\n"
