"""What a result was measured on."""

from __future__ import annotations

import os
import platform

from optimiser.solving.provenance import versions


def machine() -> dict[str, str | int]:
    """Processor, cores, system: enough to know that two results are not comparable."""
    return {
        "cores": os.cpu_count() or 1,
        "processor": platform.machine(),
        "system": platform.system(),
        **{f"version of {name}": version for name, version in versions().items()},
    }
