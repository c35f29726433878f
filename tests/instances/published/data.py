"""Where the published files are, for parametrising; ``shared_data`` skips where they are absent."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROUNDS = (
    Path(os.environ.get("CAREROUNDS_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    / "rounds"
)
FORMATS = {
    "mankowska": "mankowska",
    "kummer": "kummer",
    "italian": "italian",
    "uhhc-validation": "uhhc",
    "uhhc-bazirha": "uhhc",
    "solomon": "solomon",
}
"""Format of each folder."""


def names(folder: str, pattern: str = "**/*") -> list[str]:
    """Files under a folder of the rounds' data; one name that is skipped where there are none."""
    found = sorted(path for path in (ROUNDS / folder).glob(pattern) if path.is_file())
    return [str(path.relative_to(ROUNDS)) for path in found] or [f"{folder} is absent"]


def instance_of(solution: str) -> tuple[str, str]:
    """The instance a published solution belongs to, and its format."""
    _, folder, *_, file = Path(solution).parts
    stem = file.removesuffix(".json").removesuffix(".sol")
    name = re.sub(r"^sol-(.*)-\d+$", r"\1", stem)
    ending = ".txt" if folder == "mankowska" else ".json"
    return f"{folder}/{name}{ending}", FORMATS[folder]
