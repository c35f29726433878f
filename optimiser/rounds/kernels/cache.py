"""Compiled kernels on disk, and when they are no longer what the source says.

numba looks at the file that defines a function, not at the files it calls into, so a kernel compiled against
an older neighbour would be loaded as if nothing had happened. A stamp in the cache holds a hash of all
kernel sources; where it differs, the cached code is thrown away before anything is loaded from it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from optimiser.rounds.kernels.chance import next_bits

HERE = Path(__file__).parent
_COMPILED = ("*.nbi", "*.nbc")


def source_hash(folder: Path = HERE) -> str:
    """SHA-256 over names and texts of the kernel sources in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def kept_in() -> Path:
    """Where numba keeps what it compiles: beside the sources, or wherever it may write or was told to."""
    # The decorator hands back numba's dispatcher, which the type of a plain function does not show.
    return Path(next_bits.stats.cache_path)  # type: ignore[attr-defined]  # a dispatcher


@cache
def drop_stale() -> bool:
    """Throw cached code away where the sources have changed since; true where it was fresh.

    Once a process, before anything is loaded. A folder that cannot be written is left alone.
    """
    kept, wanted = kept_in(), source_hash()
    stamp = kept / "kernels.sha256"
    try:
        if stamp.exists() and stamp.read_text() == wanted:
            return True
        kept.mkdir(parents=True, exist_ok=True)
        for pattern in _COMPILED:
            for path in kept.glob(pattern):
                path.unlink(missing_ok=True)
        stamp.write_text(wanted)
    except OSError:
        return False
    return False


def is_warm() -> bool:
    """Whether compiled kernels wait on disk, so that first use need not compile."""
    drop_stale()
    kept = kept_in()
    return all(
        any(kept.glob(f"{entry}*.nbi"))
        for entry in ("step.ruin_and_recreate", "anneal.anneal", "fits.price_fits")
    )
