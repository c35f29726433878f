"""How long the first rounds wait for their kernels: on a new machine, and on one that has compiled them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

_ASK = "from optimiser.rounds.warm_up import warm_up; print(warm_up())"


def start_up() -> dict[str, float]:
    """Seconds to compile every kernel into an empty cache, and to load them from it: two fresh processes.

    Raises
    ------
    subprocess.CalledProcessError
        Where the kernels do not compile.
    """
    with tempfile.TemporaryDirectory(prefix="kernels-") as folder:
        return {"cold": _seconds(folder), "warm": _seconds(folder)}


def _seconds(folder: str) -> float:
    # The same modules as here, wherever they were found; the cache of this process stays as it is.
    seen = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NUMBA_CACHE_DIR": folder}
    done = subprocess.run(
        [sys.executable, "-c", _ASK], env={**os.environ, **seen}, capture_output=True, text=True, check=True
    )
    return round(float(done.stdout), 2)
